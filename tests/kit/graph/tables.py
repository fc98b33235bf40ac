"""A folder with a list and its collection.toml, made in a line or two."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

from graph.model.claims import CollectionInfo
from graph.model.records import ListedCollection
from loaders.lists.load import load_table

SOURCE = '[source]\nurl = "https://example.org/list"\ntype = "association"\npublisher = "The List"\n'
TWO = 'columns = ["party_a", "country_a", "party_b", "country_b"]\n'
HEADER = "a,ca,b,cb\n"

INFO = CollectionInfo(
    name="my-list",
    title=(("en", "My list"), ("id", "Daftar saya")),
    description=(("en", "A list."), ("id", "Sebuah daftar.")),
    licence="https://creativecommons.org/publicdomain/zero/1.0/",
    creator="Somebody",
    compiled=dt.date(2026, 11, 21),
)


def load(folder: Path, table: str = TWO, data: str | bytes | None = None, source: str = SOURCE, **more: str):
    """Write list.csv and load it as `table` says (the lines of [table] without the file)."""
    if data is not None:
        content = data.encode() if isinstance(data, str) else data
        (folder / "list.csv").write_bytes(content)
    for name, text in more.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    own = f"\n{table}".split("\n[")[0]
    named = "" if re.search("^files? =", own, re.MULTILINE) else 'file = "list.csv"\n'
    stated = tomllib.loads(f"[table]\n{named}{table}\n{source}")
    loaded: ListedCollection = load_table(folder, INFO, stated)
    claimed, told = (
        [(one.file, one.line, one.row) for one in found] for found in (loaded.records, loaded.issues)
    )
    assert len({*claimed, *told}) == loaded.rows
    assert len({*told}) == len(told)
    return loaded


def pairs(loaded: ListedCollection) -> list[tuple[str, str]]:
    """Return the names of the parties of each record."""
    return [(one.parties[0].name, one.parties[1].name) for one in loaded.records]


def faults(loaded: ListedCollection) -> list[tuple[int, str]]:
    """Return line and kind of each issue."""
    return [(one.line, one.kind) for one in loaded.issues]
