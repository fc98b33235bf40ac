"""The pages of the site itself: home and about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response

from endpoint.questions.forms import Field, parameter_field
from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import ask
from endpoint.show.release import list_collections
from endpoint.show.rendering import respond
from endpoint.show.texts import format_number, translate
from ontology import BASE
from queries import catalogue

blueprint = Blueprint("pages", __name__)

_COUNTS = ("places", "countries", "partnerships", "agreements", "claims", "sources")
_SHARES = ("share_dated", "share_worked_out", "share_two_sources", "share_read_twice")
_ENTRY = "partners-of-a-city"


@blueprint.get("/")
def show_home() -> Response:
    """Answer / : what this is, the release in numbers, the questions, and where everything is."""
    lang = language()
    places = [
        ("/sparql", translate("where.sparql", lang)),
        ("/queries/", translate("where.queries", lang)),
        ("/data/", translate("where.data", lang)),
        ("/sources", translate("where.sources", lang)),
        ("/ontology", translate("where.ontology", lang)),
        ("/about", translate("where.about", lang)),
        ("/health", translate("where.health", lang)),
    ]
    return respond(
        "site/home.html",
        heading=translate("home.heading", lang),
        numbers=release_numbers(service().release.manifest, lang),
        questions=list(catalogue().values()),
        entry=_entry(lang),
        places=places,
    )


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


def release_numbers(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Return what a release holds, as (words, number) in `lang`: counts, then the shares that it tells."""
    counts: Mapping[str, Any] = manifest["counts"]
    plain = {name: counts[name] for name in _COUNTS} | {"partnerships": counts["partnerships"]["accepted"]}
    numbers = [
        (translate(f"count.{name}", lang), format_number(count, lang)) for name, count in plain.items()
    ]
    return numbers + [
        (translate(f"count.{name}", lang), format_number(round(100 * counts[name]), lang) + "%")
        for name in _SHARES
        if name in counts
    ]


@dataclass(frozen=True)
class _Entry:
    """A question with the one field that asks it."""

    slug: str
    heading: str
    field: Field


def _entry(lang: str) -> _Entry | None:
    """Return the question that the home page opens with, when the catalogue has it."""
    query = catalogue().get(_ENTRY)
    if query is None:
        return None
    place = next((parameter for parameter in query.parameters if parameter.kind == "place"), None)
    if place is None:
        return None
    field = parameter_field(replace(place, default=None), {}, lang, ask)
    return _Entry(query.slug, query.summary[lang], field)
