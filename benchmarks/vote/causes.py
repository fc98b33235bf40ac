"""What is known to make engines differ: a difference that is explained so needs nobody to look at it.

Each cause is told by the smallest query that shows it and by the answers to that, so that what is laid to it
has at least its marks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.vote.engines import Bag

Answers = Mapping[str, Bag]

_NAMES = re.compile(r"<[^<>\s]*>")
_TEXTS = re.compile(r'"[^"]*"(?:@[\w-]+|\^\^I)?')
_CLOSURE = re.compile(r"\)[*?+]")
_COUNTS = re.compile(r"COUNT|SUM|HAVING")


@dataclass(frozen=True)
class Cause:
    """One explanation; the ``slug`` of what our engine does is that of the list of deviations.

    ``engine`` is who leaves what the others give; ``fits`` takes the query, in which each IRI is ``I`` and
    each text ``T``, and the answers.
    """

    slug: str
    engine: str
    text: str
    fits: Callable[[str, Answers], bool]


def _shows(*patterns: str) -> Callable[[str, Answers], bool]:
    return lambda query, _: all(re.search(pattern, query) for pattern in patterns)


def _counts_otherwise(query: str, answers: Answers) -> bool:
    """Return whether the engines give the same rows and only differ in how often, as far as one can tell."""
    return bool(_COUNTS.search(query)) or len({frozenset(bag) for bag in answers.values()}) == 1


def _groups_nothing(query: str, answers: Answers) -> bool:
    """Return whether rdflib gives a group where there is no solution."""
    others = [bag for name, bag in answers.items() if name != "rdflib"]
    return "GROUP BY" in query and len(answers.get("rdflib", ())) == 1 and not any(others)


def _gives_errors(query: str, answers: Answers) -> bool:
    told = [value for row in answers.get("rdflib", ()) for _, value in row]
    return any("NotBoundError" in value for value in told)


def _has_no_least(query: str, answers: Answers) -> bool:
    """Return whether ours gives a row without the value of MIN where the others have one."""
    rows = answers.get("ours", Counter()) - answers.get("sparq", Counter())
    return "MIN(" in query and any("n" not in dict(row) for row in rows)


CAUSES: tuple[Cause, ...] = (
    Cause(
        "negated-sets",
        "rdflib",
        "rdflib: `!p` gives two nodes once for each triple between them (open in the standard; once here)",
        lambda query, answers: "!(" in query and _counts_otherwise(query, answers),
    ),
    Cause("both-ways", "rdflib", "rdflib: `!(p|^p)` gives nothing", _shows(r"!\(I\|\^I\)")),
    Cause(
        "optional-in-exists",
        "sparq",
        "sparq-rdf: EXISTS of a group with OPTIONAL in it may be false where it has a solution",
        _shows(r"EXISTS \{.*OPTIONAL"),
    ),
    Cause(
        "errors-of-equality",
        "sparq",
        "sparq-rdf: `=` and IN of two types of literals is an error (open in the standard; false here)",
        _shows(r"FILTER\(.*(!|IF|COALESCE)", r"=|IN \("),
    ),
    Cause(
        "least-of-errors",
        "ours sparq rdflib",
        "MIN of a group with an unbound value: none here, as ORDER BY puts it first; sparq-rdf and rdflib "
        "leave it out",
        _has_no_least,
    ),
    Cause("minus-in-exists", "sparq", "sparq-rdf: MINUS in EXISTS", _shows("MINUS", "EXISTS")),
    Cause(
        "group-of-nothing",
        "rdflib",
        "rdflib: GROUP BY gives a group where there is no solution",
        _groups_nothing,
    ),
    Cause(
        "errors-as-values",
        "rdflib",
        "rdflib: MIN and MAX give the text of an error as a value",
        _gives_errors,
    ),
    Cause(
        "closures",
        "rdflib",
        "rdflib: `p?`, `p*`, `p+` inside of others and in sequences give pairs too often, and an end that "
        "is 0 or false is taken for open",
        lambda query, _: bool(_CLOSURE.search(query)),
    ),
    Cause(
        "joins-of-sets",
        "rdflib",
        "rdflib: what a group, a UNION, VALUES or a subselect gives twice is joined once",
        lambda query, answers: (
            bool(re.search(r"UNION|VALUES|\{ SELECT", query)) and _counts_otherwise(query, answers)
        ),
    ),
    Cause(
        "values-from-outside",
        "rdflib",
        "rdflib: groups, subselects, VALUES and MINUS see variables from outside of them",
        _shows(r"\{ SELECT|\{ (FILTER|BIND|MINUS|VALUES)|UNDEF|[}.] \{|UNION|MINUS|BIND|OPTIONAL|GRAPH"),
    ),
    Cause(
        "errors-of-conditions",
        "rdflib",
        "rdflib: errors beside && and ||, and comparisons of a text with a number, have a value",
        _shows(r"&&|\|\||[<>] (\d|STR)|COALESCE|IF\("),
    ),
)


def explain(alone: str, query: str, answers: Answers) -> str:
    """Return the slug of the cause of a difference, nothing when none is known."""
    sketch = _TEXTS.sub("T", _NAMES.sub("I", query))
    for cause in CAUSES:
        if any(name in cause.engine.split() for name in _differing(alone)) and cause.fits(sketch, answers):
            return cause.slug
    return ""


def _differing(alone: str) -> list[str]:
    """Return the engines that may have to explain themselves."""
    if alone == "each":
        return ["sparq", "rdflib"]
    return alone.removeprefix("one of ").split(" and ")
