"""The releases that are kept, as pages and as JSON: their list, and each with its numbers and changes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from endpoint.engine.language.guard import QueryKind
from endpoint.releases import summary
from endpoint.releases.dataset import describe_dataset, list_descriptions
from endpoint.releases.downloads import SUMS, answer_description
from endpoint.releases.signposting import LINK_SET_JSON, add_links, cite_as
from endpoint.serving.current import service
from endpoint.serving.pinned import find_kept, list_damaged, list_sound
from endpoint.show.addresses import language, page_path
from endpoint.show.lookup import concept_label
from endpoint.show.release import Collection, list_collections
from endpoint.show.rendering import respond, revalidated
from endpoint.show.texts import translate
from endpoint.sparql.negotiation import HTML, formats_for
from graph.diff.text import describe_values
from graph.downloads.describe.citation import bibtex, cff
from graph.model.iris import concept_iri
from graph.store.history import read_history
from graph.store.releases import Release

blueprint = Blueprint("releases", __name__)

CHANGES_SHOWN = 50
"""A page lists no more changes than this, and leads to the file that holds all."""

JSON = "application/json"
_GRAPHS = tuple(form.media_type for form in formats_for(QueryKind.GRAPH))


@blueprint.get("/data/")
def list_data() -> Response:
    """Answer /data/ : the releases that are kept, their licences, how to cite, as a page or as JSON."""
    if _best_of(JSON, HTML) == JSON:
        return list_as_json()
    lang, current = language(), service().release
    return respond(
        "releases/data.html",
        heading=translate("data.heading", lang),
        start=summary.find_starting_points(current),
        rows=[summary.describe_row(release, lang) for release in list_sound()],
        damaged=list_damaged(),
        descriptions=list_descriptions(current),
        has_contact=bool(service().config.contact),
        **_about_release(current, lang),
    )


@blueprint.get("/data.json")
def list_as_json() -> Response:
    """Answer /data.json : the releases that are kept, the newest first, and the ids of all there were."""
    current, history = service().release.id, read_history(service().home).ids
    releases = [_describe_as_json(release) for release in list_sound()]
    damaged = [{"id": name, "fault": fault} for name, fault in list_damaged().items()]
    listed = {"current": current, "releases": releases, "damaged": damaged, "history": history}
    return _as_json(listed)


@blueprint.get("/data/<release_id>/")
def show_release(release_id: str) -> Response:
    """Answer /data/<id>/ : one release with its numbers, files, checksums and changes; as RDF its VoID."""
    best, release = _best_of(JSON, HTML, *_GRAPHS), find_kept(release_id)
    if best == JSON:
        return show_as_json(release_id)
    if best in _GRAPHS:
        return answer_description(release)
    lang, diff = language(), summary.read_diff(release)
    doi = service().config.doi_of(release.id)
    response = respond(
        "releases/release.html",
        heading=translate("release.heading", lang, id=release.id),
        numbers=summary.list_numbers(release, lang),
        files=summary.group_files(release, lang),
        known_kinds=summary.FILE_KINDS,
        diff=diff,
        changes=diff.things[:CHANGES_SHOWN] if diff else (),
        renamed=sum(diff.count_renames().values()) if diff else 0,
        page_path=page_path,
        describe_values=describe_values,
        sums=SUMS,
        previous_kept=release.manifest.get("previous") in {kept.id for kept in list_sound()},
        schema=describe_dataset(release, request.host_url.rstrip("/"), lang, doi),
        descriptions=list_descriptions(release),
        cite_as=cite_as(release),
        link_set=LINK_SET_JSON,
        **_about_release(release, lang),
    )
    return add_links(response, release)


@blueprint.get("/data/<release_id>.json")
def show_as_json(release_id: str) -> Response:
    """Answer /data/<id>.json : one release with all that is known of its files."""
    release = find_kept(release_id)
    return _as_json(_describe_as_json(release))


def _describe_as_json(release: Release) -> dict[str, object]:
    current, config = service().release.id, service().config
    return summary.as_json(release, current, request.host_url, config.doi_of(release.id))


def _best_of(*offers: str) -> str:
    """Return which of the media types the client prefers, the first one when it does not care."""
    return request.accept_mimetypes.best_match(offers) or offers[0]


def _as_json(value: object) -> Response:
    response = jsonify(value)
    response.vary.add("Accept")
    return revalidated(response)


def _about_release(release: Release, lang: str) -> dict[str, Any]:
    """Return what the page of the list and that of one release both show."""
    collections, day = list_collections(release, lang), summary.compiled_on(release)
    doi = service().config.doi_of(release.id)
    has_issues = any(file.name == summary.ISSUES for file in release.files)
    return {
        "shown": release,
        "collections": collections,
        "kinds": _list_issue_kinds(collections, lang),
        "citations": [
            ("BibTeX", bibtex(release.id, day, doi=doi)),
            ("CITATION.cff", cff(release.id, day, doi)),
        ],
        "issues": f"/data/{release.id}/issues" if has_issues else "",
    }


def _list_issue_kinds(collections: list[Collection], lang: str) -> list[tuple[str, str]]:
    """Return the kinds of issues that any of the collections has as (kind, label), by kind."""
    kinds = {kind for collection in collections for kind in collection.issues}
    return [(kind, concept_label(concept_iri("issue", kind), lang)) for kind in sorted(kinds)]
