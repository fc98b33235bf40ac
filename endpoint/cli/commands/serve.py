"""``kembar serve``: the current release over HTTP."""

from __future__ import annotations

import click

from endpoint.cli import wsgi
from endpoint.config import Config
from graph.store.releases import served_release


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.pass_obj
def serve_command(config: Config, host: str, port: int) -> None:
    """Serve the current release: pages, questions and the SPARQL endpoint.

    Example: kembar serve --port 8000
    """
    wsgi.serve(config, served_release(config.home), host, port)
