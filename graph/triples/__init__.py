"""The model as quads: pure functions, no blank nodes, one graph a triple.

``model`` writes what we conclude, ``places`` who is concerned, ``claims`` what sources say,
``measures`` the numbers. Begin with ``model``.
"""
