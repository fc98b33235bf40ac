"""The service for other people's tools: what there is to ask, and the tools by which language models ask it.

Begin with ``catalogue``: OpenAPI, examples of SPARQL, files for grlc; ``agents`` is the Model Context Protocol.
"""
