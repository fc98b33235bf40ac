"""Answers page by page: the total on all of them, the way to the next, all rows as a file; nothing twice."""

import codecs
import csv
import io
import re
from string import Formatter

import pytest

from endpoint.questions.formats.spreadsheet_text import guard_csv, guard_tsv
from endpoint.show.texts import translate
from graph.errors import ParameterError
from queries.mistakes import Mistake
from tests.kit.http.protocol import BROWSER
from tests.kit.http.site import Page, read_page

CITIES = "/queries/cities-with-multiple-partners"
PARTNERS = "/queries/partners-of-a-city"


def rows(response):
    assert response.status_code == 200, response.text
    return [row["cityLabel"] for row in csv.DictReader(io.StringIO(response.text))]


def test_all_rows_come_as_a_file_unless_a_limit_is_given(client):
    whole = client.get(f"{CITIES}.csv?min=1")
    assert rows(whole) == ["Seoul", "Surabaya", "Bandung", "Busan", "Jakarta", "Liverpool"]
    assert "X-Kembar-Total" not in whole.headers
    assert "Link" not in whole.headers


def test_pages_are_linked_and_name_the_total(client):
    found, address = [], f"{CITIES}.csv?min=1&limit=4"
    while address:
        response = client.get(address)
        assert response.headers["X-Kembar-Total"] == "6"
        found.append(rows(response))
        links = dict(
            reversed(one.split("; rel=")) for one in response.headers.get("Link", "").split(", ") if one
        )
        address = links.get('"next"', "").strip("<>")
    assert found == [["Seoul", "Surabaya", "Bandung", "Busan"], ["Jakarta", "Liverpool"]]


def test_links_lead_to_the_first_and_the_last_page_and_never_beyond(client):
    link = client.get(f"{CITIES}.json?min=1&limit=2&page=2").headers["Link"]
    expected = (("first", 1), ("prev", 1), ("next", 3), ("last", 3))
    assert link.split(", ") == [
        f'<{CITIES}.json?min=1&limit=2&page={number}>; rel="{relation}"' for relation, number in expected
    ]
    beyond = client.get(f"{CITIES}.csv?min=1&limit=2&page=9")
    assert (rows(beyond), 'rel="next"' in beyond.headers["Link"]) == ([], False)


def test_a_page_for_people_says_which_rows_of_how_many_it_shows(client):
    page = read_page(client, f"{CITIES}?min=1&limit=4&page=2&lang=en")
    assert "6 rows" in page.words("b")
    assert "rows 5 to 6" in page.words("span")
    assert [a["href"] for a in page.all("a", rel="prev")] == [f"{CITIES}?min=1&limit=4&page=1&lang=en"]
    assert page.all("a", rel="next") == []
    downloads = [a["href"] for a in page.all("a", aria_describedby="download")]
    assert downloads[0] == f"{CITIES}.csv?min=1"


def test_the_numbers_beside_an_answer_are_told(client):
    page = read_page(client, f"{PARTNERS}?city=Surabaya&lang=en")
    told = dict(zip(page.words("dt"), page.words("dd"), strict=True))
    assert told == {
        "Partners listed": "2",
        "Of these, partners whose country is not known": "0",
        "Of these, partnerships without a known beginning": "0",
        "Left out: pairs claimed or intended, but not accepted": "0",
    }


@pytest.mark.parametrize("slug", ["partners-of-a-city", "chain-of-partners", "partners-in-common"])
def test_a_question_that_needs_a_value_asks_for_it(client, slug):
    response = client.get(f"/queries/{slug}", headers=BROWSER)
    page = Page(response.text)
    page.assert_sound()
    assert (response.status_code, page.all("table"), len(page.all("form", class_="ask"))) == (200, [], 1)
    refused = client.get(f"/queries/{slug}.csv")
    assert (refused.status_code, "is needed" in refused.json["detail"]) == (400, True)


