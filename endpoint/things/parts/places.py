"""What the page of a place says around its partnerships: a sentence, its peers, its country's partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from endpoint.engine.results import Table
from endpoint.show.labels import Select
from endpoint.show.present import Shown, show
from endpoint.show.texts import format_number, plural, translate
from endpoint.things.describe import names_of
from endpoint.things.parts.partners import CLAIMED, Partner, Partners
from queries.terms import iri_term

MOST_BARS = 10
_DOMAINS = 12

_PEERS = """SELECT ?place (COUNT(DISTINCT ?partner) AS ?count) WHERE {{
  ?place kk:country {country} ; kk:partnerOf ?partner }} GROUP BY ?place"""
_COUNTRIES = """SELECT ?place ?count WHERE {{
  ?pair kk:betweenCountries {country} ; kk:linkCount ?count .
  OPTIONAL {{ ?pair kk:betweenCountries ?other . FILTER(?other != {country}) }}
  BIND(COALESCE(?other, {country}) AS ?place) }}"""


@dataclass(frozen=True)
class Measured:
    """One line of a bar chart; `width` is in per cent of the longest, `here` marks the thing of the page."""

    name: Shown
    count: str
    width: int
    here: bool = False


def summary(partners: Partners | None, language: str) -> str:
    """Return what to say of the accepted partnerships of a place: how many, active, the first and last."""
    accepted = _accepted(partners)
    if not accepted:
        return translate("place.none", language)
    countries = {one.country.text for one in accepted if one.country}
    active = sum(len(g.partners) for g in partners.groups if g.key == "active") if partners else 0
    return " ".join(
        [
            plural("place.partners", len(accepted), language),
            plural("place.countries", len(countries), language),
            translate("place.active", language, active=format_number(active, language)),
            *_first_and_last(accepted, language),
        ]
    )


def _accepted(partners: Partners | None) -> list[Partner]:
    groups = partners.groups if partners else ()
    return [one for group in groups if group.key not in {CLAIMED, "intent"} for one in group.partners]


def _first_and_last(accepted: Sequence[Partner], language: str) -> list[str]:
    dated = sorted((one.since.when, one.partner.text) for one in accepted if one.since)
    if len(dated) < 2:
        return []
    (first, a), (last, b) = dated[0], dated[-1]
    return [translate("place.span", language, a=a, first=first[:4], b=b, last=last[:4])]


def domain_bars(partners: Partners) -> list[Measured]:
    """Return what the partnerships of a place cover, the commonest first, not more than a dozen."""
    found = partners.domains()[:_DOMAINS]
    return [Measured(name, str(count), round(100 * count / found[0][1])) for name, count in found]


def peers(select: Select, country: str, iri: str, language: str) -> list[Measured]:
    """Return the places of a country with most partners, and this one wherever it stands."""
    return _bars(select, select(_PEERS.format(country=iri_term(country))), iri, language, MOST_BARS)


def partner_countries(select: Select, country: str, language: str) -> list[Measured]:
    """Return the countries that the places of a country have most partnerships with."""
    return _bars(select, select(_COUNTRIES.format(country=iri_term(country))), "", language, 2 * MOST_BARS)


def _bars(select: Select, table: Table, iri: str, language: str, most: int) -> list[Measured]:
    counted = [(int(row["count"].value), row["place"].value, row["place"]) for row in table.rows]
    least = min(sorted((count for count, _, _ in counted), reverse=True)[:most], default=0)
    near = [one for one in counted if one[0] >= least or one[1] == iri]
    names = names_of(select, (cell for _, _, cell in near), language)
    ordered = sorted(near, key=lambda one: (-one[0], names.get(one[1], one[1]).casefold()))
    chosen = ordered[:most] + [one for one in ordered[most:] if one[1] == iri]
    return [
        Measured(
            show(cell, language, names),
            format_number(count, language),
            round(100 * count / ordered[0][0]),
            place == iri,
        )
        for count, place, cell in chosen
    ]
