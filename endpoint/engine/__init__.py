"""Readings of queries come in, whole answers or errors go out: each runs in a process that may be killed.

Begin with ``engine``; ``language`` reads the queries, ``processes`` are what evaluates them,
``failures`` tells why one has no answer. This package imports nothing here: query processes start through it.
"""
