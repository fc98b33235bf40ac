"""``kembar build``: a release of all collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from endpoint.cli.breaches import print_breaches
from endpoint.cli.commands.collections import collections_option
from endpoint.cli.output import log_console, print_table, show_step
from endpoint.config import Config
from graph.errors import RefusedRelease
from graph.pipeline.build import BuildReport, build
from graph.pipeline.inputs import Register
from loaders.workspace import Workspace
from queries import catalogue, query_texts
from queries.examples import describe_examples


@click.command(name="build")
@click.option("--force", is_flag=True, help="Build also when nothing has changed.")
@collections_option
@click.pass_obj
def build_command(config: Config, force: bool, folders: tuple[Path, ...]) -> None:
    """Make a release of all collections and let it be the current one.

    Example: kembar build
    """
    console = log_console()
    workspace = Workspace.of(config.home, folders)
    try:
        with console.status("building") as status:
            report = build(
                workspace.load,
                config.home,
                force=force,
                keep=config.keep_releases,
                questions=query_texts(),
                examples=describe_examples(catalogue().values()),
                inputs=workspace.inputs,
                register=Register(workspace.register, workspace.render_register),
                apart=workspace.is_large,
                progress=partial(show_step, console, status),
            )
    except RefusedRelease as exc:
        print_breaches(exc.breaches)
        raise click.ClickException("the release is refused; `current` is as it was") from exc
    print_report(report)


def print_report(report: BuildReport) -> None:
    """Write what a build did: the tally of each collection, the counts of the release, the warnings."""
    manifest = report.release.manifest
    collections: Sequence[Mapping[str, Any]] = manifest["collections"]
    states = list(dict.fromkeys(state for info in collections for state in info["tally"]))
    print_table(
        ["collection", "rows", *states],
        [
            [info["name"], info["rows"], *(info["tally"].get(state, 0) for state in states)]
            for info in collections
        ],
        title="What became of each row",
        numbers=["rows", *states],
    )
    print_table(["count", "number"], _flatten(manifest["counts"]), title="In the release", numbers=["number"])
    print_breaches(report.warnings)
    log_console().print("nothing has changed since the last build" if report.unchanged else "a new release")
    click.echo(report.release.id)


def _flatten(counts: Mapping[str, Any], before: str = "") -> list[tuple[str, object]]:
    """Return (words, number) of counts, those of nested maps under the words of the map."""
    found: list[tuple[str, object]] = []
    for name, value in counts.items():
        words = f"{before} {name}".strip().replace("_", " ")
        found += _flatten(value, words) if isinstance(value, Mapping) else [(words, value)]
    return found
