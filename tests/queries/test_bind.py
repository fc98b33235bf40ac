"""Values become terms: typed, checked, never SPARQL text."""

import re
from dataclasses import replace

import pytest
from pyoxigraph import Store

from graph.errors import ParameterError
from queries import catalogue
from queries.bind import bind
from queries.header import read_query
from queries.resolve import Resolver
from queries.terms import iri_term, text_term
from tests.kit.world import resolver_of, selector, world_store

ECHO = """\
#+ summary: Echo
#+ description: Gives back what it is given.
#+ tags: [test]
#+ kembar:
#+   title: {en: Echo, id: Gema}
#+   summary: Gema
#+   description: Gema
#+   parameters:
#+     word: {kind: text, en: Word, id: Kata}
#+   columns:
#+     given: {en: Given, id: Diberikan}

# Not here: WHERE { is only a comment
SELECT ?given
WHERE {
  BIND(?_word AS ?given)
}
"""

KNOWN = {"place": "Seoul", "country": "KR", "domain": "environment", "date": "2018"}
"""A value that the world knows, for each kind of required parameter."""
NEEDED = {"partner-of-partner": {"city": "Seoul"}}
HOSTILE = [
    'x" } #',
    "> } #",
    '"} INSERT DATA { <a:a> <a:b> <a:c> } #',
    "'''\n} UNION { ?s ?p ?o",
    "\\",
    '\\" . ?s ?p ?o #',
    "} VALUES ?x { UNDEF",
    "# WHERE {",
    "$word ?word {{word}} %s {0}",
    "a\tb\nc\r\u0000d",
    'Surabaya"@id } SERVICE <http://127.0.0.1/> { ?s ?p ?o } #',
]


@pytest.fixture(scope="module")
def store() -> Store:
    return world_store()


@pytest.fixture(scope="module")
def resolver(store: Store) -> Resolver:
    return resolver_of(store)


@pytest.mark.parametrize("text", [*HOSTILE, "Surabaya", "京都市", "{ }", "  inner  spaces kept".strip()])
def test_any_text_comes_back_as_it_was_given(store: Store, resolver: Resolver, text: str) -> None:
    query = bind(read_query("echo", ECHO), {"word": text}, resolver)
    assert selector(store)(query) == [{"given": text.strip()}]


@pytest.mark.parametrize("slug", catalogue())
@pytest.mark.parametrize("text", HOSTILE)
def test_no_query_takes_a_hostile_text_for_a_value(resolver: Resolver, slug: str, text: str) -> None:
    query = catalogue()[slug]
    needed = {parameter.name: KNOWN[parameter.kind] for parameter in query.parameters if parameter.required}
    for parameter in query.parameters:
        with pytest.raises(ParameterError) as caught:
            bind(query, needed | {parameter.name: text}, resolver)
        assert caught.value.parameter == parameter.name


def test_terms_stand_in_the_place_of_their_variables_in_subselects_too(resolver: Resolver) -> None:
    text = bind(catalogue()["cities-with-multiple-partners"], {"country": "ID", "lang": "id"}, resolver)
    assert 'FILTER(?partners >= "2"^^<http://www.w3.org/2001/XMLSchema#integer>)' in text
    assert text.count('FILTER("city" != "all")') == 1
    assert text.count("{ ?city kk:country <https://w3id.org/kota-kembar/place/Q252> } } # when country") == 1
    assert text.count('= "id")') == 4
    assert "?_" not in text


def test_a_variable_that_must_stay_one_is_bound_at_the_start_of_the_outer_group(resolver: Resolver) -> None:
    body = """
# Not here: WHERE { is only a comment, and so is ?_word
SELECT (?_word AS ?given)
WHERE {
  VALUES (?_word ?x) { ("x" 1) ("y" 2) }
  FILTER(BOUND( ?_word ) && ?x > 1 && ?_word = "y" && "?_word" != <http://a/?_word>)
}
"""
    echo = read_query("echo", ECHO)
    text = bind(replace(echo, text=body), {"word": "y"}, resolver)
    assert text == body.replace("(?_word AS", '("y" AS').replace("&& ?_word =", '&& "y" =').replace(
        "WHERE {\n", 'WHERE {\n  VALUES ?_word { "y" }\n'
    )
    assert selector(Store())(text) == [{"given": "y"}]
    assert selector(Store())(bind(replace(echo, text=body), {"word": "x"}, resolver)) == []


