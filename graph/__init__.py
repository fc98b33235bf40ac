"""From claims to a graph to a release: claims come in, an immutable release goes out.

``model`` has the value types, ``matching`` says who is who, ``reconcile`` applies the rules, ``triples`` and
``network`` write and measure what follows, ``downloads`` makes the files, ``store`` keeps releases on disk,
``diff`` compares them. Begin with ``pipeline.build``, which is the order of all this.
"""
