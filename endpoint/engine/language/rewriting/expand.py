"""Triples with paths as the groups of triples that they stand for.

Where the engine leaves SPARQL 1.1 (section 18): it takes ``p|q`` for a set, but it is a UNION, which keeps
what both give; it gives two nodes over ``!p`` once for each triple between them or once for all, as it plans,
but that is a set; it finds no way of length zero from a term that the data do not have; and where the graph
is not known yet and both nodes are, it may give them several times over ``p+``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from endpoint.engine.language.rewriting.paths import (
    Alternative,
    Closure,
    Inverse,
    Path,
    Sequence,
    Step,
    may_be_empty,
    write_path,
)
from endpoint.engine.language.rewriting.triples import Term, Triple

ABSENT = "<urn:kembar:absent>"
"""A property that no data have: over it there are ways of length zero only."""


class TooLong(Exception):
    """The text would be over its limit."""


class ReifiedTwice(Exception):
    """A triple in ``<< >>`` would have to be written more than once."""


def nothing(_: str) -> bool:
    """Return that it is not so, of any variable."""
    return False


@dataclass(frozen=True)
class Given:
    """Which variables EXISTS may find a value of: those that the query has ``outside`` of it too.

    Of ``nodes`` it is known that they are nodes, each of the graph it is told with.
    """

    outside: Callable[[str], bool] = nothing
    nodes: frozenset[tuple[str, str]] = frozenset()

    def may_be_absent(self, term: Term, graph: str) -> bool:
        """Return whether a term may be a variable whose value the graph does not have."""
        name = "?" + term.text[1:]
        is_variable = term.text.startswith(("?", "$"))
        return is_variable and self.outside(name) and (graph, name) not in self.nodes


NOT_IN_EXISTS = Given()


@dataclass(frozen=True)
class Place:
    """Where a group stands: ``counts`` when it matters how often a solution comes.

    ``graph`` is what stands after the innermost GRAPH around it, nothing outside of any; ``must_bind_graph``:
    it is a variable, which the solutions of the group must have. ``given`` are the variables that may have a
    value from outside of the innermost EXISTS, which is put in before the group is evaluated. ``leaks``: the
    engine may put in a variable from outside of the innermost OPTIONAL too, which is wrong; None in LATERAL,
    where it is right.
    """

    counts: bool
    graph: str = ""
    must_bind_graph: bool = False
    given: Given = NOT_IN_EXISTS
    leaks: Callable[[str], bool] | None = nothing


@dataclass
class Expander:
    """Writes triples anew; ``name`` gives fresh variables, ``limit`` is how many characters may be written.

    ``trusts_data``: constants at the end of a path are taken to be in the default graph, so that nothing need
    be done for them; they are noted in ``trusted``.
    """

    name: Callable[[str], str]
    limit: int
    trusts_data: bool
    trusted: dict[str, None] = field(default_factory=dict)

    def is_plain(self, triple: Triple, place: Place) -> bool:
        """Return whether the engine may have this triple as it is."""
        verb = triple.verb
        return isinstance(verb, Term) or self._is_plain(triple.subject, verb, triple.object, place)

    def _is_plain(self, subject: Term, path: Path, node: Term, place: Place) -> bool:
        match path:
            case Step():
                return not (path.is_negated and place.counts)
            case Inverse(inner):
                return self._is_plain(node, inner, subject, place)
            case Sequence(paths):
                triples = self._take_apart(subject, paths, node, lambda _: "?")
                return all(self._is_plain(*triple, place) for triple in triples)
            case Alternative() if place.counts:
                return False
            case _:
                return not (_repeats(path, place) or self._adds_zero(subject, path, node, place))

    def _adds_zero(self, subject: Term, path: Path, node: Term, place: Place) -> bool:
        constants = [term for term in (subject, node) if term.is_constant]
        if not may_be_empty(path):
            return False
        if any(place.given.may_be_absent(term, place.graph) for term in (subject, node)):
            return True
        if not constants:
            return False
        if self.trusts_data and not place.graph:
            self.trusted |= dict.fromkeys(term.text for term in constants)
            return False
        return True

    def _take_apart(
        self, subject: Term, paths: tuple[Path, ...], node: Term, name: Callable[[str], str]
    ) -> list[tuple[Term, Path, Term]]:
        """Return a sequence as triples, whose ends count as constant only where that matters.

        A way of length zero from one end leads to a middle that is no node of the graph, so nothing follows;
        only between two constants over two such ways is there one.
        """
        if not (
            len(paths) == 2 and subject.is_constant and node.is_constant and all(map(may_be_empty, paths))
        ):
            subject, node = replace(subject, is_constant=False), replace(node, is_constant=False)
        middles = [Term(name("")) for _ in paths[1:]]
        return list(zip((subject, *middles), paths, (*middles, node), strict=True))

    def write(self, triple: Triple, place: Place) -> str:
        """Return the triple as groups and triples, the last of which ends with its full stop."""
        verb = triple.verb
        if isinstance(verb, Term):
            return self._triple(triple.subject, verb.text, triple.object, triple.tail)
        if isinstance(verb, Step) and self.is_plain(triple, place):
            return self._triple(triple.subject, verb.text, triple.object, triple.tail)
        return self._write(triple.subject, verb, triple.object, place)

    def _write(self, subject: Term, path: Path, node: Term, place: Place) -> str:
        if self._is_plain(subject, path, node, place):
            return self._triple(subject, write_path(path), node)
        if subject.is_reified or node.is_reified:
            raise ReifiedTwice
        match path:
            case Step(text):
                return self._triple(subject, f"({ABSENT}|{text})", node)
            case Inverse(inner):
                return self._write(node, inner, subject, place)
            case Sequence(paths):
                triples = self._take_apart(subject, paths, node, self.name)
                return " ".join(self._write(*triple, place) for triple in triples)
            case Alternative(paths) if place.counts:
                return " UNION ".join(f"{{ {self._write(subject, one, node, place)} }}" for one in paths)
            case _ if self._adds_zero(subject, path, node, place):
                return self._write_zero(subject, path, node, place)
            case _:
                return self._write_ways(subject, path, node, place)

    def _write_ways(self, subject: Term, path: Path, node: Term, place: Place) -> str:
        """Return the path itself, so that the engine does not know both of its ends when it walks it."""
        if not _repeats(path, place):
            return self._triple(subject, write_path(path), node)
        end = Term(self.name(""))
        same = self._triple(end, f"{ABSENT}?", node)
        return f"{self._triple(subject, write_path(path), end)} {same}"

    def _write_zero(self, subject: Term, path: Path, node: Term, place: Place) -> str:
        """Return the ways from one term to another one, and beside them that from a term to itself."""
        around = f"GRAPH {place.graph} {{}} " if place.graph else ""
        others = self._write_ways(subject, path, node, place)
        itself = _write_itself(subject, node, place)
        if not (subject.is_constant or node.is_constant):
            return f"{{ {others} }} UNION {{ {around}{itself} }}"
        differ = f"FILTER(!sameTerm({subject.text}, {node.text}))"
        return f"{{ {others} {differ} }} UNION {{ {around}{itself} }}"

    def _triple(self, subject: Term, verb: str, node: Term, tail: str = "") -> str:
        text = f"{subject.text} {verb} {node.text} {tail}."
        self.limit -= len(text)
        if self.limit < 0:
            raise TooLong
        return text


def _write_itself(subject: Term, node: Term, place: Place) -> str:
    """Return what holds when both ends of a path are one term, and gives it to an end that has none yet."""
    if subject.is_constant and node.is_constant:
        return f"FILTER(sameTerm({subject.text}, {node.text}))"
    for constant, variable in ((subject, node), (node, subject)):
        if constant.is_constant:
            return f"VALUES {variable.text} {{ {constant.text} }}"
    ends = ((subject.text, node.text), (node.text, subject.text))
    for start, end in ends:
        if not place.given.outside("?" + end[1:]):
            return f"FILTER(BOUND({start})) BIND({start} AS {end})"
    given = [
        f"{{ {{ FILTER(BOUND({start}) && !BOUND({end})) }} BIND({start} AS {end}) }}" for start, end in ends
    ]
    return " UNION ".join([f"{{ FILTER(sameTerm({subject.text}, {node.text})) }}", *given])


def _repeats(path: Path, place: Place) -> bool:
    """Return whether the engine may give a pair of nodes more than once, although a closure is a set."""
    is_open = place.counts and place.graph.startswith(("?", "$"))
    return is_open and isinstance(path, Closure) and path.sign == "+"
