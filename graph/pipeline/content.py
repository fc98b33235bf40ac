"""What the id of a release is made of: all that it publishes, computed by the build, and again by who pulls.

The id is part of some of the files. So these are hashed as if they named a stand-in in its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from graph.store.files import ReleaseFile
from graph.store.manifest import FILES, QUESTIONS

STAND_IN = "0000-00-00-00000000"
"""The id under which the files that name their release are written when its id is made."""
STATED = ("compiled", "counts", "collections", "warnings")
"""What the manifest states of the content."""
_DIGITS = 8
_NAMING = ("issues", "citation", "description")
"""The kinds of files that name their release; descriptions state the checksums of others too."""
_COMPARING = "changes"


def make_id(compiled: str, sha256: str) -> str:
    """Return the id of a release by the day of its data, YYYY-MM-DD, and the SHA-256 of its content."""
    return f"{compiled}-{sha256[:_DIGITS]}"


def hash_content(
    files: Sequence[ReleaseFile], questions: Mapping[str, str], statement: Mapping[str, Any]
) -> str:
    """Return the SHA-256 of all that is published: files, questions, and what the manifest states."""
    named = {file.name: asdict(file) for file in files}
    content = {"files": named, "questions": dict(questions), **statement}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def hash_published(folder: Path, stated: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the content of a release from its files and questions as they lie in `folder`.

    `stated` is its manifest, whose checksums are taken for those of the files. Raises OSError.
    """
    files = [ReleaseFile(**entry) for entry in stated["files"] if entry["kind"] != _COMPARING]
    questions = {
        entry["name"]: (folder / QUESTIONS / entry["name"]).read_bytes().decode("utf-8", "replace")
        for entry in stated["queries"]
    }
    statement = {name: stated[name] for name in STATED if name in stated}
    return hash_content(_without_id(files, stated["id"], folder / FILES), questions, statement)


def _without_id(files: Sequence[ReleaseFile], release_id: str, folder: Path) -> list[ReleaseFile]:
    """Return the files with the checksums that they have when they name the stand-in.

    Some state the checksums of others, so each round finds those of files that rest on the last one.
    """
    naming = {file.sha256: folder / file.name for file in files if file.kind in _NAMING}
    instead: dict[str, str] = {}
    for _ in naming:
        found = {
            sha256: _hash_with(path, {release_id: STAND_IN} | instead) for sha256, path in naming.items()
        }
        if found == instead:
            break
        instead = found
    return [replace(file, sha256=instead.get(file.sha256, file.sha256)) for file in files]


def _hash_with(path: Path, instead: Mapping[str, str]) -> str:
    body = path.read_bytes()
    for name, other in instead.items():
        body = body.replace(name.encode(), other.encode())
    return hashlib.sha256(body).hexdigest()
