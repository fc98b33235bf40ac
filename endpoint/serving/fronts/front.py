"""The parts of a front that stand for those of the engine process: releases, their soundness, quotas."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from endpoint.config import Config
from endpoint.engine.processes.wire import Deadline
from endpoint.serving.fronts.calls import Caller, EngineProcessGone, receive_value
from endpoint.serving.fronts.engine import FrontEngine
from endpoint.serving.fronts.engine_process import Condition, News
from endpoint.serving.quota import Quota
from endpoint.serving.releases.service import Lease, Leases, Service
from endpoint.serving.releases.task import RepeatedTask
from graph.errors import KembarError
from graph.store.releases import Release, read_release
from queries import read_catalogue

log = logging.getLogger(__name__)

ROUND_SECONDS = 1.0
"""How often it is looked what is to be closed; news come at once."""
RETRY_SECONDS = 0.1
"""How soon an engine process that has ended is looked for again."""


class FrontVerifier:
    """Stands for the ``Verifier`` of the engine process."""

    def __init__(self, caller: Caller) -> None:
        """Ask by this caller."""
        self._caller = caller

    def check(self, release: Release) -> None:
        """Raise DamagedRelease unless all files of the release are as they were published."""
        self._caller.ask("check", release.id)

    def faults(self) -> dict[str, str]:
        """Return why releases are damaged, by id."""
        found: dict[str, str] = self._caller.ask("damaged")
        return found


class FrontQuota(Quota):
    """What each client has used lately of all fronts, which the engine process knows."""

    def __init__(self, config: Config, caller: Caller, key: bytes) -> None:
        """Name clients by this key, as the other fronts do."""
        super().__init__(config, _key=key)
        self._caller = caller

    def begin_request(self, client: bytes, is_query: bool) -> None:
        """Let a request begin; ``end_request`` must follow, in the same thread.

        Raises RateLimited with the seconds to wait.
        """
        self._caller.ask("begin_request", client, is_query)

    def end_request(self, client: bytes, seconds: float, failed: bool, is_query: bool) -> None:
        """Take note of the end of a request, the seconds it took, and whether it failed by its own fault."""
        self._caller.tell("end_request", client, seconds, failed, is_query)


class FrontSwitch(Leases[Service]):
    """Follows the ``Switch`` of the engine process. Safe for many threads.

    Each release that requests of this front may be answered from is held there by a connection: its end, and
    the end of this process too, give it back.
    """

    def __init__(self, config: Config, caller: Caller) -> None:
        """Hold the release that is current. Raises EngineProcessGone, and what reading a release raises."""
        self.config, self._caller = config, caller
        self.verifier = FrontVerifier(caller)
        self.housekeeping: list[Callable[[], None]] = []
        self._closed = threading.Event()
        self._hold, news, lease = self._open_hold(None)
        super().__init__(lease)
        self._news: News | None = news
        self._gone_since: float | None = None
        self.refusal = _refusal_of(news)
        self.task = RepeatedTask("kembar-front", self.update, 0.0)

    def update(self) -> None:
        """Do what the next news say, close what nobody uses any more, and keep house."""
        try:
            self._receive_news()
            if self._closed.is_set():
                return
            if self._news is None or not self._news.is_current:
                self._hold, self._news, lease = self._open_hold(self.service)
                with self._lock:
                    self._let_in(lease)
            self.refusal, self._gone_since = _refusal_of(self._news), None
        except KembarError as error:
            if isinstance(error, EngineProcessGone):
                self._gone_since = self._gone_since or time.monotonic()
            if self.refusal is None:
                log.warning("requests are refused: %s", error)
            self.refusal = error
            self._closed.wait(RETRY_SECONDS)
        self._close_unused()
        for task in self.housekeeping:
            task()

    def gone_seconds(self) -> float:
        """Return for how long there has been no engine process, 0 when there is one."""
        since = self._gone_since
        return 0.0 if since is None else time.monotonic() - since

    def condition(self) -> Condition:
        """Return what is told of the service; nothing while there is no engine process."""
        try:
            found: Condition = self._caller.ask("condition")
        except EngineProcessGone:
            return Condition()
        return found

    @property
    def preparation(self) -> str:
        """Return which release is being prepared or was in part, and how far, for people; else nothing."""
        return self.condition().preparation

    def faults(self) -> list[str]:
        """Return what is wrong with the releases and with the tasks that look after them, for people."""
        return [*self.condition().faults, *([self.task.fault] if self.task.fault else [])]

    def close(self) -> None:
        """Let all releases go; queries that run are stopped and end with an error. Safe to repeat."""
        self._closed.set()
        self._caller.close()
        with suppress(OSError):
            self._hold.shutdown(socket.SHUT_RDWR)
        self.task.stop()
        with self._lock:
            leases = [self._lease, *self._retired]
        for lease in leases:
            lease.close()

    def _receive_news(self) -> None:
        """Wait for news of the release that is held; there are none once the engine process has ended."""
        try:
            self._news = receive_value(self._hold, Deadline(time.monotonic() + ROUND_SECONDS))
        except TimeoutError:
            pass
        except (OSError, EOFError):
            self._news = None

    def _open_hold(self, before: Service | None) -> tuple[socket.socket, News, Lease[Service]]:
        """Hold the release that is current; the same one as before keeps what was made of it here."""
        hold, news = self._caller.open("hold")
        try:
            service = self._open(news)
        except BaseException:
            hold.close()
            raise
        if before and (before.release, before.engine.elsewhere) == (service.release, news.elsewhere):
            service = before
        return hold, news, Lease(service, hold.close)

    def _open(self, news: News) -> Service:
        release = read_release(news.path)
        engine = FrontEngine(self.config, self._caller, release.id, news.elsewhere, pinned=False)
        return Service(self.config, release, engine, read_catalogue(release.queries_path))

    def _wake(self) -> None:
        """Do nothing: the next round is soon."""


def _refusal_of(news: News) -> KembarError | None:
    return news.refusal.error() if news.refusal else None
