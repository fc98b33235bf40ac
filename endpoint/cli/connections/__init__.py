"""Connections: whole requests go to threads, whole answers come back, and nobody who is slow holds a thread.

One thread, the loop, reads all connections and writes what they could not take at once (waitress does both);
a pool of threads, which serves clients in turn, runs the application. Begin with ``server``.
"""
