"""The model as a picture: the classes of the ontology on a ring, and the properties that join them.

It is drawn from the ontology itself, so that it shows what the terms below it say.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import OWL, RDF, RDFS, SDO

from endpoint.show.lookup import ontology_label
from ontology import KK, ontology

WIDTH, HEIGHT = 880, 560
_MIDDLE = (WIDTH / 2, HEIGHT / 2)
_RADII = (300.0, 235.0)
_LABEL_GAP = 12
_PULL = 0.35
"""How near to the middle of the ring a line bends: 0 goes through it, 1 stays at the rim."""
_DOMAINS, _RANGES = (RDFS.domain, SDO.domainIncludes), (RDFS.range, SDO.rangeIncludes)


@dataclass(frozen=True)
class ClassDot:
    """A class on the ring; `anchor` is where its label is tied: start, middle or end."""

    name: str
    label: str
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True)
class Line:
    """The properties from one class to another: their labels, and the path between the two."""

    source: str
    target: str
    properties: tuple[str, ...]
    path: str


@dataclass(frozen=True)
class ModelPicture:
    """All classes that a property joins, and a line for every two of them that are joined."""

    dots: tuple[ClassDot, ...]
    lines: tuple[Line, ...]


def draw_model(language: str) -> ModelPicture:
    """Return the picture with the labels of a language."""
    joined = _find_links()
    names = sorted({name for pair in joined for name in pair})
    dots = {name: _place(name, number, len(names), language) for number, name in enumerate(names)}
    lines = (
        Line(a, b, tuple(sorted(_label(name, language) for name in properties)), _bend(dots[a], dots[b]))
        for (a, b), properties in sorted(joined.items())
    )
    return ModelPicture(tuple(dots.values()), tuple(lines))


def _find_links() -> dict[tuple[str, str], set[str]]:
    """Return the properties between each two different classes of ours, by local names."""
    graph = ontology()
    links: dict[tuple[str, str], set[str]] = defaultdict(set)
    for term in graph.subjects(RDF.type, OWL.ObjectProperty):
        sources, targets = (
            {_local(value) for name in names for value in graph.objects(term, name) if _local(value)}
            for names in (_DOMAINS, _RANGES)
        )
        for pair in ((a, b) for a in sources for b in targets if a != b):
            links[pair].add(_local(term))
    return dict(links)


def _local(term: object) -> str:
    """Return the local name of a term of ours, nothing for any other."""
    return str(term).removeprefix(str(KK)) if str(term).startswith(str(KK)) else ""


def _label(name: str, language: str) -> str:
    return ontology_label(str(URIRef(KK[name])), language) or name


def _place(name: str, number: int, count: int, language: str) -> ClassDot:
    angle = math.tau * number / count - math.pi / 2
    along, down = math.cos(angle), math.sin(angle)
    x, y = (
        middle + radius * part for middle, radius, part in zip(_MIDDLE, _RADII, (along, down), strict=True)
    )
    anchor = "middle" if abs(along) < 0.15 else "start" if along > 0 else "end"
    label_x, label_y = x + _LABEL_GAP * along, y + _LABEL_GAP * 1.5 * down + 5
    spots = round(x), round(y), round(label_x), round(label_y)
    return ClassDot(name, _label(name, language), *spots, anchor=anchor)


def _bend(start: ClassDot, end: ClassDot) -> str:
    bend = (
        round(middle + _PULL * ((a + b) / 2 - middle))
        for middle, a, b in zip(_MIDDLE, (start.x, start.y), (end.x, end.y), strict=True)
    )
    return f"M{start.x} {start.y}Q{' '.join(map(str, bend))} {end.x} {end.y}"
