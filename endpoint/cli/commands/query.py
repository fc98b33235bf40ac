"""``kembar query``: a command for every question, its options made from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

import click

from endpoint.cli.choice import fill_clearly, read_names
from endpoint.cli.output import is_terminal, log_console, print_bytes, print_table
from endpoint.cli.query_engine import media_type, open_engine, print_result, sound_release
from endpoint.config import Config
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.engine.results import select_rows
from graph.errors import ParameterError
from queries import CannedQuery, Parameter, catalogue
from queries.arrange import SORT
from queries.bind import Filled
from queries.canned import LANG, LIMIT, PAGE
from queries.pages import USUAL_ROWS
from queries.resolve import Resolver

_OF_ROWS = (
    (LIMIT, "INTEGER", "How many rows; all, or of a table the first 100."),
    (PAGE, "INTEGER", "Which page of so many rows."),
    (SORT, "COLUMN", "The column to sort by, with - before it from its highest value."),
)
FORMATS = ("table", "csv", "tsv", "json", "xml")
"""What `--format` takes."""


class Questions(click.Group):
    """A group whose commands are the questions of the catalogue."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the slugs in order."""
        return list(catalogue())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of one question, None when there is no such question."""
        query = catalogue().get(cmd_name)
        return None if query is None else question_command(query)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name; one that is not there fails with what comes close."""
        if args[0] not in catalogue():
            close = get_close_matches(args[0], catalogue(), n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(close)}?" if close else "`kembar query` lists them."
            ctx.fail(f"there is no question {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    name="query",
    cls=Questions,
    invoke_without_command=True,
    subcommand_metavar="[QUESTION [OPTIONS]]",
)
@click.pass_context
def query_command(ctx: click.Context) -> None:
    """Answer a question, e.g. kembar query partners-of-a-city --city Surabaya

    Without a question, list them all. `kembar query QUESTION --help` tells what it takes.
    """
    if ctx.invoked_subcommand is None:
        rows = [(query.slug, query.summary["en"]) for query in catalogue().values()]
        print_table(["question", "asks"], rows)


def question_command(query: CannedQuery) -> click.Command:
    """Return the command that answers `query`, with one option for each of its parameters."""
    options: list[click.Parameter] = [_option(parameter) for parameter in query.parameters]
    options += [
        click.Option([f"--{name}"], multiple=True, metavar=metavar, help=help_)
        for name, metavar, help_ in _OF_ROWS
    ]
    options.append(
        click.Option(
            ["--format", "format_name"],
            type=click.Choice(FORMATS),
            help="How to write the answer; a table on a terminal, else csv.",
        )
    )
    shown = [(p.name, p.example or p.default) for p in query.parameters if p != LANG]
    values = " ".join(f"--{name} {value}" for name, value in shown if value)

    @click.pass_obj
    def run(config: Config, /, format_name: str | None, **given: tuple[str, ...]) -> None:
        answer_question(config, query, _take_once(given), format_name)

    return click.Command(
        query.slug,
        params=options,
        callback=run,
        help=f"{query.summary['en']}\n\n{query.description['en']}",
        short_help=query.summary["en"],
        epilog=" ".join(["Example: kembar query", query.slug, values]).strip(),
    )


def answer_question(
    config: Config, query: CannedQuery, values: Mapping[str, str], format_name: str | None
) -> None:
    """Write the answer of `query` to stdout; a value that means nothing is a wrong usage.

    A table is a page with its numbers, other formats are all rows unless `limit` or `page` is given: then
    stderr has their number.
    """
    name = format_name or ("table" if is_terminal() else "csv")
    release = sound_release(config)
    resolver = Resolver(read_names(release))
    usual_rows = USUAL_ROWS if name == "table" else None
    with open_engine(config, release, Lane.PAGES) as engine:
        try:
            filled = fill_clearly(query, values, resolver, usual_rows)
        except ParameterError as exc:
            raise click.BadParameter(f"{exc.value!r} {exc.what}", param_hint=f"--{exc.parameter}") from exc
        if name == "table":
            _print_page(engine, filled, query, values.get(LANG.name, "en"))
        else:
            reading = trust(filled.text, QueryKind.SELECT)
            print_bytes(engine.run(reading, media_type(reading.kind, name), lane=Lane.PAGES).body)
            if filled.page is not None:
                log_console().print(f"a part of {_count(engine, filled.total)} rows", markup=False)


def _print_page(engine: Engine, filled: Filled, query: CannedQuery, language: str) -> None:
    """Write a page of an answer as a table, and to stderr how many rows there are and what they leave out."""
    print_result(select_rows(engine, filled.text), language, query, _count(engine, filled.total))
    for counted, text in filled.counts:
        log_console().print(f"{counted.label[language]}: {_count(engine, text)}", style="dim", markup=False)


def _count(engine: Engine, query: str) -> int:
    return int(select_rows(engine, query).rows[0]["count"].value)


def _take_once(given: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the values of options; one that is given twice is a wrong usage."""
    for name, values in given.items():
        if len(values) > 1:
            raise click.BadParameter(f"is given {len(values)} times; give it once", param_hint=f"--{name}")
    return {name: values[0] for name, values in given.items() if values}


def _option(parameter: Parameter) -> click.Option:
    default = f"  [default: {parameter.default}]" if parameter.default else ""
    return click.Option(
        [f"--{parameter.name}", parameter.name],
        required=parameter.required,
        multiple=True,
        metavar=None if parameter.choices else parameter.kind.upper(),
        type=click.Choice(parameter.choices) if parameter.choices else str,
        help=parameter.label["en"] + default,
    )
