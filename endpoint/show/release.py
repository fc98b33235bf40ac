"""What a release says of itself: its statistics, and its collections with their licences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pyoxigraph import RdfFormat, parse

from graph.downloads.describe.counts.void import SD, VOID
from graph.downloads.describe.licences import is_share_alike, licence_name
from graph.store.releases import Release

_DESCRIPTION = "void.ttl"
_DESCRIPTIONS_KEPT = 8
_NAMES = (SD + "name", VOID + "class", VOID + "property")
_PARTITIONS = (VOID + "classPartition", VOID + "propertyPartition")
"""What leads from a whole to its parts; the parts of parts are not read here."""
_NUMBERS = (VOID + "triples", VOID + "entities")


@dataclass(frozen=True)
class Statistics:
    """The triples of each named graph and property, and the things of each class; all keys are IRIs.

    https://www.w3.org/TR/void/#statistics
    """

    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    properties: Mapping[str, int]


@dataclass(frozen=True)
class Collection:
    """What pages tell of a collection: its licence, how much is in it, what was left out and why.

    `compiled` is a date, empty where the manifest has none; `issues` counts rows left out by kind of issue.
    `shares` are those of the rows by what became of them, 0 to 1, and `scores` count matches by tenths; both
    are empty in releases that do not tell.
    """

    name: str
    title: str
    licence: str
    licence_name: str
    share_alike: bool
    compiled: str
    rows: int
    claims: int
    issues: Mapping[str, int]
    shares: Mapping[str, float]
    scores: Mapping[str, int]


def read_statistics(release: Release) -> Statistics | None:
    """Return the statistics of a release, None for one without a description (void.ttl)."""
    try:
        return _read_description(release.read(_DESCRIPTION))
    except KeyError:
        return None


@lru_cache(_DESCRIPTIONS_KEPT)
def _read_description(description: bytes) -> Statistics:
    """Return the statistics in the description of a release."""
    names: dict[str, dict[str, str]] = {name: {} for name in _NAMES}
    numbers: dict[str, dict[str, int]] = {name: {} for name in _NUMBERS}
    wholes: dict[str, str] = {}
    for quad in parse(description, format=RdfFormat.TURTLE):
        part, name = str(quad.subject), quad.predicate.value
        if name in names:
            names[name][part] = getattr(quad.object, "value", "")
        elif name in numbers:
            numbers[name][part] = int(getattr(quad.object, "value", 0))
        elif name in _PARTITIONS:
            wholes[str(quad.object)] = part
    triples, entities = (numbers[name] for name in _NUMBERS)
    graphs, classes, properties = (
        {part: iri for part, iri in names[name].items() if wholes.get(part) not in wholes} for name in _NAMES
    )
    return Statistics(
        {iri: triples[part] for part, iri in graphs.items()},
        {iri: entities[part] for part, iri in classes.items()},
        {iri: triples[part] for part, iri in properties.items()},
    )


def list_collections(release: Release, language: str) -> list[Collection]:
    """Return the collections of a release in the order of the manifest, their titles in `language`."""
    return [_collection(entry, language) for entry in release.manifest.get("collections", ())]


def _collection(entry: Mapping[str, Any], language: str) -> Collection:
    title, licence = entry.get("title", {}), str(entry.get("licence", ""))
    return Collection(
        name=entry["name"],
        title=title.get(language) or title.get("en") or entry["name"],
        licence=licence,
        licence_name=licence_name(licence),
        share_alike=is_share_alike(licence),
        compiled=entry.get("compiled", ""),
        rows=entry.get("rows", 0),
        claims=entry.get("claims", 0),
        issues=Counter(issue["kind"] for issue in entry.get("issues", ())),
        shares=entry.get("shares", {}),
        scores=entry.get("scores", {}),
    )
