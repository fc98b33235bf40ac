"""Query texts as an engine elsewhere is to be asked them: graphs by the names that they have there.

A text that is SPARQL and the dataset of its request come in, both come out for the engine. Begin with
``store``.
"""
