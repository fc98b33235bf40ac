"""RDF of Wikidata as a stream: Turtle of Special:EntityData, truthy N-Triples, dumps with full statements.

One entity is in memory at a time. The dump writes a reference or a time once for many statements, so what a
twinning needs may stand anywhere: what follows is picked up in passing, and for what stood earlier the file
is read a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from loaders.wikidata.item import make_item
from loaders.wikidata.model import (
    ITEM_PROPERTIES,
    NO_TARGET,
    TWINNED,
    Found,
    Item,
    Moment,
    Twinning,
    Unreadable,
    mint_statement,
)
from loaders.wikidata.rdf import nodes
from loaders.wikidata.rdf.nodes import DIRECT, LINK, NO_VALUE, STATEMENT, VALUE, Node
from loaders.wikidata.rdf.triples import Triple, read_nodes, read_triples
from loaders.wikidata.twinning import make_twinning


def read_entities(path: Path, only_with: str = "") -> Iterator[Found]:
    """Yield each item of a file and its twinnings; those that need a second reading come at the end.

    With `only_with`, a property such as P190, only the items that state it. Where the file has no statements
    (truthy), each P190 triple is a twinning without qualifiers. What cannot be read is yielded as such.
    """
    reader = _Reader(only_with)
    for subject, run in groupby(read_triples(path, only_with), key=_subject):
        if subject:
            yield from reader.take(subject, [triple for triple in run if isinstance(triple, Triple)])
        else:
            yield from (part for part in run if isinstance(part, Unreadable))
    yield from reader.flush()
    if missing := reader.missing():
        for triple in read_nodes(path, missing):
            reader.add_to_node(triple)
    yield from reader.late()


def _subject(found: Triple | Unreadable) -> str:
    return found.subject if isinstance(found, Triple) else ""


@dataclass(slots=True)
class _Entity:
    """What the file says of one item: its own triples and its statements; `line` is where it starts."""

    qid: str
    line: int = 0
    node: Node = field(default_factory=dict)
    statements: dict[str, Node] = field(default_factory=dict)

    def is_twinning(self, statement: str) -> bool:
        """Return whether a statement is one of P190, also with an unknown value or none."""
        node = self.statements[statement]
        linked = STATEMENT + statement in nodes.values(self.node, LINK + TWINNED)
        return linked or VALUE + TWINNED in node or nodes.has_none(node, TWINNED)

    def states(self, name: str) -> bool:
        """Return whether the item has a statement of a property."""
        linked = DIRECT + name in self.node or LINK + name in self.node
        return linked or any(VALUE + name in node for node in self.statements.values())


class _Reader:
    """Gathers the entity that is being read, and the nodes that twinnings need, wherever they stand."""

    def __init__(self, only_with: str) -> None:
        self._only_with = only_with
        self._kept = _kept_predicates(only_with)
        self._entity = _Entity("")
        self._nodes: dict[str, Node] = {}
        self._late: list[tuple[_Entity, str]] = []

    def take(self, subject: str, triples: list[Triple]) -> Iterator[Found]:
        """Take all triples of one subject that follow each other; yield what is complete by that."""
        if subject in self._nodes:
            for triple in triples:
                self.add_to_node(triple)
        elif qid := nodes.find_item(subject):
            if qid != self._entity.qid:
                yield from self.flush()
                self._entity = _Entity(qid, triples[0].line)
            self._add(subject, triples)

    def _add(self, subject: str, triples: Iterable[Triple]) -> None:
        statement = subject.removeprefix(STATEMENT) if subject.startswith(STATEMENT) else ""
        node = self._entity.statements.setdefault(statement, {}) if statement else self._entity.node
        for triple in triples:
            if triple.predicate in self._kept or triple.predicate.startswith(nodes.QUALIFIER):
                nodes.add_triple(node, triple)
        if statement and self._entity.is_twinning(statement):
            for needed in nodes.needed_nodes(node):
                self._nodes.setdefault(needed, {})

    def add_to_node(self, triple: Triple) -> None:
        """Add a triple about a reference or a time that a twinning needs; dumps repeat some of them."""
        node = self._nodes[triple.subject]
        if triple.value not in nodes.values(node, triple.predicate):
            nodes.add_triple(node, triple)

    def flush(self) -> Iterator[Found]:
        """Yield the entity that was read and its twinnings, but those whose nodes have not come yet."""
        entity, self._entity = self._entity, _Entity("")
        if not entity.qid or (self._only_with and not entity.states(self._only_with)):
            return
        try:
            yield from _items(entity)
        except ValueError as exc:
            yield Unreadable(entity.line, f"{entity.qid} is not as Wikidata writes an item: {exc}")
        twinned = [statement for statement in entity.statements if entity.is_twinning(statement)]
        for statement in twinned:
            if self._is_complete(entity.statements[statement]):
                yield self._read_twinning(entity, statement)
            else:
                waiting = _Entity(
                    entity.qid, entity.line, statements={statement: entity.statements[statement]}
                )
                self._late.append((waiting, statement))
        if not twinned and LINK + TWINNED not in entity.node:
            yield from _truthy_twinnings(entity)

    def _is_complete(self, statement: Node) -> bool:
        return all(self._nodes.get(needed) for needed in nodes.needed_nodes(statement))

    def missing(self) -> set[str]:
        """Return the nodes that twinnings need and that have not come."""
        return {needed for needed, node in self._nodes.items() if not node}

    def late(self) -> Iterator[Found]:
        """Yield the twinnings that waited, with what was found."""
        for entity, statement in self._late:
            yield self._read_twinning(entity, statement)

    def _read_twinning(self, entity: _Entity, statement: str) -> Twinning | Unreadable:
        try:
            return self._twinning(entity, statement)
        except ValueError as exc:
            return Unreadable(entity.line, f"the P190 statement {statement} cannot be read: {exc}")

    def _twinning(self, entity: _Entity, statement: str) -> Twinning:
        node = entity.statements[statement]
        cited = [self._nodes.get(name) for name in nodes.values(node, nodes.DERIVED_FROM)]
        targets = nodes.values(node, VALUE + TWINNED)
        if len(targets) > 1:
            raise ValueError(f"it lists {len(targets)} partners")
        target, kind = nodes.read_target(*targets)
        remarks = [*NO_TARGET.get(kind, ())]
        if others := nodes.further_qualifiers(node):
            remarks.append(f"further qualifiers: {', '.join(others)}")
        if lost := sum(not reference for reference in cited):
            remarks.append(f"references that the file does not have: {lost}")
        return make_twinning(
            statement,
            entity.qid,
            target,
            nodes.rank(node),
            {name: self._moments(node, name) for name in nodes.TIMES},
            [nodes.read_reference(reference) for reference in cited if reference],
            remarks=remarks,
            line=entity.line,
        )

    def _moments(self, statement: Node, name: str) -> list[Moment]:
        """Return the times of a qualifier: from their nodes, else as they stand, without their precision."""
        plain = nodes.values(statement, nodes.QUALIFIER + name)
        unknown = [Moment("") for time in plain if nodes.is_unknown(time)]
        needed = [self._nodes.get(node) for node in nodes.values(statement, nodes.QUALIFIER_VALUE + name)]
        full = [nodes.read_moment(node) for node in needed if node]
        if full and len(full) == len(needed):
            return [*full, *unknown]
        return [*(Moment(time) for time in plain if not nodes.is_unknown(time)), *unknown]


def _kept_predicates(only_with: str) -> frozenset[str]:
    names = {TWINNED, only_with, *ITEM_PROPERTIES}
    stated = {prefix + name for prefix in (DIRECT, LINK, VALUE) for name in names}
    others = {nodes.TYPE, nodes.LABEL, nodes.ALIAS, nodes.SAME_AS, nodes.DERIVED_FROM, nodes.RANK}
    return frozenset(stated | others)


def _items(entity: _Entity) -> Iterator[Item]:
    """Yield the item; an item that was merged into another one is only told as a redirect of that."""
    merged_into = next(filter(None, map(nodes.qid, nodes.values(entity.node, nodes.SAME_AS))), "")
    if merged_into:
        yield Item(qid=merged_into, redirects=(entity.qid,))
        return
    statements = entity.statements.values()
    yield make_item(
        entity.qid,
        nodes.read_labels(entity.node),
        nodes.read_aliases(entity.node),
        {
            name: nodes.stated_values(statements, name) or nodes.direct_values(entity.node, name)
            for name in ITEM_PROPERTIES
        },
    )


def _truthy_twinnings(entity: _Entity) -> Iterator[Twinning | Unreadable]:
    """Yield the twinnings of an item that has triples of its own, but no statements."""
    stated = nodes.values(entity.node, DIRECT + TWINNED)
    for value in [*stated, *([NO_VALUE] if nodes.has_none(entity.node, TWINNED) else [])]:
        try:
            target, kind = nodes.read_target(value)
            yield make_twinning(
                mint_statement(entity.qid, target or kind),
                entity.qid,
                target,
                "normal",
                {},
                remarks=NO_TARGET.get(kind, ()),
                line=entity.line,
            )
        except ValueError as exc:
            yield Unreadable(entity.line, f"a P190 triple of {entity.qid} cannot be read: {exc}")
