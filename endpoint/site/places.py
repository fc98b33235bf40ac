"""``/places``: the countries, and the places of each with their partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect

from endpoint.errors import NotFound
from endpoint.show.addresses import language, link
from endpoint.show.lookup import LABEL_PROPERTIES, Row, ask, concept_label, find_labels
from endpoint.show.rendering import respond
from endpoint.show.tables import read_choice, read_paging, see_table, take_no_part
from endpoint.show.texts import translate
from endpoint.show.values import FormattedValue, format_value
from graph.model.iris import is_qid
from ontology import PREFIXES
from queries.terms import iri_term

blueprint = Blueprint("places", __name__)

_COUNTRIES = """SELECT ?country ?places ?international ?domestic WHERE {
  { SELECT ?country (COUNT(?place) AS ?places) WHERE { ?place kk:country ?country ; kk:degree ?partners }
    GROUP BY ?country }
  OPTIONAL { ?country kk:internationalLinks ?international }
  OPTIONAL { ?country kk:domesticLinks ?domestic }
}"""
_PLACES = """SELECT ?place ?partners ?level WHERE {{ ?place kk:country {country} ; kk:degree ?partners .
  OPTIONAL {{ ?place kk:level ?level }} }}"""
_QUESTION = "/queries/cities-with-multiple-partners"
SORTS = ("partners", "name")
TABLES = ("csv", "json", "parquet")
"""The formats in which the places of a country are had by its address and a suffix."""


@dataclass(frozen=True)
class CountryRow:
    """One country of the list: its places with a partner, and how many partnerships they have."""

    label: str
    href: str
    places: int
    international: int
    domestic: int


@dataclass(frozen=True)
class PlaceRow:
    """One place of a country."""

    place: FormattedValue
    level: str
    partners: int


@blueprint.get("/places")
def show_countries() -> Response:
    """Answer /places : the countries that have places with partners; as CSV, all places."""
    if table := see_table("/places.csv"):
        return table
    lang = language()
    rows = ask(_COUNTRIES).rows
    labels = find_labels(ask, (row["country"].value for row in rows), lang, LABEL_PROPERTIES)
    countries = [_country_row(row, labels) for row in rows]
    sort = _read_sort()
    return respond(
        "site/countries.html",
        heading=translate("places.heading", lang),
        sort=sort,
        countries=sorted(countries, key=_by_name if sort == "name" else _by_links),
        most=max((row.international + row.domestic for row in countries), default=1) or 1,
        places=sum(row.places for row in countries),
    )


@blueprint.get("/places/<country>")
def show_places(country: str) -> Response:
    """Answer /places/<country> : the places of a country that have partners, those with the most first."""
    if table := see_table(f"/places/{country}.csv"):
        return table
    lang = language()
    iri, rows = PREFIXES["place"] + country, _find_places(country)
    labels = find_labels(ask, [iri, *(row["place"].value for row in rows)], lang, LABEL_PROPERTIES)
    places = [_place_row(row, lang, labels) for row in rows]
    sort, paging = _read_sort(), read_paging(len(places))
    ordered = sorted(places, key=_by_label if sort == "name" else _by_partners)
    return respond(
        "site/places.html",
        heading=translate("places.of", lang, country=labels.get(iri, country)),
        country=link(f"/place/{country}.html"),
        name=labels.get(iri, country),
        tables={suffix: f"/places/{country}.{suffix}" for suffix in TABLES},
        sort=sort,
        paging=paging,
        most=max(row.partners for row in places),
        rows=ordered[paging.skipped : paging.last],
    )


@blueprint.get(f"/places/<country>.<any({','.join(TABLES)}):suffix>")
def redirect_to_question(country: str, suffix: str) -> Response:
    """Answer /places/<country>.csv and its like : a redirect to the question whose rows these places are.

    Raises ParameterError for who asks for some of them, as the page can be asked.
    """
    take_no_part(f"/places/{country}.{suffix}")
    _find_places(country)
    address = link(f"{_QUESTION}.{suffix}", min="1", level="all", country=country)
    response = make_response(redirect(address, HTTPStatus.TEMPORARY_REDIRECT))
    response.cache_control.no_cache = True
    return response


def _find_places(country: str) -> Sequence[Row]:
    """Return the places of a country that have partners; raises NotFound when there is none."""
    iri = PREFIXES["place"] + country
    if is_qid(country) and (rows := ask(_PLACES.format(country=iri_term(iri))).rows):
        return rows
    raise NotFound(f"no country {country} has places with partners here; /places lists those that have")


def _read_sort() -> str:
    return read_choice("sort", SORTS) or SORTS[0]


def _country_row(row: Row, labels: dict[str, str]) -> CountryRow:
    iri = row["country"].value
    local = iri.rsplit("/", 1)[1]
    return CountryRow(
        labels.get(iri, local),
        link(f"/places/{local}"),
        int(row["places"].value),
        int(row["international"].value) if "international" in row else 0,
        int(row["domestic"].value) if "domestic" in row else 0,
    )


def _by_name(row: CountryRow) -> str:
    return row.label.casefold()


def _by_links(row: CountryRow) -> tuple[int, str]:
    return -(row.international + row.domestic), row.label.casefold()


def _place_row(row: Row, lang: str, labels: dict[str, str]) -> PlaceRow:
    level = concept_label(row["level"].value, lang) if "level" in row else ""
    return PlaceRow(format_value(row["place"], lang, labels), level, int(row["partners"].value))


def _by_label(row: PlaceRow) -> str:
    return row.place.text.casefold()


def _by_partners(row: PlaceRow) -> tuple[int, str]:
    return -row.partners, row.place.text.casefold()
