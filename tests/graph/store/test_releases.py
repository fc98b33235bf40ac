import json

import pytest

from graph.errors import ReleaseError
from graph.store.releases import (
    check_release,
    current_release,
    read_release,
    remove_leftovers,
    switch_current,
)
from loaders.collection import load_collections
from tests.kit.graph.collections import write_collection
from tests.kit.graph.releases import OLD, write_release


def make(home, name):
    folder = home / "releases" / name
    (folder / "store").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"id": name}), encoding="utf-8")
    return folder


def test_current_follows_the_last_switch(tmp_path):
    make(tmp_path, "2026-11-21-aaaaaaaa")
    second = make(tmp_path, "2026-11-21-bbbbbbbb")
    switch_current(tmp_path, "2026-11-21-aaaaaaaa")
    switch_current(tmp_path, "2026-11-21-bbbbbbbb")
    release = current_release(tmp_path)
    assert (release.id, release.store_path) == ("2026-11-21-bbbbbbbb", second / "store")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["current", "releases"]


def test_without_a_release_the_advice_is_to_build(tmp_path):
    with pytest.raises(ReleaseError, match="run `kembar build`"):
        current_release(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_broken_manifest_is_told(tmp_path, text):
    folder = make(tmp_path, "x")
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match="manifest"):
        read_release(folder)


def test_files_that_are_changed_or_missing_and_another_store_are_told(tmp_path):
    release = write_release(tmp_path, OLD, load_collections([write_collection(tmp_path / "tiny")]))
    table, count = release.file("partnerships.csv"), release.manifest["counts"]["triples"]
    assert check_release(release) == []
    table.write_bytes(table.read_bytes()[::-1])
    (told,) = check_release(release)
    assert told.startswith("partnerships.csv has the SHA-256 ")
    table.unlink()
    release.manifest["counts"]["triples"] += 1
    assert check_release(release) == [
        "partnerships.csv is missing", f"the store holds {count} triples, not {count + 1}"
    ]  # fmt: skip


def test_leftovers_of_a_dead_build_are_removed(tmp_path):
    kept = make(tmp_path, "2026-11-21-aaaaaaaa")
    make(tmp_path, ".staging-123")
    (tmp_path / ".current.123").symlink_to("releases/none")
    remove_leftovers(tmp_path)
    assert [p.name for p in (tmp_path / "releases").iterdir()] == [kept.name]
    assert not (tmp_path / ".current.123").is_symlink()
