"""What Wikidata lacks, has one-sidedly or dates otherwise: curated rows beside a small list of Wikidata's."""

from urllib.parse import unquote

import pytest

from endpoint.site.wikidata import QUESTIONS
from graph.model.iris import source_id
from graph.pipeline.build import build
from loaders.collection import load_collections
from queries import catalogue, query_texts
from tests.kit.graph.collections import FILES, edited, write_collection
from tests.kit.graph.releases import open_site, read

pytestmark = pytest.mark.slow

SETTINGS = """\
title = "A little of Wikidata"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Test"
compiled = 2026-01-15
[table]
file = "list.csv"
lister = "a"
columns = ["qid_a", "party_a", "country_a", "qid_b", "party_b", "country_b", "date"]
[source]
url = "https://www.wikidata.org/"
publisher = "Wikidata"
type = "knowledge-base"
part_of = "http://www.wikidata.org/entity/Q2013"
"""
ROWS = """\
a,a_name,a_country,b,b_name,b_country,since
Q11462,Surabaya,Indonesia,Q188806,Kitakyushu,Japan,
Q188806,Kitakyushu,Japan,Q24826,Liverpool,United Kingdom,
Q24826,Liverpool,United Kingdom,Q188806,Kitakyushu,Japan,
"""
DATED = ROWS + "Q24826,Liverpool,United Kingdom,Q11462,Surabaya,Indonesia,2017\n"
A_LIST = "https://example.org/a-list"
SURABAYA_LIVERPOOL = "https://w3id.org/kota-kembar/partnership/Q11462-Q24826"


def make_release(folder, rows, later="", **changes):
    tiny = write_collection(folder / "collections" / "tiny", **changes)
    folders = [tiny]
    for name, settings in (("wikidata", SETTINGS), ("later", later)):
        if settings:
            folders.append(folder / "collections" / name)
            folders[-1].mkdir()
            (folders[-1] / "collection.toml").write_text(settings, encoding="utf-8")
            (folders[-1] / "list.csv").write_text(rows, encoding="utf-8")
    return build(lambda: load_collections(folders), folder / "home", questions=query_texts()).release


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with open_site(make_release(tmp_path_factory.mktemp("undated"), ROWS)) as made:
        yield made


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    with open_site(make_release(tmp_path_factory.mktemp("dated"), DATED)) as made:
        yield made.test_client()


def rows(client, slug, *columns, **given):
    answer = client.get(f"/queries/{slug}.json", query_string=given)
    assert answer.status_code == 200, answer.text
    found = answer.get_json()["results"]["bindings"]
    return [tuple(row[name]["value"] if name in row else "" for name in columns) for row in found]


def test_a_partnership_lacks_both_directions(client):
    found = rows(client, "missing-in-wikidata", *catalogue()["missing-in-wikidata"].columns)
    proof = ("https://example.org/mou", "2026-01-31")
    assert found == [
        ("Liverpool", "Surabaya", "2018-03-19", "Unknown", *proof, "Q24826", "Q11462", SURABAYA_LIVERPOOL),
        ("Surabaya", "Liverpool", "2018-03-19", "Unknown", *proof, "Q11462", "Q24826", SURABAYA_LIVERPOOL),
    ]


@pytest.mark.parametrize(
    ("given", "items"),
    [
        ({"country": "Indonesia"}, ["Q11462"]),
        ({"country": "Japan"}, []),
        ({"trust": "government-site"}, ["Q24826", "Q11462"]),
        ({"trust": "agreement-text"}, []),
        ({"limit": "1"}, ["Q24826"]),
    ],
)
def test_what_is_missing_can_be_narrowed(client, given, items):
    assert rows(client, "missing-in-wikidata", "item", **given) == [(item,) for item in items]


def test_a_direction_that_is_there_is_not_missing(dated):
    assert rows(dated, "missing-in-wikidata", "item", "value") == [("Q11462", "Q24826")]


