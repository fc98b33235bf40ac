"""Accepted pairs come in; the network, its measures and its files for other programs go out.

``measures`` computes all but betweenness, which ``betweenness`` finds in a process of its own and ``kept``
remembers; ``edges`` reads any edge list as a network. Begin with ``network``.
"""
