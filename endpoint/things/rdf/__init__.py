"""Documents about one thing: its triples come in; RDF syntaxes, JSON-LD and schema.org go out.

Begin with ``graphs``.
"""
