"""What goes back: whole answers of the application, files, and what is said of requests nobody can read."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import build_http_date

from endpoint.cli.connections.memory import AnswerMemory, KeptAnswer, has_it_already
from endpoint.errors import PROBLEM_JSON, Problem
from endpoint.serving.connection import ARRIVED, CUT, KEEP

_BODILESS = ("1", "204", "304")

Close = Callable[[], None]
Headers = list[tuple[str, str]]


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return str(build_http_date(second))


class AnswerTask(WSGITask):
    """Lets the application answer one request, and hands the whole answer to the connection."""

    def execute(self) -> None:
        """Answer. The answer's ``close`` is called when the last byte of it was sent, or never will be."""
        if kept := self.request.kept or self.channel.server.memory.find(self.request):
            self._answer_from_memory(kept)
            return
        answer = self.channel.server.application(self.get_environment(), self._start_response)
        close: Close = getattr(answer, "close", _do_nothing)
        try:
            if isinstance(answer, ReadOnlyFileBasedBuffer):
                length = dict(self.response_headers).get("Content-Length")
                if answer.prepare(int(length) if length else None) != int(length or len(answer)):
                    raise OSError("a file is shorter than it was")
                self.channel.send_answer(self._head(len(answer)), b"", answer)
                return
            body = b"".join(answer)
            self.channel.send_answer(self._head(len(body)), body, close=close)
            if (mark := self.environ.get(KEEP)) is not None:
                memory: AnswerMemory = self.channel.server.memory
                memory.keep(self.request, self.status, self.response_headers, body, mark)
        except BaseException:
            close()
            raise

    def finish(self) -> None:
        """Do nothing: an answer is whole."""

    def _answer_from_memory(self, kept: KeptAnswer) -> None:
        since = time.perf_counter()
        unchanged = has_it_already(self.request, kept)
        status = HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK
        head = f"HTTP/{self.version} {status.value} {status.phrase}\r\n".encode()
        end = "\r\n".join([*self._last_lines(), "", ""]).encode()
        if unchanged:
            self.channel.send_answer(head + kept.head_unchanged + end, b"")
        else:
            self.channel.send_answer(head + kept.head + end, kept.body)
        self.channel.server.memory.note(kept, self.request, self.channel.addr[0], status, since)

    def get_environment(self) -> dict[str, Any]:
        """Return the environment of WSGI, with the scheme that a trusted proxy tells."""
        environ: dict[str, Any] = super().get_environment()
        environ[ARRIVED], environ[CUT] = self.channel.arrived, self.channel.cut
        if trusted := self.channel.server.trusted_proxies:
            schemes = [scheme.strip() for scheme in environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")]
            if len(schemes) >= trusted and schemes[-trusted] in ("http", "https"):
                environ["wsgi.url_scheme"] = schemes[-trusted]
        return environ

    def _start_response(self, status: str, headers: Headers, exc_info: object = None) -> None:
        self.status, self.response_headers, self.complete = status, headers, True

    def _head(self, length: int) -> bytes:
        """Return the status line and the headers. Raises ValueError for a line break in one of them."""
        lines = [f"HTTP/{self.version} {self.status}"]
        lines += [f"{name}: {value}" for name, value in self.response_headers]
        names = {name.lower() for name, _ in self.response_headers}
        if "content-length" not in names and not self.status.startswith(_BODILESS):
            lines.append(f"Content-Length: {length}")
        lines += self._last_lines()
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
            raise ValueError("a header of the answer holds a line break")
        return head.encode("latin-1") + b"\r\n\r\n"

    def _last_lines(self) -> list[str]:
        """Return the headers that say when this is and whether the connection stays."""
        lines = [f"Date: {_date(int(time.time()))}"]
        if self._is_last():
            self.close_on_finish = True
            lines.append("Connection: close")
        elif self.version == "1.0":
            lines.append("Connection: keep-alive")
        return lines

    def _is_last(self) -> bool:
        """Return whether the connection ends after this answer."""
        said = self.request.headers.get("CONNECTION", "").lower()
        asked = "close" in said or (self.version == "1.0" and "keep-alive" not in said)
        return bool(asked or self.channel.server.stopping or self.close_on_finish)


class RefusalTask(ErrorTask):
    """Tells what is wrong with a request that nobody can read, as errors are told; the connection ends."""

    def execute(self) -> None:
        """Answer."""
        error = self.request.error
        status = HTTPStatus(error.code)
        problem = Problem(f"http-{status.value}", status.phrase, status, error.body)
        body = problem.as_json().encode()
        lines = (
            f"HTTP/1.1 {status.value} {status.phrase}",
            f"Content-Type: {PROBLEM_JSON}",
            f"Content-Length: {len(body)}",
            f"Date: {_date(int(time.time()))}",
            "Access-Control-Allow-Origin: *",
            "Cache-Control: no-store",
            "Connection: close",
        )
        self.close_on_finish = True
        self.channel.send_answer("\r\n".join(lines).encode() + b"\r\n\r\n", body)

    def finish(self) -> None:
        """Do nothing: an answer is whole."""


def _do_nothing() -> None:
    """Close what holds nothing."""
