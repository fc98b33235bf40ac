"""Things that are no more: their IRIs stay, and say why (``gone.csv`` of a collection)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from graph.errors import CollectionError
from graph.model.claims import LoadedCollection
from graph.model.conclusions import Model, Outcome
from graph.model.iris import graph_iri
from graph.model.terms import node, text
from ontology import BASE, PREFIXES

DEPRECATED, WHY = node("http://www.w3.org/2002/07/owl#deprecated"), node(PREFIXES["skos"] + "historyNote")
"""What a thing that is gone has, and nothing else: no class, no label."""
_TRUE = Literal("true", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))


def describe_gone(collections: Iterable[LoadedCollection], model: Model) -> Iterator[Quad]:
    """Yield that each thing of `gone` is no more, and why.

    Raises CollectionError for one that is still there, or that another one has replaced.
    """
    alive = _name_things(model)
    target = NamedNode(graph_iri("core"))
    for collection in collections:
        for path, reason in collection.gone.items():
            if path in alive:
                what = f"gone.csv: {path} is not gone, {alive[path]}"
                raise CollectionError(collection.info.name, what, "Take the row out.")
            thing = node(BASE + path)
            yield Quad(thing, DEPRECATED, _TRUE, target)
            yield Quad(thing, WHY, text(reason, "en"), target)


def _name_things(model: Model) -> dict[str, str]:
    """Return the paths that lead to something, each with what becomes of it."""
    there, moved = "the graph has it", "it has another IRI now"
    pairs = [pair for pair in model.pairs if pair.outcome is not Outcome.NONE]
    named: list[tuple[str, str, tuple[str, ...]]] = [
        *(("place", place.id, place.replaces) for place in model.places.values()),
        *(("partnership", pair.id, pair.replaces) for pair in pairs),
        *(("agreement", one.id, one.replaces) for pair in pairs for one in pair.agreements),
        *(("event", event.id, event.replaces) for event in model.events),
        *(("claim", claim.id, ()) for claim in model.claims),
        *(("source", claim.source.id, ()) for claim in model.claims),
    ]
    found = {f"{kind}/{former}": moved for kind, _, replaced in named for former in replaced}
    return found | {f"{kind}/{name}": there for kind, name, _ in named}
