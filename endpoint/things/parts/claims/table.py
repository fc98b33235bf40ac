"""The claims about a thing, or of a source: what each says, who says so, and which values rest on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from endpoint.show.lookup import Row, Select, group_rows, text_of, with_prefixes
from endpoint.show.values import FormattedValue, format_value, property_label
from endpoint.things.parts.facts import basis_of
from endpoint.things.parts.labels import label_cells
from ontology import BASE
from queries.terms import iri_term

CLAIMS_SHOWN = 250
"""A page shows no more claims than this, says so, and leads to SPARQL for all."""

_COUNT = "SELECT (COUNT(?claim) AS ?count) WHERE {{ {pattern} }}"
_CLAIMS = """SELECT DISTINCT * WHERE {{
  {{ SELECT ?claim WHERE {{ {pattern} }} LIMIT {most} }}
  ?claim kk:source ?source ; dcterms:description ?statement .
  ?source kk:sourceType ?type .
  OPTIONAL {{ ?claim kk:recordedAs ?recorded }}
  OPTIONAL {{ ?claim kk:signedOn|kk:since|kk:until|kk:asOf|kk:happenedOn ?date }}
  OPTIONAL {{ ?source dcterms:publisher ?publisher }}
  OPTIONAL {{ ?claim kk:listedBy ?by }}
  OPTIONAL {{ ?claim kk:denies ?denies }}
}}"""
_USES = """SELECT DISTINCT ?claim ?basis WHERE {{
  VALUES ?claim {{ {claims} }} ?user ?basis ?claim . FILTER(STRENDS(STR(?basis), "BasedOn")) }}"""
_VERDICTS = """SELECT DISTINCT ?claim ?verdict WHERE {{
  VALUES ?claim {{ {claims} }} ?assessment kk:assesses ?claim ; kk:verdict ?verdict }}"""
_ALL = """SELECT DISTINCT ?date ?statement ?claim WHERE {{
  {pattern} ?claim dcterms:description ?statement .
  OPTIONAL {{ ?claim kk:signedOn|kk:since|kk:until|kk:asOf|kk:happenedOn ?date }} }}"""
_NO_DATE = "9999"


@dataclass(frozen=True)
class ClaimRow:
    """One claim as a page lists it; `uses` are the values that rest on it, `verdicts` those of assessments.

    The source goes by who published it, by its title where nobody is named.
    """

    claim: FormattedValue
    statement: FormattedValue
    recorded: FormattedValue | None
    date: FormattedValue | None
    source: FormattedValue
    source_type: FormattedValue
    listed_by: FormattedValue | None
    denies: bool
    uses: tuple[str, ...]
    verdicts: tuple[FormattedValue, ...]


@dataclass(frozen=True)
class Claims:
    """Claims in the order of their dates, how many there are, and the query for all of them.

    Of more than CLAIMS_SHOWN those are here that the store finds first, in the order of their dates.
    """

    rows: tuple[ClaimRow, ...]
    count: int
    sparql: str


def read_claims_about(select: Select, iri: str, language: str) -> Claims:
    """Return the claims about a thing, each with its source; those without a date come last."""
    return _read_claims(select, f"?claim kk:about {iri_term(iri)} ; a kk:Claim .", language)


def read_claims_of_source(select: Select, iri: str, language: str) -> Claims:
    """Return the claims of a source; those without a date come last."""
    return _read_claims(select, f"?claim kk:source {iri_term(iri)} .", language)


def _read_claims(select: Select, pattern: str, language: str) -> Claims:
    (total,) = select(_COUNT.format(pattern=pattern)).rows
    count, sparql = int(total["count"].value), with_prefixes(_ALL.format(pattern=pattern))
    if not count:
        return Claims((), 0, sparql)
    rows = sorted(select(_CLAIMS.format(pattern=pattern, most=CLAIMS_SHOWN)).rows, key=_by_date)
    claims = " ".join(iri_term(row["claim"].value) for row in rows)
    uses, verdicts = (select(query.format(claims=claims)).rows for query in (_USES, _VERDICTS))
    labels = label_cells(select, (cell for row in [*rows, *verdicts] for cell in row.values()), language)
    uses_of, verdicts_of = group_rows(uses, "claim"), group_rows(verdicts, "claim")
    return Claims(
        tuple(
            _claim_row(
                row,
                uses_of.get(row["claim"].value, ()),
                verdicts_of.get(row["claim"].value, ()),
                labels,
                language,
            )
            for row in rows
        ),
        count,
        sparql,
    )


def _by_date(row: Row) -> tuple[str, str]:
    return text_of(row, "date") or _NO_DATE, row["claim"].value


def _claim_row(
    row: Row,
    uses: Sequence[Row],
    verdicts: Sequence[Row],
    labels: Mapping[str, str],
    language: str,
) -> ClaimRow:
    claim, source = row["claim"].value, row["source"]
    claim_label = {claim: claim.removeprefix(f"{BASE}claim/")}
    source_label = {source.value: row["publisher"].value} if "publisher" in row else labels
    values = {property_label(basis_of(use["basis"].value), language) for use in uses}
    judgements = (format_value(verdict["verdict"], language, labels) for verdict in verdicts)
    return ClaimRow(
        claim=format_value(row["claim"], language, claim_label),
        statement=format_value(row["statement"], language, labels),
        recorded=format_value(row["recorded"], language, {}) if "recorded" in row else None,
        date=format_value(row["date"], language, labels) if "date" in row else None,
        source=format_value(source, language, source_label),
        source_type=format_value(row["type"], language, labels),
        listed_by=format_value(row["by"], language, labels) if "by" in row else None,
        denies="denies" in row,
        uses=tuple(sorted(values)),
        verdicts=tuple(sorted(judgements, key=lambda verdict: verdict.text)),
    )
