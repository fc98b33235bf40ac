"""Edge lists: a table of links, however it is written, as a network."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from graph.errors import TableError
from graph.network.network import Edge, Network, Node, make_network
from graph.reading import read_text

_USUAL_NAMES = (("source", "target"), ("from", "to"), ("node1", "node2"))
_MEND = "Give two columns, by tabs, commas or spaces, or a header that names a source and a target."


@dataclass(frozen=True)
class EdgeList:
    """A table of links as a network, with how many were left out: loops, and links that were listed before.

    `rows` counts the lines read. `header` holds the cells of the first line when that is a header.
    """

    network: Network
    rows: int
    loops: int
    repeated: int
    header: tuple[str, ...] = ()


def read_edges(path: Path, header: bool | None = None) -> EdgeList:
    """Return the links of a table of two columns, or of more with two named source and target (from and to).

    Columns are separated by tabs, commas, semicolons or spaces; lines that begin with # or % are skipped.
    Where `header` is None the first line is one when its cells are usual names, or alone in having no digit.
    The direction of a link and how often it is listed do not matter. Raises TableError with the line that
    cannot be read.
    """
    lines = _split_lines(path)
    named = _looks_like_header([cells for _, cells in lines]) if header is None else header
    names, body = (tuple(lines[0][1]), lines[1:]) if named else ((), lines)
    columns = _find_columns(path.name, names)
    pairs = [_pick_ends(path.name, line, cells, columns, max(len(names), 2)) for line, cells in body]
    links = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    if not links:
        raise TableError(path.name, None, "there is no link between two places in it", _MEND)
    nodes = [Node(end) for end in sorted(set(chain.from_iterable(links)))]
    network = make_network(nodes, (Edge(a, b, f"{a} – {b}") for a, b in links))
    loops = sum(a == b for a, b in pairs)
    return EdgeList(network, len(pairs), loops, len(pairs) - loops - len(links), names)


def _split_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the number and the cells of each line that holds data."""
    try:
        text = read_text(path)
    except UnicodeDecodeError as exc:
        raise TableError(path.name, None, f"it is not text in UTF-8 ({exc.reason})", _MEND) from exc
    except OSError as exc:
        raise TableError(path.name, None, f"it cannot be read ({exc.strerror})", _MEND) from exc
    lines = enumerate((line.rstrip("\r") for line in text.split("\n")), start=1)
    kept = [(n, line) for n, line in lines if line.strip() and line.lstrip()[0] not in "#%"]
    if not kept:
        raise TableError(path.name, None, "it is empty", _MEND)
    separator = next((mark for mark in "\t,;" if mark in kept[0][1]), None)
    return [(n, _split(path.name, n, line, separator)) for n, line in kept]


def _split(file: str, number: int, line: str, separator: str | None) -> list[str]:
    if separator is None or separator == "\t":
        return [cell.strip() for cell in line.split(separator)]
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    except csv.Error as exc:
        raise TableError(file, number, f"it is not well-formed ({exc})", _MEND) from exc


def _looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    if _find_usual(rows[0]):
        return True
    has_digit = [any(mark.isdigit() for cell in row for mark in cell) for row in rows]
    return len(rows) > 1 and not has_digit[0] and all(has_digit[1:])


def _find_usual(names: Sequence[str]) -> tuple[int, int] | None:
    """Return where the columns of the two ends are, when they have usual names."""
    at = [name.casefold() for name in names]
    return next(((at.index(a), at.index(b)) for a, b in _USUAL_NAMES if a in at and b in at), None)


def _find_columns(file: str, names: Sequence[str]) -> tuple[int, int]:
    usual = _find_usual(names)
    if usual is None and len(names) > 2:
        raise TableError(file, 1, f"the columns {', '.join(names)} do not say which two are linked", _MEND)
    return usual or (0, 1)


def _pick_ends(
    file: str, line: int, cells: Sequence[str], columns: tuple[int, int], width: int
) -> tuple[str, str]:
    if len(cells) != width:
        raise TableError(file, line, f"there are {len(cells)} columns, not {width}", _MEND)
    source, target = (cells[column] for column in columns)
    if not source or not target:
        raise TableError(file, line, "an end of the link is empty", _MEND)
    return source, target
