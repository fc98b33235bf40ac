"""What the current request is answered from: views ask here, never the application."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from endpoint.serving.releases.switch import Lease, Service, Switch


def service() -> Service:
    """Return what the current request is answered from, the same from its start to its end.

    That is the release of its address, else the one that was current when the request began.
    """
    found: Service | None = g.get("service")
    if found is None:
        found = g.service = lease().service
    return found


def lease() -> Lease:
    """Return the lease of this request (or other context), taken now when it was not yet."""
    taken: Lease | None = g.get("lease")
    if taken is None:
        taken = g.lease = _switch().take()
    return taken


def give_back(_: BaseException | None) -> None:
    """Let the service go that the request took."""
    if taken := g.pop("lease", None):
        _switch().give_back(taken)


def _switch() -> Switch:
    return cast("Switch", current_app.extensions["kembar"])
