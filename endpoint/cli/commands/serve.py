"""``kembar serve`` and ``kembar mcp``: the current release over HTTP, and to one agent over stdio."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

from endpoint.app import close_app, create_app
from endpoint.cli import wsgi
from endpoint.config import Config
from graph.store.releases import served_release
from ontology import BASE


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


@click.command(name="mcp")
@click.pass_obj
def mcp_command(config: Config) -> None:
    """Serve the tools for agents in the Model Context Protocol, over stdin and stdout.

    Example: kembar mcp (an agent's program starts it: {"command": "kembar", "args": ["mcp"]})
    """
    if find_spec("mcp") is None:
        raise click.ClickException("this needs the library mcp: pip install mcp")
    app = create_app(config, served_release(config.home))
    try:
        tools = import_module("endpoint.site.files.agents.server")
        tools.make_server(lambda: app.test_request_context("/mcp", base_url=BASE)).run("stdio")
    finally:
        close_app(app)
