"""``kembar serve``, ``mcp``, ``publish``: a release over HTTP, to one agent, into an engine elsewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from endpoint.app import close_app, create_app
from endpoint.cli import wsgi
from endpoint.cli.output import NamedPath, log_console, print_table, show_step
from endpoint.cli.processes import serve as serve_with_processes
from endpoint.config import Config
from endpoint.serving.releases.elsewhere import check_elsewhere
from graph.engines.credentials import Credentials
from graph.engines.generations.bulk import BULK_LOAD, write_for_bulk_load
from graph.engines.generations.publication import publish_to_engine, remove_older
from graph.engines.target import Addresses, reach
from graph.store.releases import find_release, served_release
from ontology import BASE


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
@click.option(
    "--engine",
    help="Address of the queries of another SPARQL server, where `kembar publish` has put the release; "
    "else KEMBAR_ENGINE, else the embedded one answers.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="How many processes read requests and write answers; else KEMBAR_PROCESSES, else half the cores.",
)
@click.pass_obj
def serve_command(config: Config, host: str, port: int, engine: str | None, processes: int | None) -> None:
    """Serve the current release: pages, questions and the SPARQL endpoint.

    Example: kembar serve --port 8000
    """
    if engine:
        config = replace(config, engine=engine)
        config.check_engine()
    if processes:
        config = replace(config, processes=processes)
    release = served_release(config.home)
    check_elsewhere(config, release)
    try:
        wsgi.check_address(host, port)
    except (OSError, UnicodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else exc
        raise click.ClickException(f"nothing can listen at {host}:{port} ({reason}); give another") from exc
    serve = wsgi.serve if config.processes == 1 else serve_with_processes
    serve(config, release, host, port)


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
        tools = import_module("endpoint.site.files.tools.agents.server")
        tools.make_server(lambda: app.test_request_context("/mcp", base_url=BASE)).run("stdio")
    finally:
        close_app(app)


@click.command(name="publish")
@click.argument("release_name", metavar="[RELEASE]", default="current")
@click.option("--engine", help="Address of the server's queries; else KEMBAR_ENGINE.")
@click.option("--graph-store", default="", help="Address of its Graph Store Protocol, where not known.")
@click.option("--update", default="", help="Address of its updates, for a server without that protocol.")
@click.option(
    "--keep",
    type=click.IntRange(1),
    help="Then remove all generations but so many of the newest; without it, all stay.",
)
@click.option(
    "--bulk",
    type=NamedPath(file_okay=False),
    help="Send nothing, but write the graphs into this folder, for the bulk loader of Virtuoso (`ld_dir`).",
)
@click.pass_obj
def publish_command(
    config: Config,
    release_name: str,
    engine: str | None,
    graph_store: str,
    update: str,
    keep: int | None,
    bulk: Path | None,
) -> None:
    """Put a release into another SPARQL server, graph by graph, and prove that it is there.

    RELEASE is an id, the beginning of one, current (the default) or previous. What is there already is left
    as it is, so the same command goes on where one broke off. Name and password or a token are read from
    KEMBAR_ENGINE_USER and KEMBAR_ENGINE_PASSWORD, or KEMBAR_ENGINE_TOKEN. With --bulk it writes files and
    prints what Virtuoso is told to load them; the same command without it then proves that they are there.

    Example: kembar publish --engine http://127.0.0.1:7878/query
    """
    config = replace(config, engine=engine or config.engine)
    config.check_engine()
    if not config.engine:
        raise click.UsageError("--engine is missing; give the address of a SPARQL server")
    release, console = find_release(config.home, release_name), log_console()
    credentials = Credentials(config.engine_user, config.engine_password, config.engine_token)
    with (
        console.status("publishing") as status,
        reach(Addresses(config.engine, graph_store, update), credentials) as target,
    ):
        if bulk:
            write_for_bulk_load(release, target, bulk)
            click.echo(BULK_LOAD.format(folder=bulk.absolute()))
            return
        published = publish_to_engine(release, target, partial(show_step, console, status))
        removed = remove_older(config.home, release.id, target, keep) if keep else []
    rows = [
        (one.graph, one.digest.triples, one.digest.sha256, "sent" if one.was_loaded else "was there")
        for one in published
    ]
    print_table(["graph", "triples", "sha256", "state"], rows, numbers=["triples"])
    for name in removed:
        console.print(f"removed: {name}", markup=False)
    click.echo(release.id)
