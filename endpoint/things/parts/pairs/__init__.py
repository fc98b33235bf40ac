"""The partnerships of a place and the inside of one: pairs come in; groups, words and maps go out.

``partners`` groups the pairs of a place, ``standing`` says in words how a pair stands, ``chain`` has its
documents, ``maps`` where its places lie. Begin with ``partners``.
"""
