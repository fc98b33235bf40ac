"""The service for other people's tools: what there is to ask, and the tools by which language models ask.

``catalogue`` has OpenAPI, examples of SPARQL and files for grlc, ``agents`` the Model Context Protocol. Begin
with ``catalogue``.
"""