@pytest.mark.parametrize("word", ["?_word", "VALUES ?_word", 'BOUND(?_word) "'])
def test_a_value_that_looks_like_a_variable_stays_text(resolver: Resolver, word: str) -> None:
    text = bind(read_query("echo", ECHO), {"word": word}, resolver)
    assert "VALUES ?_word {" not in text
    assert selector(Store())(text) == [{"given": word}]


def test_an_optional_parameter_without_a_value_leaves_no_trace(resolver: Resolver) -> None:
    query = catalogue()["growth-by-year"]
    assert "# when country" in query.text
    for values in ({}, {"country": "", "from": " "}):
        text = bind(query, values, resolver)
        assert "VALUES ?__" not in text
        assert "kk:country" not in text
    assert "kk:country <https://w3id.org/kota-kembar/place/Q252>" in bind(query, {"country": "ID"}, resolver)


def test_an_empty_value_of_another_parameter_is_its_default(resolver: Resolver) -> None:
    query = catalogue()["cities-with-multiple-partners"]
    assert bind(query, {"min": ""}, resolver) == bind(query, {}, resolver)


def test_a_missing_required_parameter_is_named(resolver: Resolver) -> None:
    with pytest.raises(ParameterError) as caught:
        bind(read_query("echo", ECHO), {"word": "  "}, resolver)
    assert str(caught.value) == "parameter word: '' is needed: Word (text)"


def test_no_question_answers_for_a_place_that_nobody_asked_about(resolver: Resolver) -> None:
    for query in catalogue().values():
        for parameter in query.parameters:
            assert parameter.kind not in {"place", "date"} or parameter.required
            assert bool(parameter.example) == parameter.required
        if query.examples:
            with pytest.raises(ParameterError, match="is needed"):
                bind(query, {}, resolver)


@pytest.mark.parametrize(
    ("slug", "values", "complaint"),
    [
        ("growth-by-year", {"contry": "ID"}, "growth-by-year has no such parameter; did you mean country?"),
        ("growth-by-year", {"zzz": "1"}, "there is: from, to, country, lang, limit, page"),
        ("growth-by-year", {"from": "19"}, None),
        ("growth-by-year", {"from": "0"}, "'0' is not a whole number from 1 to 9999"),
        ("growth-by-year", {"from": "12345"}, "is not a whole number from 1 to 9999"),
        ("cities-with-multiple-partners", {"min": "-1"}, "'-1' is not a whole number from 1 to 1000000"),
        ("cities-with-multiple-partners", {"min": "0"}, "'0' is not a whole number from 1 to 1000000"),
        ("distance-distribution", {"band": "0"}, "'0' is not a whole number from 1 to 1000000"),
        ("conflicting-dates", {"years": "-1"}, "'-1' is not a whole number from 0 to 1000000"),
        ("cities-with-multiple-partners", {"min": "2.0"}, "'2.0' is not a whole number"),
        ("cities-with-multiple-partners", {"min": "٢"}, "'٢' is not a whole number"),
        ("cities-with-multiple-partners", {"min": "1" * 5000}, "is not a whole number"),
        ("cities-with-multiple-partners", {"level": "citi"}, "is not one of the choices; did you mean city?"),
        ("cities-with-multiple-partners", {"lang": "fr"}, "is not one of the choices; there is: en, id"),
        ("partner-of-partner", {"limit": "0"}, "'0' is not a whole number from 1 to 1000000"),
        ("partner-of-partner", {"limit": "1000001"}, "is not a whole number from 1 to 1000000"),
        ("partner-of-partner", {"page": "5; DROP"}, "is not a whole number from 1 to 1000000"),
        ("what-changed-between", {"from": "yesterday", "to": "2018"}, "is no date; write 2018, 2018-03"),
        ("what-changed-between", {"from": "2018-02-30", "to": "2018"}, "is no date"),
        ("what-changed-between", {"from": "2018-03", "to": "2017"}, "is before the begin, 2018-03; give"),
        ("panel-by-country", {"to": "1980"}, "is before the begin, 1990; give a later one, or an earlier"),
        ("growth-by-year", {"from": "2000", "to": "900"}, "is before the begin, 2000"),
        ("lapsed-or-dormant", {"status": "active"}, "'active' is not one of the choices; there is: expired"),
        ("lapsed-or-dormant", {"status": "Aktif"}, "'Aktif' is not one of the choices"),
        ("partnerships-by-domain", {"domain": "enviroment"}, "did you mean environment, investment?"),
    ],
)
def test_a_value_that_means_nothing_is_refused(
    resolver: Resolver, slug: str, values: dict[str, str], complaint: str | None
) -> None:
    if complaint is None:
        assert '"19"^^' in bind(catalogue()[slug], values, resolver)
        return
    with pytest.raises(ParameterError) as caught:
        bind(catalogue()[slug], {**NEEDED.get(slug, {}), **values}, resolver)
    assert complaint in str(caught.value)


