"""RDF of Wikidata as a stream: triples come in, items and twinnings go out, in any order of the nodes.

Begin with ``reader``.
"""
