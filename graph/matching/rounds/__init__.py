"""Which parties are one: parties come in, and are merged into the places that they are.

``weigh`` puts all evidence about two of them together, ``candidates`` chooses among the places that one may
be, ``rounds`` goes on until no more can be decided. Begin with ``rounds``.
"""
