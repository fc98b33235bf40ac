"""What changed between two releases: the value types, and their JSON form (read back by `Diff.from_json`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from graph.errors import ReleaseError
from graph.model.iris import iri
from ontology import BASE

FORMAT = 2
"""The version of the JSON layout; another number is another layout."""
LISTED, CAUSES_LISTED = 100, 20
"""How many changes of one kind a shortened list has, and how many causes under each."""


class Kind(StrEnum):
    """The kind of a change; `moved`: a claim whose record is the same but is now about another thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


_OF_THINGS = (Kind.ADDED, Kind.REMOVED, Kind.CHANGED)
"""The kinds of changes that things have, in the order of a list."""


class Thing(StrEnum):
    """What a change is a change of; claimed and intended partnerships count as partnerships."""

    PARTNERSHIP = "partnership"
    AGREEMENT = "agreement"


@dataclass(frozen=True)
class ValueChange:
    """One property before and after: sorted lexical forms and full IRIs, none where there is no value.

    `name` is the local name of the property, or `outcome`; on a claim `sourceType` is its source's type, and
    `verdict` and `correctedBy` are what a curator's assessment says of it.
    """

    name: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimChange:
    """A claim as a cause. `source` is the address of its source; `changes` is empty unless both have it."""

    iri: str
    kind: Kind
    source: str
    description: str
    changes: tuple[ValueChange, ...] = ()

    @property
    def id(self) -> str:
        """Return the id of the claim, ``<collection>/<row>``."""
        return self.iri.removeprefix(iri("claim", ""))


@dataclass(frozen=True)
class ThingChange:
    """A partnership or an agreement that is new, gone or different, and the claims that caused it.

    The values of a new thing are all after, those of one that is gone all before. No cause: no claim about it
    is different, so the places, the rules or the date of compilation are. `more_causes` is how many are not
    listed.
    """

    thing: Thing
    kind: Kind
    iri: str
    label: str
    changes: tuple[ValueChange, ...] = ()
    causes: tuple[ClaimChange, ...] = ()
    more_causes: int = 0


@dataclass(frozen=True)
class Rename:
    """A place, a partnership, an agreement or an event that goes by another IRI now; the label is today's."""

    before: str
    after: str
    label: str

    @property
    def kind(self) -> str:
        """Return what it is, as its IRI says: place, partnership, agreement …"""
        return self.after.removeprefix(BASE).partition("/")[0]


@dataclass(frozen=True)
class Counts:
    """How much is in one release; the first three are partnerships by outcome."""

    accepted: int = 0
    intent: int = 0
    claimed: int = 0
    agreements: int = 0
    claims: int = 0


