import json
import os
import signal
import subprocess
import sys

import pytest
from pyoxigraph import NamedNode, Quad

import ontology
from graph.errors import MeasureError, RefusedRelease, ReleaseError, TableError
from graph.pipeline import build as build_module
from graph.pipeline.build import build
from graph.reconcile.reconcile import reconcile
from graph.store.quads import sort_quads
from graph.store.releases import check_release, current_release, list_releases, read_history
from graph.store.store import open_store, select
from graph.triples.model import build_quads
from loaders.collection import load_collections
from ontology import Rule
from tests.kit.graph.collections import edited, write_collection
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow

PREFIX = (
    "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> PREFIX place: <https://w3id.org/kota-kembar/place/> "
)


@pytest.fixture
def tiny(tmp_path):
    folder = write_collection(tmp_path / "tiny")
    return lambda **changes: load_collections([write_collection(folder, **changes)])


def refusing_rules():
    return (
        Rule("never", "Never holds", True, "Give up.", PREFIX + "SELECT ?thing { ?thing a kk:Partnership }"),
    )


def test_a_build_makes_a_release_that_answers(tiny, tmp_path):
    report = build(tiny, tmp_path / "home")
    store = open_store(report.release.store_path)
    rows = select(store, PREFIX + "SELECT ?b ?since { ?p kk:party place:Q11462, ?b ; kk:since ?since }")
    assert {"b": "https://w3id.org/kota-kembar/place/Q24826", "since": "2018-03-19"} in rows
    counts = report.release.manifest["counts"]
    assert counts["partnerships"] == {"accepted": 1, "intent": 0, "claimed": 0}
    assert (counts["agreements"], counts["events"], counts["claims"], counts["issues"]) == (1, 1, 3, 1)
    assert counts["triples"] == len(store)
    assert report.release.id.startswith("2026-01-31-")


def test_a_second_build_of_the_same_inputs_does_nothing(tiny, tmp_path):
    first = build(tiny, tmp_path)
    asked = []
    again = build(lambda: asked.append(1) or tiny(), tmp_path)
    assert (again.release.id, again.unchanged, asked) == (first.release.id, True, [])
    assert build(tiny, tmp_path, force=True).release.id == first.release.id


def test_a_broken_store_is_made_again(tiny, tmp_path):
    release = build(tiny, tmp_path).release
    for file in release.store_path.glob("*.sst"):
        file.unlink()
    assert not build(tiny, tmp_path).unchanged
    assert len(open_store(current_release(tmp_path).store_path)) == release.manifest["counts"]["triples"]


def test_another_table_makes_another_release(tiny, tmp_path):
    first = build(tiny, tmp_path)
    changed = lambda: tiny(statements=edited("statements.csv", "2018-03-19", "2018-03-20"))  # noqa: E731
    second = build(changed, tmp_path, force=True)
    assert second.release.id != first.release.id
    assert current_release(tmp_path).id == second.release.id
    assert first.release.store_path.is_dir()


def test_a_refused_build_replaces_nothing(tiny, tmp_path, monkeypatch):
    before = build(tiny, tmp_path).release.id
    monkeypatch.setattr("graph.store.validation.rules", refusing_rules)
    with pytest.raises(RefusedRelease) as caught:
        build(lambda: tiny(statements=edited("statements.csv", "2018", "2019")), tmp_path, force=True)
    (breach,) = caught.value.breaches
    assert breach.things == ("https://w3id.org/kota-kembar/partnership/Q11462-Q24826",)
    assert breach.claims == {breach.things[0]: ("tiny/T1",)}
    assert current_release(tmp_path).id == before
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [before]


def test_a_table_that_cannot_be_read_replaces_nothing(tiny, tmp_path):
    before = build(tiny, tmp_path).release.id
    with pytest.raises(TableError):
        build(lambda: tiny(statements=edited("statements.csv", "2018-03-19", "soon")), tmp_path, force=True)
    assert current_release(tmp_path).id == before


def test_a_build_killed_in_the_middle_leaves_current_alone(tiny, tmp_path):
    home = tmp_path / "home"
    before = build(tiny, home).release.id
    tiny(statements=edited("statements.csv", "2018", "2019"))
    died = run_build(
        tmp_path / "tiny",
        home,
        before="import os, graph.pipeline.build as b; b.find_breaches = lambda store: os.abort()",
    )
    assert died.returncode == -signal.SIGABRT
    assert any(path.name.startswith(".staging") for path in (home / "releases").iterdir())
    assert current_release(home).id == before
    assert build(tiny, home, force=True).release.id == before
    assert [path.name for path in (home / "releases").iterdir()] == [before]


