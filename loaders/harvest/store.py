"""A harvest on disk: the answers as they came, each in a file of its own, and harvest.json that lists them.

A page never changes: its name says what was asked, its checksum what was answered. All is written beside its
place and then renamed, so that a harvest that dies at any moment can go on from what it has.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from graph.errors import CollectionError
from graph.model.iris import short_hash
from graph.reading import MOST_BYTES, read_whole
from graph.store.files import hash_file, write_file
from loaders.harvest.answers import Binding, read_bindings
from loaders.harvest.queries import PREFIXES, STATEMENT

MANIFEST = "harvest.json"
_AGAIN = "Run `kembar fetch wikidata` again: it asks only for what is not there."


class Row(NamedTuple):
    """One row of an answer: an item (QID), a statement (its id, if the row is about one), what it tells.

    `language` is that of the value, `more` what `loaders.harvest.queries.What` says. A value that is an item
    is its whole IRI.
    """

    item: str
    statement: str
    what: str
    value: str
    language: str
    more: str


@dataclass(frozen=True)
class Page:
    """One answer that is kept: `sha256` is that of the file, `rows` how many results it holds."""

    file: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]+\.json\.gz\Z")]
    kind: str
    url: str
    query: str
    sha256: str
    rows: int
    retrieved: date


@dataclass
class Manifest:
    """What harvest.json states.

    `slow` are names of pages whose questions were too much at once and are never asked again as a whole.
    `counts` and `finished` (the day of the last page) are there when it is complete.
    """

    endpoint: str
    countries: tuple[str, ...]
    pages: dict[str, Page] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    counts: Mapping[str, int] = field(default_factory=dict)
    finished: date | None = None


class _Stated(msgspec.Struct, frozen=True):
    """What harvest.json must be."""

    endpoint: str
    countries: tuple[str, ...]
    pages: list[Page]
    slow: set[str]
    counts: dict[str, int]
    finished: date | None


class HarvestStore:
    """The folder of one harvest."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Keep pages in `folder`, which is made by the first page, as `manifest` lists them."""
        self.folder, self.manifest = folder, manifest

    def find(self, kind: str, query: str) -> Page | None:
        """Return the page that answers a question, if it is there and as it was written."""
        page = self.manifest.pages.get(self._name(kind, query))
        return page if page and self.is_sound(page) else None

    def is_sound(self, page: Page) -> bool:
        """Return whether the file of a page is there and has its checksum."""
        try:
            return hash_file(self.folder / page.file) == page.sha256
        except OSError:
            return False

    def keep(self, kind: str, query: str, body: bytes, today: date) -> Page:
        """Write an answer, list it in harvest.json, and return its page."""
        name = self._name(kind, query)
        packed = gzip.compress(body, mtime=0)
        file = write_file(self.folder, name, packed, "application/json", "page", "gzip")
        rows = len(read_bindings(body))
        page = Page(name, kind, self.manifest.endpoint, query, file.sha256, rows, today)
        self.manifest.pages[name] = page
        self.write()
        return page

    def read(self, page: Page) -> list[Row]:
        """Return the rows of a page; raises CollectionError when it is not as it was written."""
        if not self.is_sound(page):
            raise CollectionError(str(self.folder), f"the page {page.file} is damaged or missing", _AGAIN)
        try:
            with gzip.open(self.folder / page.file) as file:
                body = file.read(MOST_BYTES + 1)
            if len(body) > MOST_BYTES:
                raise ValueError(f"it has more than {MOST_BYTES} bytes")
            bindings = read_bindings(body)
        except (OSError, EOFError, zlib.error, ValueError) as exc:
            what = f"the page {page.file} cannot be read ({exc})"
            raise CollectionError(str(self.folder), what, _AGAIN) from exc
        return [_row(binding) for binding in bindings]

    def is_slow(self, kind: str, query: str) -> bool:
        """Return whether a question was too much at once."""
        return self._name(kind, query) in self.manifest.slow

    def mark_slow(self, kind: str, query: str) -> None:
        """Remember that a question was too much at once."""
        self.manifest.slow.add(self._name(kind, query))
        self.write()

    def finish(self, pages: Sequence[Page], counts: Mapping[str, int]) -> date:
        """Write harvest.json as that of a complete harvest of these pages, and remove all others.

        Returns the day of the harvest, which is that of its last page.
        """
        finished = max(page.retrieved for page in pages)
        self.manifest.pages = {page.file: page for page in pages}
        self.manifest.counts, self.manifest.finished = counts, finished
        self.write()
        for path in self.folder.glob("*.json.gz"):
            if path.name not in self.manifest.pages:
                path.unlink()
        return finished

    def write(self) -> None:
        """Write harvest.json."""
        manifest = asdict(self.manifest)
        manifest["pages"] = list(manifest["pages"].values())
        manifest["slow"] = sorted(self.manifest.slow)
        text = json.dumps(manifest, indent=1, default=date.isoformat)
        write_file(self.folder, MANIFEST, text.encode(), "application/json", "manifest")

    def _name(self, kind: str, query: str) -> str:
        return f"{kind}-{short_hash(f'{self.manifest.endpoint} {query}', 16)}.json.gz"


def open_store(folder: Path) -> HarvestStore:
    """Return the harvest in a folder; raises CollectionError when its harvest.json cannot be read."""
    try:
        stated = msgspec.json.decode(read_whole(folder / MANIFEST), type=_Stated)
    except (OSError, ValueError) as exc:
        mend = "Run `kembar fetch wikidata --refresh`."
        raise CollectionError(str(folder), f"{MANIFEST} cannot be read ({exc})", mend) from exc
    pages = {page.file: page for page in stated.pages}
    manifest = Manifest(stated.endpoint, stated.countries, pages, stated.slow, stated.counts, stated.finished)
    return HarvestStore(folder, manifest)


@contextmanager
def lock_output(output: Path) -> Iterator[None]:
    """Keep other harvests out of a collection's folder; raises CollectionError when one is at work."""
    output.mkdir(parents=True, exist_ok=True)
    with (output / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise CollectionError(str(output), "another harvest is at work in it", "Wait for it.") from exc
        yield


def _row(binding: Binding) -> Row:
    value = binding.get("value", {})
    return Row(
        item=_cell(binding, "item").removeprefix(PREFIXES["wd"]),
        statement=_cell(binding, "statement").removeprefix(STATEMENT),
        what=_cell(binding, "what"),
        value=value.get("value", ""),
        language=value.get("xml:lang", ""),
        more=_cell(binding, "more"),
    )


def _cell(binding: Binding, name: str) -> str:
    return binding.get(name, {}).get("value", "")
