"""A query as tokens comes in; what the engine must be asked to give what SPARQL 1.1 says goes out.

Begin with ``rewrite``: it walks the query (``groups``), reads ``triples`` and ``paths``, and writes anew
(``expand``) those where the engine would count or leave out solutions.
Nothing is read a second time: all stand on the tokens of the ``Reading``.
"""
