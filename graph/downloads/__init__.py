"""A model and its quads come in, the files of a release go out, the same bytes on every machine.

One module a kind of file; ``describe`` is what a release says of itself, ``quickstatements`` what is proposed
to Wikidata. Begin with ``dumps``.
"""
