"""``kembar diff``: what changed between two releases, and why."""

from __future__ import annotations

from collections.abc import Callable

import click

from endpoint.cli.output import print_bytes
from endpoint.config import Config
from graph.diff.compare import diff_stores, quad_changes
from graph.diff.text import describe_diff
from graph.diff.types import Diff
from graph.downloads.dumps import read_lines
from graph.store.releases import Release, find_release
from graph.store.store import open_store
from graph.store.verify import verify_release

Writer = Callable[[Release, Release], str]


def compare_releases(old: Release, new: Release) -> Diff:
    """Return what changed from one release to the other, each called by its id."""
    before, after = read_lines(old.files_path), read_lines(new.files_path)
    return diff_stores(
        open_store(old.store_path),
        open_store(new.store_path),
        old_id=old.id,
        new_id=new.id,
        lines=(before, after) if before and after else None,
    )


def _write_text(old: Release, new: Release) -> str:
    return describe_diff(compare_releases(old, new))


def _write_json(old: Release, new: Release) -> str:
    return compare_releases(old, new).as_json()


def _write_added(old: Release, new: Release) -> str:
    return _compare_quads(old, new)[0]


def _write_removed(old: Release, new: Release) -> str:
    return _compare_quads(old, new)[1]


def _compare_quads(old: Release, new: Release) -> tuple[str, str]:
    added, removed = quad_changes(open_store(old.store_path), open_store(new.store_path))
    return "".join(f"{line}\n" for line in added), "".join(f"{line}\n" for line in removed)


WRITERS: dict[str, Writer] = {
    "text": _write_text,
    "json": _write_json,
    "nquads-added": _write_added,
    "nquads-removed": _write_removed,
}
"""What `--format` takes."""


@click.command(name="diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(WRITERS)),
    default="text",
    show_default=True,
    help="Words, JSON, or the N-Quads that B has and A lacks, or the other way round.",
)
@click.pass_obj
def diff_command(config: Config, old: str, new: str, format_name: str) -> None:
    """Tell which partnerships and agreements were added, removed and changed from release A to release B.

    Under each stand the claims that caused it. A release is named by its id, by a beginning of it that no
    other has, or as current or previous.

    Example: kembar diff previous current
    """
    releases = find_release(config.home, old), find_release(config.home, new)
    for release in releases:
        verify_release(release)
    print_bytes(WRITERS[format_name](*releases).encode())
