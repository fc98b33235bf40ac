"""Addresses on this host: where the page of an IRI is, and links that keep the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from flask import request

from endpoint.show.texts import LANGUAGES
from graph.model.terms import is_iri
from ontology import BASE

THING_KINDS = (
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
"""The kinds of things that have IRIs of their own, as the first segment of their paths names them."""

_WITH_PAGE = (*(f"/{kind}/" for kind in THING_KINDS), "/ontology")


def language() -> str:
    """Return the language of this request's page, one of LANGUAGES: ``?lang=``, else by Accept-Language."""
    chosen = request.args.get("lang", "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def link(path: str, values: Mapping[str, str] | None = None, **more: str) -> str:
    """Return a path of this host with its parameters; an explicitly chosen language stays chosen.

    The fragment of the path, when it has one, stays behind the parameters.
    """
    query = {**(values or {}), **more}
    if "lang" in request.args and "lang" not in query:
        query["lang"] = language()
    path, hash_, fragment = path.partition("#")
    return path + ("?" + urlencode(query) if query else "") + hash_ + fragment


def host_of(text: str) -> str:
    """Return the host that an address of the web names, nothing for a text that is no such address."""
    if not text.startswith(("http://", "https://")) or not is_iri(text):
        return ""
    try:
        return urlsplit(text).netloc
    except ValueError:  # an IRI may name what no host can be called, such as http://a\u2100b/
        return ""


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
