"""What ``/data/`` tells of a release, on pages and as JSON; read from its manifest and files alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from endpoint.show.release import Collection, list_collections
from endpoint.show.texts import format_number, translate
from graph.diff.types import Diff, Kind, Thing
from graph.downloads.describe.citation import bibtex, cff
from graph.errors import ReleaseError
from graph.store import manifest
from graph.store.files import ReleaseFile
from graph.store.releases import Release

CHANGES = "changes.json"
"""The file of a release that holds its changes (`Diff.as_json`), a short list of them."""
_CHANGES_KEPT = 16
ISSUES = "issues.csv"
"""The file of a release that lists its known issues."""
COUNTS = ("places", "countries", "agreements", "events", "claims", "sources", "triples")
"""The plain counts of a manifest that the pages show, besides partnerships."""

# Which files suit which use; the words for a use are a text ``data.start.<use>``.
_START = (
    ("table", ("partnerships.csv", "places.csv", "agreements.csv", "claims.csv")),
    ("typed", ("partnerships.parquet", "places.parquet", "agreements.parquet", "claims.parquet")),
    ("core", ("core.ttl",)),
    ("dump", ("kota-kembar.nq.gz", "kota-kembar.trig.gz")),
    ("network", ("network.graphml", "network.gexf", "network.net")),
)

FILE_KINDS = ("core", "table", "dump", "network", "issues", "changes", "description", "citation")
"""The kinds of files in the order of the page; the heading of each is a text ``data.kind.<kind>``."""
FILES = (
    "kota-kembar.nq", "kota-kembar.trig", "kota-kembar.nt", "kota-kembar.ttl", "kota-kembar.rdf",
    "kota-kembar.jsonld", "core.ttl", "places.csv", "partnerships.csv", "agreements.csv", "claims.csv",
    "network.graphml", "network.gexf", "network.net", "network-nodes.csv", "network-edges.csv", "issues.csv",
    "issues.ttl", "void.ttl", "datapackage.json", "croissant.json", "ro-crate-metadata.json",
    "citation.bib", "CITATION.cff", "changes.txt", "changes.json", "changes.ndjson",
    "changes.rdfp",
)  # fmt: skip
"""The files in the order of the page, without an ending for compression; each has a text ``file.<name>``."""
_ENCODINGS = {"gzip": ("gzip", ".gz"), "zstd": ("Zstandard", ".zst")}
_TYPED, _PLAIN = ".parquet", ".csv"
"""A table as Parquet holds what the CSV of its name does, and is described by the same text."""


@dataclass(frozen=True)
class FileRow:
    """One download as a page lists it."""

    name: str
    href: str
    what: str
    size: str
    sha256: str


def compiled_on(release: Release) -> dt.date:
    """Return the date of the data of a release."""
    return dt.date.fromisoformat(release.manifest["compiled"])


def read_diff(release: Release) -> Diff | None:
    """Return what a release changed, None when that was not kept or cannot be read."""
    try:
        return _read_changes(release.read(CHANGES))
    except (KeyError, ReleaseError):
        return None


@lru_cache(_CHANGES_KEPT)
def _read_changes(body: bytes) -> Diff:
    return Diff.from_json(body)


def count_changes(diff: Diff) -> dict[str, dict[str, int]]:
    """Return the numbers of things added, removed and changed, by ``partnerships`` and ``agreements``."""
    kinds = (Kind.ADDED, Kind.REMOVED, Kind.CHANGED)
    return {f"{thing}s": {kind.value: diff.count(thing, kind) for kind in kinds} for thing in Thing}


def describe_changes(diff: Diff | None, things: str, lang: str) -> str:
    """Return the numbers of changes of ``partnerships`` or ``agreements`` in words, empty without a diff."""
    if diff is None:
        return ""
    if diff.first:
        return translate("data.changes.first", lang)
    numbers = count_changes(diff)[things].items()
    changes = [translate(f"data.changes.{kind}", lang, count=number) for kind, number in numbers if number]
    return ", ".join(changes) or translate("data.changes.none", lang)


def group_files(release: Release, lang: str) -> list[tuple[str, list[FileRow]]]:
    """Return the downloads as (kind, rows), the kinds in the order of the page, unknown ones last."""
    kinds = dict.fromkeys([*FILE_KINDS, *(file.kind for file in release.files)])
    files = sorted(release.files, key=lambda file: _reading_order(file.name))
    groups = {kind: [_file_row(release, f, lang) for f in files if f.kind == kind] for kind in kinds}
    return [(kind, rows) for kind, rows in groups.items() if rows]


def describe_file(name: str, encoding: str, lang: str) -> str:
    """Return what a file of a release holds and how it is compressed; empty when nobody knows."""
    word, ending = ("Parquet", "") if name.endswith(_TYPED) else _ENCODINGS.get(encoding, ("", ""))
    stem = _stem(name.removesuffix(ending))
    return ", ".join(filter(None, (translate(f"file.{stem}", lang) if stem in FILES else "", word)))


def _stem(name: str) -> str:
    """Return the name under which a file that is not compressed stands in `FILES`."""
    return name.removesuffix(_TYPED) + _PLAIN if name.endswith(_TYPED) else name


def _reading_order(name: str) -> tuple[int, str]:
    stem = _stem(name.removesuffix(".gz").removesuffix(".zst"))
    return (FILES.index(stem) if stem in FILES else len(FILES)), name


def _file_row(release: Release, file: ReleaseFile, lang: str) -> FileRow:
    return FileRow(
        name=file.name,
        href=f"/data/{release.id}/{file.name}",
        what=describe_file(file.name, file.encoding, lang),
        size=format_size(file.bytes, lang),
        sha256=file.sha256,
    )


def total_bytes(release: Release) -> int:
    """Return the size of all downloads together, in bytes."""
    return sum(file.bytes for file in release.files)


def format_size(size: int, lang: str) -> str:
    """Return a number of bytes in the unit that suits it, one decimal below ten: 640 B, 4.2 MB."""
    amount, unit = float(size), "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    digits = 1 if unit != "B" and amount < 10 else 0
    return f"{format_number(f'{amount:.{digits}f}', lang)} {unit}"


def list_sums(release: Release) -> str:
    """Return the checksums of all downloads as ``sha256sum --check`` reads them."""
    return manifest.list_sums(release.files)


def as_json(release: Release, current: str, base: str, doi: str = "") -> dict[str, object]:
    """Return all that is known of a release, for JSON; `base` is the address of the site with its last slash.

    `current` is the id of the release that is served, `doi` what it is cited by, if anything.
    """
    stated, diff, day = release.manifest, read_diff(release), compiled_on(release)
    address = f"{base}data/{release.id}/"
    collections = list_collections(release, "en")
    return {
        "id": release.id,
        "current": release.id == current,
        "url": address,
        "compiled": stated["compiled"],
        "previous": stated.get("previous"),
        "sha256": stated.get("sha256"),
        "sparql": f"{base}release/{release.id}/sparql",
        "counts": stated["counts"],
        "bytes": total_bytes(release),
        "changes": None if diff is None or diff.first else count_changes(diff),
        "collections": [_collection_as_json(collection) for collection in collections],
        "warnings": stated.get("warnings", {}),
        "files": [_file_as_json(file, address) for file in release.files],
        "doi": doi or None,
        "citation": {"bibtex": bibtex(release.id, day, doi=doi), "cff": cff(release.id, day, doi)},
    }


def _collection_as_json(collection: Collection) -> dict[str, object]:
    return {
        "name": collection.name,
        "title": collection.title,
        "licence": collection.licence,
        "share_alike": collection.share_alike,
        "compiled": collection.compiled,
        "rows": collection.rows,
        "claims": collection.claims,
        "issues": dict(collection.issues),
    }


def _file_as_json(file: ReleaseFile, address: str) -> dict[str, object]:
    return {
        "name": file.name,
        "url": address + file.name,
        "kind": file.kind,
        "media_type": file.media_type,
        "encoding": file.encoding or None,
        "bytes": file.bytes,
        "sha256": file.sha256,
    }


def find_starting_points(release: Release) -> list[tuple[str, list[str]]]:
    """Return which files suit which use, as (use, names), of those that a release has."""
    names = {file.name for file in release.files}
    points = [(use, [name for name in wanted if name in names]) for use, wanted in _START]
    return [(use, present) for use, present in points if present]


def describe_row(release: Release, lang: str) -> dict[str, object]:
    """Return one line of the list of releases: its counts, the size of its files, its changes."""
    diff = read_diff(release)
    return {
        "release": release,
        "counts": release.manifest["counts"],
        "size": format_size(total_bytes(release), lang),
        "partnerships": describe_changes(diff, "partnerships", lang),
        "agreements": describe_changes(diff, "agreements", lang),
    }


def list_numbers(release: Release, lang: str) -> list[tuple[str, int]]:
    """Return the counts of a release as (words, number), accepted partnerships first."""
    counts = release.manifest["counts"]
    numbers = [(translate("count.partnerships", lang), counts["partnerships"]["accepted"])]
    return numbers + [(translate(f"count.{name}", lang), counts[name]) for name in COUNTS if name in counts]
