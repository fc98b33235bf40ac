"""Addresses on this host: the page of an IRI, links that keep the language, parameters that mean nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

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

LANGUAGE = "lang"
"""The parameter that every page takes."""
_TRACKING = re.compile(
    r"utm_\w+|gad_\w+|(?:fb|g|d|y|ys|tw|tt)clid|[gw]braid|msclkid|srsltid|igsh(?:id)?|li_fat_id|mc_[ce]id|mkt_tok"
    r"|_g[al]|_hs(?:enc|mi)"
)
"""What other sites add to every address that they lead to (campaigns, clicks)."""
_TAKEN: Mapping[str, frozenset[str]] = {
    "agreements.show_agreements": frozenset({"year", "page"}),
    "assets.send_asset": frozenset({"v"}),
    "catalogue.show_examples": frozenset({"format"}),
    "downloads.describe": frozenset({"format"}),
    "issues.show_issues": frozenset({"origin", "kind", "collection"}),
    "places.show_countries": frozenset({"sort"}),
    "places.show_places": frozenset({"sort", "page"}),
    "search.show_search": frozenset({"q", "skip"}),
    "search.suggest_as_json": frozenset({"q", "limit"}),
    "sources.show_sources": frozenset({"q", "kind", "collection", "language", "page", "bom", "guard"}),
    "world.show_world": frozenset({"detail"}),
}
"""The parameters of each view beside the language; one that is not here has none."""
_READ_BY_THEIR_VIEW = frozenset(
    {
        *("agents", "graph_store", "reconciliation", "reconciliation_pinned", "sparql", "wikidata"),
        *("canned.answer_pinned", "canned.answer_query", "canned.show_query", "canned.show_sparql"),
        *("downloads.redirect_to_latest", "downloads.redirect_to_table", "places.redirect_to_question"),
    }
)
"""Parts and views that look at all their parameters themselves: they refuse unknown ones, or pass them on."""
_MOST_TOLD = 5
_MOST_LETTERS = 50

_WITH_PAGE = (*(f"/{kind}/" for kind in THING_KINDS), "/ontology")


def language() -> str:
    """Return the language of this request's page, one of LANGUAGES: ``?lang=``, else by Accept-Language."""
    chosen = request.args.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def leave_out_tracking(values: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the parameters of an address without those that only tell its sender who came."""
    if not any(map(_TRACKING.fullmatch, values)):
        return values
    return type(values)(pair for pair in values.items(multi=True) if not _TRACKING.fullmatch(pair[0]))


def taken_parameters() -> list[str]:
    """Return the names of the parameters that the view of this request takes, beside the language."""
    return sorted(_TAKEN.get(request.endpoint or "", ()))


def unread_parameters() -> list[str]:
    """Return the first parameters that mean nothing to the view of this request; none where it looks."""
    if not request.args or request.endpoint is None:
        return []
    if not _READ_BY_THEIR_VIEW.isdisjoint({request.endpoint, request.blueprint}):
        return []
    known = {LANGUAGE, *taken_parameters()}
    return [name[:_MOST_LETTERS] for name in request.args if name not in known][:_MOST_TOLD]


def describe_unread() -> str:
    """Return in ASCII which parameters of this request mean nothing, and what it takes; else nothing."""
    unread = ", ".join(quote(name, safe="") for name in unread_parameters())
    return unread and f"no parameter here: {unread}; there is: {', '.join([*taken_parameters(), LANGUAGE])}"


def link(path: str, values: Mapping[str, str] | None = None, **more: str) -> str:
    """Return a path of this host with its parameters; an explicitly chosen language stays chosen.

    The fragment of the path, when it has one, stays behind the parameters.
    """
    query = {**(values or {}), **more}
    if LANGUAGE in request.args and LANGUAGE not in query:
        query[LANGUAGE] = language()
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
