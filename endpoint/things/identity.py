"""What an IRI of ours identifies: a thing, a place that has moved, what an older release had, or nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Store

from endpoint.show.lookup import Select
from graph.errors import ParameterError, ReleaseError
from graph.store import store
from graph.store.releases import Release, list_releases
from ontology import BASE, PREFIXES
from queries.terms import iri_term

log = logging.getLogger(__name__)

_MOVING = tuple(f"{BASE}{kind}/" for kind in ("place", "partnership", "agreement", "event"))
"""The beginnings of IRIs that name places, which change when a place gets an id of its own."""
_REPLACED = PREFIXES["dcterms"] + "isReplacedBy"
_LABELS = f"<{PREFIXES['rdfs']}label>|<{PREFIXES['dcterms']}title>|<{PREFIXES['kk']}describedAs>"
_STORES_OPEN = 8


@dataclass(frozen=True)
class Presence:
    """Whether a thing exists in the current release; `moved_to` is the IRI that it goes by now."""

    exists: bool = False
    moved_to: str | None = None


@dataclass(frozen=True)
class LastKnown:
    """The newest earlier release that had a thing, and its label there (its local IRI where it has none)."""

    release: Release
    label: str


def find_presence(select: Select, iri: str) -> Presence:
    """Return whether the thing with this IRI exists, or has moved; text that is no IRI names nothing.

    A place whose IRI was minted without a QID and got one later moves, for good, to the IRI with the QID, and
    so do its partnerships, agreements and events; a claimed partnership that another one replaces is still a
    thing. A named graph exists when it holds triples. Raises the QueryError tree.
    """
    try:
        thing = iri_term(iri)
    except ParameterError:
        return Presence()
    rows = select(
        f"SELECT ?new WHERE {{ {{ {thing} ?property ?value }} UNION {{ GRAPH {thing} {{ ?s ?p ?o }} }}\n"
        f"  OPTIONAL {{ {thing} <{_REPLACED}> ?new FILTER NOT EXISTS {{ {thing} a ?class }} }} }} LIMIT 1"
    ).rows
    new = rows[0]["new"].value if rows and "new" in rows[0] else None
    return Presence(exists=bool(rows), moved_to=new if new != iri and iri.startswith(_MOVING) else None)


def find_last_known(home: Path, current: str, iri: str, language: str) -> LastKnown | None:
    """Return the newest kept release before the one with the id `current` that had this thing, else None.

    Releases that cannot be opened are passed over.
    """
    try:
        thing = iri_term(iri)
    except ParameterError:
        return None
    query = (
        f"SELECT ?label WHERE {{ {{ {thing} ?property ?value }} UNION {{ GRAPH {thing} {{ ?s ?p ?o }} }}\n"
        f"  OPTIONAL {{ {thing} {_LABELS} ?label FILTER(LANG(?label) IN ('{language}', '')) }} }} LIMIT 1"
    )
    for release in _earlier(home, current):
        rows = _ask_release(release, query)
        if rows:
            return LastKnown(release, rows[0].get("label", iri.removeprefix(BASE)))
    return None


def _earlier(home: Path, current: str) -> list[Release]:
    kept = list_releases(home)
    ids = [release.id for release in kept]
    return kept[ids.index(current) + 1 :] if current in ids else kept


def _ask_release(release: Release, query: str) -> list[dict[str, str]]:
    try:
        return store.select(_open(release.store_path), query)
    except (ReleaseError, OSError, RuntimeError) as exc:
        log.warning("release %s cannot be asked what it had: %s", release.id, exc)
        return []


@lru_cache(_STORES_OPEN)
def _open(path: Path) -> Store:
    """Return the store of one release, which never changes; opening one takes longer than asking it."""
    return store.open_store(path)
