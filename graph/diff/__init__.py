"""Two stores come in, what changed between them goes out: which claims caused which difference.

``types`` are the value types, ``text`` puts them into words. Begin with ``compare``.
"""
