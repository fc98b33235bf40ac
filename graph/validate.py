"""The gate: the rules of the ontology, run as SPARQL over a whole store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Store

from graph.store import select
from ontology import Rule, rules


@dataclass(frozen=True)
class Breach:
    """One rule that does not hold, with the rows that show it."""

    rule: Rule
    rows: tuple[dict[str, str], ...]

    @property
    def things(self) -> tuple[str, ...]:
        """Return the IRIs of what breaks the rule, each once, in order."""
        return tuple(dict.fromkeys(row["thing"] for row in self.rows if "thing" in row))


def find_breaches(store: Store, which: Iterable[Rule] | None = None) -> list[Breach]:
    """Return the rules that do not hold in `store`, fatal ones first; an empty list when all hold."""
    found = []
    for rule in rules() if which is None else which:
        rows = sorted(select(store, rule.query), key=lambda row: sorted(row.items()))
        if rows:
            found.append(Breach(rule, tuple(rows)))
    return sorted(found, key=lambda breach: (not breach.rule.fatal, breach.rule.name))
