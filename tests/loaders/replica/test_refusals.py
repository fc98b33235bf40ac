"""A service that lies is refused in one sentence, and nothing is left but what can be gone on with."""

import hashlib
import json
from itertools import repeat

import pytest

from graph.errors import FetchError, ReleaseError
from graph.store.releases import current_id, current_release
from loaders.replica import download
from loaders.replica.download import Upstream
from loaders.replica.follow import Replica
from tests.kit.http.elsewhere.upstream import Given
from tests.kit.http.elsewhere.wikidata_endpoint import FakeClock

pytestmark = pytest.mark.slow

DUMP, TABLE, QUESTION = "kota-kembar.nq.zst", "places.csv", "queries/partners-of-a-city.rq"


def sized(given, body, **headers):
    return Given(given.status, {**given.headers, "Content-Length": str(len(body)), **headers}, body)


def other_bytes(given):
    return sized(given, bytes([given.body[0] ^ 1]) + given.body[1:])


def shorter(given):
    return sized(given, given.body[:-1])


def longer(given):
    return sized(given, given.body + b"x")


def endless(given):
    headers = {name: value for name, value in given.headers.items() if name != "Content-Length"}
    return Given(given.status, headers | {"Connection": "close"}, b"", repeat(b"x" * 65536))


def compressed(given):
    return sized(given, given.body, **{"Content-Encoding": "gzip"})


def moved(given):
    return Given("302 Found", {"Location": "http://127.0.0.1:1/", "Content-Length": "0"}, b"")


def missing(given):
    return Given("404 Not Found", {"Content-Length": "0"}, b"")


def no_json(given):
    return sized(given, b"<html>a proxy speaks</html>")


def nothing(given):
    return sized(given, b"")


def deep(given):
    return sized(given, b"[" * 100_000)


def unchanged(given):
    return Given("304 Not Modified", {}, b"")


def edit(change):
    """Return a bend that changes the JSON of an answer."""

    def bend(given):
        stated = json.loads(given.body)
        change(stated)
        return sized(given, json.dumps(stated).encode())

    return bend


def rename(name):
    return edit(lambda stated: stated["files"][0].update(name=name))


def twice(stated):
    stated["files"].append(stated["files"][0])


def renamed_release(stated):
    stated["id"] = "2026-01-31-00000000"


def other_content(stated):
    stated["sha256"] = stated["sha256"][:8] + "0" * 56


def huge(stated):
    stated["files"][0]["bytes"] = 1 << 60


REFUSALS = [
    (DUMP, other_bytes, "has the SHA-256"),
    (DUMP, shorter, r"has \d+ bytes, not"),
    (DUMP, longer, r"has \d+ bytes, not"),
    (DUMP, endless, r"is longer than the \d+ bytes that are stated"),
    (DUMP, compressed, "comes compressed"),
    (DUMP, moved, "it answers 302 Found, to http://127.0.0.1:1/"),
    (DUMP, missing, "it answers 404 Not Found"),
    (QUESTION, other_bytes, "has the SHA-256"),
    ("manifest.json", no_json, "its manifest cannot be read"),
    ("manifest.json", deep, "its manifest cannot be read"),
    ("manifest.json", nothing, "its manifest cannot be read"),
    ("manifest.json", endless, r"manifest.json is longer than \d+ bytes"),
    ("manifest.json", missing, "it answers 404 Not Found"),
    ("manifest.json", unchanged, "which nobody asked"),
    ("manifest.json", rename("../../../evil"), "its manifest cannot be read"),
    ("manifest.json", rename("/etc/evil"), "its manifest cannot be read"),
    ("manifest.json", rename(".."), "its manifest cannot be read"),
    ("manifest.json", rename("a\\b"), "its manifest cannot be read"),
    ("manifest.json", rename("evil\n"), "its manifest cannot be read"),
    ("manifest.json", rename("evil\0"), "its manifest cannot be read"),
    ("manifest.json", edit(twice), "its manifest names a file twice"),
    ("manifest.json", edit(renamed_release), "its manifest is that of release 2026-01-31-00000000"),
    ("manifest.json", edit(other_content), "its content has the SHA-256"),
    ("manifest.json", edit(lambda stated: stated.pop("sha256")), "does not state the SHA-256 of its content"),
    ("manifest.json", edit(lambda stated: stated.pop("warnings")), "its content has the SHA-256"),
    ("manifest.json", edit(lambda stated: stated["counts"].update(claims=4)), "its content has the SHA-256"),
    ("manifest.json", edit(lambda stated: stated["files"].pop()), "its content has the SHA-256"),
    ("manifest.json", edit(lambda stated: stated["queries"].pop()), "its content has the SHA-256"),
    ("manifest.json", edit(lambda stated: stated["files"][0].update(more=1)), "its manifest cannot be read"),
    ("manifest.json", edit(huge), "the disk has room for"),
    ("/data.json", no_json, "its list of releases cannot be read"),
    ("/data.json", endless, r"/data.json is longer than \d+ bytes"),
    ("/data.json", unchanged, "which nobody asked"),
    ("/data.json", edit(lambda listed: listed.update(current="../../evil")), "cannot be read"),
    (
        "/data.json",
        edit(lambda listed: listed.update(current="2026-01-31-00000000")),
        "lacks the current one",
    ),
    ("/data.json", edit(lambda listed: listed["releases"][0].update(id="/evil")), "cannot be read"),
]


