"""``/wikidata``: what Wikidata lacks, has one-sidedly or dates otherwise, and proposals to review."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, request

from endpoint.drawing.strip import bounds
from endpoint.engine.engine import Lane
from endpoint.questions.forms import form_fields
from endpoint.questions.rows.numbers import read_pages
from endpoint.serving.current import service
from endpoint.show.addresses import host_of, language, link, page_path
from endpoint.show.lookup import Row, ask, find_labels, text_of
from endpoint.show.names import fill_in
from endpoint.show.rendering import respond, revalidated
from endpoint.show.texts import format_age, translate
from endpoint.show.values import FormattedValue, format_day, format_value
from graph.downloads.quickstatements import Proposal, write_quickstatements
from graph.errors import ParameterError
from graph.model.dates import PartialDate, parse_date
from queries.mistakes import Mistake
from queries.pages import USUAL_ROWS, first_select, without_order

blueprint = Blueprint("wikidata", __name__)

MISSING = "missing-in-wikidata"
"""The question whose rows are the proposals."""
QUESTIONS = (MISSING, "one-sided-in-wikidata", "differs-from-wikidata")
OLD_DAYS = 180
"""From which age on a snapshot is said to be old, in days."""
ONLY = "only"
"""The parameter with the rows that a reader chose, each as its two items: ``Q11462-Q16520``."""
_COUNTRIES_SHOWN = 8
_ITEM = "https://www.wikidata.org/wiki/"
_MOST_PREFILLED = 6000
"""How long an address that holds commands may be; browsers and servers take some 8,000 letters."""
_QUICKSTATEMENTS = "https://quickstatements.toolforge.org/#/v1="
_BY_COUNTRY = """SELECT ?country (SUM(?rows) AS ?count) WHERE {{
  {{ SELECT ?item (COUNT(*) AS ?rows) WHERE {{ {{ {whole} }} }} GROUP BY ?item }}
  ?place kk:wikidataId ?item . OPTIONAL {{ ?place kk:country ?country }} }}