def run_build(folder, home, before="", **environment):
    code = (
        f"{before}\nimport sys\nfrom pathlib import Path\nfrom graph.pipeline.build import build\n"
        "from loaders.collection import load_collections\n"
        "load = lambda: load_collections([Path(sys.argv[1])])\n"
        "print(build(load, Path(sys.argv[2]), force=True).release.id)"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(folder), str(home)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_the_same_inputs_give_the_same_bytes_elsewhere(tiny, tmp_path):
    here = build(tiny, tmp_path / "a").release
    made = run_build(tmp_path / "tiny", tmp_path / "b", PYTHONHASHSEED="7", LC_ALL="C", TZ="Asia/Jakarta")
    there = current_release(tmp_path / "b")
    assert made.stdout.strip() == there.id == here.id
    assert (there.path / "SHA256SUMS").read_text() == (here.path / "SHA256SUMS").read_text()
    assert (there.path / "manifest.json").read_bytes() == (here.path / "manifest.json").read_bytes()


def test_the_files_have_the_checksums_that_the_manifest_states(tiny, tmp_path):
    release = build(tiny, tmp_path).release
    assert check_release(release) == []
    assert {path.name for path in release.files_path.iterdir()} == {file.name for file in release.files}
    told = subprocess.run(
        ["sha256sum", "-c", "--quiet", str(release.path / "SHA256SUMS")], cwd=release.files_path, check=False
    )
    assert told.returncode == 0


def test_a_changed_file_is_found_and_made_again(tiny, tmp_path):
    release = build(tiny, tmp_path).release
    with release.file("core.ttl").open("a") as file:
        file.write("# not ours")
    (fault,) = check_release(release)
    assert fault.startswith("core.ttl has the SHA-256")
    assert not build(tiny, tmp_path).unchanged
    assert check_release(current_release(tmp_path)) == []


def test_the_first_release_follows_none_and_the_next_one_says_what_changed(tiny, tmp_path):
    first = build(tiny, tmp_path).release
    changed = lambda: tiny(statements=edited("statements.csv", "2018-03-19", "2018-03-20"))  # noqa: E731
    second = build(changed, tmp_path, force=True).release
    assert (first.manifest["previous"], second.manifest["previous"]) == (None, first.id)
    told = second.file("changes.txt").read_text()
    assert "2018-03-19" in told and "2018-03-20" in told and "tiny/T1" in told


def test_only_so_many_releases_are_kept(tiny, tmp_path):
    for day in range(20, 25):
        text = edited("statements.csv", "2018-03-19", f"2018-03-{day}")
        build(lambda text=text: tiny(statements=text), tmp_path, force=True, keep=2)
    kept = list_releases(tmp_path)
    assert len(kept) == len(list((tmp_path / "releases").iterdir())) == 2
    assert kept[0].id == current_release(tmp_path).id
    assert len(read_history(tmp_path)) == 5


def test_a_build_whose_betweenness_dies_replaces_nothing(tiny, tmp_path, monkeypatch):
    before = build(tiny, tmp_path / "home").release.id
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(killed))
    with pytest.raises(MeasureError, match="betweenness was not computed, its process ended with -9"):
        build(tiny, tmp_path / "home", force=True)
    assert current_release(tmp_path / "home").id == before
    assert [path.name for path in (tmp_path / "home" / "releases").iterdir()] == [before]


def test_a_refused_build_leaves_its_report(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr("graph.store.validation.rules", refusing_rules)
    with pytest.raises(RefusedRelease):
        build(tiny, tmp_path)
    (entry,) = json.loads((tmp_path / "refused.json").read_text())
    assert (entry["name"], entry["mend"], len(entry["rows"])) == ("never", "Give up.", 1)
    monkeypatch.undo()
    build(tiny, tmp_path)
    assert not (tmp_path / "refused.json").exists()


def test_the_quads_are_sorted_once_each_and_without_blank_nodes(tiny, tmp_path):
    quads = sort_quads(build_quads(reconcile(tiny())), tmp_path / "sorted.nq")
    lines = [str(quad) for quad in quads]
    assert lines == sorted(set(lines))
    assert not any("_:" in line for line in lines)
    assert len({quad.triple for quad in quads}) == len(quads)


def test_what_is_written_is_what_the_store_gives_back(tiny, tmp_path):
    store = open_store(build(tiny, tmp_path).release.store_path)
    kept = {str(quad) for quad in store}
    assert {str(quad) for quad in build_quads(reconcile(tiny()))} <= kept


def test_a_triple_in_two_graphs_is_refused(tiny, tmp_path, monkeypatch):
    one = next(build_quads(reconcile(tiny())))
    again = Quad(one.subject, one.predicate, one.object, NamedNode("https://example.org/another"))
    monkeypatch.setattr(build_module, "_schema_quads", lambda: iter([again]))
    with pytest.raises(ReleaseError, match="stands in two graphs"):
        build(tiny, tmp_path)


def test_the_fingerprint_sees_the_tables():
    assert len(build_module.fingerprint()) == 64
    assert ontology.__file__ is not None
