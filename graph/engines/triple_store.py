"""The one interface of what answers a query, whether it is the embedded store or an engine elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from pyoxigraph import QueryBoolean, QuerySolutions, Triple

Form = Literal["select", "ask", "graph"]
"""What a query gives: rows, a yes or no, or triples (CONSTRUCT and DESCRIBE)."""
Result: TypeAlias = QuerySolutions | QueryBoolean | Iterable[Triple]


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query sees, by their IRIs (https://www.w3.org/TR/sparql11-protocol/#dataset).

    Without any, it is what the FROM clauses of the query say when it ``has_clause``, else the union of all
    graphs of the release as default graph, and each of them by its name.
    """

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    has_clause: bool = False

    @property
    def is_given(self) -> bool:
        """Return whether the request names the graphs, in place of the query's own clauses."""
        return bool(self.default_graphs or self.named_graphs)


WHOLE = Dataset()
"""All graphs of a release."""


@dataclass(frozen=True)
class Query:
    """A query with all that decides its result; relative IRIs in it are resolved against ``base``."""

    text: str
    form: Form
    dataset: Dataset = WHOLE
    base: str | None = None


class TripleStore(Protocol):
    """Answers queries over one release; used by one thread at a time.

    ``is_like_embedded``: it leaves the standard where the embedded engine does, and is asked as that is.
    ``fallback`` answers a query of our own that this one does not take (QueryUntaken), where there is one.
    """

    is_like_embedded: bool
    fallback: TripleStore | None

    def ask(self, query: Query) -> Result:
        """Return the whole result of a query, or an error: never a part of it.

        Raises SyntaxError for what is no SPARQL, the QueryError tree, and what the embedded engine raises.
        """
        ...
