"""A model comes in, the four CSV tables of a release go out: a module a table, its columns and its rows.

``cells`` is what several tables write alike. Begin with ``tables``.
"""
