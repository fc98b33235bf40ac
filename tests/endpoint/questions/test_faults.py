"""Pages of errors in the language of the reader: what is wrong and what to do; messages stay English."""

import ast
from urllib.parse import quote

import pytest

from endpoint import errors
from endpoint.errors import Problem
from endpoint.show.texts import translate
from tests.kit.http.protocol import BROWSER
from tests.kit.http.site import Page
from tests.kit.paths import ROOT

INDONESIAN = {**BROWSER, "Accept-Language": "id"}
PAGES = ("questions", "releases", "show", "site", "sparql", "things")
"""The rooms of the service that answer with pages; what only programs call has English alone."""
FOR_PROGRAMS = ("site/files/tools/", "sparql/editor/")


def raised():
    """Yield the third argument of every ParameterError that a page may have to tell, with where it stands."""
    files = [path for room in PAGES for path in (ROOT / "endpoint" / room).rglob("*.py")]
    files += [ROOT / "queries" / f"{name}.py" for name in ("arrange", "bind", "pages", "resolve", "terms")]
    for path in files:
        if any(part in path.as_posix() for part in FOR_PROGRAMS):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ParameterError":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[2]


def test_what_is_wrong_with_a_value_has_words_in_every_language():
    found = dict(raised())
    assert len(found) > 20
    bare = {where for where, what in found.items() if not ast.unparse(what).startswith("Mistake.")}
    handed_on = {"queries/bind.py"}  # one of two mistakes, which its callers name
    assert {where for where in bare if where.partition(":")[0] not in handed_on} == set()


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/sparql?query=" + quote("SELECT ?x WHERE {"), "syntax"),
        ("/sparql?query=" + quote("INSERT DATA { <a> <b> 1 }"), "refused"),
        ("/sparql?query=" + quote("ASK " + "{" * 200 + "}" * 200), "query-shape"),
        ("/sparql?format=turtle&query=" + quote("ASK {}"), "format"),
        ("/data/2020-01-01-00000000/", "not-found"),
        ("/places/nowhere", "not-found"),
    ],
)
def test_a_page_says_in_its_language_what_to_do_and_marks_the_message_as_english(client, path, slug):
    response = client.get(path, headers=INDONESIAN)
    page = Page(response.text)
    page.assert_sound()
    assert translate(f"advice.{slug}", "id") in page.words("p")
    assert {"lang": "en"} in page.all("pre")
    english = client.get(path, headers=BROWSER)
    assert translate(f"advice.{slug}", "en") in Page(english.text).words("p")


@pytest.mark.parametrize(
    "path",
    [
        "/places?sort=name&sort=partners",
        "/agreements?year=1994&year=2018",
        "/sources?kind=news&kind=blog",
        "/world.svg?detail=&detail=fine",
        "/wikidata?country=Indonesia&country=Korea",
        "/about?lang=id&lang=en",
        "/data/latest/issues?kind=a&kind=b",
        "/reconcile/suggest/entity?prefix=Sur&prefix=Ban",
        "/.well-known/void?format=ttl&format=nt",
        "/sparql?query=ASK{}&timeout=1&timeout=2",
    ],
)
def test_a_parameter_that_is_given_twice_is_an_error_everywhere(client, path):
    response = client.get(path)
    assert (response.status_code, "is given 2 times; give it once" in response.text) == (400, True)


@pytest.mark.parametrize("address", ["/reconcile", "/reconcile?queries={}"])
def test_a_part_of_a_form_that_is_given_twice_is_an_error(client, address):
    form = {"queries": "{}"} if "?" in address else {"queries": ["{}", '{"q": {"query": "Ulm"}}']}
    response = client.post(address, data=form)
    assert (response.status_code, "is given 2 times" in response.text) == (400, True)


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=ASK{}&format=json&format=application/sparql-results%2Bjson",
        "/sparql?query=ASK{}&default-graph-uri=http://a/&default-graph-uri=http://b/",
        "/wikidata?only=&only=",
    ],
)
def test_what_may_be_given_twice_is_no_error(client, path):
    assert client.get(path, headers=BROWSER).status_code == 200


def test_a_page_that_is_not_there_has_no_word_of_english(client):
    page = Page(client.get("/nothing-here", headers=INDONESIAN).text)
    assert (page.words("h1"), page.all("pre")) == ([translate("missing.page", "id")], [])
    assert translate("advice.not-found", "id") in page.words("p")


def test_a_method_that_is_not_allowed_has_a_heading_in_the_language_of_the_page(client):
    page = Page(client.delete("/about", headers=INDONESIAN).text)
    assert page.words("h1") == [translate("problem.http", "id")]


@pytest.mark.parametrize(
    ("slug", "status", "words"),
    [("timeout", 504, "timeout"), ("http-500", 500, "fault"), ("http-405", 405, "http")],
)
def test_every_problem_has_words(slug, status, words):
    assert Problem(slug, "", status, "").words == words
    assert words in {*errors.SLUGS, errors.OTHER}


def test_a_name_of_several_places_is_a_choice_on_every_page(client):
    page = Page(client.get("/wikidata?country=Korea", headers=INDONESIAN).text)
    assert "Tidak ada wilayah bernama demikian" in page.words("h1")
    assert any("country=Q884" in link for link in page.local_links())
