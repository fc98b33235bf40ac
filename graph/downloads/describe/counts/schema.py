"""Which classes have which properties, and what their values are: counted over the quads of a release."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from graph.model.terms import A
from graph.store.quads import SortedQuads, split_line
from ontology import PREFIXES

_TYPE = str(A).encode()
_TYPED = b" %b " % _TYPE
_STRING, _LANG_STRING = f"<{PREFIXES['xsd']}string>".encode(), f"<{PREFIXES['rdf']}langString>".encode()
_Classes = frozenset[bytes]
_Value = _Classes | bytes
"""What a value is: the classes of a thing, or the datatype of a literal."""


@dataclass
class PropertyUse:
    """How the things of one class use one property: triples, and of these how many by class and datatype.

    A thing of several classes counts for each of them; the keys are IRIs.
    """

    triples: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Schema:
    """How many things each class has, and how they use properties, by class and property; keys are IRIs."""

    entities: Mapping[str, int]
    uses: Mapping[str, Mapping[str, PropertyUse]]


NO_SCHEMA = Schema({}, {})
"""That of no things."""


def find_schema(quads: SortedQuads) -> Schema:
    """Return the schema of quads as they are. Two passes, which keep the classes of things."""
    classes = _find_classes(quads)
    uses: Counter[tuple[_Classes, bytes, _Value]] = Counter()
    nothing = _Classes()
    for subject, described in groupby(map(split_line, quads.lines()), key=itemgetter(0)):
        kinds = classes.get(subject, nothing)
        if kinds:
            for _, predicate, value, _ in described:
                uses[kinds, predicate, _kind_of(value, classes, nothing)] += 1
    found: defaultdict[str, defaultdict[str, PropertyUse]] = defaultdict(lambda: defaultdict(PropertyUse))
    for (kinds, predicate, ends), count in uses.items():
        for kind in kinds:
            _add(found[_iri(kind)][_iri(predicate)], ends, count)
    entities = Counter(_iri(kind) for kinds in classes.values() for kind in kinds)
    return Schema(entities, {kind: dict(sorted(found[kind].items())) for kind in sorted(found)})


def _find_classes(quads: SortedQuads) -> dict[bytes, _Classes]:
    """Return the classes of each thing that has some; equal sets are one object."""
    typed = (split_line(line) for line in quads.lines() if _TYPED in line)
    pairs = ((subject, value) for subject, predicate, value, _ in typed if predicate == _TYPE)
    shared: dict[_Classes, _Classes] = {}
    found = {}
    for subject, group in groupby(pairs, key=itemgetter(0)):
        kinds = _Classes(value for _, value in group)
        found[subject] = shared.setdefault(kinds, kinds)
    return found


def _kind_of(value: bytes, classes: Mapping[bytes, _Classes], nothing: _Classes) -> _Value:
    if value.startswith(b"<"):
        return classes.get(value, nothing)
    rest = value[value.rindex(b'"') + 1 :]
    return _LANG_STRING if rest.startswith(b"@") else rest.removeprefix(b"^^") or _STRING


def _add(use: PropertyUse, value: _Value, count: int) -> None:
    use.triples += count
    if isinstance(value, bytes):
        use.datatypes[_iri(value)] += count
    else:
        use.classes.update({_iri(kind): count for kind in value})


def _iri(term: bytes) -> str:
    return term[1:-1].decode()
