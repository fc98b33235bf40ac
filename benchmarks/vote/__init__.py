"""A release comes in; queries that three engines answer differently go out, as small as they can be made.

``python -m benchmarks.vote`` takes ``slices`` of the release, makes up queries over their words (``generate``,
as ``trees``), asks ours, rdflib and sparq-rdf (``engines``), and ours ``pairs`` of queries that must agree; a
difference is shrunk and sorted by who stands alone (``judge``). Begin with ``__main__``.
"""
