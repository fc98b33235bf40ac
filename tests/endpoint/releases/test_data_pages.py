"""The pages about releases, issues and sources, and their twins for programs."""

import hashlib

import pytest
import yaml

from endpoint.releases.issues import _filter_issues
from endpoint.releases.summary import FILES, describe_changes, describe_file, format_size
from graph.diff.types import Counts, Diff
from loaders.collection import load_collections
from tests.kit.graph.collections import write_collection
from tests.kit.graph.releases import (
    HTML,
    NEW,
    OLD,
    open_site,
    read,
    with_licence,
    write_two_releases,
)

ALIKE = "https://creativecommons.org/licenses/by-sa/4.0/"
PAGES = ["/data/", f"/data/{NEW}/", f"/data/{OLD}/", f"/data/{NEW}/issues", "/sources"]


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    folder = write_collection(tmp_path_factory.mktemp("collections") / "tiny")
    return write_two_releases(tmp_path_factory.mktemp("home"), load_collections([folder]))


@pytest.fixture(scope="module")
def app(releases):
    with open_site(releases[0]) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_in_both_languages(client, path, language):
    page = read(client, f"{path}?lang={language}")
    assert page.all("html")[0]["lang"] == language
    assert len(page.all("link", type="application/atom+xml", href="/data/changes.atom")) == 1


@pytest.mark.slow
def test_the_releases_are_listed_the_newest_first_with_numbers_and_changes(client):
    rows = read(client, "/data/").words("tr")
    listed = [row for row in rows if row.startswith("2026-0")]
    assert listed[0].startswith(f"{NEW} current 28 February 2026 1 1 3 ")
    assert listed[0].endswith("1 changed none")
    assert listed[1].startswith(f"{OLD} 31 January 2026 1 1 3 ")
    assert listed[1].endswith("first release first release")


@pytest.mark.slow
def test_a_release_tells_how_many_things_only_go_by_another_address(client):
    told = "Things that only go by another address now: 1; the files list them."
    assert told in read(client, f"/data/{NEW}/").words("p")
    assert not any("another address" in words for words in read(client, f"/data/{OLD}/").words("p"))


def test_the_list_tells_licence_what_is_left_out_and_how_to_cite(client):
    page = read(client, "/data/")
    assert "Tiny CC0 1.0 31 January 2026 4 3" in page.words("tr")
    assert "Both parties in one country 1" in page.words("tr")
    assert not page.all("div", class_="notice")
    bibtex, cff = page.texts["pre"]
    assert bibtex.startswith(f"@misc{{kota-kembar-{NEW},\n")
    assert yaml.safe_load(cff)["version"] == NEW
    links = set(page.local_links())
    assert {
        "/data.json",
        "/.well-known/void",
        "/data/changes.atom",
        "/sources",
        f"/data/{NEW}/issues",
    } <= links


def test_a_release_lists_every_file_with_size_and_checksum(client, releases):
    page = read(client, f"/data/{NEW}/")
    for file in releases[0].files:
        (row,) = [row for row in page.words("tr") if row.startswith(f"{file.name} ")]
        assert row.endswith(f"{format_size(file.bytes, 'en')} {file.sha256}")
        assert f"/data/{NEW}/{file.name}" in page.local_links()
    changed = [row for row in page.words("tr") if row.startswith("Surabaya – Liverpool")]
    assert changed == ["Surabaya – Liverpool changed since 2018-03-19 → 2018-03-20"]
    assert "/partnership/Q11462-Q24826.html" in page.local_links()
    assert f"/data/{OLD}/" in page.local_links()


def test_an_older_release_says_that_there_is_a_newer_one(client):
    page = read(client, f"/data/{OLD}/")
    assert page.words("h1") == [f"Release {OLD}"]
    assert f"/data/{NEW}/" in page.local_links()
    assert len(page.all("div", class_="notice")) == 1


@pytest.mark.slow
def test_every_link_of_the_data_pages_leads_somewhere(client):
    for path in PAGES:
        for address in read(client, path).local_links():
            if not address.startswith(("/collection/", "/sparql")):
                assert client.get(address, headers=HTML).status_code in {200, 303, 307}, (path, address)


