"""The service in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html): what there is to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from endpoint.engine.language.guard import QueryKind
from endpoint.errors import PROBLEM_JSON
from endpoint.questions.formats.sheets import SHEETS
from endpoint.questions.formats.spreadsheet_text import MARK
from endpoint.questions.page import SPARQL, SUFFIXES
from endpoint.show.addresses import THING_KINDS
from endpoint.sparql.negotiation import HTML, formats_for
from endpoint.sparql.request import FORM, QUERY
from endpoint.things.documents import DATA, PAGE
from queries.arrange import SORT
from queries.canned import LANG, LIMIT, CannedQuery, Parameter
from queries.pages import MOST_ROWS

MEDIA_TYPE = "application/json"
Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}
_KINDS: Mapping[str, Json] = {
    "integer": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
    "count": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    "year": {"type": "integer", "minimum": 1, "maximum": 9999},
    "date": {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
}
"""The schemas of kinds of parameters; the others are texts: names, ids, addresses."""
_SCHEMAS: Json = {
    "Problem": {
        "description": "https://www.rfc-editor.org/rfc/rfc9457",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
        },
    },
    "Rows": {
        "description": "https://www.w3.org/TR/sparql11-results-json/",
        "type": "object",
        "required": ["head"],
        "properties": {
            "head": {
                "type": "object",
                "properties": {"vars": {"type": "array", "items": _TEXT}},
            },
            "boolean": {"type": "boolean"},
            "results": {
                "type": "object",
                "required": ["bindings"],
                "properties": {"bindings": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}},
            },
        },
    },
    "Row": {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "required": ["type", "value"],
            "properties": {"type": {"enum": ["uri", "literal", "typed-literal", "bnode", "triple"]}},
        },
    },
}


def describe_service(questions: Iterable[CannedQuery], base: str) -> Json:
    """Return the description of this service; `base` is its address without a slash at its end."""
    paths = {**_protocol(), **_things(), **_files()}
    for query in questions:
        paths |= _question(query)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kota Kembar",
            "summary": "Sister-city cooperation as dated claims with their sources",
            "description": "Every answer is complete, or an error. Those that never change have a release "
            "in their address.",
            "version": version("kota-kembar"),
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": _SCHEMAS, "responses": {"Problem": _problem()}},
    }


def _question(query: CannedQuery) -> Json:
    """Return the paths of one question: its rows in each format, and its SPARQL."""
    given = [_parameter(parameter) for parameter in query.parameters]
    if LANG not in query.parameters:
        given.append(_parameter(LANG))
    if query.has_pages:
        given += [_in_query(name, "Which rows: how many, and which page of so many", _or_empty(_NUMBER))
                  for name in (LIMIT, "page")]  # fmt: skip
        given.append(_sorting(query))
    mark = _in_query(MARK, "1: CSV and TSV with a mark by which Excel knows UTF-8", {"enum": [0, 1]})
    suffix = _in_path("suffix", "The format", SUFFIXES)
    rows = {**_select_types(), **{media_type: {} for media_type in SHEETS.values()}}
    said = {"summary": query.summary["en"], "description": query.description["en"], "tags": list(query.tags)}
    return {
        f"/queries/{query.slug}.{{suffix}}": {
            "get": {
                "operationId": query.slug,
                **said,
                "parameters": [suffix, *given, mark],
                "responses": _responses("The rows", rows, choice=True),
            }
        },
        f"/queries/{query.slug}.{SPARQL}": {
            "get": {
                "operationId": f"{query.slug}-sparql",
                **said,
                "parameters": given,
                "responses": _responses("The question as SPARQL", {QUERY: {"schema": _TEXT}}, choice=True),
            }
        },
    }


def _sorting(query: CannedQuery) -> Json:
    orders = [order for column in query.columns for order in (column, f"-{column}")]
    words = "The column to sort by, with - from its highest value; only-COLUMN=VALUE keeps rows with a value"
    return _in_query(SORT, words, _or_empty({**_TEXT, "enum": orders}))


def _parameter(parameter: Parameter) -> Json:
    schema: Json = dict(_KINDS.get(parameter.kind, _TEXT))
    is_number = schema["type"] == "integer"
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if not parameter.required:
        schema = _or_empty(schema)
    if parameter.default is not None:
        schema["default"] = int(parameter.default) if is_number else parameter.default
    described = _in_query(parameter.name, parameter.label["en"], schema, required=parameter.required)
    if parameter.example:
        described["example"] = parameter.example
    return described


def _or_empty(schema: Json) -> Json:
    """Return the schema of what may be left out: an empty value, as a form sends it, counts as left out.

    So does one of nothing but spaces.
    """
    return {"anyOf": [schema, {**_TEXT, "pattern": r"^\s*$"}]}


def _in_query(name: str, words: str, schema: Json, required: bool = False) -> Json:
    return {"name": name, "in": "query", "description": words, "required": required, "schema": schema}


def _in_path(name: str, words: str, choices: Sequence[str] = ()) -> Json:
    schema = {**_TEXT, "enum": list(choices)} if choices else {**_TEXT, "pattern": "^[A-Za-z0-9-]+$"}
    return {"name": name, "in": "path", "description": words, "required": True, "schema": schema}


def _select_types() -> Json:
    rows = {"schema": {"$ref": "#/components/schemas/Rows"}}
    return {form.media_type: rows if form.suffix == "json" else {} for form in formats_for(QueryKind.SELECT)}


def _graph_types() -> Json:
    return {form.media_type: {} for form in formats_for(QueryKind.GRAPH, for_quads=True)}


def _problem() -> Json:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        "description": "What is wrong, and what to do; or what a name may mean",
        "content": {PROBLEM_JSON: problem, MEDIA_TYPE: problem, HTML: {}, "text/plain": {}},
    }


def _responses(words: str, types: Json, choice: bool = False) -> Json:
    problem = {"$ref": "#/components/responses/Problem"}
    found: Json = {"200": {"description": words, "content": types}}
    if choice:
        found["300"] = problem
    return {**found, "4XX": problem, "5XX": problem}


def _operation(name: str, words: str, types: Json, parameters: Sequence[Json] = (), **more: Json) -> Json:
    return {
        "operationId": name,
        "summary": words,
        "parameters": list(parameters),
        "responses": _responses(words, types),
        **more,
    }


def _protocol() -> Json:
    """Return the paths of the SPARQL protocol and the Graph Store Protocol."""
    iris = {"type": "array", "items": {"type": "string", "format": "iri"}}
    settings = [
        _in_query("format", "The format by its suffix or media type; it wins over Accept", _TEXT),
        _in_query("timeout", "Seconds that the query may take", {"type": "number", "exclusiveMinimum": 0}),
        _in_query("default-graph-uri", "The default graph: these in place of all", iris),
        _in_query("named-graph-uri", "The named graphs of the dataset", iris),
    ]
    query = _in_query("query", "The query; without one the service is described", _TEXT)
    types: Json = {**_select_types(), **_graph_types(), HTML: {}}
    form: Json = {
        "schema": {"type": "object", "required": ["query"], "properties": {"query": _TEXT}},
    }
    body = {"required": True, "content": {QUERY: {"schema": _TEXT}, FORM: form}}
    graph = [
        _in_query("graph", "The IRI of a named graph", {"type": "string", "format": "iri"}),
        _in_query("format", "The format by its suffix or media type", _TEXT),
    ]
    return {
        "/sparql": {
            "get": _operation("sparql", "Answer a SPARQL 1.1 query", types, [query, *settings]),
            "post": _operation("sparql-post", "Answer a longer query", types, settings, requestBody=body),
        },
        "/graph": {"get": _operation("graph", "All triples of a named graph", _graph_types(), graph)},
    }


def _things() -> Json:
    types: Json = {**{form.media_type: {} for form in DATA}, HTML: {}}
    given = [
        _in_path("kind", "The kind of thing", THING_KINDS),
        _in_path("id", "The end of its IRI"),
        _in_path("suffix", "The form of the document", [PAGE, *(form.suffix for form in DATA)]),
    ]
    described = _operation("thing", "A thing of the graph, and what links to it", types, given)
    described["responses"]["301"] = {"description": "It goes by another address now"}
    return {"/{kind}/{id}.{suffix}": {"get": described}}


def _files() -> Json:
    """Return the paths that tell what there is."""
    anything: Json = {MEDIA_TYPE: {}}
    search = [
        _in_query("q", "A name, an id, words", _TEXT),
        _in_query(
            "limit", "How many", {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 50}, {"const": ""}]}
        ),
        _in_query(LANG.name, LANG.label["en"], _TEXT),
    ]
    release = [{**_in_path("release", "The id of a release"), "example": "latest"}]
    return {
        "/queries.json": {"get": _operation("questions", "All questions with their parameters", anything)},
        "/search.json": {"get": _operation("search", "What a text may name", anything, search)},
        "/data.json": {"get": _operation("releases", "The kept releases", anything)},
        "/data/{release}.json": {
            "get": _operation("release", "One release and its files", anything, release)
        },
        "/limits.json": {"get": _operation("limits", "The limits that are kept", anything)},
        "/health": {"get": _operation("health", "Whether queries are answered", anything)},
        "/.well-known/void": {"get": _operation("void", "The release in VoID and DCAT", _graph_types())},
        "/.well-known/sparql-examples": {
            "get": _operation("sparql-examples", "The questions as examples in RDF", _graph_types())
        },
    }
