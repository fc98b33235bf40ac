"""Collections that name everything in tables of their own: statements and maps come in, claims go out.

A value that no map knows is an issue, never a default. Begin with ``load``.
"""
