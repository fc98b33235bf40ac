"""Queries come in, whole answers go out, or errors: every query runs in a process that may be killed.

Begin with ``engine``; ``pool`` keeps the worker processes, ``wire`` is what both sides say to each other.
This package imports nothing here, since the worker processes start through it.
"""
