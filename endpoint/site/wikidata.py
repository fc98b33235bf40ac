"""``/wikidata``: what Wikidata lacks, has one-sidedly or dates otherwise, and proposals to review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, request

from endpoint.drawing.strip import bounds
from endpoint.engine.engine import Lane
from endpoint.questions.forms import form_fields
from endpoint.questions.rows.numbers import count as count_rows
from endpoint.serving.current import service
from endpoint.show.addresses import language, link
from endpoint.show.lookup import Row, ask, find_labels, text_of
from endpoint.show.names import fill_in
from endpoint.show.rendering import respond, revalidated
from endpoint.show.tables import page_table
from endpoint.show.texts import translate
from graph.downloads.quickstatements import Proposal, write_quickstatements
from graph.model.dates import PartialDate, parse_date
from queries.pages import USUAL_ROWS, first_select, without_order

blueprint = Blueprint("wikidata", __name__)

MISSING = "missing-in-wikidata"
"""The question whose rows are the proposals."""
QUESTIONS = (MISSING, "one-sided-in-wikidata", "differs-from-wikidata")
OLD_DAYS = 180
"""From which age on a snapshot is said to be old, in days."""
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


@blueprint.get("/wikidata")
def show_wikidata() -> Response:
    """Answer /wikidata : how the release and Wikidata differ, and how to review and upload proposals."""
    lang = language()
    question, values = service().questions[MISSING], _parameters()
    filled = fill_in(question, values, USUAL_ROWS)
    answer = ask(filled.text, Lane.QUESTIONS)
    table = page_table(answer, ask, lang, question)
    commands, snapshots = write_quickstatements(_proposals(answer.rows)), ask(_SNAPSHOTS).rows
    return respond(
        "site/wikidata.html",
        heading=translate("wikidata.heading", lang),
        snapshots=snapshots,
        old_days=OLD_DAYS,
        age=_age_of(snapshots, service().release.manifest["compiled"]),
        countries=_count_by_country(fill_in(question, {**values, "country": ""}).whole, lang),
        commands=commands,
        prefilled=_prefill(commands),
        questions=[service().questions[slug] for slug in QUESTIONS],
        fields=form_fields(question, values, lang, ask),
        table=replace(table, count=count_rows(filled.total)),
        values=values,
    )


@blueprint.get("/wikidata/quickstatements.txt")
def download_quickstatements() -> Response:
    """Answer /wikidata/quickstatements.txt : the missing statements as commands, one a line.

    The parameters are those of the question; without a limit it is all of them. Raises ParameterError.
    """
    rows = ask(fill_in(service().questions[MISSING], _parameters()).text).rows
    response = Response(write_quickstatements(_proposals(rows)), content_type="text/plain; charset=utf-8")
    name = f"quickstatements-{service().release.id}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return revalidated(response)


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
    given = {name: value for name, value in request.args.items() if name not in {"page", "limit"}}
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
    return {"lang": language(), **request.args.to_dict()}


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
