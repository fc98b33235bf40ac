"""The questions over HTTP: every format, every refusal, and the page with its form."""

import csv
import io
import json
import shlex
from itertools import pairwise
from urllib.parse import quote, urlencode, urlsplit

import pytest

from endpoint.engine.results import Cell, Table
from endpoint.questions.formats.sheets import SHEETS
from endpoint.questions.forms import Fault, form_fields
from endpoint.questions.page import SUFFIXES
from endpoint.questions.pictures.chart import year_chart
from endpoint.show.lookup import ask
from endpoint.show.tables import ROWS_SHOWN, page_table, pair_columns
from ontology import BASE, XSD
from queries import catalogue
from tests.kit.http.site import Page
from tests.kit.paths import TESTS

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CITIES = "/queries/cities-with-multiple-partners"
PARTNERS = "/queries/partners-of-a-city"
EVIDENCE, PAIR = "/queries/evidence-for-a-pair", "?city=Surabaya&partner=Liverpool"
ANSWERS = json.loads((TESTS / "world" / "answers.json").read_text("utf-8"))
MEDIA_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    **SHEETS,
}


def read(client, address, status=200):
    response = client.get(address, headers=HTML)
    assert response.status_code == status, response.text
    page = Page(response.text)
    page.assert_sound()
    return page


def test_the_list_is_a_page_for_browsers_and_json_for_programs(client):
    page = read(client, "/queries/")
    questions = [f"/queries/{slug}" for slug in catalogue()]
    assert sorted(address for address in page.local_links() if address in questions) == sorted(questions)
    assert page.words("h2") == [
        "Places and partners",
        "Time and agreements",
        "Evidence and doubt",
        "Network",
        "Wikidata",
    ]
    listed = client.get("/queries/").json
    assert listed == client.get("/queries.json").json
    assert [entry["slug"] for entry in listed] == list(catalogue())
    cities = next(entry for entry in listed if entry["slug"] == "cities-with-multiple-partners")
    assert cities["parameters"][0] == {
        "name": "min",
        "kind": "count",
        "required": False,
        "default": "2",
        "example": None,
        "choices": [],
        "label": {"en": "Fewest partners", "id": "Mitra paling sedikit"},
    }
    names = ["cityLabel", "countryLabel", "partners", "levelLabel", "city", "country", "level", "point"]
    assert cities["columns"] == names
    assert client.get("/queries").status_code == 308


