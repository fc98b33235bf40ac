"""Who is who: collections and lists come in, places go out, or reasons why there are none.

``gather`` collects the evidence, ``rounds`` weigh it with ``scores``, ``decide`` says what follows;
``known`` has what was known before: names, reviews, minted ids. Begin with ``resolve``.
"""