def test_a_page_is_cut_where_the_question_says_and_else_at_its_end(resolver: Resolver) -> None:
    query = catalogue()["partner-of-partner"]
    given = {"city": "Seoul"}
    assert bind(query, given | {"limit": "7"}, resolver).endswith("\nLIMIT 7 OFFSET 0\n")
    assert bind(query, given | {"limit": "7", "page": "3"}, resolver).endswith("\nLIMIT 7 OFFSET 14\n")
    assert bind(query, given | {"page": "2"}, resolver).endswith("\nLIMIT 100 OFFSET 100\n")
    assert "LIMIT" not in bind(query, given, resolver)
    within = catalogue()["hubs-and-bridges"]
    text = bind(within, {"limit": "7", "page": "2"}, resolver)
    assert re.findall("LIMIT.*", text) == ["LIMIT 14", "LIMIT 7 OFFSET 7"]
    whole = bind(within, {}, resolver)
    assert "LIMIT" not in whole
    assert "?least" not in whole


def test_a_question_of_an_older_release_keeps_its_own_limit(resolver: Resolver) -> None:
    header = ECHO.replace("    word:", "    limit: {kind: integer, en: Most, id: Batas}\n#+     word:")
    old = header.replace("#+ kembar:", "#+ defaults:\n#+   - limit: 50\n#+ kembar:") + "LIMIT 50\n"
    query = read_query("echo", old)
    assert bind(query, {"word": "x"}, resolver).endswith("LIMIT 50\n")
    assert bind(query, {"word": "x", "limit": "7"}, resolver).endswith("LIMIT 7\n")
    with pytest.raises(ParameterError, match="has no such parameter"):
        bind(query, {"word": "x", "page": "2"}, resolver)


def test_terms_are_serialised_by_the_engine() -> None:
    assert iri_term("https://example.org/a", "p") == "<https://example.org/a>"
    assert text_term('a"b\\', "p", "id") == '"a\\"b\\\\"@id'


@pytest.mark.parametrize("iri", ["x> } #", "no scheme", "https://example.org/a b", "https://example.org/<>"])
def test_what_is_no_iri_is_refused(iri: str) -> None:
    with pytest.raises(ParameterError, match="is not an absolute IRI"):
        iri_term(iri, "p")


def test_text_that_is_too_long_or_not_unicode_is_refused() -> None:
    with pytest.raises(ParameterError, match="longer than 200 characters"):
        text_term("x" * 201, "p")
    with pytest.raises(ParameterError, match="UTF-8"):
        text_term("\ud800", "p")
