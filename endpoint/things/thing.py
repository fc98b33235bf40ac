"""One thing as the graph describes it: its values by property, and labels for what they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from endpoint.engine.results import Cell
from endpoint.show.lookup import LABEL_PROPERTIES, Select, best_text
from endpoint.show.values import FormattedValue, format_value
from ontology import BASE, KK, PREFIXES
from queries.terms import iri_term

Values = Mapping[str, Sequence[Cell]]
"""The values of one thing by property IRI."""


@dataclass(frozen=True)
class Thing:
    """A thing in one language. Properties are named with their prefix here: ``kk:party``.

    `labels` are those of the IRIs among its values, as far as they are of ours and have one; `title` is its
    own, for a heading.
    """

    kind: str
    iri: str
    language: str
    title: str
    values: Values
    labels: Mapping[str, str]

    @property
    def local(self) -> str:
        """Return the IRI without its base and kind: ``Q11462``, ``indonesia/F003``."""
        return self.iri.removeprefix(f"{BASE}{self.kind}/")

    def cells(self, name: str) -> Sequence[Cell]:
        """Return the values of a property in the order of the store."""
        prefix, local = name.split(":")
        return self.values.get(PREFIXES[prefix] + local, ())

    def texts(self, name: str) -> list[str]:
        """Return the IRIs or lexical forms of a property, sorted."""
        return sorted(cell.value for cell in self.cells(name))

    def text(self, name: str) -> str:
        """Return the value of a property in the language of the page or the next best, else nothing."""
        return best_text(self.cells(name), self.language)

    def formatted(self, name: str) -> list[FormattedValue]:
        """Return the values of a property as links and texts, in the order of the store."""
        return [format_value(cell, self.language, self.labels) for cell in self.cells(name)]

    def first(self, name: str) -> str:
        """Return the first value of a property as pages write it, empty when there is none."""
        return next((value.text for value in self.formatted(name)), "")

    def is_a(self, name: str) -> bool:
        """Return whether the thing is of the class of our ontology with this local name."""
        return any(cell.value == str(KK[name]) for cell in self.cells("rdf:type"))


def read_values(select: Select, iri: str) -> dict[str, list[Cell]]:
    """Return the values of a thing by property, with its coordinates; empty when there is no such thing."""
    thing = iri_term(iri)
    values: dict[str, list[Cell]] = {}
    table = select(
        f"SELECT ?property ?value WHERE {{ {{ {thing} ?property ?value }} UNION "
        f"{{ {thing} geo:hasGeometry/geo:asWKT ?value BIND(geo:asWKT AS ?property) }} }}"
    )
    for row in table.rows:
        values.setdefault(row["property"].value, []).append(row["value"])
    return values


def label_in(values: Values, language: str) -> str:
    """Return the label among these values of a thing, empty when it has none."""
    return best_text(next((values[name] for name in LABEL_PROPERTIES if name in values), ()), language)
