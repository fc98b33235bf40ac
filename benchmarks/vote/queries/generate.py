"""Random queries over a slice: their patterns are made from quads that are there, so that there are rows."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from benchmarks.vote.queries.trees import Tree, leaf, sequence, walk
from benchmarks.vote.slices import Slice
from ontology import BASE, PREFIXES

ABSENT = f"<{BASE}place/Q999999999>"
_NUMERIC = frozenset(PREFIXES["xsd"] + name for name in ("integer", "decimal"))
OFTEN = 12
"""How many times as often as usual an element comes that is to come often."""
_MOST_DEPTH = 2


@dataclass
class Scope:
    """The variables of a group, by the terms that they stand for in the quads that it was made from."""

    variables: dict[object, str] = field(default_factory=dict)
    bound: list[str] = field(default_factory=list)


class Generator:
    """Makes one query after the other over a slice."""

    def __init__(self, data: Slice, dice: random.Random, often: Sequence[str] = ()) -> None:
        """Take the words from this slice and all chance from the dice; some elements come ``often``."""
        self._data, self._dice = data, dice
        self._predicates = sorted({quad.predicate.value for quad in data.quads})
        self._names = 0
        self._elements: Mapping[str, tuple[int, Callable[[Scope, int], Tree]]] = {
            "triple": (16, self._make_triple),
            "path": (4, self._make_path_triple),
            "properties": (2, self._make_properties),
            "filter": (3, self._make_filter),
            "optional": (2, self._make_optional),
            "union": (2, self._make_union),
            "minus": (1, self._make_minus),
            "exists": (1, self._make_exists),
            "bind": (1, self._make_bind),
            "values": (1, self._make_values),
            "graph": (1, self._make_graph),
            "subselect": (1, self._make_subselect),
        }
        self._weights = [
            weight * (OFTEN if name in often else 1) for name, (weight, _) in self._elements.items()
        ]

    def make_query(self) -> Tree:
        """Return a query: SELECT with its columns, DISTINCT or aggregates, or ASK."""
        self._names = 0
        scope = Scope()
        group = self._make_group(scope, 0)
        kind = self._dice.random()
        if kind < 0.05:
            return Tree("query", "ASK {0}", (group,))
        if kind < 0.25 and scope.bound:
            return self._make_aggregate(scope, group)
        if kind < 0.45:
            return Tree("query", "SELECT * {0}", (group,))
        columns = self._make_columns(scope)
        return Tree("query", f"SELECT {'DISTINCT ' * (kind < 0.6)}{{0}} {{1}}", (columns, group))

    def make_condition(self, query: Tree) -> Tree:
        """Return a condition over the variables of a query."""
        names = sorted({str(part) for part in walk(query) if part.sort == "variable"})
        return self._make_condition(Scope({}, names), 0)

    def _make_columns(self, scope: Scope) -> Tree:
        names = sorted(set(scope.bound)) or ["?none"]
        chosen = self._dice.sample(names, self._dice.randint(1, len(names)))
        return sequence("columns", " ", [leaf("variable", name) for name in chosen])

    def _make_aggregate(self, scope: Scope, group: Tree) -> Tree:
        value = self._dice.choice(scope.bound)
        function = self._dice.choice(
            ("COUNT({})", "COUNT(DISTINCT {})", "COUNT(*)", "SUM({})", "MIN({})", "MAX({})")
        )
        if not function.startswith("COUNT"):
            value = f"STRLEN(STR({value}))"
        column = leaf("column", f"({function.format(value)} AS ?n)")
        if self._dice.random() < 0.4:
            return Tree("query", "SELECT {0} {1}", (column, group))
        key = leaf("variable", self._dice.choice(scope.bound))
        having = f" HAVING (COUNT(*) > {self._dice.randint(0, 2)})" if self._dice.random() < 0.2 else ""
        form = "SELECT {0} {1} {2} GROUP BY {0}" + having
        return Tree("query", form, (key, column, group))

    def _make_group(self, scope: Scope, depth: int) -> Tree:
        elements = [self._make_triple(scope, depth)]
        for _ in range(self._dice.randint(0, 3 - depth)):
            _, make = self._dice.choices(list(self._elements.values()), self._weights)[0]
            elements.append(make(scope, depth))
        return Tree("group", "{{ {0} }}", (sequence("elements", " ", elements, least=0),))

    def _pick(self, scope: Scope) -> Quad:
        """Return a quad that shares a term with those chosen before, when there are any."""
        known = [term for term in scope.variables if term in self._data.around]
        if not known or self._dice.random() < 0.1:
            return self._dice.choice(self._data.quads)
        return self._dice.choice(self._data.around[self._dice.choice(known)])

    def _term(self, scope: Scope, term: object, share: float = 0.75) -> Tree:
        """Return a variable for a term, or the term itself."""
        if term in scope.variables and self._dice.random() < 0.9:
            return leaf("variable", scope.variables[term])
        if self._dice.random() < share:
            name = self._fresh()
            scope.variables[term] = name
            scope.bound.append(name)
            return leaf("variable", name)
        return leaf("term", _write(term) if self._dice.random() < 0.93 else ABSENT)

    def _fresh(self) -> str:
        self._names += 1
        return f"?v{self._names}"

    def _make_triple(self, scope: Scope, depth: int) -> Tree:
        quad = self._pick(scope)
        subject = self._term(scope, quad.subject, 0.85)
        verb = leaf("path", _write(quad.predicate))
        if self._dice.random() < 0.06:
            verb = self._term(scope, quad.predicate, 1.0)
        return Tree("element", "{0} {1} {2} .", (subject, verb, self._term(scope, quad.object)))

    def _make_path_triple(self, scope: Scope, depth: int) -> Tree:
        quad = self._pick(scope)
        start, end = quad.subject, quad.object
        path = self._make_path(quad, 0)
        if isinstance(end, NamedNode) and end in self._data.around and self._dice.random() < 0.4:
            further = self._dice.choice(self._data.around[end])
            inverse = further.subject != end
            path = Tree("path", "{0}/^{1}" if inverse else "{0}/{1}", (path, self._make_path(further, 1)))
            end = further.subject if inverse else further.object
        terms = (self._term(scope, start, 0.6), path, self._term(scope, end, 0.6))
        return Tree("element", "{0} {1} {2} .", terms)

    def _make_path(self, quad: Quad, depth: int) -> Tree:
        step = leaf("path", _write(quad.predicate))
        if depth > 2:
            return step
        kind = self._dice.choice(("step", "|", "|", "*", "+", "?", "^", "!", "/"))
        other = leaf("path", self._dice.choice(self._predicates).join("<>"))
        inner = self._make_path(quad, depth + 1)
        match kind:
            case "|":
                parts = [inner, self._dice.choice((other, Tree("path", "^{0}", (other,))))]
                self._dice.shuffle(parts)
                return Tree("path", "({0})", (sequence("alternatives", "|", parts),))
            case "*" | "+" | "?":
                return Tree("path", f"({{0}}){kind}", (inner,))
            case "^":
                return Tree("path", "(^({0}))", (Tree("path", "(^({0}))", (inner,)),))
            case "!":
                return Tree("path", self._dice.choice(("!({0})", "!({0}|^{0})", "!(^{0})")), (other,))
            case "/":
                return Tree("path", "({0}/({1})?)", (inner, other))
            case _:
                return step

    def _make_properties(self, scope: Scope, depth: int) -> Tree:
        """Return a property list, with a blank node as its subject or object now and then."""
        quad = self._pick(scope)
        mates = [mate for mate in self._data.around[quad.subject] if mate.subject == quad.subject]
        chosen = self._dice.sample(mates, min(len(mates), 2)) or [quad]
        pairs = [
            Tree("pair", "{0} {1}", (self._make_path(mate, 1), self._term(scope, mate.object)))
            for mate in chosen
        ]
        listed = sequence("pairs", " ; ", pairs)
        if self._dice.random() < 0.3:
            return Tree("element", "[ {0} ] .", (listed,))
        return Tree("element", "{0} {1} .", (self._term(scope, quad.subject, 0.9), listed))

    def _make_filter(self, scope: Scope, depth: int) -> Tree:
        return Tree("element", "FILTER({0})", (self._make_condition(scope, 0),))

    def _make_condition(self, scope: Scope, depth: int) -> Tree:
        name = self._dice.choice(scope.bound or ["?none"])
        other = self._dice.choice(scope.bound or ["?none"])
        term = _write(self._dice.choice(self._data.quads).object)
        simple = (
            f"{name} = {term}",
            f"{name} != {other}",
            f"BOUND({name})",
            f"isIRI({name})",
            f"isLITERAL({name})",
            f"LANG({name}) = 'en'",
            f"STRLEN(STR({name})) > {self._dice.randint(2, 40)}",
            f"CONTAINS(STR({name}), '{self._dice.choice('aeiou')}')",
            f"STR({name}) < STR({other})",
            f"sameTerm({name}, {other})",
            f"{name} IN ({term}, {ABSENT})",
            f"COALESCE({name} > 1990, false)",
            f"DATATYPE({name}) = <{PREFIXES['xsd']}date>",
            f"REGEX(STR({name}), '[0-9]')",
            f"IF(isIRI({name}), BOUND({other}), true)",
        )
        kind = self._dice.random()
        if depth > 1 or kind < 0.6:
            return leaf("condition", self._dice.choice(simple))
        inner = self._make_condition(scope, depth + 1)
        if kind < 0.75:
            return Tree("condition", "!({0})", (inner,))
        joined = self._dice.choice(("({0} && {1})", "({0} || {1})"))
        return Tree("condition", joined, (inner, self._make_condition(scope, depth + 1)))

    def _make_inner(self, scope: Scope, depth: int) -> Tree:
        """Return a group that shares variables with the one around it."""
        if depth >= _MOST_DEPTH:
            triple = self._make_triple(scope, depth)
            return Tree("group", "{{ {0} }}", (sequence("elements", " ", [triple], least=0),))
        return self._make_group(scope, depth + 1)

    def _make_optional(self, scope: Scope, depth: int) -> Tree:
        return Tree("element", "OPTIONAL {0}", (self._make_inner(scope, depth),))

    def _make_union(self, scope: Scope, depth: int) -> Tree:
        groups = [self._make_inner(scope, depth) for _ in range(2)]
        return Tree("element", "{0}", (sequence("groups", " UNION ", groups),))

    def _make_minus(self, scope: Scope, depth: int) -> Tree:
        inner = Scope(dict(scope.variables))
        return Tree("element", "MINUS {0}", (self._make_inner(inner, depth),))

    def _make_exists(self, scope: Scope, depth: int) -> Tree:
        inner = Scope(dict(scope.variables))
        form = self._dice.choice(("FILTER EXISTS {0}", "FILTER NOT EXISTS {0}"))
        return Tree("element", form, (self._make_inner(inner, depth),))

    def _make_bind(self, scope: Scope, depth: int) -> Tree:
        name, source = self._fresh(), self._dice.choice(scope.bound or ["?none"])
        value = self._dice.choice(
            (f"STR({source})", f"STRLEN(STR({source}))", f"LANG({source})", f"isIRI({source})")
        )
        scope.bound.append(name)
        return leaf("element", f"BIND({value} AS {name})")

    def _make_values(self, scope: Scope, depth: int) -> Tree:
        terms = sorted(scope.variables, key=str)
        if not terms:
            return self._make_triple(scope, depth)
        term = self._dice.choice(terms)
        rows = [leaf("row", _write(term)), leaf("row", ABSENT), leaf("row", "UNDEF")]
        rows = self._dice.sample(rows, self._dice.randint(1, 3))
        return Tree(
            "element", f"VALUES {scope.variables[term]} {{{{ {{0}} }}}}", (sequence("rows", " ", rows),)
        )

    def _make_graph(self, scope: Scope, depth: int) -> Tree:
        """Return GRAPH; its variable is no word of the group in it, where engines differ about it."""
        is_open = self._dice.random() < 0.5
        name = self._fresh() if is_open else self._dice.choice(self._data.graphs).join("<>")
        inner = self._make_inner(scope, depth)
        scope.bound += [name] if is_open else []
        return Tree("element", f"GRAPH {name} {{0}}", (inner,))

    def _make_subselect(self, scope: Scope, depth: int) -> Tree:
        inner = Scope(dict(scope.variables))
        group = self._make_inner(inner, depth)
        names = sorted(set(inner.bound) | set(list(scope.variables.values())[:1])) or ["?none"]
        chosen = self._dice.sample(names, min(len(names), 2))
        scope.bound += chosen
        if self._dice.random() < 0.25:
            key, count = leaf("variable", chosen[0]), self._fresh()
            scope.bound.append(count)
            form = f"{{{{ SELECT {{0}} (COUNT(*) AS {count}) {{1}} GROUP BY {{0}} }}}}"
            return Tree("element", form, (key, group))
        columns = sequence("columns", " ", [leaf("variable", name) for name in chosen])
        distinct = self._dice.choice(("", "DISTINCT "))
        return Tree("element", f"{{{{ SELECT {distinct}{{0}} {{1}} }}}}", (columns, group))


def _write(term: object) -> str:
    """Return a term as SPARQL."""
    if isinstance(term, Literal) and term.datatype.value in _NUMERIC:
        return term.value
    return str(term)
