"""``/.well-known/security.txt``: where to report a weakness of the service (RFC 9116)."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, request

from endpoint.errors import NotFound
from endpoint.serving.current import service

blueprint = Blueprint("security", __name__)

_DAYS = 180
"""For how long what it says may be believed; less than a year (RFC 9116, 2.5.5)."""


@blueprint.get("/.well-known/security.txt")
def show_security() -> Response:
    """Answer /.well-known/security.txt : the contact that the operator has set; without one there is none."""
    contact = service().config.contact
    if not contact:
        raise NotFound("no contact is set (KEMBAR_CONTACT); a weakness of the program: SECURITY.md")
    last = dt.datetime.combine(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=_DAYS), dt.time())
    lines = (
        f"Contact: {contact}",
        f"Expires: {last.isoformat()}Z",
        "Preferred-Languages: en, id",
        f"Canonical: {request.host_url}.well-known/security.txt",
    )
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.cache_control.public = True
    response.cache_control.max_age = 86400
    return response
