"""Readings of queries come in, whole answers or errors go out: each runs in a process that may be killed.

Begin with ``engine``; ``language`` reads the queries, ``pool`` keeps the worker processes, ``wire`` is what
both sides say to each other. This package imports nothing here: the worker processes start through it.
"""
