"""What sources say: the claims about a thing as a table, one claim by itself, and dates that differ.

``table`` lists claims, ``statement`` is all about one of them, ``strip`` puts dates side by side. Begin with
``table``.
"""
