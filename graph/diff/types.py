"""What changed between two releases: the value types, and their JSON form (read back by `Diff.from_json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from graph.errors import ReleaseError
from graph.model.iris import iri

FORMAT = 2
"""The version of the JSON layout; another number is another layout."""


class Kind(StrEnum):
    """The kind of a change; `moved`: a claim whose record is the same but is now about another thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


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
    is different, so the places, the rules or the date of compilation are.
    """

    thing: Thing
    kind: Kind
    iri: str
    label: str
    changes: tuple[ValueChange, ...] = ()
    causes: tuple[ClaimChange, ...] = ()


@dataclass(frozen=True)
class Rename:
    """A place, a partnership, an agreement or an event that goes by another IRI now; the label is today's."""

    before: str
    after: str
    label: str


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
    among the `renames`, ordered by the one before, and has not changed.
    """

    after: Counts
    before: Counts | None = None
    claims: ClaimTally = field(default_factory=ClaimTally)
    things: tuple[ThingChange, ...] = ()
    renames: tuple[Rename, ...] = ()
    old: str = ""
    new: str = ""

    @property
    def first(self) -> bool:
        """Return whether there was no release before."""
        return self.before is None

    def select(self, thing: Thing, kind: Kind) -> tuple[ThingChange, ...]:
        """Return the changes of one kind to partnerships, or to agreements."""
        return tuple(change for change in self.things if change.thing is thing and change.kind is kind)

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
            "renamed": [{"from": r.before, "to": r.after, "label": r.label} for r in self.renames],
            "causes": {name: _dump_claim(claim) for name, claim in sorted(causes.items())},
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def _dump(self, thing: Thing) -> dict[str, list[dict[str, Any]]]:
        kinds = (Kind.ADDED, Kind.REMOVED, Kind.CHANGED)
        return {kind.value: [_dump_thing(change) for change in self.select(thing, kind)] for kind in kinds}

    @classmethod
    def from_json(cls, text: str | bytes) -> Diff:
        """Return the changes that `as_json` wrote; raises ReleaseError for any other text."""
        try:
            return _read(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            what = f"this is not a list of changes in the layout {FORMAT} ({exc})"
            raise ReleaseError(f"{what}; run `kembar diff` to make it again") from exc


def _dump_thing(thing: ThingChange) -> dict[str, Any]:
    causes = [claim.iri for claim in thing.causes]
    return {"iri": thing.iri, "label": thing.label, "changes": _dump_values(thing.changes), "causes": causes}


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
    )


def _read_thing(
    thing: Thing, kind: Kind, row: Mapping[str, Any], causes: Mapping[str, ClaimChange]
) -> ThingChange:
    chosen = tuple(causes[name] for name in row["causes"])
    return ThingChange(thing, kind, row["iri"], row["label"], _read_values(row["changes"]), chosen)


def _read_values(rows: Iterable[Mapping[str, Any]]) -> tuple[ValueChange, ...]:
    return tuple(ValueChange(row["property"], tuple(row["before"]), tuple(row["after"])) for row in rows)
