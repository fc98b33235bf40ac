"""The pages of the site itself: home and about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from endpoint.drawing.world import WIDTH, world_height
from endpoint.questions.groups import group_questions
from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import LABEL_PROPERTIES, ask, find_labels, text_of
from endpoint.show.release import list_collections
from endpoint.show.rendering import respond
from endpoint.show.texts import format_number, format_share, translate
from endpoint.things.ontology.method import read_measures, read_rules
from ontology import BASE

blueprint = Blueprint("pages", __name__)

_COUNTS = ("places", "countries", "partnerships", "agreements", "claims", "sources")
_SHARES = ("share_dated", "share_worked_out", "share_two_sources", "share_read_twice")
_PAGES = {
    "places": "/places",
    "countries": "/places",
    "agreements": "/agreements",
    "sources": "/sources",
    "share_two_sources": "/queries/one-source-only",
}
"""Where the things of a number are listed."""
WHERE = ("sparql", "network", "wikidata", "reconcile", "ontology", "limits", "health")
"""The pages that the home page explains in a few words."""
_EXAMPLES = """SELECT ?place WHERE { ?place kk:degree ?partners ; a kk:City }
  ORDER BY DESC(?partners) ?place LIMIT 4"""
_PLACED = """SELECT (COUNT(?place) AS ?places) (SUM(?known) AS ?drawn) WHERE { ?place kk:degree ?partners .
  BIND(IF(EXISTS { ?place geo:hasGeometry ?geometry }, 1, 0) AS ?known) }"""
"""The places with a partner, and those of them that the map can show."""


@blueprint.get("/")
def show_home() -> Response:
    """Answer / : what this is, a search box, the release in numbers and on a map, the questions."""
    lang = language()
    release = service().release
    return respond(
        "site/home.html",
        heading=translate("home.heading", lang),
        numbers=release_numbers(release.manifest, lang),
        examples=_find_examples(lang),
        groups=group_questions(service().questions.values(), lang),
        collections=list_collections(release, lang),
        placed={name: int(text_of(row, name) or 0) for row in ask(_PLACED).rows for name in row},
        world_width=WIDTH,
        world_height=world_height(),
        places=[(f"/{name}", translate(f"where.{name}", lang)) for name in WHERE],
    )


def _find_examples(lang: str) -> list[str]:
    """Return the names of the cities with the most partners."""
    iris = [row["place"].value for row in ask(_EXAMPLES).rows]
    labels = find_labels(ask, iris, lang, LABEL_PROPERTIES)
    return [labels[iri] for iri in iris if iri in labels]


@blueprint.get("/about")
def show_about() -> Response:
    """Answer /about : method, collections, licence, how to cite."""
    lang = language()
    return respond(
        "site/about.html",
        heading=translate("about.heading", lang),
        collections=list_collections(service().release, lang),
        base=BASE,
    )


@blueprint.get("/about/rules")
def show_rules() -> Response:
    """Answer /about/rules : how claims become conclusions, rule by rule."""
    lang = language()
    heading, rules = translate("rules.heading", lang), read_rules(service().release, ask, lang)
    return respond("site/rules.html", heading=heading, rules=rules)


@blueprint.get("/about/measures")
def show_measures() -> Response:
    """Answer /about/measures : what is measured of the network, and how."""
    lang = language()
    heading, measures = translate("measures.heading", lang), read_measures(service().release, ask, lang)
    return respond("site/measures.html", heading=heading, measures=measures)


def release_numbers(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str, str]]:
    """Return what a release holds, as (words, number, path of the list of them or nothing) in `lang`.

    Counts come first, then shares of partnerships.
    """
    counts: Mapping[str, Any] = manifest["counts"]
    plain = {name: counts[name] for name in _COUNTS} | {"partnerships": counts["partnerships"]["accepted"]}
    numbers = [(name, format_number(count, lang)) for name, count in plain.items()]
    numbers += [(name, format_share(counts[name], lang)) for name in _SHARES if name in counts]
    return [(translate(f"count.{name}", lang), number, _PAGES.get(name, "")) for name, number in numbers]
