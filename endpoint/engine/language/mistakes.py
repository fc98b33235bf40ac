"""The mistakes that people make most in SPARQL, found in the tokens of a text that is known to be wrong.

Each search returns a sentence and the position of the mistake, or None. A search may be bold: it is asked
only after the engine has refused the text, so a wrong guess costs a misleading sentence, not an answer. But
it looks at each token once or twice, whatever the text: this is done in the process that serves everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise

from endpoint.engine.language.tokens import Kind, Token

Mistake = tuple[str, int]
SHOWN = 80
"""How many characters of a token a sentence shows; a longer word is like none of SPARQL's."""

_TERMS = frozenset({Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.STRING, Kind.NUMBER, Kind.BLANK})
_IN_OTHER_LANGUAGES = {"AND": "&&", "OR": "||", "IS": "=", "NULL": "BOUND(?x)", "LIKE": "CONTAINS or REGEX"}

# What may follow a word, and what to say when something else does.
_AFTER: dict[str, tuple[Callable[[Token], bool], str]] = {
    "FILTER": (
        lambda t: t.text == "(" or t.kind in (Kind.WORD, Kind.NAME, Kind.IRI),
        "the condition after FILTER must stand in parentheses",
    ),
    "BIND": (lambda t: t.text == "(", "BIND needs parentheses: BIND(value AS ?name)"),
    "OPTIONAL": (lambda t: t.text == "{", "OPTIONAL needs a group in braces"),
    "MINUS": (lambda t: t.text == "{", "MINUS needs a group in braces"),
    "UNION": (lambda t: t.text == "{", "UNION stands between two groups in braces"),
    "EXISTS": (lambda t: t.text == "{", "EXISTS needs a group in braces"),
    "WHERE": (lambda t: t.text == "{", "the pattern after WHERE must stand in braces"),
    "ORDER": (lambda t: _word(t) == "BY", "ORDER must be followed by BY"),
    "GROUP": (lambda t: _word(t) == "BY", "GROUP must be followed by BY"),
    "DESC": (lambda t: t.text == "(", "DESC needs parentheses: DESC(?x)"),
    "ASC": (lambda t: t.text == "(", "ASC needs parentheses: ASC(?x)"),
    "LIMIT": (lambda t: t.kind is Kind.NUMBER and t.text.isdigit(), "LIMIT needs a whole number"),
    "OFFSET": (lambda t: t.kind is Kind.NUMBER and t.text.isdigit(), "OFFSET needs a whole number"),
    "GRAPH": (
        lambda t: t.kind in (Kind.VARIABLE, Kind.IRI, Kind.NAME),
        "GRAPH needs the name of a graph or a variable before its group",
    ),
    "CONSTRUCT": (
        lambda t: t.text == "{" or _word(t) in ("WHERE", "FROM"),
        "CONSTRUCT needs a template in braces",
    ),
    "NOT": (lambda t: _word(t) in ("EXISTS", "IN"), "NOT goes with EXISTS or IN; elsewhere it is written !"),
    "PREFIX": (
        lambda t: t.kind is Kind.NAME and t.text.endswith(":"),
        "PREFIX needs a name that ends with a colon",
    ),
    "FROM": (
        lambda t: t.kind in (Kind.IRI, Kind.NAME) or _word(t) == "NAMED",
        "FROM needs the IRI of a graph",
    ),
}
_PAIRS: dict[tuple[str, str], str] = {
    ("=", "="): "values are compared with one =",
    ("<", ">"): "values that differ are compared with !=",
    (".", "."): "nothing stands between these two full stops",
    (",", "."): "a value is missing after this comma",
    (",", "}"): "a value is missing after this comma",
    (",", ";"): "a value is missing after this comma",
    (",", ","): "a value is missing after this comma",
    ("=", ")"): "a value is missing after this =",
}


def find_mistake(tokens: Sequence[Token]) -> Mistake | None:
    """Return the first of the well-known mistakes that is found, and where; None when it is another one."""
    for search in (_wrong_neighbour, _wrong_pair, _bad_selection, _missing_name, _broken_triple):
        if found := search(tokens):
            return found
    return None


def name_word(text: str, words: frozenset[str]) -> str:
    """Return the sentence for a word that is none of SPARQL, with the one that is alike, if there is one."""
    if text.upper() in _IN_OTHER_LANGUAGES:
        return f"{text} is not a word of SPARQL; it says {_IN_OTHER_LANGUAGES[text.upper()]}"
    compared = text.upper() if len(text) <= SHOWN else ""
    close = get_close_matches(compared, sorted(words), n=1, cutoff=0.8)
    hint = f"; did you mean {close[0]}?" if close else " (a variable begins with ?)"
    return f"{shorten(text)} is not a word of SPARQL{hint}"


