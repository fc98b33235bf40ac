"""A file comes in, rows of text cells go out; a row that cannot be read is told, and so is a damaged file.

Begin with ``cells``; ``layout`` says how a file may be written.
"""
