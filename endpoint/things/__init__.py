"""Every IRI that we mint answers on its path: a path comes in, a page or a document in RDF goes out.

``documents`` says which of the two, ``page`` makes the page of its ``parts``, ``rdf`` the documents.
Begin with ``dereference``.
"""
