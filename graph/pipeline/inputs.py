"""What a release is made of: every file, every question and every library that may change a byte of it."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import ontology
from graph.store.files import hash_file, write_whole

_CODE = ("ontology", "graph", "loaders")
_PROJECT = "kota-kembar"
_NAME = re.compile(r"[A-Za-z0-9._-]+")

Fingerprint = Mapping[str, str]
"""What a release was made of: the SHA-256 of each file and question, the version of each library, by name."""


@dataclass(frozen=True)
class Register:
    """A file that `load` reads and that the build then writes anew: the ids that it minted.

    `render` returns what the file is to hold, in the process that has loaded; nothing leaves it as it is.
    """

    path: Path
    render: Callable[[], bytes]

    def write_beside(self, body: bytes, made_of: Fingerprint, inputs: Sequence[Path]) -> dict[str, str]:
        """Write the register, and return a fingerprint with what it holds now."""
        if body:
            write_whole(self.path, body)
        number = _list_tops(inputs).index(self.path)
        return {
            **made_of,
            **{_name(number, self.path, path): hash_file(path) for path in _list_files(self.path)},
        }


def take_fingerprint(inputs: Iterable[Path], questions: Mapping[str, str]) -> dict[str, str]:
    """Return what a release is made of now: tables, ontology, the code that reads them, `inputs`, questions.

    What a file is called and what it holds counts, not where it lies: two of one name are told apart by their
    order. Raises OSError for a file that cannot be read.
    """
    found = {f"library {name}": number for name, number in _list_libraries()}
    found |= {f"question {name}": _hash_text(text) for name, text in questions.items()}
    for number, top in enumerate(_list_tops(inputs)):
        found |= {_name(number, top, path): hash_file(path) for path in _list_files(top)}
    return found


def _list_tops(inputs: Iterable[Path]) -> list[Path]:
    root = Path(ontology.__file__).parent.parent
    return list(dict.fromkeys((*(root / package for package in _CODE), *inputs)))


def _name(number: int, top: Path, path: Path) -> str:
    return f"{number} {path.relative_to(top.parent).as_posix()}"


def _list_files(top: Path) -> Iterator[Path]:
    """Yield the files of a folder, also those that links lead to, or the one file, if it is there."""
    if not top.is_dir():
        yield from [top] if top.is_file() else []
        return
    seen: set[str] = set()
    for folder, folders, names in os.walk(top, followlinks=True):
        if (real := os.path.realpath(folder)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (path for name in sorted(names) if (path := Path(folder, name)).is_file())


def _list_libraries() -> Iterator[tuple[str, str]]:
    """Yield the version of Python, and of each library that the project needs to run."""
    yield "python", ".".join(map(str, sys.version_info[:3]))
    try:
        needed = requires(_PROJECT) or []
    except PackageNotFoundError:
        needed = []
    for requirement in needed:
        name = _NAME.match(requirement)
        if name is None or "extra ==" in requirement:
            continue
        try:
            yield name[0], version(name[0])
        except PackageNotFoundError:
            yield name[0], ""


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
