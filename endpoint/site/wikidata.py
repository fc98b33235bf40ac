"""``/wikidata``: what Wikidata lacks, has one-sidedly or dates otherwise, and proposals to review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask import Blueprint, Response, request

from endpoint.engine.engine import Lane
from endpoint.questions.forms import form_fields
from endpoint.questions.rows.numbers import count as count_rows
from endpoint.serving.current import service
from endpoint.show.addresses import language
from endpoint.show.lookup import Row, ask
from endpoint.show.names import fill_in
from endpoint.show.rendering import respond, revalidated
from endpoint.show.tables import page_table
from endpoint.show.texts import translate
from graph.downloads.quickstatements import Proposal, write_quickstatements
from graph.model.dates import PartialDate, parse_date
from queries.pages import USUAL_ROWS

blueprint = Blueprint("wikidata", __name__)

MISSING = "missing-in-wikidata"
"""The question whose rows are the proposals."""
QUESTIONS = (MISSING, "one-sided-in-wikidata", "differs-from-wikidata")
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
    table = page_table(ask(filled.text, Lane.QUESTIONS), ask, lang, question)
    return respond(
        "site/wikidata.html",
        heading=translate("wikidata.heading", lang),
        snapshots=ask(_SNAPSHOTS).rows,
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
    return parse_date(row[name].value) if name in row else None