GROUP BY ?country ORDER BY DESC(?count) ?country"""
_SNAPSHOTS = """SELECT DISTINCT ?title ?issued WHERE {
  GRAPH ?graph {
    ?source dcterms:isPartOf wd:Q2013 ; dcterms:title ?title .
    ?collection a kk:Collection ; dcterms:issued ?issued
  }
} ORDER BY ?title ?issued"""
"""The sources that are parts of Wikidata; a source and its collection are described in one graph."""


_LINKED = """SELECT (COUNT(*) AS ?places) (SUM(?has) AS ?linked) WHERE { ?place kk:degree ?partners .
  BIND(IF(EXISTS { ?place kk:wikidataId ?item }, 1, 0) AS ?has) }"""


@dataclass(frozen=True)
class MissingRow:
    """One direction of a partnership that Wikidata lacks; `key` names it among the rows that are chosen."""

    key: str
    item: FormattedValue
    value: FormattedValue
    since: FormattedValue | None
    status: str
    source: FormattedValue
    seen: FormattedValue | None
    partnership: str


@blueprint.get("/wikidata")
def show_wikidata() -> Response:
    """Answer /wikidata : how the release and Wikidata differ, and how to review and upload proposals.

    ``only`` leaves the rows that a reader chose.
    """
    lang, only = language(), _read_only()
    question, values = service().questions[MISSING], _parameters()
    filled = fill_in(question, values, None if only else USUAL_ROWS)
    rows = _choose(ask(filled.text, Lane.QUESTIONS).rows, only)
    commands, snapshots = write_quickstatements(_proposals(rows)), ask(_SNAPSHOTS).rows
    age = _age_of(snapshots, service().release.manifest["compiled"])
    countries = _count_by_country(fill_in(question, {**values, "country": ""}).whole, lang)
    return respond(
        "site/wikidata.html",
        heading=translate("wikidata.heading", lang),
        snapshots=snapshots,
        age=format_age(age, lang) if age > OLD_DAYS else "",
        linked={name: int(text_of(row, name) or 0) for row in ask(_LINKED).rows for name in row},
        countries=countries[:_COUNTRIES_SHOWN],
        more_countries=countries[_COUNTRIES_SHOWN:],
        commands=commands,
        prefilled=_prefill(commands),
        questions=[service().questions[slug] for slug in QUESTIONS],
        fields=form_fields(question, values, lang, ask),
        rows=[_missing_row(row, lang) for row in rows],
        pages=read_pages(filled),
        only=",".join(only),
        values={name: value for name, value in values.items() if value},
    )


@blueprint.get("/wikidata/quickstatements.txt")
def download_quickstatements() -> Response:
    """Answer /wikidata/quickstatements.txt : the missing statements as commands, one a line.

    The parameters are those of the question; without a limit it is all of them. Raises ParameterError.
    """
    rows = ask(fill_in(service().questions[MISSING], _parameters()).text, Lane.QUESTIONS).rows
    commands = write_quickstatements(_proposals(_choose(rows, _read_only())))
    response = Response(commands, content_type="text/plain; charset=utf-8")
    name = f"quickstatements-{service().release.id}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return revalidated(response)


def _read_only() -> list[str]:
    """Return the keys of the chosen rows, none for all; a form repeats the name, links have commas."""
    return [key for given in request.args.getlist(ONLY) for key in given.split(",") if key]


def _choose(rows: Sequence[Row], only: Collection[str]) -> list[Row]:
    """Return the chosen rows, all when none is; raises ParameterError for one that is not among them."""
    found = {_key(row) for row in rows}
    for key in only:
        if key not in found:
            raise ParameterError(ONLY, key[:50], Mistake.NO_ROW)
    return [row for row in rows if not only or _key(row) in only]


def _key(row: Row) -> str:
    return f"{row['item'].value}-{row['value'].value}"


def _missing_row(row: Row, lang: str) -> MissingRow:
    since, seen = text_of(row, "since"), text_of(row, "retrieved")
    source = format_value(row["reference"], lang, {})
    return MissingRow(
        _key(row),
        _format_item(row, "item"),
        _format_item(row, "value"),
        format_day(since, lang) if since else None,
        text_of(row, "statusLabel"),
        source.with_text(host_of(source.text).removeprefix("www.") or source.text),
        format_day(seen, lang) if seen else None,
        link(page_path(row["partnership"].value) or ""),
    )


def _format_item(row: Row, name: str) -> FormattedValue:
    """Return the label of an item as a link to it on Wikidata."""
    item, label = row[name].value, text_of(row, f"{name}Label")
    return FormattedValue(label or item, href=_ITEM + item, external=True)


def _age_of(snapshots: Iterable[Row], today: str) -> int:
    """Return how many days the oldest snapshot is older than the release; 0 without any."""
    days = [bounds(parse_date(row["issued"].value))[0] for row in snapshots]
    return max(((date.fromisoformat(today) - day).days for day in days), default=0)


def _count_by_country(whole: str, lang: str) -> list[tuple[str, str, int]]:
    """Return what Wikidata lacks by country of the item, as (label, path, number), most first."""
    query = without_order(whole)
    start = first_select(query)
    rows = ask(query[:start] + _BY_COUNTRY.format(whole=query[start:]), Lane.QUESTIONS).rows
    labels = find_labels(ask, (row["country"].value for row in rows if "country" in row), lang)
    given = {name: value for name, value in request.args.items() if name not in {"page", "limit", ONLY}}
    return [
        (
            labels.get(text_of(row, "country"), translate("question.facet.unknown", lang)),
            link("/wikidata", {**given, "country": text_of(row, "country").rpartition("/")[2]})
            if "country" in row
            else "",
            int(row["count"].value),
        )
        for row in rows
    ]


def _prefill(commands: str) -> str:
    """Return the address that opens QuickStatements with these commands, nothing when there are too many."""
    address = _QUICKSTATEMENTS + quote(commands.strip().replace("\t", "|").replace("\n", "||"), safe="")
    return address if commands and len(address) <= _MOST_PREFILLED else ""


def _parameters() -> dict[str, str]:
    """Return the parameters of the request for the question, the language of the page among them."""
    given = {name: value for name, value in request.args.items() if name != ONLY}
    return {"lang": language(), **given}


def _proposals(rows: Iterable[Row]) -> Iterator[Proposal]:
    for row in rows:
        yield Proposal(
            item=row["item"].value,
            value=row["value"].value,
            reference=row["reference"].value,
            since=_date(row, "since"),
            retrieved=_date(row, "retrieved"),
        )


def _date(row: Row, name: str) -> PartialDate | None:
    """Return a date of a row; questions of older releases give an empty text where none is known."""
    return parse_date(text) if (text := text_of(row, name)) else None
