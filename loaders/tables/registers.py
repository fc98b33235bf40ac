"""The registers keep the ids that were minted for places and agreements, so that every clone mints the same.

They are tables beside the collection that they belong to (``kembar collections --freeze``), and in the home.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from pathlib import Path

from graph.matching.known.mint import RegisteredPlace, current_id
from graph.model.conclusions import Pair
from graph.model.iris import is_qid
from loaders.tables.table import Row, read_map, render_table, write_table

PLACE_REGISTER, AGREEMENT_REGISTER = "places_register.csv", "register.csv"
FORMER_PAIRS = "former_pairs.csv"
"""In the folder of a curated collection: ids that pairs had, where the ids of their places do not tell."""
PLACE_COLUMNS, AGREEMENT_COLUMNS = ("id", "country", "name", "now", "geonames"), ("agreement", "claims")


def read_place_register(path: Path) -> list[RegisteredPlace]:
    """Return the ids minted for places so far, none when there is no such file.

    Raises TableError for an id that was not minted, for an id that is there twice, and for a `now` that is
    no other place.
    """
    rows = _read_rows(path)
    return [_registered(row) for row in rows.values()]


def _read_rows(path: Path) -> dict[str, Row]:
    """Return the rows of a register; one of earlier times has no column for ids in GeoNames."""
    return read_map(path, "id", PLACE_COLUMNS[:-1], PLACE_COLUMNS[-1:]) if path.exists() else {}


def _registered(row: Row) -> RegisteredPlace:
    if not row.name("id").startswith("x-"):
        raise row.fault(f"{row['id']!r} is no id that is minted here", "Leave the register to the build.")
    if row["now"] and (row["now"] == row["id"] or not (is_qid(row["now"]) or row["now"].startswith("x-"))):
        raise row.fault(f"{row['now']!r} is no other place", "Write a Wikidata id, a minted id, or nothing.")
    geonames = row.values.get("geonames", "")
    return RegisteredPlace(row["id"], row["country"], row.needed("name"), row["now"], geonames)


def read_former_ids(path: Path, places: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the ids that the places of a curated collection had before theirs, by the id that they have.

    Raises TableError for an id that still is a place, and for one that leads to none.
    """
    rows = _read_rows(path)
    registered = {row["id"]: _registered(row) for row in rows.values()}
    former: dict[str, list[str]] = defaultdict(list)
    for old, row in sorted(rows.items()):
        if old in places:
            raise row.fault(f"{old} is a place", "Take it out of places.csv, or the row out of the register.")
        now = row.read("id", lambda cell: current_id(cell, registered)) or ""
        if now not in places:
            raise row.fault(f"it leads to {now}, which is no place of places.csv", "Mend the column now.")
        former[now].append(old)
    return {place: tuple(ids) for place, ids in former.items()}


def read_former_pairs(folder: Path) -> dict[str, str]:
    """Return the ids that pairs had before, each with today's; raises TableError for one without a reason."""
    path = folder / FORMER_PAIRS
    rows = read_map(path, "former", ("former", "now", "reason")) if path.exists() else {}
    for row in rows.values():
        row.needed("reason")
        row.name("former")
    return {former: row.needed("now") for former, row in rows.items()}


def render_place_register(rows: Iterable[RegisteredPlace]) -> bytes:
    """Return the register of places as a file, ordered by id."""
    return render_table(PLACE_COLUMNS, (asdict(row) for row in sorted(rows, key=lambda row: row.id)))


def read_agreement_register(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the agreement ids minted so far, each with the ids of the claims that it stands for."""
    path = folder / AGREEMENT_REGISTER
    rows = read_map(path, "agreement", AGREEMENT_COLUMNS) if path.exists() else {}
    return {row.name("agreement"): row.items("claims") for row in rows.values()}


def write_agreement_registers(pairs: Iterable[Pair], folders: dict[str, Path]) -> dict[str, int]:
    """Add the agreements of `pairs` to the registers and return how many ids are new, by collection.

    `folders` maps the names of collections to their folders. An agreement belongs to the collection of its
    first claim unless another one holds it, and so do the ids that it had before; an id that no claim asks
    for any more stays: it was public.
    """
    registers = {name: read_agreement_register(folder) for name, folder in folders.items()}
    before = {name: len(register) for name, register in registers.items()}
    holders = {agreement: name for name, register in registers.items() for agreement in register}
    for agreement in (agreement for pair in pairs for agreement in pair.agreements):
        name = holders.get(agreement.id, agreement.claims[0].collection)
        if name in folders:
            claims = tuple(claim.id for claim in agreement.claims)
            registers[name] |= {agreement.id: claims}
            registers[name] |= {former: claims for former in agreement.replaces if former not in holders}
    for name, folder in folders.items():
        register = sorted(registers[name].items())
        rows = ({"agreement": agreement, "claims": ";".join(claims)} for agreement, claims in register)
        write_table(folder / AGREEMENT_REGISTER, AGREEMENT_COLUMNS, rows)
    return {name: len(register) - before[name] for name, register in registers.items()}
