"""The one resolver of names: a text that people write comes in, the things it may mean go out.

``index`` is what the release has names for, made once and kept beside its store. ``match`` weighs which
places a name may mean, ``meaning`` decides whether it is exactly one, ``suggest`` helps who still types.
Questions, pages, search, command line and reconciliation all ask here; nothing is guessed: a name of several
places stays one of several. Begin with ``meaning``.
"""
