"""Every byte of a release counts: no file can be changed, cut, swapped, lost or added unnoticed."""

import random
import shutil
from itertools import permutations

import pytest

from graph.errors import DamagedRelease
from graph.store.manifest import write_manifest
from graph.store.releases import read_release
from graph.store.verify import check_release, find_damage, verify_release
from loaders.collection import load_collections
from tests.kit.graph.collections import write_collection
from tests.kit.graph.releases import OLD, write_folder, write_release

ID, OTHER = "2026-11-21-aaaaaaaa", "2026-11-22-bbbbbbbb"
SEALED = {"manifest.json", "manifest.sha256"}


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path, ID)


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def damage(folder, release):
    """What is found by who had read the manifest before, as a service has, and by who reads it now."""
    try:
        again = read_release(folder)
    except DamagedRelease as exc:
        return find_damage(release), list(exc.faults)
    return find_damage(release), find_damage(again)


def test_a_release_as_it_was_published_is_sound(folder):
    release = read_release(folder)
    assert find_damage(release) == []
    read = []
    verify_release(release, pause=read.append)
    assert sum(read) == sum(entry.stat().st_size for entry in folder.glob("*/*"))


@pytest.mark.slow
def test_every_byte_of_every_file_counts(folder):
    release = read_release(folder)
    chance = random.Random(7)
    for path in files_of(folder):
        body = path.read_bytes()
        for place in range(len(body)):
            path.write_bytes(
                body[:place] + bytes([body[place] ^ chance.randrange(1, 256)]) + body[place + 1 :]
            )
            assert all(damage(folder, release)), (path, place)
        path.write_bytes(body)
    assert find_damage(release) == []


@pytest.mark.slow
def test_every_cut_and_every_byte_too_many_is_found(folder):
    release = read_release(folder)
    for path in files_of(folder):
        body = path.read_bytes()
        for length in range(len(body)):
            path.write_bytes(body[:length])
            assert all(damage(folder, release)), (path, length)
        path.write_bytes(body + b"\n")
        assert all(damage(folder, release)), path
        path.write_bytes(body)


def test_files_that_change_places_are_found(folder):
    release, waiting = read_release(folder), folder.parent / "waiting"
    for one, other in permutations(files_of(folder), 2):
        one.rename(waiting)
        other.rename(one)
        waiting.rename(other)
        assert all(damage(folder, release)), (one, other)
        one.rename(waiting)
        other.rename(one)
        waiting.rename(other)
    assert find_damage(release) == []


def test_files_of_another_release_are_found(folder):
    release, other = read_release(folder), write_folder(folder.parent.parent, OTHER)
    different = []
    for path in files_of(folder):
        body, foreign = path.read_bytes(), (other / path.relative_to(folder)).read_bytes()
        path.write_bytes(foreign)
        if body != foreign:
            assert all(damage(folder, release)), path
            different.append(path.name)
        path.write_bytes(body)
    assert different == ["SHA256SUMS", "core.ttl", "manifest.json", "manifest.sha256"]
    for name in SEALED:
        shutil.copy(other / name, folder / name)
    assert find_damage(release) == [f"manifest.json is that of release {OTHER}"]


def test_a_manifest_that_was_exchanged_with_its_seal_is_found(folder):
    release = read_release(folder)
    again = write_folder(folder.parent.parent / "again", ID, warnings={"never": 1})
    for name in SEALED:
        shutil.copy(again / name, folder / name)
    assert find_damage(release) == ["manifest.json is another one than before"]


def test_what_is_missing_added_or_only_a_link_is_told(folder):
    release, store = read_release(folder), folder / "store"
    (store / "000001.sst").rename(store / "000002.sst")
    (folder / "files" / "core.ttl").rename(folder / "elsewhere")
    (folder / "files" / "core.ttl").symlink_to(folder / "elsewhere")
    shutil.rmtree(folder / "queries")
    (folder / "SHA256SUMS").unlink()
    told = find_damage(release)
    assert told[0].startswith("SHA256SUMS cannot be read")
    assert told[1:] == [
        "files/core.ttl is missing",
        "queries/cities.rq is missing",
        "store/000001.sst is missing",
        "store/000002.sst is no file of this release",
    ]


def test_a_file_beside_the_downloads_is_no_damage(folder):
    release = read_release(folder)
    (folder / "files" / ".core.ttl.swp").write_bytes(b"of an editor")
    assert find_damage(release) == []
    (folder / "queries" / "more.rq").write_bytes(b"SELECT * {}")
    assert find_damage(release) == ["queries/more.rq is no file of this release"]


def test_the_error_names_three_files_and_says_what_to_do(folder):
    for path in folder.glob("*/*"):
        path.write_bytes(b"")
    with pytest.raises(DamagedRelease) as caught:
        verify_release(read_release(folder))
    assert caught.value.release == ID
    assert len(caught.value.faults) == 4
    assert str(caught.value) == (
        f"release {ID} is damaged: files/core.ttl has 0 bytes, not 21; "
        "queries/cities.rq has 0 bytes, not 11; store/000001.sst has 0 bytes, not 256; and 1 more files. "
        "Restore its folder from a copy; if it is the newest one, `kembar build` makes it again"
    )


@pytest.mark.slow
def test_a_store_that_is_sound_but_holds_another_number_is_told(tmp_path):
    release = write_release(tmp_path, OLD, load_collections([write_collection(tmp_path / "tiny")]))
    count = release.manifest["counts"]["triples"]
    assert check_release(release) == []
    stated = {**release.manifest, "counts": release.manifest["counts"] | {"triples": count + 1}}
    write_manifest(release.path, stated)
    assert check_release(read_release(release.path)) == [f"the store holds {count} triples, not {count + 1}"]
