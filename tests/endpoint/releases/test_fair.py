"""What a FAIR assessment looks for, as the metrics of F-UJI 0.8 name it.

The program itself is not in the package index, so this is no result of it: each test is the check that a
metric describes, on the page, the header and the negotiated metadata of a release, without and with a DOI.
"""

import json
import re
from dataclasses import replace

import pytest
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, OWL, PROV, VOID

from endpoint.app import close_app, create_app
from graph.downloads.tables.tables import ALL
from tests.kit.graph.releases import HTML, WholeAnswers
from tests.kit.http.engine import small_config

pytestmark = pytest.mark.slow

DOI = "10.5281/zenodo.1234567"
OWN = "10.5281/zenodo.7654321"
BASE = "https://w3id.org/kota-kembar/"


def open_client(bundled, doi):
    app = create_app(replace(small_config(bundled.home), doi=doi), bundled.release)
    app.test_client_class = WholeAnswers
    return app


@pytest.fixture(scope="module", params=["", DOI], ids=["without a DOI", "with a DOI"])
def doi(request):
    return request.param


@pytest.fixture(scope="module")
def site(bundled, doi):
    app = open_client(bundled, doi)
    yield app.test_client()
    close_app(app)


@pytest.fixture(scope="module")
def release(bundled):
    return bundled.release


@pytest.fixture(scope="module")
def page(site, release):
    return site.get(f"/data/{release.id}/", headers=HTML)


