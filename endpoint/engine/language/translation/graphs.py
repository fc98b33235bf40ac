"""A query and its dataset by the names of graphs in an engine elsewhere, where each release has its own.

FROM goes into the dataset. ``GRAPH <name>`` gets the name there. Around ``GRAPH ?g`` a VALUES table gives
?g the name that is ours, so that it joins with what the data say of the graph: both names are one to one,
so that no solution is more or less for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from urllib.parse import urljoin

from endpoint.engine.language.guard import read_prefixes
from endpoint.engine.language.tokens import MARK, WORD, Kind, Token
from graph.engines.answers import HIDDEN
from graph.engines.triple_store import Dataset
from graph.errors import QueryRefused

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
ABSENT = "urn:kembar:absent"
"""A graph that no engine has: an empty part of a dataset."""

_Edit = tuple[int, int, str]


class Translation:
    """One text under way: its tokens, what its names mean, and the edits so far."""

    def __init__(self, text: str, tokens: Sequence[Token], base: str) -> None:
        """Take a text that is SPARQL, with its tokens; relative IRIs are resolved against `base`."""
        self.text, self.tokens, self.edits = text, tokens, list[_Edit]()
        self._prefixes = read_prefixes(tokens)
        self._base = base
        for word, iri in pairwise(tokens):
            if word.kind is WORD and word.text.upper() == "BASE" and iri.kind is Kind.IRI:
                self._base = urljoin(self._base, _unescape(iri.text))

    def resolve(self, token: Token) -> str:
        """Return the IRI that a token stands for. Raises QueryRefused where a prefix means two things."""
        if token.kind is Kind.IRI:
            return urljoin(self._base, _unescape(token.text))
        prefix, _, local = token.text.partition(":")
        declared = self._prefixes.get(prefix + ":", set())
        if len(declared) != 1:
            raise QueryRefused(f"the prefix {prefix}: is declared twice", "Give each its own name")
        namespace = urljoin(self._base, _unescape(next(iter(declared))))
        return namespace + local.replace("\\", "")

    def replace(self, token: Token, text: str) -> None:
        """Let something else stand in the place of a token."""
        self.edits.append((token.start, token.start + len(token.text), text))

    def result(self) -> str:
        """Return the text with all edits."""
        parts, place = [], 0
        for start, end, text in sorted(self.edits):
            parts += [self.text[place:start], text]
            place = end
        return "".join([*parts, self.text[place:]])


def translate_dataset(asked: Translation, dataset: Dataset, graphs: Mapping[str, str]) -> Dataset:
    """Return the dataset of a query by the names in the engine, and take its FROM clauses out of the text.

    `graphs` maps our names to those; a graph that is not among them is empty here, whatever the engine has.
    """
    default, named = _read_clauses(asked)
    if dataset.is_given:
        default, named = list(dataset.default_graphs), list(dataset.named_graphs)
    elif not default and not named:
        return Dataset(tuple(graphs.values()), tuple(graphs.values()))
    found = [_stored(default, graphs), _stored(named, graphs)]
    return Dataset(found[0] or (ABSENT,), found[1] or (ABSENT,))


def _stored(names: Sequence[str], graphs: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(graphs[name] for name in names if name in graphs))


def _read_clauses(asked: Translation) -> tuple[list[str], list[str]]:
    default: list[str] = []
    named: list[str] = []
    tokens = asked.tokens
    for place, token in enumerate(tokens):
        if token.depth or token.kind is not WORD or token.text.upper() != "FROM":
            continue
        following = tokens[place + 1]
        is_named = following.kind is WORD
        name = tokens[place + 2] if is_named else following
        (named if is_named else default).append(asked.resolve(name))
        for gone in tokens[place : place + 2 + is_named]:
            asked.replace(gone, "")
    return default, named


def translate_graphs(asked: Translation, graphs: Mapping[str, str]) -> None:
    """Give GRAPH the names in the engine, of the graphs of the dataset alone: our names to those there."""
    count = 0
    for place, token in enumerate(asked.tokens[:-2]):
        if token.kind is not WORD or token.text.upper() != "GRAPH":
            continue
        name = asked.tokens[place + 1]
        if name.kind is Kind.VARIABLE:
            count += 1
            _translate_variable(asked, place, f"?{HIDDEN}{count}", graphs)
        else:
            asked.replace(name, f"<{graphs.get(asked.resolve(name), ABSENT)}>")


def _translate_variable(asked: Translation, place: int, hidden: str, graphs: Mapping[str, str]) -> None:
    keyword, name = asked.tokens[place], asked.tokens[place + 1]
    rows = " ".join(f"(<{there}> <{ours}>)" for ours, there in graphs.items())
    opening = f"{{ VALUES ({hidden} ?{name.text[1:]}) {{ {rows} }} {keyword.text}"
    asked.replace(keyword, opening)
    asked.replace(name, hidden)
    end = _closing(asked.tokens, place + 2)
    asked.edits.append((end.start + 1, end.start + 1, "}"))


def _closing(tokens: Sequence[Token], place: int) -> Token:
    """Return the brace that closes the one at a place of the tokens."""
    opened = 0
    for token in tokens[place:]:
        if token.kind is MARK and token.text in ("{", "}"):
            opened += 1 if token.text == "{" else -1
            if not opened:
                return token
    raise SyntaxError("a brace is never closed")


def _unescape(iri: str) -> str:
    """Return the IRI in a token in angle brackets (https://www.w3.org/TR/sparql11-query/#codepointEscape)."""
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), iri[1:-1])
