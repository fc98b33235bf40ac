"""What the page of a place says around its partnerships: a sentence, its peers, its country's partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from endpoint.engine.results import Cell, Table
from endpoint.serving.current import service
from endpoint.serving.releases.kept import Kept
from endpoint.show.lookup import Select
from endpoint.show.texts import format_number, plural, translate
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.labels import label_cells
from endpoint.things.parts.pairs.partners import CLAIMED, Partner, Partners
from queries.terms import iri_term

_PLACES_SHOWN = 10
_COUNTRIES_SHOWN = 20
_DOMAINS_SHOWN = 12

_PEERS = "SELECT ?place ?count WHERE {{ ?place kk:country {country} ; kk:degree ?count }}"
_COUNTRIES = """SELECT ?place ?count WHERE {{
  ?pair kk:betweenCountries {country} ; kk:linkCount ?count .
  OPTIONAL {{ ?pair kk:betweenCountries ?other . FILTER(?other != {country}) }}
  BIND(COALESCE(?other, {country}) AS ?place) }}"""
Counts = list[tuple[int, Cell]]
"""Places, each with a count."""
_peers = Kept[Counts]()


@dataclass(frozen=True)
class ChartRow:
    """One line of a bar chart; `width` is in per cent of the longest, `here` marks the thing of the page."""

    label: FormattedValue
    count: str
    width: int
    here: bool = False


def summarise_partners(partners: Partners | None, language: str) -> str:
    """Return what to say of the accepted partnerships of a place: how many, active, the first and last."""
    accepted = _accepted(partners)
    if not accepted:
        return translate("place.none", language)
    countries = {partner.country.text for partner in accepted if partner.country}
    groups = partners.groups if partners else ()
    active = sum(len(group.partners) for group in groups if group.key == "active")
    known = translate("place.active", language, active=format_number(active, language)) if active else ""
    partners_on_record = plural("place.partners", len(accepted), language)
    where = plural("place.countries", len(countries), language)
    return " ".join([f"{partners_on_record} {where}{known}.", *_first_and_last(accepted, language)])


def _accepted(partners: Partners | None) -> list[Partner]:
    groups = partners.groups if partners else ()
    return [partner for group in groups if group.key not in {CLAIMED, "intent"} for partner in group.partners]


def _first_and_last(accepted: Sequence[Partner], language: str) -> list[str]:
    dated = sorted((partner.since.date, partner.partner.text) for partner in accepted if partner.since)
    if len(dated) < 2:
        return []
    (first, a), (last, b) = dated[0], dated[-1]
    return [translate("place.span", language, a=a, first=first[:4], b=b, last=last[:4])]


def chart_domains(partners: Partners) -> list[ChartRow]:
    """Return what the partnerships of a place cover, the commonest first, not more than a dozen."""
    domains = partners.domains()[:_DOMAINS_SHOWN]
    return [ChartRow(label, str(count), round(100 * count / domains[0][1])) for label, count in domains]


def chart_peers(select: Select, country: str, iri: str, language: str) -> list[ChartRow]:
    """Return the places of a country with most partners, and the place `iri` wherever it stands."""
    query = _PEERS.format(country=iri_term(country))
    counts = _peers.get(service().engine, country, lambda _: _read_counts(select(query)))
    return _chart(select, counts, iri, language, _PLACES_SHOWN)


def chart_partner_countries(select: Select, country: str, language: str) -> list[ChartRow]:
    """Return the countries that the places of a country have most partnerships with."""
    counts = _read_counts(select(_COUNTRIES.format(country=iri_term(country))))
    return _chart(select, counts, "", language, _COUNTRIES_SHOWN)


def _read_counts(table: Table) -> Counts:
    return [(int(row["count"].value), row["place"]) for row in table.rows]


def _chart(select: Select, counts: Counts, here: str, language: str, most: int) -> list[ChartRow]:
    """Return the `most` places with the highest counts and the one that is `here`; ties go by label.

    Labels are asked only of those that may be among them.
    """
    least = min(sorted((count for count, _ in counts), reverse=True)[:most], default=0)
    near = [(count, place) for count, place in counts if count >= least or place.value == here]
    labels = label_cells(select, (place for _, place in near), language)
    ordered = sorted(near, key=lambda row: (-row[0], labels.get(row[1].value, row[1].value).casefold()))
    chosen = ordered[:most] + [row for row in ordered[most:] if row[1].value == here]
    return [
        ChartRow(
            format_value(place, language, labels),
            format_number(count, language),
            round(100 * count / ordered[0][0]),
            place.value == here,
        )
        for count, place in chosen
    ]
