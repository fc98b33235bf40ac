"""Releases as publications: their list, their pages, their files, and what describes them."""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from endpoint.engine.language.guard import QueryKind
from endpoint.errors import NotFound
from endpoint.releases import feed, releases
from endpoint.serving.current import service
from endpoint.serving.pinned import find_kept
from endpoint.show.labels import concept_label
from endpoint.show.present import language, link, page_path
from endpoint.show.present import respond as respond_page
from endpoint.show.texts.texts import translate
from endpoint.sparql.negotiation import HTML, choose, formats_for
from graph.diff.text import describe_values
from graph.downloads.citation import bibtex, cff
from graph.downloads.describe.description import convert
from graph.errors import ReleaseError
from graph.model.iris import concept_iri
from graph.store.files import ReleaseFile
from graph.store.releases import Release, list_releases

blueprint = Blueprint("downloads", __name__)

DESCRIPTION = "void.ttl"
SUMS = "SHA256SUMS"
CHANGES_SHOWN = 50
"""A page lists no more changes than this, and leads to the file that holds all."""

JSON = "application/json"
_GRAPHS = tuple(form.media_type for form in formats_for(QueryKind.GRAPH))
FOREVER = "public, max-age=31536000, immutable"
_COMPRESSED = {"gzip": "application/gzip", "zstd": "application/zstd"}
_READ_IN_PLACE = {"text/plain", "application/json"}


@blueprint.get("/data/")
def list_data() -> Response:
    """Answer /data/ : the releases that are kept, their licences, how to cite, as a page or as JSON."""
    if _best_of(JSON, HTML) == JSON:
        return list_as_json()
    lang, current = language(), service().release
    kept = list_releases(service().home)
    collections = releases.list_collections(current, lang)
    return respond_page(
        "releases/data.html",
        heading=translate("data.heading", lang),
        start=releases.find_starting_points(current),
        rows=[releases.describe_row(one, lang) for one in kept],
        **_about_release(current, collections),
    )


@blueprint.get("/data.json")
def list_as_json() -> Response:
    """Answer /data.json : the releases that are kept, the newest first."""
    current = service().release.id
    kept = [releases.as_json(one, current, request.host_url) for one in list_releases(service().home)]
    return _as_json({"current": current, "releases": kept})


@blueprint.get("/data/<release_id>/")
def show_release(release_id: str) -> Response:
    """Answer /data/<id>/ : one release with its numbers, files, checksums and changes; as RDF its VoID."""
    best, release = _best_of(JSON, HTML, *_GRAPHS), find_kept(release_id)
    if best == JSON:
        return show_as_json(release_id)
    if best in _GRAPHS:
        return _describe(release)
    lang = language()
    collections = releases.list_collections(release, lang)
    diff = releases.read_changes(release)
    return respond_page(
        "releases/release.html",
        heading=translate("release.heading", lang, id=release.id),
        numbers=releases.list_numbers(release, lang),
        files=releases.group_files(release, lang),
        known_kinds=releases.KINDS,
        diff=diff,
        changes=diff.things[:CHANGES_SHOWN] if diff else (),
        page_path=page_path,
        describe_values=describe_values,
        sums=SUMS,
        previous_kept=any(
            one.id == release.manifest.get("previous") for one in list_releases(service().home)
        ),
        **_about_release(release, collections),
    )


@blueprint.get("/data/<release_id>.json")
def show_as_json(release_id: str) -> Response:
    """Answer /data/<id>.json : one release with all that is known of its files."""
    release = find_kept(release_id)
    return _as_json(releases.as_json(release, service().release.id, request.host_url))


@blueprint.get("/data/latest/")
@blueprint.get("/data/latest/<name>")
def redirect_to_latest(name: str = "") -> Response:
    """Answer /data/latest/<file> : a redirect to the current release, or to its file of this name."""
    release = service().release
    if name and name not in {SUMS, "issues"}:
        _find_file(release, name)
    return _redirect(link(f"/data/{release.id}/{name}"), HTTPStatus.TEMPORARY_REDIRECT)


@blueprint.get(f"/data/<release_id>/{SUMS}")
def list_sums(release_id: str) -> Response:
    """Answer /data/<id>/SHA256SUMS : the checksums of all files, for ``sha256sum --check``."""
    text = releases.list_sums(find_kept(release_id))
    return _forever(Response(text, mimetype="text/plain"), hashlib.sha256(text.encode()).hexdigest())


@blueprint.get("/data/<release_id>/<name>")
def download(release_id: str, name: str) -> Response:
    """Answer /data/<id>/<file> : a file of a release, or a range of its bytes; it never changes."""
    release = find_kept(release_id)
    file = _find_file(release, name)
    path = _checked_path(release, file)
    response = send_file(
        path,
        mimetype=_media_type_of(file),
        as_attachment=file.encoding != "" or file.media_type not in _READ_IN_PLACE,
        download_name=saved_name(release.id, file.name),
        conditional=False,
        etag=False,
    )
    return _forever(response, file.sha256, file.bytes)


