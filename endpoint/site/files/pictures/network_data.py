"""``/network.json``: the network of places as the picture of ``/network`` reads it, drawn once a release.

Columns, not rows: the place with number `i` has the `i`-th entry of each. `x`, `y` put communities side by
side, `mapX`, `mapY` are where it is on ``/world.svg`` (none: no coordinates are known). `links` holds two
numbers a link.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, json

from endpoint.drawing.communities import place_communities
from endpoint.drawing.world import choose_sheet
from endpoint.engine.release_engine import ReleaseEngine
from endpoint.serving.current import service
from endpoint.serving.releases.kept import Kept
from endpoint.show.addresses import language
from endpoint.show.rendering import revalidated
from endpoint.site.files.pictures.drawings import read_links, read_positions, read_rows
from ontology import BASE

blueprint = Blueprint("network_data", __name__)

_PLACES = """SELECT ?place ?degree ?community ?country WHERE { ?place kk:degree ?degree .
  OPTIONAL { ?place kk:community ?community } OPTIONAL { ?place kk:country ?country } } ORDER BY ?place"""
_LABELS = """SELECT ?place (LANG(?label) AS ?language) ?label WHERE {{ ?place a {kind} ; rdfs:label ?label .
  FILTER(LANG(?label) IN ("{language}", "en", "")) }}"""
_DECIMALS = 1

_drawings = Kept[str]()


@blueprint.get("/network.json")
def show_network_data() -> Response:
    """Answer /network.json : places with their links, labels in the language of the reader."""
    lang = language()
    body = _drawings.get(service().engine, lang, partial(_draw, language=lang))
    response = Response(body, content_type="application/json")
    response.headers["Content-Language"] = lang
    response.vary.update(("Accept-Language",))
    return revalidated(response)


def _draw(engine: ReleaseEngine, language: str) -> str:
    rows = list(read_rows(engine, _PLACES))
    numbers = {row[0]: number for number, row in enumerate(rows)}
    countries = sorted({country for *_, country in rows if country})
    labels = _read_labels(engine, "kk:Place", language) | _read_labels(engine, "kk:Country", language)
    dots = place_communities([(community, int(degree)) for _, degree, community, _ in rows])
    positions = read_positions(engine)
    known = [iri for iri in numbers if iri in positions]
    links = list(read_links(engine))
    drawn = [(positions[a], positions[b]) for a, b in links if a in positions and b in positions]
    sheet = choose_sheet(drawn)
    on_map = dict(zip(known, sheet.project([positions[iri] for iri in known]), strict=True))
    data = {
        "id": [iri.removeprefix(f"{BASE}place/") for iri in numbers],
        "label": [labels.get(iri, iri.removeprefix(BASE)) for iri in numbers],
        "community": [int(community) if community else 0 for _, _, community, _ in rows],
        "country": [countries.index(country) if country else -1 for *_, country in rows],
        "countries": [labels.get(country, country.removeprefix(BASE)) for country in countries],
        "x": [round(x, _DECIMALS) for x, _ in dots],
        "y": [round(y, _DECIMALS) for _, y in dots],
        "mapX": [round(on_map[iri][0], _DECIMALS) if iri in on_map else None for iri in numbers],
        "mapY": [round(on_map[iri][1], _DECIMALS) if iri in on_map else None for iri in numbers],
        "links": [number for a, b in links for number in (numbers[a], numbers[b])],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _read_labels(engine: ReleaseEngine, kind: str, language: str) -> dict[str, str]:
    """Return the label of each thing of a kind in a language, else in English, else in none."""
    labels: dict[str, tuple[int, str]] = {}
    order = {"": 2, "en": 1, language: 0}
    for iri, tag, label in read_rows(engine, _LABELS.format(kind=kind, language=language)):
        rank = order[tag]
        if iri not in labels or rank < labels[iri][0]:
            labels[iri] = (rank, label)
    return {iri: label for iri, (_, label) in labels.items()}
