"""The groups of a query, walked from the outside in: what is written anew in them, and what they bind.

https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern; variables in scope: section 18.2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from endpoint.engine.language.rewriting.cursor import Cursor, Unreadable, end_of
from endpoint.engine.language.rewriting.edits import Edit, apply_edits
from endpoint.engine.language.rewriting.expand import Expander, Given, Place, nothing
from endpoint.engine.language.rewriting.triples import (
    Statement,
    StatementReader,
    begins_statement,
    name_of,
)
from endpoint.engine.language.tokens import Kind, Token

Scope = dict[str, None]
"""Variables in the order of the text."""


_WITHIN_A_BLOCK = frozenset({"FILTER", "BIND", "VALUES"})
"""After these a blank node may go on, as the engine reads."""


_MINUS_INSIDE = (
    "MINUS inside of EXISTS would compare {} too, whose value comes from outside and is put in before "
    "(minus-in-exists on /limits); write FILTER NOT EXISTS in place of MINUS"
)
_GRAPH_INSIDE = (
    "{0} has no value yet in an expression inside of GRAPH {0} (graph-variable-inside on /limits); write the "
    "expression after the group of GRAPH"
)


class Refused(Exception):
    """A query is SPARQL, and there is nothing that the engine could be asked in its place; says why."""


class Groups:
    """Walks the groups of one query and notes the ``edits`` that they need.

    Blank nodes that are written anew become variables whose names begin with ``fresh``, as none in the text.
    ``read_select`` reads the subselects. ``certain`` are the variables of the triples that stand directly in
    the group read last, ``greatest`` the edits of each MAX of a variable, ``asked_inside`` the variables of
    graphs that expressions inside of these graphs ask for.
    """

    def __init__(
        self, cursor: Cursor, expander: Expander, fresh: str, read_select: Callable[[Place], Scope]
    ) -> None:
        """Begin at the cursor."""
        self.edits: list[Edit] = []
        self._cursor, self._expander, self._fresh, self._read_select = cursor, expander, fresh, read_select
        self._count = 0
        self._labels: dict[str, tuple[object, str]] = {}
        self.asked_inside: set[str] = set()
        self._nodes: set[tuple[str, str]] = set()
        self.certain = Scope()
        self.greatest: list[tuple[str, Edit]] = []
        self._elements: Mapping[str, Callable[[Place], Scope]] = {
            "FILTER": self._read_filter,
            "OPTIONAL": self._read_optional,
            "LATERAL": self._read_lateral,
            "GRAPH": self._read_graph,
            "SERVICE": self._read_service,
            "VALUES": self._read_inline_values,
        }

    def name(self, label: str = "", block: object = None) -> str:
        """Return a fresh variable, but the same one for a label in the same block of triples.

        Raises Unreadable for a label in two blocks, which is no SPARQL (section 5.1.1).
        """
        if label in self._labels:
            owner, variable = self._labels[label]
            if owner is not block:
                raise Unreadable("", self._cursor.last)
            return variable
        self._count += 1
        variable = f"?{self._fresh}{self._count}"
        if label:
            self._labels[label] = block, variable
        return variable

    def read_group(self, place: Place) -> Scope:
        """Return what a group in braces binds. Raises Unreadable, ReifiedTwice and TooLong."""
        self._cursor.expect("{")
        if self._cursor.word == "SELECT":
            outer, self._nodes = self._nodes, set()
            scope = self._read_select(replace(place, must_bind_graph=False))
            self._nodes, self.certain = outer, Scope()
        else:
            scope = self._read_elements(place)
        self._cursor.expect("}")
        return scope

    def read_exists(self, place: Place) -> None:
        """Read the group after EXISTS, where only counts whether there is a solution."""
        self._cursor.expect("EXISTS")
        given = Given(partial(self._is_given, self._cursor.place), frozenset(self._nodes))
        self.read_group(replace(place, counts=False, must_bind_graph=False, given=given, leaks=nothing))

    def _outside(self) -> Callable[[str], bool]:
        """Return what tells which variables the query has outside of the group at the cursor too."""
        opening = self._cursor.place
        return partial(self._is_outside, opening, self._cursor.closings.get(opening, opening))

    def _is_outside(self, opening: int, closing: int, name: str) -> bool:
        """Return whether the query has a variable before or after these places too."""
        first, last = self._places.get(name, (opening, opening))
        return first < opening or last > closing

    def _is_given(self, opening: int, name: str) -> bool:
        """Return whether a variable stands outside of the EXISTS that opens here, in no other EXISTS."""
        homes, around = self._homes
        while opening in around:
            opening = around[opening]
            if opening in homes.get(name, ()):
                return True
        return False

    @cached_property
    def _homes(self) -> tuple[dict[str, set[int]], dict[int, int]]:
        """In which EXISTS each variable and each EXISTS stands, by where they open; -1 for none."""
        homes, around, opened = dict[str, set[int]](), dict[int, int](), [-1]
        tokens, closings = self._cursor.tokens, self._cursor.closings
        for place, token in enumerate(tokens):
            if token.kind is Kind.VARIABLE:
                homes.setdefault(name_of(token), set()).add(opened[-1])
            elif token.text == "{" and tokens[place - 1].text.upper() == "EXISTS":
                around[place] = opened[-1]
                opened.append(place)
            elif place == closings.get(opened[-1]):
                opened.pop()
        return homes, around

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Where each variable comes first and last."""
        places: dict[str, tuple[int, int]] = {}
        for place, token in enumerate(self._cursor.tokens):
            if token.kind is Kind.VARIABLE:
                name = name_of(token)
                places[name] = (places.get(name, (place, place))[0], place)
        return places

    def read_expression(self, place: Place) -> list[Token]:
        """Return the variables but those in EXISTS, from an opening parenthesis to the one that closes it."""
        if self._cursor.word != "(":
            raise Unreadable("", self._cursor.token)
        depth, variables = 0, list[Token]()
        while True:
            if self._cursor.word == "EXISTS":
                self.read_exists(place)
                continue
            if self._cursor.word == "MAX":
                self.read_greatest(place)
                continue
            token = self._cursor.take()
            if token.kind is Kind.VARIABLE and place.graph and name_of(token) == "?" + place.graph[1:]:
                self.asked_inside.add(name_of(token))
            if token.kind is Kind.VARIABLE:
                variables.append(token)
            depth += (token.text == "(") - (token.text == ")")
            if not depth:
                return variables

    def read_greatest(self, place: Place) -> None:
        """Read MAX, and let an error be less than all values, as a blank node is; the greatest is one again.

        By the order of ORDER BY the greatest value is one as long as there is any; the engine gives none.
        """
        cursor, edits = self._cursor, len(self.edits)
        start = cursor.take().start
        opening, first, after = cursor.tokens[cursor.place : cursor.place + 3]
        begin = end_of(first if first.text.upper() == "DISTINCT" else opening)
        self.read_expression(place)
        inner = apply_edits(self.edits[edits:], cursor.text, begin, cursor.last.start)
        value = f"MAX(COALESCE({inner}, BNODE()))"
        self.edits[edits:] = [Edit(start, end_of(cursor.last), f"IF(isBLANK({value}), 1/0, {value})")]
        if first.kind is Kind.VARIABLE and after.text == ")":
            self.greatest.append((name_of(first), self.edits[-1]))

    def leave_greatest(self, first: int, certain: Scope) -> None:
        """Take back the edits of each MAX, from the ``first`` on, of a variable that always has a value."""
        for name, edit in self.greatest[first:]:
            if name in certain:
                self.edits.remove(edit)
        del self.greatest[first:]

    def read_named_value(self, place: Place) -> str:
        """Return the variable of ``(expression AS ?variable)``."""
        self.read_expression(place)
        return self._name_value()

    def _name_value(self) -> str:
        """Return the variable before the parenthesis that was read last. Raises Unreadable without one."""
        token = self._cursor.tokens[self._cursor.place - 2]
        if token.kind is not Kind.VARIABLE:
            raise Unreadable("", token)
        return name_of(token)

    def read_values(self) -> Scope:
        """Return the variables of a VALUES table."""
        cursor = self._cursor
        cursor.expect("VALUES")
        if cursor.token.kind is Kind.VARIABLE:
            names = [name_of(cursor.take())]
        else:
            cursor.expect("(")
            names = []
            while not cursor.accept(")"):
                names.append(name_of(cursor.expect_kind(Kind.VARIABLE)))
        if cursor.word != "{":
            raise Unreadable("", cursor.token)
        cursor.skip_brackets()
        return dict.fromkeys(names)

    def _read_elements(self, place: Place) -> Scope:
        cursor, scope = self._cursor, Scope()
        statements: list[Statement] = []
        unbinding: list[Token] = []
        block, is_open = object(), False
        outer, certain = self._nodes, Scope()
        self._nodes = outer.copy()
        while cursor.word != "}":
            word, token = cursor.word, cursor.token
            if begins_statement(cursor):
                if is_open:
                    raise Unreadable("", token)  # a full stop is missing before it
                statements.append(StatementReader(cursor, partial(self.name, block=block)).read())
                certain |= dict.fromkeys(statements[-1].variables)
                scope |= certain
                self._nodes |= {(place.graph, name) for name in statements[-1].list_nodes()}
                is_open = cursor.last.text != "."
                continue
            is_open = False
            if word == "MINUS":
                self._read_minus(place, scope, certain)
            elif word == "BIND":
                scope |= self._read_bind(place, scope)
            else:
                scope |= self._read_element(place)
            cursor.accept(".")
            unbinding += [token] if word in ("VALUES", "GRAPH") else []
            block = block if word in _WITHIN_A_BLOCK else object()
        self._write_statements(statements, place)
        if place.must_bind_graph and unbinding and not statements:
            start = unbinding[0].start
            self.edits.append(Edit(start, start, f"GRAPH {place.graph} {{}} "))
        self._nodes, self.certain = outer, certain
        return scope

    def _read_element(self, place: Place) -> Scope:
        cursor = self._cursor
        if cursor.word == "{":
            scope = self.read_group(place)
            while cursor.accept("UNION"):
                scope |= self.read_group(place)
            return scope
        read = self._elements.get(cursor.word)
        if read is None:
            raise Unreadable("", cursor.token)
        return read(place)

    def _write_statements(self, statements: Sequence[Statement], place: Place) -> None:
        """Note the edits of the triples that stand directly in one group.

        Where one is written anew the block falls into pieces, so no label may stay in any of them.
        """
        is_plain = [
            all(self._expander.is_plain(triple, place) for triple in statement.triples)
            for statement in statements
        ]
        if all(is_plain):
            return
        for statement, stays in zip(statements, is_plain, strict=True):
            if stays:
                self.edits += [
                    Edit(token.start, end_of(token), self._labels[token.text][1])
                    for token in statement.labels
                ]
            else:
                triples = " ".join(self._expander.write(triple, place) for triple in statement.triples)
                self.edits.append(Edit(statement.start, statement.end, triples))

    def _read_filter(self, place: Place) -> Scope:
        cursor = self._cursor
        cursor.expect("FILTER")
        if cursor.accept("NOT") or cursor.word == "EXISTS":
            self.read_exists(place)
            return Scope()
        if cursor.word != "(":
            cursor.expect_kind(Kind.WORD, Kind.IRI, Kind.NAME)
        self.read_expression(place)
        return Scope()

    def _read_optional(self, place: Place) -> Scope:
        self._cursor.expect("OPTIONAL")
        return self.read_group(replace(place, leaks=self._outside() if place.leaks else None))

    def _read_lateral(self, place: Place) -> Scope:
        self._cursor.expect("LATERAL")
        return self.read_group(replace(place, leaks=None))

    def _read_minus(self, place: Place, before: Scope, certain: Scope) -> None:
        """Read MINUS, and drop it where it shares no variable with what stands before it: it takes nothing.

        In GRAPH the engine lets both have the variable of the graph, in EXISTS those from outside; so it is
        right there only where both sides have a value of the same other variable. Raises Refused.
        """
        cursor, edits = self._cursor, len(self.edits)
        start = cursor.token.start
        cursor.expect("MINUS")
        scope = self.read_group(replace(place, counts=False, must_bind_graph=False))
        if before.keys().isdisjoint(scope):
            self.edits[edits:] = [Edit(start, end_of(cursor.last), "")]
            return
        given = [name for name in scope if name in before and place.given.outside(name)]
        both = [name for name in self.certain if name in certain and name not in given]
        if given and not both:
            raise Refused(_MINUS_INSIDE.format(given[0]))

    def _read_graph(self, place: Place) -> Scope:
        self._cursor.expect("GRAPH")
        graph = self._cursor.expect_kind(Kind.VARIABLE, Kind.IRI, Kind.NAME)
        is_variable = graph.kind is Kind.VARIABLE
        inner = replace(place, graph=graph.text, must_bind_graph=is_variable)
        if not is_variable:
            return self.read_group(inner)
        name, asked = name_of(graph), self.asked_inside
        self.asked_inside = set()
        scope = self.read_group(inner)
        if name in self.asked_inside and name not in scope:
            raise Refused(_GRAPH_INSIDE.format(name))
        self.asked_inside = asked
        return Scope({name: None}) | scope

    def _read_service(self, place: Place) -> Scope:
        """Read what another endpoint is asked: it is left as it is."""
        cursor, edits = self._cursor, len(self.edits)
        cursor.expect("SERVICE")
        cursor.accept("SILENT")
        name = cursor.expect_kind(Kind.VARIABLE, Kind.IRI, Kind.NAME)
        scope = Scope({name_of(name): None}) if name.kind is Kind.VARIABLE else Scope()
        scope |= self.read_group(place)
        del self.edits[edits:]
        return scope

    def _read_bind(self, place: Place, before: Scope) -> Scope:
        """Read BIND, in which a variable that its group does not have yet has no value.

        In OPTIONAL the engine may put in one from outside, as it plans; so another one stands in its place.
        """
        self._cursor.expect("BIND")
        *variables, _name = self.read_expression(place) or [self._cursor.last]
        for token in variables:
            name = name_of(token)
            may_leak = place.leaks is not None and place.leaks(name) and not place.given.outside(name)
            if may_leak and name not in before:
                self.edits.append(Edit(token.start, end_of(token), self.name()))
        return Scope({self._name_value(): None})

    def _read_inline_values(self, _: Place) -> Scope:
        return self.read_values()
