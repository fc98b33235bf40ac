"""What may be asked here, decided on tokens: a word inside a string, an IRI or a comment decides nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from endpoint.config import Config
from endpoint.engine.language.nesting import FLAT, Shape, measure
from endpoint.engine.language.rewriting.rewrite import Rewriting, rewrite
from endpoint.engine.language.tokens import IRI, WORD, Kind, Token, is_doubtful, locate, tokenize
from graph.errors import QueryRefused, QuerySyntaxError, QueryTooComplex, QueryTooLong

_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)  # https://www.w3.org/TR/sparql11-update/
_VOLATILE = ("RAND", "UUID", "NOW", "BNODE")
_NEW_NODES = frozenset({"[", "(", "<<", "{|", "~"})
# Where a text of our own may have what is to be rewritten: p|q, p*, p?, MAX
_REWRITTEN = re.compile(r"(?<!\|)\|(?!\|)|[\w>)-]\s*(?:\*|\?(?!\w))|MAX\(")
_STAND_IN = "urn:stand-in:"
_ADDRESS, _NAME = re.compile(r"""<https?://[^<>"'{}|^`\\\s]*>"""), re.compile(rf"<{_STAND_IN}[0-9]+>")
# Where it matters what an address is, not only which are the same: names of graphs, and what is in a text
_READS_ADDRESSES = re.compile(rf"{_STAND_IN}|\bFROM\b|\b(?:REGEX|REPLACE)\b", re.IGNORECASE)
_BEFORE_A_GRAPH_NAME = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})


class QueryKind(StrEnum):
    """What comes back: rows, a yes or no, or triples (CONSTRUCT and DESCRIBE)."""

    SELECT = "select"
    ASK = "ask"
    GRAPH = "graph"


_KINDS = {
    "SELECT": QueryKind.SELECT,
    "ASK": QueryKind.ASK,
    "CONSTRUCT": QueryKind.GRAPH,
    "DESCRIBE": QueryKind.GRAPH,
}


@dataclass(frozen=True)
class Reading:
    """A query and what is known of it; the defaults hold for the queries of this service itself.

    ``stable``: the same release gives the same bytes; not so with RAND(), NOW(), SERVICE or new blank nodes.
    ``has_dataset``: it has a FROM clause, so the default graph is not the union of all graphs.
    ``calls_out``: it asks other endpoints, all of them allowed. ``shape``: how deep and how long it is.
    ``rewriting``: what the engine is asked instead, where it would not give what SPARQL 1.1 says.
    """

    text: str
    kind: QueryKind
    stable: bool = True
    has_dataset: bool = False
    calls_out: bool = False
    shape: Shape = FLAT
    tokens: tuple[Token, ...] = field(default=(), repr=False)
    rewriting: Rewriting | None = field(default=None, repr=False)


def trust(text: str, kind: QueryKind) -> Reading:
    """Return the reading of a query of our own, of which nothing but its kind need be known.

    One that may have property paths is tokenised after all, but only the first time: another thing in the
    place of a thing changes nothing of it.
    For constant texts, and texts with terms bound into them; never for what a stranger wrote.
    """
    return Reading(text, kind, rewriting=_rewrite_own(text) if _REWRITTEN.search(text) else None)


def _rewrite_own(text: str) -> Rewriting | None:
    if _READS_ADDRESSES.search(text):
        return _rewrite_form(text)
    names: dict[str, str] = {}
    form = _ADDRESS.sub(lambda found: names.setdefault(found[0], f"<{_STAND_IN}{len(names)}>"), text)
    rewriting = _rewrite_form(form)
    if rewriting is None:
        return None
    addresses = {name: address for address, name in names.items()}
    asked = (rewriting.text, rewriting.condition, rewriting.otherwise, rewriting.refusal)
    return Rewriting(*(_NAME.sub(lambda found: addresses[found[0]], part) for part in asked))


@lru_cache(maxsize=256)
def _rewrite_form(text: str) -> Rewriting | None:
    tokens = tokenize(text)
    return rewrite(text, tokens, measure(tokens).depth.value, Config.query_bytes)


