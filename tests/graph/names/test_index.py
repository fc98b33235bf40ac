"""The index as a file: the same bytes for the same release, refused when damaged, known by the manifest."""

import dataclasses
import sqlite3
import threading

import pytest

from graph.errors import ReleaseError
from graph.names.index.ask import NameIndex
from graph.names.index.countries import alpha_2, names_of_countries
from graph.names.index.open import open_names
from graph.names.index.write import FILE, write_names
from graph.names.meaning import find_meaning
from graph.store.files import hash_file
from graph.store.manifest import NAMES
from graph.store.releases import Release
from tests.kit.world import selector, world_store


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """A release of the world, as far as its index goes."""
    folder = tmp_path_factory.mktemp("release")
    (folder / NAMES).mkdir()
    write_names(selector(world_store()), folder / NAMES / FILE)
    stated = [{"name": FILE, "sha256": hash_file(folder / NAMES / FILE)}]
    return Release("2026-11-21-0a1b2c3d", folder, {"id": "2026-11-21-0a1b2c3d", NAMES: stated})


def never():
    raise AssertionError("the store is asked")


@pytest.mark.slow
def test_the_same_release_gives_the_same_bytes(release, tmp_path):
    write_names(selector(world_store()), tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == (release.path / NAMES / FILE).read_bytes()


@pytest.mark.slow
def test_a_file_knows_what_an_index_in_memory_knows(release):
    in_file = open_names(release, never)
    in_memory = open_names(dataclasses.replace(release, manifest={}), lambda: selector(world_store()))
    for text in ("Surabaya", "京都市", "Kabupaten Bandung", "KR", "Q11462"):
        assert find_meaning(text, in_file) == find_meaning(text, in_memory) != find_meaning("", in_file)


@pytest.mark.slow
def test_a_file_knows_countries_in_every_language(release):
    index = open_names(release, never)
    for text in ("Korea Selatan", "대한민국", "Südkorea", "Corée du Sud", "KOR", "Korea, Republic of"):
        assert [entry.id for entry in find_meaning(text, index).places] == ["Q884"]
    assert names_of_countries({"KR"})["KR"][:2] == ("Korea, Republic of", "South Korea")
    codes = ("kor", "410", "uk", "ID", "??")
    assert [alpha_2(code) for code in codes] == ["KR", "KR", "GB", "ID", "??"]


def remove(path):
    path.unlink()


def change(path):
    path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize("harm", [remove, change])
def test_a_file_that_is_not_the_published_one_is_refused(release, tmp_path, harm):
    copy = tmp_path / NAMES / FILE
    copy.parent.mkdir()
    copy.write_bytes((release.path / NAMES / FILE).read_bytes())
    harm(copy)
    with pytest.raises(ReleaseError, match="missing or damaged"):
        open_names(dataclasses.replace(release, path=tmp_path), never)


def test_what_is_no_index_is_refused(tmp_path):
    (tmp_path / "text").write_text("no database, but longer than a header of SQLite would be " * 4)
    with pytest.raises(ReleaseError, match="cannot be read"):
        NameIndex.open(tmp_path / "text")
    sqlite3.connect(tmp_path / "other").close()
    with pytest.raises(ReleaseError, match="version 0, not 3"):
        NameIndex.open(tmp_path / "other")


def test_threads_share_an_index(release):
    index, found = open_names(release, never), []
    ask = lambda: found.append(find_meaning("Surabya", index).similar[0].id)  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Q11462"] * 8


def test_a_build_publishes_the_index_with_its_hash(bundled):
    (stated,) = bundled.release.manifest[NAMES]
    path = bundled.release.path / NAMES / FILE
    assert stated == {"name": FILE, "sha256": hash_file(path), "bytes": path.stat().st_size}
    index = open_names(bundled.release, never)
    assert [entry.id for entry in find_meaning("Soerabaja", index).places] == ["Q11462"]
