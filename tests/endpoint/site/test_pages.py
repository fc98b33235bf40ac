"""The pages of the site over the world, as a browser gets them."""

import re
from urllib.parse import quote, urlsplit

import pytest
from rdflib.namespace import SKOS

from endpoint.show.present import KINDS
from endpoint.site.pages import release_numbers
from endpoint.things.parts.partners import GROUPS
from ontology import BASE, KK, concepts, ontology, vocabulary
from queries import catalogue
from tests.kit.http.site import RELEASE, Page

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NOT_IN_THE_WORLD = {"/health", "/.well-known/void"}
"""Addresses that are no page, or of which the world, a release without files, has nothing."""
ENTITIES = {
    "/place/Q11462": "Surabaya",
    "/place/Q252": "Indonesia",
    "/partnership/Q11462-Q24826": "Surabaya – Liverpool",
    "/partnership/Q7568-Q120730": "Yogyakarta – Kyoto Prefecture",
    "/agreement/Q11462-Q16520-founding-1994": "Sister-city agreement Surabaya – Busan, 1994",
    "/claim/indonesia/F003": "Claim indonesia/F003",
    "/person/tri-rismaharini": "Tri Rismaharini",
    "/signature/Q11462-Q24826-founding-2018-1": "Tri Rismaharini for Surabaya",
    "/event/Q11462-Q16520-anniversary-2014": "Anniversary Surabaya – Busan, 2014",
    "/assessment/000000000001": "Date conflict between sources: Sister-city agreement Surabaya – Busan, 1994",
    "/vocab/domain/trade": "Trade",
    "/vocab/domain": "Cooperation domains",
    "/collection/indonesia": "Agreements of Indonesian local governments",
    "/graph/core": "What we conclude",
    "/graph/indonesia": "Agreements of Indonesian local governments",
}
PAGES = ["/", "/about", "/queries/", "/sparql", "/ontology.html", *(f"{path}.html" for path in ENTITIES)]


def read(client, address, status=200):
    response = client.get(address, headers=HTML)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    page = Page(response.text)
    page.assert_sound()
    return page


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_in_both_languages(client, path, language):
    page = read(client, f"{path}?lang={language}")
    assert page.all("html")[0]["lang"] == language


def test_home_shows_the_numbers_of_the_release(client):
    page = read(client, "/")
    assert page.words("h1") == ["Which cities are twinned, since when, and who says so?"]
    assert page.words("dd")[:8] == ["14", "4", "5", "7", "24", "14", "100%", "80%"]
    assert page.words("dt")[2] == "partnerships"
    links = page.local_links()
    assert {"/sparql", "/queries/", "/ontology", "/about", "/health"} <= set(links)
    assert {f"/queries/{slug}" for slug in catalogue()} <= set(links)
    assert f"Release {RELEASE}, data of 21 November 2026" in page.words("footer")[0]


def test_release_numbers_are_written_in_the_language():
    counts = {name: 12345 for name in ("places", "countries", "agreements", "claims", "sources")}
    counts |= {"partnerships": {"accepted": 10}, "share_dated": 0.762, "share_two_sources": 0.5}
    assert release_numbers({"counts": counts}, "id") == [
        ("wilayah", "12.345"),
        ("negara", "12.345"),
        ("kemitraan", "10"),
        ("perjanjian", "12.345"),
        ("klaim", "12.345"),
        ("sumber", "12.345"),
        ("kemitraan memiliki tanggal", "76%"),
        ("bersandar pada dua sumber atau lebih", "50%"),
    ]


def test_the_language_comes_from_the_address_or_from_the_browser(client):
    indonesian = client.get("/", headers=HTML | {"Accept-Language": "id-ID,id;q=0.9,en;q=0.5"})
    assert indonesian.headers["Content-Language"] == "id"
    assert "Accept-Language" in indonesian.headers["Vary"]
    chosen = client.get("/?lang=en", headers=HTML | {"Accept-Language": "id"})
    assert chosen.headers["Content-Language"] == "en"
    assert client.get("/?lang=xx", headers=HTML).headers["Content-Language"] == "en"


def test_a_chosen_language_stays_chosen_on_every_link(client):
    page = read(client, "/?lang=id")
    switches = {"/?lang=en", "/?lang=id"}
    assert all("lang=id" in a for a in page.local_links() if a not in switches and a != "/health")


