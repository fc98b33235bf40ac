"""Releases over HTTP: what is listed is there, what is served is what was published, nothing else is."""

import gzip
import hashlib
import json
import subprocess
from xml.etree import ElementTree

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import VOID

from endpoint.releases.downloads import saved_name
from loaders.collection import load_collections
from ontology import BASE
from tests.kit.graph.collections import write_collection
from tests.kit.graph.releases import HTML, NEW, OLD, open_site, write_two_releases

DUMP = f"/data/{NEW}/kota-kembar.nq.gz"


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    folder = write_collection(tmp_path_factory.mktemp("collections") / "tiny")
    return write_two_releases(tmp_path_factory.mktemp("home"), load_collections([folder]))


@pytest.fixture(scope="module")
def app(releases):
    with open_site(releases[0]) as made:
        yield made


@pytest.mark.slow
def test_every_file_comes_as_it_was_published_and_for_ever(client, releases):
    for release in releases:
        for file in release.files:
            response = client.get(f"/data/{release.id}/{file.name}")
            headers = response.headers
            assert hashlib.sha256(response.data).hexdigest() == file.sha256
            assert headers["ETag"] == f'"{file.sha256}"'
            compares = file.kind == "changes"
            for_ever = "public, no-cache" if compares else "public, max-age=31536000, immutable"
            assert headers["Cache-Control"] == for_ever
            assert headers["Content-Length"] == str(file.bytes)
            assert headers["Accept-Ranges"] == "bytes"
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert f"filename={saved_name(release.id, file.name)}" in headers["Content-Disposition"]
            assert release.id in headers["Content-Disposition"]
            assert "Content-Encoding" not in headers


@pytest.mark.slow
def test_a_compressed_file_is_served_as_it_lies(client):
    response = client.get(DUMP)
    assert response.mimetype == "application/gzip"
    assert b"<https://w3id.org/kota-kembar/place/Q11462>" in gzip.decompress(response.data)
    assert client.get(f"/data/{NEW}/void.ttl").headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert client.get(f"/data/{NEW}/partnerships.csv").headers["Content-Type"] == "text/csv; charset=utf-8"
    assert client.get(f"/data/{NEW}/changes.txt").headers["Content-Disposition"].startswith("inline")
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.slow
def test_a_release_gives_what_another_service_needs_to_take_it_over(client, releases):
    for release in releases:
        response = client.get(f"/data/{release.id}/manifest.json")
        assert response.data == (release.path / "manifest.json").read_bytes()
        assert response.headers["ETag"] == f'"{hashlib.sha256(response.data).hexdigest()}"'
        assert response.headers["Cache-Control"] == "public, no-cache"
        for stated in response.json["queries"]:
            question = client.get(f"/data/{release.id}/queries/{stated['name']}")
            assert hashlib.sha256(question.data).hexdigest() == stated["sha256"]
            assert question.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["queries/no.rq", "queries/..%2Fmanifest.json", "store/CURRENT", "names/x"])
