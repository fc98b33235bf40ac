import json
import logging
import os
import threading
from collections import Counter

import pytest

from graph.errors import DamagedRelease, ReleaseError
from graph.store.history import HISTORY, add_to_history, read_history
from graph.store.manifest import write_manifest
from graph.store.releases import (
    Release,
    current_release,
    find_release,
    list_kept,
    list_releases,
    prune_releases,
    publish,
    read_release,
    remove_leftovers,
    switch_current,
)
from tests.kit.graph.releases import STATEMENT, write_folder

A, B, C, D = (f"2026-11-2{day}-{letter * 8}" for day, letter in enumerate("abcd"))
GONE = "2026-11-01-00000000"


@pytest.fixture
def home(tmp_path):
    """A home with four releases, each after the other, that once had a fifth one."""
    (tmp_path / HISTORY).write_text(json.dumps([GONE]), encoding="utf-8")
    for name, previous in zip((A, B, C, D), (GONE, A, B, C), strict=True):
        write_folder(tmp_path, name, previous=previous)
        publish(tmp_path, name)
    return tmp_path


def spoil(home, name):
    (home / "releases" / name / "manifest.json").write_text('{"id": "x"}', encoding="utf-8")


def test_current_follows_the_last_switch(home):
    switch_current(home, A)
    switch_current(home, B)
    release = current_release(home)
    assert (release.id, release.store_path) == (B, home / "releases" / B / "store")
    assert sorted(path.name for path in home.iterdir()) == ["current", HISTORY, "releases"]


def test_current_is_there_at_every_moment_of_a_switch(home):
    switch_current(home, A)
    seen, over = Counter(), threading.Event()

    def read():
        while not over.is_set():
            seen[current_release(home).id if (home / "current").is_symlink() else "nothing"] += 1

    reader = threading.Thread(target=read)
    reader.start()
    while min(seen[A], seen[B]) < 200 and reader.is_alive():
        for name in (A, B):
            switch_current(home, name)
    over.set()
    reader.join()
    assert {*seen} == {A, B}


def test_without_a_release_the_advice_is_to_build(tmp_path):
    with pytest.raises(ReleaseError, match="run `kembar build`"):
        current_release(tmp_path)


# ---- the manifest


def stated(home):
    return json.loads((home / "releases" / A / "manifest.json").read_text(encoding="utf-8"))


COLLECTION = {
    "name": "x",
    "title": {"en": "X"},
    "licence": "",
    "compiled": "2026-01-31",
    "rows": 0,
    "claims": 0,
    "tally": {},
}
WRONG = {
    "no id": {"id": None},
    "no day": {"compiled": "soon"},
    "a count that is none": {"counts": STATEMENT["counts"] | {"claims": -1}},
    "a count that is missing": {"counts": {"places": 1}},
    "a name that leads out": {
        "files": [{"name": "../x", "bytes": 1, "sha256": "0" * 64, "media_type": "", "kind": "core"}]
    },
    "a name with a line feed": {
        "files": [{"name": "x\n", "bytes": 1, "sha256": "0" * 64, "media_type": "", "kind": "core"}]
    },
    "no SHA-256": {"files": [{"name": "x", "bytes": 1, "sha256": "0", "media_type": "", "kind": "core"}]},
    "a collection without a title": {"collections": [{"name": "x"}]},
    "a day that no calendar has": {"compiled": "2026-02-31"},
    "a title without English": {"collections": [COLLECTION | {"title": {"id": "x"}}]},
    "a collection of no day": {"collections": [COLLECTION | {"compiled": "2026-99-99"}]},
    "an issue without a kind": {"collections": [COLLECTION | {"issues": [{}]}]},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_manifest_that_is_none_is_told_though_it_is_sealed(home, wrong):
    folder = home / "releases" / A
    write_manifest(folder, stated(home) | wrong)
    with pytest.raises(DamagedRelease, match=r"manifest.json cannot be read") as caught:
        read_release(folder)
    assert caught.value.release == A


def test_a_manifest_with_a_collection_is_read(home):
    folder = home / "releases" / A
    write_manifest(folder, stated(home) | {"collections": [COLLECTION]})
    assert read_release(folder).manifest["collections"] == [COLLECTION]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"id": "x"}', "[" * 100_000, "\udcff"])
