"""Names in the terminal: where one is unclear, a person chooses from a list; programs get an error."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial

import click

from endpoint.cli.output import log_console
from graph.names.index.ask import NameIndex
from graph.names.index.open import open_names
from graph.names.suggest import Candidate
from graph.store.releases import Release
from graph.store.store import open_store, select
from queries import CannedQuery
from queries.bind import Filled, fill
from queries.resolve import Resolver, UnclearName


def read_names(release: Release) -> NameIndex:
    """Return the index of names of a release. Raises ReleaseError."""
    return open_names(release, lambda: partial(select, open_store(release.store_path)))


def fill_clearly(
    query: CannedQuery, values: Mapping[str, str], resolver: Resolver, usual_rows: int | None
) -> Filled:
    """Return `query` with `values` bound, as `fill` does; on a terminal, unclear names are asked about.

    Raises ParameterError, for an unclear name too when nobody is there to choose.
    """
    given = dict(values)
    while True:
        try:
            return fill(query, given, resolver, usual_rows)
        except UnclearName as unclear:
            if not unclear.candidates or not is_attended():
                raise
            given[unclear.parameter] = choose(unclear).id


def is_attended() -> bool:
    """Return whether a person can be asked: both stdin and stderr are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def choose(unclear: UnclearName) -> Candidate:
    """Return the candidate that a person chooses by its number; none chosen ends the command."""
    console = log_console()
    console.print(f"{unclear.value!r} may be one of these:", markup=False)
    for number, candidate in enumerate(unclear.candidates, start=1):
        console.print(f"{number:>3}  {describe(candidate)}", markup=False)
    numbers = click.IntRange(1, len(unclear.candidates))
    chosen: int = click.prompt("Which one? (number)", type=numbers, err=True)
    return unclear.candidates[chosen - 1]


def describe(candidate: Candidate) -> str:
    """Return a line that tells a place from its namesakes: label, what and where it is, partners, id."""
    partners = candidate.partners or 0
    linked = f"{partners} partner{'' if partners == 1 else 's'}"
    return f"{candidate.label}: {candidate.description or 'place'}; {linked}; {candidate.id}"
