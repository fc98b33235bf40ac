"""The bundled release, built once a run of the tests and asked with short queries."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from graph.pipeline.build import build
from graph.store.releases import CURRENT, Release, current_release
from graph.store.store import open_store, select
from loaders.collection import load_bundled
from loaders.folders import BUNDLED
from ontology import PREFIXES
from queries import catalogue, query_texts
from queries.examples import describe_examples
from tests.kit.paths import DATA

_HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


class Bundled:
    """A built release with shortcuts: IRIs in answers lose the base and the usual prefixes."""

    def __init__(self, home: Path) -> None:
        """Build in a home, unless it has a release."""
        self.home = home
        if not (home / CURRENT).exists():
            examples = describe_examples(catalogue().values())
            build(load_bundled, home, questions=query_texts(), examples=examples)
        self.release: Release = current_release(home)
        self.store = open_store(self.release.store_path)

    def rows(self, pattern: str) -> list[tuple[str, ...]]:
        """The rows of a SELECT * over a pattern, sorted; columns in the order of their names."""
        return self.query(f"SELECT DISTINCT * {{ {pattern} }}")

    def query(self, text: str) -> list[tuple[str, ...]]:
        found = select(self.store, _HEAD + text)
        return sorted(tuple(_short(row[name]) for name in sorted(row)) for row in found)

    def values(self, variable: str, pattern: str) -> list[str]:
        """The values of one variable of a pattern, each once, sorted."""
        return [value for (value,) in self.query(f"SELECT DISTINCT ?{variable} {{ {pattern} }}")]


def earlier_addresses() -> list[str]:
    """The paths of all places, partnerships and agreements that the release of 2026-11-21 had."""
    return (DATA / "addresses-2026-11-21.txt").read_text(encoding="utf-8").split()


def gone_addresses() -> set[str]:
    """The paths of what is no more, as the tables of the collections say."""
    texts = (table.read_text(encoding="utf-8") for table in BUNDLED.glob("*/gone.csv"))
    return {row["path"] for text in texts for row in csv.DictReader(io.StringIO(text))}


def _short(value: str) -> str:
    return value.removeprefix("https://w3id.org/kota-kembar/").removeprefix("vocab/")
