"""How much of what a release holds, as its own description says: counted once, when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from graph.downloads.describe.void import SD, VOID
from graph.store.releases import Release

_FILE = "void.ttl"
_KEPT = 8
_NAMES = (SD + "name", VOID + "class", VOID + "property")
_NUMBERS = (VOID + "triples", VOID + "entities")


@dataclass(frozen=True)
class Held:
    """The triples of each named graph and property, and the things of each class; all keys are IRIs."""

    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    properties: Mapping[str, int]


def read_held(release: Release) -> Held | None:
    """Return the numbers of a release, None for one without a description. A release never changes."""
    try:
        return _read(release.file(_FILE))
    except (KeyError, OSError):
        return None


@lru_cache(_KEPT)
def _read(path: Path) -> Held:
    names: dict[str, dict[str, str]] = {name: {} for name in _NAMES}
    numbers: dict[str, dict[str, int]] = {name: {} for name in _NUMBERS}
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        part, name = str(quad.subject), quad.predicate.value
        if name in names:
            names[name][part] = getattr(quad.object, "value", "")
        elif name in numbers:
            numbers[name][part] = int(getattr(quad.object, "value", 0))
    triples, entities = (numbers[name] for name in _NUMBERS)
    graphs, classes, properties = (names[name] for name in _NAMES)
    return Held(
        {iri: triples[part] for part, iri in graphs.items()},
        {iri: entities[part] for part, iri in classes.items()},
        {iri: triples[part] for part, iri in properties.items()},
    )
