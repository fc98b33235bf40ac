"""The pages of the method: the rules and the measures that the ontology states, in both languages."""

import pytest
from rdflib.namespace import SKOS

from ontology import KK, ontology
from tests.kit.http.site import read_page


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_rule_of_the_ontology_is_told_in_order(client, language):
    page = read_page(client, f"/about/rules?lang={language}")
    notes = {
        str(note).partition(". ")[0]: str(note).partition(". ")[2]
        for note in ontology().objects(None, SKOS.scopeNote)
        if note.language == language and str(note).startswith("R")
    }
    assert [section["id"] for section in page.all("section", class_="term")] == [
        f"R{n}" for n in range(1, 13)
    ]
    assert {" ".join(sentence.split()) for sentence in notes.values()} <= set(page.words("p"))


def test_what_is_measured_is_told_with_its_definition(client):
    page = read_page(client, "/about/measures?lang=en")
    assert page.words("h2") == ["Network measures", "Place", "Partnership", "Country", "Country pair"]
    assert page.words("dt").count("Betweenness") == 1
    definition = next(
        text for text in ontology().objects(KK.degree, SKOS.definition) if text.language == "en"
    )
    assert f"{definition} kk:degree" in page.words("dd")


def test_a_pair_that_is_not_accepted_leads_to_the_rules(client):
    page = read_page(client, "/partnership/Q7568-Q120730.html")
    assert {"/about/rules#R2", "/about/rules#R8"} <= {
        link["href"] for link in page.all("a") if "href" in link
    }
