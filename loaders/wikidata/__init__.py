"""What Wikidata says, in whatever form it comes: files or a harvest come in, items and records go out.

``model`` holds the value types, ``records`` puts them into the terms of the graph. Begin with ``collection``.
"""
