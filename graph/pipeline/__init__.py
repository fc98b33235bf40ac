"""Flow 1: a function that loads collections comes in, a published release goes out, or nothing changes.

``build`` is the order of the steps, ``describe`` writes the quads, ``publish`` the files and the manifest,
``workers`` runs steps side by side. Begin with ``build``.
"""