def admit(text: str, config: Config) -> Reading:
    """Return what ``read`` returns for a stranger's query, when it also keeps the limits on its shape.

    Raises QueryTooComplex and what ``read`` raises.
    """
    reading = _read(text, config)
    shape = reading.shape
    for limited, peak, limit in (
        ("query-depth", shape.depth, config.query_depth),
        ("query-chain", shape.chain, config.query_chain),
        ("query-patterns", shape.patterns, config.query_patterns),
    ):
        if peak.value > limit:
            what, mend = _SHAPES[limited]
            raise QueryTooComplex(limited, what, peak.value, limit, locate(text, peak.start), mend)
    return _with_rewriting(reading, config)


def read(text: str, config: Config) -> Reading:
    """Return a query with what its tokens tell.

    Raises QueryTooLong, QueryTooComplex for too many tokens, QueryRefused for updates and for SERVICE with
    anything but what the settings allow, QuerySyntaxError for a text that is no query at all. That it raises
    nothing does not make the text SPARQL: the engine decides.
    """
    return _with_rewriting(_read(text, config), config)


def _read(text: str, config: Config) -> Reading:
    _check_length(text, config.query_bytes)
    tokens = tuple(tokenize(text, config.query_tokens))
    kind = _read_kind(text, tokens)
    _refuse_named_nodes(text, tokens)
    calls_out = _asks_services(text, tokens, config.allowed_services)
    return Reading(
        text,
        kind,
        stable=not calls_out and not _is_volatile(kind, tokens),
        has_dataset=any(
            t.depth == 0 and t.kind is WORD and t.text.upper().startswith("FROM") for t in tokens
        ),
        calls_out=calls_out,
        shape=measure(tokens),
        tokens=tokens,
    )


def _with_rewriting(reading: Reading, config: Config) -> Reading:
    rewriting = rewrite(reading.text, reading.tokens, reading.shape.depth.value, config.query_bytes)
    return reading if rewriting is None else replace(reading, rewriting=rewriting)


def _refuse_named_nodes(text: str, tokens: Sequence[Token]) -> None:
    """Refuse BNODE with an argument: the engine gives one node for all rows, the standard one for each."""
    for token, after, argument in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if (
            token.kind is WORD
            and after.text == "("
            and argument.text != ")"
            and token.text.upper() == "BNODE"
        ):
            line, column = locate(text, token.start)
            raise QueryRefused(
                f"BNODE with an argument (line {line}, column {column}) would give one node for all rows, "
                "not one for each (bnode-of-a-text on /limits)",
                "Use BNODE() without an argument, or make an IRI of the text",
            )


def _is_volatile(kind: QueryKind, tokens: Sequence[Token]) -> bool:
    """Return whether two evaluations may differ: new nodes in the triples, or functions such as RAND().

    The engine needs no space around keywords: ``ORDER BYRAND()`` calls RAND.
    """
    words = {token.text.upper() for token in tokens if token.kind is WORD}
    if any(name in word for word in words for name in _VOLATILE):
        return True
    return kind is QueryKind.GRAPH and any(
        t.kind is Kind.BLANK or (t.kind is Kind.MARK and t.text in _NEW_NODES) for t in _template(tokens)
    )


