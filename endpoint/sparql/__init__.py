"""The SPARQL 1.1 protocol: a request comes in, a negotiated whole answer or an error goes out.

``request`` reads what is asked, ``negotiation`` chooses the format, ``answer`` puts it together.
Begin with ``answer``.
"""
