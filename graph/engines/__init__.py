"""What answers queries over a release: the embedded store, or an engine elsewhere that is asked over HTTP.

Queries and the graphs they see come in, results or errors of ours go out; a release goes into an engine
elsewhere graph by graph, and is read back to prove that it is there. Begin with ``triple_store``.
"""
