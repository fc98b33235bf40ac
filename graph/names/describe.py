"""Things in a few words that set them apart from their namesakes, in a language of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from rdflib import URIRef
from rdflib.namespace import RDFS, SKOS
from rdflib.term import Node

from graph.names.index.ask import NameIndex
from graph.names.index.entry import CITY, Entry, Thing
from ontology import BASE, KK, ontology, vocabulary

_LABELS_KEPT = 4096

LANGUAGES = ("en", "id")
_LEVELS: Mapping[str, tuple[str, str]] = {
    "country": ("country", "negara"),
    "province": ("province or state", "provinsi"),
    "regency": ("regency or county", "kabupaten"),
    "city": ("municipality", "munisipalitas"),
    "borough": ("borough", "wilayah kota"),
    "metro-region": ("metropolitan region", "kawasan perkotaan"),
    "village": ("village", "desa"),
    "port": ("port", "pelabuhan"),
}
_IN = ("in", "di")
_SINCE = ("since", "sejak")
_WORDS: Mapping[str, tuple[str, str]] = {"class": ("class", "kelas"), "property": ("property", "properti")}


def describe_place(entry: Entry, index: NameIndex, language: str) -> str:
    """Return what a place is and where: "city in East Java, Indonesia", "city in Oregon, United States"."""
    above, country = index.get(next(index.ancestors(entry), "")), index.get(entry.facts.get("country", ""))
    region = above.label(language) if above else next(iter(entry.regions), "")
    names = [name for name in (region, country.label(language) if country else "") if name]
    kind = _describe_kind(entry, language)
    return f"{kind} {_pick(_IN, language)} {', '.join(dict.fromkeys(names))}" if names else kind


def _describe_kind(entry: Entry, language: str) -> str:
    level = _LEVELS.get(entry.facts.get("level", ""))
    if level is None or CITY in entry.classes:
        return class_label(entry.types[0], language)
    return _pick(level, language)


def describe_thing(thing: Thing, language: str) -> str:
    """Return what tells a thing that is no place: who published a source, the scheme of a term."""
    facts = thing.facts
    if thing.kind == "source":
        return ", ".join(
            filter(None, (facts.get("publisher"), concept_word("source-type", facts["sourceType"], language)))
        )
    if thing.kind == "term":
        scheme = facts.get("scheme")
        return _pick(_WORDS[facts["class"]], language) if scheme is None else scheme_label(scheme, language)
    if thing.kind == "partnership":
        since = f"{_pick(_SINCE, language)} {facts['sinceYear']}" if "sinceYear" in facts else ""
        status = concept_word("status", facts["status"], language) if "status" in facts else ""
        return ", ".join(filter(None, (class_label(facts["class"], language), status, since)))
    return facts.get(f"summary-{language}", "")


def _pick(words: tuple[str, str], language: str) -> str:
    return words[LANGUAGES.index(language) if language in LANGUAGES else 0]


@lru_cache(_LABELS_KEPT)
def class_label(name: str, language: str) -> str:
    """Return the label of a class of ours in a language of ours, else in English, else its name."""
    return _label(ontology().objects(URIRef(str(KK[name])), RDFS.label), language) or name


@lru_cache(_LABELS_KEPT)
def concept_word(scheme: str, slug: str, language: str) -> str:
    """Return the preferred label of a concept in a language of ours, else in English, else its slug."""
    iri = URIRef(f"{BASE}vocab/{scheme}/{slug}")
    return _label(vocabulary().objects(iri, SKOS.prefLabel), language) or slug


@lru_cache(_LABELS_KEPT)
def scheme_label(scheme: str, language: str) -> str:
    """Return the label of a scheme of concepts, else its slug."""
    iri = URIRef(f"{BASE}vocab/{scheme}")
    found = [*vocabulary().objects(iri, SKOS.prefLabel), *vocabulary().objects(iri, RDFS.label)]
    return _label(found, language) or scheme


def _label(literals: Iterable[Node], language: str) -> str:
    labels = {getattr(label, "language", None) or "": str(label) for label in literals}
    return labels.get(language) or labels.get(LANGUAGES[0]) or ""
