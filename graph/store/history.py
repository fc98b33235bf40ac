"""Which releases were published in a home, in their order: ``history.json``, and how it is made again.

Addresses of releases that are not kept any more answer 410 because their ids are remembered here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from graph.errors import ReleaseError
from graph.reading import read_whole
from graph.store.files import write_json
from graph.store.manifest import Id, read_manifest

log = logging.getLogger(__name__)

HISTORY = "history.json"
_DAMAGED = "history.damaged.json"


@dataclass(frozen=True)
class History:
    """The ids of all releases in the order of their publication, also of those not kept.

    `fault` says why the file could not be read, and is empty when it could; then the ids are those of the
    folders that are there, and which others there were is not known.
    """

    ids: tuple[str, ...]
    fault: str = ""


def read_history(home: Path) -> History:
    """Return the history of a home; a release whose folder is there is never missing from it."""
    folders = [path.name for path in sorted((home / "releases").glob("[0-9]*")) if _is_id(path.name)]
    try:
        ids, fault = _decode(read_whole(home / HISTORY)), ""
    except FileNotFoundError:
        ids, fault = [], f"{HISTORY} is missing" if folders else ""
    except (OSError, ValueError) as exc:
        ids, fault = [], f"{HISTORY} cannot be read ({exc})"
    forgotten = [name for name in folders if name not in ids]
    return History((*_put_in_order(home, forgotten), *dict.fromkeys(ids)), fault)


def add_to_history(home: Path, release_id: str) -> None:
    """Make a release the newest in the history; a file that cannot be read is put aside and kept."""
    history = read_history(home)
    if history.fault and len(history.ids) > 1:
        log.warning("%s; it is made again from the releases that are kept", history.fault)
        if (home / HISTORY).exists():
            (home / HISTORY).replace(home / _DAMAGED)
    write_json(home / HISTORY, [*(name for name in history.ids if name != release_id), release_id])


def follow_history(home: Path, published: Sequence[str]) -> None:
    """Let the history of a home end with that of another one, in its order; ids of its own come first."""
    history = read_history(home)
    ids = (*(name for name in history.ids if name not in set(published)), *published)
    if history != History(ids):
        write_json(home / HISTORY, ids)


def _put_in_order(home: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of releases whose folders are there, each after the one that it follows."""
    before = {name: _previous_of(home / "releases" / name) for name in names}
    ordered: dict[str, None] = {}
    for name in before:
        chain: list[str] = []
        step: str | None = name
        while step in before and step not in ordered and step not in chain:
            chain.append(step)
            step = before[step]
        ordered |= dict.fromkeys(reversed(chain))
    return tuple(ordered)


def _decode(body: bytes) -> list[str]:
    """Return the ids in a history; raises ValueError for any other text."""
    try:
        return msgspec.json.decode(body, type=list[Id])
    except msgspec.MsgspecError as exc:
        raise ValueError(exc) from exc


def _is_id(name: str) -> bool:
    try:
        msgspec.convert(name, Id)
    except msgspec.ValidationError:
        return False
    return True


def _previous_of(folder: Path) -> str | None:
    try:
        previous: str | None = read_manifest(folder).get("previous")
    except ReleaseError:
        return None
    return previous