def test_one_side_says_so_and_the_other_does_not(client, dated):
    columns = ("itemLabel", "silentLabel", "others", "item", "silent")
    kitakyushu = ("Surabaya", "Kitakyushu", "1", "Q11462", "Q188806")
    liverpool = ("Liverpool", "Surabaya", "1", "Q24826", "Q11462")
    assert rows(client, "one-sided-in-wikidata", *columns) == [kitakyushu]
    assert rows(client, "one-sided-in-wikidata", *columns, country="Japan") == [kitakyushu]
    assert rows(client, "one-sided-in-wikidata", *columns, country="Indonesia") == []
    assert rows(dated, "one-sided-in-wikidata", *columns) == [liverpool, kitakyushu]
    assert rows(dated, "one-sided-in-wikidata", *columns, limit="1") == [liverpool]


def test_other_snapshots_of_wikidata_are_no_other_source(tmp_path):
    later = SETTINGS.replace("https://www.wikidata.org/", "https://www.wikidata.org/later").replace(
        "2026-01-15", "2026-01-20"
    )
    release = make_release(tmp_path, ROWS, later=later)
    with open_site(release) as site:
        columns = ("itemLabel", "silentLabel", "others")
        assert rows(site.test_client(), "one-sided-in-wikidata", *columns) == [
            ("Surabaya", "Kitakyushu", "1")
        ]


def test_dates_that_cannot_both_be_true_differ(client, dated):
    columns = ("label", "what", "ours", "wikidata", "sourceTitle")
    assert rows(client, "differs-from-wikidata", *columns) == []
    row = ("Surabaya – Liverpool", "P580", "2018-03-19", "2017", "The MoU")
    assert rows(dated, "differs-from-wikidata", *columns) == [row]
    assert rows(dated, "differs-from-wikidata", *columns, country="Indonesia", limit="1") == [row]
    assert rows(dated, "differs-from-wikidata", *columns, country="Japan") == []


