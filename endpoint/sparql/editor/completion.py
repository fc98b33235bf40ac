"""What may come next in a query: the query as far as it is written is asked with a variable at its end.

The idea is QLever's. Nothing is offered for a bare subject, inside parentheses, or beside SERVICE. What the
store cannot say in time is taken from the counted terms of the release.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from flask import Blueprint, Response, jsonify, request
from rdflib import URIRef

from endpoint.engine.language import guard
from endpoint.engine.language.tokens import Kind, Token, tokenize
from endpoint.engine.results import Table, tabulate
from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import (
    LABEL_PROPERTIES,
    ask,
    concept_label,
    find_labels,
    ontology_label,
    prefix_lines,
)
from endpoint.show.release import read_statistics
from endpoint.show.values import compact
from endpoint.sparql.editor.terms import find_unknown_terms
from graph.errors import ParameterError, QueryError, QuerySyntaxError, QueryTooComplex
from graph.model.terms import is_iri
from ontology import KK, PREFIXES, concepts, ontology

blueprint = Blueprint("completion", __name__)

SECONDS = 1.0
MOST_ITEMS = 40
_MOST_FOUND = 400
_MOST_READ = 200_000
"""So many matches of the pattern are looked at; the counts are of those."""
_PREFIX = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_HOLES = {"predicate": "?__found ?__other", "object": "?__found"}
_CONNECTORS = {"/", "|", "^", "*", "+", "!", "?"}
_TERMS = {Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.STRING, Kind.NUMBER, Kind.BLANK}


@dataclass(frozen=True)
class Context:
    """Where a query breaks off: what comes next (predicate or object), its pattern so far, open braces."""

    position: str
    body: str
    depth: int


@dataclass(frozen=True)
class Item:
    """Something that may come next: as a query writes it, in words, how often it fits if that is known."""

    text: str
    label: str
    count: int | None

    def fits(self, word: str) -> bool:
        """Return whether it begins so, as it is written or in one of its words."""
        folded = word.casefold()
        name = self.text.casefold()
        local = name.partition(":")[2]
        words = (name, local, *self.label.casefold().split())
        return any(text.startswith(folded) for text in words)


@blueprint.post("/sparql/complete")
def complete() -> Response:
    """Answer /sparql/complete : what may come next after the text `before`, beginning like `word`."""
    before, word = _read_text("before"), _read_text("word")
    context = find_context(before, service().config.query_tokens)
    items = _find_items(before, context, language()) if context else []
    fitting = [item for item in items if item.fits(word)][:MOST_ITEMS]
    return _as_json([{"text": item.text, "label": item.label, "count": item.count} for item in fitting])


@blueprint.post("/sparql/check")
def check() -> Response:
    """Answer /sparql/check : the words of a query that look like terms of the ontology and are none."""
    unknown = find_unknown_terms(_tokenize(_read_text("query"), service().config.query_tokens))
    return _as_json(
        [
            {"from": term.start, "to": term.end, "message": str(term), "nearest": term.nearest}
            for term in unknown
        ]
    )


def _read_text(name: str) -> str:
    """Return a member of the JSON object that was sent, empty when it is not there.

    Raises ParameterError for anything but a text.
    """
    try:
        return msgspec.json.decode(request.get_data(), type=dict[str, str]).get(name, "")
    except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
        raise ParameterError(name, "", "must be a text, in a JSON object of texts") from exc


def _as_json(value: object) -> Response:
    response = jsonify(value)
    response.status_code = HTTPStatus.OK
    response.cache_control.no_store = True
    return response


def find_context(before: str, most_tokens: int = sys.maxsize) -> Context | None:
    """Return where a query breaks off, None where nothing can be told of what comes next."""
    tokens = _tokenize(before, most_tokens)
    if any(token.kind is Kind.WORD and token.text.upper() == "SERVICE" for token in tokens):
        return None
    opening = next((token for token in tokens if token.text == "{"), None)
    if opening is None:
        return None
    inside = [token for token in tokens if token.start >= opening.start]
    depth = sum((token.text == "{") - (token.text == "}") for token in inside)
    marks = [token.text for token in inside if token.kind is Kind.MARK]
    parentheses = sum((mark in "([") - (mark in ")]") for mark in marks)
    terms = _count_terms(inside)
    if depth < 1 or parentheses or terms not in (1, 2):
        return None
    return Context("predicate" if terms == 1 else "object", before[opening.start :], depth)


def _tokenize(text: str, most: int) -> Sequence[Token]:
    """Return the tokens of what is written so far, none where it is no text of tokens or too much of it."""
    try:
        return tokenize(text, most)
    except (QuerySyntaxError, QueryTooComplex):
        return ()


def _count_terms(tokens: Sequence[Token]) -> int:
    """Return how many terms of the last triple pattern are written: 1 wants a predicate, 2 an object."""
    terms, joined = 0, False
    for token in tokens:
        if token.text in ("{", "}", ".", ")"):
            terms = 0
        elif token.text in (";", ","):
            terms = 1 if token.text == ";" else 2
        elif token.kind is Kind.MARK:
            joined = token.text in _CONNECTORS and token.text != "*" and token.text != "+"
            continue
        elif token.kind is Kind.WORD and token.text != "a":
            terms = 0
        elif token.kind in _TERMS or token.text == "a":
            terms += 0 if joined and token.text != "a" and terms == 2 else 1
        joined = False
    return terms


def _find_items(before: str, context: Context, lang: str) -> list[Item]:
    try:
        found = _ask_store(before, context)
    except QueryError:
        return _counted_terms(lang) if context.position == "predicate" else _concepts_of(before, lang)
    iris = [(row["__found"].value, int(row["__count"].value)) for row in found.rows]
    labels = find_labels(ask, (iri for iri, _ in iris), lang, LABEL_PROPERTIES)
    return [Item(_write(iri), ontology_label(iri, lang) or labels.get(iri, ""), count) for iri, count in iris]


def _ask_store(before: str, context: Context) -> Table:
    """Return what stands at the end of the pattern, with counts. Raises the QueryError tree."""
    declared = dict(_PREFIX.findall(before))
    prefixes = prefix_lines({**PREFIXES, **declared})
    query = (
        f"{prefixes}\nSELECT ?__found (COUNT(*) AS ?__count) WHERE {{ {{ SELECT ?__found WHERE {{ "
        f"{context.body} {_HOLES[context.position]} {'}' * context.depth} }} LIMIT {_MOST_READ} }} "
        f"FILTER(ISIRI(?__found)) }} GROUP BY ?__found ORDER BY DESC(?__count) ?__found LIMIT {_MOST_FOUND}"
    )
    state = service()
    return tabulate(state.engine, guard.admit(query, state.config), seconds=SECONDS)


def _counted_terms(lang: str) -> list[Item]:
    """Return the properties of our ontology that the release uses, the most used first."""
    statistics = read_statistics(service().release)
    counts = statistics.properties if statistics else {}
    ours = sorted(((count, iri) for iri, count in counts.items() if iri.startswith(str(KK))), reverse=True)
    return [Item(_write(iri), ontology_label(iri, lang) or "", count) for count, iri in ours]


def _concepts_of(before: str, lang: str) -> list[Item]:
    """Return the words of the vocabulary that the last property takes its values from, none for another."""
    name = before.split()[-1]
    prefix, _, local = name.partition(":")
    base = {**PREFIXES, **dict(_PREFIX.findall(before))}.get(prefix, "")
    iri = name.strip("<>") if name.startswith("<") else base + local
    schemes = [] if not is_iri(iri) else list(ontology().objects(URIRef(iri), KK.scheme))
    found = [concept for scheme in schemes for concept in concepts(str(scheme).rpartition("/")[2]).values()]
    return [Item(_write(concept), concept_label(concept, lang), None) for concept in found]


def _write(iri: str) -> str:
    """Return an IRI as a query writes it: with one of our prefixes, else in brackets."""
    short = compact(iri)
    return f"<{iri}>" if short == iri else short
