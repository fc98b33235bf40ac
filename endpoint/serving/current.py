"""What the current request is answered from: views ask here, never the application."""

from __future__ import annotations

from typing import Any, cast

from flask import current_app, g

from endpoint.serving.releases.service import Lease, ReleaseSwitch, Service


def service() -> Service:
    """Return what the current request is answered from, the same from its start to its end.

    That is the release of its address, else the one that was current when the request began.
    """
    found: Service | None = g.get("service")
    if found is None:
        found = g.service = lease().service
    return found


def lease() -> Lease[Any]:
    """Return the lease of this request (or other context), taken now when it was not yet."""
    taken: Lease[Any] | None = g.get("lease")
    if taken is None:
        taken = g.lease = switch().take()
    return taken


def give_back(_: BaseException | None) -> None:
    """Let the service go that the request took."""
    if taken := g.pop("lease", None):
        switch().give_back(taken)


def switch() -> ReleaseSwitch:
    """Return what gives requests their releases."""
    return cast("ReleaseSwitch", current_app.extensions["kembar"])
