"""What an editor of queries asks: what may come next, and which words match nothing.

``completion`` has the routes, ``terms`` finds words that look like terms of our ontology and are none. Begin
with ``completion``.
"""
