"""What a reader looks for: words come in, of a search box or of an address that leads nowhere; links go out.

What the words may name is decided by ``show.names``, the one resolver. ``page`` has the routes, ``hits``
writes what is found in words. Begin with ``page``.
"""
