"""The documents of a partnership in the order of their signing: letter of intent, memorandum, renewal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from endpoint.show.lookup import Row, Select, group_rows, text_of
from endpoint.show.texts import format_date
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.labels import label_cells
from queries.terms import iri_term


@dataclass(frozen=True)
class Step:
    """One agreement of the chain; `here` marks that of the page.

    `partnership` is set when it is of another pair, before or after this one (rule R9). What is not known is
    None or empty; `term` is in years.
    """

    agreement: FormattedValue
    family: FormattedValue
    signed: FormattedValue | None
    signers: tuple[str, ...]
    venue: str
    term: str
    valid_until: str
    sources: int
    dates_differ: bool
    here: bool
    partnership: FormattedValue | None


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
  {thing} kk:agreement ?agreement . ?assessment kk:about ?agreement ; kk:issue issue:date-conflict }}"""
_NO_DATE = "9999"


def find_partnership(select: Select, agreement: str) -> str | None:
    """Return the IRI of the pair that an agreement belongs to, None when it has none."""
    rows = select(f"SELECT ?pair WHERE {{ ?pair kk:agreement {iri_term(agreement)} }} ORDER BY ?pair").rows
    return rows[0]["pair"].value if rows else None


def read_chain(select: Select, partnership: str, language: str, here: str = "") -> tuple[Step, ...]:
    """Return the agreements of a pair in time order, and those of other pairs next to them.

    `here` is the IRI of the agreement whose page it is, empty on the page of the pair. One without a date
    stands after the one that it follows, else at the end.
    """
    steps, signers, conflicts = (
        select(query.format(thing=iri_term(partnership))).rows for query in (_STEPS, _SIGNERS, _CONFLICTS)
    )
    labels = label_cells(select, (cell for row in steps for cell in row.values()), language)
    signed_by = group_rows(signers, "agreement")
    disputed = {row["agreement"].value for row in conflicts}
    return tuple(
        _step(
            row,
            [signer["name"].value for signer in signed_by.get(row["agreement"].value, ())],
            labels,
            language,
            dates_differ=row["agreement"].value in disputed,
            here=row["agreement"].value == here,
            is_own=row["partnership"].value == partnership,
        )
        for row in in_time_order(steps)
    )


def _step(
    row: Row,
    signers: Sequence[str],
    labels: Mapping[str, str],
    language: str,
    *,
    dates_differ: bool,
    here: bool,
    is_own: bool,
) -> Step:
    document_type = {row["agreement"].value: labels.get(row["type"].value, "")}
    return Step(
        agreement=format_value(row["agreement"], language, document_type),
        family=format_value(row["family"], language, labels),
        signed=format_value(row["signed"], language, labels) if "signed" in row else None,
        signers=tuple(signers),
        venue=text_of(row, "venue"),
        term=text_of(row, "term"),
        valid_until=format_date(text_of(row, "validUntil"), language),
        sources=int(row["sources"].value),
        dates_differ=dates_differ,
        here=here,
        partnership=None if is_own else format_value(row["partnership"], language, labels),
    )


def in_time_order(rows: Sequence[Row]) -> list[Row]:
    """Return the rows by date of signing; an undated one comes right after the dated one that it follows."""
    dates = {row["agreement"].value: text_of(row, "signed") for row in rows}
    return sorted(rows, key=lambda row: _time_order(row, dates))


def _time_order(row: Row, dates: Mapping[str, str]) -> tuple[str, bool, str]:
    agreement = row["agreement"].value
    signed, followed = dates[agreement], dates.get(text_of(row, "follows"), "")
    return signed or followed or _NO_DATE, not signed, agreement
