"""Places as triples: what sources say of each, what GeoNames gives, and who is whose partner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.model.claims import Place
from graph.model.conclusions import Model, Outcome
from graph.model.terms import LABEL, REPLACED, A, Triple, concept, integer, kk, node, point, resource, text
from ontology import GEO, PREFIXES, WIKIDATA

_CODES = {"kemendagri": "kemendagriCode", "iso": "isoCode", "geonames": "geonamesId"}
_SAME = node(PREFIXES["owl"] + "sameAs")
_ALT_LABEL, _HIDDEN_LABEL = node(PREFIXES["skos"] + "altLabel"), node(PREFIXES["skos"] + "hiddenLabel")


def describe_places(model: Model) -> Iterator[Triple]:
    """Yield what is known of every place, and kk:partnerOf in both directions for accepted pairs.

    A country that is a party itself, or a city, lies in itself: what counts by country counts it too.
    """
    parties = {party for pair in model.pairs for party in pair.parties}
    for place in model.places.values():
        yield from _describe_place(place, model)
        if place.country and (place.is_city or not place.is_country or place.id in parties):
            yield resource("place", place.id), kk("country"), resource("place", place.country)
    for pair in model.pairs:
        if pair.outcome is Outcome.ACCEPTED:
            a, b = (resource("place", party) for party in pair.parties)
            yield a, kk("partnerOf"), b
            yield b, kk("partnerOf"), a


def _describe_place(place: Place, model: Model) -> Iterator[Triple]:
    subject = resource("place", place.id)
    for name in _place_classes(place):
        yield subject, A, kk(name)
    yield from ((subject, LABEL, text(label, language)) for language, label in _labels(place).items())
    yield from ((subject, kk("nativeName"), text(name, language)) for language, name in place.native_names)
    yield from ((subject, _ALT_LABEL, text(name)) for name in place.other_names)
    if place.level:
        yield subject, kk("level"), concept("level", place.level)
    yield from ((subject, kk("comparableLevel"), concept("level", level)) for level in place.level_with)
    for name, related in (("partOf", place.part_of), ("succeeds", place.succeeds)):
        if related:
            yield subject, kk(name), resource("place", related)
    if place.qid:
        yield subject, kk("wikidataId"), text(place.qid)
        yield subject, _SAME, node(WIKIDATA[place.qid])
    yield from ((subject, kk(_CODES[kind]), text(code)) for kind, code in place.codes)
    if place.population is not None:
        yield subject, kk("population"), integer(place.population)
    yield from ((resource("place", old), REPLACED, subject) for old in place.replaces)
    if place.geonames is None or not place.geonames.gives_point:
        yield from _describe_point(place)


def _describe_point(place: Place) -> Iterator[Triple]:
    if place.longitude:
        subject = resource("place", place.id)
        geometry = node(f"{subject.value}#geometry")
        yield subject, node(GEO["hasGeometry"]), geometry
        yield geometry, A, node(GEO["Geometry"])
        yield geometry, node(GEO["asWKT"]), point(place.longitude, place.latitude)


def describe_geonames(places: Iterable[Place]) -> Iterator[Triple]:
    """Yield what GeoNames gives for places: ids, names, regions, points that no source states.

    Names in the script of the country are further names, all others hidden labels, to find a place by and
    not to show (https://www.w3.org/TR/skos-reference/#labels).
    """
    for place in places:
        entry, subject = place.geonames, resource("place", place.id)
        if entry is None:
            continue
        if entry.iri is not None:
            if ("geonames", str(entry.id)) not in place.codes:
                yield subject, kk("geonamesId"), text(str(entry.id))
            yield subject, _SAME, node(entry.iri)
        yield from ((subject, _ALT_LABEL, text(name)) for name in entry.names)
        yield from ((subject, _HIDDEN_LABEL, text(name)) for name in entry.further)
        yield from ((subject, kk("regionName"), text(name)) for name in entry.regions)
        if entry.gives_point:
            yield from _describe_point(place)


def _labels(place: Place) -> dict[str, str]:
    """Return the labels of a place by language; without an English one there is one of no language (R11)."""
    labels = dict(place.labels)
    return labels if "en" in labels else {"": place.label("en"), **labels}


def _place_classes(place: Place) -> list[str]:
    """Return the classes of a place; a city may be a country too (Singapore)."""
    is_local = place.is_city or not place.is_country
    classes = {"Country": place.is_country, "LocalGovernment": is_local, "City": place.is_city}
    return ["Place", *(name for name, holds in classes.items() if holds)]
