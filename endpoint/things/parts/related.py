"""What belongs to a thing, as tables: assessments, signatures, matches, sources and events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from endpoint.show.lookup import Select
from endpoint.show.tables import PageTable, page_table
from queries.terms import iri_term

_SIGNATURE = """?signature kk:onBehalfOf ?party ; kk:basedOn/kk:source ?source .
  OPTIONAL { ?signature kk:signedBy ?person }
  OPTIONAL { ?signature kk:signedAs ?role }"""
# Joined to each way of a UNION; joined to the whole of it, all assessments of the release would be read.
_ASSESSMENT = (
    "?assessment a kk:Assessment ; kk:issue ?issue ; kk:verdict ?verdict ; kk:madeBy ?madeBy ; "
    "rdfs:comment ?note"
)


def read_assessments(select: Select, iri: str, language: str) -> PageTable:
    """Return the assessments of a thing, of its agreements, and of the claims about either."""
    thing = iri_term(iri)
    ways = (
        f"?assessment kk:about {thing}",
        f"{thing} kk:agreement/^kk:about ?assessment",
        f"?claim kk:about {thing} . ?assessment kk:assesses ?claim",
        f"?assessment kk:assesses {thing}",
    )
    told = " UNION ".join(f"{{ {way} . {_ASSESSMENT} }}" for way in ways)
    table = select(
        "SELECT DISTINCT ?issue ?verdict ?note ?madeBy ?assessment\n"
        f"WHERE {{ {told} }} ORDER BY ?issue ?assessment"
    )
    return _shorten_last(page_table(table, select, language), lambda path: path.rsplit("/", 1)[-1])


def read_signatures_of_agreement(select: Select, iri: str, language: str) -> PageTable:
    """Return who signed an agreement, in which office, for whom, and which source says so."""
    table = select(
        "SELECT ?person ?role ?party ?source ?signature WHERE {\n"
        f"  {iri_term(iri)} kk:signature ?signature . {_SIGNATURE} }} ORDER BY ?signature"
    )
    return _shorten_last(page_table(table, select, language), lambda path: path.rsplit("-", 1)[-1])


def read_signatures_of_person(select: Select, iri: str, language: str) -> PageTable:
    """Return what a person signed, when, in which office and for whom, in the order of the dates."""
    table = select(
        "SELECT ?agreement ?signed ?role ?party ?source WHERE {\n"
        f"  ?signature kk:signedBy {iri_term(iri)} . ?agreement kk:signature ?signature . {_SIGNATURE}\n"
        "  OPTIONAL { ?agreement kk:signedOn ?signed } } ORDER BY STR(?signed) ?agreement"
    )
    return page_table(table, select, language)


def _shorten_last(table: PageTable, shorten: Callable[[str], str]) -> PageTable:
    """Return the table with shorter texts for the things of its last column, which have no labels."""
    rows = (
        (*row[:-1], row[-1].with_text(shorten(row[-1].text))) if row[-1] is not None else row
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def read_matches_of_claim(select: Select, iri: str, language: str) -> PageTable:
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


def read_sources_of_collection(select: Select, iri: str, language: str) -> PageTable:
    """Return the sources of a collection with the number of their claims, those with most first."""
    table = select(
        "SELECT ?source ?sourceType ?claims WHERE {\n"
        "  { SELECT ?source (COUNT(?claim) AS ?claims) WHERE {\n"
        f"      {{ SELECT ?claim WHERE {{ ?claim kk:collection {iri_term(iri)} }} }}\n"
        "      { SELECT ?claim ?source WHERE { ?claim kk:source ?source } } } GROUP BY ?source }\n"
        "  ?source kk:sourceType ?sourceType } ORDER BY DESC(?claims) ?source"
    )
    return page_table(table, select, language)


def read_events(select: Select, iri: str, language: str) -> PageTable:
    """Return the events of a partnership or at a place, in the order of their dates."""
    thing = iri_term(iri)
    table = select(
        "SELECT DISTINCT ?date ?event WHERE {\n"
        f"  {{ {thing} kk:event ?event }} UNION {{ ?event kk:place {thing} }}\n"
        "  OPTIONAL { ?event kk:happenedOn ?date } } ORDER BY (!BOUND(?date)) STR(?date) ?event"
    )
    return page_table(table, select, language)
