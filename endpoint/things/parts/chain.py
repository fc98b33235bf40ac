"""The documents of a partnership in the order of their signing: letter of intent, memorandum, renewal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from endpoint.engine.results import Cell
from endpoint.show.labels import Select
from endpoint.show.present import Shown, show
from endpoint.show.texts import format_date
from endpoint.things.describe import names_of
from queries.terms import iri_term

Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Step:
    """One agreement of the chain; `pair` is set when it is of another pair, before or after this one (R9)."""

    agreement: Shown
    family: Shown
    signed: Shown | None
    signers: tuple[str, ...]
    venue: str
    term: str
    valid_until: str
    sources: int
    dates_differ: bool
    here: bool
    pair: Shown | None


_STEPS = """SELECT DISTINCT * WHERE {{
  {{ {thing} kk:agreement ?agreement }} UNION {{ {thing} kk:agreement/kk:follows ?agreement }}
  UNION {{ ?agreement kk:follows/^kk:agreement {thing} }}
  ?partnership kk:agreement ?agreement .
  ?agreement kk:documentType ?type ; kk:agreementFamily ?family ; kk:sourceCount ?sources .
  OPTIONAL {{ ?agreement kk:signedOn ?signed }}
  OPTIONAL {{ ?agreement kk:venue ?venue }}
  OPTIONAL {{ ?agreement kk:termYears ?term }}
  OPTIONAL {{ ?agreement kk:validUntil ?validUntil }}
  OPTIONAL {{ ?agreement kk:follows ?follows }}
}}"""
_SIGNERS = """SELECT DISTINCT ?agreement ?name WHERE {{
  {thing} kk:agreement ?agreement . ?agreement kk:signature/kk:signedBy/rdfs:label ?name }} ORDER BY ?name"""
_CONFLICTS = """SELECT DISTINCT ?agreement WHERE {{
  {thing} kk:agreement ?agreement . ?assessment kk:about ?agreement .
  ?assessment kk:issue <https://w3id.org/kota-kembar/vocab/issue/date-conflict> }}"""


def partnership_of(select: Select, agreement: str) -> str | None:
    """Return the IRI of the pair that an agreement belongs to, None when it has none."""
    rows = select(f"SELECT ?pair WHERE {{ ?pair kk:agreement {iri_term(agreement)} }} ORDER BY ?pair").rows
    return rows[0]["pair"].value if rows else None


def read_chain(select: Select, partnership: str, language: str, here: str = "") -> tuple[Step, ...]:
    """Return the agreements of a pair in time order, `here` marked, and those of other pairs next to them.

    One without a date stands after the one that it follows, else at the end.
    """
    steps, signers, conflicts = (
        select(query.format(thing=iri_term(partnership))) for query in (_STEPS, _SIGNERS, _CONFLICTS)
    )
    names = names_of(select, (cell for row in steps.rows for cell in row.values()), language)
    signed_by: defaultdict[str, list[str]] = defaultdict(list)
    for signer in signers.rows:
        signed_by[signer["agreement"].value].append(signer["name"].value)
    disputed = {row["agreement"].value for row in conflicts.rows}
    found = []
    for row in in_time_order(steps.rows):
        agreement = row["agreement"].value
        found.append(
            Step(
                agreement=show(row["agreement"], language, {agreement: names.get(row["type"].value, "")}),
                family=show(row["family"], language, names),
                signed=show(row["signed"], language, names) if "signed" in row else None,
                signers=tuple(signed_by[agreement]),
                venue=_text(row, "venue"),
                term=_text(row, "term"),
                valid_until=format_date(_text(row, "validUntil"), language),
                sources=int(row["sources"].value),
                dates_differ=agreement in disputed,
                here=agreement == here,
                pair=show(row["partnership"], language, names)
                if row["partnership"].value != partnership
                else None,
            )
        )
    return tuple(found)


def in_time_order(rows: Sequence[Row]) -> list[Row]:
    """Return the rows by date of signing; an undated one comes right after the dated one that it follows."""
    dates = {row["agreement"].value: _text(row, "signed") for row in rows}

    def order(row: Row) -> tuple[str, int, str]:
        agreement = row["agreement"].value
        followed = dates.get(_text(row, "follows"), "")
        return (dates[agreement] or followed or "9999", not dates[agreement], agreement)

    return sorted(rows, key=order)


def _text(row: Row, name: str) -> str:
    return row[name].value if name in row else ""
