"""What a list states before anybody decided which places it means: records with their parties as written."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.claims import TRUST, Claim, CollectionInfo, Place, RowIssue
from graph.model.matches import Mention


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a list, or one statement of a knowledge base: a claim whose places are still mentions.

    `claim` has no parties and no lister yet. `listed_by` is 0 or 1, the party whose page or item says so,
    or None when the list is nobody's own. `file` and `line` say where it stands, `row` tells the rows of one
    line apart.
    """

    claim: Claim
    parties: tuple[Mention, Mention]
    file: str
    line: int
    listed_by: int | None = None
    row: str = ""


@dataclass(frozen=True)
class ListedCollection:
    """All that a loader of lists gives: records, and what it knows of places with a Wikidata id.

    `rows` counts what was read; each row is in `records` or in `issues`, or in both where a part of it is
    unsound.
    """

    info: CollectionInfo
    records: tuple[Record, ...]
    places: tuple[Place, ...] = ()
    issues: tuple[RowIssue, ...] = ()
    rows: int = 0

    @property
    def trust(self) -> int:
        """Return the rank of its most trusted source, 0 the most; without records that of a register."""
        return min((record.claim.trust for record in self.records), default=TRUST.index("register"))