def shorten(text: str) -> str:
    """Return what a sentence shows of a piece of a query."""
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _wrong_neighbour(tokens: Sequence[Token]) -> Mistake | None:
    for token, after in [*pairwise(tokens), (tokens[-1], None)] if tokens else []:
        rule = _AFTER.get(_word(token))
        if rule and (after is None or not rule[0](after)):
            return rule[1], token.start
    for before, token in pairwise(tokens):
        if _word(token) == "UNION" and before.text != "}":
            return _AFTER["UNION"][1], token.start
    return None


def _wrong_pair(tokens: Sequence[Token]) -> Mistake | None:
    for token, after in pairwise(tokens):
        if token.kind is after.kind is Kind.MARK and (token.text, after.text) in _PAIRS:
            return _PAIRS[token.text, after.text], token.start
        if token.text == "@" and token.kind is Kind.MARK:
            return "a language must follow the @, as in @en", token.start
    return None


def _bad_selection(tokens: Sequence[Token]) -> Mistake | None:
    """Look between SELECT and its group: commas, functions without parentheses or name, nothing at all."""
    for place, token in enumerate(tokens):
        if _word(token) == "SELECT" and (found := _read_selection(tokens, place)):
            return found
    return None


def _read_selection(tokens: Sequence[Token], place: int) -> Mistake | None:
    select = tokens[place]
    clause = list(_until_group(tokens, place + 1, select.depth))
    if clause and _word(clause[0]) in ("DISTINCT", "REDUCED"):
        del clause[0]
    if not clause:
        return "SELECT needs variables or * before its group", select.start
    for token, after in [*pairwise(clause), (clause[-1], clause[-1])]:
        if token.depth != select.depth:
            continue
        if token.text == ",":
            return "the variables of SELECT stand side by side, without commas", token.start
        if _word(token) and after.text == "(":
            said = f"a value in SELECT needs parentheses and a name: ({shorten(token.text)}(...) AS ?name)"
            return said, token.start
    return _unnamed_value(clause, select.depth)


def _unnamed_value(clause: Sequence[Token], depth: int) -> Mistake | None:
    opened: Token | None = None
    for token in clause:
        if token.text == "(" and token.depth == depth:
            opened = token
        elif opened and _word(token) == "AS" and token.depth == depth + 1:
            opened = None
        elif opened and token.text == ")" and token.depth == depth + 1:
            return "a value in SELECT needs a name: (value AS ?name)", opened.start
    return None


def _until_group(tokens: Sequence[Token], first: int, depth: int) -> Iterator[Token]:
    """Yield the tokens up to the group of a SELECT, or to the next one: no token belongs to two of them."""
    for place in range(first, len(tokens)):
        token, word = tokens[place], _word(tokens[place])
        if word == "SELECT" or (token.depth == depth and (token.text == "{" or word in ("WHERE", "FROM"))):
            return
        yield token


def _missing_name(tokens: Sequence[Token]) -> Mistake | None:
    """Look for a BIND that gives its value no name; one inside another ends the search for the outer one."""
    binds: Token | None = None
    for token in tokens:
        word = _word(token)
        if word == "BIND":
            binds = token
        elif binds is None:
            continue
        elif word == "AS":
            binds = None
        elif token.text == ")" and token.depth == binds.depth + 1:
            return "BIND needs a name for its value: BIND(value AS ?name)", binds.start
    return None


def _broken_triple(tokens: Sequence[Token]) -> Mistake | None:
    """Look for runs of plain terms in a group that are no three: one missing, or a full stop forgotten."""
    run: list[Token] = []
    plain, data = True, False
    for before, token in pairwise(tokens):
        if token.text in ("{", "}", ".") and token.kind is Kind.MARK:
            data = token.text == "{" and (before.kind is Kind.VARIABLE or before.text == ")")
            if plain and len(run) in (1, 2) and token.text != "{":
                last = shorten(run[-1].text)
                return f"a triple has three parts, and after {last} one is missing", run[-1].start
            run, plain = [], True
        elif token.kind in _TERMS or token.text == "a":
            run.append(token)
            if plain and len(run) == 4 and not data and token.depth:
                return f"a full stop is missing before {shorten(token.text)}", token.start
        elif token.text == "=" and plain and len(run) == 1 and token.depth:
            return "a comparison must stand in FILTER( )", run[0].start
        else:
            plain = False
        if data:
            plain = False
    return None


def _word(token: Token) -> str:
    return token.text.upper() if token.kind is Kind.WORD else ""
