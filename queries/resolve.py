"""What people write for a place, a country or a concept, as IRIs; what is unclear is an error with a choice.

Nothing given by a person becomes SPARQL text: it is looked up in the index of names, and bound as a term.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from graph.errors import ParameterError
from graph.names.index.ask import NameIndex
from graph.names.index.entry import COUNTRY, PLACE, PLACES, Entry
from graph.names.meaning import LONGEST_NAME, find_meaning
from graph.names.suggest import Candidate, describe_candidate
from queries.mistakes import Mistake

_MOST_LISTED = 10
_LANGUAGE = "en"


class UnclearName(ParameterError):
    """A text is not the name of exactly one place; `candidates` are those that may be meant."""

    def __init__(self, parameter: str, value: str, what: str, candidates: Sequence[Candidate]) -> None:
        """Name the parameter, the value as given, what is unclear, and what may be meant."""
        self.candidates = tuple(candidates)
        super().__init__(parameter, value, what)


class AmbiguousName(UnclearName):
    """Several places have this name."""


class UnknownName(UnclearName):
    """No place has this name; the candidates have one like it, if any has."""


class Resolver:
    """Finds the IRI that a text means in one release."""

    def __init__(self, index: NameIndex, language: str = _LANGUAGE) -> None:
        """Take the names of the release, and the language that places are listed in."""
        self._index, self._language = index, language

    def find_place(self, parameter: str, text: str) -> str:
        """Return the IRI of the one place that `text` means (graph/names/meaning.py).

        Raises AmbiguousName when several are named so, UnknownName when none is, ParameterError when it is
        empty or too long.
        """
        return self._find(parameter, text, PLACE)

    def find_country(self, parameter: str, text: str) -> str:
        """Return the IRI of the one country that `text` means: a name, an ISO 3166-1 code, an id, an address.

        Raises AmbiguousName, UnknownName and ParameterError.
        """
        return self._find(parameter, text, COUNTRY)

    def find_chain(self, start: str, end: str) -> list[tuple[str, str]]:
        """Return the hops of a shortest chain of partners between two places, by their IRIs.

        A country stands for all its places. It is empty when there is no chain.
        """
        hops = self._index.find_chain(self._places_of(start), self._places_of(end))
        return [(PLACES + a, PLACES + b) for a, b in hops]

    def _places_of(self, iri: str) -> list[str]:
        place = self._index.find(iri)
        if place is None or COUNTRY not in place.classes:
            return [iri.removeprefix(PLACES)]
        return [place.id, *(entry.id for entry in self._index.find_in_region(place.id, most=-1))]

    def find_concept(self, parameter: str, scheme: str, text: str) -> str:
        """Return the IRI of the concept of `scheme` that `text` means: slug, label, other label or IRI.

        Case of letters does not count. Raises ParameterError with the concepts that are close, else all.
        """
        concepts = self._index.concepts(scheme)
        slugs = {concept.iri.rpartition("/")[2]: concept.iri for concept in concepts}
        names = {slug.casefold(): iri for slug, iri in slugs.items()}
        for concept in concepts:
            for name in (concept.iri, *concept.labels.values(), *concept.names):
                names.setdefault(name.casefold(), concept.iri)
        if (found := names.get(text.strip().casefold())) is not None:
            return found
        close = difflib.get_close_matches(text.casefold(), names, n=_MOST_LISTED, cutoff=0.6)
        near = list(dict.fromkeys(names[name].rpartition("/")[2] for name in close))
        if near:
            raise ParameterError(parameter, text, Mistake.ALIKE, close=", ".join(near))
        raise ParameterError(parameter, text, Mistake.NO_CHOICE, choices=", ".join(sorted(slugs)))

    def _find(self, parameter: str, text: str, kind: str) -> str:
        if not text.strip():
            raise ParameterError(parameter, "", Mistake.NO_NAME)
        if len(text) > LONGEST_NAME:
            raise ParameterError(parameter, text[:50] + "…", Mistake.TOO_LONG, most=LONGEST_NAME)
        meaning = find_meaning(text, self._index, kind)
        if len(meaning.places) == 1:
            return meaning.places[0].iri
        if meaning.places:
            what = f"is the name of {len(meaning.places)} places; write the id of one: "
            raise AmbiguousName(
                parameter, text, what + self._list(meaning.places), self._candidates(meaning.places, text)
            )
        what = f"is no {'country' if kind == COUNTRY else 'place'} of the data; "
        near = f"did you mean {self._list(meaning.similar)}?" if meaning.similar else _ADVICE
        raise UnknownName(parameter, text, what + near, self._candidates(meaning.similar, text))

    def _candidates(self, entries: Sequence[Entry], text: str) -> list[Candidate]:
        return [describe_candidate(entry, self._index, self._language, text) for entry in entries]

    def _list(self, entries: Sequence[Entry]) -> str:
        """Return places as a reader can tell them apart: label (id, country); not more than some."""
        listed = [self._name(entry) for entry in entries[:_MOST_LISTED]]
        return "; ".join(listed + ["…"] * (len(entries) > _MOST_LISTED))

    def _name(self, entry: Entry) -> str:
        country = self._index.get(entry.facts.get("country", ""))
        return f"{entry.label('en')} ({', '.join([entry.id, *([country.label('en')] if country else [])])})"


_ADVICE = "write its name, its Wikidata id, or its address here"
