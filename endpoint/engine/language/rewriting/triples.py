"""Statements of a group as triples: lists, ``[ ... ]`` and collections taken apart.

https://www.w3.org/TR/sparql11-query/#rTriplesSameSubjectPath, with what SPARQL 1.2 adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from endpoint.engine.language.rewriting.cursor import Cursor, Unreadable, end_of
from endpoint.engine.language.rewriting.paths import Path, Step, may_be_empty, read_path
from endpoint.engine.language.tokens import MARK, Kind, Token

_RDF = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#%s>"
_PLAIN = frozenset({Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.BLANK, Kind.STRING, Kind.NUMBER})
_TRUTHS = ("TRUE", "FALSE")
_OF_PATHS = frozenset("|*?/!^")


@dataclass(frozen=True)
class Term:
    """A term as text; ``is_constant`` when it is neither a variable nor a blank node.

    ``is_reified``: a triple in ``<< >>``, a node without a name, which must be written once only.
    """

    text: str
    is_constant: bool = False
    is_reified: bool = False


@dataclass(frozen=True)
class Triple:
    """Subject, path or variable, object; ``tail`` is the annotation of the triple as written."""

    subject: Term
    verb: Path | Term
    object: Term
    tail: str = ""


@dataclass
class Statement:
    """The triples of one subject, from a place in the text to another one.

    ``labels`` are the labelled blank nodes in it, ``variables`` its variables in the order of the text.
    """

    start: int
    end: int = 0
    triples: list[Triple] = field(default_factory=list)
    labels: list[Token] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)

    def list_nodes(self) -> Iterator[str]:
        """Yield the variables that only nodes of the graph can be a value of."""
        for triple in self.triples:
            if isinstance(triple.verb, Term) or not may_be_empty(triple.verb):
                for term in (triple.subject, triple.object):
                    if term.text.startswith(("?", "$")):
                        yield "?" + term.text[1:]


def begins_statement(cursor: Cursor) -> bool:
    """Return whether a statement begins at the cursor."""
    return cursor.token.kind in _PLAIN or cursor.word in ("[", "(", "<<", "+", "-") or cursor.word in _TRUTHS


def name_of(variable: Token) -> str:
    """Return a variable as ``?x``, which ``$x`` is too."""
    return "?" + variable.text[1:]


class StatementReader:
    """Reads one statement after the other; ``name`` gives names to blank nodes, by their label if any."""

    def __init__(self, cursor: Cursor, name: Callable[[str], str]) -> None:
        """Read from this cursor."""
        self._cursor, self._name = cursor, name
        self._statement = Statement(0)

    def read(self) -> Statement:
        """Return the statement at the cursor, with its full stop if any. Raises Unreadable."""
        cursor, first = self._cursor, self._cursor.place
        self._statement = Statement(cursor.token.start)
        has_own_triples = cursor.word in ("[", "(", "<<")
        subject = self._read_node()
        if not has_own_triples or not (cursor.word in (".", "}") or not cursor.token.text):
            self._read_properties(subject)
        cursor.accept(".")
        self._statement.end = end_of(cursor.last)
        read = cursor.tokens[first : cursor.place]
        self._statement.labels = [token for token in read if token.kind is Kind.BLANK]
        self._statement.variables = [name_of(token) for token in read if token.kind is Kind.VARIABLE]
        return self._statement

    def _read_properties(self, subject: Term) -> None:
        self._read_objects(subject, self._read_verb())
        while self._cursor.accept(";"):
            if self._begins_verb():
                self._read_objects(subject, self._read_verb())

    def _begins_verb(self) -> bool:
        token = self._cursor.token
        return token.kind in (Kind.VARIABLE, Kind.IRI, Kind.NAME) or token.text in ("a", "^", "(", "!")

    def _read_verb(self) -> Path | Term:
        if self._cursor.token.kind is Kind.VARIABLE:
            return Term(self._cursor.take().text)
        return read_path(self._cursor)

    def _read_objects(self, subject: Term, verb: Path | Term) -> None:
        cursor = self._cursor
        while True:
            node = self._read_node()
            first = cursor.place
            while cursor.word in ("~", "{|"):
                self._skip_annotation()
            tail = cursor.since(first)
            if tail and not isinstance(verb, Term | Step):
                raise Unreadable("", cursor.last)
            self._statement.triples.append(Triple(subject, verb, node, tail))
            if not cursor.accept(","):
                return

    def _skip_annotation(self) -> None:
        cursor = self._cursor
        if cursor.word == "{|":
            first = cursor.place
            cursor.skip_brackets()
            _check_plain(cursor, first)
        else:
            cursor.expect("~")
            if cursor.token.kind in (Kind.VARIABLE, Kind.IRI, Kind.NAME):
                cursor.take()

    def _read_node(self) -> Term:
        cursor = self._cursor
        if cursor.word == "[":
            return self._read_blank()
        if cursor.word == "(":
            return self._read_collection()
        if cursor.word == "<<":
            return _read_triple_term(cursor)
        if cursor.token.kind is Kind.VARIABLE:
            return Term(cursor.take().text)
        if cursor.token.kind is Kind.BLANK:
            return Term(self._name(cursor.take().text))
        return Term(_read_constant(cursor), is_constant=True)

    def _read_blank(self) -> Term:
        self._cursor.expect("[")
        node = Term(self._name(""))
        if self._cursor.word != "]":
            self._read_properties(node)
        self._cursor.expect("]")
        return node

    def _read_collection(self) -> Term:
        cursor = self._cursor
        cursor.expect("(")
        nil = Term(_RDF % "nil", is_constant=True)
        nodes: list[Term] = []
        while not cursor.accept(")"):
            nodes.append(self._read_node())
        links = [Term(self._name("")) for _ in nodes]
        for node, link, after in zip(nodes, links, [*links[1:], nil], strict=False):
            self._statement.triples += [
                Triple(link, Step(_RDF % "first"), node),
                Triple(link, Step(_RDF % "rest"), after),
            ]
        return links[0] if links else nil


def _read_constant(cursor: Cursor) -> str:
    first = cursor.place
    if cursor.accept("+", "-"):
        cursor.expect_kind(Kind.NUMBER)
    elif cursor.accept(*_TRUTHS):
        pass
    elif cursor.expect_kind(Kind.IRI, Kind.NAME, Kind.NUMBER, Kind.STRING).kind is Kind.STRING:
        if cursor.token.kind is Kind.LANGUAGE:
            cursor.take()
        elif cursor.accept("^^"):
            cursor.expect_kind(Kind.IRI, Kind.NAME)
    return cursor.since(first)


def _read_triple_term(cursor: Cursor) -> Term:
    first = cursor.place
    cursor.skip_brackets()
    _check_plain(cursor, first)
    text, inside = cursor.since(first), cursor.tokens[first : cursor.place]
    is_open = any(token.kind in (Kind.VARIABLE, Kind.BLANK) or token.text == "[" for token in inside)
    is_reified = inside[1].text != "("
    return Term(text, is_constant=not (is_open or is_reified), is_reified=is_reified)


def _check_plain(cursor: Cursor, first: int) -> None:
    """Raise Unreadable when a path or a labelled blank node may stand between this place and the cursor."""
    for token in cursor.tokens[first : cursor.place]:
        if token.kind is Kind.BLANK or (token.kind is MARK and token.text in _OF_PATHS):
            raise Unreadable("an annotation or a quoted triple has a path or a blank node in it", token)
