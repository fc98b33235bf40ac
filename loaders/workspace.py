"""The collections of one build, bundled, fetched and one's own, and what was decided about their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.matching.known.mint import RegisteredPlace
from graph.matching.resolve import Resolution
from graph.model.claims import LoadedCollection
from loaders.collection import bundled_folders, find_folders, freeze_identifiers, read_collections
from loaders.settings import Kind, read_settings
from loaders.tables.registers import REGISTER, read_place_register, write_place_register
from loaders.tables.reviews import REVIEWS, read_reviews


@dataclass
class Workspace:
    """Folders of collections, and the home that keeps the register of places and the reviews of people."""

    folders: tuple[Path, ...]
    home: Path
    _resolution: Resolution | None = field(default=None, init=False)

    @classmethod
    def of(cls, home: Path, more: Iterable[Path] = ()) -> Workspace:
        """Return the bundled collections, those fetched into the home, and more. Raises CollectionError."""
        fetched = sorted(path.parent for path in home.glob("collections/*/collection.toml"))
        own = dict.fromkeys(path.resolve() for path in [*fetched, *find_folders(more)])
        return cls((*bundled_folders(), *own), home)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Return what a release is made of besides the bundled collections."""
        bundled = set(bundled_folders())
        own = [folder for folder in self.folders if folder not in bundled]
        return tuple(path for path in (*own, self.home / REVIEWS) if path.exists())

    def load(self) -> list[LoadedCollection]:
        """Return all collections, their parties matched to places. Raises InputError."""
        self._resolution = self.resolve()
        return list(self._resolution.collections)

    def resolve(self) -> Resolution:
        """Return the collections with how their places were decided, by registers and reviews too.

        Of two registers the one that says which place an id leads to by now is right.
        """
        places = [*self.folders, self.home]
        reviews = [one for place in places for one in read_reviews(place / REVIEWS)]
        rows = [row for place in places for row in read_place_register(place / REGISTER)]
        registered = {row.id: row for row in sorted(rows, key=lambda row: bool(row.now))}
        return read_collections(self.folders, reviews, registered)

    def remember(self) -> None:
        """Keep the ids that the last `load` minted in the home, so that no later build gives another."""
        if self._resolution and self._resolution.registered:
            write_place_register(self.home / REGISTER, self._resolution.registered.values())

    def freeze(self) -> dict[str, int]:
        """Write all ids to the registers of their collections; return how many are new, by collection."""
        settings = {folder: read_settings(folder) for folder in self.folders}
        curated = [folder for folder, one in settings.items() if one.kind is Kind.CURATED]
        new = freeze_identifiers(curated)
        resolution = self.resolve()
        for folder, one in settings.items():
            if one.kind is not Kind.CURATED:
                new[one.info.name] = _freeze_places(folder / REGISTER, one.info.name, resolution)
        return new


def _freeze_places(path: Path, collection: str, resolution: Resolution) -> int:
    """Add the ids minted for the places of a collection to its register; return how many are new."""
    known = {row.id: row for row in read_place_register(path)}
    own = _minted(collection, resolution.collections)
    rows: dict[str, RegisteredPlace] = known | {
        name: row for name, row in resolution.registered.items() if name in own or name in known
    }
    if rows:
        write_place_register(path, rows.values())
    return len(rows.keys() - known.keys())


def _minted(collection: str, collections: Sequence[LoadedCollection]) -> set[str]:
    return {place.id for one in collections if one.info.name == collection for place in one.places}
