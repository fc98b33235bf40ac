"""A query looked at before it is run: what is wrong with it, which words match nothing, what it costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from endpoint.engine.language import guard
from endpoint.engine.language.guard import QueryKind, Reading, read_prefixes
from endpoint.engine.language.tokens import Kind, Token, tokenize
from endpoint.engine.results import tabulate
from endpoint.errors import problem_of
from endpoint.serving.current import service
from endpoint.show.lookup import prefix_lines
from endpoint.show.release import read_statistics
from endpoint.sparql.editor.terms import find_unknown_terms
from graph.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTimeout
from ontology import PREFIXES

TRIAL_SECONDS = 3.0
"""A query that takes longer in a trial is likely to run out of time, or costs what others wait for."""
_SHOWN = 1
_MANY_ROWS = 1000


def check_text(query: str) -> dict[str, Any]:
    """Return what is to be said of a query: whether it is valid, its terms, its prefixes, its costs."""
    tokens = _tokenize(query)
    missing = _find_missing_prefixes(tokens)
    said: dict[str, Any] = {
        "valid": False,
        "error": None,
        "unknown_terms": [str(term) for term in find_unknown_terms(tokens)],
        "missing_prefixes": missing,
        "put_before": prefix_lines({name: PREFIXES[name] for name in missing if name in PREFIXES}),
        "costs": None,
        "warnings": [],
    }
    try:
        reading = guard.admit(query, service().config)
        return said | {"valid": True} | _try_out(reading)
    except (QuerySyntaxError, QueryRefused) as error:
        problem = problem_of(error)
        return said | {"error": {"type": problem.slug, "detail": problem.detail, **problem.extra}}


def _tokenize(query: str) -> Sequence[Token]:
    try:
        return tokenize(query, service().config.query_tokens)
    except QueryError:
        return ()


def _find_missing_prefixes(tokens: Sequence[Token]) -> list[str]:
    """Return the prefixes that a query uses and does not declare, each once, in its order."""
    declared = read_prefixes(tokens)
    used = (token.text.partition(":")[0] for token in tokens if token.kind is Kind.NAME)
    return [name for name in dict.fromkeys(used) if f"{name}:" not in declared]


def _try_out(reading: Reading) -> dict[str, Any]:
    """Return what a trial of a query shows. Raises QuerySyntaxError and QueryRefused."""
    state, start = service(), time.monotonic()
    try:
        table = tabulate(state.engine, reading, seconds=TRIAL_SECONDS, shown_rows=_SHOWN)
    except (QuerySyntaxError, QueryRefused):
        raise
    except QueryTimeout:
        words = f"it took longer than {TRIAL_SECONDS:g} seconds; use known IRIs, a subselect, a LIMIT"
        return {"costs": {"seconds_over": TRIAL_SECONDS}, "warnings": [words]}
    except QueryError as error:
        return {"warnings": [problem_of(error).detail]}
    rows = len(table.rows) + table.unread
    costs = {"seconds": round(time.monotonic() - start, 3), "rows": rows, "terms": _count_terms(reading)}
    return {"kind": reading.kind.value, "costs": costs, "warnings": _warn(reading, rows)}


def _warn(reading: Reading, rows: int) -> list[str]:
    warnings = []
    if not rows:
        warnings.append("it matches nothing in this release")
    if rows > _MANY_ROWS:
        warnings.append(f"it gives {rows} rows; count or group in the query, or add a LIMIT")
    if not reading.stable:
        warnings.append("it gives another answer each time, so an answer of more than one page is refused")
    if reading.kind is QueryKind.SELECT and rows and reading.has_dataset:
        warnings.append("FROM replaces the union of all graphs")
    return warnings


def _count_terms(reading: Reading) -> dict[str, int]:
    """Return how many triples or things each of the query's known terms stands for: what is gone through."""
    statistics = read_statistics(service().release)
    if statistics is None:
        return {}
    counts = {**statistics.classes, **statistics.properties}
    prefixes = {name: next(iter(iris))[1:-1] for name, iris in read_prefixes(reading.tokens).items()}
    found = {}
    for token in reading.tokens:
        prefix, colon, local = token.text.partition(":")
        iri = token.text[1:-1] if token.kind is Kind.IRI else prefixes.get(prefix + colon, "") + local
        if iri in counts:
            found[token.text] = counts[iri]
    return found
