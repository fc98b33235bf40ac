"""The index of names of one release: everything with a name comes in, a file goes out that finds it again.

``read`` gathers what has a name, ``write`` makes the file (SQLite, once, when a release is published),
``open`` opens it, ``ask`` finds things in it by id, key, words and likeness. Begin with ``entry``.
"""
