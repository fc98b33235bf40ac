"""How IRIs are minted. A changed IRI is a breaking change: these functions use the fewest stable fields."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from ontology import BASE

_QID = re.compile(r"Q[1-9][0-9]*")
_NAME = re.compile(r"\w+(?:[-.~:]+\w+)*")
_LONGEST_NAME = 200


def slug(text: str) -> str:
    """Return `text` as lower-case ASCII words joined by hyphens; accents are dropped, never transliterated.

    An all-native-script text gives an empty slug, so callers add a hash.
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")


def short_hash(text: str, digits: int = 6) -> str:
    """Return the first hex digits of the SHA-256 of `text` (UTF-8)."""
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def is_name(text: str) -> bool:
    """Return whether a text can be the last part of an IRI of ours, and of its address.

    Letters, digits and _ can, with - . ~ : between them: others end the address (#, ?), are steps of a path
    (/, ..), or are written otherwise there (a space, %).
    """
    return len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None


def is_qid(text: str) -> bool:
    """Return whether `text` is a Wikidata item id such as Q11462."""
    return _QID.fullmatch(text) is not None


def mint_place_id(country: str, name: str) -> str:
    """Return the id of a place without a QID: ``x-<iso2>-<slug>-<6 hex of the key "ISO2|name">``.

    Of a name in another script only the hex is left.
    """
    parts = ("x", country.lower(), slug(name), short_hash(f"{country}|{name}"))
    return "-".join(filter(None, parts))


def source_id(address: str) -> str:
    """Return the id of a source: ``<slug of the host>-<6 hex of the address>``."""
    host = re.sub(r"^[a-z]+://(www\.)?", "", address).split("/", 1)[0]
    return f"{slug(host)[:40].strip('-')}-{short_hash(address)}"


def _pair_order(place_id: str) -> tuple[bool, int, str]:
    if is_qid(place_id):
        return (False, int(place_id[1:]), place_id)
    return (True, 0, place_id)


def order_pair(a: str, b: str) -> tuple[str, str]:
    """Return the two place ids in the order of partnership ids: QIDs by number, then minted ids."""
    first, second = sorted((a, b), key=_pair_order)
    return first, second


def pair_id(a: str, b: str) -> str:
    """Return the id of the unordered pair: ``Q11462-Q24826``."""
    return "-".join(order_pair(a, b))


def iri(kind: str, local: str) -> str:
    """Return the IRI of one thing: ``iri("place", "Q11462")``; kinds are the first path segments."""
    return f"{BASE}{kind}/{local}"


def concept_iri(scheme: str, concept: str) -> str:
    """Return the IRI of a concept of the vocabulary: ``concept_iri("domain", "trade")``."""
    return f"{BASE}vocab/{scheme}/{concept}"


def graph_iri(name: str) -> str:
    """Return the IRI of a named graph: ``graph/core``, ``graph/indonesia``."""
    return iri("graph", name)
