"""All about one claim: who says so and where, what it decided, and what disagrees with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from endpoint.engine.results import Cell
from endpoint.show.lookup import Row, Select, concept_label, text_of
from endpoint.show.texts import language_name, translate
from endpoint.show.values import FormattedValue, format_value, property_label
from endpoint.things.parts.facts import basis_of, capitalise
from endpoint.things.parts.labels import label_cells
from endpoint.things.thing import Thing
from ontology import BASE
from queries.terms import iri_term

_SOURCE = """SELECT * WHERE {{ {claim} kk:source ?source . ?source kk:sourceType ?type .
  OPTIONAL {{ ?source dcterms:title ?title }} OPTIONAL {{ ?source kk:describedAs ?described }}
  OPTIONAL {{ ?source kk:copyOf ?copied . ?copied dcterms:title|kk:describedAs ?copiedTitle }}
  OPTIONAL {{ ?source dcterms:publisher ?publisher }} OPTIONAL {{ ?source dcterms:creator ?creator }}
  OPTIONAL {{ ?source schema:url ?url }} OPTIONAL {{ ?source dcterms:issued ?issued }}
  OPTIONAL {{ ?source dcterms:language ?language }} OPTIONAL {{ ?source kk:retrievedOn ?retrieved }}
  OPTIONAL {{ {claim} kk:retrievedOn ?read }} }} LIMIT 1"""
_DECIDED = """SELECT DISTINCT ?thing ?basis WHERE {{ ?thing ?basis {claim} .
  FILTER(STRENDS(STR(?basis), "BasedOn") && ?basis != kk:basedOn) }} ORDER BY ?thing ?basis"""
_VALUES = """SELECT ?thing ?property ?value WHERE {{
  VALUES (?thing ?property) {{ {pairs} }} ?thing ?property ?value }}"""
_OTHERS = """SELECT DISTINCT ?claim ?statement ?date ?source ?title ?publisher ?type WHERE {{
  {{ {claim} kk:about ?dummy . BIND({claim} AS ?claim) }}
  UNION {{ ?assessment kk:assesses {claim} , ?claim }}
  UNION {{ ?assessment kk:assesses {claim} ; kk:evidence ?claim }}
  UNION {{ ?assessment kk:assesses ?claim ; kk:evidence {claim} }}
  ?claim dcterms:description ?statement ; kk:source ?source .
  ?source kk:sourceType ?type ; dcterms:title|kk:describedAs ?title .
  OPTIONAL {{ ?source dcterms:publisher ?publisher }}
  OPTIONAL {{ ?claim kk:signedOn|kk:since|kk:until|kk:asOf|kk:happenedOn ?date }} }}"""


@dataclass(frozen=True)
class Publication:
    """Where a claim is said: the publication's own words, as far as they are known.

    Where nobody knows its title (`is_titled`), `source` is what we call it (R12).
    """

    source: FormattedValue
    is_titled: bool
    publisher: str
    copy_of: FormattedValue | None
    url: FormattedValue | None
    issued: FormattedValue | None
    kind: FormattedValue
    language: str
    retrieved: FormattedValue | None


@dataclass(frozen=True)
class Decision:
    """One value that rests on a claim: of which thing, by which property."""

    thing: FormattedValue
    label: str
    value: FormattedValue


@dataclass(frozen=True)
class OtherClaim:
    """A claim to compare; `here` marks that of the page."""

    claim: FormattedValue
    statement: FormattedValue
    date: FormattedValue | None
    source: FormattedValue
    kind: FormattedValue
    here: bool


@dataclass(frozen=True)
class Statement:
    """One claim by itself. `compared` is empty when no other claim disagrees with it or is told beside it."""

    publication: Publication | None
    decided: tuple[Decision, ...]
    compared: tuple[OtherClaim, ...]


def read_statement(select: Select, thing: Thing) -> Statement:
    """Return what the page of a claim tells. Raises the QueryError tree."""
    claim, language = iri_term(thing.iri), thing.language
    sources, decided, others = (
        select(query.format(claim=claim)).rows for query in (_SOURCE, _DECIDED, _OTHERS)
    )
    return Statement(
        _publication(sources[0], language) if sources else None,
        _decisions(select, decided, language),
        _compare(others, thing.iri, language),
    )


def _publication(row: Row, language: str) -> Publication:
    retrieved = row.get("read") or row.get("retrieved")
    title, tongue = text_of(row, "title"), text_of(row, "language")
    own = (title, tongue if tongue != language else "")
    return Publication(
        source=format_value(row["source"], language, {}).with_text(
            *own if title else [text_of(row, "described")]
        ),
        is_titled=bool(title),
        copy_of=_copied(row, language),
        publisher=", ".join(filter(None, (text_of(row, "creator"), text_of(row, "publisher")))),
        url=format_value(row["url"], language, {}) if "url" in row else None,
        issued=format_value(row["issued"], language, {}) if "issued" in row else None,
        kind=_kind(row, language),
        language=language_name(text_of(row, "language"), language),
        retrieved=format_value(retrieved, language, {}) if retrieved else None,
    )


def _copied(row: Row, language: str) -> FormattedValue | None:
    if "copied" not in row:
        return None
    return format_value(row["copied"], language, {row["copied"].value: row["copiedTitle"].value})


def _kind(row: Row, language: str) -> FormattedValue:
    return format_value(
        row["type"], language, {row["type"].value: concept_label(row["type"].value, language)}
    )


def _decisions(select: Select, rows: Sequence[Row], language: str) -> tuple[Decision, ...]:
    bases = {(row["thing"].value, basis_of(row["basis"].value)) for row in rows}
    if not bases:
        return ()
    pairs = " ".join(f"({iri_term(thing)} {iri_term(name)})" for thing, name in sorted(bases))
    values = select(_VALUES.format(pairs=pairs)).rows
    labels = label_cells(select, (cell for row in values for cell in row.values()), language)
    found = (
        Decision(
            format_value(row["thing"], language, labels),
            capitalise(property_label(row["property"].value, language)),
            format_value(row["value"], language, labels),
        )
        for row in values
    )
    return tuple(sorted(found, key=lambda decision: (decision.thing.text, decision.label)))


def _compare(rows: Sequence[Row], here: str, language: str) -> tuple[OtherClaim, ...]:
    """Return the claims that stand beside this one, by date; none when it stands alone."""
    by_claim = {row["claim"].value: row for row in rows}
    if len(by_claim) < 2:
        return ()
    ordered = sorted(by_claim.values(), key=lambda row: (text_of(row, "date") or "9", row["claim"].value))
    return tuple(_other(row, here, language) for row in ordered)


def _other(row: Row, here: str, language: str) -> OtherClaim:
    claim, source = row["claim"].value, row["source"].value
    name = text_of(row, "publisher") or row["title"].value
    return OtherClaim(
        claim=format_value(row["claim"], language, {claim: claim.removeprefix(f"{BASE}claim/")}),
        statement=format_value(row["statement"], language, {}),
        date=format_value(row["date"], language, {}) if "date" in row else None,
        source=format_value(Cell("iri", source), language, {source: name}),
        kind=_kind(row, language),
        here=claim == here,
    )


def describe_reading(thing: Thing) -> str:
    """Return how often a claim was read from its source, empty where that is not told."""
    readings = thing.first("kk:readings")
    if not readings:
        return ""
    if readings == "1":
        return translate("claim.read-once", thing.language)
    return translate("claim.read-again", thing.language, count=readings)
