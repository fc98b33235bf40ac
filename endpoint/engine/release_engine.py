"""What answers queries over one release, wherever it runs: all that others know of engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from endpoint.engine.cache import CacheState, IsAbandoned
from endpoint.engine.language.guard import Reading
from endpoint.engine.observer import Lane

if TYPE_CHECKING:  # with an HTTP client, which only who asks elsewhere needs
    from graph.engines.remote import Generation


@dataclass(frozen=True)
class Answer:
    """A whole result as bytes of the media type that was asked for."""

    body: bytes
    media_type: str


@dataclass(frozen=True)
class EngineState:
    """An engine in numbers: its worker processes, how many requests wait in each lane, and its cache."""

    workers: int
    waiting: dict[Lane, int]
    cache: CacheState


class ReleaseEngine(Protocol):
    """What answers queries over one release: an ``Engine``, or one that another process has."""

    @property
    def elsewhere(self) -> Generation | None:
        """Return the release as an engine elsewhere holds it, which answers; None when that is the store."""

    @property
    def gives_same_bytes(self) -> bool:
        """Return whether a stable query has the same bytes whenever it is evaluated over this release."""

    def run(
        self,
        reading: Reading,
        media_type: str,
        *,
        lane: Lane = Lane.FREE,
        seconds: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        is_abandoned: IsAbandoned | None = None,
        cached: bool = True,
    ) -> Answer:
        """Return the whole answer to one query, as ``Engine.run`` does."""
