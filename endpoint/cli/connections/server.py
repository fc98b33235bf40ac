"""The loop: one thread that accepts connections, reads and writes them all, and ends those that are late."""

from __future__ import annotations

import resource
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from endpoint.cli.connections.connection import Connection
from endpoint.cli.connections.memory import AnswerMemory
from endpoint.cli.connections.plain import PlainQueries
from endpoint.cli.connections.request import HEAD_BYTES
from endpoint.cli.connections.threads import FairThreads
from endpoint.serving.clients import client_address, network_of

if TYPE_CHECKING:
    from flask import Flask

URGENT_THREADS = 2
"""Threads for what must never wait behind a client."""
URGENT = ("/health", "/metrics")
MAINTENANCE_SECONDS = 1.0
SPARE_DESCRIPTORS = 256
"""Descriptors that are left for query processes, files and the log."""
MOST_CONNECTIONS = 20_000
"""Whatever the system allows: each takes some kilobytes."""
READ_BYTES = 16 * 1024
"""How much is read of one connection before others have their turn."""
EVICTED = 64
"""How many idle connections make room at a time, where there is none left for a new one."""
_READ_AHEAD = 2


class Watch(dict[int, Any]):
    """The sockets of a server by their descriptors, and what epoll looks out for at each (epoll(7))."""

    def __init__(self) -> None:
        """Watch nothing."""
        super().__init__()
        self._epoll = select.epoll()
        self._interests: dict[int, int] = {}
        self.changed: deque[Any] = deque()

    def __setitem__(self, descriptor: int, watched: Any) -> None:
        """Begin to watch a socket."""
        super().__setitem__(descriptor, watched)
        self._epoll.register(descriptor, 0)
        self._interests[descriptor] = 0
        self.changed.append(watched)

    def __delitem__(self, descriptor: int) -> None:
        """Watch a socket no more."""
        super().__delitem__(descriptor)
        del self._interests[descriptor]
        with suppress(OSError):
            self._epoll.unregister(descriptor)

    def run_once(
        self, seconds: float, after_each: Callable[[], None], before_wait: Callable[[], None]
    ) -> None:
        """Let every socket do what it can do now; wait for the first at most so long."""
        while self.changed:
            self._update(self.changed.popleft())
        before_wait()
        for descriptor, events in self._epoll.poll(seconds):
            if descriptor not in self:
                continue
            watched = self[descriptor]
            if events & select.EPOLLRDHUP and not events & select.EPOLLIN:
                watched.leave()
            wasyncore.readwrite(watched, events)
            after_each()
            self._update(watched)

    def _update(self, watched: Any) -> None:
        """Look out for what a socket is ready to do now."""
        descriptor = watched._fileno
        if descriptor not in self or self[descriptor] is not watched:
            return
        interest = select.EPOLLIN if watched.readable() else 0
        if isinstance(watched, Connection):
            if watched.will_close:
                watched.handle_close()
                return
            interest |= select.EPOLLOUT if watched.writable() else 0
            interest |= 0 if watched.left else select.EPOLLRDHUP
        if interest != self._interests[descriptor]:
            self._epoll.modify(descriptor, interest)
            self._interests[descriptor] = interest


