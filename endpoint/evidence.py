"""The evidence on the page of a thing: the claims about it, and what we think of them."""

from __future__ import annotations

from endpoint.labels import Select, iri_term
from endpoint.tables import PageTable, page_table

_CLAIM_COLUMNS = """?claim dcterms:description ?statement .
  OPTIONAL { ?claim kk:recordedAs ?recordedAs }
  OPTIONAL { ?claim kk:signedOn|kk:since|kk:until|kk:asOf|kk:happenedOn ?date }"""


def claims_about(select: Select, iri: str, language: str) -> PageTable:
    """Return the claims about a thing, each with its source, in the order of their dates."""
    table = select(
        "SELECT ?source ?sourceType ?statement ?recordedAs ?date ?claim WHERE {\n"
        f"  ?claim kk:about {iri_term(iri)} ; a kk:Claim ; kk:source ?source .\n"
        f"  ?source kk:sourceType ?sourceType .\n  {_CLAIM_COLUMNS}\n}} ORDER BY STR(?date) ?claim"
    )
    return page_table(table, select, language)


def claims_of_source(select: Select, iri: str, language: str) -> PageTable:
    """Return the claims of a source, in the order of their ids."""
    table = select(
        "SELECT ?claim ?statement ?recordedAs ?date WHERE {\n"
        f"  ?claim kk:source {iri_term(iri)} ; a kk:Claim .\n  {_CLAIM_COLUMNS}\n}} ORDER BY ?claim"
    )
    return page_table(table, select, language)


def assessments_of(select: Select, iri: str, language: str) -> PageTable:
    """Return the assessments of a thing, of its agreements, and of the claims about either."""
    thing = iri_term(iri)
    table = select(
        "SELECT DISTINCT ?issue ?verdict ?note ?madeBy ?assessment WHERE {\n"
        f"  {{ {thing} kk:agreement? ?about . ?assessment kk:about ?about }}\n"
        f"  UNION {{ ?claim kk:about {thing} . ?assessment kk:assesses ?claim }}\n"
        f"  UNION {{ ?assessment kk:assesses {thing} }}\n"
        "  ?assessment a kk:Assessment ; kk:issue ?issue ; kk:verdict ?verdict ; kk:madeBy ?madeBy ;\n"
        "    rdfs:comment ?note .\n} ORDER BY ?issue ?assessment"
    )
    return page_table(table, select, language)
