"""What is drawn once for each release: the map of the world, and the network as its page reads it.

Begin with ``drawings``, which keeps both.
"""
