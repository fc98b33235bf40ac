"""Who a client is: an address, or a network of them; never more is known."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from flask import Request, g, has_app_context

_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d*)?|([^:]*):\d*|((?:[^:]+:){7}[^:]+):\d+")


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return the network that counts as one client: an IPv4 address, or 64 bits of an IPv6 address.

    Proxies write a port behind it now and then, which changes with every connection: ``192.0.2.1:4711``,
    ``[2001:db8::1]:4711``, also behind eight groups without brackets and behind a name (RFC 7239, 6.3).
    """
    found = _WITH_PORT.fullmatch(address.strip().strip('"'))
    host = next(filter(None, found.groups()), "") if found else address.strip()
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip), 64), strict=False))


def client_address(connection: str, forwarded: str, trusted_proxies: int) -> str:
    """Return the address of the client: of the connection, or what the outermost trusted proxy saw.

    ``forwarded`` is X-Forwarded-For, to which each proxy appends; what stands before the entries of the
    trusted ones is the client's own word and is never used.
    """
    hops = [hop.strip() for hop in forwarded.split(",")]
    if not trusted_proxies or len(hops) < trusted_proxies:
        return connection
    return hops[-trusted_proxies] or connection


def request_address(request: Request, trusted_proxies: int) -> str:
    """Return the address of the client of a request."""
    forwarded = request.headers.get("X-Forwarded-For", "") if trusted_proxies else ""
    return client_address(request.remote_addr or "", forwarded, trusted_proxies)


def current_client() -> bytes:
    """Return the name of the client of the current request, empty where none was given."""
    name: bytes = g.get("client", b"") if has_app_context() else b""
    return name
