"""The pages about the service itself: home, about, limits, health, and the Wikidata desk.

Each module is a view of its own. Begin with ``pages``.
"""
