"""The files of releases over HTTP, whole or in ranges, their checksums, descriptions and feed."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, jsonify, request, send_file

from endpoint.engine.language.guard import QueryKind
from endpoint.errors import NotFound
from endpoint.releases import feed, patches, summary
from endpoint.releases.signposting import add_file_links
from endpoint.serving.current import service
from endpoint.serving.pinned import find_kept, list_sound
from endpoint.show.addresses import link
from endpoint.show.conditions import FOREVER, apply
from endpoint.show.rendering import revalidated
from endpoint.show.tables import take_no_part
from endpoint.sparql.negotiation import choose
from graph.downloads.describe.description import convert, with_doi
from graph.errors import DamagedRelease
from graph.store.files import ReleaseFile
from graph.store.manifest import MANIFEST, QUESTIONS, stated_files
from graph.store.releases import Release

blueprint = Blueprint("downloads", __name__)

DESCRIPTION = "void.ttl"
SUMS = "SHA256SUMS"
LISTS = ("agreements", "places")
"""The lists of the site that are tables of a release."""
REVALIDATED = "public, no-cache"
_COMPARING = "changes"
"""The kind of files that tell what changed since the release before."""
_READ_IN_PLACE = {"text/plain", "application/json"}
_DESCRIPTIONS_KEPT = 16


@blueprint.get("/data/latest/")
@blueprint.get("/data/latest/<name>")
def redirect_to_latest(name: str = "") -> Response:
    """Answer /data/latest/<file> : a redirect to the current release, or to its file of this name."""
    release = service().release
    if name and name not in {SUMS, "issues"}:
        _find_file(release, name)
    return _redirect(link(f"/data/{release.id}/{name}", request.args), HTTPStatus.TEMPORARY_REDIRECT)


@blueprint.get(f"/<any({','.join(LISTS)}):name>.<any(csv,parquet):suffix>")
def redirect_to_table(name: str, suffix: str) -> Response:
    """Answer /places.csv and its like : a redirect to that table of the current release, which has all rows.

    Raises ParameterError for who asks for some of them, as the page can be asked.
    """
    take_no_part(f"/{name}.{suffix}")
    return redirect_to_latest(f"{name}.{suffix}")


@blueprint.get(f"/data/<release_id>/{SUMS}")
def list_sums(release_id: str) -> Response:
    """Answer /data/<id>/SHA256SUMS : the checksums of all files, for ``sha256sum --check``."""
    text = summary.list_sums(find_kept(release_id))
    tag = hashlib.sha256(text.encode()).hexdigest()
    return _forever(Response(text, mimetype="text/plain"), tag, caching=REVALIDATED)


@blueprint.get(f"/data/<release_id>/{MANIFEST}")
def send_manifest(release_id: str) -> Response:
    """Answer /data/<id>/manifest.json : all that the release states of itself, for who pulls it.

    What it says of the store is true of this copy alone.
    """
    body = (find_kept(release_id).path / MANIFEST).read_bytes()
    response = Response(body, mimetype="application/json")
    return _forever(response, hashlib.sha256(body).hexdigest(), caching=REVALIDATED)


@blueprint.get("/data/<release_id>/queries/<name>")
def send_question(release_id: str, name: str) -> Response:
    """Answer /data/<id>/queries/<file> : the text of a question as the release keeps it."""
    release = find_kept(release_id)
    stated = stated_files(release.manifest).get(f"{QUESTIONS}/{name}")
    if stated is None:
        raise NotFound(f"release {release.id} has no question {name}")
    body = (release.queries_path / name).read_bytes()
    return _forever(Response(body, mimetype="text/plain"), stated.sha256)


@blueprint.get("/data/<release_id>/<name>")
def download(release_id: str, name: str) -> Response:
    """Answer /data/<id>/<file> : a file of a release, or a range of its bytes; it never changes.

    But what compares the release with the one before may, when it is made again elsewhere.
    """
    release = find_kept(release_id)
    file = _find_file(release, name)
    path = _checked_path(release, file)
    response = send_file(
        path,
        mimetype=file.served_type,
        as_attachment=file.encoding != "" or file.media_type not in _READ_IN_PLACE,
        download_name=saved_name(release.id, file.name),
        conditional=False,
        etag=False,
    )
    response.content_length = file.bytes
    # When this copy was written is no date of the file, which would bind conditions that name one.
    del response.headers["Last-Modified"]
    add_file_links(response, release)
    caching = REVALIDATED if file.kind == _COMPARING else FOREVER
    return _forever(response, file.sha256, path, caching)


@blueprint.get("/data/changes.atom")
def show_feed() -> Response:
    """Answer /data/changes.atom : what each kept release changed, and the claims that caused it."""
    body = feed.atom(feed.read_changes(list_sound()), request.host_url)
    return revalidated(Response(body, content_type=f"{feed.MEDIA_TYPE}; charset=utf-8"))


@blueprint.get("/data/patches.json")
def list_patches() -> Response:
    """Answer /data/patches.json : the patches from release to release, for copies that follow."""
    listed = patches.list_patches(list_sound(), service().release, request.host_url)
    return revalidated(jsonify(listed))


@blueprint.get("/.well-known/void")
def describe() -> Response:
    """Answer /.well-known/void : the current release in VoID and DCAT, in the RDF format of Accept."""
    return answer_description(service().release)


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


def answer_description(release: Release) -> Response:
    """Return a release in VoID and DCAT, in the RDF format that ``?format=`` or Accept asks for."""
    chosen = choose(QueryKind.GRAPH, request.accept_mimetypes, request.args.get("format"))
    described = release.read(_find_file(release, DESCRIPTION).name)
    doi = service().config.doi_of(release.id)
    body = _converted(with_doi(described, release.id, doi), chosen.media_type)
    response = revalidated(Response(body, content_type=chosen.content_type))
    response.vary.add("Accept")
    return response


def _find_file(release: Release, name: str) -> ReleaseFile:
    """Return what the manifest states of a file; raises NotFound for all that it does not name."""
    for file in release.files:
        if file.name == name:
            return file
    raise NotFound(f"release {release.id} has no file {name}; /data/{release.id}/ lists its files")


def _checked_path(release: Release, file: ReleaseFile) -> Path:
    """Return where a file lies; raises DamagedRelease when it is not there as it was published."""
    path = release.files_path / file.name
    if path.is_symlink() or not path.is_file() or path.stat().st_size != file.bytes:
        raise DamagedRelease(release.id, [f"files/{file.name} is missing or has another size"])
    return path


def _forever(response: Response, tag: str, file: Path | None = None, caching: str = FOREVER) -> Response:
    """Return an answer that never changes, whole or the range that was asked of a file.

    Raises PreconditionFailed and RequestedRangeNotSatisfiable.
    """
    response.headers["Cache-Control"] = caching
    response.set_etag(tag)
    return apply(response, file)


def _redirect(address: str, status: HTTPStatus) -> Response:
    response = Response(status=status, headers={"Location": address})
    response.cache_control.no_cache = True
    return response


@lru_cache(_DESCRIPTIONS_KEPT)
def _converted(description: bytes, media_type: str) -> bytes:
    """Return the description of a release in one of the RDF formats."""
    return convert(description, media_type)
