"""Validation: the rules of the ontology, run as SPARQL over a whole store."""

from __future__ import annotations

from collections.abc import Container, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from pyoxigraph import Store

from graph.store.store import select
from ontology import BASE, KK, Breach, Rule, rules

SHOWN = 10
"""How many things of a broken rule are listed with their claims."""
_CLAIMS_ABOUT = f"SELECT ?claim {{{{ ?claim <{KK.about}> <{{thing}}> ; a <{KK.Claim}> }}}} ORDER BY ?claim"


def _find_claims(store: Store, things: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the ids of the claims about each thing; of a claim its own id."""
    prefix = BASE + "claim/"
    found: dict[str, tuple[str, ...]] = {thing: (thing,) for thing in things if thing.startswith(prefix)}
    for thing in things:
        if thing not in found and thing.startswith(BASE):
            rows = select(store, _CLAIMS_ABOUT.format(thing=thing))
            found[thing] = tuple(row["claim"] for row in rows)
    return {thing: tuple(claim.removeprefix(prefix) for claim in claims) for thing, claims in found.items()}


def find_breaches(store: Store, proven: Container[str] = ()) -> list[Breach]:
    """Return the rules that do not hold in `store`, fatal ones first; an empty list when all hold.

    Rules that are `proven`, by their names, are not checked. Two are checked at a time: while the engine
    answers one query, it leaves Python free.
    """
    which = [rule for rule in rules() if rule.name not in proven]
    with ThreadPoolExecutor(max_workers=2) as pool:
        breaches = pool.map(partial(_check_rule, store), which)
        found = [breach for breach in breaches if breach.rows]
    return sorted(found, key=lambda breach: (not breach.rule.fatal, breach.rule.name))


def _check_rule(store: Store, rule: Rule) -> Breach:
    rows = sorted(select(store, rule.query), key=lambda row: sorted(row.items()))
    breach = Breach(rule, tuple(rows))
    return replace(breach, claims=_find_claims(store, breach.things[:SHOWN]))
