"""Documents about one thing: its triples come in; RDF syntaxes, JSON-LD and schema.org go out.

``description`` says what a document holds, ``serialization`` how it is written. Begin with ``description``.
"""
