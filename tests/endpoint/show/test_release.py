"""What a release says of itself: statistics from its description, licences by their addresses."""

from hashlib import sha256

import pytest

from endpoint.show.release import Statistics, list_collections, read_statistics
from graph.downloads.describe.licences import is_share_alike, licence_name
from graph.store.releases import Release

VOID = """
@prefix void: <http://rdfs.org/ns/void#> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
<#core> sd:name <https://example.org/core> ; sd:graph <#triples> ; void:triples 7 .
<#city> void:class <https://example.org/City> ; void:entities 3 .
<#since> void:property <https://example.org/since> ; void:triples 2 .
""".replace("<#", "<https://example.org/void#")


def make_release(folder, **manifest):
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "void.ttl").write_text(VOID, "utf-8")
    return Release("2026-01-31-00000000", folder, manifest)


def described(name):
    kinds = {"media_type": "text/turtle", "kind": "description", "bytes": len(VOID), "encoding": ""}
    return {"name": name, "sha256": sha256(VOID.encode()).hexdigest(), **kinds}


def test_statistics_are_those_of_the_description(tmp_path):
    release = make_release(tmp_path, files=[described("void.ttl")])
    example = "https://example.org/"
    assert read_statistics(release) == Statistics(
        {f"{example}core": 7}, {f"{example}City": 3}, {f"{example}since": 2}
    )


def test_a_release_without_a_description_has_no_statistics(tmp_path):
    assert read_statistics(make_release(tmp_path / "a")) is None
    assert read_statistics(make_release(tmp_path / "b", files=[described("other.ttl")])) is None


def test_a_collection_is_titled_in_the_language_with_its_licence_and_issues(tmp_path):
    entry = {
        "name": "tiny",
        "title": {"en": "Tiny", "id": "Kecil"},
        "licence": "https://creativecommons.org/licenses/by-sa/4.0/",
        "issues": [{"kind": "domestic-pair"}, {"kind": "domestic-pair"}, {"kind": "unknown-country"}],
    }
    release = make_release(tmp_path, collections=[entry, {"name": "bare"}])
    tiny, bare = list_collections(release, "id")
    assert (tiny.title, tiny.licence_name, tiny.share_alike) == ("Kecil", "CC BY-SA 4.0", True)
    assert tiny.issues == {"domestic-pair": 2, "unknown-country": 1}
    assert (bare.title, bare.licence, bare.compiled, bare.rows, bare.claims) == ("bare", "", "", 0, 0)


@pytest.mark.parametrize(
    ("address", "name", "alike"),
    [
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0", False),
        ("https://creativecommons.org/licenses/by/4.0/deed.en", "CC BY 4.0", False),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0", True),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/", "CC BY-NC-SA 3.0", True),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL 1.0", True),
        ("https://opendatacommons.org/licenses/by/1-0/", "ODC-By 1.0", False),
        ("http://rightsstatements.org/vocab/CNE/1.0/", "licence unknown (copyright not evaluated)", False),
        ("https://example.org/own", "https://example.org/own", False),
    ],
)
def test_a_licence_is_named_and_known_by_its_address(address, name, alike):
    assert licence_name(address) == name
    assert is_share_alike(address) is alike