@pytest.mark.parametrize(
    "again", ["city=Seoul&city=Busan", "city=Seoul&city=Seoul", "city=Seoul&lang=en&lang=id"]
)
@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_a_parameter_that_is_given_twice_is_an_error(client, again, accept):
    response = client.get(f"{PARTNERS}?{again}", headers={"Accept": accept})
    assert response.status_code == 400
    assert "is given 2 times; give it once" in response.text


@pytest.mark.parametrize(
    "bad", ["limit=0", "limit=x", "page=0", "page=-1", "limit=1000001", "bom=2", "guard=x"]
)
def test_a_page_that_is_none_is_an_error(client, bad):
    assert client.get(f"{CITIES}.csv?{bad}").status_code == 400


@pytest.mark.parametrize(("limit", "last"), [(1, 2), (100, 1)])
def test_a_page_after_the_last_one_says_where_the_rows_end(client, limit, last):
    response = client.get(f"{CITIES}?limit={limit}&page=99", headers=BROWSER)
    Page(response.text).assert_sound()
    assert (response.status_code, f"No rows here: they end on page {last}." in response.text) == (200, True)
    assert "nothing in this release fits" not in response.text
    assert "rows 99" not in response.text


@pytest.mark.parametrize("mistake", sorted(set(Mistake) - {Mistake.NEEDED}))
def test_a_mistake_is_told_in_the_same_words_to_programs_and_on_pages(mistake):
    details = {name: f"<{name}>" for _, name, *_ in Formatter().parse(mistake) if name}
    told = ParameterError("city", "x", mistake, **details)
    assert told.what == translate(f"mistake.{mistake.key}", "en", **details)
    indonesian = translate(f"mistake.{mistake.key}", "id", **details)
    assert all(value in indonesian for value in details.values()) and indonesian != told.what


INDONESIAN = {**BROWSER, "Accept-Language": "id"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/queries/growth-by-year?from=abc", "“abc” bukan bilangan bulat dari 1 sampai 9999"),
        (f"{CITIES}?limit=x", "limit: “x” bukan bilangan bulat dari 1 sampai 1000000"),
        (f"{CITIES}?sort=x", "sort: “x” bukan kolom cities-with-multiple-partners; yang ada: "),
        (f"{CITIES}?facet=x", "Ada parameter yang salah facet: “x” bukan salah satu pilihan"),
        (f"{PARTNERS}?city=a&city=b", "Ada parameter yang salah city: “b” diberikan 2 kali"),
        ("/agreements?page=x", "Ada parameter yang salah page: “x” bukan bilangan bulat"),
        ("/search?q=a&q=b", "q: “b” diberikan 2 kali; berikan sekali saja"),
        ("/places?sort=x", "sort: “x” bukan salah satu pilihan; yang ada: name, partners"),
        ("/sparql?query=ASK{}&timeout=99", "timeout: “99” harus berupa banyaknya detik"),
        ("/sparql?query=ASK{}&query=ASK{}", "query: “ASK{}” diberikan 2 kali; berikan sekali saja"),
        (f"{PARTNERS}.csv?city=Atlantis", "city: “Atlantis” tidak ada dalam data. Tulis nama wilayah"),
    ],
)
def test_a_page_says_in_its_language_what_is_wrong_with_a_value(client, path, text):
    response = client.get(path, headers=INDONESIAN)
    Page(response.text).assert_sound()
    words = " ".join(re.sub("<[^>]+>", "", response.text).split())
    assert (response.status_code, text in words) == (400, True), words


