"""The pages about the service itself: a request comes in; home, about, health or the Wikidata desk goes out.

Each module is a view of its own. Begin with ``pages``.
"""