@pytest.mark.slow
def test_share_alike_is_warned_of(tmp_path):
    folder = write_collection(tmp_path / "tiny")
    collections = with_licence(load_collections([folder]), ALIKE)
    newest, _ = write_two_releases(tmp_path / "home", collections)
    with open_site(newest) as app:
        page = read(app.test_client(), "/data/")
        listed = app.test_client().get("/data.json").json["releases"][0]["collections"]
    assert page.words("h3")[0] == "Share-alike: Tiny"
    assert "graph/tiny" in page.words("code")
    assert (listed[0]["licence"], listed[0]["share_alike"]) == (ALIKE, True)


def test_changes_are_told_in_words():
    size = Counts()
    assert describe_changes(None, "agreements", "en") == ""
    assert describe_changes(Diff(size), "agreements", "id") == "rilis pertama"
    assert describe_changes(Diff(size, size), "agreements", "id") == "tidak ada"


@pytest.mark.parametrize(
    ("size", "english", "indonesian"),
    [
        (640, "640 B", "640 B"),
        (4150, "4.2 kB", "4,2 kB"),
        (52_400, "52 kB", "52 kB"),
        (2_300_000, "2.3 MB", "2,3 MB"),
    ],
)
def test_a_size_has_the_unit_that_suits_it(size, english, indonesian):
    assert (format_size(size, "en"), format_size(size, "id")) == (english, indonesian)


def test_every_file_has_a_description_in_both_languages():
    for name in FILES:
        assert describe_file(name, "", "en")
        assert describe_file(name, "", "id")
    assert describe_file("kota-kembar.nt.zst", "zstd", "en") == "N-Triples, all graphs as one, Zstandard"
    assert describe_file("unknown.bin", "", "en") == ""


# ---- JSON


def test_the_list_and_each_release_are_there_as_json(client, releases):
    listed = client.get("/data.json").json
    assert listed == client.get("/data/", headers={"Accept": "application/json"}).json
    assert listed["current"] == NEW
    assert listed["history"] == [OLD, NEW]
    newest, oldest = listed["releases"]
    assert newest == client.get(f"/data/{NEW}.json").json == client.get(f"/data/{NEW}/").json
    assert (newest["id"], newest["current"], newest["previous"]) == (NEW, True, OLD)
    assert (oldest["id"], oldest["current"], oldest["previous"]) == (OLD, False, None)
    assert newest["changes"] == {
        "partnerships": {"added": 0, "removed": 0, "changed": 1},
        "agreements": {"added": 0, "removed": 0, "changed": 0},
    }
    assert oldest["changes"] is None
    assert newest["bytes"] == sum(file.bytes for file in releases[0].files)
    assert [file["name"] for file in newest["files"]] == [file.name for file in releases[0].files]
    assert newest["collections"][0]["issues"] == {"domestic-pair": 1}
    assert newest["counts"] == releases[0].manifest["counts"]
    body = client.get(newest["files"][0]["url"].removeprefix("http://localhost")).data
    assert hashlib.sha256(body).hexdigest() == newest["files"][0]["sha256"]


