"""What the templates show: cells as text and links, and the helpers that every template has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from urllib.parse import urlencode

from flask import Flask, Response, make_response, render_template, request
from markupsafe import Markup, escape

from endpoint.engine.results import Cell
from endpoint.serving.current import service
from endpoint.show.labels import ontology_label
from endpoint.show.texts.texts import LANGUAGES, format_date, format_number, term, translate
from graph.model.points import parse_point
from ontology import BASE, KK, PREFIXES

KINDS = (
    "place",
    "partnership",
    "agreement",
    "claim",
    "source",
    "collection",
    "event",
    "person",
    "signature",
    "regulation",
    "assessment",
    "measure",
    "match",
    "vocab",
    "graph",
)
"""The first path segments of the IRIs of things."""

XSD = PREFIXES["xsd"]
_DATES = {XSD + name for name in ("date", "gYearMonth", "gYear")}
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float")}
_WKT = PREFIXES["geo"] + "wktLiteral"
_WEB_ADDRESS = re.compile(r"https?://\S+")
_LONG_TEXT = 40
_WITH_PAGE = (*(f"/{kind}/" for kind in KINDS), "/ontology")


@dataclass(frozen=True)
class Shown:
    """One value as a page shows it; `amount` is the number behind it, for bars and alignment."""

    text: str
    href: str = ""
    outside: bool = False
    language: str = ""
    when: str = ""
    amount: float | None = None

    @property
    def long(self) -> bool:
        """Return whether this is running text, which wants a wide column."""
        return len(self.text) > _LONG_TEXT and " " in self.text

    def __html__(self) -> Markup:
        """Return the value as HTML: a link, a time, or text with its language."""
        inner = escape(self.text)
        if self.when:
            return Markup('<time datetime="{}">{}</time>').format(self.when, inner)
        if self.href:
            kind = Markup(' class="iri"') if self.text.startswith(("http:", "https:")) else ""
            return Markup('<a href="{}"{}>{}</a>').format(self.href, kind, inner)
        if self.language:
            return Markup('<span lang="{0}">{1}</span><span class="lang">{0}</span>').format(
                self.language, inner
            )
        return inner


@dataclass(frozen=True)
class Download:
    """One format that a page can be had in."""

    name: str
    media_type: str
    href: str


def language() -> str:
    """Return the language of the page: ``?lang=`` when it is one of ours, else by Accept-Language."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def link(path: str, values: Mapping[str, str] | None = None, **more: str) -> str:
    """Return a local address with its parameters; an explicitly chosen language stays chosen."""
    query = {**(values or {}), **more}
    if "lang" in request.args and "lang" not in query:
        query["lang"] = language()
    path, hash_, fragment = path.partition("#")
    return path + ("?" + urlencode(query) if query else "") + hash_ + fragment


def local_path(iri: str) -> str | None:
    """Return the path of one of our IRIs on this host, None for any other IRI."""
    return "/" + iri.removeprefix(BASE) if iri.startswith(BASE) else None


def page_path(iri: str) -> str | None:
    """Return the path of the page about one of our things on this host, None for any other IRI.

    What has no page of its own (a release) is given as it is, and leads elsewhere by itself.
    """
    path = local_path(iri)
    if path is None or not path.startswith(_WITH_PAGE):
        return path
    thing, hash_, fragment = path.partition("#")
    return f"{thing}.html{hash_}{fragment}"


def compact(iri: str) -> str:
    """Return the IRI with the prefix that fits best (``kk:party``), or as it is."""
    fitting = [(base, prefix) for prefix, base in PREFIXES.items() if iri.startswith(base)]
    if not fitting:
        return iri
    base, prefix = max(fitting, key=lambda pair: len(pair[0]))
    local = iri.removeprefix(base)
    return f"{prefix}:{local}" if local and "/" not in local else iri


@cache
def property_label(iri: str, lang: str) -> str:
    """Return the word for a property: from our ontology, from the texts, else its local name in words."""
    return ontology_label(iri, lang) or term(compact(iri), lang) or _words(re.split("[/#:]", iri)[-1])


@cache
def column_label(name: str, lang: str) -> str:
    """Return the heading of a column: from the texts, our property of that name, or the name in words."""
    label = term(name, lang) or ontology_label(str(KK[name]), lang) or _words(name)
    return label[:1].upper() + label[1:]


def show(cell: Cell, lang: str, names: Mapping[str, str]) -> Shown:
    """Return a cell as text and link; `names` gives the labels of IRIs."""
    if cell.kind == "iri":
        return _show_iri(cell.value, names)
    if cell.datatype in _DATES:
        return _show_date(cell.value, lang)
    if cell.datatype in _NUMBERS:
        return Shown(format_number(cell.value, lang), amount=float(cell.value))
    if cell.datatype == XSD + "boolean":
        return Shown(translate("yes" if cell.value == "true" else "no", lang))
    if _WEB_ADDRESS.fullmatch(cell.value):
        return Shown(cell.value, href=cell.value, outside=True)
    if cell.datatype == _WKT:
        return Shown(_coordinates(cell.value, lang))
    return Shown(cell.value, language=cell.language if cell.language and cell.language != lang else "")


def install(app: Flask) -> None:
    """Give the templates of `app` their helpers."""
    app.jinja_env.globals.update(link=link, languages=LANGUAGES)
    app.context_processor(_context)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def render(template: str, status: int = 200, **context: object) -> Response:
    """Return a page as a response with its language and what it varies by."""
    response = make_response(render_template(template, **context), status)
    response.headers["Content-Language"] = language()
    response.vary.update(("Accept", "Accept-Language"))
    return response


def respond(template: str, status: int = 200, **context: object) -> Response:
    """Return a page that depends on nothing but the release and its address: with a strong ETag."""
    response = render(template, status, **context)
    if status == 200:
        response.cache_control.public = True
        response.cache_control.no_cache = True
        response.add_etag()
        response.make_conditional(request)
    return response


def _context() -> dict[str, object]:
    lang = language()
    return {
        "lang": lang,
        "release": service().release,
        "t": partial(translate, language=lang),
        "number": partial(format_number, language=lang),
        "date": partial(_show_date, lang=lang),
    }


def _show_date(lexical: str, lang: str) -> Shown:
    return Shown(format_date(lexical, lang), when=lexical)


def _show_iri(iri: str, names: Mapping[str, str]) -> Shown:
    path = local_path(iri)
    if path is not None:
        name = names.get(iri) or path.removeprefix("/").removeprefix("claim/")
        return Shown(name, href=link(page_path(iri) or path))
    if iri.startswith(("http://", "https://")):
        return Shown(names.get(iri) or compact(iri), href=iri, outside=True)
    return Shown(iri)


def with_text(shown: Shown, text: str) -> Shown:
    """Return the same value under another text."""
    return replace(shown, text=text)


def _coordinates(wkt: str, lang: str) -> str:
    point = parse_point(wkt)
    return "; ".join(format_number(f"{degrees:.2f}", lang) for degrees in point) if point else wkt


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("-", " ").replace("_", " ")
    return spaced.lower() if spaced[1:] != spaced[1:].upper() else spaced
