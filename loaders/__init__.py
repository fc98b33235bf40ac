"""The world comes in, claims go out: folders of tables, lists and Wikidata are read strictly, row by row.

A collection is of one kind, and each kind has a room; ``tables`` holds what all of them share. Begin with
``workspace``, which knows the folders of a build, then ``collection``, which reads them together.
"""
