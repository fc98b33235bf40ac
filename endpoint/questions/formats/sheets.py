"""Answers as files of spreadsheets and data frames, made from the rows as the engine gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import urlencode

from flask import request

from endpoint.engine.results import JSON, read_table
from endpoint.questions.formats.columns import type_columns
from endpoint.questions.formats.parquet import MEDIA_TYPE as PARQUET_TYPE
from endpoint.questions.formats.parquet import write_parquet
from endpoint.questions.formats.workbook import MEDIA_TYPE, MOST_LETTERS, write_workbook
from endpoint.questions.rows.numbers import Pages, count_beside
from endpoint.serving.current import service
from endpoint.show.release import list_collections
from endpoint.show.texts import LANGUAGES, format_number, translate
from endpoint.sparql.answer import Form
from queries.bind import Filled
from queries.canned import LANG, CannedQuery

SHEETS: Mapping[str, str] = {"xlsx": MEDIA_TYPE, "parquet": PARQUET_TYPE}
"""The suffixes of these files, with their media types."""


def sheet_form(
    suffix: str, query: CannedQuery, values: Mapping[str, str], filled: Filled, pages: Pages | None
) -> Form:
    """Return how the rows of a question become a file; it is in the language of the rows."""
    if suffix == "parquet":
        write = partial(_write_parquet, query, values)
    else:
        write = partial(_write_workbook, query, values, filled, pages)
    return Form(suffix, (JSON,), write, SHEETS[suffix])


def _write_parquet(query: CannedQuery, values: Mapping[str, str], body: bytes) -> bytes:
    columns = type_columns(read_table(body))
    return write_parquet(columns, dict(_describe_release(query, values, LANGUAGES[0])))


def _write_workbook(
    query: CannedQuery, values: Mapping[str, str], filled: Filled, pages: Pages | None, body: bytes
) -> bytes:
    given = values.get(LANG.name, LANGUAGES[0])
    lang = given if given in LANGUAGES else LANGUAGES[0]
    table = read_table(body)
    rows = pages.total if pages else len(table.rows)
    words = translate("sheet.shown", lang, shown=str(len(table.rows)), count=str(rows))
    about = [
        *_describe_question(query, values, lang),
        (translate("sheet.rows", lang), words),
        *((words, format_number(number, lang)) for words, number in count_beside(filled, lang)),
        *_describe_release(query, values, lang),
    ]
    about += [(name, query.column_labels[name][lang]) for name in table.columns]
    if len(filled.text) <= MOST_LETTERS:
        about.append(("SPARQL", filled.text))
    titles = translate("sheet.answer", lang), translate("sheet.about", lang)
    return write_workbook(type_columns(table), about, titles)


def _describe_question(query: CannedQuery, values: Mapping[str, str], lang: str) -> Iterator[tuple[str, str]]:
    yield translate("sheet.question", lang), query.summary[lang]
    yield translate("sheet.description", lang), query.description[lang]
    for parameter in query.parameters:
        if value := values.get(parameter.name) or parameter.default:
            yield f"{parameter.label[lang]} ({parameter.name})", value


def _describe_release(query: CannedQuery, values: Mapping[str, str], lang: str) -> Iterator[tuple[str, str]]:
    """Yield which release answers, how to have the same rows again, and whose data they are."""
    release, given = service().release, {name: value for name, value in values.items() if value}
    yield translate("data.release", lang), release.id
    yield translate("sheet.compiled", lang), release.manifest["compiled"]
    again = f"release/{release.id}/queries/{query.slug}.csv" + ("?" + urlencode(given) if given else "")
    yield translate("sheet.again", lang), request.host_url + again
    source = translate("sheet.source", lang)
    for collection in list_collections(release, lang):
        yield f"{source}: {collection.title}", collection.licence
