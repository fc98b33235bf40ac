"""Proposals for Wikidata as QuickStatements commands (https://www.wikidata.org/wiki/Help:QuickStatements)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model.dates import PartialDate, Precision
from graph.model.iris import is_qid

_PRECISIONS = {Precision.YEAR: 9, Precision.MONTH: 10, Precision.DAY: 11}
# https://www.wikidata.org/wiki/Help:Dates#Precision


@dataclass(frozen=True)
class Proposal:
    """One statement "twinned administrative body" (P190) of `item`, with its beginning and one reference.

    `reference` is the address of the source, `retrieved` the day on which it was seen.
    """

    item: str
    value: str
    reference: str
    since: PartialDate | None = None
    retrieved: PartialDate | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what could not be written as one command."""
        if not (is_qid(self.item) and is_qid(self.value)):
            raise ValueError(f"{self.item} and {self.value} are not both items of Wikidata")
        if not self.reference.startswith(("http://", "https://")):
            raise ValueError(f"{self.reference!r} is not a web address")
        if any(sign in self.reference for sign in '\t\r\n"'):
            raise ValueError(f"{self.reference!r} cannot be quoted in a command")


def write_quickstatements(proposals: Iterable[Proposal]) -> str:
    """Return one command a line (version 1, fields parted by tabs), in the order given.

    P580 is as precise as the date is known; the reference has S854 (address) and S813 (day seen).
    """
    return "".join("\t".join(_fields(proposal)) + "\n" for proposal in proposals)


def _fields(proposal: Proposal) -> list[str]:
    since = ["P580", _time(proposal.since)] if proposal.since else []
    retrieved = ["S813", _time(proposal.retrieved)] if proposal.retrieved else []
    return [proposal.item, "P190", proposal.value, *since, "S854", f'"{proposal.reference}"', *retrieved]


def _time(date: PartialDate) -> str:
    """Return a date with its precision: ``+2018-03-00T00:00:00Z/10`` is March 2018."""
    return (
        f"+{date.year:04d}-{date.month or 0:02d}-{date.day or 0:02d}T00:00:00Z/{_PRECISIONS[date.precision]}"
    )
