"""The documents that describe a thing: formats, addresses, and the headers that tie them together.

A thing and the documents about it have addresses of their own. The address of the thing (``/place/Q11462``,
on this host what its IRI is in the world) answers 303 See Other and leads to one of the documents
(``/place/Q11462.html``, ``.ttl``, …): https://www.w3.org/TR/cooluris/#r303gendocument. Pages link to the
``.html`` documents, not to the things: a click is then one request, whose answer depends on no Accept header
and can be cached, and no reader waits for a redirection. The IRI stands on every page, and is its canonical
link.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, make_response, redirect, request
from werkzeug.datastructures import MIMEAccept

from endpoint.engine.language.guard import QueryKind
from endpoint.errors import NotAcceptable
from endpoint.serving.current import service
from endpoint.show.rendering import Download, revalidated
from endpoint.show.texts import LANGUAGES
from endpoint.sparql.negotiation import HTML, Format, choose, formats_for, prefers_html
from ontology import BASE

PAGE = "html"
DATA: tuple[Format, ...] = formats_for(QueryKind.GRAPH)
"""The formats of a description as data, the default first."""

SUFFIXES: tuple[str, ...] = (PAGE, *(form.suffix for form in DATA))
"""The suffixes of all documents of a thing."""

SEE_OTHER_SECONDS = 3600
MOVED_SECONDS = 86400
_DATASET = "/.well-known/void"
_ABOUT_PAGE = "https://schema.org/AboutPage"


def split_suffix(local: str) -> tuple[str, str | None]:
    """Return a path without the suffix of one of our documents, and that suffix or None."""
    stem, dot, suffix = local.rpartition(".")
    return (stem, suffix) if dot and suffix in SUFFIXES else (local, None)


def format_of(suffix: str) -> Format:
    """Return the format of a data document by its suffix; raises StopIteration for any other suffix."""
    return next(form for form in DATA if form.suffix == suffix)


def choose_suffix(accept: MIMEAccept) -> str:
    """Return the suffix of the document that Accept prefers; a client that takes anything gets Turtle.

    Raises NotAcceptable with what there is. https://www.rfc-editor.org/rfc/rfc9110#name-proactive-negotiation
    """
    if prefers_html(accept, QueryKind.GRAPH):
        return PAGE
    try:
        return choose(QueryKind.GRAPH, accept).suffix
    except NotAcceptable as exc:
        raise NotAcceptable(exc.asked, [HTML, *exc.available]) from exc


def for_people(suffix: str | None) -> bool:
    """Return whether the client of this request wants to read, not to compute."""
    return suffix == PAGE or prefers_html(request.accept_mimetypes, QueryKind.GRAPH)


def downloads(path: str) -> list[Download]:
    """Return the data documents of the thing at `path`, the default first."""
    return [Download(form.name, form.media_type, f"{path}.{form.suffix}") for form in DATA]


def see_other(path: str) -> Response:
    """Return 303 from a thing to the document that the client wants; a chosen language stays chosen.

    It may be kept for an hour, whatever is released: the document says by itself when the thing is gone.
    """
    response = _redirect(f"{path}.{choose_suffix(request.accept_mimetypes)}", HTTPStatus.SEE_OTHER)
    response.vary.add("Accept")
    response.cache_control.max_age = SEE_OTHER_SECONDS
    _add_links(response, [_link(f"{path}.{suffix}", "describedby", suffix) for suffix in SUFFIXES])
    return response


def moved(path: str, suffix: str | None) -> Response:
    """Return 301 to the same document (or to the thing itself) under the IRI that has replaced this one."""
    response = _redirect(path if suffix is None else f"{path}.{suffix}", HTTPStatus.MOVED_PERMANENTLY)
    response.cache_control.max_age = MOVED_SECONDS
    return response


def data_response(body: bytes, path: str, suffix: str, iri: str) -> Response:
    """Return a data document of the thing `iri` with its tag and links, or 304 when the client has it."""
    response = Response(body, content_type=format_of(suffix).content_type)
    return revalidated(add_document_links(response, path, suffix, iri))


def add_document_links(response: Response, path: str, suffix: str, iri: str) -> Response:
    """Add what a document of the thing `iri` is one form of, its other forms, and what it is taken from.

    A document has one format, so its answer varies by no Accept header, unlike that of the thing.
    """
    response.vary.discard("accept")
    others = [_link(f"{path}.{other}", "alternate", other) for other in SUFFIXES if other != suffix]
    known = [f'<{iri}>; rel="canonical"', *others, f'<{_DATASET}>; rel="describedby"']
    _add_links(response, known + _signposts(path, suffix, iri))
    return response


def _signposts(path: str, suffix: str, iri: str) -> list[str]:
    """Return the links of https://signposting.org/FAIR/ between the page of a thing and its documents."""
    release = f'</data/{service().release.id}/>; rel="collection"; type="{HTML}"'
    if suffix != PAGE:
        return [f'<{iri}>; rel="cite-as"', _link(f"{path}.{PAGE}", "describes", PAGE), release]
    data = [_link(f"{path}.{form.suffix}", "describedby", form.suffix) for form in DATA]
    return [f'<{iri}>; rel="cite-as"', f'<{_ABOUT_PAGE}>; rel="type"', *data, release]


def iri_of(path: str) -> str:
    """Return the IRI of the thing at a path of this host."""
    return BASE + path.removeprefix("/")


def _redirect(path: str, status: HTTPStatus) -> Response:
    chosen = request.args.get("lang")
    query = f"?lang={chosen}" if chosen in LANGUAGES else ""
    response = make_response(redirect(path + query, status))
    response.cache_control.public = True
    return response


def _link(path: str, relation: str, suffix: str) -> str:
    media_type = HTML if suffix == PAGE else format_of(suffix).media_type
    return f'<{path}>; rel="{relation}"; type="{media_type}"'


def _add_links(response: Response, links: list[str]) -> None:
    response.headers["Link"] = ", ".join(links)  # https://www.rfc-editor.org/rfc/rfc8288
