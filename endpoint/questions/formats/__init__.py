"""The forms of an answer that the engine does not write: a table of terms comes in, a file goes out.

``columns`` says of which type a column is; the files are written from that. Begin with ``sheets``.
"""
