"""What search engines read: which addresses to leave alone, and the lists of pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.errors import NotFound
from endpoint.serving.current import service
from endpoint.serving.pinned import list_sound
from endpoint.show.lookup import ask, prefix_lines
from endpoint.show.rendering import revalidated
from ontology import BASE, PREFIXES

blueprint = Blueprint("crawlers", __name__)

MOST_ADDRESSES = 50_000
"""https://www.sitemaps.org/protocol.html#index"""
_SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = ("", "places", "agreements", "queries/", "network", "data/", "wikidata", "sources", "about")
_THINGS = {
    "places": "?thing a kk:Place",
    "partnerships": "{ ?thing a kk:Partnership } UNION { ?thing a kk:ClaimedPartnership }",
}
"""What has pages of its own in the lists, by the name of its list."""
_SECONDS = 30.0
_CLOSED = ("/sparql", "/search", "/search.json", "/reconcile", "/graph", "/metrics", "/health")


@blueprint.get("/robots.txt")
def show_robots() -> Response:
    """Answer /robots.txt : what programs that follow every link had better not ask."""
    closed = (f"Disallow: {path}" for path in _CLOSED)
    lines = ["User-agent: *", *closed, f"Sitemap: {request.host_url}sitemap.xml"]
    return revalidated(Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@blueprint.get("/sitemap.xml")
def show_sitemap() -> Response:
    """Answer /sitemap.xml : the lists of the pages of this site, of all places and of all partnerships."""
    parts = ["sitemap/pages.xml", *(f"sitemap/{name}-{part}.xml" for name, part in _list_parts())]
    return _answer("sitemapindex", "sitemap", parts)


@blueprint.get("/sitemap/pages.xml")
def show_pages() -> Response:
    """Answer /sitemap/pages.xml : the pages of the site, of the questions and of the kept releases."""
    questions = (f"queries/{slug}" for slug in service().questions)
    releases = (f"data/{release.id}/" for release in list_sound())
    return _answer("urlset", "url", [*_PAGES, *questions, *releases])


@blueprint.get(f"/sitemap/<any({','.join(_THINGS)}):name>-<int:part>.xml")
def show_things(name: str, part: int) -> Response:
    """Answer /sitemap/places-1.xml and the like : MOST_ADDRESSES places or partnerships, by their IRIs."""
    if (name, part) not in _list_parts():
        raise NotFound(f"there is no part {part} of the {name}; /sitemap.xml has all parts")
    return _answer("urlset", "url", [f"{thing.removeprefix(BASE)}.html" for thing in _read_part(name, part)])


def _list_parts() -> list[tuple[str, int]]:
    """Return the lists of things as (name, part), the parts counted from 1."""
    counted = ((name, ask(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")) for name, pattern in _THINGS.items())
    numbers = ((name, int(table.rows[0]["n"].value)) for name, table in counted)
    return [(name, n + 1) for name, number in numbers for n in range(-(-number // MOST_ADDRESSES))]


def _read_part(name: str, part: int) -> Iterator[str]:
    skipped = (part - 1) * MOST_ADDRESSES
    query = (
        f"{prefix_lines(PREFIXES)}\nSELECT ?thing {{ {_THINGS[name]} }} "
        f"ORDER BY ?thing LIMIT {MOST_ADDRESSES} OFFSET {skipped}"
    )
    reading = trust(query, QueryKind.SELECT)
    answer = service().engine.run(reading, "text/csv", lane=Lane.PAGES, seconds=_SECONDS, cached=False)
    rows = csv.reader(io.StringIO(answer.body.decode(), newline=""))
    next(rows)
    return (thing for (thing,) in rows)


def _answer(root: str, entry: str, paths: Iterable[str]) -> Response:
    """Return a list of addresses on this host, each with the date of the data."""
    changed = service().release.manifest["compiled"]
    entries = "".join(
        f"<{entry}><loc>{escape(request.host_url + path)}</loc><lastmod>{changed}</lastmod></{entry}>\n"
        for path in paths
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    body = f'{head}<{root} xmlns="{_SCHEMA}">\n{entries}</{root}>\n'
    return revalidated(Response(body, content_type="application/xml"))
