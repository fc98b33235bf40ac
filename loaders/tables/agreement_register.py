"""The registers keep IRIs for ever: which agreement id was minted for which claims, beside the collection."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from graph.model.conclusions import Pair
from loaders.tables.table import read_table

COLUMNS = ("agreement", "claims")


def read_register(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the agreement ids minted so far, each with the ids of the claims that it stands for."""
    path = folder / "register.csv"
    rows = read_table(path, COLUMNS) if path.exists() else []
    return {row.needed("agreement"): row.items("claims") for row in rows}


def write_registers(pairs: Iterable[Pair], folders: dict[str, Path]) -> dict[str, int]:
    """Add the agreements of `pairs` to the registers and return how many ids are new, by collection.

    `folders` maps the names of collections to their folders. An agreement belongs to the collection of its
    first claim unless another one holds it; an id that no claim asks for any more stays: it was public.
    """
    known = {name: read_register(folder) for name, folder in folders.items()}
    holder = {agreement: name for name, ids in known.items() for agreement in ids}
    new: dict[str, int] = dict.fromkeys(folders, 0)
    entries: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict, {n: dict(i) for n, i in known.items()})
    for agreement in (agreement for pair in pairs for agreement in pair.agreements):
        name = holder.get(agreement.id, agreement.claims[0].collection)
        if name in folders:
            new[name] += agreement.id not in known[name]
            entries[name][agreement.id] = tuple(claim.id for claim in agreement.claims)
    for name, folder in folders.items():
        _write(folder / "register.csv", entries[name])
    return new


def _write(path: Path, entries: dict[str, tuple[str, ...]]) -> None:
    waiting = path.with_suffix(".new")
    with waiting.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((name, ";".join(claims)) for name, claims in sorted(entries.items()))
    waiting.replace(path)
