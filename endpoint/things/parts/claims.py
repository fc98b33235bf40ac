"""The evidence on the page of a thing: the claims about it, what rests on them, and what we think of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from endpoint.engine.results import Cell, Table
from endpoint.show.labels import Select
from endpoint.show.lookup import with_prefixes
from endpoint.show.tables import PageTable, page_table
from endpoint.show.values import Shown, property_label, show, with_text
from endpoint.things.parts.facts import names_of
from ontology import BASE, KK
from queries.terms import iri_term

_COUNT = "SELECT (COUNT(?claim) AS ?count) WHERE {{ {own} }}"
_CLAIMS = """SELECT * WHERE {{
  {{ SELECT ?claim WHERE {{ {own} }} LIMIT {most} }}
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
_ALL = """SELECT ?date ?statement ?claim WHERE {{
  {own} ?claim dcterms:description ?statement .
  OPTIONAL {{ ?claim kk:signedOn|kk:since|kk:until|kk:asOf|kk:happenedOn ?date }} }}"""
CLAIMS_SHOWN = 250
"""A page shows no more claims than this, says so, and leads to SPARQL for all."""
_RELATION = str(KK.relationBasedOn)


@dataclass(frozen=True)
class ClaimRow:
    """One claim as a page lists it; `uses` are the values that rest on it, `verdicts` what we think of it.

    The source goes by who published it, by its title where nobody is named.
    """

    claim: Shown
    statement: Shown
    recorded: str
    date: Shown | None
    source: Shown
    source_type: Shown
    listed_by: Shown | None
    denies: bool
    uses: tuple[str, ...]
    verdicts: tuple[Shown, ...]


@dataclass(frozen=True)
class Claims:
    """Claims in the order of their dates, how many there are, and the query for all of them.

    Of more than CLAIMS_SHOWN those are here that the store finds first, in the order of their dates.
    """

    rows: tuple[ClaimRow, ...]
    count: int
    sparql: str


def claims_about(select: Select, iri: str, language: str) -> Claims:
    """Return the claims about a thing, each with its source; those without a date come last."""
    return _claims(select, f"?claim kk:about {iri_term(iri)} ; a kk:Claim .", language)


def claims_of_source(select: Select, iri: str, language: str) -> Claims:
    """Return the claims of a source."""
    return _claims(select, f"?claim kk:source {iri_term(iri)} .", language)


def _claims(select: Select, own: str, language: str) -> Claims:
    (total,) = select(_COUNT.format(own=own)).rows
    count, sparql = int(total["count"].value), with_prefixes(_ALL.format(own=own))
    if not count:
        return Claims((), 0, sparql)
    rows = sorted(select(_CLAIMS.format(own=own, most=CLAIMS_SHOWN)).rows, key=_order)
    claims = " ".join(iri_term(row["claim"].value) for row in rows)
    uses, verdicts = (select(query.format(claims=claims)) for query in (_USES, _VERDICTS))
    names = names_of(select, (cell for row in [*rows, *verdicts.rows] for cell in row.values()), language)
    by_claim = _by_claim(uses, "basis"), _by_claim(verdicts, "verdict")
    return Claims(tuple(_row(row, *by_claim, names, language) for row in rows), count, sparql)


def _order(row: Mapping[str, Cell]) -> tuple[str, str]:
    return (row["date"].value if "date" in row else "9999", row["claim"].value)


def _by_claim(table: Table, name: str) -> defaultdict[str, list[Cell]]:
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for row in table.rows:
        found[row["claim"].value].append(row[name])
    return found


def _row(
    row: Mapping[str, Cell],
    uses: Mapping[str, list[Cell]],
    verdicts: Mapping[str, list[Cell]],
    names: Mapping[str, str],
    language: str,
) -> ClaimRow:
    claim, source = row["claim"].value, row["source"]
    who = {source.value: row["publisher"].value} if "publisher" in row else names
    own_name = {claim: claim.removeprefix(f"{BASE}claim/")}
    judged = sorted((show(cell, language, names) for cell in verdicts[claim]), key=lambda one: one.text)
    return ClaimRow(
        claim=show(row["claim"], language, own_name),
        statement=show(row["statement"], language, names),
        recorded=row["recorded"].value if "recorded" in row else "",
        date=show(row["date"], language, names) if "date" in row else None,
        source=show(source, language, who),
        source_type=show(row["type"], language, names),
        listed_by=show(row["by"], language, names) if "by" in row else None,
        denies="denies" in row,
        uses=tuple(sorted({_used_for(cell.value, language) for cell in uses[claim]})),
        verdicts=tuple(judged),
    )


def _used_for(basis: str, language: str) -> str:
    """Return the word for the value that a ...BasedOn property gives the claim of."""
    value = str(KK.relationType) if basis == _RELATION else basis.removesuffix("BasedOn")
    return property_label(value, language)


def assessments_of(select: Select, iri: str, language: str) -> PageTable:
    """Return the assessments of a thing, of its agreements, and of the claims about either."""
    thing = iri_term(iri)
    table = select(
        "SELECT DISTINCT ?issue ?verdict ?note ?madeBy ?assessment WHERE {\n"
        f"  {{ ?assessment kk:about {thing} }} UNION {{ {thing} kk:agreement/^kk:about ?assessment }}\n"
        f"  UNION {{ ?claim kk:about {thing} . ?assessment kk:assesses ?claim }}\n"
        f"  UNION {{ ?assessment kk:assesses {thing} }}\n"
        "  ?assessment a kk:Assessment ; kk:issue ?issue ; kk:verdict ?verdict ; kk:madeBy ?madeBy ;\n"
        "    rdfs:comment ?note .\n} ORDER BY ?issue ?assessment"
    )
    return _name_last(page_table(table, select, language), _last_part)


def signatures_of_agreement(select: Select, iri: str, language: str) -> PageTable:
    """Return who signed an agreement, in which office, for whom, and which source says so."""
    table = select(
        "SELECT ?person ?role ?party ?source ?signature WHERE {\n"
        f"  {iri_term(iri)} kk:signature ?signature . {_SIGNATURE} }} ORDER BY ?signature"
    )
    return _name_last(page_table(table, select, language), lambda path: path.rsplit("-", 1)[-1])


def signatures_of_person(select: Select, iri: str, language: str) -> PageTable:
    """Return what a person signed, when, in which office and for whom, in the order of the dates."""
    table = select(
        "SELECT ?agreement ?signed ?role ?party ?source WHERE {\n"
        f"  ?signature kk:signedBy {iri_term(iri)} . ?agreement kk:signature ?signature . {_SIGNATURE}\n"
        "  OPTIONAL { ?agreement kk:signedOn ?signed } } ORDER BY STR(?signed) ?agreement"
    )
    return page_table(table, select, language)


_SIGNATURE = """?signature kk:onBehalfOf ?party ; kk:basedOn/kk:source ?source .
  OPTIONAL { ?signature kk:signedBy ?person }
  OPTIONAL { ?signature kk:signedAs ?role }"""


def _name_last(table: PageTable, name: Callable[[str], str]) -> PageTable:
    """Return the table with shorter words for the things of its last column, which have no names."""
    rows = (
        (*row[:-1], with_text(row[-1], name(row[-1].text))) if row[-1] is not None else row
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def _last_part(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def matches_of_claim(select: Select, iri: str, language: str) -> PageTable:
    """Return which places the names in a claim of a list are taken to mean, and why."""
    table = select(
        "SELECT DISTINCT ?matchLabel ?place ?decision ?score ?match WHERE {\n"
        "  { SELECT ?place ?collection (STR(?written) AS ?matchLabel) WHERE {\n"
        f"      {iri_term(iri)} kk:about/kk:party ?place ; kk:collection ?collection ;\n"
        "        kk:statedParty ?written } }\n"
        "  ?match kk:matchedPlace ?place ; kk:collection ?collection ; kk:statedName ?matchLabel ;\n"
        "    kk:decision ?decision ; kk:score ?score\n"
        "} ORDER BY ?matchLabel ?match"
    )
    return page_table(table, select, language)


def sources_of_collection(select: Select, iri: str, language: str) -> PageTable:
    """Return the sources of a collection with the number of their claims, those with most first."""
    table = select(
        "SELECT ?source ?sourceType ?claims WHERE {\n"
        "  { SELECT ?source (COUNT(?claim) AS ?claims) WHERE {\n"
        f"      {{ SELECT ?claim WHERE {{ ?claim kk:collection {iri_term(iri)} }} }}\n"
        "      { SELECT ?claim ?source WHERE { ?claim kk:source ?source } } } GROUP BY ?source }\n"
        "  ?source kk:sourceType ?sourceType } ORDER BY DESC(?claims) ?source"
    )
    return page_table(table, select, language)


def events_of(select: Select, iri: str, language: str) -> PageTable:
    """Return the events of a partnership or at a place, in the order of their dates."""
    thing = iri_term(iri)
    table = select(
        "SELECT DISTINCT ?date ?event WHERE {\n"
        f"  {{ {thing} kk:event ?event }} UNION {{ ?event kk:place {thing} }}\n"
        "  OPTIONAL { ?event kk:happenedOn ?date } } ORDER BY (!BOUND(?date)) STR(?date) ?event"
    )
    return page_table(table, select, language)