def test_a_page_has_a_strong_etag_and_answers_304(client):
    first = client.get("/about", headers=HTML)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get("/about", headers=HTML | {"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_about_names_collections_licence_and_citation(client):
    page = read(client, "/about")
    assert page.words("tr")[1] == "Indonesian places CC BY 4.0 21 November 2026 21"
    assert page.words("pre") == [
        f"Kota Kembar, release {RELEASE}. An open knowledge graph of sister-city cooperation. {BASE}"
    ]


def test_the_sparql_page_opens_with_a_query_that_gives_rows(client):
    page = read(client, "/sparql")
    query = page.texts["textarea"][0]
    result = read(client, "/sparql?query=" + quote(query))
    assert result.words("tr")[1:3] == ["Seoul 2", "Surabaya 2"]
    assert len(page.all("aside")) == 1


def test_every_example_of_the_sparql_page_runs(client):
    page = read(client, "/sparql")
    examples = [address for address in page.local_links() if address.startswith("/sparql?query=")]
    assert len(examples) == len(catalogue())
    for address in examples:
        read(client, address)


def test_the_sparql_page_shows_a_table_with_links_and_downloads(client):
    query = f"SELECT ?city WHERE {{ ?city a <{KK.City}> ; <{KK.partnerOf}> <{BASE}place/Q8684> }}"
    page = read(client, "/sparql?lang=id&query=" + quote(query))
    assert "2 baris" in page.words("b")
    assert {"/place/Q3630.html?lang=id", "/place/Q10389.html?lang=id"} <= set(page.local_links())
    downloads = [address for address in page.local_links() if "format=" in address]
    assert [client.get(address).mimetype for address in downloads] == [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ]


def test_the_sparql_page_keeps_the_graphs_that_were_asked(client):
    graph = f"{BASE}graph/core"
    query = quote("SELECT (COUNT(*) AS ?n) WHERE { ?s a ?o }")
    page = read(client, f"/sparql?query={query}&default-graph-uri={graph}")
    assert page.all("input", name="default-graph-uri") == [
        {"type": "hidden", "name": "default-graph-uri", "value": graph}
    ]
    assert all(quote(graph, safe="") in a for a in page.local_links() if "format=" in a)


def test_the_sparql_page_says_what_is_wrong_and_keeps_the_query(client):
    page = read(client, "/sparql?query=" + quote("SELECT <b> WHERE"), 400)
    assert page.texts["textarea"][0].strip() == "SELECT <b> WHERE"
    assert len(page.all("div", role="alert")) == 1
    assert page.all("textarea")[0]["aria-invalid"] == "true"


@pytest.mark.parametrize(("path", "name"), ENTITIES.items())
def test_a_thing_has_a_page_with_its_name_and_its_iri(client, path, name):
    page = read(client, f"{path}.html")
    assert page.words("h1") == [name]
    assert f"{BASE}{path[1:]}" in page.words("code")
    assert page.all("link", rel="canonical") == [{"rel": "canonical", "href": f"{BASE}{path[1:]}"}]
    suffixes = {
        link["href"].rsplit(".", 1)[1] for link in page.all("link", rel="alternate") if "type" in link
    }
    assert {"ttl", "jsonld", "nt", "rdf"} <= suffixes


def test_a_place_says_in_one_sentence_how_it_stands(client):
    lede = read(client, "/place/Q11462.html").words("p")[1]
    assert lede == (
        "2 partners on record in 2 countries; known to be active: 1. "
        "The earliest dated one is with Busan (1994), the latest with Liverpool (2018)."
    )
    assert read(client, "/place/Q16520.html?lang=id").words("p")[1] == (
        "Tercatat 1 mitra di 1 negara; yang diketahui aktif: 1."
    )
    assert read(client, "/place/Q34600.html").words("p")[1] == "No accepted partnership is on record."


def test_a_place_groups_its_partnerships_by_how_they_stand(client):
    page = read(client, "/place/Q10389.html")
    groups = [text for text in page.words("tr") if re.fullmatch(r"\D+ \d", text)]
    assert groups == ["Intent only 1", "Ended 1", "Claimed, not accepted 1"]
    busan, seoul, liverpool = (
        next(text for text in page.words("tr") if text.startswith(name))
        for name in ("Busan", "Seoul", "Liverpool")
    )
    assert (
        busan
        == "BusanSouth Korea Sister city / twin townLetter of intent 2023 not founded Smart city 1 source"
    )
    assert "3 November 2016until 2020Terminated by a party" in seoul
    assert liverpool == "LiverpoolUnited Kingdom 2 sources"
    assert {bar["class"] for bar in page.all("i") if "class" in bar} == {"point intent", "ended ended"}


def test_a_place_marks_dates_that_differ_and_leads_to_all_evidence(client):
    page = read(client, "/place/Q11462.html")
    busan = next(text for text in page.words("tr") if text.startswith("Busan"))
    assert busan.endswith("Education, Environment, Trade, Waste management 4 sourcesdates differ")
    assert {
        "/partnership/Q11462-Q16520.html",
        "/place/Q16520.html",
        "/agreement/Q11462-Q24826-founding-2018.html",
        "/place/Q3586.html",
    } <= set(page.local_links())
    assert "\u22127.25; 112.74" in page.words("dd")
    assert "Liverpool" not in " ".join(page.words("em"))


def test_a_country_shows_its_places_and_their_partner_countries(client):
    page = read(client, "/place/Q252.html")
    bars = [text for text in page.words("li") if text[-1:].isdecimal()]
    assert bars[:4] == ["Surabaya2", "Bandung1", "Jakarta1", "Special Region of Yogyakarta1"]
    assert bars[4:] == ["South Korea3", "Japan1", "United Kingdom1"]
    assert "Places in this country 9" in page.words("h2")


def test_every_status_has_a_group(client):
    grouped = [status for statuses in GROUPS.values() for status in statuses]
    assert sorted(grouped) == sorted(concepts("status"))


def test_a_partnership_opens_with_a_sentence_and_its_documents_in_time_order(client):
    page = read(client, "/partnership/Q11462-Q24826.html")
    assert page.words("p")[1] == (
        "Sister city / twin town since 19 March 2018. Status: Unknown. Claims: 3, from 3 sources."
    )
    first, second = page.words("ol")[0].split("Memorandum of understanding")
    assert first == (
        "17 May 2017 Letter of intent Document of intent · 2 sources · Liverpool "
        "signed by Joe Anderson, Tri Rismaharini 19 March 2018 "
    )
    assert second.startswith(" Founding document · 1 source · Balai Kota Surabaya")
    headings = page.words("h2")
    assert headings.index("Documents in the order of signing") < headings.index("What the sources say 3")


def test_a_partnership_of_intent_says_that_it_was_not_founded(client):
    lede = read(client, "/partnership/Q10389-Q16520.html").words("p")[1]
    assert lede.startswith("The parties have declared that they want it; no founding document is on record.")


def test_a_claimed_pair_says_what_was_meant(client):
    page = read(client, "/partnership/Q7568-Q120730.html")
    (notice,) = [text for text in page.words("p") if text.startswith("Sources name this pair")]
    assert notice.endswith("What was meant: Special Region of Yogyakarta – Kyoto Prefecture.")
    assert "/partnership/Q3741-Q120730.html" in page.local_links()


def test_a_partnership_shows_its_claims_with_sources_and_what_a_value_rests_on(client):
    page = read(client, "/partnership/Q11462-Q16520.html?lang=id")
    claims = [text for text in page.words("tr") if "indonesia/F" in text]
    assert [re.search(r"F00\d", text)[0] for text in claims] == ["F004", "F003", "F005", "F006", "F007"]
    assert claims[0].startswith("24 Agustus 1994 The page about Surabaya gives 24 August 1994.")
    assert "indonesia/F004 BusanLaman pemerintah · daftar milik Busan" in claims[0]
    assert claims[0].endswith("ditandatangani padajenis dokumenjenis hubungansejakDipersoalkan")
    assert page.words("tr")[-1].startswith("Tanggal berbeda Dipersoalkan The sources give three days")
    since = next(text for text in page.words("dd") if text.startswith("24 Agustus 1994"))
    assert since == "24 Agustus 1994 menurut Busan"
    assert "/source/busan-example-06e6b9.html?lang=id" in page.local_links()


def test_an_agreement_shows_who_signed_and_where_it_stands_in_the_chain(client):
    page = read(client, "/agreement/Q11462-Q24826-founding-2018.html")
    assert "Tri Rismaharini Mayor Surabaya Kerja sama Surabaya dan Liverpool 1" in page.words("tr")
    assert "Joe Anderson Mayor Liverpool Kerja sama Surabaya dan Liverpool 2" in page.words("tr")
    assert len(page.all("li", aria_current="true")) == 1
    assert {"/partnership/Q11462-Q24826.html", "/agreement/Q11462-Q24826-intent-2017.html"} <= set(
        page.local_links()
    )


def test_a_person_shows_what_was_signed_in_which_office(client):
    rows = read(client, "/person/joe-anderson.html").words("tr")
    assert rows[1] == "Letter of intent Surabaya – Liverpool, 2017 17 May 2017 Mayor Liverpool Sister city"
    assert len(rows) == 3


def test_a_source_lists_its_claims(client):
    page = read(client, "/source/busan-example-bf374d.html")
    assert "/claim/indonesia/F003.html" in page.local_links()
    assert "Claims of this source 1" in page.words("h2")


def test_a_concept_leads_to_what_bears_it_by_kind(client):
    page = read(client, "/vocab/status/terminated.html")
    assert page.words("h2")[:2] == ["Partnerships 1 as status", "Claims 1 as status"]
    assert "/partnership/Q8684-Q10389.html" in page.local_links()


def _broader(scheme):
    """The concepts of a scheme that have others under them."""
    return {str(one) for one in vocabulary().objects(None, SKOS.broader) if f"/{scheme}/" in str(one)}


def test_a_vocabulary_is_a_tree_with_counts(client):
    page = read(client, "/vocab/domain.html")
    assert f"Concepts {len(concepts('domain'))}" in page.words("h2")
    assert len(page.all("div", class_="concept")) == len(concepts("domain"))
    assert len(page.all("ul", class_="tree")) == 1 + len(_broader("domain"))
    heritage = next(text for text in page.words("div") if text.startswith("Heritage preservation heritage"))
    assert heritage.endswith(" 3")


def test_sources_are_listed_by_trust(client):
    names = [
        text
        for text in read(client, "/vocab/source-type.html").words("code")
        if text in concepts("source-type")
    ]
    assert names[0] == "agreement-text"
    assert names[-1] == "opinion"


def test_a_named_graph_counts_its_contents(client):
    page = read(client, "/graph/indonesia.html")
    assert {"claim21", "source12", "collection1"} <= set(page.words("tr"))
    assert "/collection/indonesia.html" in page.local_links()


@pytest.mark.parametrize(("language", "definition"), [("en", "Start of the"), ("id", "Awal kemitraan")])
def test_the_ontology_defines_each_term_in_the_language_of_the_page(client, language, definition):
    page = read(client, f"/ontology.html?lang={language}")
    since = next(text for text in page.words("div") if text.startswith(("since kk:since", "sejak kk:since")))
    assert definition in since
    assert ("Rule R6 Since is the date" if language == "en" else "Aturan R6 Since adalah tanggal") in since
    assert "xsd:gYearMonth" in since
    assert ("used 7 times" if language == "en" else "dipakai 7 kali") in since.lower()


def test_the_ontology_page_has_an_anchor_for_every_term_and_links_the_rules(client):
    page = read(client, "/ontology.html")
    anchors = {given["id"] for given in page.all("div", class_="term")}
    ours = {
        str(one).removeprefix(str(KK)) for one in set(ontology().subjects()) if str(one).startswith(str(KK))
    }
    assert anchors == ours
    assert [text.split()[0] for text in page.words("li") if re.match(r"R\d ", text)] == [
        f"R{n}" for n in range(1, 10)
    ]
    assert "/vocab/domain.html" in page.local_links()
    assert "schema:City" in page.words("a")


def test_an_unknown_path_is_a_page_for_browsers(client):
    assert read(client, "/nothing-here", 404).words("h1") == ["Not Found"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_only_answer_reading(client, method):
    assert client.open("/about", method=method).status_code == 405


def test_every_route_says_what_it_answers(app):
    ours = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    assert len(ours) > 40
    for rule in ours:
        assert app.view_functions[rule.endpoint].__doc__.startswith("Answer /"), rule


def test_every_kind_of_thing_has_a_word():
    from endpoint.show.texts.texts import translate

    assert [translate(f"kind.{kind}", "id") for kind in KINDS]


@pytest.mark.slow
def test_every_local_link_of_the_site_leads_somewhere(client):
    seen, waiting, anchors = set(), ["/"], set()
    while waiting:
        path = waiting.pop()
        response = client.get(path, headers=HTML, follow_redirects=True)
        assert response.status_code == 200, path
        if response.mimetype != "text/html":
            continue
        page = Page(response.text)
        page.assert_sound()
        for address in page.local_links():
            parts = urlsplit(address)
            if parts.path == "/ontology.html" and parts.fragment:
                anchors.add(parts.fragment)
            if parts.path not in {*seen, *NOT_IN_THE_WORLD} and not parts.query:
                seen.add(parts.path)
                waiting.append(parts.path)
    assert sum(path.endswith(".html") for path in seen) > 300
    assert sum(path.endswith(".rdf") for path in seen) > 300
    terms = {given["id"] for _, given in read(client, "/ontology.html").elements if "id" in given}
    assert len(anchors) > 10
    assert anchors <= terms
