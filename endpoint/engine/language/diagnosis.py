"""Why a text is not SPARQL, in a sentence, where the engine only lists the tokens it hoped for.

The engine's position is the furthest point its parser looked at, often past the mistake; so the common
mistakes are looked for in the tokens first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from endpoint.engine.language.guard import Reading
from endpoint.engine.language.mistakes import find_mistake, name_word, shorten
from endpoint.engine.language.tokens import Kind, Token, locate, tokenize
from graph.errors import QuerySyntaxError
from graph.model.terms import is_iri
from ontology import BASE, PREFIXES

_POSITION = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# The engine has a few messages in words among its lists of tokens.
_IN_WORDS = re.compile(
    r"IRI parsing failed|Prefix not found|Duplicated variable name in SELECT"
    r"|SELECT \* is not authorized with GROUP BY"
    r"|The SELECT [a-z ]+|The query (?:limit|offset) [a-z ]+|[A-Z][A-Za-z]+(?: [a-z]+){3,}"
)
_MEANING = {
    "The SELECT contains a variable that is unbound": (
        "SELECT names a variable that is neither in GROUP BY nor in an aggregate such as SAMPLE(?x)"
    ),
    "SELECT * is not authorized with GROUP BY": "name the variables: SELECT * does not go with groups",
    "Duplicated variable name in SELECT": "SELECT names one variable twice",
}
MOST_TOKENS = 5000
"""Of a longer text only the engine's position is told: reading it again would take this process too long."""
_MESSAGE_CHARACTERS = 4000
"""How much of the engine's message is read; it may repeat a part of the query."""
_CLOSES = {"(": ")", "[": "]", "{": "}"}
# https://www.w3.org/TR/sparql11-query/#sparqlGrammar, with LATERAL and the functions on triples of SPARQL 1.2
_WORDS = """
A ABS ADJUST ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT
CONTAINS COPY COUNT CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP
ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HASLANG HASLANGDIR HAVING
HOURS IF IN INSERT INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR
LANGMATCHES LATERAL LCASE LIMIT LOAD MAX MD5 MIN MINUS MINUTES MONTH MOVE NAMED NOT NOW OBJECT
OFFSET OPTIONAL ORDER PREDICATE PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMEVALUE SAMPLE
SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT
STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TO TRIPLE TRUE TZ
UCASE UNDEF UNION URI USING UUID VALUES VERSION WHERE WITH YEAR
"""
WORDS = frozenset(_WORDS.split())


def explain(reading: Reading, message: str) -> QuerySyntaxError:
    """Return the error to raise for a query that the engine could not read; ``message`` is the engine's."""
    tokens = reading.tokens or tokenize(reading.text)
    searched = tokens if len(tokens) <= MOST_TOKENS else ()
    for find in (_bad_iri, _unknown_word, _open_bracket, find_mistake, _undeclared_prefix):
        if found := find(searched):
            sentence, position = found
            return QuerySyntaxError(sentence, *locate(reading.text, position))
    return _from_engine(reading.text, message)


def _bad_iri(tokens: Sequence[Token]) -> tuple[str, int] | None:
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.kind is Kind.IRI and not _may_be_iri(token.text[1:-1]):
            return f"{shorten(token.text)} is no IRI", token.start
        opens = before.text == "<" and token.kind is Kind.NAME and token.start == before.start + 1
        if opens and after.text == "/":
            return "this < begins an IRI that holds a space or another forbidden character", before.start
    return None


def _may_be_iri(text: str) -> bool:
    """Return whether this may be an IRI, relative ones and escapes included."""
    return "\\" in text or is_iri(text) or is_iri(BASE + text)


# https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format#Full_list_of_prefixes
_OTHER_PREFIXES = {
    "wdt": "http://www.wikidata.org/prop/direct/",
    "p": "http://www.wikidata.org/prop/",
    "ps": "http://www.wikidata.org/prop/statement/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "wikibase": "http://wikiba.se/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dct": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
"""Prefixes of others that people write without declaring them, as other endpoints allow."""


def _undeclared_prefix(tokens: Sequence[Token]) -> tuple[str, int] | None:
    declared = {after.text for before, after in pairwise(tokens) if before.text.upper() == "PREFIX"}
    for token in tokens:
        prefix = token.text.split(":")[0]
        if token.kind is Kind.NAME and prefix + ":" not in declared:
            base = PREFIXES.get(prefix) or _OTHER_PREFIXES.get(prefix)
            mend = f"; put PREFIX {prefix}: <{base}> before the query" if base else "; declare it with PREFIX"
            return f"the prefix {prefix}: is not declared{mend}", token.start
    return None


def _unknown_word(tokens: Sequence[Token]) -> tuple[str, int] | None:
    for token in tokens:
        if token.kind is Kind.WORD and token.text.upper() not in WORDS:
            return name_word(token.text, WORDS), token.start
    return None


def _open_bracket(tokens: Sequence[Token]) -> tuple[str, int] | None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind is Kind.MARK and token.text in _CLOSES:
            opened.append(token)
        elif token.kind is Kind.MARK and token.text in _CLOSES.values():
            if not opened:
                return f"this {token.text} closes nothing", token.start
            if _CLOSES[opened[-1].text] != token.text:
                wanted = _CLOSES[opened[-1].text]
                return f"this {token.text} stands where a {wanted} was expected", token.start
            opened.pop()
    return (f"this {opened[-1].text} is never closed", opened[-1].start) if opened else None


def _from_engine(query: str, message: str) -> QuerySyntaxError:
    found = _POSITION.match(message[:_MESSAGE_CHARACTERS])
    if not found:
        return QuerySyntaxError(message[:500])
    line, column = int(found[1]), int(found[2])
    for words, sentence in _MEANING.items():
        if words in found[3]:
            return QuerySyntaxError(sentence, line, column)
    in_words = _IN_WORDS.search(found[3])
    if in_words:
        return QuerySyntaxError(f"{in_words[0]} (found before this place)", line, column)
    lines = query.split("\n")
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    if rest:
        return QuerySyntaxError(f"the query cannot be read on from here: {rest[:40]}", line, column)
    return QuerySyntaxError("something is missing or misplaced before this place", line, column)
