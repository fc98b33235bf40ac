"""Releases of another service, taken over whole: its address comes in, the same releases in a home go out.

``follow`` is the order of the steps, ``download`` asks, ``listing`` reads what is told.
Begin with ``follow``.
"""
