"""A query as tokens comes in; what the engine must be asked to give what SPARQL 1.1 says goes out.

Begin with ``rewrite``: it walks the query (``groups``), reads ``triples`` and ``paths``, and writes anew
(``expand``) those where the engine would count or leave out solutions.
All stand on the tokens of the ``Reading``; only a text that ``replacements`` has changed is read again.
"""