@pytest.fixture(scope="module")
def dataset(page):
    """The one block of JSON-LD."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    return json.loads(block)


@pytest.fixture(scope="module")
def catalogue(site, release):
    """The metadata by content negotiation."""
    response = site.get(f"/data/{release.id}/", headers={"Accept": "text/turtle"})
    return Graph().parse(data=response.data, format="turtle")


def signposts(response):
    """The links of a header as (relation, target, type)."""
    found = []
    for value in response.headers.getlist("Link"):
        target, rest = re.fullmatch(r"<([^>]+)>(.*)", value).groups()
        given = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        found.append((given["rel"], target, given.get("type", "")))
    return found


def cited(release, doi):
    return f"https://doi.org/{doi}" if doi else f"{BASE}release/{release.id}"


def test_f1_data_and_metadata_have_the_identifier_they_are_cited_by(page, dataset, catalogue, release, doi):
    assert [target for relation, target, _ in signposts(page) if relation == "cite-as"] == [
        cited(release, doi)
    ]
    given = dataset["identifier"]
    assert cited(release, doi) in (given if doi else [given])
    subject = URIRef(f"{BASE}release/{release.id}")
    identifiers = {str(one) for one in catalogue.objects(subject, DCTERMS.identifier)}
    assert identifiers == {str(subject), cited(release, doi)}
    assert (subject, OWL.sameAs, URIRef(f"https://doi.org/{DOI}")) in catalogue or not doi


def test_f2_the_core_metadata_are_there(dataset, release):
    for name in (
        "name",
        "description",
        "creator",
        "publisher",
        "datePublished",
        "keywords",
        "version",
        "url",
    ):
        assert dataset[name], name
    assert (dataset["@type"], dataset["version"]) == ("Dataset", release.id)
    assert {text["@language"] for text in dataset["dct:title"]} == {"en", "id"}
    assert {text["@language"] for text in dataset["dct:description"]} == {"en", "id"}


def test_f3_the_metadata_name_the_data_with_type_size_and_checksum(site, dataset, release):
    files = {file.name: file for file in release.files}
    downloads = {one["name"]: one for one in dataset["distribution"]}
    assert set(files) - set(downloads) == {
        name for name, file in files.items() if file.kind in ("changes", "description")
    }
    for name, one in downloads.items():
        assert (one["contentSize"], one["sha256"]) == (f"{files[name].bytes} B", files[name].sha256)
        answer = site.head(one["contentUrl"].removeprefix("http://localhost"))
        assert (answer.status_code, answer.mimetype) == (200, one["encodingFormat"])
        assert answer.content_length == files[name].bytes


def test_f4_search_engines_find_structured_data_in_the_page(dataset):
    assert dataset["@context"][0] == "https://schema.org"


def test_a1_access_is_told_in_machine_readable_words(dataset, catalogue, release):
    assert dataset["isAccessibleForFree"] is True
    assert dataset["conditionsOfAccess"] == "http://purl.org/coar/access_right/c_abf2"
    rights = catalogue.value(URIRef(f"{BASE}release/{release.id}"), DCTERMS.accessRights)
    assert str(rights) == "http://publications.europa.eu/resource/authority/access-right/PUBLIC"


def test_i1_one_thing_in_the_negotiated_document_is_the_data_set(catalogue, release):
    assert list(catalogue.subjects(RDF.type, DCAT.Dataset)) == [URIRef(f"{BASE}release/{release.id}")]


def test_i2_the_vocabularies_of_the_community_are_declared(catalogue, release):
    used = {str(one) for one in catalogue.objects(URIRef(f"{BASE}release/{release.id}"), VOID.vocabulary)}
    assert {str(PROV), str(DCTERMS), "http://www.w3.org/2004/02/skos/core#"} <= used


def test_i3_related_things_are_linked_with_how_they_relate(dataset):
    assert dataset["isPartOf"]["@id"] == BASE
    assert f"{BASE}collection/indonesia" in dataset["isBasedOn"]


def test_r1_the_columns_are_the_variables(dataset):
    named = {one["name"] for one in dataset["variableMeasured"]}
    assert named == {column.name for table in ALL for column in table.columns}


def test_r1_1_every_collection_has_its_licence(dataset, page, release):
    stated = {f"{BASE}collection/{c['name']}": c["licence"] for c in release.manifest["collections"]}
    assert {part["@id"]: part["license"] for part in dataset["hasPart"]} == stated
    assert dataset["license"] == sorted(set(stated.values()))
    linked = [target for relation, target, _ in signposts(page) if relation == "license"]
    assert linked == dataset["license"]


def test_r1_2_the_build_tells_what_it_used(catalogue, dataset, release):
    subject = URIRef(f"{BASE}release/{release.id}")
    build = catalogue.value(subject, PROV.wasGeneratedBy)
    used = {str(one) for one in catalogue.objects(build, PROV.used)}
    assert used == {f"{BASE}collection/{entry['name']}" for entry in release.manifest["collections"]}
    assert used == {one["@id"] for one in dataset["prov:wasGeneratedBy"]["prov:used"]}
    assert catalogue.value(build, PROV.wasAssociatedWith) is not None
    assert not list(catalogue.triples((None, PROV.startedAtTime, None)))


def test_r1_3_the_standards_of_the_descriptions_are_named(site, dataset):
    for one in dataset["subjectOf"]:
        assert one["dct:conformsTo"] in dataset["dct:conformsTo"]
        assert site.head(one["contentUrl"].removeprefix("http://localhost")).status_code == 200
    assert {one["name"] for one in dataset["subjectOf"]} == {
        "void.ttl", "datapackage.json", "croissant.json", "ro-crate-metadata.json"
    }  # fmt: skip


def test_the_links_of_the_header_lead_somewhere_and_leave_it_small(site, page, release):
    """nginx takes 4 kB of headers from a service behind it, unless told otherwise."""
    found = signposts(page)
    assert {relation for relation, *_ in found} == {
        "cite-as", "type", "author", "license", "describedby", "item", "linkset"
    }  # fmt: skip
    assert len(str(page.headers)) < 4000
    for _, target, media_type in found:
        if target.startswith("http://localhost"):
            answer = site.head(target.removeprefix("http://localhost"))
            assert (answer.status_code, answer.mimetype) == (200, media_type)


def test_the_link_set_has_every_file_and_each_leads_back(site, release):
    found = site.get(f"/data/{release.id}/linkset.json")
    assert found.mimetype == "application/linkset+json"
    contexts = {context["anchor"]: context for context in found.json["linkset"]}
    page = f"http://localhost/data/{release.id}/"
    items = {item["href"] for item in contexts[page]["item"]}
    content = [file.name for file in release.files if file.kind not in ("changes", "description")]
    assert items == {page + name for name in content}
    for item in items:
        assert contexts[item]["collection"] == [{"href": page, "type": "text/html"}]
    for one in contexts[page]["describedby"]:
        assert contexts[one["href"]]["describes"] == [{"href": page, "type": "text/html"}]
    file = site.get(f"/data/{release.id}/places.csv")
    assert ("collection", page, "text/html") in signposts(file)


def test_the_link_set_says_the_same_as_text(site, release):
    text = site.get(f"/data/{release.id}/linkset")
    assert text.mimetype == "application/linkset"
    told = re.findall(r'<([^>]+)> ; rel="([^"]+)".*? ; anchor="([^"]+)"', text.text)
    tree = site.get(f"/data/{release.id}/linkset.json").json["linkset"]
    assert sorted(told) == sorted(
        (target["href"], relation, context["anchor"])
        for context in tree
        for relation, targets in context.items()
        if relation != "anchor"
        for target in targets
    )


def test_a_doi_is_told_wherever_the_release_is_cited(site, page, release, doi):
    stated = site.get(f"/data/{release.id}.json").json
    assert stated["doi"] == (doi or None)
    for text in (page.text, stated["citation"]["bibtex"], stated["citation"]["cff"]):
        assert (DOI in text) is bool(doi)
    described = site.get("/.well-known/void", headers={"Accept": "application/ld+json"}).text
    assert (DOI in described) is bool(doi)
    assert DOI not in site.get(f"/data/{release.id}/citation.bib").text  # a file never changes


def test_a_release_is_cited_by_its_own_doi_before_that_of_all(bundled):
    app = open_client(bundled, f"{DOI} {bundled.release.id}={OWN} 2020-01-01-00000000=10.1/other")
    try:
        page = app.test_client().get(f"/data/{bundled.release.id}/", headers=HTML)
        assert ("cite-as", f"https://doi.org/{OWN}", "") in signposts(page)
        assert DOI not in page.text
    finally:
        close_app(app)


@pytest.mark.parametrize("path", ["/place/Q11462", "/partnership/Q11462-Q24826"])
def test_a_thing_tells_its_release_its_licences_and_its_documents(site, release, path):
    page = site.get(f"{path}.html", headers=HTML)
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    told = json.loads(block)
    assert told["license"] == sorted({entry["licence"] for entry in release.manifest["collections"]})
    assert told["isPartOf"][1]["@id"] == f"{BASE}release/{release.id}"
    assert (told["identifier"], told["version"]) == (f"{BASE}{path[1:]}", release.id)
    assert told["publisher"]["name"] == told["creator"]["name"] == "The Kota Kembar contributors"
    for document in told["encoding"]:
        answer = site.get(document["contentUrl"].removeprefix("http://localhost"))
        assert (answer.status_code, answer.mimetype) == (200, document["encodingFormat"])


def test_a_claim_bears_the_licence_of_its_collection_alone(site, release):
    page = site.get("/claim/indonesia/F220.html", headers=HTML).text
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert told["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
