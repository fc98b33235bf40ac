"""An answer elsewhere: how to cite it, and how to get it from the command line, Python, R and DuckDB.

What is cited is the answer of one release, under an address that gives the same rows as long as that is kept.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from flask import request

from endpoint.serving.current import service
from endpoint.show.texts import format_date, translate
from graph.downloads.describe.citation import bibtex
from queries.arrange import is_arrangement
from queries.canned import LANG, CannedQuery


def cite(query: CannedQuery, path: str, language: str) -> list[tuple[str, str]]:
    """Return how to cite an answer, as (name of the form, text); `path` is that of the answer as CSV."""
    release = service().release
    compiled = date.fromisoformat(str(release.manifest["compiled"]))
    address = f"{_host()}/release/{release.id}{path}"
    title = query.summary[language]
    text = translate(
        "question.cite.text",
        language,
        question=title,
        release=release.id,
        date=format_date(compiled.isoformat(), language),
        address=address,
    )
    part = (query.slug, query.summary["en"], address)
    entry = bibtex(release.id, compiled, part, doi=service().config.doi_of(release.id))
    return [(translate("question.cite.plain", language), text), ("BibTeX", entry)]


def write_snippets(query: CannedQuery, values: Mapping[str, str], path: str) -> list[tuple[str, str]]:
    """Return how to get an answer elsewhere, as (name, code); `path` is that of the answer as CSV."""
    address = _host() + path
    snippets = [
        ("curl", f"curl -L -o {query.slug}.csv {shlex.quote(address)}"),
        ("pandas", f"import pandas\n\ntable = pandas.read_csv({address!r})"),
        ("R", f'library(readr)\n\ntable <- read_csv("{address}")'),
        ("DuckDB", f"FROM read_csv('{address}');"),
    ]
    if any(is_arrangement(name) for name in values):
        return snippets
    options = [f"--{name} {shlex.quote(value)}" for name, value in values.items() if value]
    return [*snippets, ("kembar", " ".join(["kembar query", query.slug, *options, "--format csv"]))]


def make_path(query: CannedQuery, values: Mapping[str, str], suffix: str) -> str:
    """Return the path of an answer in a format; the default language is left out."""
    given = {name: value for name, value in values.items() if (name, value) != (LANG.name, LANG.default)}
    return f"/queries/{query.slug}.{suffix}" + ("?" + urlencode(given) if given else "")


def _host() -> str:
    return request.host_url.rstrip("/")
