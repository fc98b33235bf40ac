"""A release from elsewhere: its id is computed again, and its store is what its dump holds."""

import hashlib
import shutil

import pytest
import zstandard

from graph.errors import UnprovenRelease
from graph.pipeline.build import build
from graph.pipeline.complete import complete_release
from graph.pipeline.content import hash_published, make_id
from graph.store.manifest import NAMES, STORE, read_manifest
from graph.store.releases import Release
from graph.store.verify import check_release
from loaders.collection import load_collections
from queries import query_texts
from tests.kit.graph.collections import write_collection

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = write_collection(tmp_path_factory.mktemp("tables") / "tiny")
    questions = {"hubs-and-bridges.rq": query_texts()["hubs-and-bridges.rq"]}
    return build(
        lambda: load_collections([folder]), tmp_path_factory.mktemp("home"), questions=questions
    ).release


@pytest.fixture
def fetched(release, tmp_path):
    """The folder as it is fetched: files and questions."""
    folder = shutil.copytree(release.path, tmp_path / release.id)
    for made in (STORE, NAMES):
        shutil.rmtree(folder / made)
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    return folder


def test_the_hash_of_the_build_is_found_again_from_the_files(release):
    sha256 = hash_published(release.path, release.manifest)
    assert sha256 == release.manifest["sha256"]
    assert make_id(release.manifest["compiled"], sha256) == release.id


def test_what_is_completed_is_sound_and_has_the_same_index_of_names(release, fetched):
    complete_release(fetched, release.manifest)
    manifest = read_manifest(fetched)
    assert check_release(Release(release.id, fetched, manifest)) == []
    assert {name for name in manifest if manifest[name] != release.manifest[name]} == {"store"}


@pytest.mark.parametrize("name", ["citation.bib", "issues.ttl", "void.ttl"])
def test_a_file_that_names_the_release_counts_with_all_its_bytes(release, fetched, name):
    path = fetched / "files" / name
    path.write_bytes(path.read_bytes().replace(release.id.encode(), b"2026-01-31-12345678", 1))
    with pytest.raises(UnprovenRelease, match="its content has the SHA-256"):
        complete_release(fetched, release.manifest)


def test_another_question_makes_another_id(release, fetched):
    (question,) = (fetched / "queries").iterdir()
    question.write_text(question.read_text("utf-8") + "# more", "utf-8")
    with pytest.raises(UnprovenRelease, match="its content has the SHA-256"):
        complete_release(fetched, release.manifest)


def forge(fetched, stated, dump):
    """Return a manifest with the id that fits files of which the dump is another one."""
    path = fetched / "files" / "kota-kembar.nq.zst"
    path.write_bytes(dump)
    files = [dict(entry) for entry in stated["files"]]
    (entry,) = (one for one in files if one["name"] == path.name)
    entry.update(bytes=len(dump), sha256=hashlib.sha256(dump).hexdigest())
    forged = {**stated, "files": files, "id": "2026-01-31-00000000"}
    sha256 = hash_published(fetched, forged)
    return forged | {"sha256": sha256, "id": make_id(stated["compiled"], sha256)}


def pack(lines):
    return zstandard.compress(b"".join(lines))


@pytest.mark.parametrize("change", ["fewer", "more", "none"])
def test_a_dump_with_another_number_of_quads_is_no_release(release, fetched, change):
    lines = zstandard.ZstdDecompressor().stream_reader(release.read("kota-kembar.nq.zst")).readall()
    quads = lines.splitlines(keepends=True)
    more = [b"<urn:x> <urn:x> <urn:%d> <urn:g> .\n" % number for number in range(3)]
    dump = pack({"fewer": quads[1:], "more": [*quads, *more], "none": []}[change])
    with pytest.raises(UnprovenRelease, match=f"does not hold the {len(quads)} quads"):
        complete_release(fetched, forge(fetched, release.manifest, dump))


@pytest.mark.parametrize("dump", [b"", b"no archive", pack([b"no quads\n"]), pack([b'<urn:x> <urn:y> "z'])])
def test_a_dump_that_is_none_is_no_release(release, fetched, dump):
    with pytest.raises(UnprovenRelease, match="its dump"):
        complete_release(fetched, forge(fetched, release.manifest, dump))
