"""Adds lists in every order and one by one, and says what a further list changes, by kind.

What was decided rightly with fewer lists must not be decided wrongly with more: each change is listed.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from pathlib import Path

from benchmarks.lists.who_is_who import Row, open_installed, write_csv
from benchmarks.world import SHARED, lay_out
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.names import read_name
from graph.matching.resolve import Resolution, resolve
from graph.model.claims import Place
from graph.model.matches import Decision, Match
from graph.model.records import ListedCollection, Record
from loaders.folders import find_folders
from loaders.lists.countries import load_states
from loaders.lists.load import load_table
from loaders.settings import read_settings
from loaders.tables.places import load_countries

SAME, ANOTHER_PLACE = "the same", "another place"
"""What comes of an order that makes no difference; the change that must not be."""


@dataclass(frozen=True)
class Trial:
    """Lists that are matched in several orders and one after another."""

    lists: Sequence[ListedCollection]
    countries: Mapping[str, Place]
    gazetteer: Gazetteer | None

    def run(self, lists: Sequence[ListedCollection]) -> Resolution:
        """Return what becomes of some of the lists."""
        return resolve([], lists, self.countries, states=load_states(), gazetteer=self.gazetteer)


def thin_out(listed: ListedCollection, share: float, seed: int) -> ListedCollection:
    """Return a list with the records of some towns, drawn by name, so that the lists have them in common."""
    kept = [
        record
        for record in listed.records
        if any(_is_drawn(read_name(party.name).core, share, seed) for party in record.parties)
    ]
    return replace(listed, records=tuple(kept), rows=len(kept))


def _is_drawn(name: str, share: float, seed: int) -> bool:
    return random.Random(f"{seed}|{name}").random() < share


def explain_changes(before: Resolution, after: Resolution) -> Iterator[tuple[str, Match, Match]]:
    """Yield what was decided otherwise with more lists: the kind of change, and both matches."""
    known = {place.id: place for one in after.collections for place in one.places}
    then = {place.id: place for one in before.collections for place in one.places}
    found: dict[tuple[object, ...], list[Match]] = defaultdict(list)
    for match in after.matches:
        found[match.collection, match.mention].append(match)
    for match in before.matches:
        now = found[match.collection, match.mention]
        if match.place in {one.place for one in now}:
            continue
        kinds = {kind_of_change(match, one, then, known) for one in now}
        best = min(now, key=lambda one: (one.place == "", one.place))
        yield (kinds.pop() if len(kinds) == 1 else "told apart by record"), match, best


def kind_of_change(before: Match, after: Match, then: Mapping[str, Place], now: Mapping[str, Place]) -> str:
    """Return in words how a decision changed."""
    if not before.place:
        return "decided by the further list"
    if not after.place:
        return "open again: the further list has a rival"
    old, new = then[before.place], now[after.place]
    if old.geonames_id and old.geonames_id == new.geonames_id:
        return "the same place of GeoNames, by its item"
    if before.place in new.replaces or before.decision is Decision.MINTED:
        return "a minted place is a known one"
    return ANOTHER_PLACE


def try_orders(trial: Trial) -> Iterator[Row]:
    """Yield for each order of the lists whether all is the same, then what each further list changed.

    What the last list of an order changed is told by the same run as whether all is the same.
    """
    expected = facts(trial.run(trial.lists))
    runs: dict[tuple[str, ...], Resolution] = {}
    for number, order in enumerate(permutations(trial.lists)):
        mixed = [replace(one, records=_shuffle(one.records, number)) for one in order]
        whole = runs[_names(order)] = trial.run(mixed)
        same = facts(whole) == expected
        yield ("order", " ".join(_names(order)), SAME if same else "not the same", "")
    for order in permutations(trial.lists):
        steps = [order[:count] for count in range(1, len(order) + 1)]
        for step in steps:
            if _names(step) not in runs:
                runs[_names(step)] = trial.run(step)
        for fewer, more in pairwise(map(_names, steps)):
            for kind, old, new in explain_changes(runs[fewer], runs[more]):
                change = f"{old.mention.name}: {old.place} -> {new.place}"
                yield ("more lists", " + ".join(more), kind, change)


def _names(lists: Sequence[ListedCollection]) -> tuple[str, ...]:
    return tuple(one.info.name for one in lists)


def _shuffle(records: Sequence[Record], seed: int) -> tuple[Record, ...]:
    return tuple(random.Random(seed).sample(records, len(records)))


def facts(resolution: Resolution) -> set[tuple[object, ...]]:
    """Return all that was decided, in no order."""
    return {
        (one.collection, one.mention, one.place, one.decision, one.score, one.reasons, one.records)
        for one in resolution.matches
    }


def main() -> None:
    """Try a share of the records of the lists of ../shared/data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the changes are written, and the index is kept")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder of the shared data")
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--share", type=float, default=0.02, help="of the towns")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, open_installed(chosen.folder) as gazetteer:
        folders = find_folders([lay_out(chosen.shared, Path(scratch) / "lists")])
        read = ((folder, read_settings(folder)) for folder in folders)
        lists = [load_table(folder, one.info, one.stated) for folder, one in read]
        thin = [thin_out(one, chosen.share, chosen.seed) for one in lists]
        print("records:", {one.info.name: len(one.records) for one in thin})
        rows = write_csv(
            chosen.folder / "orders.csv",
            ("try", "lists", "what", "which"),
            try_orders(Trial(thin, load_countries(), gazetteer)),
        )
    for (what, kind), count in sorted(Counter((row[0], row[2]) for row in rows).items(), key=str):
        print(f"| {what} | {kind} | {count:,} |")


if __name__ == "__main__":
    main()
