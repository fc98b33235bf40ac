"""Whether the releases of a home are sound: read whole before they answer, and again and again after that.

What was read stays known as long as no file of the release has another size, time or place on the disk. That
sees every write within a second, and costs nothing. A disk that forgets bits changes neither, so a thread
reads all kept releases anew within the time that the settings give.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from endpoint.serving.releases.task import RepeatedTask
from graph.errors import DamagedRelease
from graph.store.manifest import MANIFEST, SEAL, SUMS, stated_files
from graph.store.releases import Release, list_kept, read_release
from graph.store.verify import Pause, find_damage

log = logging.getLogger(__name__)

_SHARE_OF_THE_TIME = 0.8
"""The part of the time that a round over all releases takes; the rest is for what else there is to do."""
_REST_SECONDS = 1.0

Signature = tuple[tuple[int, ...], ...]
"""Where each file of a release lies on the disk, its size, and when it was last written or changed."""


@dataclass(frozen=True)
class _Finding:
    """What was found of a release when its files had this signature; no fault: it is sound."""

    release: Release
    signature: Signature
    fault: DamagedRelease | None

    def holds_for(self, release: Release, signature: Signature) -> bool:
        """Return whether it is about the same release, not one that took its place, in the same files."""
        return self.signature == signature and self.release.manifest is release.manifest


class _Closed(Exception):
    """Nobody wants to know any more."""


class Verifier:
    """Judges the releases of one home. Safe for many threads."""

    def __init__(self, home: Path, seconds: float) -> None:
        """Begin to read again, within so many seconds each time, all releases that are kept."""
        self._home, self._seconds = home, seconds
        self._findings: dict[str, _Finding] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._closed = threading.Event()
        self.task = RepeatedTask("kembar-verifier", self.read_all, _REST_SECONDS, patient=True)

    def check(self, release: Release) -> None:
        """Raise DamagedRelease unless all files of the release are as they were published.

        It reads them all when that was not done yet, or when one was written since.
        """
        signature = _sign(release)
        with self._locks[release.id]:
            finding = self._findings.get(release.id)
            if finding is None or not finding.holds_for(release, signature):
                finding = self._judge(release, signature)
        if finding.fault:
            raise finding.fault

    def read_all(self) -> None:
        """Read all releases that are kept, so slowly that nobody notices, and forget those that are not."""
        kept = [found for found in list_kept(self._home) if isinstance(found, Release)]
        for name in self._findings.keys() - {release.id for release in kept}:
            self._findings.pop(name, None)
            self._locks.pop(name, None)
        whole = sum(file.bytes for release in kept for file in stated_files(release.manifest).values())
        with suppress(_Closed):
            for release in kept:
                self._judge(release, _sign(release), self._pace(whole))

    def faults(self) -> dict[str, str]:
        """Return why releases are damaged, by id: those whose manifest is no use, and those read so far."""
        found = {name: finding.fault for name, finding in self._findings.items() if finding.fault}
        unreadable = {one.release: one for one in list_kept(self._home) if isinstance(one, DamagedRelease)}
        return {name: str(fault) for name, fault in sorted((found | unreadable).items())}

    def close(self) -> None:
        """End the thread. Safe to repeat."""
        self._closed.set()
        self.task.stop()

    def _judge(self, release: Release, signature: Signature, pause: Pause | None = None) -> _Finding:
        began = time.monotonic()
        faults = find_damage(release, pause)
        finding = _Finding(release, signature, DamagedRelease(release.id, faults) if faults else None)
        before = self._findings.get(release.id)
        self._findings[release.id] = finding
        if finding.fault and (before is None or before.fault is None):
            log.error("%s", finding.fault)
        elif pause is None:
            log.info("release %s was verified in %.1f s", release.id, time.monotonic() - began)
        return finding

    def _pace(self, whole: int) -> Pause:
        """Return what rests after each piece so long that reading `whole` bytes takes the time there is."""
        a_byte = _SHARE_OF_THE_TIME * self._seconds / max(whole, 1)

        def pause(read: int) -> None:
            if self._closed.wait(read * a_byte):
                raise _Closed

        return pause


def is_kept(release: Release) -> bool:
    """Return whether the folder of a release is still there and has the same manifest."""
    try:
        return read_release(release.path).manifest == release.manifest
    except DamagedRelease:
        return False


def _sign(release: Release) -> Signature:
    names = (MANIFEST, SEAL, SUMS, "store", "files", "queries", *stated_files(release.manifest))
    return tuple(_look_at(release.path / name) for name in names)


def _look_at(path: Path) -> tuple[int, ...]:
    try:
        found = path.lstat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
