"""Where an answer still differs from what SPARQL 1.1 says: one row a deviation, with a query that shows it.

What the engine gives otherwise and can be asked for rightly is no row here: it is written anew
(``endpoint.engine.language.rewriting``). Tests fail when a row does not hold any more.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Deviation:
    """One difference: ``query`` shows it, ``right`` is its value by the standard, ``given`` what we give.

    ``section`` is where the standard says so, ``tests`` are the W3C's evaluation tests that fail for it.
    """

    slug: str
    section: str
    query: str
    right: str
    given: str
    tests: tuple[str, ...] = ()


DEVIATIONS: tuple[Deviation, ...] = ()