class Server(TcpWSGIServer):
    """Connections to one listening socket; ``run_once`` is called again and again by one thread."""

    channel_class = Connection
    accepting: bool

    def __init__(self, app: Flask, listener: socket.socket, threads: int, trusted_proxies: int) -> None:
        """Begin to listen; most of the ``threads`` wait for a query process."""
        self.trusted_proxies, self.stopping = trusted_proxies, False
        self.watch = Watch()
        self._threads = FairThreads(threads, self._client_of, "kembar-request")
        self._urgent = FairThreads(URGENT_THREADS, self._client_of, "kembar-urgent")
        self.memory = AnswerMemory(app, trusted_proxies)
        self._answerable: deque[Connection] = deque()
        self._ready: deque[Connection] = deque()
        self._limit = min(_raise_descriptors() - SPARE_DESCRIPTORS, MOST_CONNECTIONS)
        self._maintained, self._loop = 0.0, 0
        adjustments = Adjustments(
            sockets=[listener],
            backlog=2048,
            recv_bytes=READ_BYTES,
            max_request_header_size=HEAD_BYTES,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1,
            channel_request_lookahead=_READ_AHEAD,
            clear_untrusted_proxy_headers=False,
            log_socket_errors=False,
        )
        described = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            PlainQueries(app),
            self.watch,
            True,
            listener,
            self._threads,
            adjustments,
            described,
            bind_socket=False,
        )

    def run_for(self, seconds: float) -> None:
        """Do what can be done until so many seconds are over, or this process is told something."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.stopping:
            self.run_once(left)

    def run_once(self, seconds: float) -> None:
        """Do what can be done now, or wait for it at most so long."""
        self._loop = threading.get_ident()
        self.watch.run_once(min(seconds, MAINTENANCE_SECONDS), self._answer_at_once, self._let_threads_begin)
        now = time.monotonic()
        if now >= self._maintained + MAINTENANCE_SECONDS:
            self._maintained = now
            self.watch.changed.append(self)
            for connection in list(self.active_channels.values()):
                if connection.is_late(now) or (
                    self.stopping and connection.is_idle() and connection.answered
                ):
                    connection.handle_close()

    def stop_listening(self) -> None:
        """Accept no more connections, and let each answer from now on be the last of its connection."""
        self.stopping = True
        if self.accepting:
            self.accepting = False
            self.del_channel()
            self.socket.close()

    def is_at_work(self) -> bool:
        """Return whether a request is under way, or an answer on its way."""
        return not all(connection.is_idle() for connection in self.active_channels.values())

    def readable(self) -> bool:
        """Return whether new connections are accepted."""
        return bool(self.accepting) and len(self.watch) < self._limit

    def handle_accept(self) -> None:
        """Accept a connection; where there is no room for it, those that were idle for longest make some."""
        if len(self.watch) >= self._limit - 1:
            self._evict()
        super().handle_accept()

    def add_task(self, connection: Connection) -> None:
        """Let a thread answer the next request of a connection."""
        request = connection.requests[0]
        if threading.get_ident() == self._loop:
            request.kept = None if request.error else self.memory.find(request)
            if request.kept is not None:
                self._answerable.append(connection)
                return
            self._ready.append(connection)
        else:
            self._give_to_thread(connection)

    def _let_threads_begin(self) -> None:
        """Let threads have the requests that came: while this one waits, it is in nobody's way."""
        while self._ready:
            self._give_to_thread(self._ready.popleft())

    def _give_to_thread(self, connection: Connection) -> None:
        path = getattr(connection.requests[0], "path", "")
        threads = self._urgent if path.startswith(URGENT) else self._threads
        threads.add_task(connection)

    def _answer_at_once(self) -> None:
        """Send the answers that are in memory: a thread would take longer to wake."""
        while self._answerable:
            self._answerable.popleft().service()

    def wake(self, connection: Connection) -> None:
        """Let the loop look at a connection that a thread has changed."""
        self.watch.changed.append(connection)
        self.trigger.pull_trigger()

    def pull_trigger(self) -> None:
        """Do nothing: what a thread changes it tells by ``wake``."""

    def _client_of(self, connection: Any) -> str:
        """Return the network that the first request of a connection comes from."""
        forwarded = getattr(connection.requests[0], "headers", {}).get("X_FORWARDED_FOR", "")
        return network_of(client_address(connection.addr[0], forwarded, self.trusted_proxies))

    def _evict(self) -> None:
        idle = [connection for connection in self.active_channels.values() if connection.is_idle()]
        for connection in nsmallest(EVICTED, idle, key=lambda one: max(one.idle_since, one.began)):
            connection.handle_close()


def _raise_descriptors() -> int:
    """Let this process have as many open files as it may, and return how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(hard, 1 << 20) if hard != resource.RLIM_INFINITY else 1 << 20
    if soft == resource.RLIM_INFINITY or soft >= most:
        return most
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
