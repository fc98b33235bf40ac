"""A query to a worker and back: stopped at its time, and begun again where others should come first."""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from endpoint.engine.cache import IsAbandoned
from endpoint.engine.failures import explain_exit
from endpoint.engine.language.guard import Reading
from endpoint.engine.observer import Lane, StopReason
from endpoint.engine.processes.pool import Pool, WorkerDied, WorkerGone
from endpoint.engine.processes.wire import Reply, Request, Status
from graph.errors import EngineFailed, QueryAbandoned, QueryTimeout

log = logging.getLogger(__name__)

LONG_SECONDS = 1.0
"""A query that takes longer leaves its worker to others, unless there are workers enough."""


class _Yielded(Exception):
    """The worker of a long query goes to others; the query can be asked again."""


@dataclass
class Work:
    """What query processes did for a task, in seconds."""

    seconds: float = 0.0


class Task(NamedTuple):
    """A query on its way to a worker of a lane."""

    reading: Reading
    request: Request
    lane: Lane
    is_abandoned: IsAbandoned
    work: Work

    def check_abandoned(self) -> None:
        """Raise QueryAbandoned when nobody waits for the answer any more."""
        if self.is_abandoned():
            raise QueryAbandoned


def ask(pool: Pool, task: Task, client: Hashable) -> Reply:
    """Return the reply of one worker, whatever it says.

    Those that ended idle are replaced. A query that takes long while too many such run and others wait gives
    its worker up: it waits until it may keep one, and begins again.
    Raises EngineOverloaded, EngineFailed, QueryTimeout and QueryAbandoned.
    """
    is_long = False
    while True:
        try:
            return _ask_one(pool, task, client, is_long)
        except WorkerGone:
            log.warning("an idle worker had ended; the query goes to another one")
        except _Yielded:
            is_long = True


def _ask_one(pool: Pool, task: Task, client: Hashable, is_long: bool) -> Reply:
    """Return the reply of the next worker, and give it back only when it may be used again."""
    worker = pool.take(task.lane, task.check_abandoned, client, is_long=is_long)
    stop_reason: StopReason | None = StopReason.FAULT
    start = time.monotonic()

    def check() -> None:
        task.check_abandoned()
        if time.monotonic() - start > LONG_SECONDS and not pool.may_go_on(task.lane, worker):
            raise _Yielded

    try:
        reply = worker.ask(task.request, check)
        stop_reason = _classify(reply, pool.memory_bytes)
        return reply
    except TimeoutError as exc:
        stop_reason = StopReason.TIMEOUT
        raise QueryTimeout(task.request.seconds) from exc
    except QueryAbandoned:
        stop_reason = StopReason.ABANDONED
        raise
    except _Yielded:
        stop_reason = StopReason.YIELDED
        raise
    except WorkerGone:
        stop_reason = StopReason.DIED
        raise
    except WorkerDied as exc:
        stop_reason = StopReason.DIED
        if pool.closing:
            raise EngineFailed("the engine was closed before it had an answer. Ask again") from exc
        raise explain_exit(exc.code, task.request, pool.memory_bytes) from exc
    finally:
        task.work.seconds += time.monotonic() - start
        if stop_reason is None:
            pool.give_back(task.lane, worker)
        else:
            pool.discard(task.lane, worker, stop_reason)


def _classify(reply: Reply, memory_bytes: int) -> StopReason | None:
    """Return why the worker of this reply must not be used again, None when it may."""
    if reply.status is Status.FAULT:
        return StopReason.FAULT
    return StopReason.WORN if reply.resident >= memory_bytes // 2 else None
