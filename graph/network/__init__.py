"""Accepted pairs come in; the network, its measures and its files for other programs go out.

Begin with ``network``.
"""
