"""All that a release says as one file of sorted quads, and the downloads that are made beside it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import ontology
from graph.downloads.describe.counts.partitions import describe_graph
from graph.downloads.describe.counts.schema import Schema, find_schema
from graph.model.claims import LoadedCollection
from graph.model.conclusions import Model
from graph.model.iris import graph_iri
from graph.model.terms import Triple
from graph.network.kept import find_kept
from graph.network.measures import measure
from graph.network.network import Network, network_of
from graph.pipeline.publish import Stated, state, write_model
from graph.store.files import ReleaseFile
from graph.store.manifest import FILES
from graph.store.quads import SortedQuads, add_quads, check_one_graph_each, sort_quads
from graph.triples.gone import describe_gone
from graph.triples.measures import describe_measures
from graph.triples.model import build_quads

Progress = Callable[[str], None]

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
class Described:
    """All quads of a release, what they use, the downloads made without them, and what is stated besides."""

    stated: Stated
    quads: SortedQuads
    schema: Schema
    tables: Sequence[ReleaseFile]


def describe(
    model: Model,
    collections: Sequence[LoadedCollection],
    asked: Asked,
    staging: Path,
    kept: Path,
    progress: Progress,
) -> Described:
    """Write all quads of the release into one sorted file, and the downloads that are made without them.

    The measures come last: betweenness, the slowest of them, is found in another process meanwhile, unless
    the links are those that are `kept`.
    """
    network = network_of(model)
    with find_kept(network, kept) as betweenness:
        progress("writing the tables")
        tables = write_model(model, network, staging / FILES)
        progress("writing the triples")
        described = chain(build_quads(model), _schema_quads(), describe_gone(collections, model), asked.quads)
        measures = _measure_quads(network, betweenness, progress)
        bare = sort_quads(chain(described, measures), staging / _BARE)
    schema = find_schema(bare)
    quads = add_quads(bare, describe_graph(schema), staging / _QUADS)
    bare.path.unlink()
    check_one_graph_each(quads)
    return Described(state(model, collections), quads, schema, tables)


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
