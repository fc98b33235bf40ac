"""Who is who: collections and lists come in, places go out, or reasons why there are none.

``mentions`` makes parties of what lists name, ``gazetteer`` reads their names, ``rounds`` merge them by
``scores``, ``decisions`` say what follows; ``known`` has what was known before. Begin with ``resolve``.
"""
