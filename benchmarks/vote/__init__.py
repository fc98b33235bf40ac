"""A release comes in; queries that three engines answer differently go out, as small as they can be made.

``python -m benchmarks.vote`` takes ``slices`` of the release and makes up queries over their words
(``generate``, as ``trees``). It asks ours, rdflib and sparq-rdf (``engines``), and ours alone ``pairs`` of
queries that must agree. A difference is shrunk and sorted by who stands alone (``judge``).
Begin with ``__main__``.
"""