@blueprint.get("/data/changes.atom")
def show_feed() -> Response:
    """Answer /data/changes.atom : what each kept release changed, and the claims that caused it."""
    body = feed.atom(feed.read_changes(list_releases(service().home)), request.host_url)
    return _cached(Response(body, content_type=f"{feed.MEDIA_TYPE}; charset=utf-8"))


@blueprint.get("/.well-known/void")
def describe() -> Response:
    """Answer /.well-known/void : the current release in VoID and DCAT, in the RDF format of Accept."""
    return _describe(service().release)


@blueprint.get("/release/<release_id>/file/<name>")
def see_file(release_id: str, name: str) -> Response:
    """Answer /release/<id>/file/<name> : see the file itself."""
    release = find_kept(release_id)
    return _redirect(f"/data/{release.id}/{_find_file(release, name).name}", HTTPStatus.SEE_OTHER)


def saved_name(release_id: str, name: str) -> str:
    """Return the name under which a file is saved: it carries the id of its release."""
    return f"kota-kembar-{release_id}" + (name.removeprefix("kota-kembar") if _is_dump(name) else f"-{name}")


def _is_dump(name: str) -> bool:
    return name.startswith("kota-kembar.")


def _describe(release: Release) -> Response:
    chosen = choose(QueryKind.GRAPH, request.accept_mimetypes, request.args.get("format"))
    path = _checked_path(release, _find_file(release, DESCRIPTION))
    response = _cached(Response(_converted(path, chosen.media_type), content_type=chosen.content_type))
    response.vary.add("Accept")
    return response


def _has(release: Release, name: str) -> bool:
    return any(file.name == name for file in release.files)


def _find_file(release: Release, name: str) -> ReleaseFile:
    """Return what the manifest states of a file; raises NotFound for all that it does not name."""
    for file in release.files:
        if file.name == name:
            return file
    raise NotFound(f"release {release.id} has no file {name}; /data/{release.id}/ lists its files")


def _checked_path(release: Release, file: ReleaseFile) -> Path:
    """Return where a file lies; raises ReleaseError when it is not there as it was published."""
    path = release.files_path / file.name
    if path.is_symlink() or not path.is_file() or path.stat().st_size != file.bytes:
        what = f"the file {file.name} of release {release.id} is missing or damaged on the server"
        raise ReleaseError(f"{what}; run `kembar check {release.id}`")
    return path


def _media_type_of(file: ReleaseFile) -> str:
    """Return the type of the bytes as they lie: a compressed file is one, so that checksums match."""
    return _COMPRESSED.get(file.encoding, file.media_type)


def _forever(response: Response, tag: str, length: int | None = None) -> Response:
    """Return an answer that never changes, or 304, or with `length` the range of bytes that was asked."""
    response.headers["Cache-Control"] = FOREVER
    response.set_etag(tag)
    environ = dict(request.environ)
    if not _asks_one_range():
        environ.pop("HTTP_RANGE", None)
    try:
        response.make_conditional(environ, accept_ranges=length is not None, complete_length=length)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def _asks_one_range() -> bool:
    """Return whether a range is asked that is served: other units, several ranges and HEAD get the whole."""
    asked = request.range
    return request.method == "GET" and asked is not None and asked.units == "bytes" and len(asked.ranges) == 1


def _cached(response: Response) -> Response:
    """Return an answer to ask for again each time, with a strong ETag, or 304."""
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response


def _redirect(address: str, status: HTTPStatus) -> Response:
    response = Response(status=status, headers={"Location": address})
    response.cache_control.no_cache = True
    return response


def _best_of(*offers: str) -> str:
    """Return which of the media types the client prefers, the first one when it does not care."""
    return request.accept_mimetypes.best_match(offers) or offers[0]


def _as_json(value: object) -> Response:
    response = jsonify(value)
    response.vary.add("Accept")
    return _cached(response)


@cache
def _converted(path: Path, media_type: str) -> bytes:
    return convert(path.read_bytes(), media_type)


def _about_release(release: Release, collections: list[releases.Collection]) -> dict[str, Any]:
    """Return what the page of the list and that of one release both show."""
    day = releases.compiled_on(release)
    return {
        "shown": release,
        "collections": collections,
        "kinds": [(kind, _issue_label(kind)) for kind in releases.issue_kinds(collections)],
        "citations": [("BibTeX", bibtex(release.id, day)), ("CITATION.cff", cff(release.id, day))],
        "issues": f"/data/{release.id}/issues" if _has(release, "issues.csv") else "",
    }


def _issue_label(kind: str) -> str:
    return concept_label(concept_iri("issue", kind), language())
