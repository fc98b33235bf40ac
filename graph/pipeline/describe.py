"""All that a release says as one file of sorted quads, and the downloads that are made beside it."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import ontology
from graph.downloads.describe.counts.partitions import describe_graph
from graph.downloads.describe.counts.schema import find_schema
from graph.downloads.tables.tables import write_tables
from graph.errors import CollectionError
from graph.model.claims import LoadedCollection
from graph.model.conclusions import Model
from graph.model.iris import graph_iri
from graph.model.terms import Triple
from graph.network.kept import find_kept
from graph.network.measures import measure
from graph.network.network import Network, network_of
from graph.pipeline.inputs import Register
from graph.pipeline.publish import Described, state
from graph.reconcile.reconcile import reconcile
from graph.store.manifest import FILES
from graph.store.quads import add_quads, sort_quads
from graph.triples.gone import describe_gone
from graph.triples.measures import describe_measures
from graph.triples.model import build_quads

Progress = Callable[[str], None]

_SELDOM = (200_000, 20, 1_000)
"""How often Python looks for circles of objects: a build makes millions of objects and hardly a circle, and
every look at all of them takes a second."""

_BARE = "bare.nq"
"""In the staging folder: all quads but those of their own schema, until that is known."""
_QUADS = "sorted.nq"
"""In the staging folder: all quads of the release, until its files are written."""


@dataclass(frozen=True)
class Asked:
    """The questions of a release: their texts by file name, and what the graph says of them."""

    questions: Mapping[str, str]
    examples: Sequence[Triple]

    @property
    def quads(self) -> Iterator[Quad]:
        """Return the examples in the graph of the questions."""
        target = NamedNode(graph_iri("questions"))
        return (Quad(*triple, target) for triple in self.examples)


@dataclass(frozen=True)
class Given:
    """What a release is made of: what loads the collections, the questions, the register of minted ids."""

    load: Callable[[], Sequence[LoadedCollection]]
    asked: Asked
    register: Register | None = None


def describe(given: Given, staging: Path, kept: Path, progress: Progress) -> Described:
    """Write all that the collections say, and what is concluded, into the files that a release is made of.

    Raises InputError when a table cannot be read, OSError when the disk is full.
    """
    with _collecting_seldom():
        progress("reading the collections")
        collections = given.load()
        if not collections:
            raise CollectionError("(none)", "there is no collection", "Add a folder to loaders/collections.")
        progress("reconciling the claims")
        model = reconcile(collections)
        return _write_all(model, collections, given, staging, kept, progress)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _write_all(
    model: Model,
    collections: Sequence[LoadedCollection],
    given: Given,
    staging: Path,
    kept: Path,
    progress: Progress,
) -> Described:
    """Write the sorted quads, and the downloads that are made without them.

    The measures come last: betweenness, the slowest of them, is found in another process meanwhile, unless
    the links are those that are `kept`.
    """
    network = network_of(model)
    with find_kept(network, kept) as betweenness:
        progress("writing the tables")
        tables = write_tables(model, staging / FILES)
        progress("writing the triples")
        gone = describe_gone(collections, model)
        described = chain(build_quads(model), _schema_quads(), gone, given.asked.quads)
        measures = _measure_quads(network, betweenness, progress)
        bare = sort_quads(chain(described, measures), staging / _BARE)
    schema = find_schema(bare)
    quads = add_quads(bare, describe_graph(schema), staging / _QUADS)
    bare.path.unlink()
    register = given.register.render() if given.register else b""
    return Described(state(model, collections), quads, schema, tables, network, register)


def _measure_quads(
    network: Network, betweenness: Callable[[], Sequence[float]], progress: Progress
) -> Iterator[Quad]:
    """Measure the network of accepted partnerships and yield its measures, in their own graph."""
    progress("measuring the network")
    target = NamedNode(graph_iri("measures"))
    for subject, predicate, value in describe_measures(measure(network, betweenness)):
        yield Quad(subject, predicate, value, target)


def _schema_quads() -> Iterator[Quad]:
    """Yield the ontology and the vocabulary, each in its own graph."""
    for graph, name in (("ontology", "kembar.ttl"), ("vocabulary", "vocabulary.ttl")):
        target = NamedNode(graph_iri(graph))
        text = io.BytesIO(ontology.read_text(name).encode())
        for quad in parse(text, RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, target)
