"""Releases over HTTP: manifests and files come in; pages, JSON, downloads and the feed of changes go out.

``summary`` says what is told of a release; only ``sources`` asks the engine. Begin with ``pages``.
"""
