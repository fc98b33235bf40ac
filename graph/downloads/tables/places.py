"""places.csv: every place of the graph, countries too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter

from graph.downloads.tables.cells import Row, cell, country_code, join, place_name
from graph.downloads.tables.schema.columns import PLACES, Column, Kind, Table, integer, number, several, text
from graph.model.conclusions import Model, Outcome
from graph.model.iris import iri

TABLE = Table(
    PLACES,
    "every place of the graph, countries too",
    (
        text("id", "last part of the address", "Q11462"),
        Column("iri", Kind.IRI, "the address", iri("place", "Q11462")),
        text("name_en", "English name", "Surabaya"),
        text("name_id", "Indonesian name", "Kota Surabaya"),
        several("native_names", "names where it lies, with the language", "北九州市 (ja)"),
        several("other_names", "further names that sources use", "Bombay"),
        text("kind", "country, city or other", "city"),
        text("level", "administrative level (vocab/level)", "city"),
        several("comparable_levels", "the levels that it is level with", "city;province"),
        text("country", "ISO 3166-1 alpha-2; NA is Namibia", "ID"),
        text("country_name_en", "English name of the country", "Indonesia"),
        text("country_name_id", "Indonesian name of the country", "Indonesia"),
        text("part_of", "the place that it lies in", "Q3586", PLACES),
        text("succeeds", "the place that it took over from", "Q24826", PLACES),
        text("wikidata", "item of Wikidata", "Q11462"),
        text("kemendagri_code", "Indonesian code; 35.10 is a code and not a number", "35.78"),
        text("iso_code", "ISO 3166 code of the country or its part", "MZ"),
        text("geonames_id", "id in GeoNames", "1625820"),
        number("latitude", "degrees north, WGS 84", "-7.27"),
        number("longitude", "degrees east, WGS 84", "112.72"),
        integer("population", "people, as a list states it", "2874314"),
        integer("partners", "number of accepted partnerships", "11"),
    ),
)


def place_rows(model: Model) -> Iterator[Row]:
    """Yield a row for each place."""
    partners = Counter(
        party for pair in model.pairs if pair.outcome is Outcome.ACCEPTED for party in pair.parties
    )
    for place in sorted(model.places.values(), key=attrgetter("id")):
        codes = dict(place.codes)
        yield {
            "id": place.id,
            "iri": iri("place", place.id),
            "name_en": place.label("en"),
            "name_id": place.label("id"),
            "native_names": join(f"{name} ({language})" for language, name in place.native_names),
            "other_names": join(place.other_names),
            "kind": "country" if place.is_country else "city" if place.is_city else "other",
            "level": place.level,
            "comparable_levels": join(place.level_with),
            "country": country_code(place.id, model),
            "country_name_en": place_name(place.country, model, "en"),
            "country_name_id": place_name(place.country, model, "id"),
            "part_of": place.part_of,
            "succeeds": place.succeeds,
            "wikidata": place.qid,
            "kemendagri_code": codes.get("kemendagri", ""),
            "iso_code": codes.get("iso", ""),
            "geonames_id": place.geonames_id,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "population": cell(place.population),
            "partners": str(partners[place.id]),
        }
