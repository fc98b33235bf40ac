"""Releases in an engine elsewhere: one comes in, and is there graph by graph, proven by reading it back.

Begin with ``publication``; ``opening`` proves a release to be there before anything is answered from it.
"""
