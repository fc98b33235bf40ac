"""How values given by people become RDF terms in a canned query: terms in the place of variables, never text.

A term stands wherever the query has the variable, in subselects too, so the engine plans with what it knows.
Where SPARQL wants a variable (BOUND, the head of a VALUES table) it stays one, bound by a VALUES block at the
start of the outer group. A parameter that is not given leaves its variable free, which restricts nothing;
lines of the query that end in ``# when <name>`` are left out then.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import Literal

from graph.errors import ParameterError
from graph.model.dates import PartialDate, parse_date
from queries.arrange import arrange, is_arrangement, read_arrangement
from queries.canned import CONCEPT_SCHEMES, LIMIT, PAGE, CannedQuery, Count, Parameter
from queries.header import LIMIT_LINE
from queries.mistakes import Mistake
from queries.pages import Page, count_pattern, count_rows, cut, read_page
from queries.resolve import Resolver
from queries.terms import iri_term, text_term

_SKIPPED = r"""<[^<>"{}|^`\\\s]*>|"(?:[^"\\]|\\.)*"|#[^\n]*"""
_SKIPPED_OR_WHERE = re.compile(rf"{_SKIPPED}|(?P<where>\bWHERE\s*\{{)")
_KEPT = r"\bBOUND\s*\(\s*\?\w+|\bVALUES\s*(?:\?\w+|\([^)]*\))"
_SKIPPED_OR_NAMED = re.compile(rf"{_SKIPPED}|(?P<kept>{_KEPT})|\?(?P<variable>_\w+)")
_PARAMETER = re.compile(r"\?(_\w+)")
_CONDITIONAL = re.compile(r"^.*# when (\w+)\n", re.MULTILINE)
_INTEGER = re.compile(r"[0-9]{1,9}")
BEGIN, END = "from", "to"
"""The parameters for a span of time, where a question has one."""
_MOMENTS: Mapping[str, Callable[[str], PartialDate]] = {
    "year": lambda text: PartialDate(int(text)),
    "date": parse_date,
}
_CHAIN = re.compile(
    r"(?P<open>VALUES \(\?hop \?\w+ \?\w+\) \{) *(?P<close>\}) # chain \?(?P<start>\w+) \?(?P<end>\w+)"
)
_RANGES: Mapping[str, tuple[int, int]] = {
    "integer": (0, 1_000_000),
    "count": (1, 1_000_000),
    "year": (1, 9999),
    LIMIT: (1, 10_000),
}


@dataclass(frozen=True)
class Filled:
    """A question with its values: `whole` is the SPARQL of all rows, `page` which of them are asked for.

    `counts` are the numbers beside the answer, each with SPARQL that gives it as ``?count``; they are of all
    rows, whatever some columns must hold.
    """

    whole: str
    page: Page | None = None
    counts: tuple[tuple[Count, str], ...] = ()

    @property
    def text(self) -> str:
        """Return the SPARQL of the rows that are asked for."""
        return cut(self.whole, self.page)

    @property
    def total(self) -> str:
        """Return SPARQL that gives the number of all rows as ``?count``."""
        return count_rows(self.whole)


def bind(query: CannedQuery, values: Mapping[str, str], resolver: Resolver) -> str:
    """Return the SPARQL of `query` with `values` bound, of the page they ask for; see `fill`."""
    return fill(query, values, resolver).text


def fill(
    query: CannedQuery, values: Mapping[str, str], resolver: Resolver, usual_rows: int | None = None
) -> Filled:
    """Return `query` with `values` bound as typed terms, of the page that they ask for.

    A parameter that is left out takes its default; one given as an empty text counts as not given: an
    optional one then restricts nothing, another takes its default. Without `limit` and `page` it is all rows,
    else a page of `usual_rows`. Raises ParameterError for a name that is no parameter of the query, for a
    missing required one, for a value that means nothing to it, and for an end before its begin.
    """
    _check_names(query, values)
    given = {parameter.name: _read_value(parameter, values) for parameter in query.parameters}
    terms = {
        parameter.variable: _make_term(parameter, text, resolver)
        for parameter in query.parameters
        if parameter.name != LIMIT and (text := given[parameter.name]) is not None
    }

    _check_span(query, given)

    def put_in(text: str) -> str:
        return _substitute(leave_out_conditions(text, given), terms)

    whole = put_in(_fill_chain(query.text, terms, resolver))
    if not query.has_pages:
        limit = _checked_integer(LIMIT, LIMIT, given[LIMIT] or "")
        return Filled(LIMIT_LINE.sub(rf"\g<1>{limit}", whole))
    counts = tuple((count, put_in(count_pattern(query.text, count.where))) for count in query.counts)
    arranged = arrange(whole, query, read_arrangement(query, values))
    return Filled(arranged, read_page(values, usual_rows), counts)


def is_found_by_names(query: CannedQuery) -> bool:
    """Return whether the answer of a question is found in the index of names, not by SPARQL alone."""
    return _CHAIN.search(query.text) is not None


def leave_out_conditions(text: str, given: Mapping[str, str | None] = MappingProxyType({})) -> str:
    """Return the text of a question without the lines for parameters that are not given."""
    return _CONDITIONAL.sub(lambda line: line[0] if given.get(line[1]) is not None else "", text)


def _fill_chain(text: str, terms: Mapping[str, str], resolver: Resolver) -> str:
    """Put the hops of the shortest chain between two places where a question has a line for them."""
    found = _CHAIN.search(text)
    if found is None:
        return text
    start, end = (terms[found[name]].strip("<>") for name in ("start", "end"))
    hops = enumerate(resolver.find_chain(start, end), start=1)
    rows = "".join(f" ({hop} {iri_term(a)} {iri_term(b)})" for hop, (a, b) in hops)
    return f"{text[: found.end('open')]}{rows} {text[found.start('close') :]}"


def _check_names(query: CannedQuery, values: Mapping[str, str]) -> None:
    names = [parameter.name for parameter in query.parameters] + [LIMIT, PAGE] * query.has_pages
    for name, value in values.items():
        if name not in names and not (query.has_pages and is_arrangement(name)):
            raise _no_such(Mistake.UNKNOWN_ALIKE, Mistake.UNKNOWN, name, value, name, names, query=query.slug)


def _no_such(
    alike: Mistake, none: Mistake, parameter: str, given: str, word: str, words: Sequence[str], **details: str
) -> ParameterError:
    """Return the error for a word that is none of those there are, with what may have been meant."""
    if close := difflib.get_close_matches(word.lower(), words, n=3, cutoff=0.6):
        return ParameterError(parameter, given, alike, close=", ".join(close), **details)
    return ParameterError(parameter, given, none, choices=", ".join(words) or "-", **details)


def _check_span(query: CannedQuery, given: Mapping[str, str | None]) -> None:
    """Refuse an end before its begin, of questions that have both as years or dates: it fits nothing."""
    kind = next((parameter.kind for parameter in query.parameters if parameter.name == BEGIN), "")
    begin, end = given.get(BEGIN), given.get(END)
    if kind in _MOMENTS and begin and end and _MOMENTS[kind](end).is_before(_MOMENTS[kind](begin)):
        raise ParameterError(END, end, Mistake.REVERSED, begin=begin)


def _read_value(parameter: Parameter, values: Mapping[str, str]) -> str | None:
    """Return the value given for a parameter, or its default; None when it is to restrict nothing."""
    value = values.get(parameter.name, parameter.default)
    if value is not None and value.strip():
        return value.strip()
    if parameter.is_optional:
        return None
    if parameter.default is None:
        label = parameter.label["en"]
        raise ParameterError(parameter.name, "", Mistake.NEEDED, label=label, kind=parameter.kind)
    return parameter.default


def _make_term(parameter: Parameter, text: str, resolver: Resolver) -> str:
    name, kind = parameter.name, parameter.kind
    if kind in CONCEPT_SCHEMES:
        concept = resolver.find_concept(name, CONCEPT_SCHEMES[kind], text)
        _check_choice(parameter, text, concept.rsplit("/", 1)[1])
        return iri_term(concept, name)
    if kind in {"integer", "count", "year"}:
        return str(Literal(_checked_integer(name, kind, text)))
    if kind == "date":
        return text_term(_checked_date(name, text), name)
    if kind == "text":
        _check_choice(parameter, text, text)
        return text_term(text, name)
    find = resolver.find_country if kind == "country" else resolver.find_place
    return iri_term(find(name, text), name)


def _check_choice(parameter: Parameter, given: str, word: str) -> None:
    if parameter.choices and word not in parameter.choices:
        raise _no_such(Mistake.ALIKE, Mistake.NO_CHOICE, parameter.name, given, word, parameter.choices)


def _checked_integer(name: str, kind: str, text: str) -> int:
    least, most = _RANGES[kind]
    if _INTEGER.fullmatch(text) is None or not least <= int(text) <= most:
        raise ParameterError(name, text, Mistake.NO_NUMBER, least=least, most=most)
    return int(text)


def _checked_date(name: str, text: str) -> str:
    try:
        return str(parse_date(text))
    except ValueError as exc:
        raise ParameterError(name, text, Mistake.NO_DATE) from exc


def _substitute(text: str, terms: Mapping[str, str]) -> str:
    """Put each term in the place of its variable; what stays a variable is bound in the outer group."""
    text = _SKIPPED_OR_NAMED.sub(lambda found: terms.get(found["variable"] or "", found[0]), text)
    kept = {
        name for found in _SKIPPED_OR_NAMED.finditer(text) for name in _PARAMETER.findall(found["kept"] or "")
    }
    blocks = [f"\n  VALUES ?{name} {{ {term} }}" for name, term in terms.items() if name in kept]
    where = next(found for found in _SKIPPED_OR_WHERE.finditer(text) if found["where"])
    return text[: where.end()] + "".join(blocks) + text[where.end() :]
