"""What people write for a place, a country or a concept, looked up in the data.

Nothing given by a person becomes SPARQL text: it is compared here in Python, or bound as a term.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from graph.errors import ParameterError
from graph.model.iris import is_qid
from ontology import BASE, PREFIXES, WIKIDATA
from queries.terms import iri_term, text_term

Rows = list[dict[str, str]]

_PLACE = BASE + "place/"
_MOST_CANDIDATES = 10
_MINTED = re.compile(r"x-[a-z]{2}-[a-z0-9-]+")
_CODE = re.compile(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?")
_PROLOGUE = "\n".join(f"PREFIX {name}: <{PREFIXES[name]}>" for name in ("kk", "rdfs", "skos", "level")) + "\n"

_CITY = "?place a kk:City ."
_REGENCY = "?place kk:comparableLevel level:regency ."
_PROVINCE = "?place kk:comparableLevel level:province ."
_RANKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), rank)
    for pattern, rank in (
        (r"(?:kota|city of) (.+)", _CITY),
        (r"(.+) city", _CITY),
        (r"(?:kabupaten|kab\.) (.+)", _REGENCY),
        (r"(.+) (?:regency|county)", _REGENCY),
        (r"(?:provinsi|prefektur) (.+)", _PROVINCE),
        (r"(.+) (?:province|prefecture)", _PROVINCE),
    )
)
"""Rank words around a name, with what the place must be when only the bare name is found."""


class _Found(NamedTuple):
    """A place that a text may mean; the labels of it and of its country are English."""

    iri: str
    label: str
    country: str
    is_city: bool

    def __str__(self) -> str:
        """Return the place as a reader can tell it from others: label (id, country)."""
        return f"{self.label} ({', '.join(filter(None, (self.iri.removeprefix(_PLACE), self.country)))})"


class Resolver:
    """Finds the IRI that a text means, by SELECT queries over one release."""

    def __init__(self, select: Callable[[str], Rows]) -> None:
        """Take a function that runs a SELECT over all graphs and returns its rows as plain texts."""
        self._select = select

    def find_place(self, parameter: str, text: str) -> str:
        """Return the IRI of the place that `text` means: an id, an IRI, a name or an ISO code.

        Names are tried in this order, and the first that finds anything decides: exactly as written (label
        in English or Indonesian, then native name); without a rank word (Kota, Kabupaten, Regency …), among
        places of that rank; ISO code; in any case of letters. Several places of one name: the only city
        among them is meant; otherwise ParameterError lists them. Raises ParameterError, too, when nothing
        is found, with names that are close.
        """
        return self._resolve(parameter, text, "?place a kk:Place .", "place")

    def find_country(self, parameter: str, text: str) -> str:
        """Return the IRI of the country that `text` means; ISO 3166-1 alpha-2 codes are known.

        Raises ParameterError when nothing or more than one is found.
        """
        return self._resolve(parameter, text, "?place a kk:Country .", "country")

    def find_concept(self, parameter: str, scheme: str, text: str) -> str:
        """Return the IRI of the concept of `scheme` that `text` means: slug, label, other label or IRI.

        Case of letters does not count. Raises ParameterError with the concepts that are close, else all.
        """
        scheme_term = iri_term(f"{BASE}vocab/{scheme}", parameter)
        rows = self._select(
            f"{_PROLOGUE}SELECT ?concept ?name WHERE {{ ?concept skos:inScheme {scheme_term} ."
            " ?concept skos:prefLabel|skos:altLabel ?name } ORDER BY ?concept ?name"
        )
        names = {slug.casefold(): iri for slug, iri in _slugs(rows).items()}
        for row in rows:
            names.setdefault(row["concept"].casefold(), row["concept"])
            names.setdefault(row["name"].casefold(), row["concept"])
        if (found := names.get(text.strip().casefold())) is not None:
            return found
        close = difflib.get_close_matches(text.casefold(), names, n=_MOST_CANDIDATES, cutoff=0.6)
        near = list(dict.fromkeys(names[name].rsplit("/", 1)[1] for name in close))
        raise ParameterError(parameter, text, f"is no {scheme}; {_advice(near, sorted(_slugs(rows)))}")

    def _resolve(self, parameter: str, text: str, pattern: str, kind: str) -> str:
        text = text.strip()
        if not text:
            raise ParameterError(parameter, text, f"is empty; {_advice([], [])}")
        for condition in _conditions(parameter, text):
            if found := self._find(f"{pattern} {condition}"):
                return _pick_place(parameter, text, found)
        near = self._similar_labels(pattern, text)
        raise ParameterError(parameter, text, f"is no {kind} of the data; {_advice(near, [])}")

    def _find(self, pattern: str) -> list[_Found]:
        rows = self._select(
            f"{_PROLOGUE}SELECT DISTINCT ?place ?label ?country ?city WHERE {{ {pattern}"
            ' ?place rdfs:label ?label . FILTER(LANG(?label) IN ("en", ""))'
            ' OPTIONAL { ?place kk:country ?c . ?c rdfs:label ?country . FILTER(LANG(?country) = "en") }'
            " OPTIONAL { ?place a ?city . FILTER(?city = kk:City) } } ORDER BY ?label ?place"
        )
        return [_Found(r["place"], r["label"], r.get("country", ""), "city" in r) for r in rows]

    def _similar_labels(self, pattern: str, text: str) -> list[str]:
        """Return labels that are like `text`; only those that begin with the same two letters are read."""
        bare = [match[1] for rank, _ in _RANKS if (match := rank.fullmatch(text))]
        starts = " ".join(text_term(name[:2].lower()) for name in (text, *bare))
        rows = self._select(
            f"{_PROLOGUE}SELECT DISTINCT ?name WHERE {{ VALUES ?start {{ {starts} }} {pattern}"
            " ?place rdfs:label ?label . BIND(STR(?label) AS ?name)"
            " FILTER(STRSTARTS(LCASE(?name), ?start)) } ORDER BY ?name"
        )
        labels = {row["name"].casefold(): row["name"] for row in rows}
        close = [
            label
            for name in (text, *bare)
            for label in difflib.get_close_matches(name.casefold(), labels, n=_MOST_CANDIDATES, cutoff=0.6)
        ]
        return [labels[label] for label in dict.fromkeys(close)][:_MOST_CANDIDATES]


def _slugs(rows: Rows) -> dict[str, str]:
    return {row["concept"].rsplit("/", 1)[1]: row["concept"] for row in rows}


def _conditions(parameter: str, text: str) -> Iterator[str]:
    """Yield graph patterns that say what ?place must be, the strictest first."""
    if (iri := _place_iri(text)) is not None:
        yield f"VALUES ?place {{ {iri_term(iri, parameter)} }}"
        if is_qid(iri.removeprefix(_PLACE)):
            yield f"?place kk:wikidataId {text_term(iri.removeprefix(_PLACE), parameter)} ."
        return
    yield _labelled(parameter, text)
    yield f"?place kk:nativeName ?name . FILTER(STR(?name) = {text_term(text, parameter)})"
    for pattern, rank in _RANKS:
        if match := pattern.fullmatch(text):
            yield f"{_labelled(parameter, match[1])} {rank}"
    if _CODE.fullmatch(text):
        yield f"?place kk:isoCode {text_term(text.upper(), parameter)} ."
    yield _in_any_case(parameter, text)
    for pattern, rank in _RANKS:
        if match := pattern.fullmatch(text):
            yield f"{_in_any_case(parameter, match[1])} {rank}"


def _place_iri(text: str) -> str | None:
    """Return the IRI of a place when the text is one, or the id of one, or a Wikidata item."""
    local = text.removeprefix("wd:").removeprefix(str(WIKIDATA)).removeprefix(_PLACE)
    if is_qid(local.upper()):
        return _PLACE + local.upper()
    if _MINTED.fullmatch(local):
        return _PLACE + local
    return text if text.startswith(("http://", "https://")) else None


def _labelled(parameter: str, text: str) -> str:
    names = " ".join(text_term(text, parameter, language) for language in ("en", "id"))
    return f"VALUES ?name {{ {names} }} ?place rdfs:label ?name ."


def _in_any_case(parameter: str, text: str) -> str:
    lowered = text_term(text.lower(), parameter)
    return f"?place rdfs:label|kk:nativeName ?name . FILTER(LCASE(STR(?name)) = {lowered})"


def _pick_place(parameter: str, text: str, found: Iterable[_Found]) -> str:
    """Return the IRI of the one place found, or of the one city; raises ParameterError that lists them."""
    places: Mapping[str, _Found] = {place.iri: place for place in found}
    cities = [place for place in places.values() if place.is_city]
    for only in (list(places.values()), cities):
        if len(only) == 1:
            return only[0].iri
    listed = "; ".join(str(place) for place in list(places.values())[:_MOST_CANDIDATES])
    raise ParameterError(
        parameter, text, f"is the name of {len(places)} places; write the id of one: {listed}"
    )


def _advice(near: list[str], everything: list[str]) -> str:
    if near:
        return f"did you mean {', '.join(near)}?"
    if everything:
        return f"there is: {', '.join(everything)}"
    return "write its name in English or Indonesian, its Wikidata id, or its address here"
