"""Flow 1: a function that loads collections comes in, a published release goes out, or nothing changes.

``build`` is the order of the steps, ``describe`` writes the quads, ``publish`` the files and the manifest,
``workers`` runs steps side by side; ``complete`` makes what a release that came from elsewhere lacks. Begin
with ``build``.
"""
