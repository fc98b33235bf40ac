"""Compressed answers: which encoding, which headers, and tags that save the next answer."""

import gzip
import json

import pytest
import zstandard

from endpoint.serving.encoding import LEAST_BYTES
from tests.kit.http.protocol import BROWSER, world_protocol

ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world")) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def ask(client, query, headers=None, **parameters):
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


DECODERS = {
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.mark.slow
@pytest.mark.parametrize("encoding", DECODERS)
def test_a_long_answer_is_compressed_and_says_so(client, encoding):
    plain = ask(client, ALL)
    packed = ask(client, ALL, {"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert DECODERS[encoding](packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + f'-{encoding}"'
    assert set(packed.vary) == set(plain.vary) == {"Accept", "Accept-Encoding"}
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    head = client.head("/sparql", query_string={"query": ALL}, headers={"Accept-Encoding": encoding})
    for name in ("Content-Length", "Content-Encoding", "ETag", "Vary"):
        assert head.headers[name] == packed.headers[name]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, None),
        ("identity", None),
        ("br", None),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.1, gzip;q=0.2", "gzip"),
        ("gzip;q=0, zstd;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("*", "zstd"),
        ("*;q=0", None),
        ("GZIP", "gzip"),
        (";;;=,,q", None),
    ],
)
def test_the_encoding_is_the_one_that_the_client_likes_best(client, accept, expected):
    headers = {"Accept-Encoding": accept} if accept else {}
    assert ask(client, ALL, headers).headers.get("Content-Encoding") == expected


def test_short_and_packed_and_streamed_bodies_are_left_alone(client, app):
    short = ask(client, "ASK {}", {"Accept-Encoding": "gzip"})
    assert len(short.data) < LEAST_BYTES
    assert "Content-Encoding" not in short.headers
    file = client.get("/static/favicon.ico", headers={"Accept-Encoding": "gzip"})
    assert len(file.data) > LEAST_BYTES
    assert "Content-Encoding" not in file.headers


@pytest.mark.parametrize("encoding", DECODERS)
def test_the_tag_of_a_compressed_answer_saves_the_next_one(client, app, monkeypatch, encoding):
    first = ask(client, ALL, {"Accept-Encoding": encoding})
    tag = first.headers["ETag"]
    monkeypatch.setattr(app.extensions["kembar"].service.engine, "run", None)
    again = ask(client, ALL, {"Accept-Encoding": encoding, "If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Accept-Encoding" in again.vary
    several = ask(client, ALL, {"Accept-Encoding": encoding, "If-None-Match": f'"x", {tag}, "y"'})
    assert (several.status_code, several.headers["ETag"]) == (304, tag)


def test_the_tag_of_an_encoding_that_the_client_does_not_take_saves_nothing(client):
    tag = ask(client, ALL, {"Accept-Encoding": "gzip"}).headers["ETag"]
    again = ask(client, ALL, {"If-None-Match": tag})
    assert again.status_code == 200
    assert json.loads(again.data)["results"]


def test_a_page_is_compressed_too_and_has_a_tag_for_each_encoding(client):
    plain = client.get("/", headers=BROWSER)
    packed = client.get("/", headers=BROWSER | {"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    kept = client.get(
        "/", headers=BROWSER | {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    )
    assert kept.status_code == 304
