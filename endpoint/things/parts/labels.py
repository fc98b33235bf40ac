"""Labels for what a page names: our terms, things with a label, and things that go by what they join."""

from __future__ import annotations

from collections.abc import Iterable

from endpoint.engine.results import Cell
from endpoint.show.addresses import local_path
from endpoint.show.lookup import Select, find_labels, ontology_label, text_of
from endpoint.show.texts import translate
from ontology import BASE
from queries.terms import iri_term


def label_cells(select: Select, cells: Iterable[Cell], language: str) -> dict[str, str]:
    """Return the labels of our things among the cells by IRI; what has none is left out."""
    iris = {cell.value for cell in cells if cell.kind == "iri" and local_path(cell.value) is not None}
    terms = {iri: label for iri in iris if (label := ontology_label(iri, language))}
    labels = find_labels(select, iris - terms.keys(), language)
    return terms | labels | _label_signatures(select, iris, language) | _label_matches(select, iris, language)


def _label_signatures(select: Select, iris: set[str], language: str) -> dict[str, str]:
    """Return labels for the signatures among `iris`: who signed for whom."""
    signatures = _terms_of("signature", iris)
    if not signatures:
        return {}
    table = select(
        f"SELECT ?signature ?person ?party WHERE {{ VALUES ?signature {{ {signatures} }}\n"
        f'  ?signature kk:onBehalfOf/rdfs:label ?party . FILTER(LANG(?party) = "{language}")\n'
        "  OPTIONAL { ?signature kk:signedBy/rdfs:label ?person } }"
    )
    return {
        row["signature"].value: translate(
            "entity.signature",
            language,
            person=text_of(row, "person") or translate("entity.office", language),
            party=row["party"].value,
        )
        for row in table.rows
    }


def _label_matches(select: Select, iris: set[str], language: str) -> dict[str, str]:
    """Return labels for the matches among `iris`: what a list writes, with the country where it has one."""
    matches = _terms_of("match", iris)
    if not matches:
        return {}
    table = select(
        f"SELECT ?match ?name ?country WHERE {{ VALUES ?match {{ {matches} }}\n"
        "  ?match kk:statedName ?name . OPTIONAL { ?match kk:statedCountry ?country } }"
    )
    return {
        row["match"].value: translate(
            "match.name", language, name=row["name"].value, country=row["country"].value
        )
        if "country" in row
        else row["name"].value
        for row in table.rows
    }


def _terms_of(kind: str, iris: Iterable[str]) -> str:
    """Return the IRIs of one kind of thing as the terms of a VALUES."""
    return " ".join(iri_term(iri) for iri in sorted(iris) if iri.startswith(f"{BASE}{kind}/"))
