"""What Wikidata says, in whatever form it comes: files or a harvest come in, records and places go out.

``item`` says which rank of a value counts, ``twinning`` which time; ``records`` puts both into the terms of
the graph and tells a deprecated twinning as an issue.
Begin with ``collection``.
"""
