"""What every request stands on: the release it is answered from, its client's quota, its log, metrics.

``switch`` changes the release when another is published, ``pinned`` keeps older ones open.
Begin with ``switch``.
"""
