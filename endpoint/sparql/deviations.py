"""Where an answer still differs from what SPARQL 1.1 says: one row a deviation, with a query that shows it.

What the engine gives otherwise, but can be asked so that it gives it rightly, is no row here: it is written
anew (``endpoint.engine.language.rewriting``). A test fails when a row does not hold any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from endpoint.show.texts import translate

if TYPE_CHECKING:
    from endpoint.engine.release_engine import ReleaseEngine

_QUERY = "https://www.w3.org/TR/sparql11-query/"
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Deviation:
    """One difference: ``query`` shows it, ``right`` is its value by the standard, ``given`` what comes here.

    A value is the first one of the result, empty when it is not bound, or the HTTP status of an error.
    ``section`` is where the standard says so, ``tests`` are the W3C's evaluation tests that fail for it.
    """

    slug: str
    section: str
    query: str
    right: str
    given: str
    tests: tuple[str, ...] = ()

    def describe(self, lang: str) -> str:
        """Return what differs, in words."""
        return translate(f"deviation.{self.slug}", lang)


_LEXICAL_TESTS = (
    *("aggregates/agg-avg-02", "aggregates/agg-err-02", "aggregates/agg-max-01", "aggregates/agg-max-02"),
    *("aggregates/agg-min-01", "aggregates/agg-min-02", "aggregates/agg-sum-02", "csv-tsv-res/csv03"),
    *("csv-tsv-res/tsv03", "distinct/distinct-1", "distinct/distinct-9", "distinct/no-distinct-1"),
    *("distinct/no-distinct-9", "expr-builtin/dawg-datatype-1", "expr-builtin/dawg-str-1"),
    *("expr-builtin/dawg-str-2", "expr-builtin/sameTerm-eq", "expr-builtin/sameTerm-not-eq"),
    *("expr-builtin/sameTerm-simple", "expr-equals/eq-2-1", "expr-equals/eq-2-2", "expr-equals/eq-graph-1"),
    *("expr-equals/eq-graph-2", "functions/coalesce01", "functions/plus-1", "functions/plus-2"),
    *("open-world/date-3", "open-world/open-eq-01", "open-world/open-eq-03", "open-world/open-eq-04"),
    "sort/dawg-sort-7",
)

DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        "lexical-forms", _QUERY + "#func-str", "SELECT (STR(1.0) AS ?x) {}", "1.0", "1", _LEXICAL_TESTS
    ),
    Deviation(
        "large-numbers",
        _QUERY + "#operandDataTypes",
        "SELECT (9223372036854775807 + 1 AS ?x) {}",
        "9223372036854775808",
        "",
    ),
    Deviation(
        "dates-without-zone",
        _QUERY + "#OperatorMapping",
        f'ASK {{ FILTER("2018-03-19Z"^^<{_XSD}date> != "2018-03-19"^^<{_XSD}date>) }}',
        "false",
        "true",
        ("open-world/date-2",),
    ),
    Deviation(
        "dates-of-all-kinds",
        _QUERY + "#func-year",
        f'SELECT (YEAR("2018"^^<{_XSD}gYear>) AS ?x) {{}}',
        "",
        "2018",
    ),
    Deviation("conditions", _QUERY + "#ebv", 'SELECT (IF("a"@en, 1, 2) AS ?x) {}', "1", ""),
    Deviation("comparisons", _QUERY + "#OperatorMapping", "SELECT (true > false AS ?x) {}", "true", ""),
    Deviation(
        "spaces-in-casts", _QUERY + "#FunctionMapping", f'SELECT (<{_XSD}integer>(" 5 ") AS ?x) {{}}', "5", ""
    ),
    Deviation(
        "bnode-of-a-text",
        _QUERY + "#func-bnode",
        'SELECT (COUNT(DISTINCT ?b) AS ?x) { VALUES ?row { 1 2 } BIND(BNODE("a") AS ?b) }',
        "2",
        "400",
        ("functions/bnode01",),
    ),
    Deviation(
        "regular-expressions",
        _QUERY + "#func-regex",
        'ASK { FILTER(REGEX("aa", "(a)\\\\1")) }',
        "true",
        "400",
    ),
    Deviation(
        "more-regular-expressions",
        _QUERY + "#func-regex",
        'SELECT (REGEX("a b", "a\\\\b") AS ?x) {}',
        "",
        "true",
    ),
    Deviation(
        "replace-of-nothing",
        _QUERY + "#func-replace",
        'SELECT (REPLACE("ab", "x*", "-") AS ?x) {}',
        "",
        "-a-b-",
    ),
    Deviation(
        "word-characters",
        _QUERY + "#func-regex",
        'ASK { FILTER(REGEX("_", "\\\\w")) }',
        "false",
        "true",
    ),
    Deviation(
        "unknown-functions",
        _QUERY + "#extensionFunctions",
        "SELECT (COALESCE(<urn:none>(1), 2) AS ?x) {}",
        "2",
        "400",
    ),
    Deviation(
        "graph-variable-inside",
        _QUERY + "#sparqlAlgebraEval",
        "ASK { GRAPH ?g { ?s ?p ?o FILTER(BOUND(?g)) } }",
        "false",
        "400",
    ),
    Deviation(
        "graph-around-a-subselect",
        _QUERY + "#sparqlAlgebraFinalization",
        "ASK { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } }",
        "true",
        "400",
    ),
    Deviation(
        "names-in-groups",
        _QUERY + "#selectExpressions",
        "SELECT (COUNT(*) AS ?x) (?x * 2 AS ?y) { VALUES ?a { 1 } }",
        "1",
        "400",
    ),
    Deviation(
        "groups-without-select",
        _QUERY + "#sparqlGrammar",
        "ASK { VALUES ?a { 1 1 } } GROUP BY ?a HAVING(COUNT(*) > 1)",
        "true",
        "400",
    ),
    Deviation("empty-negated-set", _QUERY + "#rPathNegatedPropertySet", "ASK { ?s !() ?o }", "true", "400"),
    Deviation(
        "minus-in-exists",
        _QUERY + "#defn_substitute",
        "ASK { <vocab/level> a ?c FILTER EXISTS { ?s a ?c MINUS { ?t a ?c } } }",
        "true",
        "400",
    ),
    Deviation(
        "subselect-in-exists",
        _QUERY + "#defn_substitute",
        "ASK { VALUES ?x { 1 } FILTER EXISTS { SELECT (2 AS ?y) { FILTER(?x = 1) } } }",
        "true",
        "400",
    ),
)
"""All that is known of the embedded engine; whoever finds another one adds it."""

VIRTUOSO: tuple[Deviation, ...] = (
    Deviation("lexical-forms", _QUERY + "#func-str", "SELECT (STR(1.0) AS ?x) {}", "1.0", "1"),
    Deviation(
        "dates-without-zone",
        _QUERY + "#OperatorMapping",
        f'ASK {{ FILTER("2018-03-19Z"^^<{_XSD}date> != "2018-03-19"^^<{_XSD}date>) }}',
        "false",
        "true",
    ),
    Deviation("integer-division", _QUERY + "#OperatorMapping", "SELECT (1 / 2 AS ?x) {}", "0.5", "0"),
    Deviation(
        "division-by-zero",
        _QUERY + "#func-coalesce",
        'SELECT (COALESCE(1 / 0, "none") AS ?x) {}',
        "none",
        "500",
    ),
    Deviation(
        "truth-as-number", _QUERY + "#func-if", "SELECT (IF(1 = 1, true, false) AS ?x) {}", "true", "1"
    ),
    Deviation(
        "unbound-as-empty",
        _QUERY + "#func-concat",
        'SELECT (COALESCE(CONCAT("a", STR(?nothing)), "none") AS ?x) {}',
        "none",
        "a",
    ),
    Deviation(
        "language-ignored", _QUERY + "#func-RDFterm-equal", 'ASK { FILTER("a" = "a"@en) }', "false", "true"
    ),
    Deviation(
        "minus-without-shared",
        _QUERY + "#neg-minus",
        "SELECT (COUNT(*) AS ?x) { VALUES ?a { 1 2 } MINUS { VALUES ?b { 1 } } }",
        "2",
        "0",
    ),
    Deviation(
        "values-in-union",
        _QUERY + "#alternatives",
        "SELECT (COUNT(*) AS ?x) { { VALUES ?a { 1 } } UNION { VALUES ?a { 1 } } }",
        "2",
        "1",
    ),
    Deviation(
        "values-in-optional",
        _QUERY + "#optionals",
        "SELECT (COUNT(?b) AS ?x) { VALUES ?a { 1 2 } OPTIONAL { VALUES ?b { 1 2 } FILTER(?a = ?b) } }",
        "2",
        "0",
    ),
    Deviation("closures-refused", _QUERY + "#rPathMod", "ASK { ?s a* ?o }", "true", "500"),
    Deviation(
        "substring-before-start",
        _QUERY + "#func-substr",
        'SELECT (SUBSTR("motor", 0, 3) AS ?x) {}',
        "mo",
        "mot",
    ),
)
"""What Virtuoso 7.2.5 gives otherwise, where it says nothing of it."""

_OF_ENGINES: Mapping[str, tuple[Deviation, ...]] = {
    "": (),
    "oxigraph": DEVIATIONS,
    "virtuoso": VIRTUOSO,
}


def deviations_of(engine: ReleaseEngine) -> tuple[Deviation, ...]:
    """Return what is known of the engine that answers; of one elsewhere that was not tried, nothing."""
    return DEVIATIONS if engine.elsewhere is None else _OF_ENGINES[engine.elsewhere.product]
