"""Every IRI that we mint answers on its path: a path comes in, a page or a document in RDF goes out.

``documents`` says which of the two, ``kinds`` what the page of each kind of thing shows, made of ``parts``;
``rdf`` writes the documents, ``ontology`` those of the ontology. Begin with ``dereference``.
"""