@pytest.mark.parametrize(
    ("where", "bend", "words"),
    REFUSALS,
    ids=[f"{number}-{row[0]}" for number, row in enumerate(REFUSALS)],
)
def test_a_lie_is_refused(service, published, time, tmp_path, monkeypatch, where, bend, words):
    monkeypatch.setattr(download, "MOST_BYTES", 1 << 20)
    release, home = current_release(published), tmp_path / "home"
    path = where if where.startswith("/") else f"/data/{release.id}/{where}"
    service.bends[path] = bend
    with Upstream(service.address, clock=time.clock) as upstream:
        with pytest.raises((FetchError, ReleaseError), match=words) as caught:
            Replica(home, upstream, keep=1).pull()
        assert time.sleeps == []
        assert "\n" not in str(caught.value)
        assert not (home / "current").exists()
        assert left_over(home) <= whole_files(release)
        assert {one.name for one in tmp_path.iterdir()} == {"home"}


def left_over(home):
    """Return what lies in folders that are no releases yet: the path in the release and the SHA-256."""
    parts = list((home / "releases").glob(".*"))
    return {
        (str(path.relative_to(part)), hashlib.sha256(path.read_bytes()).hexdigest())
        for part in parts
        for path in part.rglob("*")
        if path.is_file()
    }


def whole_files(release):
    named = [("files", file.name, file.sha256) for file in release.files]
    named += [("queries", entry["name"], entry["sha256"]) for entry in release.manifest["queries"]]
    return {(f"{folder}/{name}", sha256) for folder, name, sha256 in named}


def test_files_that_fit_a_manifest_but_not_its_id_are_no_release(service, published, time, tmp_path):
    """Each checksum is right, and the id is not that of these files."""
    release = current_release(published)
    body = release.read(TABLE).replace(b"Surabaya", b"Surabaja")

    def state(stated):
        (entry,) = (one for one in stated["files"] if one["name"] == TABLE)
        entry.update(bytes=len(body), sha256=hashlib.sha256(body).hexdigest())

    service.bends[f"/data/{release.id}/manifest.json"] = edit(state)
    service.bends[f"/data/{release.id}/{TABLE}"] = lambda given: sized(given, body)
    told = pytest.raises(FetchError, match="its content has the SHA-256")
    with Upstream(service.address, clock=time.clock) as upstream, told:
        Replica(tmp_path, upstream, keep=1).pull()
    assert list((tmp_path / "releases").iterdir()) == []
    service.bends.clear()
    with Upstream(service.address, clock=time.clock) as upstream:
        assert Replica(tmp_path, upstream, keep=1).pull().current == release.id


def test_a_range_that_was_not_asked_for_is_refused(service, published, time, tmp_path):
    release = current_release(published)
    path = f"/data/{release.id}/{DUMP}"
    part = tmp_path / "releases" / f".pull-{release.id}" / "files" / f".{DUMP}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes((release.files_path / DUMP).read_bytes()[:100])
    service.bends[path] = lambda given: sized(given, given.body, **{"Content-Range": "bytes 0-9/10"})
    with Upstream(service.address, clock=time.clock) as upstream:
        with pytest.raises(FetchError, match="has the range bytes 0-9/10, not bytes 100-"):
            Replica(tmp_path, upstream, keep=1).pull()
        assert not part.exists()


@pytest.mark.parametrize("begun", [b"not these bytes", b"x" * (1 << 20)], ids=["other", "too long"])
def test_what_was_begun_wrongly_is_begun_anew(service, published, time, tmp_path, begun):
    """The first is refused once it is whole, and gone after that; one that is too long is not asked about."""
    release = current_release(published)
    part = tmp_path / "releases" / f".pull-{release.id}" / "files" / f".{DUMP}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(begun)
    with Upstream(service.address, clock=time.clock) as upstream:
        replica = Replica(tmp_path, upstream, keep=1)
        if len(begun) < 100:
            with pytest.raises(FetchError, match="has the SHA-256"):
                replica.pull()
        assert replica.pull().current == current_id(published)


def test_a_trickle_is_no_answer(service, published, tmp_path):
    clock = FakeClock()
    path = f"/data/{current_id(published)}/{DUMP}"

    def trickle(given):
        def pieces():
            for byte in given.body:
                clock.sleep(60)
                yield bytes([byte])

        return Given(given.status, given.headers, given.body, pieces())

    service.bends[path] = trickle
    told = pytest.raises(FetchError, match=r"nothing came for 90 seconds \(asked 6 times\)")
    with Upstream(service.address, clock=clock.clock) as upstream, told:
        Replica(tmp_path, upstream, keep=1).pull()


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "ftp://127.0.0.1/", "http://", "nowhere"])
def test_an_address_that_is_none_is_told(tmp_path, address):
    with (
        Upstream(address) as upstream,
        pytest.raises(FetchError, match="Give the whole address of a service"),
    ):
        Replica(tmp_path, upstream, keep=1).pull()


def test_a_password_in_the_address_is_sent_and_never_told(service, published, tmp_path, time):
    path = f"/data/{current_id(published)}/{DUMP}"
    service.bends[path] = other_bytes
    address = service.address.replace("//", "//me:secret@")
    with Upstream(address, clock=time.clock) as upstream, pytest.raises(FetchError) as caught:
        Replica(tmp_path, upstream, keep=1).pull()
    assert service.headers_of(path)[0]["Authorization"].startswith("Basic ")
    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith(f"{service.address}: ")
