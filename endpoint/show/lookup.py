"""What the pages themselves ask the store, over the pages' own lane."""

from __future__ import annotations

import re
from collections.abc import Mapping

from endpoint.engine.results import Table, select_rows, simple_rows
from endpoint.serving.current import service
from ontology import PREFIXES
from queries.bind import bind
from queries.header import CannedQuery
from queries.resolve import Resolver

_PREFIX = re.compile(r"(?<![\w/<#])([a-z]+):\w")


def ask(query: str) -> Table:
    """Return the table of a SELECT of our own; our prefixes are put before it. Raises the QueryError tree."""
    return select_rows(service().engine, f"{prefix_lines(PREFIXES)}\n{query}")


def resolver() -> Resolver:
    """Return a resolver of names that asks the current release."""
    engine = service().engine
    return Resolver(lambda query: simple_rows(engine, query))


def fill_in(query: CannedQuery, values: Mapping[str, str]) -> str:
    """Return the SPARQL of `query` with `values` bound; raises ParameterError."""
    return bind(query, values, resolver())


def with_prefixes(query: str) -> str:
    """Return a query of a page for people to open: with the PREFIX lines of those that it uses."""
    named = set(_PREFIX.findall(query))
    used = {name: base for name, base in PREFIXES.items() if name in named}
    return f"{prefix_lines(used)}\n{query}" if used else query


def prefix_lines(prefixes: Mapping[str, str]) -> str:
    """Return the PREFIX lines for `prefixes`, one a line."""
    return "\n".join(f"PREFIX {name}: <{base}>" for name, base in prefixes.items())
