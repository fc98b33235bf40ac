"""What pages of things are made of: rows of the store come in, values for a template go out, a part a module.

``endpoint.things.kinds`` says which kind of thing has which parts. Begin with ``facts``.
"""
