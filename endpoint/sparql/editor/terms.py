"""Words of a query that look like terms of our ontology and are none: they match nothing, in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from rdflib import URIRef

from ontology import KK, ontology

_STRINGS = (
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
)
_WORDS = re.compile(rf"{_STRINGS}|#[^\n<>]*(?=\n|$)|<(?P<iri>[^<>\s]*)>|(?P<prefix>[\w-]*):(?P<local>[\w-]+)")
_PREFIXES = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_PREFIX = "kk"
"""What stands for our namespace where a query does not say otherwise."""
_CUTOFF = 0.6


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
        return f"{self.text} is no term of the ontology{advice}"


@cache
def _terms() -> frozenset[str]:
    """Return the local names of all terms of our ontology."""
    subjects = {subject for subject in ontology().subjects() if isinstance(subject, URIRef)}
    return frozenset(str(term).removeprefix(str(KK)) for term in subjects if str(term).startswith(str(KK)))


def find_unknown_terms(query: str) -> list[UnknownTerm]:
    """Return the words of a query in the namespace of our ontology that are no terms of it, each once."""
    bases = dict(_PREFIXES.findall(query))
    ours = {prefix for prefix, base in {_PREFIX: str(KK), **bases}.items() if base == str(KK)}
    found: dict[str, UnknownTerm] = {}
    for start, end, text, name in _names(query, ours):
        if name not in _terms() and text not in found:
            close = get_close_matches(name, sorted(_terms()), n=1, cutoff=_CUTOFF)
            found[text] = UnknownTerm(text, start, end, close[0] if close else "")
    return list(found.values())


def _names(query: str, prefixes: set[str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield where each word of our namespace stands, the word, and its local name."""
    for word in _WORDS.finditer(query):
        iri, prefix = word["iri"], word["prefix"]
        if iri is not None and iri.startswith(str(KK)) and iri != str(KK):
            yield word.start(), word.end(), word[0], iri.removeprefix(str(KK))
        elif prefix is not None and prefix in prefixes:
            yield word.start(), word.end(), word[0], word["local"]
