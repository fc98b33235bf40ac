"""RDF files of Wikidata as a stream of triples: Turtle, and N-Triples by whole entities.

The only module of the loaders that knows the parser.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from loaders.wikidata.files import DAMAGED, MOST_AT_ONCE, N_TRIPLES, detect_form, open_stream, read_lines
from loaders.wikidata.model import Unreadable

_ENTITY = re.compile(rb"<http://www\.wikidata\.org/entity/(?:statement/)?([A-Za-z][0-9]+)")
_SUBJECT = re.compile(rb"<([^>]*)>")


class Triple(NamedTuple):
    """One triple: IRIs as text, a blank node as ``_:id``; `line` is 0 where the form does not tell."""

    subject: str
    predicate: str
    value: str
    language: str
    line: int


def read_triples(path: Path, only_with: str = "") -> Iterator[Triple | Unreadable]:
    """Yield the triples of a file in its order; what cannot be read is yielded as such and passed over.

    N-Triples are read entity by entity (its lines, and those of the nodes that follow); `only_with` skips
    unread the entities without a statement of that property. Turtle gives no such handle, and skips none.
    """
    try:
        with open_stream(path) as stream:
            if detect_form(path) == N_TRIPLES:
                for start, lines in _entities(stream):
                    if _states(lines, only_with):
                        yield from _parse_lines(start, lines)
            else:
                yield from _parse_turtle(stream)
    except DAMAGED as exc:
        yield Unreadable(0, f"the file ends early or is damaged: {exc}")


def read_nodes(path: Path, subjects: Collection[str]) -> Iterator[Triple]:
    """Yield the triples of a file about some subjects; what cannot be read is passed over."""
    if detect_form(path) != N_TRIPLES:
        for triple in read_triples(path):
            if isinstance(triple, Triple) and triple.subject in subjects:
                yield triple
        return
    wanted = {subject.encode() for subject in subjects}
    with open_stream(path) as stream:
        for number, line in enumerate(read_lines(stream), start=1):
            if (match := _SUBJECT.match(line)) and match[1] in wanted:
                found = _parse_lines(number, [line])
                yield from (triple for triple in found if isinstance(triple, Triple))


def _entities(stream: BinaryIO) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the lines of one entity after the other, with the number of their first line."""
    start, entity, held = 1, b"", 0
    lines: list[bytes] = []
    for number, line in enumerate(read_lines(stream), start=1):
        match = _ENTITY.match(line)
        if match and match[1].upper() != entity:
            yield start, lines
            start, lines, entity, held = number, [], match[1].upper(), 0
        lines.append(line)
        held += len(line)
        if held > MOST_AT_ONCE:
            raise OSError(f"one entity has more than {MOST_AT_ONCE >> 20} MiB")
    yield start, lines


def _states(lines: Sequence[bytes], only_with: str) -> bool:
    mark = f"/{only_with}> ".encode()
    return not only_with or any(mark in line for line in lines)


def _parse_lines(start: int, lines: Sequence[bytes]) -> Iterator[Triple | Unreadable]:
    """Yield the triples of some lines; when they are not all N-Triples, line by line."""
    try:
        triples = [_triple(quad, start) for quad in parse(b"".join(lines), format=RdfFormat.N_TRIPLES)]
    except SyntaxError as exc:
        if len(lines) == 1:
            yield Unreadable(start, f"no N-Triples: {exc.msg}")
            return
        for number, line in enumerate(lines, start=start):
            yield from _parse_lines(number, [line])
        return
    yield from triples


def _parse_turtle(stream: BinaryIO) -> Iterator[Triple | Unreadable]:
    """Yield the triples of a Turtle file; after a fault the parser goes on, and tells of a line once."""
    quads = parse(stream, format=RdfFormat.TURTLE)
    reported = -1
    while True:
        try:
            for quad in quads:
                yield _triple(quad, 0)
            return
        except SyntaxError as exc:
            line = exc.lineno or 0
            if line != reported:
                yield Unreadable(line, f"no Turtle: {exc.msg}")
            reported = line


def _triple(quad: Quad, line: int) -> Triple:
    value, language = quad.object, ""
    if isinstance(value, Literal):
        language = value.language or ""
    return Triple(_text(quad.subject), quad.predicate.value, _text(value), language, line)


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
