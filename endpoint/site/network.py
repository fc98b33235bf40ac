"""``/network``: the partnerships as a network: its size, its hubs, its groups, and its files."""

from __future__ import annotations

from flask import Blueprint, Response

from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import ask
from endpoint.show.names import fill_in
from endpoint.show.rendering import respond
from endpoint.show.tables import page_table
from endpoint.show.texts import translate

blueprint = Blueprint("network", __name__)

HUBS = "hubs-and-bridges"
QUESTIONS = (
    HUBS,
    "partner-of-partner",
    "country-pairs",
    "distance-distribution",
    "cities-with-multiple-partners",
)
_ROWS = 25
_SIZE = """SELECT (COUNT(?place) AS ?places) (MAX(?component) AS ?components)
  (MAX(?community) AS ?communities)
WHERE { ?place kk:degree ?degree . OPTIONAL { ?place kk:component ?component }
  OPTIONAL { ?place kk:community ?community } }"""


@blueprint.get("/network")
def show_network() -> Response:
    """Answer /network : the network of places, its hubs, the questions about it and its files."""
    lang = language()
    state = service()
    hubs = state.questions[HUBS]
    text = fill_in(hubs, {"lang": lang}, _ROWS).text
    (size,) = ask(_SIZE).rows
    files = [file for file in state.release.files if file.kind == "network"]
    return respond(
        "site/network.html",
        heading=translate("network.heading", lang),
        sizes=[(translate(f"network.{name}", lang), int(cell.value)) for name, cell in size.items()],
        question=hubs,
        table=page_table(ask(text), ask, lang, hubs),
        questions=[state.questions[slug] for slug in QUESTIONS],
        files=[(file.name, f"/data/{state.release.id}/{file.name}") for file in files],
    )
