"""A release comes in; queries that three engines answer differently go out, as small as they can be made.

``python -m benchmarks.vote`` takes ``slices`` of the release and makes up ``queries`` over their words. It
asks ours, rdflib and sparq-rdf (``engines``), and ours alone pairs of queries that must agree. A difference
is shrunk and sorted by who stands alone (``judge``), and by what is known to make it (``causes``). A slice is
a round (``rounds``), which ``processes`` share. Begin with ``__main__``.
"""
