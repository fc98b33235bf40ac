"""``kembar fetch`` and ``pull``: lists of others for the next build, and releases of another service."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from endpoint.cli.output import NamedPath, Seconds, log_console
from endpoint.config import Config
from graph.errors import FetchError, ReleaseError
from graph.model.iris import is_qid

if TYPE_CHECKING:
    from loaders.harvest import plan as harvest
    from loaders.replica.follow import Replica

_WDQS = "https://query.wikidata.org/sparql"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MOST_PAUSE_SECONDS = 3600.0
"""A service that fails, or whose releases are refused, is looked at no more seldom than this."""
_STOPPED = "stopped; what was fetched is kept, and the same command (without --refresh) goes on where it was"


@click.group(name="fetch")
def fetch_command() -> None:
    """Fetch lists of others into folders of collections, which the next build reads.

    Example: kembar fetch wikidata --country Q252 --contact you@example.org
    """


def _check_countries(
    ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    for country in value:
        if not is_qid(country):
            what = f"{country!r} is not the Wikidata id of a country, such as Q252 for Indonesia"
            raise click.BadParameter(what, ctx=ctx, param=parameter)
    return value


def _check_contact(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    if value and not (value.isascii() and value.isprintable() and ("@" in value or "/" in value)):
        raise click.BadParameter("give a mail address or a web address", ctx=ctx, param=parameter)
    return value


contact_option = click.option(
    "--contact",
    default="",
    callback=_check_contact,
    help="Your mail or web address: servers elsewhere want to know who asks.",
)


@fetch_command.command(name="wikidata", short_help="Fetch the twinned administrative bodies of Wikidata.")
@click.option("--endpoint", default=_WDQS, show_default=True, help="A SPARQL endpoint with Wikidata's model.")
@click.option(
    "--country",
    "countries",
    metavar="QID",
    multiple=True,
    callback=_check_countries,
    help="Only statements of places in this country, e.g. Q252; can be given several times.",
)
@click.option(
    "--output",
    type=NamedPath(file_okay=False),
    help="The folder of the collection; else collections/wikidata in the home folder.",
)
@contact_option
@click.option(
    "--refresh", is_flag=True, help="Start anew; what is there stays until the new one is complete."
)
@click.pass_obj
def wikidata_command(
    config: Config,
    endpoint: str,
    countries: tuple[str, ...],
    output: Path | None,
    contact: str,
    refresh: bool,
) -> None:
    """Fetch the P190 statements of Wikidata, with ranks, dates and references, and the places that they name.

    One question at a time, each answer kept on disk: a run that is stopped goes on where it was. All of
    Wikidata takes some two hundred questions, one country a few.

    Example: kembar fetch wikidata --country Q252 --contact you@example.org
    """
    from loaders.harvest.collection import harvest_wikidata
    from loaders.harvest.fetch import Fetcher

    if not contact and urlsplit(endpoint).hostname not in _LOOPBACK:
        raise click.UsageError("Say who asks: --contact and your mail address or the address of your page.")
    folder = output or config.home / "collections" / "wikidata"
    try:
        with (
            Reporter(log_console()) as reporter,
            Fetcher(endpoint, contact, on_wait=reporter.write) as fetcher,
        ):
            summary = harvest_wikidata(folder, fetcher, countries, refresh=refresh, progress=reporter.step)
    except KeyboardInterrupt as exc:
        raise click.ClickException(_STOPPED) from exc
    log_console().print(describe_harvest(summary), markup=False, soft_wrap=True)
    click.echo(folder)


def describe_harvest(summary: harvest.Summary) -> str:
    """Return what a harvest gave, for people."""
    counts = summary.counts
    sentence = (
        f"{counts['statements']} statements of {counts['subjects']} items name {counts['places']} places; "
        f"{summary.asked} questions were asked, {summary.kept} answers were there"
    )
    if counts["missing"]:
        sentence += (
            f"; {counts['missing']} statements that were listed were not given: "
            "removed in between, or the endpoint cuts its answers short"
        )
    if not summary.asked:
        sentence += f"; it is complete as of {summary.finished} (--refresh starts anew)"
    return sentence


class Reporter:
    """Shows how far a harvest is: a bar on a terminal, else one line for each question that was asked."""

    def __init__(self, console: Console) -> None:
        """Write to `console`."""
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[words]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("subjects", total=None, words="")

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def write(self, sentence: str) -> None:
        """Write a sentence about a wait."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    def step(self, done: harvest.Progress) -> None:
        """Show that a part is done."""
        words = describe_progress(done)
        self._bar.update(
            self._task, description=done.kind, completed=done.done, total=done.total, words=words
        )
        if done.asked and not self._console.is_terminal:
            self._console.print(f"{done.kind}: {words}", markup=False, soft_wrap=True)


def describe_progress(done: harvest.Progress) -> str:
    """Return how far a harvest is, in words: parts, statements, and an estimate of the time left."""
    words = [f"{done.done}/{done.total} parts"]
    if done.listed:
        words.append(f"{done.statements} of {done.listed} statements")
    if done.seconds_left is not None:
        words.append(f"about {_duration(done.seconds_left)} left")
    return ", ".join(words)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


@click.command(name="pull")
@click.argument("address")
@click.option("--every", "seconds", metavar="SECONDS", type=Seconds(min=1), help="Look again and again.")
@contact_option
@click.pass_obj
def pull_command(config: Config, address: str, seconds: float | None, contact: str) -> None:
    """Take over the releases of another service, and let `current` be the one that it serves.

    ADDRESS is that of the service. Every file is compared with its checksum and all of them with the id, and
    the store is made from them; nothing is served before. A pull that was stopped goes on where it was.

    Example: kembar pull https://kota-kembar.example --every 60
    """
    from loaders.replica.download import Upstream
    from loaders.replica.follow import Replica

    console = log_console()
    write = partial(console.print, markup=False, soft_wrap=True)
    with Upstream(address, contact, on_wait=write) as upstream:
        replica = Replica(config.home, upstream, config.keep_releases, write)
        if seconds is None:
            click.echo(replica.pull().current)
        else:
            follow(replica, seconds, write)


def follow(
    replica: Replica,
    seconds: float,
    write: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> NoReturn:
    """Look again and again, `seconds` after the last look, twice as long after each failure."""
    pause, current = seconds, ""
    while True:
        try:
            pulled = replica.pull(at_once=False)
        except (FetchError, ReleaseError, OSError) as exc:
            pause = max(min(2 * pause, MOST_PAUSE_SECONDS), seconds)
            write(f"{exc} The next look is in {pause:.0f} s.")
        else:
            pause = seconds
            if pulled.current != current:
                write(f"release {pulled.current} is current")
            current = pulled.current
        sleep(pause)
