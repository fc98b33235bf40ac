"""The pages of things of every kind, over the world."""

import html
import re
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from endpoint.engine.results import Cell
from endpoint.show import rendering
from endpoint.show.addresses import THING_KINDS
from endpoint.show.texts import translate
from endpoint.things.parts.claims import statement
from endpoint.things.parts.pairs.partners import GROUPS
from ontology import BASE, concepts
from tests.kit.http.site import HTML, RELEASE, read_page

THINGS = {
    "/place/Q11462": "Surabaya",
    "/place/Q252": "Indonesia",
    "/partnership/Q11462-Q24826": "Surabaya – Liverpool",
    "/partnership/Q7568-Q120730": "Yogyakarta – Kyoto Prefecture",
    "/agreement/Q11462-Q16520-founding-1994": "Sister-city agreement Surabaya – Busan, 1994",
    "/claim/indonesia/F003": "The list of Busan gives 29 August 1994.",
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


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("path", THINGS)
def test_the_page_of_a_thing_is_sound_in_both_languages(client, path, language):
    page = read_page(client, f"{path}.html?lang={language}")
    assert page.all("html")[0]["lang"] == language


@pytest.mark.parametrize(("path", "name"), THINGS.items())
def test_a_thing_has_a_page_with_its_name_and_its_iri(client, path, name):
    page = read_page(client, f"{path}.html")
    assert page.words("h1") == [name]
    assert f"{BASE}{path[1:]}" in page.words("code")
    assert page.all("link", rel="canonical") == [{"rel": "canonical", "href": f"{BASE}{path[1:]}"}]
    suffixes = {
        link["href"].rsplit(".", 1)[1] for link in page.all("link", rel="alternate") if "type" in link
    }
    assert {"ttl", "jsonld", "nt", "rdf"} <= suffixes


def test_a_place_says_in_one_sentence_how_it_stands(client):
    lede = read_page(client, "/place/Q11462.html").words("p")[1]
    assert lede == (
        "2 partners on record in 2 countries; known to be active: 1. "
        "The earliest dated one is with Busan (1994), the latest with Liverpool (2018)."
    )
    assert read_page(client, "/place/Q16520.html?lang=id").words("p")[2] == (
        "Tercatat 1 mitra di 1 negara; yang diketahui aktif: 1."
    )
    assert read_page(client, "/place/Q34600.html").words("p")[2] == "No accepted partnership is on record."


def test_a_place_groups_its_partnerships_by_how_they_stand(client):
    page = read_page(client, "/place/Q10389.html")
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
    assert "3 November 2016terminated by a party, 2020" in seoul
    assert liverpool == "LiverpoolUnited Kingdom 2 sources"
    assert len(page.all("path", class_="point")) == 1
    assert len(page.all("rect", class_="ended")) == 1


def test_a_place_marks_dates_that_differ_and_leads_to_all_evidence(client):
    page = read_page(client, "/place/Q11462.html")
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
    page = read_page(client, "/place/Q252.html")
    bars = [text for text in page.words("li") if text[-1:].isdecimal()]
    assert bars[:4] == ["Surabaya2", "Bandung1", "Jakarta1", "Special Region of Yogyakarta1"]
    assert bars[4:] == ["South Korea3", "Japan1", "United Kingdom1"]
    assert "Places in this country 9" in page.words("h2")


def test_every_status_has_a_group(client):
    grouped = [status for statuses in GROUPS.values() for status in statuses]
    assert sorted(grouped) == sorted(concepts("status"))


def test_a_partnership_opens_with_a_sentence_and_its_documents_in_time_order(client):
    page = read_page(client, "/partnership/Q11462-Q24826.html")
    assert page.words("p")[1] == (
        "Sister city / twin town since 19 March 2018. Status: Unknown. "
        "Of the two places’ own lists, only that of Surabaya is on record. Claims: 3, from 3 sources."
    )
    first, second = page.words("ol")[1].split("Memorandum of understanding")
    assert first == (
        "17 May 2017 Letter of intent Document of intent · 2 sources · Liverpool "
        "signed by Joe Anderson, Tri Rismaharini 19 March 2018 "
    )
    assert second.startswith(" Founding document · 1 source · Balai Kota Surabaya")
    headings = page.words("h2")
    assert headings.index("Documents in the order of signing") < headings.index("What the sources say 3")


def test_a_partnership_of_intent_says_that_it_was_not_founded(client):
    lede = read_page(client, "/partnership/Q10389-Q16520.html").words("p")[1]
    assert lede.startswith("The parties have declared that they want it; no founding document is on record.")


def test_a_claimed_pair_says_what_was_meant(client):
    page = read_page(client, "/partnership/Q7568-Q120730.html")
    (notice,) = [text for text in page.words("p") if text.startswith("Sources name this pair")]
    assert notice.endswith("What was meant: Special Region of Yogyakarta – Kyoto Prefecture.")
    assert "/partnership/Q3741-Q120730.html" in page.local_links()


def test_a_partnership_shows_its_claims_with_sources_and_what_a_value_rests_on(client):
    page = read_page(client, "/partnership/Q11462-Q16520.html?lang=id")
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
    page = read_page(client, "/agreement/Q11462-Q24826-founding-2018.html")
    assert "Tri Rismaharini Mayor Surabaya Kerja sama Surabaya dan Liverpool 1" in page.words("tr")
    assert "Joe Anderson Mayor Liverpool Kerja sama Surabaya dan Liverpool 2" in page.words("tr")
    assert len(page.all("li", aria_current="true")) == 1
    assert {"/partnership/Q11462-Q24826.html", "/agreement/Q11462-Q24826-intent-2017.html"} <= set(
        page.local_links()
    )


def test_a_person_shows_what_was_signed_in_which_office(client):
    rows = read_page(client, "/person/joe-anderson.html").words("tr")
    assert rows[1] == "Letter of intent Surabaya – Liverpool, 2017 17 May 2017 Mayor Liverpool Sister city"
    assert len(rows) == 3


def test_a_source_lists_its_claims(client):
    page = read_page(client, "/source/busan-example-bf374d.html")
    assert "/claim/indonesia/F003.html" in page.local_links()
    assert "Claims of this source 1" in page.words("h2")


def test_a_named_graph_counts_its_contents(client):
    page = read_page(client, "/graph/indonesia.html")
    assert {"claim21", "source12", "collection1"} <= set(page.words("tr"))
    assert "/collection/indonesia.html" in page.local_links()


def test_every_kind_of_thing_has_a_word():
    assert [translate(f"kind.{kind}", "id") for kind in THING_KINDS]


# ---- what pages draw


def test_a_place_is_on_a_map_with_its_partners(client):
    page = read_page(client, "/place/Q11462.html")
    (drawn,) = [svg for svg in page.all("svg", class_="map") if svg.get("aria-label")]
    assert drawn["aria-label"] == "Surabaya and its partners"
    arcs = [path["class"] for path in page.all("path") if path.get("class", "").startswith("arc")]
    assert arcs
    linked = {a["href"] for a in page.all("a") if a["href"].startswith("/place/") and a.get("class")}
    assert linked
    assert linked <= set(page.local_links())


def test_dates_that_differ_stand_on_one_axis_with_the_chosen_one_ringed(client):
    page = read_page(client, "/partnership/Q11462-Q16520.html")
    dots = [circle for circle in page.all("circle") if circle.get("class") == "dot"]
    rings = [circle for circle in page.all("circle") if circle.get("class") == "ring"]
    assert len(dots) > 1
    assert [ring["cx"] for ring in rings if ring["cx"] in {dot["cx"] for dot in dots}] == [rings[0]["cx"]]
    assert sum("(used here)" in text for text in page.words("li")) == 1


def test_a_claim_says_who_says_so_what_it_decided_and_what_stands_beside_it(client):
    page = read_page(client, "/claim/indonesia/F003.html")
    assert page.words("h2")[:3] == ["Who says so", "What it decided", "Side by side with what others say"]
    here = [row for row in page.all("tr") if row.get("class") == "here"]
    assert here == [{"class": "here", "aria-current": "true"}]
    assert "this claim" in " ".join(page.words("tr"))


@pytest.mark.parametrize("address", ["/place/Q11462.html", "/partnership/Q11462-Q16520.html"])
def test_a_mistake_is_reported_with_the_iri_and_the_release(client, address):
    iri = BASE + address.removesuffix(".html").removeprefix("/")
    text = read_page(client, address).words("pre")[-1]
    assert text == f"{iri} http://localhost{address} Release {RELEASE}"


def test_a_place_stands_amid_its_partners_and_those_that_they_share(client):
    page = read_page(client, "/place/Q11462.html")
    (ring,) = page.all("svg", class_="ring")
    assert ring["aria-label"] == "Surabaya amid its partners"
    partners = {link["href"] for link in page.all("a", class_="partner")}
    assert partners == {"/place/Q16520.html", "/place/Q24826.html"}
    assert not read_page(client, "/place/Q16520.html").all("svg", class_="ring"), "one partner makes no ring"


@pytest.mark.parametrize("contact", ["mailto:a@example.org", "https://example.org/report"])
def test_a_mistake_is_reported_where_the_operator_says(client, monkeypatch, contact):
    address = "/claim/indonesia/F003.html"
    assert "Where to:" not in client.get(address, headers=HTML).text
    ask = rendering.service
    monkeypatch.setattr(
        rendering,
        "service",
        lambda: SimpleNamespace(release=ask().release, config=replace(ask().config, contact=contact)),
    )
    (href,) = re.findall(r'Where to: <a href="([^"]*)">', client.get(address, headers=HTML).text)
    head, _, body = html.unescape(href).partition("&body=")
    if contact.startswith("mailto:"):
        assert head == f"{contact}?subject=Kota%20Kembar"
        iri, page, release = unquote(body).split("\n")
        assert (iri, page) == (f"{BASE}claim/indonesia/F003", f"http://localhost{address}")
        assert release.endswith(RELEASE)
    else:
        assert href == contact


def test_what_we_call_a_source_is_no_title_of_it(client):
    """A source with a title has it, in its language; one without is called something here (R12)."""
    row = {"source": Cell("iri", f"{BASE}source/x"), "type": Cell("iri", f"{BASE}vocab/source-type/news")}
    words = Cell("literal", "Medan - Gwangju: MoU")
    with client.application.test_request_context("/"):
        titled = statement._publication({**row, "title": words, "language": Cell("literal", "id")}, "en")
        called = statement._publication({**row, "described": words, "language": Cell("literal", "id")}, "en")
    assert (titled.is_titled, titled.source.text, titled.source.language) == (True, words.value, "id")
    assert (called.is_titled, called.source.text, called.source.language) == (False, words.value, "")
