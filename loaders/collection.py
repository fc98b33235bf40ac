"""Collections are read together: they share their places, and lists name places as they please."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from graph.errors import CollectionError
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.mint import RegisteredPlace
from graph.matching.known.reviews import Review
from graph.matching.resolve import Resolution, resolve
from graph.model.claims import GEONAMES, LoadedCollection, Place
from loaders.curated.load import load_curated, load_places_of
from loaders.folders import bundled_folders
from loaders.gazetteer.package import describe_geonames
from loaders.lists.countries import load_states
from loaders.lists.load import load_table
from loaders.lists.regions import load_region_collection
from loaders.settings import Kind, Settings, read_settings
from loaders.tables.geonames import add_geonames, with_geonames
from loaders.tables.place_index import PlaceIndex
from loaders.tables.places import add_names, check_links, load_countries
from loaders.wikidata.collection import load_wikidata

_LOADERS = {
    Kind.TABLE: load_table,
    Kind.WIKIDATA: load_wikidata,
    Kind.REGIONS: load_region_collection,
}
"""How a list is read, by the section of its collection.toml."""


def load_bundled() -> list[LoadedCollection]:
    """Return the collections that come with the project, by name."""
    return load_collections(bundled_folders())


def load_collections(folders: Sequence[Path]) -> list[LoadedCollection]:
    """Return several collections that share their places, in the order of the folders.

    Raises TableError or CollectionError at the first thing that is wrong.
    """
    return list(read_collections(folders).collections)


def read_collections(
    folders: Sequence[Path],
    reviews: Sequence[Review] = (),
    registered: Mapping[str, RegisteredPlace] | None = None,
    gazetteer: Gazetteer | None = None,
) -> Resolution:
    """Return several collections with how the places of the listed ones were decided, and that of GeoNames.

    `reviews` are decisions of people, `registered` the ids minted before; without a `gazetteer` no name
    decides anything. Raises InputError.
    """
    settings = {folder: read_settings(folder) for folder in folders}
    _check_names(settings.values())
    countries = load_countries()
    listed = {folder: read for folder, read in settings.items() if read.kind.is_list}
    resolution = resolve(
        _load_curated({folder: settings[folder] for folder in folders if folder not in listed}, countries),
        (_LOADERS[read.kind](folder, read.info, read.stated) for folder, read in listed.items()),
        countries,
        reviews=reviews,
        registered=registered,
        states=load_states(),
        gazetteer=gazetteer,
    )
    by_name = {collection.info.name: collection for collection in resolution.collections}
    loaded = [by_name[settings[folder].info.name] for folder in folders]
    for collection, folder in zip(loaded, folders, strict=True):
        settings[folder].check(collection)
    if gazetteer and GEONAMES not in by_name and any(p.geonames for one in loaded for p in one.places):
        newest = max(collection.info.compiled for collection in loaded)
        loaded.append(describe_geonames(newest, gazetteer.version))
    own = {settings[folder].info.name for folder in folders if folder not in listed}
    return replace(resolution, collections=_add_countries(loaded, countries, own))


def _check_names(settings: Iterable[Settings]) -> None:
    """Raise CollectionError when two collections share a name: their claims would share IRIs."""
    for name, count in Counter(stated.info.name for stated in settings).items():
        if count > 1:
            raise CollectionError(
                name, f"{count} folders have this name", "Rename one in its collection.toml."
            )


def _load_curated(settings: Mapping[Path, Settings], countries: dict[str, Place]) -> list[LoadedCollection]:
    """Return the collections of our own, whose statements may name the places of any of them.

    What GeoNames gives is added to the places.
    """
    index = PlaceIndex()
    curated = [folder for folder, stated in settings.items() if stated.kind is Kind.CURATED]
    places = {folder: load_places_of(folder, countries, index) for folder in curated}
    for folder in curated:
        add_names(folder, index)
    check_links(index)
    for folder in settings.keys() - places.keys():
        add_geonames(folder, index)
    used = {place.country for place in index.places.values()}
    for iso, country in countries.items():
        if country.id in used and country.id in index.places:
            index.places[country.id] = replace(index.places[country.id], is_country=True)
        elif country.id in used:
            index.add_places([country])
            index.add_name(country.label("en"), iso, country.id)
    return [
        load_curated(folder, stated, with_geonames(places[folder], index), index)
        if folder in places
        else LoadedCollection(stated.info, (), ())
        for folder, stated in settings.items()
    ]


def _add_countries(
    loaded: Sequence[LoadedCollection], countries: Mapping[str, Place], own: Collection[str]
) -> tuple[LoadedCollection, ...]:
    """Return the collections, the first of them with all countries that places lie in, or that are parties.

    A list that names a country among its places has no say in what it is; the `own` collections have, of a
    territory or a city that has a code as a country too (American Samoa, Singapore).
    """
    places = [place for collection in loaded for place in collection.places]
    stated = {place.id for collection in loaded if collection.info.name in own for place in collection.places}
    by_id = {country.id: country for country in countries.values() if country.id not in stated}
    named = {name for place in places for name in (place.country, place.id)}
    used = [country for name, country in by_id.items() if name in named]
    kept = [
        replace(collection, places=tuple(place for place in collection.places if place.id not in by_id))
        for collection in loaded
    ]
    if kept:
        kept[0] = replace(kept[0], places=(*kept[0].places, *used))
    return tuple(kept)
