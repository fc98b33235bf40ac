"""What search engines read: which addresses to leave alone, and the list of pages."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from endpoint.serving.current import service
from endpoint.show.lookup import ask
from endpoint.show.rendering import revalidated
from ontology import BASE

blueprint = Blueprint("crawlers", __name__)

MOST_ADDRESSES = 50_000
"""https://www.sitemaps.org/protocol.html#index"""
_PAGES = ("", "places", "agreements", "queries/", "network", "data/", "wikidata", "sources", "about")
_THINGS = f"""SELECT ?thing WHERE {{
  {{ SELECT ?thing WHERE {{ ?thing kk:degree ?degree }} LIMIT {MOST_ADDRESSES // 2} }}
  UNION {{ SELECT ?thing WHERE {{ ?thing a kk:Partnership }} LIMIT {MOST_ADDRESSES // 3} }} }}"""
_CLOSED = ("/sparql", "/search", "/search.json", "/reconcile", "/graph", "/metrics", "/health")


@blueprint.get("/robots.txt")
def show_robots() -> Response:
    """Answer /robots.txt : what programs that follow every link had better not ask."""
    closed = (f"Disallow: {path}" for path in _CLOSED)
    lines = ["User-agent: *", *closed, f"Sitemap: {request.host_url}sitemap.xml"]
    return revalidated(Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@blueprint.get("/sitemap.xml")
def show_sitemap() -> Response:
    """Answer /sitemap.xml : the pages, those of all questions, and of places and partnerships."""
    questions = (f"queries/{slug}" for slug in service().questions)
    things = (f"{row['thing'].value.removeprefix(BASE)}.html" for row in ask(_THINGS).rows)
    addresses = (f"{request.host_url}{path}" for path in (*_PAGES, *questions, *things))
    entries = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return revalidated(
        Response(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
            content_type="application/xml",
        )
    )
