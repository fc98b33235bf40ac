"""The engine of the current release, for the length of one command."""

from __future__ import annotations

import click
from werkzeug.datastructures import MIMEAccept

from endpoint.config import Config
from endpoint.engine.engine import Engine
from endpoint.engine.language.guard import QueryKind
from endpoint.errors import NotAcceptable
from endpoint.sparql.negotiation import choose
from graph.store.releases import current_release


def open_engine(config: Config) -> Engine:
    """Return an engine over the current release, to be closed; raises ReleaseError when there is none."""
    return Engine(config, current_release(config.home).store_path)


def media_type(kind: QueryKind, format_name: str) -> str:
    """Return the media type of a format for this kind of query; another name is a wrong usage."""
    try:
        return choose(kind, MIMEAccept(), format_name).media_type
    except NotAcceptable as exc:
        raise click.BadParameter(str(exc), param_hint="--format") from exc
