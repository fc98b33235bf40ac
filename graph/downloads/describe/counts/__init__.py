"""How much of what a release holds: its quads come in, counts and their description in VoID go out.

``statistics`` counts what is used, ``schema`` which classes use what; ``void`` and ``partitions`` write them.
Begin with ``statistics``.
"""