def test_the_json_has_a_tag_and_varies_by_accept(client):
    first = client.get("/data.json")
    assert "Accept" in first.headers["Vary"]
    assert client.get("/data.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


# ---- quality


def test_the_issues_are_counted_and_listed(client):
    page = read(client, f"/data/{NEW}/issues")
    assert "Both parties in one country 1 1" in page.words("tr")
    (listed,) = [row for row in page.words("tr") if "two cities of one country" in row]
    assert listed.startswith("Both parties in one country ")
    assert listed.split("line ")[1].startswith("5 ")
    narrowed = read(client, f"/data/{NEW}/issues?kind=overstated")
    assert not [row for row in narrowed.words("tr") if "two cities of one country" in row]


@pytest.mark.parametrize(
    "path",
    [
        *(f"/data/{NEW}/issues?{name}=nothing" for name in ("origin", "kind", "collection")),
        *(f"/sources?{name}=nothing" for name in ("kind", "collection", "language")),
    ],
)
def test_a_list_is_not_narrowed_down_to_what_there_is_not(client, path):
    page = client.get(path, headers=HTML)
    assert (page.status_code, "“nothing” is not one of the choices" in page.text) == (400, True)
    assert client.get(path, headers={"Accept": "text/csv"}).status_code == 400


def test_a_list_of_what_there_is_may_be_empty(app, client, releases):
    assert client.get("/sources?kind=academic", headers=HTML).status_code == 200
    for narrowed in ("collection=tiny", "kind=overstated", "origin=row"):
        with app.test_request_context(f"/data/{NEW}/issues?{narrowed}"):
            assert _filter_issues([], releases[0]) == []


@pytest.mark.parametrize(
    ("accept", "name"), [("text/csv", "issues.csv"), ("text/turtle", "issues.ttl"), ("*/*", "issues.csv")]
)
def test_the_issues_page_leads_programs_to_the_files(client, accept, name):
    response = client.get(f"/data/{NEW}/issues", headers={"Accept": accept})
    assert (response.status_code, response.headers["Location"]) == (303, f"/data/{NEW}/{name}")


def test_sources_tell_what_others_say_of_their_pairs(client):
    page = read(client, "/sources")
    assert page.words("tr")[1] == "Government website 1 3 1 0 0% 0"
    assert page.words("tr")[3] == "The MoUCity · Government website May 2018 3 0 of 1"
    rows = client.get("/sources.csv").text.splitlines()
    assert client.get("/sources.csv?bom=1").data == b"\xef\xbb\xbf" + client.get("/sources.csv").data
    assert client.get("/sources.csv?guard=yes").status_code == 400
    for part in ("q=jajaki", "kind=news", "limit=2"):
        assert "has no such parameter" in client.get(f"/sources.csv?{part}").json["detail"]
    assert rows[0] == "title,publisher,kind,issued,claims,pairs,confirmed,doubts,source,url"
    assert rows[1].startswith("The MoU,City,") and ",2018-05,3,1,0,0," in rows[1]


@pytest.mark.slow
def test_the_sources_of_the_world_are_confirmed_by_others_or_not(world_client):
    rows = world_client.get("/sources.json").json["results"]["bindings"]
    told = {row["title"]["value"]: row for row in rows}
    numbers = {
        title: tuple(int(row[name]["value"]) for name in ("claims", "pairs", "confirmed", "doubts"))
        for title, row in told.items()
    }
    assert len(numbers) == 14
    assert sum(claims for claims, *_ in numbers.values()) == 24
    page = read(world_client, "/sources?kind=blog")
    assert len([row for row in page.elements if row[0] == "tr"]) >= 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chosen", "titles"),
    [
        ("q=busan", 5),
        ("language=ja", 1),
        ("kind=blog", 2),
        ("kind=blog&language=en", 0),
        ("collection=indonesia", 12),
        ("q=", 14),
    ],
)
def test_the_list_of_sources_is_narrowed_down(world_client, chosen, titles):
    page = read(world_client, f"/sources?{chosen}")
    assert page.words("h2")[1].split()[-1] == str(titles)


@pytest.mark.slow
def test_the_title_of_a_source_has_its_language(world_client):
    page = read(world_client, "/sources?q=jajaki&lang=en")
    assert [link["lang"] for link in page.all("a", lang="id") if "/source/" in link["href"]] == ["id"]


@pytest.fixture(scope="module")
def world_client(tmp_path_factory):
    from tests.kit.http.site import world_app

    with world_app(tmp_path_factory.mktemp("world")) as app:
        yield app.test_client()


def test_a_release_without_files_has_pages_too(world_client):
    assert world_client.get("/data/", headers=HTML).status_code == 200
    assert world_client.get("/data.json").status_code == 200
    assert world_client.get("/.well-known/void").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("text", ['{"id": "x"}', "", "[]", f'{{"id": "{OLD}"}}'])
def test_a_release_whose_manifest_is_none_is_listed_as_damaged_and_breaks_no_page(tmp_path, text):
    folder = write_collection(tmp_path / "tiny")
    newest, older = write_two_releases(tmp_path / "home", load_collections([folder]))
    with open_site(newest) as app:
        (older.path / "manifest.json").write_text(text)
        client = app.test_client()
        listed = client.get("/data.json").json
        assert [one["id"] for one in listed["releases"]] == [NEW]
        assert [one["id"] for one in listed["damaged"]] == [OLD]
        assert f"release {OLD} is damaged: manifest.json has not" in listed["damaged"][0]["fault"]
        assert [row for row in read(client, "/data/").words("li") if row.startswith(f"{OLD}: release")]
        assert client.get("/data/changes.atom").status_code == client.get(f"/data/{NEW}/").status_code == 200
        assert client.get(f"/data/{OLD}/").status_code == 503
        assert OLD in client.get("/health").json["faults"][0]
