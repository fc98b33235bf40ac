"""The quads of a release as one file of sorted N-Quads lines: written once, then read as often as needed.

As objects a million quads take a gigabyte of memory; as lines in a file none, and to sort them a bounded
amount is enough. The order is that of bytes, which in UTF-8 is the order of code points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import chain, count, groupby, islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from graph.errors import ReleaseError

RUN = 100_000
"""How many lines are sorted in memory at once, some 40 MB; longer input is sorted in runs that are merged."""
_BATCH = 5_000
"""How many lines are given to the parser at once."""


@dataclass(frozen=True)
class SortedQuads:
    """Quads of named graphs in the order of their N-Quads lines, each once, in the file at `path`.

    `sha256` is the hash of that file, 64 hex digits: what a release is named by.
    """

    path: Path
    count: int
    sha256: str

    def __len__(self) -> int:
        """Return the number of quads."""
        return self.count

    def __iter__(self) -> Iterator[Quad]:
        """Yield the quads in their order."""
        return iter(parse(path=str(self.path), format=RdfFormat.N_QUADS, lenient=True))

    def lines(self) -> Iterator[bytes]:
        """Yield the lines as they stand in the file, with their ends."""
        with self.path.open("rb") as file:
            yield from file

    def triple_lines(self) -> Iterator[bytes]:
        """Yield the N-Triples lines of all graphs together, each once."""
        return (line for line, _ in groupby(b"%b .\n" % _triple_of(line) for line in self.lines()))

    @contextmanager
    def graph_by_graph(self) -> Iterator[Iterator[Quad]]:
        """Yield the quads once more, one named graph after the other, in the order of their terms.

        Until then each graph has a file of its own, beside that of all.
        """
        with TemporaryDirectory(dir=self.path.parent, prefix=".graphs-") as folder, ExitStack() as stack:
            files: dict[bytes, BinaryIO] = {}
            for line in self.lines():
                name = _graph_of(line)
                if name not in files:
                    files[name] = stack.enter_context(Path(folder, str(len(files))).open("wb"))
                files[name].write(line)
            stack.close()
            paths = (files[name].name for name in sorted(files))
            yield chain.from_iterable(
                parse(path=path, format=RdfFormat.N_QUADS, lenient=True) for path in paths
            )

    def in_graph(self, name: str) -> Iterator[Quad]:
        """Yield the quads of one named graph, given by its IRI."""
        end = f" <{name}> .\n".encode()
        return parse_lines(line for line in self.lines() if line.endswith(end))

    def of_property(self, name: NamedNode) -> Iterator[Quad]:
        """Yield the quads of one property."""
        middle = f" {name} ".encode()
        found = parse_lines(line for line in self.lines() if middle in line)
        return (quad for quad in found if quad.predicate == name)


def split_line(line: bytes) -> list[bytes]:
    """Return subject, predicate, object and graph of a line; only the object can hold spaces."""
    subject, predicate, rest = line.split(b" ", 2)
    return [subject, predicate, *rest.rsplit(b" ", 2)[:2]]


def _triple_of(line: bytes) -> bytes:
    """Return subject, predicate and object of a line, of which only the object can hold spaces."""
    return line[: line.rindex(b" ", 0, -3)]


def _graph_of(line: bytes) -> bytes:
    return line[line.rindex(b" ", 0, -3) + 1 : -3]


def parse_lines(lines: Iterator[bytes]) -> Iterator[Quad]:
    """Yield the quads of N-Quads lines."""
    while batch := b"".join(islice(lines, _BATCH)):
        yield from parse(batch, format=RdfFormat.N_QUADS, lenient=True)


def sort_quads(quads: Iterable[Quad], path: Path) -> SortedQuads:
    """Write quads without repetition into a file at `path` in the order of their lines, and return them.

    All are of named graphs and without blank nodes; then the same quads give the same bytes on every machine.
    Raises OSError when the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".runs-") as folder:
        return _write_lines(_merge_runs(_write_runs(quads, Path(folder))), path)


def add_quads(quads: SortedQuads, more: Iterable[Quad], path: Path) -> SortedQuads:
    """Write quads and some more, few enough for memory, into another file, and return them all."""
    return _write_lines((line for line, _ in groupby(merge(quads.lines(), sorted(_lines_of(more))))), path)


def _write_lines(lines: Iterable[bytes], path: Path) -> SortedQuads:
    digest, written = hashlib.sha256(), 0
    with path.open("wb") as file:
        for line in lines:
            digest.update(line)
            file.write(line)
            written += 1
    return SortedQuads(path, written, digest.hexdigest())


def _lines_of(quads: Iterable[Quad]) -> Iterator[bytes]:
    return (f"{quad} .\n".encode() for quad in quads)


def _write_runs(quads: Iterable[Quad], folder: Path) -> Iterator[Path]:
    """Write the lines of the quads in sorted runs and yield their files."""
    lines = _lines_of(quads)
    for number in count():
        run = sorted(set(islice(lines, RUN)))
        if not run:
            return
        path = folder / str(number)
        path.write_bytes(b"".join(run))
        yield path


def _merge_runs(runs: Iterable[Path]) -> Iterator[bytes]:
    with ExitStack() as stack:
        files = [stack.enter_context(run.open("rb")) for run in runs]
        yield from (line for line, _ in groupby(merge(*files)))


def check_one_graph_each(quads: SortedQuads) -> None:
    """Raise ReleaseError when a triple stands in two graphs: it would count twice."""
    for line, following in pairwise(quads.lines()):
        if following.startswith(triple := _triple_of(line) + b" "):
            graphs = f"{_graph_of(line).decode()} and {_graph_of(following).decode()}"
            raise ReleaseError(f"one triple stands in two graphs, {graphs}: {triple.decode()}")