def test_csv_holds_exactly_the_rows(client):
    response = client.get(f"{CITIES}.csv?min=2&country=Indonesia")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.text == (
        "cityLabel,countryLabel,partners,levelLabel,city,country,level,point\r\n"
        f"Surabaya,Indonesia,2,City or municipality,{BASE}place/Q11462,{BASE}place/Q252,"
        f"{BASE}vocab/level/city,POINT(112.74 -7.25)\r\n"
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_format_by_suffix_is_the_same_as_by_accept(client, suffix):
    by_suffix = client.get(f"{CITIES}.{suffix}?min=1")
    by_accept = client.get(f"{CITIES}?min=1", headers={"Accept": MEDIA_TYPES[suffix]})
    assert by_suffix.mimetype == by_accept.mimetype == MEDIA_TYPES[suffix]
    assert by_suffix.data == by_accept.data
    assert suffix in SHEETS or b"Liverpool" in by_suffix.data
    assert by_suffix.headers["ETag"] == by_accept.headers["ETag"]


def test_a_data_answer_is_cached_by_its_etag(client):
    first = client.get(f"{CITIES}.csv")
    again = client.get(f"{CITIES}.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_language_of_labels_is_a_parameter_everywhere(client):
    rows = list(csv.DictReader(io.StringIO(client.get(f"{CITIES}.csv?min=2&lang=id").text)))
    assert [row["countryLabel"] for row in rows] == ["Korea Selatan", "Indonesia"]
    assert (
        client.get("/queries/growth-by-year.csv?lang=id").text.splitlines()[0]
        == "yearLabel,partnerships,year"
    )


@pytest.mark.parametrize("slug", list(catalogue()))
@pytest.mark.parametrize("language", ["en", "id"])
def test_every_question_has_a_sound_page_that_answers(client, slug, language):
    given = urlencode({"lang": language, **ANSWERS[slug]["given"]})
    page = read(client, f"/queries/{slug}?{given}")
    query = catalogue()[slug]
    assert page.words("dt") == [counted.label[language] for counted in query.counts]
    assert page.words("h1") == [query.summary[language]]
    assert len(page.all("form", class_="ask")) == (
        1 if any(p.name != "lang" for p in query.parameters) else 0
    )
    downloads = [urlsplit(a["href"]).path for a in page.all("a", aria_describedby="download")]
    assert downloads == [f"/queries/{slug}.{suffix}" for suffix in SUFFIXES]


def test_the_page_shows_names_that_link_and_bars(client):
    page = read(client, f"{CITIES}?min=1&country=ID")
    assert page.words("th")[:4] == ["City", "Country", "Partners", "Level"]
    assert page.words("tr")[1:] == [
        "Surabaya Indonesia 2 City or municipality",
        "Bandung Indonesia 1 City or municipality",
        "Jakarta Indonesia 1 Province, prefecture or state",
    ]
    assert [bar["width"] for bar in page.all("rect", height="10")] == ["100", "50", "50"]
    assert {"/place/Q11462.html", "/place/Q252.html"} <= set(page.local_links())
    assert "3 rows" in page.words("b")


def test_the_form_has_the_values_of_the_request_in_any_spelling(client):
    page = read(client, f"{CITIES}?country=indonesia")
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["ID", "city"]
    assert page.all("input", name="min")[0]["value"] == "2"
    assert [option["value"] for option in page.all("option")][:5] == ["", "ID", "JP", "KR", "GB"]


def test_a_place_field_offers_names_and_shows_one_for_an_id(client):
    page = read(client, f"{PARTNERS}?lang=id&city=Q11462")
    (field,) = page.all("input", name="city")
    assert (field["value"], field["list"]) == ("Surabaya", "l-city")
    assert {"value": "Prefektur Kyoto"} in page.all("option")
    assert page.all("input", name="lang") == 2 * [{"type": "hidden", "name": "lang", "value": "id"}]


def test_narrower_domains_are_indented_below_the_broader(client):
    page = read(client, "/queries/partnerships-by-domain?domain=environment")
    texts = page.texts["option"]
    at = texts.index("Economy")
    assert texts[at + 1] == "\u2003Agriculture"


def test_no_rows_is_said_in_words(client):
    page = read(client, f"{CITIES}?min=99")
    assert "No rows: nothing in this release fits." in page.words("p")
    assert page.all("table") == []


def test_a_bad_value_is_refused_at_its_field(client):
    page = read(client, f"{PARTNERS}?city=Surabya", 400)
    (field,) = page.all("input", name="city")
    assert (field["value"], field["aria-invalid"], field["aria-describedby"]) == ("Surabya", "true", "e-city")
    assert "“Surabya” is no name in the data, but like some that are." in page.words("p")
    assert f"{PARTNERS}?city=Q11462" in page.local_links()
    assert page.all("table") == []


def test_an_unknown_parameter_is_refused_above_the_form(client):
    page = read(client, f"{PARTNERS}?town=Surabaya", 400)
    assert len(page.all("div", role="alert")) == 1


@pytest.mark.parametrize("address", [f"{PARTNERS}.csv?city=Surabya", f"{PARTNERS}?city=Surabya"])
def test_programs_get_a_bad_value_as_a_problem(client, address):
    response = client.get(address, headers={"Accept": "text/csv"})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    problem = json.loads(response.data)
    assert problem["parameter"] == "city"
    assert problem["detail"] == (
        "parameter city: 'Surabya' is no place of the data; did you mean Surabaya (Q11462, Indonesia)?"
    )
    asked = address.partition("?")[0]
    assert [c["url"] for c in problem["candidates"]] == [f"http://localhost{asked}?city=Q11462"]


def test_an_unknown_question_is_404_with_what_comes_close(client):
    page = read(client, "/queries/cities-with-several-partners", 404)
    assert CITIES in page.local_links()
    response = client.get("/queries/cities-with-several-partners.csv")
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")
    assert "did you mean cities-with-multiple-partners" in response.json["detail"]
    assert response.json["detail"].startswith("there is no question 'cities-with-several-partners'; ")
    assert client.get("/queries/zzz").json["detail"].endswith("/queries/ lists all")


def test_unknown_formats_and_types_are_refused(client):
    assert client.get(f"{CITIES}.ods").status_code == 404
    assert client.get(CITIES, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    "value", ['x" } #', "> } UNION { ?s ?p ?o", "Surabayo'", "\\u0022", "{{7*7}}", "<b>hi</b>"]
)
def test_no_value_becomes_sparql_or_html(client, value):
    page = read(client, f"{PARTNERS}?city={quote(value)}", 400)
    assert page.all("input", name="city")[0]["value"] == value
    assert client.get(f"{PARTNERS}.csv?city={quote(value)}").status_code == 400


def test_the_sparql_behind_the_page_gives_the_same_rows(client):
    page = read(client, f"{CITIES}?min=1")
    (address,) = [a for a in page.local_links() if a.startswith("/sparql?query=")]
    same = client.get(address, headers={"Accept": "text/csv"})
    assert same.text == client.get(f"{CITIES}.csv?min=1").text


def test_the_snippets_name_this_answer(client):
    page = read(client, f"{PARTNERS}?city=Kota%20Yogyakarta&lang=id")
    curl, pandas, r, duckdb, kembar = page.texts["pre"][1:6]
    assert shlex.split(curl)[-1] == f"http://localhost{PARTNERS}.csv?city=Kota+Yogyakarta&lang=id"
    assert f"pandas.read_csv('http://localhost{PARTNERS}.csv?city=Kota+Yogyakarta&lang=id')" in pandas
    address = f"http://localhost{PARTNERS}.csv?city=Kota+Yogyakarta&lang=id"
    assert f'read_csv("{address}")' in r
    assert duckdb == f"FROM read_csv('{address}');"
    assert kembar == "kembar query partners-of-a-city --city 'Kota Yogyakarta' --lang id --format csv"


def test_an_address_of_another_site_is_a_link_named_by_its_host(client):
    rows = csv.DictReader(io.StringIO(client.get(f"{EVIDENCE}.csv{PAIR}").text))
    addresses = {row["url"] for row in rows if row["url"].startswith("http")}
    assert addresses
    page = read(client, f"{EVIDENCE}{PAIR}")
    assert addresses <= {a["href"] for a in page.all("a")}
    assert {urlsplit(address).netloc.removeprefix("www.") for address in addresses} <= set(page.words("a"))


def test_years_are_drawn_without_gaps_and_doubled_by_the_table(client):
    page = read(client, "/queries/growth-by-year")
    (figure,) = page.all("svg", role="img")
    assert figure["aria-label"] == page.words("h1")[0]
    assert page.words("title")[1:] == ["1984: 1", "1985: 1", "1994: 1", "2016: 1", "2018: 1"]
    assert page.words("tr")[1:] == ["1984 1", "1985 1", "1994 1", "2016 1", "2018 1"]
    assert {"1985", "1990", "2015"} <= set(page.words("text"))


def number(value):
    return Cell("literal", str(value), datatype=str(XSD.integer))


def years_table(app, years):
    rows = [{"year": number(year), "n": number(amount)} for year, amount in years.items()]
    with app.test_request_context("/"):
        return page_table(Table(("year", "n"), rows), ask, "en")


def test_a_chart_counts_every_year(app):
    bars = year_chart(years_table(app, {1999: 1, 2001: 4}), "n")
    assert [(bar.year, bar.count, bar.height) for bar in bars] == [
        (1999, 1, 25),
        (2000, 0, 0),
        (2001, 4, 100),
    ]
    assert year_chart(years_table(app, {}), "n") == []
    assert year_chart(years_table(app, {1999: 1}), "other") == []


def test_a_page_shows_no_more_rows_than_it_says(app):
    table = years_table(app, {year: 1 for year in range(1, ROWS_SHOWN + 6)})
    assert (len(table.rows), table.count) == (ROWS_SHOWN, ROWS_SHOWN + 5)


def test_names_and_addresses_belong_together_by_variable_heading_or_rest():
    iri, text = Cell("iri", "https://example.org/"), Cell("literal", "x")
    names = ("label", "sourceTitle", "cityLabel", "note", "city", "source", "pair")
    row = {name: iri if name in {"city", "source", "pair"} else text for name in names}
    headings = {name: {"en": name} for name in names}
    headings |= {"sourceTitle": {"en": "Read in"}, "source": {"en": "Read in (address)"}}
    assert pair_columns(Table(names, [row]), headings) == {
        "cityLabel": "city",
        "sourceTitle": "source",
        "label": "pair",
    }


def test_an_unknown_name_is_told_in_the_language_of_the_page(client):
    page = read(client, f"{PARTNERS}?city=Qqqq&lang=id", 400)
    (told,) = (words for words in page.words("p") if "Qqqq" in words)
    assert told.startswith("“Qqqq” tidak ada dalam data. Tulis nama wilayah atau negara, id Wikidata-nya,")


def test_a_value_that_no_option_has_stays_in_the_form(app):
    query = catalogue()["cities-with-multiple-partners"]
    with app.test_request_context("/"):
        fields = form_fields(query, {"country": "Atlantis"}, "en", ask, Fault("country", "is no country"))
    country = fields[1]
    assert (country.value, country.options[-1].value) == ("Atlantis", "Atlantis")
    assert [field.error for field in fields] == [None, Fault("country", "is no country"), None]
    assert [field.name for field in fields] == ["min", "country", "level"]


def test_rows_with_points_are_on_a_map_sized_by_the_column_with_bars(client):
    page = read(client, f"{CITIES}?min=1")
    sizes = {a["href"]: circle["r"] for a, circle in _linked_circles(page)}
    assert set(sizes) <= set(page.local_links())
    assert sizes["/place/Q11462.html"] == "9.0"
    assert all(svg["aria-label"] for svg in page.all("svg", role="group"))


def _linked_circles(page):
    elements = [(tag, given) for tag, given in page.elements if tag in ("a", "circle")]
    pairs = pairwise(elements)
    return [(a, circle) for (first, a), (second, circle) in pairs if (first, second) == ("a", "circle")]


def test_a_question_without_points_has_no_map(client):
    assert read(client, "/queries/growth-by-year").all("svg", class_="map") == []
