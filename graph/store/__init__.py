"""The embedded store and the home folder on disk: quads come in, releases that never change go out.

``releases`` says which release is current, ``validation`` runs the rules of the ontology.
Begin with ``store``.
"""
