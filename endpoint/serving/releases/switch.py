"""The release that is served, and the change to another one while requests go on.

A request takes the service at its start and gives it back at its end, so all of its answer comes from one
release. A task looks where ``current`` points; a new release is opened beside the old one, and what readers
are likely to ask is asked of it, for a bounded time; then new requests get it, and the old one is closed when
its last request has ended. One that cannot be opened is told in the
log, and tried again at growing intervals; the old one stays. One that is found damaged is closed at once, and
the newest sound one that is kept takes its place; without any, requests are refused.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from endpoint.config import Config
from endpoint.engine.engine import Engine
from endpoint.engine.observer import Observer
from endpoint.serving.clients import current_client
from endpoint.serving.connection import client_is_gone
from endpoint.serving.releases.elsewhere import EngineWatch, open_elsewhere
from endpoint.serving.releases.preparation import Preparation, Step
from endpoint.serving.releases.task import RepeatedTask
from endpoint.serving.releases.verifier import Verifier
from graph.errors import DamagedRelease, KembarError, ReleaseError
from graph.store.releases import CURRENT, Release, list_releases, read_release
from queries import CannedQuery, read_catalogue

log = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
"""How often the task looks where ``current`` points, and whether a file was written."""
RETRY_SECONDS, MOST_RETRY_SECONDS = 1.0, 64.0
"""How soon a release that could not be opened is tried again: at first, and at last."""


@dataclass(frozen=True)
class Service:
    """What a request needs: the settings, the release it is answered from, its questions and its engine."""

    config: Config
    release: Release
    engine: Engine
    questions: Mapping[str, CannedQuery]

    @property
    def home(self) -> Path:
        """Return the folder that holds the releases."""
        return self.config.home


def open_service(config: Config, release: Release, observer: Observer, verifier: Verifier) -> Service:
    """Return a service over a sound release with its workers started; its questions are the release's own.

    Where the settings name an engine elsewhere, it answers, once it was proven to hold the release.
    Raises DamagedRelease, ReleaseError when it is not in that engine, InputError when a question cannot be
    read, EngineFailed when no worker starts or that engine cannot be asked.
    """
    verifier.check(release)
    questions = read_catalogue(release.queries_path)
    elsewhere = open_elsewhere(config, release)
    engine = Engine(config, release.store_path, observer, client_is_gone, current_client, elsewhere)
    return Service(config, release, engine, questions)


@dataclass(eq=False)
class Lease:
    """A service and how many requests use it; give it back with ``Switch.give_back``."""

    service: Service
    users: int = 0
    retired: bool = False


ListSteps = Callable[[Service], Sequence[Step]]
"""What is asked of a release before its readers ask."""


@dataclass
class _Coming:
    """A release that is open and being prepared, and takes over when that is done."""

    service: Service
    preparation: Preparation


@dataclass
class _Failure:
    """A release that could not be opened, why, and when to try again."""

    path: Path
    reason: str
    retry_at: float
    retry_seconds: float


class Switch:
    """The service for new requests, and the older ones that requests still use. Safe for many threads."""

    def __init__(self, config: Config, release: Release, observer: Observer) -> None:
        """Open the release, or the newest sound one if it is damaged, and begin to look for newer ones.

        Raises DamagedRelease when none is sound, EngineFailed.
        """
        self.config, self._observer = config, observer
        self.verifier = Verifier(config.home, config.verify_seconds)
        self._watch = EngineWatch(config.verify_seconds)
        self.housekeeping: list[Callable[[], None]] = []
        self._failure: _Failure | None = None
        self._list_steps: ListSteps = lambda _: ()
        self._preparation: Preparation | None = None
        self._coming: _Coming | None = None
        self.refusal: DamagedRelease | None = None
        try:
            self._lease = Lease(self._open_first(release))
        except BaseException:
            self.verifier.close()
            self._watch.close()
            raise
        self._watch.watch(self._lease.service.release, self._lease.service.engine.elsewhere)
        self._retired: list[Lease] = []
        self._closed = False
        self._lock = threading.Lock()
        self._updating = threading.Lock()
        self.task = RepeatedTask("kembar-switch", self.update, CHECK_SECONDS)

    @property
    def service(self) -> Service:
        """Return the service that new requests get now."""
        return self._lease.service

    def services(self) -> list[Service]:
        """Return all services with processes: the current one first, then older ones, then one to come."""
        with self._lock:
            coming = [self._coming.service] if self._coming else []
            return [*(lease.service for lease in (self._lease, *self._retired)), *coming]

    def prepare_with(self, list_steps: ListSteps) -> None:
        """Prepare the current release beside its first requests, and each that follows before any."""
        self._list_steps = list_steps
        self._preparation = self._prepare(self.service, lambda: None)

    @property
    def preparation(self) -> str:
        """Return which release is being prepared or was in part, and how far, for people; else nothing."""
        with self._lock:
            last = self._coming.preparation if self._coming else self._preparation
        return last.report if last else ""

    def take(self) -> Lease:
        """Return the current service for one request; give it back."""
        with self._lock:
            self._lease.users += 1
            return self._lease

    def give_back(self, lease: Lease) -> None:
        """Take note that a request has ended; the last one of an older service lets it be closed."""
        with self._lock:
            lease.users -= 1
            is_unused = lease.retired and not lease.users
        if is_unused:
            self.task.wake()

    def update(self) -> None:
        """Close what nobody uses any more, leave what is damaged, and follow ``current``."""
        with self._updating:
            self._close_unused()
            self._leave_damaged()
            self._follow(self._target())
            for task in self.housekeeping:
                task()

    def faults(self) -> list[str]:
        """Return what is wrong with the releases and with the tasks that look after them, for people."""
        failure = [self._failure.reason] if self._failure else []
        damaged = list(self.verifier.faults().values())
        ours = (self.task, self.verifier.task, self._watch.task)
        tasks = [task.fault for task in ours if task.fault]
        return list(dict.fromkeys([*failure, *damaged, *tasks, *self.service.engine.faults()]))

    def close(self) -> None:
        """End the tasks and all services, also those in use. Safe to repeat."""
        self._closed = True
        self.task.stop()
        self.verifier.close()
        for preparation in (self._preparation, self._coming and self._coming.preparation):
            if preparation:
                preparation.stop()
        self._watch.close()
        for service in self.services():
            service.engine.close()

    @property
    def closed(self) -> bool:
        """Return whether this was closed."""
        return self._closed

    def _target(self) -> Path:
        """Return the folder that ``current`` points to; the link itself when it leads round in circles."""
        link = self.config.home / CURRENT
        try:
            return link.resolve()
        except (OSError, RuntimeError):
            return link

    def _may_try(self, path: Path) -> bool:
        failure = self._failure
        return failure is None or failure.path != path or time.monotonic() >= failure.retry_at

    def _open(self, release: Release) -> Service:
        return open_service(self.config, release, self._observer, self.verifier)

    def _open_first(self, release: Release) -> Service:
        try:
            return self._open(release)
        except DamagedRelease as exc:
            self._note_failure(release.path, exc)
            if (service := self._open_sound(release)) is None:
                raise
            log.error("release %s is served: %s", service.release.id, exc)
            return service

    def _open_sound(self, damaged: Release) -> Service | None:
        """Return a service over the newest sound release, which may have taken the damaged one's place."""
        for release in list_releases(self.config.home):
            if release.manifest == damaged.manifest:
                continue
            try:
                return self._open(release)
            except (KembarError, OSError) as exc:
                log.warning("release %s cannot be opened: %s", release.id, exc)
        return None

    def _leave_damaged(self) -> None:
        """Stop to answer from a release that is damaged: queries under way end with an error.

        One that was pruned is not: it lies open until the new one has taken its place.
        """
        damaged = self.service.release
        if self.refusal or not damaged.path.is_dir():
            return
        try:
            self.verifier.check(damaged)
            self._watch.check()
        except DamagedRelease as exc:
            self.refusal = exc
            self._note_failure(damaged.path, exc)
            self.service.engine.close()
            if self._preparation:
                self._preparation.stop()  # it would fail with each answer that is left
            if (service := self._open_sound(damaged)) is not None:
                self._replace(service)
            else:
                log.error("requests are refused: there is no sound release besides %s", damaged.id)

    def _follow(self, path: Path) -> None:
        """Open what ``current`` points to when it is another release, which takes over when it is ready."""
        if self._coming and self._coming.service.release.path.resolve() != path:
            self._drop_coming()
        if self._coming:
            if self.refusal or not self._coming.preparation.at_work:
                self._replace(self._coming.service)
        elif not self.refusal and path == self.service.release.path.resolve():
            self._failure = None
        elif self._may_try(path):
            self._switch_to(path)

    def _prepare(self, service: Service, ended: Callable[[], None]) -> Preparation | None:
        """Begin to prepare a release; return None where nothing is to be prepared."""
        seconds = self.config.prepare_seconds
        steps = self._list_steps(service) if seconds else ()
        return Preparation(service.release.id, steps, seconds, ended) if steps else None

    def _drop_coming(self) -> None:
        """Close a release that is no longer wanted before it was ready."""
        with self._lock:
            coming, self._coming = self._coming, None
        if coming:
            coming.preparation.stop()
            coming.service.engine.close()

    def _switch_to(self, path: Path) -> None:
        try:
            if not path.is_dir():
                raise ReleaseError(f"current points to {path}, which is not there")
            service = self._open(read_release(path))
        except (KembarError, OSError) as exc:
            if self._note_failure(path, exc):
                log.warning(
                    "release %s stays, %s cannot be opened: %s", self.service.release.id, path.name, exc
                )
            return
        self._failure = None
        preparation = None if self.refusal else self._prepare(service, self.task.wake)
        if preparation is None:
            self._replace(service)
        else:
            with self._lock:
                self._coming = _Coming(service, preparation)

    def _note_failure(self, path: Path, exc: Exception) -> bool:
        """Take note that a release cannot be opened; return whether the reason is another one than before."""
        last = self._failure if self._failure and self._failure.path == path else None
        seconds = min(2 * last.retry_seconds, MOST_RETRY_SECONDS) if last else RETRY_SECONDS
        self._failure = _Failure(path, str(exc), time.monotonic() + seconds, seconds)
        return last is None or last.reason != str(exc)

    def _replace(self, service: Service) -> None:
        """Let new requests have a service, the one that was being prepared or another in its place."""
        self.refusal = None
        if self._coming and self._coming.service is not service:
            self._drop_coming()
        earlier, ready = self._preparation, self._coming.preparation if self._coming else None
        with self._lock:
            old, self._lease = self._lease, Lease(service)
            old.retired = True
            self._retired.append(old)
            self._preparation, self._coming = ready, None
        if earlier:
            earlier.stop()
        self._watch.watch(service.release, service.engine.elsewhere)
        log.info("release %s follows %s", service.release.id, old.service.release.id)
        self._close_unused()

    def _close_unused(self) -> None:
        with self._lock:
            unused = [lease for lease in self._retired if not lease.users]
        for lease in unused:
            lease.service.engine.close()
        with self._lock:
            self._retired = [lease for lease in self._retired if lease not in unused]
