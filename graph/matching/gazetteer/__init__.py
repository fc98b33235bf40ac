"""The gazetteer: names and points come in, the places that go by them go out, or that several do.

``index`` looks places up in the file that ``loaders.gazetteer`` makes, ``lookup`` as lists write them,
``finder`` reads a party. Begin with ``finder``.
"""
