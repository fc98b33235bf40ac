"""One connection: what is read from it, what is still to be sent, and how long it may take for either."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from waitress.buffers import OverflowableBuffer, ReadOnlyFileBasedBuffer
from waitress.channel import ClientDisconnected, HTTPChannel

from endpoint.cli.connections.answer import AnswerTask, RefusalTask
from endpoint.cli.connections.request import RequestParser

HEAD_SECONDS, BODY_SECONDS = 20.0, 60.0
"""How long the head of a request may take from its first byte, or from the connection, and then its body."""
KEEP_ALIVE_SECONDS = 75.0
"""Longer than a proxy keeps its connections (nginx: 60), so that it is not the service who closes first."""
STALLED_SECONDS = 30.0
"""How long a client may take nothing of its answer."""
LEAST_RATE = 16 * 1024
"""How many bytes a second of an answer a client takes at least, over the whole of it."""
LINGER_SECONDS = 2.0
"""How long what a client still sends is read away after its last answer, so that it gets that whole."""
TURN_BYTES = 1 << 20
"""How much is sent to one client before others have their turn."""
CHUNK_BYTES = 256 * 1024
"""How much is offered to the system at a time."""
SMALL_BYTES = 64 * 1024
"""A body up to this size is seldom taken in parts."""
# socket(7), SO_LINGER: what becomes of data not yet sent when the connection is closed
_RESET, _DELIVER = struct.pack("ii", 1, 0), struct.pack("ii", 0, 0)


class Connection(HTTPChannel):
    """A connection of waitress that bears with slow clients, for a while, and sees at once when one leaves.

    If this process dies while an answer is on its way, the connection is reset, not closed: some clients
    (http.client when it reads in pieces, and what is built on it) compare no lengths and take an end for the
    end of the answer.
    """

    task_class = AnswerTask
    error_task_class = RefusalTask
    parser_class = RequestParser
    server: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        """Begin with a connection that has said nothing yet."""
        self.left = False
        self.arrived = self.began = self.sent_at = self.send_until = self.linger_until = 0.0
        self.answered = False
        self._closers: list[Callable[[], None]] = []
        super().__init__(*args, **options)
        self.idle_since = time.monotonic()

    # ---- in the loop

    def readable(self) -> bool:
        """Return whether anything is to be read."""
        return bool(self.linger_until) or (not self.left and bool(super().readable()))

    def writable(self) -> bool:
        """Return whether anything is to be sent, or the connection to be closed."""
        return bool(super().writable()) or (self.left and self.is_idle())

    def handle_read(self) -> None:
        """Read what came; the end of it is told to who works for this client."""
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            return
        except OSError:
            self.handle_close()
            return
        if not data:
            self.leave()
        elif not self.linger_until:
            self._take(data)

    def leave(self) -> None:
        """Take note that the client sends no more: it is gone, or waits for its answer without a word."""
        self.left = True
        if self.linger_until or not (self.requests or self.total_outbufs_len):
            self.handle_close()

    def handle_write(self) -> None:
        """Send what is left of the answer; after the last one say so, and listen a little longer."""
        if self.will_close or not self.connected:
            self.handle_close()
            return
        with self.outbuf_lock:
            try:
                self._flush_some()
            except OSError:
                self.handle_close()
                return
            if self.total_outbufs_len:
                return
            self._end_answer()
        if self.close_when_flushed or (self.left and not self.requests):
            self._say_goodbye()

    def handle_close(self) -> None:
        """Close the connection; an answer that is not sent whole is broken off for the client to see."""
        if self._fileno is None:
            return
        super().handle_close()
        self._run_closers()

    def is_late(self, now: float) -> bool:
        """Return whether the client takes longer than it may, for what it does at this moment."""
        if self.linger_until:
            return now > self.linger_until
        if self.total_outbufs_len:
            return now > self.sent_at + STALLED_SECONDS or now > self.send_until
        if self.requests:
            return False
        if self.request is None:
            return now > self.idle_since + (KEEP_ALIVE_SECONDS if self.answered else HEAD_SECONDS)
        patience = HEAD_SECONDS + (BODY_SECONDS if self.request.headers_finished else 0)
        return now > self.began + patience

    def cut(self) -> None:
        """Let the loop break the connection off, from any thread."""
        self.will_close = True
        self.server.wake(self)

    def is_idle(self) -> bool:
        """Return whether nothing is under way here but a wait for the client."""
        return not self.requests and not self.total_outbufs_len

    def handle_error(self) -> None:
        """Close a connection that a fault of ours broke; the others go on."""
        self.logger.exception("a connection broke")
        self.handle_close()

    def _take(self, data: bytes) -> None:
        before, self.arrived = self.request, time.monotonic()
        self.received(data)
        if self.request is not before:
            self.began = self.arrived

    def _say_goodbye(self) -> None:
        self.close_when_flushed = False
        if self.left:
            self.handle_close()
            return
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
        self.linger_until = time.monotonic() + LINGER_SECONDS

    def _flush_some(self, do_close: bool = True) -> bool:
        """Send what the client takes at once, up to TURN_BYTES. Raises OSError; call it with the lock."""
        budget = TURN_BYTES
        while budget > 0 and self.total_outbufs_len:
            buffer = self.outbufs[0]
            if not len(buffer) and len(self.outbufs) > 1:
                self.outbufs.pop(0).close()
                continue
            try:
                chunk = buffer.get(CHUNK_BYTES)
                if not chunk:
                    raise OSError("a file has become shorter while it is sent")
                sent = self.socket.send(chunk)
            except BlockingIOError:
                break
            buffer.skip(sent, True)
            self.total_outbufs_len -= sent
            budget -= sent
            self.sent_at = time.monotonic()
        return budget < TURN_BYTES

    def _end_answer(self) -> None:
        """Take note that the whole answer is with the system, which delivers it."""
        while len(self.outbufs) > 1:
            self.outbufs.pop(0).close()
        self._linger(_DELIVER)
        self._run_closers()

    def _run_closers(self) -> None:
        closers, self._closers = self._closers, []
        for close in closers:
            close()

    def _linger(self, how: bytes) -> None:
        with suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, how)

    # ---- in the thread that answers

    def check_client_disconnected(self) -> bool:
        """Return whether the client has gone; what is done for it may stop."""
        return self.left or not self.connected

    def service(self) -> None:
        """Answer the request that came first."""
        was_full = len(self.requests) > self.adj.channel_request_lookahead
        super().service()
        self.answered, self.idle_since = True, time.monotonic()
        if was_full or self.total_outbufs_len or self.close_when_flushed or self.left or self.will_close:
            self.server.wake(self)

    def send_answer(
        self,
        head: bytes,
        body: bytes,
        file: ReadOnlyFileBasedBuffer | None = None,
        close: Callable[[], None] | None = None,
    ) -> None:
        """Send a whole answer as far as the client takes it now, and leave the rest to the loop.

        Head and body leave in one call: what the system has taken arrives even if this process is killed.
        ``close`` is called when the last byte is sent, or when it never will be. Raises ClientDisconnected.
        """
        may_break = len(body) > SMALL_BYTES or file is not None
        with self.outbuf_lock:
            if not self.connected:
                raise ClientDisconnected
            # before anything is left to send: the loop may look at any moment whether the client stalls
            self.sent_at = time.monotonic()
            self.send_until = self.sent_at + STALLED_SECONDS + (len(body) + len(file or b"")) / LEAST_RATE
            if may_break:
                self._linger(_RESET)
            sent = 0 if self.total_outbufs_len else self._send(head, body)
            self._keep(head, min(sent, len(head)))
            self._keep(body, max(sent - len(head), 0))
            if file is not None:
                self._append(file)
            if close is not None:
                self._closers.append(close)
            # before the request is done with: the loop may look whether this connection is idle for long
            self.answered, self.idle_since = True, time.monotonic()
            if not self.total_outbufs_len:
                if may_break:
                    self._linger(_DELIVER)
                self._run_closers()
            elif not may_break:
                self._linger(_RESET)

    def _send(self, head: bytes, body: bytes) -> int:
        """Return how many bytes of both the system takes now; it is offered no more than a turn."""
        try:
            return int(self.socket.sendmsg((head, memoryview(body)[:TURN_BYTES])))
        except BlockingIOError:
            return 0
        except OSError as exc:
            raise ClientDisconnected from exc

    def _keep(self, data: bytes, sent: int) -> None:
        """Keep what is not sent of some data, without a copy."""
        if sent == len(data):
            return
        buffer = ReadOnlyFileBasedBuffer(BytesIO(data))
        buffer.seek(sent)
        buffer.prepare()
        self._append(buffer)

    def _append(self, buffer: ReadOnlyFileBasedBuffer) -> None:
        self.outbufs += [buffer, OverflowableBuffer(self.adj.outbuf_overflow)]
        self.total_outbufs_len += len(buffer)
