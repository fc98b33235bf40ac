"""A slice comes in; random queries over its words go out, and what must hold of each of them.

``generate`` makes queries as ``trees``, which can be made smaller; ``pairs`` asks one engine twice.
"""
