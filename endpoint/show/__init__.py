"""What all pages share: terms of a result come in; texts, links, tables and labels in one language go out.

Nothing here knows a route. Begin with ``values``.
"""
