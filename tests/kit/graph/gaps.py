"""A release with gaps, as lists of the world have them: no country, no level, no point, no year."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from benchmarks.data import generate
from graph.downloads.tables.tables import write_tables
from graph.model.claims import Claim, Place
from graph.model.conclusions import Assessment, Model
from graph.model.iris import graph_iri
from graph.network.measures import measure
from graph.network.network import network_of
from graph.reconcile.reconcile import reconcile
from graph.triples.measures import describe_measures
from graph.triples.model import build_quads
from ontology import read_text
from queries import catalogue
from queries.bind import bind, fill
from tests.kit.world import resolver_of, selector

Row = Mapping[str, str]


@dataclass(frozen=True)
class Release:
    """A model as a store that can be asked, and the same as rows of the tables, read as plain CSV.

    Assessments have no table: they are those of the model.
    """

    store: Store
    places: Mapping[str, Row]
    pairs: tuple[Row, ...]
    agreements: tuple[Row, ...]
    claims: tuple[Row, ...]
    assessments: tuple[Assessment, ...]

    @property
    def accepted(self) -> list[Row]:
        """Return the rows of the accepted partnerships."""
        return [row for row in self.pairs if row["outcome"] == "accepted"]


def model_with_gaps(places: int) -> Model:
    """Return a model of made-up places: some without a country or a level, most pairs without a year."""
    made = generate(places)
    return reconcile(
        [
            replace(
                made,
                places=tuple(_with_gaps(number, place) for number, place in enumerate(made.places)),
                claims=tuple(_undated(number, claim) for number, claim in enumerate(made.claims)),
            )
        ]
    )


def _with_gaps(number: int, place: Place) -> Place:
    if place.is_country:
        return place
    if number % 4 == 0:
        place = replace(place, country="", part_of="")
    return replace(place, level="", level_with=(), is_city=False) if number % 3 == 0 else place


def _undated(number: int, claim: Claim) -> Claim:
    return claim if number % 3 == 0 else replace(claim, date=None)


def release_of(model: Model, folder: Path) -> Release:
    """Return a model as a store in memory and as tables, which are written into a folder and read again.

    Its betweenness is 0: that of a large network takes longer than all the rest, and nothing sums it up.
    """
    store, measures = Store(), NamedNode(graph_iri("measures"))
    store.bulk_extend(build_quads(model))
    network = network_of(model)
    found = describe_measures(measure(network, lambda: [0.0] * len(network.nodes)))
    store.bulk_extend(Quad(*triple, measures) for triple in found)
    vocabulary = NamedNode(graph_iri("vocabulary"))
    store.load(read_text("vocabulary.ttl").encode(), RdfFormat.TURTLE, to_graph=vocabulary)
    write_tables(model, folder)
    places = {row["id"]: row for row in _rows(folder / "places.csv")}
    tables = (tuple(_rows(folder / f"{name}.csv")) for name in ("partnerships", "agreements", "claims"))
    return Release(store, places, *tables, model.assessments)


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def ask(release: Release, slug: str, **given: str) -> list[Row]:
    """Return the rows of a question; a name that is a word of Python has _ behind it."""
    values = {name.strip("_"): text for name, text in given.items()}
    return answer(release.store, bind(catalogue()[slug], values, resolver_of(release.store)))


@lru_cache(maxsize=256)
def answer(store: Store, text: str) -> list[Row]:
    """Return the rows of a query, which several tests may ask."""
    return selector(store)(text)


def beside(release: Release, slug: str, **given: str) -> dict[str, int]:
    """Return the numbers beside an answer."""
    values = {name.strip("_"): text for name, text in given.items()}
    filled = fill(catalogue()[slug], values, resolver_of(release.store))
    return {counted.name: int(answer(release.store, text)[0]["count"]) for counted, text in filled.counts}