def test_csv_for_excel_begins_with_a_mark_and_has_a_tag_of_its_own(client):
    plain, marked = client.get(f"{CITIES}.csv"), client.get(f"{CITIES}.csv?bom=1")
    assert marked.data == codecs.BOM_UTF8 + plain.data
    assert marked.headers["ETag"] != plain.headers["ETag"]
    again = client.get(f"{CITIES}.csv?bom=1", headers={"If-None-Match": marked.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"{CITIES}.json?bom=1").data == client.get(f"{CITIES}.json").data


@pytest.mark.parametrize(
    "path", ["/sparql", "/place/Q11462", "/queries/growth-by-year", "/about", "/reconcile"]
)
def test_a_slash_too_many_leads_to_the_address_without_it(client, path):
    moved = client.get(f"{path}/?lang=id")
    assert (moved.status_code, moved.headers["Location"]) == (308, f"{path}?lang=id")
    assert client.post("/sparql/", data={"query": "ASK {}"}, follow_redirects=True).json["boolean"] is True
    assert client.get("/nothing/at/all/").status_code == 404


@pytest.mark.parametrize("name", ["text/n3", "text/rdf+n3"])
def test_n3_gets_turtle(client, name):
    response = client.get("/place/Q11462.ttl")
    by_accept = client.get("/place/Q11462", headers={"Accept": name}, follow_redirects=True)
    assert (by_accept.status_code, by_accept.mimetype, by_accept.data) == (200, "text/turtle", response.data)
    described = client.get("/sparql?query=DESCRIBE+<http://a/>", headers={"Accept": name})
    assert described.status_code == 200


def test_scripts_of_other_sites_may_send_what_libraries_add(client):
    allowed = client.options("/sparql").headers["Access-Control-Allow-Headers"].split(", ")
    assert {"*", "Authorization", "X-Requested-With"} <= set(allowed)


@pytest.mark.parametrize(("prefix", "base"), [("wd", "entity/"), ("wdt", "prop/direct/")])
def test_a_missing_prefix_of_wikidata_is_told(client, prefix, base):
    response = client.get("/sparql", query_string={"query": f"SELECT * {{ ?s ?p {prefix}:Q1 }}"})
    assert response.status_code == 400
    assert (
        f"put PREFIX {prefix}: <http://www.wikidata.org/{base}> before the query" in response.json["detail"]
    )


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("\tx", "'\tx"),
        ("-7.25", "-7.25"),
        ("+1e5", "+1e5"),
        ("a=b", "a=b"),
        ("", ""),
        ("two\r\nlines, one cell", "two\r\nlines, one cell"),
    ],
)
def test_a_cell_that_a_spreadsheet_would_calculate_is_guarded(cell, guarded):
    out = io.StringIO()
    csv.writer(out).writerows([["a", "b"], [cell, "x"]])
    assert list(csv.reader(io.StringIO(guard_csv(out.getvalue()), newline=""))) == [
        ["a", "b"],
        [guarded, "x"],
    ]
    if "\r" not in cell and "\t" not in cell:
        is_number = cell[:1] in "+-" and guarded == cell
        term, wanted = (cell, cell) if is_number or not cell else (f'"{cell}"', f'"{guarded}"')
        assert guard_tsv(f"?a\t?b\n<x:y>\t{term}\n{term}\t1\n") == f"?a\t?b\n<x:y>\t{wanted}\n{wanted}\t1\n"


def test_a_guarded_answer_has_the_same_rows_and_a_tag_of_its_own(client):
    plain, guarded = client.get(f"{CITIES}.csv"), client.get(f"{CITIES}.csv?guard=1")
    assert guarded.data == plain.data, "none begins so here, and the numbers stay"
    tags = {
        client.get(f"{CITIES}.csv?{asked}").headers["ETag"]
        for asked in ("", "guard=1", "bom=1", "bom=1&guard=1")
    }
    assert len(tags) == 4
    assert client.get(f"{CITIES}.csv?bom=1&guard=1").data == codecs.BOM_UTF8 + plain.data


@pytest.fixture
def cells_of_any_length():
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


@pytest.mark.usefixtures("cells_of_any_length")
def test_the_guard_knows_full_width_and_line_feeds_and_cells_of_any_length():
    long = "x" * 200_000
    for cell in ("\uff1d1", "\uff0bx", "\uff0dx", "\uff20x", "\n=1"):
        out = io.StringIO()
        csv.writer(out).writerows([["a", "b"], [cell, long]])
        rows = csv.reader(io.StringIO(guard_csv(out.getvalue()), newline=""))
        assert list(rows) == [["a", "b"], [f"'{cell}", long]]
        term = cell.replace("\n", "\\n")
        assert guard_tsv(f'?a\n"{term}"\n') == f'?a\n"\'{term}"\n'
