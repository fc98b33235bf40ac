"""What a request of the SPARQL protocol says: https://www.w3.org/TR/sparql11-protocol/, queries only.

The parameters of the address and those of a form are read together: clients put the dataset or the format
into the one and the query into the other. Whatever then stands twice, is no UTF-8 or asks for an update is
refused, never passed over; but a format may have two of its names, as SPARQLWrapper sends them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from endpoint.errors import UnsupportedBody
from endpoint.serving.current import service
from endpoint.sparql.negotiation import name_one_format
from graph.errors import ParameterError, QueryRefused, QuerySyntaxError
from graph.model.terms import is_iri
from queries.mistakes import Mistake

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

PATH = "/sparql"
"""The end of the addresses that the protocol has, of the current release and of others."""
VERSIONS = ("1.1", "1.2", "1.2-basic")
"""The versions that a request may announce: https://www.w3.org/TR/sparql12-protocol/#query-operation."""

MOST_GRAPHS = 100
"""How many graphs a request may name."""

_NUMBER = re.compile(r"[0-9]{0,9}\.?[0-9]{1,9}")
# A byte beyond ASCII, percent-encoded.
_BEYOND_ASCII = re.compile(rb"%[89A-Fa-f]")
_SINGLE = ("query", "format", "output", "timeout", "version")
_FORMAT_NAMES = ("format", "output")
_MAY_REPEAT = frozenset({"default-graph-uri", "named-graph-uri", "graph", "default", "only"})
_OF_UPDATES = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})


@dataclass(frozen=True)
class QueryOperation:
    """What a request of the protocol asks, its query as text; ``seconds`` is None for the usual limit."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format_name: str | None = None
    seconds: float | None = None


def read_operation(request: Request) -> QueryOperation:
    """Return the query operation of a request.

    Raises ParameterError, UnsupportedBody, QuerySyntaxError (not UTF-8), QueryRefused for an update, and
    BadRequest for a body that cannot be read.
    """
    _check_text(request.query_string, "the address")
    given: MultiDict[str, str] = request.args
    if request.method == "POST":
        _check_body(request)
        if request.mimetype == FORM:
            _check_text(_body(request), "the form")
            given = MultiDict([*request.args.items(multi=True), *request.form.items(multi=True)])
        else:
            given = MultiDict([*request.args.items(multi=True), ("query", _read_body(request))])
        if "query" not in given and not _has_update(given):
            raise ParameterError("query", "", Mistake.NO_QUERY)
    return _read_parameters(given)


def _check_body(request: Request) -> None:
    """Refuse a body of another type, charset or encoding than the protocol knows, and a direct update."""
    if request.mimetype == UPDATE:
        raise _no_update()
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in (FORM, QUERY) or charset not in ("utf-8", "utf8"):
        raise UnsupportedBody(request.content_type or "", [FORM, QUERY])
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedBody(f"{request.mimetype} ({request.headers['Content-Encoding']})", [FORM, QUERY])
    _check_version(request.mimetype_params.get("version"))


def _body(request: Request) -> bytes:
    try:
        return request.get_data()
    except OSError as exc:
        raise BadRequest("the body is broken, or it broke off before its end") from exc


def _read_body(request: Request) -> str:
    try:
        return _body(request).decode()
    except UnicodeDecodeError as exc:
        raise QuerySyntaxError(f"the body is not UTF-8 (byte {exc.start})") from exc


def _check_text(encoded: bytes, where: str) -> None:
    """Raise QuerySyntaxError when this is no UTF-8; the framework would let broken letters through."""
    if encoded.isascii() and _BEYOND_ASCII.search(encoded) is None:
        return
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError as exc:
        raise QuerySyntaxError(f"{where} is not UTF-8") from exc


def _read_parameters(given: MultiDict[str, str]) -> QueryOperation:
    if given.keys() == {"query"}:  # as most requests have it
        return QueryOperation(_read_single(given, "query"))
    if _has_update(given):
        raise _no_update()
    query, format_name, output, timeout, version = (_read_single(given, name) for name in _SINGLE)
    _check_version(version)
    return QueryOperation(
        query,
        _read_graphs(given, "default-graph-uri"),
        _read_graphs(given, "named-graph-uri"),
        format_name or output,
        _read_seconds(timeout),
    )


def check_single(given: MultiDict[str, str]) -> None:
    """Raise ParameterError when the address or the form of a request, for whatever it is, gives one twice.

    Several graphs and rows may be chosen, and one format may go by two names.
    """
    for name in given:
        if name not in _MAY_REPEAT:
            _read_single(given, name)


def _read_single(given: MultiDict[str, str], name: str) -> str | None:
    if name not in given:
        return None
    values = given.getlist(name)
    if len(values) > 1 and not (name in _FORMAT_NAMES and name_one_format(values)):
        raise ParameterError(name[:50], values[1][:50], Mistake.REPEATED, count=len(values))
    return values[0]


def _has_update(given: MultiDict[str, str]) -> bool:
    return not _OF_UPDATES.isdisjoint(given)


def _no_update() -> QueryRefused:
    return QueryRefused("this endpoint only answers queries", "Download the release and change your own copy")


def _check_version(version: str | None) -> None:
    if version is not None and version not in VERSIONS:
        raise ParameterError("version", version, Mistake.NO_CHOICE, choices=", ".join(VERSIONS))


def _read_graphs(given: MultiDict[str, str], name: str) -> tuple[str, ...]:
    iris = given.getlist(name)
    if len(iris) > MOST_GRAPHS:
        raise ParameterError(name, "", Mistake.TOO_OFTEN, most=MOST_GRAPHS)
    for iri in iris:
        if not is_iri(iri):
            raise ParameterError(name, iri, Mistake.NO_IRI)
    return tuple(dict.fromkeys(iris))


def _read_seconds(text: str | None) -> float | None:
    if not text:
        return None
    most = service().config.max_query_seconds
    seconds = float(text) if _NUMBER.fullmatch(text) else 0.0
    if not 0 < seconds <= most:
        raise ParameterError("timeout", text, Mistake.NO_SECONDS, most=f"{most:g}")
    return seconds
