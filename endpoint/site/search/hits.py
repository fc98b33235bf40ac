"""What a reader is looking for: the words of a search box or of an address that leads nowhere, as links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from endpoint.show.addresses import page_path
from endpoint.show.names import Candidate, suggest
from endpoint.show.texts import translate
from endpoint.show.values import foreign
from graph.errors import KembarError

_ADDRESS_HITS = 8
_BETWEEN_WORDS = re.compile(r"[^\w]+")
_SUFFIX = re.compile(r"\.(html?|ttl|nt|jsonld|rdf|json|csv|php|aspx?)$")


@dataclass(frozen=True)
class Hit:
    """Something that a name may mean, as a list shows it; `kind_label` says what it is, in words.

    `language` is that of the label and `name_language` that of the name, where it is not the page's.
    """

    label: str
    name: str
    path: str
    kind: str
    kind_label: str
    description: str
    partners: int
    language: str
    name_language: str


def find_hits(text: str, language: str, limit: int, skip: int = 0) -> list[Hit]:
    """Return what a text may name, the likeliest first."""
    return [make_hit(candidate, language) for candidate in suggest(text, language, limit, skip=skip)]


def make_hit(candidate: Candidate, language: str) -> Hit:
    """Return a candidate as a list shows it."""
    label = translate(f"found.{candidate.kind}", language)
    return Hit(
        candidate.label,
        candidate.name,
        page_path(candidate.iri) or candidate.path,
        candidate.kind,
        label,
        candidate.description,
        candidate.partners or 0,
        foreign(candidate, language),
        candidate.name_language if candidate.name_language != language else "",
    )


def words_of_path(path: str) -> str:
    """Return the words of an address, without its kind and suffix: ``/place/Kota-Surabaya.html``."""
    last = _SUFFIX.sub("", unquote(path).rstrip("/")).rpartition("/")[2]
    return " ".join(word for word in _BETWEEN_WORDS.split(last.replace("_", " ")) if word)


def find_by_path(path: str, language: str) -> list[Hit]:
    """Return what the words of an address that leads nowhere may have meant.

    Never raises: the page that says so is complete without.
    """
    words = words_of_path(path)
    try:
        return find_hits(words, language, _ADDRESS_HITS) if words else []
    except KembarError:
        return []


def group_hits(hits: Sequence[Hit], language: str) -> list[tuple[str, str, list[Hit]]]:
    """Return hits as (kind, heading, hits) by kind; the kind of the first hit comes first."""
    kinds = dict.fromkeys(hit.kind for hit in hits)
    return [
        (kind, translate(f"found.heading.{kind}", language), [hit for hit in hits if hit.kind == kind])
        for kind in kinds
    ]
