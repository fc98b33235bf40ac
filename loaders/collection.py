"""Collections are folders: read together, because they share places, and lists name places as they please."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from graph.errors import CollectionError
from graph.matching.known.mint import RegisteredPlace
from graph.matching.known.reviews import Review
from graph.matching.resolve import Resolution, resolve
from graph.model.claims import LoadedCollection, Place
from graph.model.records import ListedCollection
from graph.reconcile.reconcile import reconcile
from loaders.curated.load import load_curated, load_own_places
from loaders.lists.countries import load_states
from loaders.lists.load import load_table
from loaders.lists.regions import load_region_collection
from loaders.settings import Kind, Settings, read_settings
from loaders.tables.agreement_register import write_registers
from loaders.tables.place_index import PlaceIndex
from loaders.tables.places import add_names, check_links, load_countries
from loaders.wikidata.collection import load_wikidata

BUNDLED = Path(__file__).parent / "collections"
_LOADERS = {
    Kind.TABLE: load_table,
    Kind.WIKIDATA: load_wikidata,
    Kind.REGIONS: load_region_collection,
}


def bundled_folders() -> list[Path]:
    """Return the folders of the collections that come with the project."""
    return find_folders([BUNDLED])


def find_folders(paths: Iterable[Path]) -> list[Path]:
    """Return the folders of collections: those paths that are one, and those that the others hold, by name.

    Raises CollectionError for a path that neither is nor holds a collection.
    """
    found: dict[Path, None] = {}
    for path in paths:
        inside = sorted(one.parent for one in path.glob("*/collection.toml"))
        folders = [path] if (path / "collection.toml").exists() else inside
        if not folders:
            raise CollectionError(str(path), "there is no collection.toml in it", "See docs/collections.md.")
        found |= dict.fromkeys(folders)
    return list(found)


def load_bundled() -> list[LoadedCollection]:
    """Return the collections that come with the project, by name."""
    return load_collections(bundled_folders())


def freeze_identifiers(folders: Sequence[Path] | None = None) -> dict[str, int]:
    """Write the ids of all agreements to the registers; return the number of new ones by collection.

    Run it when a collection has changed and the change is meant to stay; then commit the registers.
    """
    chosen = bundled_folders() if folders is None else folders
    loaded = load_collections(chosen)
    by_name = {one.info.name: folder for one, folder in zip(loaded, chosen, strict=True)}
    return write_registers(reconcile(loaded).pairs, by_name)


def load_collections(folders: Sequence[Path]) -> list[LoadedCollection]:
    """Return several collections that share their places, in the order of the folders.

    Raises TableError or CollectionError at the first thing that is wrong.
    """
    return list(read_collections(folders).collections)


def read_collections(
    folders: Sequence[Path],
    reviews: Sequence[Review] = (),
    registered: Mapping[str, RegisteredPlace] | None = None,
) -> Resolution:
    """Return several collections with how the places of the listed ones were decided.

    `reviews` are decisions of people, `registered` the ids minted before. Raises InputError.
    """
    settings = {folder: read_settings(folder) for folder in folders}
    _check_names(settings.values())
    countries = load_countries()
    curated = _load_curated(_of_kind(settings, curated=True), countries)
    listed = [_load_listed(folder, one) for folder, one in _of_kind(settings, curated=False).items()]
    resolution = resolve(
        curated, listed, countries, reviews=reviews, registered=registered, states=load_states()
    )
    by_name = {one.info.name: one for one in resolution.collections}
    loaded = [by_name[settings[folder].info.name] for folder in folders]
    for one, folder in zip(loaded, folders, strict=True):
        settings[folder].check(one)
    return replace(resolution, collections=_with_countries(loaded, countries))


def _of_kind(settings: Mapping[Path, Settings], *, curated: bool) -> dict[Path, Settings]:
    return {folder: one for folder, one in settings.items() if (one.kind is Kind.CURATED) == curated}


def _check_names(settings: Iterable[Settings]) -> None:
    """Raise CollectionError when two collections share a name: their claims would share IRIs."""
    counts = Counter(one.info.name for one in settings)
    for name, count in counts.items():
        if count > 1:
            raise CollectionError(
                name, f"{count} folders have this name", "Rename one in its collection.toml."
            )


def _load_curated(settings: Mapping[Path, Settings], countries: dict[str, Place]) -> list[LoadedCollection]:
    """Return the curated collections, whose statements may name the places of any of them."""
    index = PlaceIndex()
    own_places = {folder: load_own_places(folder, countries, index) for folder in settings}
    for folder in settings:
        add_names(folder, index, countries)
    check_links(index)
    used = {place.country for place in index.places.values()}
    for iso, country in countries.items():
        if country.id in used:
            index.add_places([country])
            index.add_name(country.label("en"), iso, country.id)
    return [load_curated(folder, one, own_places[folder], index) for folder, one in settings.items()]


def _load_listed(folder: Path, settings: Settings) -> ListedCollection:
    """Return what a list states, read as its section says."""
    return _LOADERS[settings.kind](folder, settings.info, settings.stated)


def _with_countries(
    loaded: Sequence[LoadedCollection], countries: Mapping[str, Place]
) -> tuple[LoadedCollection, ...]:
    """Return the collections, the first of them with all countries that places lie in, or that are parties.

    A list that names a country among its places has no say in what it is.
    """
    by_id = {country.id: country for country in countries.values()}
    used = {name for one in loaded for place in one.places for name in (place.country, place.id)}
    without = [
        replace(one, places=tuple(place for place in one.places if place.id not in by_id)) for one in loaded
    ]
    own = tuple(country for name, country in by_id.items() if name in used)
    return (replace(without[0], places=(*without[0].places, *own)), *without[1:]) if without else ()
