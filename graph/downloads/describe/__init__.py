"""A release described for machines: its quads and files come in, VoID and DCAT go out.

Begin with ``description``.
"""
