"""``/mcp``: the Model Context Protocol over HTTP, without sessions: one request, one answer.

The library speaks ASGI; each request of ours is one of its, in an event loop of its own, so that the tools
answer in the thread, the context and the limits of the request that called them.
https://modelcontextprotocol.io/specification/
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import anyio
from flask import Blueprint, Response, request

from endpoint.errors import NotFound

blueprint = Blueprint("agents", __name__)


def is_installed() -> bool:
    """Return whether the library of the protocol, an extra, is there."""
    return find_spec("mcp") is not None


@blueprint.post("/mcp")
def answer() -> Response:
    """Answer /mcp : one message of the Model Context Protocol."""
    if not is_installed():
        raise NotFound(
            "this service was installed without its extra `agents`, so it has no door for them; "
            "who runs it installs the library mcp (pip install mcp) and starts it again"
        )
    return anyio.run(_answer, request.get_data())


async def _answer(body: bytes) -> Response:
    """Return the library's answer to the current request."""
    sent: list[dict[str, Any]] = []
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not left:
            await anyio.sleep_forever()
        return left.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    manager = _manager()
    async with manager.run():
        await manager.handle_request(_scope(), receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    content = b"".join(message.get("body", b"") for message in sent)
    response = Response(content, status=start["status"])
    for name, value in start["headers"]:
        if name.lower() != b"content-length":
            response.headers[name.decode("latin-1")] = value.decode("latin-1")
    response.cache_control.no_store = True
    return response


def _scope() -> dict[str, Any]:
    """Return the current request as ASGI has it: https://asgi.readthedocs.io/en/latest/specs/www.html."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query_string,
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": None,
    }


def _manager() -> Any:
    """Return what answers one request; the library lets each be used once."""
    library = import_module("mcp.server.streamable_http_manager")
    security = import_module("mcp.server.transport_security")
    return library.StreamableHTTPSessionManager(
        _server(),
        json_response=True,
        stateless=True,
        security_settings=security.TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )


@cache
def _server() -> Any:
    """Return the server; imported when it is asked for first, since the library is large."""
    made = import_module("endpoint.site.files.tools.agents.server").make_server(nullcontext)
    return made._lowlevel_server  # the library offers no other way from its tools to its transport
