"""What follows from the matching: parties come in, a decision about each record and its claims go out.

``decide`` says of each mention which place it means, ``apart`` of single records, ``new_places`` of parties
that nobody knows; ``claims`` makes claims of it. Begin with ``decide``.
"""