@dataclass(frozen=True)
class ClaimTally:
    """How many claims differ, whether they caused anything or not."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0


@dataclass(frozen=True)
class Diff:
    """All that changed from the release `old` to the release `new` (ids, empty where not given).

    Partnerships come before agreements, added before removed before changed, then by label. Of a first
    release `before` is None and nothing is listed: everything in it is new. What only goes by another IRI is
    among the `renames`, ordered by the one before, and has not changed. Where this is a shortened list,
    `unlisted` is how many changes of a kind are not among the `things`, and `more_renames` how many renames
    of a kind of IRI are not listed.
    """

    after: Counts
    before: Counts | None = None
    claims: ClaimTally = field(default_factory=ClaimTally)
    things: tuple[ThingChange, ...] = ()
    renames: tuple[Rename, ...] = ()
    old: str = ""
    new: str = ""
    unlisted: Mapping[tuple[Thing, Kind], int] = field(default_factory=dict)
    more_renames: Mapping[str, int] = field(default_factory=dict)

    @property
    def first(self) -> bool:
        """Return whether there was no release before."""
        return self.before is None

    def select(self, thing: Thing, kind: Kind) -> tuple[ThingChange, ...]:
        """Return the changes of one kind to partnerships, or to agreements."""
        return tuple(change for change in self.things if change.thing is thing and change.kind is kind)

    def count(self, thing: Thing, kind: Kind) -> int:
        """Return how many changes of one kind there are, listed or not."""
        return len(self.select(thing, kind)) + self.unlisted.get((thing, kind), 0)

    def shortened(self, listed: int = LISTED, causes: int = CAUSES_LISTED) -> Diff:
        """Return the first `listed` changes of each kind, each with its first `causes`, and the numbers."""
        kinds = [(thing, kind) for thing in Thing for kind in _OF_THINGS]
        things = tuple(_shorten(one, causes) for pair in kinds for one in self.select(*pair)[:listed])
        numbers = {pair: self.count(*pair) - min(listed, len(self.select(*pair))) for pair in kinds}
        return replace(
            self,
            things=things,
            unlisted={pair: rest for pair, rest in numbers.items() if rest},
            renames=self.renames[:listed],
            more_renames=Counter(self.more_renames) + Counter(r.kind for r in self.renames[listed:]),
        )

    def count_renames(self) -> dict[str, int]:
        """Return how many things of each kind go by another IRI now, listed or not, by the kinds in order."""
        numbers = Counter(self.more_renames) + Counter(rename.kind for rename in self.renames)
        return {kind: numbers[kind] for kind in sorted(numbers)}

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each change whole, with its causes, for JSON."""
        for one in self.things:
            causes = [_dump_claim(claim) | {"iri": claim.iri} for claim in one.causes]
            yield {"thing": one.thing.value, "kind": one.kind.value, **_dump_thing(one), "causes": causes}
        for rename in self.renames:
            yield {"thing": rename.kind, "kind": "renamed", "iri": rename.after, **_dump_rename(rename)}

    def as_json(self) -> str:
        """Return the changes as JSON (layout: docs/reference.md), the same bytes for the same changes."""
        causes = {claim.iri: claim for thing in self.things for claim in thing.causes}
        document = {
            "format": FORMAT,
            "from": self.old or None,
            "to": self.new or None,
            "first": self.first,
            "counts": {"before": asdict(self.before) if self.before else None, "after": asdict(self.after)},
            "claims": asdict(self.claims),
            **{f"{thing}s": self._dump(thing) for thing in Thing},
            "unlisted": {f"{thing}s": self._dump_unlisted(thing) for thing in Thing}
            | {"renamed": dict(self.more_renames)},
            "renamed": [*map(_dump_rename, self.renames)],
            "causes": {name: _dump_claim(claim) for name, claim in sorted(causes.items())},
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def _dump(self, thing: Thing) -> dict[str, list[dict[str, Any]]]:
        return {kind.value: [*map(_dump_thing, self.select(thing, kind))] for kind in _OF_THINGS}

    def _dump_unlisted(self, thing: Thing) -> dict[str, int]:
        return {kind.value: self.unlisted.get((thing, kind), 0) for kind in _OF_THINGS}

    @classmethod
    def from_json(cls, text: str | bytes) -> Diff:
        """Return the changes that `as_json` wrote; raises ReleaseError for any other text."""
        try:
            return _read(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            what = f"this is not a list of changes in the layout {FORMAT} ({exc})"
            raise ReleaseError(f"{what}; run `kembar diff` to make it again") from exc


def _dump_thing(thing: ThingChange) -> dict[str, Any]:
    return {
        "iri": thing.iri,
        "label": thing.label,
        "changes": _dump_values(thing.changes),
        "causes": [claim.iri for claim in thing.causes],
        "more_causes": thing.more_causes,
    }


def _dump_rename(rename: Rename) -> dict[str, str]:
    return {"from": rename.before, "to": rename.after, "label": rename.label}


def _shorten(thing: ThingChange, causes: int) -> ThingChange:
    more = thing.more_causes + max(0, len(thing.causes) - causes)
    return replace(thing, causes=thing.causes[:causes], more_causes=more)


def _dump_claim(claim: ClaimChange) -> dict[str, Any]:
    return {
        "id": claim.id,
        "change": claim.kind.value,
        "source": claim.source,
        "description": claim.description,
        "changes": _dump_values(claim.changes),
    }


def _dump_values(changes: Iterable[ValueChange]) -> list[dict[str, Any]]:
    return [{"property": c.name, "before": c.before, "after": c.after} for c in changes]


def _read(document: Mapping[str, Any]) -> Diff:
    if document["format"] != FORMAT:
        raise ValueError(f"format is {document['format']!r}")
    counts, causes = document["counts"], {}
    for name, row in document["causes"].items():
        kind, changes = Kind(row["change"]), _read_values(row["changes"])
        causes[name] = ClaimChange(name, kind, row["source"], row["description"], changes)
    return Diff(
        after=Counts(**counts["after"]),
        before=Counts(**counts["before"]) if counts["before"] else None,
        claims=ClaimTally(**document["claims"]),
        things=tuple(
            _read_thing(thing, Kind(kind), row, causes)
            for thing in Thing
            for kind, rows in document[f"{thing}s"].items()
            for row in rows
        ),
        renames=tuple(Rename(row["from"], row["to"], row["label"]) for row in document["renamed"]),
        old=document["from"] or "",
        new=document["to"] or "",
        unlisted={
            (thing, Kind(kind)): number
            for thing in Thing
            for kind, number in document["unlisted"][f"{thing}s"].items()
            if number
        },
        more_renames=document["unlisted"]["renamed"],
    )


def _read_thing(
    thing: Thing, kind: Kind, row: Mapping[str, Any], causes: Mapping[str, ClaimChange]
) -> ThingChange:
    chosen = tuple(causes[name] for name in row["causes"])
    changes, more = _read_values(row["changes"]), row["more_causes"]
    return ThingChange(thing, kind, row["iri"], row["label"], changes, chosen, more)


def _read_values(rows: Iterable[Mapping[str, Any]]) -> tuple[ValueChange, ...]:
    return tuple(ValueChange(row["property"], tuple(row["before"]), tuple(row["after"])) for row in rows)