def _template(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens of a CONSTRUCT up to the end of its first group; of a DESCRIBE, none."""
    start = next((i for i, t in enumerate(tokens) if t.text.upper() == "CONSTRUCT"), len(tokens))
    inside = next((i for i, t in enumerate(tokens) if i > start and t.text == "{"), len(tokens)) + 1
    end = next((i for i, t in enumerate(tokens) if i > inside and t.depth < 1), len(tokens))
    return tokens[inside:end]


def _check_length(text: str, limit: int) -> None:
    try:
        length = len(text.encode())
    except UnicodeEncodeError as exc:
        raise QuerySyntaxError("half of a surrogate pair is no character", *locate(text, exc.start)) from exc
    if length > limit:
        raise QueryTooLong(length, limit)


def _read_kind(query: str, tokens: Sequence[Token]) -> QueryKind:
    """Return the form by the first word after BASE, PREFIX and VERSION."""
    place = 0
    skip = {"BASE": 2, "PREFIX": 3, "VERSION": 2}
    while place < len(tokens) and tokens[place].text.upper() in skip:
        word, start = tokens[place].text.upper(), tokens[place].start
        place += skip[word]
        if word in ("BASE", "PREFIX") and place <= len(tokens) and tokens[place - 1].kind is not Kind.IRI:
            sentence = "an address must follow, between < and >" if word == "BASE" else _NO_PREFIX
            raise QuerySyntaxError(sentence, *locate(query, start))
    if place >= len(tokens):
        raise QuerySyntaxError("there is no query: it needs SELECT, ASK, CONSTRUCT or DESCRIBE")
    first = tokens[place]
    word = first.text.upper()
    if first.kind is Kind.WORD and word in _UPDATES:
        raise QueryRefused(f"{word} changes data, and this endpoint only answers queries", _ADVICE)
    if first.kind is not Kind.WORD or word not in _KINDS:
        raise QuerySyntaxError(
            f"a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with {first.text[:40]}",
            *locate(query, first.start),
        )
    return _KINDS[word]


_ADVICE = "Download the release and change your own copy"
_NO_PREFIX = (
    "a prefix is declared by its name with a colon and an address, as in PREFIX ex: <http://example.org/>"
)
_SHAPES = {
    "query-depth": (
        "has too many brackets open at a time",
        "Flatten it: fewer groups, functions or paths inside one another",
    ),
    "query-chain": (
        "hangs too many operators or clauses on one another",
        "Put the values into a VALUES list instead of OR, UNION or a path, or split the query",
    ),
    "query-patterns": (
        "joins too many patterns in one group",
        "Split the query, or ask for the properties with one pattern and a VALUES list",
    ),
}


def _asks_services(query: str, tokens: Sequence[Token], services: frozenset[str]) -> bool:
    """Return whether allowed services are asked; refuse others wherever the engine could read that keyword.

    It needs no space around keywords: ``1SERVICE``, ``SERVICESILENT`` and ``SERVICE:x{`` all call out.
    """
    if "service" not in query.lower():
        return False
    asks = False
    prefixes = read_prefixes(tokens)
    for place, token in enumerate(tokens):
        before, after = tokens[place - 1] if place else None, tokens[place + 1 : place + 3]
        if _calls_out(before, token, after[0] if after else None):
            if token.text.upper() == "SERVICE" and _named_service(prefixes, after) in services:
                asks = True
                continue
            line, column = locate(query, token.start)
            raise QueryRefused(
                f"SERVICE (line {line}, column {column}) asks another server, which is closed here",
                "Ask the other endpoint yourself, or download the release and join there",
            )
        if is_doubtful(token):
            line, column = locate(query, token.start)
            raise QueryRefused(
                f"{token.text} (line {line}, column {column}) may hide a SERVICE",
                "Put a space after each keyword, and give prefixes other names than those of keywords",
            )
    return asks


def read_prefixes(tokens: Sequence[Token]) -> dict[str, set[str]]:
    """Return all that each prefix is declared as, with its angle brackets."""
    declared: dict[str, set[str]] = {}
    for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if iri.kind is IRI and word.text.upper() == "PREFIX":
            declared.setdefault(name.text, set()).add(iri.text)
    return declared


def _named_service(prefixes: Mapping[str, set[str]], after: Sequence[Token]) -> str:
    """Return the IRI that stands after SERVICE, letter for letter; nothing when none does, but a variable.

    What the engine would read otherwise (escapes, relative IRIs, dots in a path) equals no allowed one.
    """
    target = after[-1] if after and after[0].text.upper() == "SILENT" else after[0] if after else None
    if target is None or target.kind not in (Kind.IRI, Kind.NAME):
        return ""
    if target.kind is Kind.IRI:
        return target.text[1:-1]
    prefix, _, local = target.text.partition(":")
    declared = prefixes.get(prefix + ":", set())
    return next(iter(declared))[1:-1] + local if len(declared) == 1 else ""


def _calls_out(before: Token | None, token: Token, after: Token | None) -> bool:
    text = token.text.upper()
    if token.kind is Kind.WORD:
        return "SERVICE" in text
    if token.kind is not Kind.NAME or "SERVICE" not in text.split(":")[0]:
        return False
    names_a_graph = before is not None and before.text.upper() in _BEFORE_A_GRAPH_NAME
    return token.depth > 0 and not names_a_graph and after is not None and after.text == "{"
