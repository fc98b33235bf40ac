"""What a release is made of, over HTTP: its files, its numbers, its issues and sources, and what changed.

Nothing here asks the engine but the pages of sources. Begin with ``pages``.
"""
