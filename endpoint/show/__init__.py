"""What all pages share: terms of a result come in; texts, links, tables and labels in one language go out.

``lookup`` asks the store, ``values`` and ``tables`` write what it answers, ``rendering`` makes the response.
Nothing here knows a route. Begin with ``values``.
"""
