"""The pages of the ontology, its concept schemes and their concepts, over the world."""

import re

import pytest
from pyoxigraph import NamedNode, RdfFormat
from rdflib.namespace import SKOS

from endpoint.engine.engine import Engine
from endpoint.engine.results import select_rows
from endpoint.show.lookup import ask, prefix_lines
from endpoint.things.ontology.usage import read_usage
from graph.store.store import load_store
from ontology import BASE, KK, PREFIXES, concepts, ontology, vocabulary
from tests.kit.http.engine import small_config
from tests.kit.http.site import read_page
from tests.kit.world import world_store


def test_a_concept_leads_to_what_bears_it_by_kind(client):
    page = read_page(client, "/vocab/status/terminated.html")
    assert page.words("h2")[:2] == ["Partnerships 1 as status", "Claims 1 as status"]
    assert "/partnership/Q8684-Q10389.html" in page.local_links()


def _broader(scheme):
    """The concepts of a scheme that have others under them."""
    return {str(one) for one in vocabulary().objects(None, SKOS.broader) if f"/{scheme}/" in str(one)}


def test_a_vocabulary_is_a_tree_with_counts(client):
    page = read_page(client, "/vocab/domain.html")
    assert f"Concepts {len(concepts('domain'))}" in page.words("h2")
    assert len(page.all("div", class_="concept")) == len(concepts("domain"))
    assert len(page.all("ul", class_="tree")) == 1 + len(_broader("domain"))
    heritage = next(text for text in page.words("div") if text.startswith("Heritage preservation heritage"))
    assert heritage.endswith(" 3")


def test_sources_are_listed_by_trust(client):
    names = [
        text
        for text in read_page(client, "/vocab/source-type.html").words("code")
        if text in concepts("source-type")
    ]
    assert names[0] == "agreement-text"
    assert names[-1] == "opinion"


@pytest.mark.parametrize(("language", "definition"), [("en", "Start of the"), ("id", "Awal kemitraan")])
def test_the_ontology_defines_each_term_in_the_language_of_the_page(client, language, definition):
    page = read_page(client, f"/ontology.html?lang={language}")
    since = next(text for text in page.words("div") if text.startswith(("since kk:since", "sejak kk:since")))
    assert definition in since
    assert ("Rule R6 Since is the date" if language == "en" else "Aturan R6 Since adalah tanggal") in since
    assert "xsd:gYearMonth" in since
    assert ("used 7 times" if language == "en" else "dipakai 7 kali") in since.lower()


def test_the_ontology_page_has_an_anchor_for_every_term_and_links_the_rules(client):
    page = read_page(client, "/ontology.html")
    anchors = {given["id"] for given in page.all("div", class_="term")}
    ours = {
        str(one).removeprefix(str(KK)) for one in set(ontology().subjects()) if str(one).startswith(str(KK))
    }
    assert anchors == ours
    assert [text.split()[0] for text in page.words("li") if re.match(r"R\d+ ", text)] == [
        f"R{n}" for n in range(1, 13)
    ]
    assert "/vocab/domain.html" in page.local_links()
    assert "schema:City" in page.words("a")


@pytest.mark.slow
def test_usage_is_that_of_the_release_that_is_asked(app, tmp_path):
    store = world_store()
    place = f"<{BASE}place/Q1> a <{KK.City}> ."
    store.load(place.encode(), RdfFormat.TURTLE, to_graph=NamedNode(f"{BASE}graph/core"))
    load_store(store, tmp_path / "store")
    release = app.extensions["kembar"].service.release
    with app.test_request_context(), Engine(small_config(tmp_path), tmp_path / "store") as engine:
        larger = read_usage(release, lambda query: select_rows(engine, f"{prefix_lines(PREFIXES)}\n{query}"))
        usage = read_usage(release, ask)
    assert larger[str(KK.City)].count == usage[str(KK.City)].count + 1
    assert larger[str(KK.City)].example == f"{BASE}place/Q1"
    assert usage[str(KK.City)].example == f"{BASE}place/Q10389"
