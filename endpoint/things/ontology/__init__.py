"""The ontology and its vocabularies as pages and documents: kembar.ttl and counts of uses come in.

Begin with ``terms``.
"""
