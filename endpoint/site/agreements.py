"""``/agreements``: every agreement by the year of its signing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request

from endpoint.show.addresses import language
from endpoint.show.lookup import Row, ask, concept_label, find_labels, text_of
from endpoint.show.rendering import respond
from endpoint.show.tables import read_paging, see_table
from endpoint.show.texts import translate
from endpoint.show.values import FormattedValue, format_value
from graph.errors import ParameterError
from queries.mistakes import Mistake

blueprint = Blueprint("agreements", __name__)

UNDATED = "undated"
_YEARS = """SELECT ?year (COUNT(?agreement) AS ?count) WHERE {
  ?agreement a kk:Agreement . OPTIONAL { ?agreement kk:signedYear ?year } } GROUP BY ?year"""
_AGREEMENTS = """SELECT ?agreement ?pair ?type ?signed ?year WHERE {{
  ?agreement a kk:Agreement . {year}
  ?pair kk:agreement ?agreement . ?agreement kk:documentType ?type .
  OPTIONAL {{ ?agreement kk:signedOn ?signed }} }}"""
_DATED = "?agreement kk:signedYear ?year ."
_NOT_DATED = "FILTER NOT EXISTS { ?agreement kk:signedYear ?any }"
_MOST_DIGITS = 4


@dataclass(frozen=True)
class AgreementRow:
    """One agreement of the list; `signed` is None where no source has a date."""

    agreement: FormattedValue
    pair: FormattedValue
    signed: FormattedValue | None


@dataclass(frozen=True)
class YearColumn:
    """The agreements of one year; `height` is in per cent of the year with most."""

    year: int
    count: int
    height: float


@blueprint.get("/agreements")
def show_agreements() -> Response:
    """Answer /agreements : those of a year, of no known year, or all, the newest first; as CSV, all."""
    if table := see_table("/agreements.csv"):
        return table
    lang, year = language(), _read_year()
    counts = {text_of(row, "year") or UNDATED: int(row["count"].value) for row in ask(_YEARS).rows}
    total = counts.get(year, 0) if year else sum(counts.values())
    paging = read_paging(total)
    rows = _sort_newest_first(_ask_agreements(year))[paging.skipped : paging.last]
    labels = find_labels(ask, (row["pair"].value for row in rows), lang)
    return respond(
        "site/agreements.html",
        heading=_heading(year, lang),
        year=year,
        columns=_columns(counts),
        years=sorted((int(name) for name in counts if name != UNDATED), reverse=True),
        undated=counts.get(UNDATED, 0),
        paging=paging,
        rows=[_agreement_row(row, lang, labels) for row in rows],
    )


def _read_year() -> str:
    """Return the year of the address, UNDATED, or nothing for all of them."""
    year = request.args.get("year", "").strip()
    if year in ("", UNDATED) or (year.isascii() and year.isdecimal() and len(year) <= _MOST_DIGITS):
        return year
    raise ParameterError("year", year, Mistake.NO_YEAR, other=UNDATED)


def _heading(year: str, lang: str) -> str:
    if not year:
        return translate("agreements.heading", lang)
    if year == UNDATED:
        return translate("agreements.undated", lang)
    return translate("agreements.of", lang, year=year)


def _ask_agreements(year: str) -> list[Row]:
    if year == UNDATED:
        condition = _NOT_DATED
    elif year:
        condition = f"?agreement kk:signedYear {int(year)} ."
    else:
        condition = f"OPTIONAL {{ {_DATED} }}"
    return list(ask(_AGREEMENTS.format(year=condition)).rows)


def _sort_newest_first(rows: list[Row]) -> list[Row]:
    """Return agreements by date, the newest first and the undated last; those of one date by IRI."""
    by_iri = sorted(rows, key=lambda row: row["agreement"].value)
    return sorted(by_iri, key=lambda row: text_of(row, "signed"), reverse=True)


def _columns(counts: dict[str, int]) -> list[YearColumn]:
    """Return a column for every year from the first to the last one, years without any too."""
    dated = {int(year): count for year, count in counts.items() if year != UNDATED}
    if not dated:
        return []
    most = max(dated.values())
    years = range(min(dated), max(dated) + 1)
    return [YearColumn(year, dated.get(year, 0), round(100 * dated.get(year, 0) / most, 1)) for year in years]


def _agreement_row(row: Row, lang: str, labels: dict[str, str]) -> AgreementRow:
    document_type = {row["agreement"].value: concept_label(row["type"].value, lang)}
    return AgreementRow(
        format_value(row["agreement"], lang, document_type),
        format_value(row["pair"], lang, labels),
        format_value(row["signed"], lang, {}) if "signed" in row else None,
    )
