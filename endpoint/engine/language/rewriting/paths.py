"""Property paths as trees: https://www.w3.org/TR/sparql11-query/#propertypaths."""

from __future__ import annotations

from dataclasses import dataclass

from endpoint.engine.language.rewriting.cursor import Cursor, Unreadable
from endpoint.engine.language.tokens import Kind


@dataclass(frozen=True)
class Step:
    """One triple forward: an IRI, ``a``, or any IRI but those of a set, as written."""

    text: str

    @property
    def is_negated(self) -> bool:
        """Return whether it is any IRI but those of a set."""
        return self.text.startswith("!")


@dataclass(frozen=True)
class Inverse:
    """A path walked from its end to its start."""

    path: Path


@dataclass(frozen=True)
class Sequence:
    """Two paths or more, one after the other; none of them is a sequence."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Two paths or more, of which any will do; none of them is an alternative."""

    paths: tuple[Path, ...]


@dataclass(frozen=True)
class Closure:
    """A path walked as often as the ``sign`` says: ``?``, ``*`` or ``+``. Its solutions are a set."""

    path: Path
    sign: str


Path = Step | Inverse | Sequence | Alternative | Closure


def read_path(cursor: Cursor) -> Path:
    """Return the path at the cursor, and move past it. Raises Unreadable."""
    paths = [_read_sequence(cursor)]
    while cursor.accept("|"):
        paths.append(_read_sequence(cursor))
    return _alternative(paths)


def _read_sequence(cursor: Cursor) -> Path:
    paths = [_read_element(cursor)]
    while cursor.accept("/"):
        paths.append(_read_element(cursor))
    if len(paths) == 1:
        return paths[0]
    return Sequence(tuple(one for path in paths for one in _parts(path, Sequence)))


def _read_element(cursor: Cursor) -> Path:
    is_inverse = cursor.accept("^")
    path = _read_primary(cursor)
    if cursor.word in ("?", "*", "+"):
        path = Closure(path, cursor.take().text)
    return Inverse(path) if is_inverse else path


def _read_primary(cursor: Cursor) -> Path:
    if cursor.accept("("):
        path = read_path(cursor)
        cursor.expect(")")
        return path
    return _read_negated(cursor) if cursor.accept("!") else Step(_read_iri(cursor))


def _read_iri(cursor: Cursor) -> str:
    token = cursor.take()
    if token.kind not in (Kind.IRI, Kind.NAME) and not (token.kind is Kind.WORD and token.text == "a"):
        raise Unreadable("", token)
    return token.text


def _read_negated(cursor: Cursor) -> Path:
    """Return ``!(a|^b)`` as ``!(a)|^!(b)``, which it is short for."""
    forward: list[str] = []
    backward: list[str] = []
    in_brackets = cursor.accept("(")
    while True:
        (backward if cursor.accept("^") else forward).append(_read_iri(cursor))
        if not in_brackets or not cursor.accept("|"):
            break
    if in_brackets:
        cursor.expect(")")
    steps: list[Path] = [Step(f"!({'|'.join(forward)})")] if forward else []
    return _alternative([*steps, *([Inverse(Step(f"!({'|'.join(backward)})"))] if backward else [])])


def _alternative(paths: list[Path]) -> Path:
    if len(paths) == 1:
        return paths[0]
    return Alternative(tuple(one for path in paths for one in _parts(path, Alternative)))


def _parts(path: Path, kind: type[Sequence] | type[Alternative]) -> tuple[Path, ...]:
    return path.paths if isinstance(path, kind) else (path,)


def write_path(path: Path) -> str:
    """Return a path as text that may stand anywhere in another one."""
    match path:
        case Step(text):
            return text
        case Inverse(inner):
            return f"^({write_path(inner)})"
        case Closure(inner, sign):
            return f"({write_path(inner)}){sign}"
        case Sequence(paths):
            return f"({'/'.join(map(write_path, paths))})"
        case Alternative(paths):
            return f"({'|'.join(map(write_path, paths))})"


def may_be_empty(path: Path) -> bool:
    """Return whether a term is at the end of this path from itself, also one that the data do not have.

    A sequence never is: its middle is a variable, which only takes nodes of the graph (section 18.4).
    """
    match path:
        case Closure(inner, sign):
            return sign in ("?", "*") or may_be_empty(inner)
        case Inverse(inner):
            return may_be_empty(inner)
        case Alternative(paths):
            return any(map(may_be_empty, paths))
        case _:
            return False
