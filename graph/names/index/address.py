"""The id of a place in what people paste: ids, our IRIs and pages, the addresses of Wikidata items."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

_QID = re.compile(r"[Qq][1-9][0-9]*")
_MINTED = re.compile(r"x-[a-z]{2}-[a-z0-9-]+")
_SUFFIX = re.compile(r"\.(html|ttl|nt|nq|trig|jsonld|json|rdf|xml|csv)$")
_WIKIDATA = re.compile(
    r"(?:www\.|m\.)?wikidata\.org/(?:wiki/Special:Entity(?:Data|Page)/|wiki/|entity/)(?P<id>[^/]+)"
)
_OURS = re.compile(r"(?:.*/)?place/(?P<id>[^/]+)/?")
_LOOKS_LIKE_ADDRESS = re.compile(r"(?i)https?://|^/|^(?:www\.|m\.)?wikidata\.org/|^<.*>$")


def read_place_id(text: str) -> str | None:
    """Return the id of a place that a text is, or is an address of; None for any other text.

    Understood are Q11462, wd:Q11462, place:Q11462, x-id-…, the IRI of a place in angle brackets or without,
    its page on any host, and the pages, entities and data of Wikidata, with a scheme or without.
    """
    bare = text.strip().removeprefix("<").removesuffix(">").strip()
    local = re.sub(r"^(?:wd|place):", "", bare)
    if (place := _as_id(local)) is not None:
        return place
    return _read_address(bare) if is_address(text) or "/" in bare else None


def is_address(text: str) -> bool:
    """Return whether a text is meant as an address, so that it is no name."""
    return _LOOKS_LIKE_ADDRESS.search(text.strip()) is not None


def _read_address(text: str) -> str | None:
    """Return the id at the end of an address; its query and fragment do not count."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    address = unquote(f"{parts.netloc}{parts.path}")
    found = _WIKIDATA.match(address.lstrip("/")) or _OURS.fullmatch(address)
    return _as_id(_SUFFIX.sub("", found["id"])) if found else None


def _as_id(text: str) -> str | None:
    if _QID.fullmatch(text):
        return text.upper()
    return text if _MINTED.fullmatch(text) else None