def test_the_proposals_are_commands(client):
    answer = client.get("/wikidata/quickstatements.txt?country=Indonesia")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text == (
        "Q11462\tP190\tQ24826\tP580\t+2018-03-19T00:00:00Z/11"
        '\tS854\t"https://example.org/mou"\tS813\t+2026-01-31T00:00:00Z/11\n'
    )
    assert "quickstatements-2026-01-31-" in answer.headers["Content-Disposition"]
    again = client.get(
        "/wikidata/quickstatements.txt?country=Indonesia", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_the_proposals_are_all_unless_a_limit_says_otherwise(client):
    both = client.get("/wikidata/quickstatements.txt").text.splitlines()
    assert [line.split("\t")[0] for line in both] == ["Q24826", "Q11462"]
    assert client.get("/wikidata/quickstatements.txt?limit=1").text.splitlines() == both[:1]
    second = client.get("/wikidata/quickstatements.txt?limit=1&page=2").text.splitlines()
    assert second == both[1:]


def test_a_source_that_denies_is_no_reference(tmp_path):
    denied = edited("event_map.csv", "rule,context", "absent,denial,,,,,,,,,\nrule,context")
    denial = edited(
        "statements.csv",
        "T3,",
        f"T5,Liverpool,GB,Kota Surabaya,ID,absent,,,,,,Not on our list,{source_id(A_LIST)},,\nT3,",
    )
    second = FILES["sources.csv"] + (f"{source_id(A_LIST)},{A_LIST},Our twins,City,en,government-site,,\n")
    release = make_release(
        tmp_path,
        ROWS,
        event_map=denied,
        statements=denial.replace("MoU,2018-03-19", "MoU,"),
        sources=second,
        collection=edited("collection.toml", "rows = 4", "rows = 5"),
    )
    with open_site(release) as site:
        found = rows(site.test_client(), "missing-in-wikidata", "reference")
        commands = site.test_client().get("/wikidata/quickstatements.txt").text
    assert found == [("https://example.org/mou",)] * 2
    assert "P190" in commands, "a beginning that is not known has no value"
    assert "P580" not in commands


def test_a_bad_value_is_told(client):
    answer = client.get("/wikidata/quickstatements.txt?trust=gossip")
    assert answer.status_code == 400
    assert "'gossip'" in answer.get_json()["detail"]


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_page_says_what_was_compared_and_how_to_review(client, language):
    page = read(client, f"/wikidata?lang={language}&country=Indonesia")
    assert page.all("html")[0]["lang"] == language
    links = {link["href"].split("?")[0] for link in page.all("a") if "href" in link}
    assert {"/wikidata/quickstatements.txt", *(f"/queries/{slug}" for slug in QUESTIONS)} <= links
    assert len(page.words("tr")) == 2
    assert any("Wikidata" in words and "2026" in words for words in page.words("li"))


@pytest.mark.parametrize(
    "rows_chosen", ["only=Q24826-Q11462&only=Q11462-Q24826", "only=Q24826-Q11462,Q11462-Q24826"]
)
def test_chosen_rows_are_shown_as_commands(client, rows_chosen):
    page = read(client, f"/wikidata?{rows_chosen}")
    assert len(page.words("tr")) == 3
    links = [link["href"] for link in page.all("a", class_="button") if "href" in link]
    assert any(link.startswith("https://quickstatements.toolforge.org/#/v1=Q24826%7CP190") for link in links)
    assert page.words("pre")[0].count("P190") == 2


def test_chosen_rows_alone_become_commands(client):
    only = client.get("/wikidata/quickstatements.txt?only=Q11462-Q24826").text
    assert [line.split("\t")[:3] for line in only.splitlines()] == [["Q11462", "P190", "Q24826"]]


@pytest.mark.parametrize("path", ["/wikidata", "/wikidata/quickstatements.txt"])
def test_a_chosen_row_that_there_is_not_is_an_error(client, path):
    answer = client.get(f"{path}?only=Q1-Q2", headers={"Accept": "application/json"})
    assert (answer.status_code, "'Q1-Q2'" in answer.get_json()["detail"]) == (400, True)


def test_without_wikidata_in_the_release_the_page_says_so(tmp_path):
    tiny = write_collection(tmp_path / "tiny")
    release = build(lambda: load_collections([tiny]), tmp_path / "home", questions=query_texts()).release
    with open_site(release) as site:
        client = site.test_client()
        assert rows(client, "missing-in-wikidata", "item") == []
        assert "kembar fetch wikidata" in client.get("/wikidata", headers={"Accept": "text/html"}).text


def test_every_parameter_of_these_questions_is_tested_here():
    declared = {(slug, one.name) for slug in QUESTIONS for one in catalogue()[slug].parameters}
    tested = {(slug, name) for slug in QUESTIONS for name in ("country", "lang")}
    assert declared == tested | {("missing-in-wikidata", "trust")}


def test_the_questions_speak_indonesian(client):
    assert rows(client, "missing-in-wikidata", "itemLabel", lang="id") == [("Kota Surabaya",), ("Liverpool",)]


def test_the_desk_counts_by_country_and_hands_the_rows_to_quickstatements(client):
    page = read(client, "/wikidata?lang=en")
    countries = {"Indonesia 1", "United Kingdom 1"}
    assert countries.intersection(page.words("li")) == countries
    assert any(a["href"].endswith("country=Q252#missing") for a in page.all("a"))
    commands = client.get("/wikidata/quickstatements.txt").text
    (preview,) = page.texts["pre"]
    assert preview.split() == commands.split()
    (address,) = [a["href"] for a in page.all("a") if "#/v1=" in a["href"]]
    assert unquote(address.partition("#/v1=")[2]).replace("||", "\n").replace("|", "\t") == commands.strip()


def test_a_partnership_says_which_item_has_it(client, dated):
    lacking = read(client, "/partnership/Q11462-Q24826.html?lang=en")
    sides = [words for words in lacking.words("li") if "its item" in words]
    assert sides == [
        "Surabaya (Q11462): its item does not state it",
        "Liverpool (Q24826): its item does not state it",
    ]
    one = read(dated, "/partnership/Q11462-Q24826.html?lang=en")
    assert [words for words in one.words("li") if "its item states" in words] == [
        "Liverpool (Q24826): its item states this partnership"
    ]