def test_nothing_else_of_a_release_is_served(client, path):
    assert client.get(f"/data/{NEW}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("name", "saved"),
    [("kota-kembar.nq.gz", "kota-kembar-X.nq.gz"), ("places.csv", "kota-kembar-X-places.csv")],
)
def test_a_saved_file_bears_the_id_of_its_release(name, saved):
    assert saved_name("X", name) == saved


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=0-9", 0, 9), ("bytes=10-", 10, None), ("bytes=-5", -5, None)]
)
def test_a_range_of_bytes_is_served(client, asked, first, last):
    whole = client.get(DUMP).data
    response = client.get(DUMP, headers={"Range": asked})
    expected = whole[first : None if last is None else last + 1]
    start = first % len(whole)
    assert response.status_code == 206
    assert response.data == expected
    end = start + len(expected) - 1
    assert response.headers["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"
    assert response.headers["Content-Length"] == str(len(expected))


def test_a_range_past_the_end_is_416(client):
    size = len(client.get(DUMP).data)
    response = client.get(DUMP, headers={"Range": f"bytes={size}-"})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{size}"
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=b-a", "bytes"])
def test_a_range_that_is_not_served_gets_the_whole(client, asked):
    response = client.get(DUMP, headers={"Range": asked})
    assert (response.status_code, len(response.data)) == (200, int(response.headers["Content-Length"]))


def test_a_range_of_another_state_gets_the_whole(client):
    tag = client.get(DUMP).headers["ETag"]
    same = client.get(DUMP, headers={"Range": "bytes=0-9", "If-Range": tag})
    other = client.get(DUMP, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_an_unchanged_file_is_304(client):
    tag = client.get(DUMP).headers["ETag"]
    response = client.get(DUMP, headers={"If-None-Match": tag})
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["Cache-Control"].endswith("immutable")
    assert client.get(DUMP, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_tells_the_size_without_the_bytes(client):
    response = client.head(DUMP, headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == str(len(client.get(DUMP).data))


def test_the_sums_are_as_sha256sum_reads_them(client, releases, tmp_path):
    response = client.get(f"/data/{NEW}/SHA256SUMS")
    assert response.mimetype == "text/plain"
    assert response.text == "".join(f"{file.sha256}  {file.name}\n" for file in releases[0].files)
    for file in releases[0].files:
        (tmp_path / file.name).write_bytes(client.get(f"/data/{NEW}/{file.name}").data)
    (tmp_path / "SHA256SUMS").write_bytes(response.data)
    checked = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path, capture_output=True)
    assert checked.returncode == 0


@pytest.mark.parametrize(
    "path",
    [
        f"/data/{NEW}/manifest.sha256",
        f"/data/{NEW}/../manifest.json",
        f"/data/{NEW}/..%2Fmanifest.json",
        f"/data/{NEW}/..%2F..%2F{OLD}%2Ffiles%2Fvoid.ttl",
        f"/data/{NEW}/%2e%2e/%2e%2e/history.json",
        f"/data/{NEW}/..%5Cmanifest.json",
        f"/data/{NEW}/void.ttl%00.csv",
        f"/data/{NEW}/./void.ttl%20",
        f"/data/{NEW}/.void.ttl.part",
        f"/data/{NEW}/VOID.TTL",
        f"/data/{NEW}/store",
        "/data/../releases/x/void.ttl",
        "/data/..%2Freleases/void.ttl",
        "/data/current/void.ttl",
        f"/data/{NEW[:10]}/void.ttl",
        "/data/2020-01-01-00000000/",
        "/data/2020-01-01-00000000.json",
        "/data/2020-01-01-00000000/issues",
        "/data/latest/manifest.json",
        f"/release/{NEW}/file/manifest.json",
        "/release/2020-01-01-00000000",
    ],
)
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404
    assert client.get(path, headers=HTML).status_code == 404


@pytest.fixture
def spoiled(tmp_path):
    """The files of a release of its own, and a client of the site over it."""
    folder = write_collection(tmp_path / "tiny")
    newest, _ = write_two_releases(tmp_path / "home", load_collections([folder]))
    with open_site(newest) as app:
        yield newest.files_path, app.test_client()


@pytest.mark.slow
def test_a_damaged_missing_or_linked_file_is_not_served(spoiled, tmp_path):
    files, client = spoiled
    secret = tmp_path / "secret"
    secret.write_bytes((files / "partnerships.csv").read_bytes())
    (files / "partnerships.csv").unlink()
    (files / "partnerships.csv").symlink_to(secret)
    (files / "void.ttl").write_text("cut short")
    (files / "issues.ttl").unlink()
    for name in ("partnerships.csv", "void.ttl", "issues.ttl"):
        response = client.get(f"/data/{NEW}/{name}")
        assert response.status_code == 503
        assert f"release {NEW} is damaged: " in response.json["detail"]
    assert client.get("/.well-known/void").status_code == 503


@pytest.mark.slow
def test_an_entry_of_the_manifest_that_leads_out_is_not_served(spoiled):
    files, client = spoiled
    manifest = json.loads((files.parent / "manifest.json").read_text())
    entry = {**manifest["files"][0], "name": "../manifest.json"}
    (files.parent / "manifest.json").write_text(json.dumps(manifest | {"files": [entry]}))
    for path in ("../manifest.json", "..%2Fmanifest.json", "%2e%2e%2fmanifest.json"):
        assert client.get(f"/data/{NEW}/{path}").status_code in {404, 503}


# ---- redirects


def test_latest_leads_to_the_current_release(client):
    for address, target in {
        "/data/latest/": f"/data/{NEW}/",
        "/data/latest/?lang=id": f"/data/{NEW}/?lang=id",
        "/data/latest/void.ttl": f"/data/{NEW}/void.ttl",
        "/data/latest/SHA256SUMS": f"/data/{NEW}/SHA256SUMS",
        "/data/latest/issues": f"/data/{NEW}/issues",
        "/data/latest/issues?kind=overstated": f"/data/{NEW}/issues?kind=overstated",
    }.items():
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (307, target)
        assert response.headers["Cache-Control"] == "no-cache"
    assert client.get("/data/latest/void.ttl", follow_redirects=True).mimetype == "text/turtle"


def test_the_iri_of_a_release_and_of_a_file_lead_to_them(client):
    told = client.get(f"/release/{NEW}", headers=HTML)
    assert (told.status_code, told.headers["Location"]) == (303, f"/data/{NEW}/")
    described = client.get(f"/release/{NEW}", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert described.mimetype == "text/turtle"
    assert described.data == client.get(f"/data/{NEW}/void.ttl").data
    file = client.get(f"/release/{NEW}/file/issues.csv")
    assert (file.status_code, file.headers["Location"]) == (303, f"/data/{NEW}/issues.csv")


# ---- description, feed


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_the_current_release_is_described_in_every_format(client, releases, media_type, name):
    response = client.get("/.well-known/void", headers={"Accept": media_type})
    assert response.mimetype == media_type
    described = Graph().parse(data=response.data, format=name)
    triples = described.value(URIRef(f"{BASE}release/{NEW}"), VOID.triples)
    assert int(triples) == releases[0].manifest["counts"]["triples"]
    tag = response.headers["ETag"]
    again = client.get("/.well-known/void", headers={"Accept": media_type, "If-None-Match": tag})
    assert again.status_code == 304
    assert "Accept" in response.headers["Vary"]


def test_the_description_has_no_other_format(client):
    assert client.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406


def test_the_feed_has_an_entry_for_each_release(client):
    response = client.get("/data/changes.atom")
    assert response.mimetype == "application/atom+xml"
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(response.data).findall(atom + "entry")
    assert [entry.findtext(atom + "id") for entry in entries] == [
        f"{BASE}release/{NEW}",
        f"{BASE}release/{OLD}",
    ]
    tag = response.headers["ETag"]
    assert client.get("/data/changes.atom", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("tags", ['"{tag}"', 'W/"{tag}"', "*", '"x", "{tag}"'])
def test_who_has_the_file_gets_no_range_of_it(client, tags):
    whole = client.get(DUMP)
    tag = whole.get_etag()[0]
    asked = {"If-None-Match": tags.format(tag=tag), "Range": "bytes=0-9"}
    response = client.get(DUMP, headers=asked)
    assert (response.status_code, response.data) == (304, b"")
    assert response.get_etag() == (tag, False)


def test_a_file_has_no_date_that_conditions_could_name(client):
    asked = {"If-Unmodified-Since": "Fri, 01 Jan 1999 00:00:00 GMT"}
    response = client.get(DUMP, headers=asked)
    assert (response.status_code, "Last-Modified" in response.headers) == (200, False)


@pytest.mark.parametrize("condition", ['W/"{tag}"', '"other"', "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_range_of_a_state_that_may_be_another_gets_the_whole(client, condition):
    whole = client.get(DUMP)
    asked = {"If-Range": condition.format(tag=whole.get_etag()[0]), "Range": "bytes=0-9"}
    response = client.get(DUMP, headers=asked)
    assert (response.status_code, response.data) == (200, whole.data)


def test_a_last_part_that_is_longer_than_the_file_is_all_of_it(client):
    whole = client.get(DUMP).data
    response = client.get(DUMP, headers={"Range": f"bytes=-{len(whole) + 1}"})
    assert (response.status_code, response.data) == (206, whole)
    assert response.headers["Content-Range"] == f"bytes 0-{len(whole) - 1}/{len(whole)}"


@pytest.mark.parametrize("tags", ['"other"', 'W/"{tag}"'])
def test_a_condition_that_fails_is_412_with_a_sentence_and_none_of_the_file(client, tags):
    tag = client.get(DUMP).get_etag()[0]
    response = client.get(DUMP, headers={"If-Match": tags.format(tag=tag)})
    assert (response.status_code, response.content_type) == (412, "application/problem+json")
    assert client.get(DUMP, headers={"If-Match": f'"{tag}"'}).status_code == 200
