"""Words of a query that look like terms of our ontology and are none: they match nothing, in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process
from rdflib import URIRef

from endpoint.engine.language.guard import read_prefixes
from endpoint.engine.language.tokens import IRI, NAME, Token
from ontology import KK, ontology

NOTE = "X-Kembar-Note"
"""The header that tells programs of words in their query that match nothing."""

MOST_NAMED = 20
"""So many unknown terms of a query are named, in its order."""
_MOST_NOTED = 5
_NAMESPACE, _PREFIX = f"<{KK}>", "kk:"
"""Our namespace, and what stands for it where a query does not say otherwise."""
_MOST_LETTERS = 64
_CUTOFF = 60.0


@dataclass(frozen=True)
class UnknownTerm:
    """A word of a query that our ontology does not have; `start` and `end` are where it stands.

    `nearest` is the local name of the term most like it, empty when none is.
    """

    text: str
    start: int
    end: int
    nearest: str

    def __str__(self) -> str:
        """Return what to say of it."""
        advice = f"; did you mean kk:{self.nearest}?" if self.nearest else "; /ontology.html lists all"
        return f"{self.text[: 2 * _MOST_LETTERS]} is no term of the ontology{advice}"


@cache
def _terms() -> tuple[str, ...]:
    """Return the local names of all terms of our ontology, in order."""
    subjects = {str(subject) for subject in ontology().subjects() if isinstance(subject, URIRef)}
    return tuple(sorted(iri.removeprefix(str(KK)) for iri in subjects if iri.startswith(str(KK))))


@cache
def _known() -> frozenset[str]:
    """Return the same as a set."""
    return frozenset(_terms())


def find_unknown_terms(tokens: Sequence[Token]) -> list[UnknownTerm]:
    """Return the first MOST_NAMED words of our namespace in a query that are no terms of it, each once."""
    known, found = _known(), dict[str, UnknownTerm]()
    for token, name in _names(tokens):
        if name not in known and token.text not in found:
            found[token.text] = UnknownTerm(
                token.text, token.start, token.start + len(token.text), _find_nearest(name)
            )
            if len(found) == MOST_NAMED:
                break
    return list(found.values())


def note(tokens: Sequence[Token]) -> str:
    """Return what the header NOTE says of a query, in ASCII; empty when there is nothing to say."""
    text = "; ".join(map(str, find_unknown_terms(tokens)[:_MOST_NOTED]))
    return text.encode("ascii", "backslashreplace").decode()


def _find_nearest(name: str) -> str:
    found = process.extractOne(name[:_MOST_LETTERS], _terms(), scorer=fuzz.ratio, score_cutoff=_CUTOFF)
    return str(found[0]) if found else ""


def _names(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Yield each word of our namespace, with its local name."""
    bases = {_PREFIX: {_NAMESPACE}} | read_prefixes(tokens)
    ours = {prefix for prefix, base in bases.items() if base == {_NAMESPACE}}
    for token in tokens:
        if token.kind is IRI:
            if token.text.startswith(_NAMESPACE[:-1]) and token.text != _NAMESPACE:
                yield token, token.text[len(_NAMESPACE) - 1 : -1]
        elif token.kind is NAME:
            prefix, colon, name = token.text.partition(":")
            if name and prefix + colon in ours:
                yield token, name
