"""The rules R2 to R9: claims about pairs come in, one model of partnerships and agreements goes out.

Each rule is one function, named in docs/rules.md. Begin with ``reconcile``.
"""
