import json
import os
import signal
import subprocess
import sys
import weakref

import pytest
from pyoxigraph import NamedNode, Quad

from graph.errors import MeasureError, RefusedRelease, ReleaseError, TableError
from graph.pipeline.build import build
from graph.reconcile.reconcile import reconcile
from graph.store.history import read_history
from graph.store.manifest import write_manifest
from graph.store.quads import sort_quads
from graph.store.releases import current_release, list_releases
from graph.store.store import open_store, select
from graph.store.verify import check_release
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


def test_what_was_read_is_let_go_before_the_store_is_loaded(tiny, tmp_path):
    read, held = [], {}

    def load():
        collections = tiny()
        read.append(weakref.ref(collections[0]))
        return collections

    build(load, tmp_path, progress=lambda step: held.update({step: any(one() for one in read)}))
    assert (held["writing the triples"], held["loading the store and checking the rules"]) == (True, False)


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
        build(lambda: tiny(statements=edited("statements.csv", "T2,", "T1,")), tmp_path, force=True)
    assert current_release(tmp_path).id == before


def test_a_build_killed_in_the_middle_leaves_current_alone(tiny, tmp_path):
    home = tmp_path / "home"
    before = build(tiny, home).release.id
    tiny(statements=edited("statements.csv", "2018", "2019"))
    died = run_build(
        tmp_path / "tiny",
        home,
        before="import os, graph.pipeline.build as b; b.find_breaches = lambda *_: os.abort()",
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
    stated = [{**release.manifest, "store": len(release.manifest["store"])} for release in (here, there)]
    assert stated[0] == stated[1], "the same but for the hashes of the store, which the engine makes anew"


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
    assert fault.startswith("files/core.ttl has ")
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
    assert len(read_history(tmp_path).ids) == 5


def test_a_build_whose_betweenness_dies_replaces_nothing(tiny, tmp_path, monkeypatch):
    before = build(tiny, tmp_path / "home").release.id
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(killed))
    (tmp_path / "home" / "betweenness.json").unlink()
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
    monkeypatch.setattr("graph.pipeline.describe._schema_quads", lambda: iter([again]))
    with pytest.raises(ReleaseError, match="stands in two graphs"):
        build(tiny, tmp_path)


# ---- what the id covers


def files_of(release):
    return {file.name: file.sha256 for file in release.files if file.kind != "changes"}


def test_another_text_in_a_file_makes_another_id_though_no_triple_changes(tiny, tmp_path, monkeypatch):
    first = build(tiny, tmp_path).release
    monkeypatch.setattr("graph.downloads.describe.citation.TITLE", "Kota Kembar, another title")
    second = build(tiny, tmp_path, force=True).release
    assert second.id != first.id
    assert files_of(second)["kota-kembar.nq.gz"] == files_of(first)["kota-kembar.nq.gz"]


def test_another_reason_of_an_issue_makes_another_id(tiny, tmp_path):
    first = build(tiny, tmp_path).release
    text = edited("exclusions.csv", "two cities of one country", "both lie in one country")
    second = build(lambda: tiny(exclusions=text), tmp_path, force=True).release
    assert second.id != first.id
    assert "both lie in one country" in second.file("issues.csv").read_text()


def test_another_question_makes_another_id(tiny, tmp_path):
    first = build(tiny, tmp_path, questions={"one.rq": "SELECT * {}"}).release
    second = build(tiny, tmp_path, questions={"one.rq": "SELECT ?s {}"}).release
    third = build(tiny, tmp_path, questions={"two.rq": "SELECT ?s {}"}).release
    assert len({first.id, second.id, third.id}) == 3
    assert [path.name for path in third.queries_path.iterdir()] == ["two.rq"]


def test_what_came_before_makes_no_other_id(tiny, tmp_path):
    build(lambda: tiny(statements=edited("statements.csv", "2018-03-19", "2018-03-20")), tmp_path / "a")
    after = build(tiny, tmp_path / "a", force=True).release
    alone = build(tiny, tmp_path / "b").release
    assert (after.id, files_of(after)) == (alone.id, files_of(alone))
    assert after.manifest["previous"] != alone.manifest["previous"] is None
    assert after.file("changes.json").read_bytes() != alone.file("changes.json").read_bytes()


def test_the_files_that_name_a_release_name_this_one(tiny, tmp_path):
    release = build(tiny, tmp_path).release
    assert release.id == f"2026-01-31-{release.manifest['sha256'][:8]}"
    for name in ("citation.bib", "CITATION.cff", "issues.ttl", "void.ttl"):
        text = release.file(name).read_text()
        assert release.id in text and "0000-00-00" not in text


def test_a_copy_that_is_made_again_follows_the_same_release(tiny, tmp_path):
    build(lambda: tiny(statements=edited("statements.csv", "2018-03-19", "2018-03-20")), tmp_path)
    second = build(tiny, tmp_path, force=True).release
    changes = second.file("changes.json").read_bytes()
    second.file("core.ttl").unlink()
    again = build(tiny, tmp_path).release
    assert (again.id, again.manifest["previous"]) == (second.id, second.manifest["previous"])
    assert second.manifest["previous"] is not None
    assert again.file("changes.json").read_bytes() == changes


def test_a_release_is_not_compared_with_a_damaged_one(tiny, tmp_path):
    first = build(tiny, tmp_path).release
    changed = [tiny(statements=edited("statements.csv", "03-19", f"03-{day}")) for day in (20, 21)]
    second = build(lambda: changed[0], tmp_path, force=True).release
    next(second.store_path.glob("*.sst")).write_bytes(b"")
    third = build(lambda: changed[1], tmp_path, force=True).release
    assert third.manifest["previous"] == first.id


def test_an_intact_release_of_the_same_id_with_another_content_is_never_taken_for_it(tiny, tmp_path):
    release = build(tiny, tmp_path).release
    stated = json.loads((release.path / "manifest.json").read_text())
    write_manifest(release.path, stated | {"sha256": stated["sha256"][::-1]})
    with pytest.raises(ReleaseError, match="another release has the id"):
        build(tiny, tmp_path, force=True)


def test_a_build_that_does_nothing_removes_what_a_dead_one_left(tiny, tmp_path):
    release = build(tiny, tmp_path).release
    (tmp_path / "releases" / ".staging-1").mkdir()
    assert build(tiny, tmp_path).unchanged
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [release.id]
