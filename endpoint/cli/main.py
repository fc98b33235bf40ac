"""The one command, ``kembar``: build a release, serve it, ask it, check it.

Data go to stdout, words about progress to stderr. Exit codes: 0 it worked, 1 it failed, 2 wrong usage.
"""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from endpoint.config import Config
from graph.errors import KembarError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "build": ("build", "Make a release of all collections."),
    "check": ("releases", "Verify a release: its files, its store, the rules."),
    "collections": ("collections", "List the collections."),
    "deposit": ("releases", "Write a folder to deposit in a repository."),
    "diff": ("diff", "Tell what changed between two releases, and why."),
    "fetch": ("fetch", "Fetch lists of others into collections."),
    "mcp": ("serve", "Serve the tools for agents over stdin and stdout."),
    "measures": ("network", "Measure the network in an edge list."),
    "network": ("network", "Write the network for other programs."),
    "places": ("collections", "See and decide which places lists mean."),
    "query": ("query", "Answer a question of the catalogue, or list them."),
    "releases": ("releases", "List the releases."),
    "serve": ("serve", "Serve the current release."),
    "sparql": ("sparql", "Answer a SPARQL query."),
}
"""Each command: the module of ``endpoint.cli.commands`` that holds it, and what the list of commands says."""


class Commands(click.Group):
    """The group of all commands, each imported when it is called: most need neither Flask nor the engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"endpoint.cli.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, which needs none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours becomes one sentence on stderr and exit code 1."""
        try:
            return super().invoke(ctx)
        except KembarError as exc:
            raise click.ClickException(str(exc)) from exc
        except OSError as exc:
            raise click.ClickException(f"{exc}; nothing was replaced") from exc


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where releases are kept; else KEMBAR_HOME, else the user's data folder.",
)
@click.version_option(package_name="kota-kembar", message="%(version)s")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Kota Kembar: an open, dated, sourced knowledge graph of sister-city cooperation.

    Example: kembar build && kembar serve
    """
    allow_any_letter()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    config = Config.from_environ()
    ctx.obj = replace(config, home=home.resolve()) if home else config


def allow_any_letter() -> None:
    """Let stdout and stderr show what their encoding has no letter for as an escape, and not fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
