"""Query processes: the ``pool`` keeps them, a ``worker`` is one, ``wire`` is what both say to each other.

This package imports nothing here: the processes start through it.
"""
