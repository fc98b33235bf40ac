"""What every request stands on: the release it is answered from, its client's quota, its log, metrics.

``current`` says what a request is answered from (views ask it, never the application),
``switch`` changes that when another release is published, ``pinned`` keeps older ones open, and in
``fronts`` all of them are those of another process.
Begin with ``current``.
"""
