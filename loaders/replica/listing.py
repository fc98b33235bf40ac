"""What another service tells of its releases, read as strictly as if it lied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from graph.errors import UnprovenRelease
from graph.pipeline.complete import check_id
from graph.store.manifest import FILES, QUESTIONS, Id, StatedFile, decode_manifest, stated_files


class Listed(msgspec.Struct, frozen=True):
    """A release that is listed, with the SHA-256 of its content; the rest is in its manifest."""

    id: Id
    sha256: str | None = None


class Listing(msgspec.Struct, frozen=True):
    """What ``/data.json`` says: the release that is served, those that are kept, the newest first.

    `damaged` are those kept that are no use now, `history` the ids of all there were, the newest last.
    """

    current: Id
    releases: list[Listed]
    damaged: list[Listed] = []
    history: list[Id] = []

    @property
    def published(self) -> list[str]:
        """Return the ids of all releases that there were, each once, the newest last."""
        return list(dict.fromkeys([*self.history, *(release.id for release in reversed(self.releases))]))

    def wanted(self, most: int) -> dict[str, str | None]:
        """Return the current release and the newest ones, so many in all: hashes by id, the oldest first."""
        others = [release.id for release in self.releases if release.id != self.current]
        kept = {self.current, *others[: most - 1]}
        return {release.id: release.sha256 for release in reversed(self.releases) if release.id in kept}


def read_listing(body: bytes) -> Listing:
    """Return the list in an answer; raises UnprovenRelease for any other text."""
    try:
        listing = msgspec.json.decode(body, type=Listing)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise UnprovenRelease(f"its list of releases cannot be read ({exc})") from exc
    if listing.current not in {release.id for release in listing.releases}:
        raise UnprovenRelease(f"its list of releases lacks the current one, {listing.current}")
    return listing


def read_stated(body: bytes, release_id: str) -> Mapping[str, Any]:
    """Return the manifest of a release; raises UnprovenRelease for another text or one of another release."""
    try:
        stated = decode_manifest(body)
    except ValueError as exc:
        raise UnprovenRelease(f"its manifest cannot be read ({exc})") from exc
    if stated["id"] != release_id:
        raise UnprovenRelease(f"its manifest is that of release {stated['id']}")
    if not stated.get("sha256"):
        raise UnprovenRelease("its manifest does not state the SHA-256 of its content")
    check_id(stated, stated["sha256"])
    names = [f"{folder}/{entry['name']}" for folder in (FILES, QUESTIONS) for entry in stated[folder]]
    if len(names) != len(set(names)):
        raise UnprovenRelease("its manifest names a file twice")
    return stated


def list_wanted(stated: Mapping[str, Any]) -> dict[str, StatedFile]:
    """Return the files that are fetched, by their path in the release: downloads and questions."""
    fetched = (f"{FILES}/", f"{QUESTIONS}/")
    return {path: file for path, file in stated_files(stated).items() if path.startswith(fetched)}


def address_of(release_id: str, path: str) -> str:
    """Return where a service has a file of a release, by its path in the release."""
    return f"/data/{release_id}/{path.removeprefix(f'{FILES}/')}"
