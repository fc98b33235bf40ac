"""What lists name: collections come in, parties with their links go out, each mention with the party it is.

``gather`` makes the parties, ``read`` asks the gazetteer about them, ``ids`` finds names that contradict the
id beside them. Begin with ``gather``.
"""
