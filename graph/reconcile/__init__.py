"""The rules R2 to R10: claims about pairs come in, one model of partnerships and agreements goes out.

docs/rules.md names the function of each rule. Begin with ``reconcile``.
"""
