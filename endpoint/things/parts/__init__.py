"""What pages of things are made of: one part a module, from rows of the store to values for a template.

``endpoint.things.kinds`` says which kind of thing has which parts. Begin with ``evidence``.
"""
