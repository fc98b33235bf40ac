"""The pages of the site itself: home and about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response

from endpoint.questions.forms import Field, parameter_field
from endpoint.serving.current import service
from endpoint.show.licences import licence_name
from endpoint.show.lookup import ask
from endpoint.show.present import language, respond
from endpoint.show.texts import format_number, translate
from ontology import BASE
from queries import catalogue

blueprint = Blueprint("pages", __name__)

_COUNTS = ("places", "countries", "partnerships", "agreements", "claims", "sources")
_SHARES = ("share_dated", "share_two_sources")
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
    collections = [_collection(entry, lang) for entry in service().release.manifest.get("collections", ())]
    return respond(
        "site/about.html", heading=translate("about.heading", lang), collections=collections, base=BASE
    )


def release_numbers(manifest: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Return what a release holds, as (words, number) in `lang`: counts, then shares of partnerships."""
    counts: Mapping[str, Any] = manifest["counts"]
    numbers = {name: counts[name] for name in _COUNTS} | {"partnerships": counts["partnerships"]["accepted"]}
    shown = [(translate(f"count.{name}", lang), format_number(n, lang)) for name, n in numbers.items()]
    return shown + [
        (translate(f"count.{name}", lang), format_number(round(100 * counts[name]), lang) + "%")
        for name in _SHARES
    ]


@dataclass(frozen=True)
class _Entry:
    slug: str
    heading: str
    field: Field


def _entry(lang: str) -> _Entry | None:
    """Return the question that the home page opens with, when the catalogue has it."""
    query = catalogue().get(_ENTRY)
    place = next((p for p in query.parameters if p.kind == "place"), None) if query else None
    if query is None or place is None:
        return None
    return _Entry(
        query.slug, query.summary[lang], parameter_field(replace(place, default=None), {}, lang, ask)
    )


def _collection(entry: Mapping[str, Any], lang: str) -> dict[str, object]:
    title = entry.get("title", {})
    licence = str(entry.get("licence", ""))
    return {
        "name": entry["name"],
        "title": title.get(lang) or title.get("en") or entry["name"],
        "licence": licence,
        "licence_name": licence_name(licence),
        "compiled": entry.get("compiled", ""),
        "claims": entry.get("claims", 0),
    }
