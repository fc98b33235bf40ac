"""The way from the page of a release to all that belongs to it, for programs that read no HTML.

FAIR Signposting (https://signposting.org/FAIR/): links in the header of the answer (level 1), and all of
them, also those of the files, in a link set (level 2, https://www.rfc-editor.org/rfc/rfc9264). A header has
room for few links, so the files in it are the tables and the whole graph; the link set has every file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, Response, request

from endpoint.releases.dataset import DESCRIPTIONS, list_descriptions
from endpoint.serving.current import service
from endpoint.serving.pinned import find_kept
from endpoint.show.rendering import revalidated
from graph.downloads.describe.publication import PUBLISHER, doi_address, publication_of, release_iri
from graph.store.files import ReleaseFile
from graph.store.releases import Release
from ontology import BASE

blueprint = Blueprint("signposting", __name__)

LINK_SET, LINK_SET_JSON = "linkset", "linkset.json"
_TYPES = ("https://schema.org/AboutPage", "https://schema.org/Dataset")
_IN_HEADERS = {"table"}
_WHOLE = "kota-kembar.nq.gz"


class Link(NamedTuple):
    """A typed link; `target` is an address on this host from its root, or an IRI."""

    relation: str
    target: str
    media_type: str = ""
    profile: str = ""


@blueprint.get(f"/data/<release_id>/{LINK_SET}")
def show_link_set(release_id: str) -> Response:
    """Answer /data/<id>/linkset : all links of a release and of its files, as text."""
    lines = [
        f'{_as_header(_absolute(link))} ; anchor="{request.host_url.rstrip("/")}{anchor}"'
        for anchor, links in _link_set(find_kept(release_id)).items()
        for link in links
    ]
    return revalidated(Response(",\n".join(lines) + "\n", content_type="application/linkset"))


@blueprint.get(f"/data/<release_id>/{LINK_SET_JSON}")
def show_link_set_as_json(release_id: str) -> Response:
    """Answer /data/<id>/linkset.json : the same as JSON."""
    contexts = [_context(anchor, links) for anchor, links in _link_set(find_kept(release_id)).items()]
    body = json.dumps({"linkset": contexts}, indent=1) + "\n"
    return revalidated(Response(body, content_type="application/linkset+json"))


def add_links(response: Response, release: Release) -> Response:
    """Add the links of a release to the header of its page."""
    _append(response, [link for link in _links_of(release) if _is_in_header(link, release)])
    return response


def add_file_links(response: Response, release: Release) -> Response:
    """Add to the header of a file the page that it belongs to."""
    _append(response, [_collection(release), _link_set_link(release, LINK_SET_JSON)])
    return response


def cite_as(release: Release) -> str:
    """Return the address by which a release is cited: its DOI when it has one, else its IRI."""
    doi = service().config.doi_of(release.id)
    return doi_address(doi) if doi else release_iri(release.id)


def _link_set(release: Release) -> dict[str, list[Link]]:
    """Return the links by what they go out from: the page, each file, each description."""
    publication = publication_of(release.manifest, release.files)
    page = f"/data/{release.id}/"
    files = {page + file.name: [_collection(release), Link("type", _TYPES[1])] for file in publication.files}
    about = [Link("describes", page, "text/html")]
    return {page: _links_of(release), **files, **{page + f.name: about for f in list_descriptions(release)}}


def _links_of(release: Release) -> list[Link]:
    publication = publication_of(release.manifest, release.files)
    return [
        Link("cite-as", cite_as(release)),
        *(Link("type", kind) for kind in _TYPES),
        Link("author", BASE + PUBLISHER[0]),
        *(Link("license", licence) for licence in publication.licences),
        *(_describedby(file, release) for file in list_descriptions(release)),
        *(_item(file, release) for file in publication.files),
        _link_set_link(release, LINK_SET),
        _link_set_link(release, LINK_SET_JSON),
    ]


def _item(file: ReleaseFile, release: Release) -> Link:
    return Link("item", f"/data/{release.id}/{file.name}", file.served_type)


def _describedby(file: ReleaseFile, release: Release) -> Link:
    return Link("describedby", f"/data/{release.id}/{file.name}", file.media_type, DESCRIPTIONS[file.name])


def _collection(release: Release) -> Link:
    return Link("collection", f"/data/{release.id}/", "text/html")


def _link_set_link(release: Release, name: str) -> Link:
    media_type = "application/linkset+json" if name == LINK_SET_JSON else "application/linkset"
    return Link("linkset", f"/data/{release.id}/{name}", media_type)


def _is_in_header(link: Link, release: Release) -> bool:
    shown = {file.name for file in release.files if file.kind in _IN_HEADERS} | {_WHOLE}
    return link.relation != "item" or link.target.rpartition("/")[2] in shown


def _absolute(link: Link) -> Link:
    host = request.host_url.rstrip("/")
    return link._replace(target=host + link.target) if link.target.startswith("/") else link


def _as_header(link: Link) -> str:
    named = (("type", link.media_type), ("profile", link.profile))
    return f'<{link.target}> ; rel="{link.relation}"' + "".join(
        f' ; {name}="{value}"' for name, value in named if value
    )


def _append(response: Response, links: Sequence[Link]) -> None:
    for link in links:
        response.headers.add("Link", _as_header(_absolute(link)))


def _context(anchor: str, links: Sequence[Link]) -> dict[str, object]:
    """Return the links from one place as https://www.rfc-editor.org/rfc/rfc9264#section-4.2 writes them."""
    by_relation: dict[str, list[dict[str, object]]] = {}
    for link in map(_absolute, links):
        target: dict[str, object] = {"href": link.target}
        target |= {"type": link.media_type} if link.media_type else {}
        target |= {"profile": [link.profile]} if link.profile else {}
        by_relation.setdefault(link.relation, []).append(target)
    return {"anchor": request.host_url.rstrip("/") + anchor, **by_relation}
