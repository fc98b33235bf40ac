"""Where sources disagree on a date: what each says, on one axis, the chosen date marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from endpoint.drawing.strip import Span, TimeAxis, days_apart, make_time_axis
from endpoint.show.lookup import Row, Select, group_rows, text_of
from endpoint.show.texts import plural
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.labels import label_cells
from queries.terms import iri_term

_CONFLICTS = """SELECT DISTINCT ?about ?claim ?date ?title ?publisher ?chosen WHERE {{
  {{ BIND({thing} AS ?about) }} UNION {{ {thing} kk:agreement ?about }}
  ?assessment kk:about ?about ; kk:issue issue:date-conflict ; kk:assesses ?claim .
  ?claim kk:signedOn|kk:since|kk:until ?date ; kk:source ?source .
  ?source dcterms:title|kk:describedAs ?title . OPTIONAL {{ ?source dcterms:publisher ?publisher }}
  OPTIONAL {{ ?about kk:signedOnBasedOn|kk:sinceBasedOn|kk:untilBasedOn ?chosen . FILTER(?chosen = ?claim) }}
}}"""
_MONTH, _YEAR = 60, 730


@dataclass(frozen=True)
class Dot:
    """What one claim says: its date on the axis, who says so, and whether the date was chosen."""

    span: Span
    date: FormattedValue
    claim: FormattedValue
    chosen: bool


@dataclass(frozen=True)
class Strip:
    """The dates that sources give for one thing, in their order; `gap` says in words how far they part.

    `about` is None where that is the thing of the page.
    """

    about: FormattedValue | None
    gap: str
    axis: TimeAxis
    dots: tuple[Dot, ...]


def read_strips(select: Select, iri: str, language: str) -> list[Strip]:
    """Return a strip for each thing whose date is disputed: a pair, its agreements, or an agreement."""
    rows = select(_CONFLICTS.format(thing=iri_term(iri))).rows
    if not rows:
        return []
    labels = label_cells(select, (row["about"] for row in rows), language)
    groups = group_rows(rows, "about").items()
    strips = [_strip(group, language, labels, here=about == iri) for about, group in groups]
    return [strip for strip in strips if len(strip.dots) > 1]


def _strip(rows: Sequence[Row], language: str, labels: Mapping[str, str], *, here: bool) -> Strip:
    by_claim = {row["claim"].value: row for row in rows}
    ordered = sorted(by_claim.values(), key=lambda row: (row["date"].value, row["claim"].value))
    dates = [row["date"].value for row in ordered]
    axis = make_time_axis(dates)
    return Strip(
        None if here else format_value(rows[0]["about"], language, labels),
        describe_gap(days_apart(dates), language),
        axis,
        tuple(_dot(row, axis, language) for row in ordered),
    )


def _dot(row: Row, axis: TimeAxis, language: str) -> Dot:
    name = text_of(row, "publisher") or row["title"].value
    return Dot(
        axis.span(row["date"].value),
        format_value(row["date"], language, {}),
        format_value(row["claim"], language, {row["claim"].value: name}),
        "chosen" in row,
    )


def describe_gap(days: int, language: str) -> str:
    """Return how far dates lie apart, in days, months or years; empty when they may be the same."""
    if not days:
        return ""
    if days < _MONTH:
        return plural("gap.days", days, language)
    if days < _YEAR:
        return plural("gap.months", round(days / 30.4), language)
    return plural("gap.years", round(days / 365.25), language)
