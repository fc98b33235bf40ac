"""The formats of answers, and the choice among them by Accept or by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept

from endpoint.engine.language.guard import QueryKind
from endpoint.errors import NotAcceptable

HTML = "text/html"
_TABLES = frozenset({QueryKind.SELECT, QueryKind.ASK})
_GRAPHS = frozenset({QueryKind.GRAPH})


@dataclass(frozen=True)
class Format:
    """One way to write a result; ``content_type`` is what the answer's header says.

    ``names`` are what the ``format`` parameter takes (the suffix among them), ``aliases`` are media types
    that clients send for it, ``iri`` is its entry in the registry of https://www.w3.org/ns/formats/.
    ``for_quads``: it could name graphs too; a result of SPARQL stands in its default graph.
    """

    name: str
    media_type: str
    suffix: str
    kinds: frozenset[QueryKind]
    content_type: str
    iri: str
    names: frozenset[str]
    aliases: tuple[str, ...] = ()
    for_quads: bool = False


def _format(
    name: str,
    media_type: str,
    suffix: str,
    kinds: frozenset[QueryKind],
    entry: str,
    names: str = "",
    aliases: tuple[str, ...] = (),
    parameters: str = "",
    for_quads: bool = False,
) -> Format:
    return Format(
        name,
        media_type,
        suffix,
        kinds,
        media_type + parameters,
        "http://www.w3.org/ns/formats/" + entry,
        frozenset({suffix, *names.split()}),
        aliases,
        for_quads,
    )


_UTF8 = "; charset=utf-8"
FORMATS: tuple[Format, ...] = (
    # https://www.w3.org/TR/sparql11-results-json/
    _format(
        "JSON",
        "application/sparql-results+json",
        "json",
        _TABLES,
        "SPARQL_Results_JSON",
        "srj",
        ("application/json",),
    ),
    # https://www.w3.org/TR/rdf-sparql-XMLres/
    _format(
        "XML",
        "application/sparql-results+xml",
        "xml",
        _TABLES,
        "SPARQL_Results_XML",
        "srx",
        ("application/xml", "text/xml"),
    ),
    # https://www.w3.org/TR/sparql11-results-csv-tsv/
    _format("CSV", "text/csv", "csv", _TABLES, "SPARQL_Results_CSV", parameters=_UTF8 + "; header=present"),
    _format("TSV", "text/tab-separated-values", "tsv", _TABLES, "SPARQL_Results_TSV", parameters=_UTF8),
    # https://www.w3.org/TR/turtle/
    _format(
        "Turtle",
        "text/turtle",
        "ttl",
        _GRAPHS,
        "Turtle",
        "turtle n3",
        ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3", "application/n3"),
        parameters=_UTF8,
    ),
    # https://www.w3.org/TR/json-ld11/
    _format(
        "JSON-LD",
        "application/ld+json",
        "jsonld",
        _GRAPHS,
        "JSON-LD",
        "json-ld json",
        ("application/json", "application/x-json+ld"),
    ),
    # https://www.w3.org/TR/n-triples/
    _format(
        "N-Triples",
        "application/n-triples",
        "nt",
        _GRAPHS,
        "N-Triples",
        "n-triples ntriples",
        ("text/plain",),
    ),
    # https://www.w3.org/TR/rdf-syntax-grammar/
    _format(
        "RDF/XML",
        "application/rdf+xml",
        "rdf",
        _GRAPHS,
        "RDF_XML",
        "rdfxml rdf+xml xml",
        ("application/xml", "text/xml"),
    ),
    # https://www.w3.org/TR/trig/
    _format(
        "TriG", "application/trig", "trig", _GRAPHS, "TriG", aliases=("application/x-trig",), for_quads=True
    ),
    # https://www.w3.org/TR/n-quads/
    _format(
        "N-Quads",
        "application/n-quads",
        "nq",
        _GRAPHS,
        "N-Quads",
        "n-quads nquads",
        ("text/x-nquads",),
        for_quads=True,
    ),
)
"""Every format; of those that fit a kind, the first is what a client gets that names none."""


def formats_for(kind: QueryKind, for_quads: bool = False) -> tuple[Format, ...]:
    """Return the formats that can hold this kind of result, the default first.

    Those that were made for quads are among them only when asked for.
    """
    return tuple(fmt for fmt in FORMATS if kind in fmt.kinds and fmt.for_quads <= for_quads)


def choose(kind: QueryKind, accept: MIMEAccept, name: str | None = None, for_quads: bool = False) -> Format:
    """Return the format for an answer: the one named, else what Accept prefers, else the default.

    A name is a suffix, another usual name, or a media type, and wins over Accept. When Accept asks for an
    alias (``application/json``), the format says so in its content type. ``for_quads`` as in ``formats_for``.
    A + that an address has as it is was read as a space, which no name has.
    Raises NotAcceptable with what there is.
    """
    if name:
        return _by_name(formats_for(kind, for_quads), _read_name(name))
    return _choose(kind, tuple(accept), for_quads)


@lru_cache(maxsize=256)
def _choose(kind: QueryKind, accepted: tuple[tuple[str, float], ...], for_quads: bool) -> Format:
    formats, accept = formats_for(kind, for_quads), MIMEAccept(accepted)
    if not accept:
        return formats[0]
    offers = {fmt.media_type: fmt for fmt in formats}
    for fmt in formats:
        for alias in fmt.aliases:
            offers.setdefault(alias, replace(fmt, content_type=alias + _UTF8 * alias.startswith("text/")))
    best = _without_parameters(accept).best_match(offers)
    if best is None:
        raise NotAcceptable(str(accept), [fmt.media_type for fmt in formats])
    return offers[best]


def _without_parameters(accept: MIMEAccept) -> MIMEAccept:
    """Return the header without charset, profile and the like: Werkzeug would match them to the letter."""
    return MIMEAccept([(value.split(";")[0].strip(), quality) for value, quality in accept])


def _read_name(text: str) -> str:
    return text.strip().lower().replace(" ", "+")


def _by_name(formats: tuple[Format, ...], name: str) -> Format:
    for fmt in formats:
        if name in fmt.names or name == fmt.media_type or name in fmt.aliases:
            return fmt
    raise NotAcceptable(name, [fmt.suffix for fmt in formats])


def name_one_format(names: Sequence[str]) -> bool:
    """Return whether all are names of one format, such as ``rdf`` and ``application/rdf+xml``."""
    wanted = {_read_name(part) for name in names for part in name.split(",")}
    return any(wanted <= {*fmt.names, fmt.media_type, *fmt.aliases} for fmt in FORMATS)


def prefers_html(accept: MIMEAccept, kind: QueryKind | None = None) -> bool:
    """Return whether the client prefers a page to the formats of this kind (None: to all), as browsers do.

    ``*/*`` is not such a wish: a program that takes anything gets data.
    """
    return _prefers_html(tuple(accept), kind)


@lru_cache(maxsize=256)
def _prefers_html(accepted: tuple[tuple[str, float], ...], kind: QueryKind | None) -> bool:
    formats, accept = FORMATS if kind is None else formats_for(kind), MIMEAccept(accepted)
    accept = _without_parameters(accept)
    page = accept.quality(HTML)
    aliases = max(accept.quality(alias) for fmt in formats for alias in fmt.aliases)
    return page > max(accept.quality(fmt.media_type) for fmt in formats) and page >= aliases