def test_a_manifest_with_another_content_than_its_seal_is_told(home, text):
    folder = home / "releases" / A
    (folder / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(DamagedRelease, match=r"manifest.json has not the SHA-256 that manifest.sha256"):
        read_release(folder)


def test_any_white_space_in_the_manifest_counts_and_any_capital_in_the_seal(home):
    folder = home / "releases" / A
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes() + b" ")
    (home / "releases" / B / "manifest.sha256").write_bytes(
        (home / "releases" / B / "manifest.sha256").read_bytes().upper()
    )
    assert [type(found) for found in list_kept(home)] == [Release, Release, DamagedRelease, DamagedRelease]


def test_the_manifest_of_another_release_is_told(home):
    for name in ("manifest.json", "manifest.sha256"):
        (home / "releases" / A / name).replace(home / "releases" / B / name)
    with pytest.raises(DamagedRelease, match=f"manifest.json is that of release {A}"):
        read_release(home / "releases" / B)


# ---- which are kept


def test_a_damaged_release_is_skipped_and_told(home):
    spoil(home, B)
    assert [release.id for release in list_releases(home)] == [D, C, A]
    damaged = list_kept(home)[2]
    assert isinstance(damaged, DamagedRelease) and damaged.release == B
    with pytest.raises(DamagedRelease, match=f"release {B} is damaged"):
        find_release(home, B[:12])
    with pytest.raises(ReleaseError, match=f"{D}; {C}; {B}; {A}"):
        find_release(home, "2026")
    with pytest.raises(ReleaseError, match="'' is no kept release"):
        find_release(home, "")


def test_the_newest_sound_ones_are_kept_and_older_ones_removed_damaged_or_not(home):
    spoil(home, A)
    spoil(home, C)
    assert prune_releases(home, keep=2) == [A]
    assert sorted(path.name for path in (home / "releases").iterdir()) == [B, C, D]
    assert prune_releases(home, keep=1) == [C, B]


def test_the_current_release_is_never_pruned(home):
    switch_current(home, A)
    assert prune_releases(home, keep=1) == [C, B]
    assert read_history(home).ids == (GONE, A, B, C, D)


# ---- the history


@pytest.mark.parametrize("body", [b"", b'["2026-', b"{}", b"[1]", b'["x"]', b"\xff", b"[" * 100_000])
def test_a_damaged_history_is_made_again_from_what_is_kept_and_never_overwritten(home, body, caplog):
    (home / HISTORY).write_bytes(body)
    history = read_history(home)
    assert (history.ids, bool(history.fault)) == ((A, B, C, D), True)
    assert [release.id for release in list_releases(home)] == [D, C, B, A]
    with caplog.at_level(logging.WARNING):
        add_to_history(home, D)
    assert "made again from the releases that are kept" in caplog.text
    assert (home / "history.damaged.json").read_bytes() == body
    assert read_history(home).ids == (A, B, C, D)
    assert read_history(home).fault == ""


@pytest.mark.parametrize("name", ["history.json", f"releases/{D}/manifest.json"])
def test_nobody_waits_for_a_pipe(home, name):
    (home / name).unlink()
    os.mkfifo(home / name)
    found = read_history(home).fault + "".join(map(str, list_kept(home)))
    assert "it is no file" in found


def test_a_history_that_is_missing_although_there_are_releases_is_told(home):
    (home / HISTORY).unlink()
    assert read_history(home).fault == "history.json is missing"
    assert read_history(home).ids == (A, B, C, D)


def test_an_empty_home_has_an_empty_history_without_fault(tmp_path):
    assert (read_history(tmp_path).ids, read_history(tmp_path).fault) == ((), "")


def test_a_release_that_the_history_lacks_is_not_lost(home):
    (home / HISTORY).write_text(json.dumps([GONE, B, C, D]), encoding="utf-8")
    assert read_history(home).ids == (A, GONE, B, C, D)
    assert [release.id for release in list_releases(home)] == [D, C, B, A]


def test_releases_that_no_longer_know_their_order_are_listed_all_the_same(home):
    (home / HISTORY).unlink()
    spoil(home, B)
    assert sorted(read_history(home).ids) == [A, B, C, D]


# ---- leftovers


def test_leftovers_of_a_dead_build_are_removed(home):
    write_folder(home, ".staging-123")
    (home / ".current.123").symlink_to("releases/none")
    remove_leftovers(home)
    assert sorted(path.name for path in (home / "releases").iterdir()) == [A, B, C, D]
    assert not (home / ".current.123").is_symlink()
