"""What pages tell search engines: sound schema.org JSON-LD about the thing of the page."""

import json
import re

import pytest
from flask import render_template_string
from rdflib import RDF, Graph, Literal, URIRef

from endpoint.things.rdf.schema_org import CONTEXT, describe_page
from endpoint.things.thing import Thing
from ontology import BASE, KK, ONTOLOGY_IRI
from tests.endpoint.things.test_dereference import EVERYTHING

HTML = {"Accept": "text/html"}
SDO = "https://schema.org/"
# Of the context that schema.org serves: the vocabulary, and the keys whose values are addresses.
ADDRESSES = ("url", "sameAs", "license", "additionalType", "inDefinedTermSet")
LOCAL_CONTEXT = {"@vocab": SDO} | {key: {"@type": "@id"} for key in ADDRESSES}
# The properties that schema.org gives the types that we use (its own and those of the types above it).
THING = {"name", "url", "alternateName", "identifier", "sameAs", "additionalType", "description", "subjectOf"}
WORK = THING | {"about", "author", "citation", "creator", "dateCreated", "datePublished", "expires", "genre"}
WORK |= {"inLanguage", "isAccessibleForFree", "isBasedOn", "isPartOf", "keywords", "license", "publisher"}
WORK |= {"locationCreated", "text", "conditionsOfAccess", "dateModified", "encoding", "version"}
PLACE = THING | {"geo", "containedInPlace"}
ALLOWED = {
    "WebPage": WORK | {"mainEntity"},
    "WebSite": WORK,
    "MediaObject": WORK | {"contentUrl", "encodingFormat"},
    "CreativeWork": WORK,
    "Claim": WORK | {"appearance"},
    "Dataset": WORK,
    "Legislation": WORK | {"legislationDate", "legislationRepeals"},
    "Review": WORK | {"reviewBody", "reviewAspect", "itemReviewed"},
    "DefinedTermSet": WORK | {"hasDefinedTerm"},
    "DefinedTerm": THING | {"termCode", "inDefinedTermSet"},
    "Place": PLACE,
    "City": PLACE,
    "Country": PLACE,
    "AdministrativeArea": PLACE,
    "GeoCoordinates": THING | {"latitude", "longitude"},
    "Event": THING | {"startDate", "about", "attendee"},
    "Role": THING | {"roleName", "startDate", "endDate"},
    "Person": THING,
    "Organization": THING,
    "Intangible": THING,
    "Thing": THING,
}
TYPES = {
    "place": "City",
    "country": "Country",
    "minted place": "AdministrativeArea",
    "partnership": "Role",
    "claimed partnership": "Role",
    "agreement": "CreativeWork",
    "claim": "Claim",
    "source": "CreativeWork",
    "collection": "Dataset",
    "event": "Event",
    "person": "Person",
    "signature": "Intangible",
    "regulation": "Legislation",
    "assessment": "Review",
    "measure": "Intangible",
    "country pair": "Intangible",
    "scheme": "DefinedTermSet",
    "concept": "DefinedTerm",
    "graph": "Dataset",
    "ontology": "DefinedTermSet",
    "version": "DefinedTermSet",
}


def read(client, path):
    html = client.get(f"{path}.html", headers=HTML).text
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(script)


def parse(document):
    assert document["@context"] == CONTEXT
    local = json.dumps(document | {"@context": LOCAL_CONTEXT})
    return Graph().parse(data=local, format="json-ld")


def sdo(name):
    return URIRef(SDO + name)


@pytest.mark.parametrize("kind", EVERYTHING)
def test_a_page_describes_its_thing_in_known_words(client, kind):
    path = EVERYTHING[kind]
    graph = parse(read(client, path))
    thing = URIRef(ONTOLOGY_IRI if path.startswith("/ontology") else BASE + path[1:])
    assert sdo(TYPES[kind]) in set(graph.objects(thing, RDF.type))
    assert (thing, sdo("name"), None) in graph
    for node in set(graph.subjects()):
        types = {str(one).removeprefix(SDO) for one in graph.objects(node, RDF.type)}
        allowed = set().union(*(ALLOWED[one] for one in types)) if types else set()
        used = {str(name).removeprefix(SDO) for name in graph.predicates(node)} - {str(RDF.type)}
        assert used <= allowed, (node, types)


def test_a_place_has_coordinates_and_its_item_in_wikidata(client):
    graph = parse(read(client, "/place/Q11462"))
    surabaya = URIRef(f"{BASE}place/Q11462")
    assert graph.value(surabaya, sdo("sameAs")) == URIRef("http://www.wikidata.org/entity/Q11462")
    point = graph.value(surabaya, sdo("geo"))
    assert [float(graph.value(point, sdo(name))) for name in ("latitude", "longitude")] == [-7.25, 112.74]
    assert graph.value(surabaya, sdo("containedInPlace")) == URIRef(f"{BASE}place/Q3586")
    assert {str(one) for one in graph.objects(surabaya, sdo("identifier"))} == {"Q11462", "35.78"}


def test_a_partnership_has_dates_and_the_page_is_about_its_places(client):
    document = read(client, "/partnership/Q8684-Q10389")
    main = document["mainEntity"]
    assert (main["startDate"], main["endDate"]) == ("2016-11-03", "2020")
    assert main["roleName"] == "Sister city / twin town"
    assert main["additionalType"] == str(KK.Partnership)
    assert {place["name"] for place in document["about"]} == {"Seoul", "Bandung"}


def test_the_names_are_in_the_language_of_the_page(client):
    html = client.get("/place/Q884.html?lang=id", headers=HTML).text
    document = json.loads(re.search(r'json">(.*?)</script>', html)[1])
    assert (document["inLanguage"], document["mainEntity"]["name"]) == ("id", "Korea Selatan")
    assert document["mainEntity"]["alternateName"] == "South Korea"


def test_a_claim_appears_in_its_source(client):
    main = read(client, "/claim/indonesia/F003")["mainEntity"]
    assert main["text"] == "The list of Busan gives 29 August 1994."
    assert main["appearance"]["@id"] == f"{BASE}source/busan-example-bf374d"


def test_every_term_of_the_ontology_is_defined(client):
    graph = parse(read(client, "/ontology"))
    since = URIRef(KK.since)
    assert (URIRef(ONTOLOGY_IRI), sdo("hasDefinedTerm"), since) in graph
    assert graph.value(since, sdo("name")) == Literal("since")


def test_no_name_ends_the_script(app):
    document = describe_page(
        Thing("person", f"{BASE}person/x", "en", "</script><b>", {}, {}), "/person/x.html"
    )
    with app.test_request_context():
        written = render_template_string("{{ document | tojson }}", document=document)
    assert "<" not in written
    assert json.loads(written)["mainEntity"]["name"] == "</script><b>"
