"""The one command, ``kembar``: build a release, serve it, ask it, check it.

Data go to stdout, words about progress to stderr. Exit codes: 0 it worked, 1 it failed, 2 wrong usage,
70 a fault of the program.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from endpoint.cli.output import LineFormatter, NamedPath, plain
from endpoint.config import Config
from graph.errors import KembarError, ParameterError

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
    "publish": ("serve", "Put a release into another SPARQL server."),
    "pull": ("fetch", "Follow another service: take over its releases."),
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

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments, or write the help; what cannot be written becomes one sentence too."""
        try:
            return super().make_context(*args, **kwargs)
        except BrokenPipeError:
            raise
        except OSError as exc:
            raise explain(exc) from exc

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is none is told with the likest ones."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if alike := get_close_matches(args[0], COMMANDS):
                raise click.UsageError(f"{error.message} Did you mean {' or '.join(alike)}?", ctx) from error
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error becomes one sentence on stderr, ``--debug`` shows where it came from."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as exc:  # whatever it is, people get a sentence
            if ctx.params["debug"]:
                traceback.print_exc()
            raise explain(exc) from exc


class WrongSetting(click.ClickException):
    """A setting of the environment, or an option that stands for one, means nothing."""

    exit_code = click.UsageError.exit_code


class ProgramFault(click.ClickException):
    """What nobody foresaw."""

    exit_code = os.EX_SOFTWARE


def explain(exc: Exception) -> click.ClickException:
    """Return an error as a sentence with an exit code: 2 for a setting, 1 for others of ours, else 70."""
    if isinstance(exc, ParameterError):
        return WrongSetting(plain(str(exc)))
    if isinstance(exc, KembarError):
        return click.ClickException(plain(str(exc)))
    if isinstance(exc, OSError):
        return click.ClickException(plain(f"{exc}; nothing was replaced"))
    if isinstance(exc, MemoryError):
        return click.ClickException("there is not enough memory; nothing was replaced")
    what = plain(f"{type(exc).__name__}: {exc}".splitlines()[0])
    return ProgramFault(
        f"a fault of the program ({what:.200}); nothing was replaced. Please report it, with what "
        "`kembar --debug` shows of the same command."
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=NamedPath(file_okay=False),
    help="Where releases are kept; else KEMBAR_HOME, else the user's data folder.",
)
@click.option("--debug", is_flag=True, help="Show where in the program an error comes from.")
@click.version_option(package_name="kota-kembar", message="%(version)s")
@click.pass_context
def main(ctx: click.Context, home: Path | None, debug: bool) -> None:
    """Kota Kembar: an open, dated, sourced knowledge graph of sister-city cooperation.

    Example: kembar build && kembar serve
    """
    allow_any_letter()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs the address of each request
    config = Config.from_environ()
    ctx.obj = replace(config, home=home.resolve()) if home else config


def allow_any_letter() -> None:
    """Let stdout and stderr show what their encoding has no letter for as an escape, and not fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
