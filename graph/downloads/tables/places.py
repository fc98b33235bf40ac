"""places.csv: every place of the graph, countries too.

`id` last part of the address; `iri` the address; `name_en`, `name_id` English and Indonesian name;
`native_names` with the language; `other_names`; `kind` country, city or other; `level` administrative level;
`comparable_levels` the levels it is level with; `country` ISO 3166-1 alpha-2; `country_name_en`,
`country_name_id`; `part_of`, `succeeds` ids of places; `wikidata` item; `kemendagri_code`, `iso_code` (3166),
`geonames_id`; `latitude`, `longitude` decimal degrees, WGS 84; `population`; `partners` number of accepted
partnerships.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter

from graph.downloads.tables.cells import Row, cell, country_code, join, place_name
from graph.model.conclusions import Model, Outcome
from graph.model.iris import iri

_COLUMNS = """
    id iri name_en name_id native_names other_names kind level comparable_levels country
    country_name_en country_name_id part_of succeeds wikidata kemendagri_code iso_code geonames_id
    latitude longitude population partners
    """
COLUMNS = tuple(_COLUMNS.split())


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
