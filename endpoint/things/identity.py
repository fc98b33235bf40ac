"""What an IRI of ours identifies: a thing, a place that has moved, what an older release had, or nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app
from pyoxigraph import Store

from endpoint.serving.releases.service import ReleaseVerifier
from endpoint.serving.releases.verifier import is_kept
from endpoint.show.lookup import Select
from graph.errors import ParameterError, ReleaseError
from graph.store import store
from graph.store.releases import Release, list_releases
from graph.triples.gone import DEPRECATED, WHY
from ontology import BASE, PREFIXES
from queries.terms import iri_term

log = logging.getLogger(__name__)

_MOVING = tuple(f"{BASE}{kind}/" for kind in ("place", "partnership", "agreement", "signature", "event"))
"""The beginnings of IRIs that name places, which change when a place gets an id of its own."""
_REPLACED = PREFIXES["dcterms"] + "isReplacedBy"
_LABELS = f"<{PREFIXES['rdfs']}label>|<{PREFIXES['dcterms']}title>|<{PREFIXES['kk']}describedAs>"
_STORES_OPEN = 4
_IDLE_SECONDS = 300.0


@dataclass(frozen=True)
class Presence:
    """Whether a thing exists in the current release; `moved_to` is the IRI that it goes by now.

    `gone` is the reason why there is none any more, where somebody wrote it down.
    """

    exists: bool = False
    moved_to: str | None = None
    gone: str = ""


@dataclass
class _OpenStore:
    """The store of an earlier release; when nothing refers to it, its files are closed."""

    release: Release
    store: Store
    last_used: float = 0.0


@dataclass(frozen=True)
class LastKnown:
    """The newest earlier release that had a thing, and its label there (its local IRI where it has none)."""

    release: Release
    label: str


def find_presence(select: Select, iri: str) -> Presence:
    """Return whether the thing with this IRI exists, or has moved; text that is no IRI names nothing.

    A place whose IRI was minted without a QID and got one later moves, for good, to the IRI with the QID, and
    so do its partnerships, agreements, signatures and events; a claimed partnership that another one replaces
    is still a thing. A named graph exists when it holds triples. Raises the QueryError tree.
    """
    try:
        thing = iri_term(iri)
    except ParameterError:
        return Presence()
    rows = select(
        f"SELECT ?new ?why WHERE {{ {{ {thing} ?property ?value }} UNION {{ GRAPH {thing} {{ ?s ?p ?o }} }}\n"
        f"  OPTIONAL {{ {thing} <{_REPLACED}> ?new FILTER NOT EXISTS {{ {thing} a ?class }} }}\n"
        f"  OPTIONAL {{ {thing} <{WHY.value}> ?why ; <{DEPRECATED.value}> true\n"
        f"    FILTER NOT EXISTS {{ {thing} a ?class }} }} }} LIMIT 1"
    ).rows
    new, why = (rows[0][name].value if rows and name in rows[0] else "" for name in ("new", "why"))
    moved_to = new if new and new != iri and iri.startswith(_MOVING) else None
    return Presence(exists=bool(rows) and not why, moved_to=moved_to, gone=why)


class EarlierReleases:
    """Asks releases that are not served any more what they had, each opened here and not in a query process.

    Safe for many threads. The one not asked for longest makes room for another.
    """

    def __init__(self, verifier: ReleaseVerifier) -> None:
        """Start with none open."""
        self._verifier = verifier
        self._stores: OrderedDict[str, _OpenStore] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, release: Release, query: str) -> list[dict[str, str]]:
        """Return the rows of a SELECT of our own; raises ReleaseError when the release is damaged."""
        self._verifier.check(release)
        with self._lock:
            opened = self._stores.get(release.id)
            if opened is None or opened.release != release:
                opened = self._stores[release.id] = _OpenStore(release, store.open_store(release.store_path))
            self._stores.move_to_end(release.id)
            opened.last_used = time.monotonic()
            while len(self._stores) > _STORES_OPEN:
                self._stores.popitem(last=False)
        return store.select(opened.store, query)

    def close_idle(self) -> None:
        """Close what nobody asked for some minutes, and what is not kept any more: it holds files open."""
        before = time.monotonic() - _IDLE_SECONDS
        with self._lock:
            for name, opened in list(self._stores.items()):
                if opened.last_used < before or not is_kept(opened.release):
                    del self._stores[name]

    def __len__(self) -> int:
        """Return how many are open."""
        return len(self._stores)


def install(app: Flask, verifier: ReleaseVerifier) -> None:
    """Give an application the means to ask what earlier releases had."""
    app.extensions["kembar.kept"] = EarlierReleases(verifier)


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
        earlier: EarlierReleases = current_app.extensions["kembar.kept"]
        return earlier.ask(release, query)
    except (ReleaseError, OSError, RuntimeError) as exc:
        log.warning("release %s cannot be asked what it had: %s", release.id, exc)
        return []
