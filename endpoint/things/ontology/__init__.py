"""The ontology and its concept schemes: kembar.ttl and what a release uses of it come in; pages go out.

``page`` answers the ontology itself; a concept scheme is a thing among others, with ``concept_scheme`` as a
part of its page. Begin with ``terms``.
"""
