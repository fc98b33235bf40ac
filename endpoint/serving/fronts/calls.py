"""Calls from one process of a service to another, over a Unix socket in a folder that is theirs alone.

A call is a name and values, pickled: both ends are the same code of the same user. What comes back is a
value, or an error of ours. Who waits and wants no answer any more says so, or is gone: either can be seen at
the socket by who works for it, which then stops and answers.
"""

from __future__ import annotations

import os
import pickle
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from endpoint.engine.cache import IsAbandoned
from endpoint.engine.processes.wire import FOREVER, Deadline, Status, receive, send, set_check_interval
from graph.errors import EngineFailed, EngineUnreachable, KembarError

CANCEL = "cancel"
"""Says that the answer to the call before is not wanted any more; never answered itself."""
_ANSWER_SECONDS = 10.0
"""How long a call may take that waits for nothing."""


class EngineProcessGone(EngineUnreachable):
    """The process that answers queries has ended; another one takes its place."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("the process that answers queries has ended, and another one is being started")


@dataclass(frozen=True)
class Failure:
    """An error of ours on its way: errors are made of other values than those that they carry."""

    kind: type[KembarError]
    args: tuple[Any, ...]
    carried: dict[str, Any]

    @classmethod
    def of(cls, error: KembarError) -> Failure:
        """Return what an error is sent as."""
        return cls(type(error), error.args, vars(error))

    def error(self) -> KembarError:
        """Return the error."""
        error = self.kind.__new__(self.kind)
        error.args = self.args
        vars(error).update(self.carried)
        return error


def send_value(sock: socket.socket, value: object) -> None:
    """Send a value. Raises OSError when the other side is gone."""
    send(sock, Status.ANSWER, pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def receive_value(sock: socket.socket, deadline: Deadline = FOREVER) -> Any:
    """Return the next value; others may follow it at once. Raises what ``wire.receive`` raises."""
    return pickle.loads(receive(sock, deadline, at_once=0).payload)  # noqa: S301 - of our own process


def is_spoken_to(sock: socket.socket) -> bool:
    """Return whether there is anything to read, or nobody at the other side any more."""
    try:
        sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


class Caller:
    """Calls the other process from any thread, each thread over a connection of its own."""

    def __init__(self, address: Path) -> None:
        """Call who listens at this address, now or later."""
        self._address, self._local, self._closed = str(address), threading.local(), False

    def open(self, name: str) -> tuple[socket.socket, Any]:
        """Return a new connection and the first answer to a call that has more than one.

        Raises EngineProcessGone.
        """
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(self._address)
            set_check_interval(sock)
            send_value(sock, (name, ()))
            return sock, receive_value(sock, Deadline(time.monotonic() + _ANSWER_SECONDS))
        except (OSError, EOFError) as exc:
            sock.close()
            raise EngineProcessGone from exc

    def ask(self, name: str, *values: object, is_abandoned: IsAbandoned = lambda: False) -> Any:
        """Return the answer to a call; ``is_abandoned`` is asked every CHECK_SECONDS whether it is wanted.

        Raises EngineProcessGone, EngineFailed when this was closed, and the error that is the answer.
        """
        sock, cancel = self._connect(), _Cancel(lambda: self._closed or is_abandoned())
        try:
            send_value(sock, (name, values))
            answer = receive_value(sock, Deadline(check_abandoned=lambda: cancel.check(sock)))
        except (OSError, EOFError) as exc:
            self._drop()
            raise EngineProcessGone from exc
        if self._closed and cancel.said:
            raise EngineFailed("the service was stopped before it had an answer. Ask again")
        if isinstance(answer, Failure):
            raise answer.error()
        return answer

    def tell(self, name: str, *values: object) -> None:
        """Make a call that has no answer; nobody learns of it when the other process has ended."""
        with suppress(OSError, EngineProcessGone):
            send_value(self._connect(), (name, values))

    def close(self) -> None:
        """Let who waits be told that it is over, as soon as the other process has stopped the work."""
        self._closed = True

    def _connect(self) -> socket.socket:
        """Return the connection of this thread, a new one when the process at the other side has ended."""
        own: _Own | None = getattr(self._local, "own", None)
        if own is None or is_spoken_to(own.sock):
            own = self._local.own = _Own(self.open("greet")[0])
        return own.sock

    def _drop(self) -> None:
        self._local.own = None


class _Own:
    """The connection of a thread, which is closed when the thread ends."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def __del__(self) -> None:
        self.sock.close()


class _Cancel:
    """Says once that an answer is not wanted any more, when it is not."""

    def __init__(self, is_abandoned: IsAbandoned) -> None:
        self._is_abandoned, self.said = is_abandoned, False

    def check(self, sock: socket.socket) -> None:
        if not self.said and self._is_abandoned():
            self.said = True
            send_value(sock, (CANCEL, ()))


class CallServer:
    """Listens at an address, and lets a thread serve each connection."""

    def __init__(self, address: Path, serve: Callable[[socket.socket], None]) -> None:
        """Begin to listen, in the place of who listened there and has ended."""
        self._serve = serve
        address.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(os.fspath(address))
        self._listener.listen(2048)

    def run_once(self, seconds: float) -> None:
        """Accept a connection; wait for it at most so long."""
        ready, _, _ = select.select([self._listener], [], [], seconds)
        if ready:
            sock, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(sock,), name="kembar-front", daemon=True).start()

    def close(self) -> None:
        """Accept no more."""
        self._listener.close()
