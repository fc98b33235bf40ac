"""The whole query, and its selects: which solutions are kept apart, and in which order the columns come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from endpoint.engine.language.grouping import AGGREGATES, find_ungrouped
from endpoint.engine.language.rewriting.cursor import Cursor, Unreadable, end_of
from endpoint.engine.language.rewriting.edits import Edit, apply_edits
from endpoint.engine.language.rewriting.expand import ABSENT, Expander, Place, ReifiedTwice, TooLong
from endpoint.engine.language.rewriting.groups import Groups, Refused, Scope
from endpoint.engine.language.rewriting.regex.patterns import find_unread
from endpoint.engine.language.rewriting.regex.replacements import NoReplacement, write_replacements
from endpoint.engine.language.rewriting.subselects import hide_graph, name_graph
from endpoint.engine.language.rewriting.triples import name_of
from endpoint.engine.language.suspects import has_more, may_have_paths
from endpoint.engine.language.tokens import MARK, WORD, Kind, Token, tokenize
from ontology import BASE

MOST_DEPTH = 120
"""How many brackets may be open in a text that is rewritten: reading and writing recurse along them."""
LONGEST = 4
"""How many times as long as a query may be, a text may become."""
# Where it matters how often a solution comes, although the select is DISTINCT.
_COUNTING = AGGREGATES | {"GROUP", "HAVING", "RAND", "UUID", "STRUUID", "BNODE"}
_PROLOGUE = {"BASE": (Kind.IRI,), "PREFIX": (Kind.NAME, Kind.IRI), "VERSION": (Kind.STRING,)}
_NO_COLUMN = "SELECT * has no variable to give here; name one in place of a blank node"
_UNREAD_PATTERN = (
    "{} in a regular expression means nothing here, or something else than in XPath (regular-expressions on "
    "/limits); write it as alternatives, or compare with CONTAINS, STRSTARTS or STRENDS"
)
_SUBSELECT_INSIDE = (
    "{0} in a subselect inside of EXISTS would be another one than {0} outside, since its columns do not "
    "have it (subselect-in-exists on /limits); put it among the columns, with aggregates into GROUP BY too, "
    "or give it another name"
)
_UNGROUPED = {
    "SELECT": "{0} in an expression of SELECT is neither in GROUP BY nor in an aggregate; write SAMPLE({0})",
    "BOUND": "BOUND({0}) asks for what is neither in GROUP BY nor in an aggregate; write COUNT({0}) > 0",
    "AS": "{0} is named in this SELECT, which has groups: in HAVING and in other columns it has no value yet "
    "(names-in-groups on /limits); write there what it stands for",
}
_UNREAD = (
    "its property paths could not be read. Put a space after each keyword, and write the paths as triples "
    "and UNION"
)


@dataclass(frozen=True)
class Rewriting:
    """What the engine is asked in place of a query: ``text``, or ``otherwise`` if ``condition`` is not true.

    With ``refusal``, it is asked nothing: the text says why a query that is SPARQL cannot be answered.
    """

    text: str
    condition: str = ""
    otherwise: str = ""
    refusal: str = ""


def rewrite(text: str, tokens: Sequence[Token], depth: int, limit: int) -> Rewriting | None:
    """Return what to ask instead of a query to get what SPARQL 1.1 says, None when that is the query itself.

    ``depth`` is how many brackets are open in it at most, ``limit`` how many characters a query may have.
    """
    if depth <= MOST_DEPTH and (piece := find_unread(tokens)):
        return Rewriting(text, refusal=_UNREAD_PATTERN.format(piece))
    try:
        edits = list(write_replacements(tokens)) if depth <= MOST_DEPTH else []
    except NoReplacement as exc:
        return Rewriting(text, refusal=str(exc))
    if edits:
        text = apply_edits(edits, text)
        return _rewrite(text, tokenize(text), depth, limit) or Rewriting(text)
    return _rewrite(text, tokens, depth, limit)


def _rewrite(text: str, tokens: Sequence[Token], depth: int, limit: int) -> Rewriting | None:
    has_paths = may_have_paths(tokens)
    if not has_paths and not has_more(tokens):
        return None
    try:
        if depth > MOST_DEPTH:
            raise Unreadable(f"more than {MOST_DEPTH} brackets are open at a time", tokens[0])
        first = _Query(text, tokens, limit, trusts_data=True)
        if not first.condition:
            return Rewriting(first.result) if first.groups.edits else None
        other = _Query(text, tokens, limit, trusts_data=False)
        return Rewriting(first.result, first.condition, other.result)
    except Unreadable as exc:
        return Rewriting(text, refusal=exc.what or _UNREAD) if has_paths else None
    except Refused as exc:
        return Rewriting(text, refusal=str(exc))
    except ReifiedTwice:
        return Rewriting(text, refusal="a triple in << >> stands at the end of a path; name it with ~ ?name")
    except TooLong:
        told = f"its property paths stand for more than {LONGEST * limit} characters; use fewer alternatives"
        return Rewriting(text, refusal=told)


class _Query:
    """One query, read and written anew: ``result``, and the ``condition`` under which it is right."""

    def __init__(self, text: str, tokens: Sequence[Token], limit: int, *, trusts_data: bool) -> None:
        self._cursor = Cursor(text, tokens)
        self._fresh = next(name for name in _names() if name not in text)
        self._expander = Expander(lambda _: self.groups.name(), LONGEST * limit, trusts_data)
        self.groups = Groups(self._cursor, self._expander, self._fresh, self._read_select)
        self._dataset, self._base, self._prefixes = "", BASE, dict[str, str]()
        prologue = self._read_prologue()
        self._read_form()
        if self._cursor.token.text:
            raise Unreadable("", self._cursor.token)
        self.result = apply_edits(self.groups.edits, text)
        patterns = " . ".join(f"{term} {ABSENT}* {term}" for term in self._expander.trusted)
        self.condition = f"{prologue}ASK {self._dataset} {{ {patterns} }}" if patterns else ""

    def _read_prologue(self) -> str:
        cursor = self._cursor
        while (kinds := _PROLOGUE.get(cursor.word)) is not None:
            cursor.take()
            declared = [cursor.expect_kind(kind) for kind in kinds]
            if declared[-1].kind is Kind.IRI:
                address = self._resolve(declared[-1])
                if len(declared) > 1:
                    self._prefixes[declared[0].text] = address
                else:
                    self._base = address
        return cursor.text[: cursor.token.start]

    def _read_form(self) -> None:
        match self._cursor.word:
            case "SELECT":
                self._read_select(Place(counts=True), is_outermost=True)
            case "ASK":
                self._cursor.take()
                self._read_body(Place(counts=False))
            case "DESCRIBE":
                self._read_describe()
            case "CONSTRUCT":
                self._read_construct()
            case _:
                raise Unreadable("", self._cursor.token)

    def _read_describe(self) -> None:
        cursor, own, place = self._cursor, list(self._own_tokens()), Place(counts=False)
        cursor.take()
        star = cursor.take() if cursor.word == "*" else None
        while cursor.token.kind in (Kind.VARIABLE, Kind.IRI, Kind.NAME):
            cursor.take()
        self._read_dataset()
        scope = Scope()
        if cursor.word == "WHERE" or cursor.word == "{":
            cursor.accept("WHERE")
            scope = self.groups.read_group(place)
        scope |= self._read_modifiers(place)
        self._sample_ungrouped(own, place)
        if star and self._writes_fresh(0):
            self._name_columns(star, scope)

    def _read_construct(self) -> None:
        cursor = self._cursor
        cursor.take()
        if cursor.word == "{":
            cursor.skip_brackets()
            self._read_body(Place(counts=True))
            return
        self._read_dataset()  # CONSTRUCT WHERE has no paths
        cursor.expect("WHERE")
        if cursor.word == "{":
            cursor.skip_brackets()
        self._read_modifiers(Place(counts=True))

    def _read_body(self, place: Place) -> Scope:
        self._read_dataset()
        self._cursor.accept("WHERE")
        scope = self.groups.read_group(place)
        return scope | self._read_modifiers(place)

    def _read_dataset(self) -> None:
        """Read which graphs make the dataset; one named again is left out, or it would count twice."""
        cursor, first, named = self._cursor, self._cursor.place, set[tuple[bool, str]]()
        while cursor.word == "FROM":
            start = cursor.take().start
            graph = cursor.accept("NAMED"), self._resolve(cursor.expect_kind(Kind.IRI, Kind.NAME))
            if graph in named:
                self.groups.edits.append(Edit(start, end_of(cursor.last), ""))
            named.add(graph)
        self._dataset += cursor.since(first)

    def _resolve(self, name: Token) -> str:
        """Return the address that an IRI or a name with a prefix stands for."""
        prefix, colon, local = name.text.partition(":")
        if name.kind is Kind.NAME:
            return self._prefixes.get(prefix + colon, "") + local
        return urljoin(self._base, name.text[1:-1])

    def _read_select(self, place: Place, is_outermost: bool = False) -> Scope:
        """Return what a select gives; ``*`` becomes its columns where the engine would give others."""
        cursor, edits, greatest = self._cursor, len(self.groups.edits), len(self.groups.greatest)
        own, first, asked = list(self._own_tokens()), cursor.place, self.groups.asked_inside.copy()
        words = {token.text.upper() for token in own if token.kind is WORD}
        cursor.expect("SELECT")
        is_set = cursor.accept("DISTINCT") and words.isdisjoint(_COUNTING)
        cursor.accept("REDUCED")
        star = cursor.take() if cursor.word == "*" else None
        named = Scope() if star else self._read_columns(place)
        self._read_dataset()
        cursor.accept("WHERE")
        opening, is_open = cursor.token, place.graph.startswith(("?", "$"))
        is_other = is_open and not star and self._is_hidden(place.graph, named, first)
        graph = self.groups.name() if is_other else place.graph
        scope = self.groups.read_group(Place(not is_set, graph, is_open, place.given))
        closing, certain = cursor.last, self.groups.certain
        if _counts_solutions(own):
            self._hide_others(opening, closing, scope)
        scope |= self._read_modifiers(place)
        self._refuse_hidden(scope if star else named, first, place)
        self._sample_ungrouped(own, place)
        self.groups.leave_greatest(greatest, certain)
        if is_open:
            self.groups.edits += name_graph(graph, own, None if star else named, (opening, closing))
            scope |= {"?" + graph[1:]: None} if star else {}
        if is_other:
            end, self.groups.asked_inside = end_of(cursor.last), asked
            self.groups.edits += hide_graph(graph, place.graph, named, own[0].start, end)
        is_sorted = not is_outermost or list(scope) == sorted(scope)
        if star and "GROUP" not in words and (self._writes_fresh(edits) or not is_sorted):
            self._name_columns(star, scope)
        return scope if star else named

    def _is_hidden(self, graph: str, columns: Scope, select: int) -> bool:
        """Return whether a subselect has a variable of this name that it keeps to itself."""
        cursor, name = self._cursor, "?" + graph[1:]
        tokens = cursor.tokens[select : cursor.closings.get(select - 1, select)]
        return name not in columns and any(
            token.kind is Kind.VARIABLE and name_of(token) == name for token in tokens
        )

    def _refuse_hidden(self, columns: Scope, select: int, place: Place) -> None:
        """Refuse a subselect in EXISTS that has a variable from outside of it and does not give that.

        By the standard its value is put in there too; the engine takes it for another variable.
        """
        for token in self._cursor.tokens[select : self._cursor.place]:
            name = name_of(token) if token.kind is Kind.VARIABLE else ""
            if name and name not in columns and place.given.outside(name):
                raise Refused(_SUBSELECT_INSIDE.format(name))

    def _sample_ungrouped(self, own: Sequence[Token], place: Place) -> None:
        """Let HAVING and ORDER BY take a sample of what is not grouped by; the engine has no value there."""
        for clause, token in find_ungrouped(own):
            name = name_of(token)
            if clause in _UNGROUPED:
                raise Refused(_UNGROUPED[clause].format(name))
            if name[1:] != place.graph[1:]:
                self.groups.edits.append(Edit(token.start, end_of(token), f"SAMPLE({name})"))

    def _own_tokens(self) -> Iterator[Token]:
        """Yield the tokens of the select at the cursor, without those in braces."""
        cursor, place = self._cursor, self._cursor.place
        while (token := cursor.tokens[place]).text and token.text != "}":
            if token.text == "{" and token.kind is MARK:
                place = cursor.closings.get(place, len(cursor.tokens) - 2)
            else:
                yield token
            place += 1

    def _read_columns(self, place: Place) -> Scope:
        cursor, columns = self._cursor, Scope()
        while cursor.token.kind is Kind.VARIABLE or cursor.word == "(":
            is_variable = cursor.token.kind is Kind.VARIABLE
            name = name_of(cursor.take()) if is_variable else self.groups.read_named_value(place)
            columns[name] = None
        if not columns:
            raise Unreadable("", cursor.token)
        return columns

    def _read_modifiers(self, place: Place) -> Scope:
        """Read what stands after the outer group, and return the variables of its VALUES table."""
        cursor, scope = self._cursor, Scope()
        while cursor.token.text and cursor.word != "}":
            if cursor.word == "EXISTS":
                self.groups.read_exists(place)
            elif cursor.word == "MAX":
                self.groups.read_greatest(place)
            elif cursor.word == "VALUES":
                scope |= self.groups.read_values()
            else:
                cursor.take()
        return scope

    def _writes_fresh(self, first: int) -> bool:
        """Return whether one of the edits from the ``first`` on has a variable that is not the query's."""
        return any(self._fresh in edit.text for edit in self.groups.edits[first:])

    def _name_columns(self, star: Token, scope: Scope) -> None:
        if not scope:
            raise Unreadable(_NO_COLUMN, star)
        self.groups.edits.append(Edit(star.start, end_of(star), f" {' '.join(scope)} "))

    def _hide_others(self, opening: Token, closing: Token, scope: Scope) -> None:
        """Let a group give its variables only: COUNT(DISTINCT *) would tell blank nodes apart too."""
        columns = " ".join(scope) or f"(1 AS {self.groups.name()})"
        self.groups.edits += [
            Edit(end_of(opening), end_of(opening), f" {{ SELECT {columns} {{ "),
            Edit(closing.start, closing.start, " } } "),
        ]


def _names() -> Iterator[str]:
    yield from (f"{'_' * length}path" for length in range(1, 1 << 20))


def _counts_solutions(tokens: Sequence[Token]) -> bool:
    """Return whether COUNT(DISTINCT *) is among the tokens."""
    words = [token.text.upper() for token in tokens]
    starts = (place for place, word in enumerate(words) if word == "COUNT")
    return any(words[place : place + 5] == ["COUNT", "(", "DISTINCT", "*", ")"] for place in starts)
