"""Texts that nobody thought of: words and marks of SPARQL in any order, queries with a few changes.

``KEMBAR_TEST_EXAMPLES=5000`` looks further, at random.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("KEMBAR_TEST_EXAMPLES", "150"))
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=EXAMPLES <= 150,
    suppress_health_check=list(HealthCheck),
)

WORDS = [
    *(
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "WHERE",
        "SERVICE",
        "SILENT",
        "FILTER",
        "BIND",
        "AS",
        "EXISTS",
    ),
    *(
        "NOT",
        "IN",
        "OPTIONAL",
        "MINUS",
        "UNION",
        "GRAPH",
        "VALUES",
        "UNDEF",
        "LATERAL",
        "FROM",
        "NAMED",
        "BASE",
    ),
    *(
        "PREFIX",
        "LIMIT",
        "ORDER",
        "BY",
        "GROUP",
        "HAVING",
        "true",
        "a",
        "LOAD",
        "INSERT",
        "DATA",
        "DROP",
        "ALL",
    ),
]
MARKS = [
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "<<",
        ">>",
        "{|",
        "|}",
        ".",
        ";",
        ",",
        "*",
        "+",
        "?",
        "!",
        "^",
        "|",
        "/",
    ),
    *(
        "=",
        "&&",
        "||",
        "#",
        "#>",
        "\n",
        "\r",
        "\t",
        " ",
        "'",
        '"',
        "'''",
        '"""',
        "\\",
        "\\'",
        "@",
        "@en",
        "^^",
        "_:",
        ":",
    ),
    *(
        "?a",
        "$b",
        "?a<?b",
        "<?b>",
        "1",
        "1.",
        ".5",
        "1e0",
        "<a:x>",
        "%s",
        "service:",
        "filter:",
        "x:y",
        "SERVICE:x",
    ),
    *("\u0130", "\u017f", "\u00e9", "\ufeff", "\u200b", "\x00", "\U0001f600", "\\u0053", "<http://x/#>"),
]
SMALL = [
    "SELECT * { ?s ?p ?o FILTER(?s<?p && ?o>1) }",
    'SELECT (?a<?b AS ?c) { ?s ?p "x"@en ; <a:p> (1 2) , [ a ?t ] }',
    "PREFIX : <a:> SELECT * { { :s :p/:q* ?o } UNION { VALUES ?x { 1 UNDEF } } }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g HAVING (COUNT(*) > 1)",
    "CONSTRUCT { ?s ?p '''a'b''' } WHERE { ?s ?p ?o . BIND(1<2 AS ?x) }",
    "DESCRIBE ?s { ?s ?p ?o FILTER EXISTS { ?o ?q ?r } } LIMIT 1",
    "ASK { <<?s ?p ?o>> ?q ?r . ?s ?p ?o {| ?q ?r |} }",
]


@st.composite
def changed(draw: st.DrawFn, seeds: list[str]) -> str:
    """A text of the seeds with a few changes at places where they matter."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        piece = draw(st.sampled_from([*WORDS, *MARKS]))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            text = text[:at] + piece + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + draw(st.integers(1, 3)) :]
        elif kind == 2:
            text = text.replace(" ", draw(st.sampled_from(["", "#\n", "\t", "\r\n"])), 1)
        elif kind == 3:
            text = text[:at] + text[at:].swapcase()
        else:
            other = draw(st.sampled_from(seeds))
            text = text[:at] + other[draw(st.integers(0, len(other))) :]
    return text
