"""Wikidata by SPARQL, politely: one of two rooms with a network; answers are kept as files, page by page.

``plan`` says what is asked in which order, ``fetch`` asks, ``store`` keeps. Begin with ``plan``.
"""
