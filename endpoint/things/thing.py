"""One thing on its way to its page: what the graph says of it, and the parts that its kind adds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from endpoint.engine.results import Cell
from endpoint.show.labels import best_text
from endpoint.show.present import Shown, show
from endpoint.show.tables import PageTable
from endpoint.show.texts import translate
from endpoint.things.describe import Values
from endpoint.things.parts.places import Measured
from ontology import BASE, KK, PREFIXES


@dataclass(frozen=True)
class Titled:
    """A table or a bar chart under its heading."""

    heading: str
    content: Any


@dataclass
class Page:
    """What a template shows of a thing; the parts of its kind are filled in by the functions below."""

    kind: str
    iri: str
    language: str
    values: Values
    names: dict[str, str]
    title: str
    lede: str = ""
    lede_language: str = ""
    crumbs: list[Shown] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    tables: list[Titled] = field(default_factory=list)
    charts: list[Titled] = field(default_factory=list)
    facts_apart: set[str] = field(default_factory=lambda: {"rdf:type"})
    links_apart: set[str] = field(default_factory=set)

    @property
    def local(self) -> str:
        """Return the IRI without its base and kind."""
        return self.iri.removeprefix(f"{BASE}{self.kind}/")

    def cells(self, name: str) -> list[Cell]:
        """Return the values of a property, written with its prefix."""
        prefix, local = name.split(":")
        return self.values.get(PREFIXES[prefix] + local, [])

    def shown(self, name: str) -> list[Shown]:
        """Return the values of a property as links and texts."""
        return [show(cell, self.language, self.names) for cell in self.cells(name)]

    def label(self, name: str) -> str:
        """Return the first value of a property as text, empty when there is none."""
        return next((one.text for one in self.shown(name)), "")

    def is_a(self, name: str) -> bool:
        """Return whether the thing is of a class of our ontology."""
        return any(cell.value == str(KK[name]) for cell in self.cells("rdf:type"))

    def say(self, name: str) -> None:
        """Let the text of a property open the page instead of standing among the facts."""
        cells = self.cells(name)
        text = best_text(cells, self.language)
        tag = next((cell.language or "" for cell in cells if cell.value == text), "")
        self.lede, self.lede_language = text, tag if tag != self.language else ""
        self.facts_apart.add(name)

    def add_table(self, key: str, table: PageTable) -> None:
        """Add a table under the heading `key`, unless it is empty."""
        if table.count:
            self.tables.append(Titled(translate(key, self.language), table))

    def add_chart(self, heading: str, bars: list[Measured]) -> None:
        """Add a bar chart, unless it has no bars."""
        if bars:
            self.charts.append(Titled(heading, bars))
