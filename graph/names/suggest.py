"""What may be meant by a text that somebody is still typing: things of every kind, the likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from graph.matching.known.names import normalize_name
from graph.names.describe import describe_place, describe_thing
from graph.names.index.ask import NameIndex
from graph.names.index.entry import KINDS, Entry, Thing, best_language, full_key
from graph.names.meaning import LONGEST_NAME, find_meaning
from ontology import BASE


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a text may mean; `name` is the one that fits, as it is written, `label` its label.

    `country` is a label and `country_id` an id, both empty when none is known; `partners` is of places only.
    `exact` says that the text is the name but for accents, case and spaces, or an id of it. `language` is
    that of the label and `name_language` that of the name, empty when it is not known.
    """

    iri: str
    kind: str
    label: str
    name: str
    description: str = ""
    country: str = ""
    country_id: str = ""
    partners: int | None = None
    exact: bool = False
    language: str = ""
    name_language: str = ""

    @property
    def id(self) -> str:
        """Return the last part of its IRI."""
        return self.iri.rpartition("/")[2]

    @property
    def path(self) -> str:
        """Return where it is on a host of ours."""
        return "/" + self.iri.removeprefix(BASE)


def suggest(
    text: str,
    index: NameIndex,
    language: str,
    limit: int = 10,
    kinds: Collection[str] = KINDS,
    questions: Sequence[Thing] = (),
    skip: int = 0,
) -> list[Candidate]:
    """Return what a text may mean: ids and exact names first, names that begin so, names with all its words.

    Those of one rank come by kind, the most linked first; when there is none, places named alike. `questions`
    are looked through besides what the index holds. A text of over LONGEST_NAME characters means nothing.
    """
    text = text.strip()
    if not full_key(text) or len(text) > LONGEST_NAME:
        return []
    most = skip + limit
    found = [*_suggest_places(text, index, language, most)] if "place" in kinds else []
    for kind in kinds:
        if kind not in {"place", "question"}:
            things = index.find_things(text, kind, most)
            found += [_candidate(thing, text, language, name) for thing, name in things]
    if "question" in kinds:
        found += [_candidate(thing, text, language, name) for thing, name in _find_questions(text, questions)]
    ranked = sorted(found, key=lambda candidate: (not candidate.exact, KINDS.index(candidate.kind)))
    return ranked[skip:most]


def _suggest_places(text: str, index: NameIndex, language: str, most: int) -> Iterator[Candidate]:
    """Yield places, each once: what the text means, begins the name of, has words of, else is like."""
    meaning = find_meaning(text, index)
    with_words = (thing for thing, _ in index.find_things(text, "place", most))
    known: set[str] = set()
    certain = chain(meaning.places, index.find_by_prefix(text, most), with_words)
    for entry in chain(certain, () if meaning.places else meaning.similar):
        if isinstance(entry, Entry) and entry.id not in known:
            known.add(entry.id)
            yield describe_candidate(entry, index, language, text)
            if len(known) >= most:
                return


def describe_candidate(entry: Entry, index: NameIndex, language: str, text: str = "") -> Candidate:
    """Return a place as a candidate for a text."""
    country_id = entry.facts.get("country", "")
    country = index.get(country_id) if country_id else None
    label = entry.label(language)
    name = _fitting(text, label, index.names_of(entry.iri))
    return Candidate(
        iri=entry.iri,
        kind="place",
        label=label,
        name=name,
        description=describe_place(entry, index, language),
        country=country.label(language) if country else "",
        country_id=country_id,
        partners=len(entry.partners),
        exact=full_key(text) == full_key(name) or (bool(text) and index.find(text) == entry),
        language=best_language(entry.labels, language),
        name_language=_language_of(name, entry.labels),
    )


def _candidate(thing: Entry | Thing, text: str, language: str, name: str) -> Candidate:
    label = thing.label(language)
    name = _fitting(text, label, (name,))
    kind = thing.kind if isinstance(thing, Thing) else "place"
    description = describe_thing(thing, language) if isinstance(thing, Thing) else ""
    exact = full_key(name) == full_key(text)
    return Candidate(
        thing.iri,
        kind,
        label,
        name,
        description,
        exact=exact,
        language=best_language(thing.labels, language),
        name_language=_language_of(name, thing.labels),
    )


def _language_of(name: str, labels: Mapping[str, str]) -> str:
    """Return the language of a name that is a label, empty when it is none."""
    return next((tag for tag, label in labels.items() if label == name), "")


def _fitting(text: str, label: str, names: Sequence[str]) -> str:
    """Return the name that fits a text best: the same, one that begins so, one with its words."""
    key, words = full_key(text), normalize_name(text).split()
    ways: tuple[Callable[[str], bool], ...] = (
        lambda name: full_key(name) == key,
        lambda name: full_key(name).startswith(key),
        lambda name: _has_words(name, words),
    )
    for fits in ways:
        if (found := next((name for name in (label, *names) if fits(name)), None)) is not None:
            return found
    return label


def _has_words(name: str, words: Sequence[str]) -> bool:
    """Return whether each word begins a word of the name."""
    own = normalize_name(name).split()
    return all(any(one.startswith(word) for one in own) for word in words)


def _find_questions(text: str, questions: Sequence[Thing]) -> Iterator[tuple[Thing, str]]:
    """Yield the questions with a title or other name that has all words of a text."""
    words = normalize_name(text).split()
    for question in questions:
        names = (*question.labels.values(), *question.names)
        if (name := next(islice((n for n in names if _has_words(n, words)), 1), None)) is not None:
            yield question, name
