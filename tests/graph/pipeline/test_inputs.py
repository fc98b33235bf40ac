"""Nothing that a release is made of changes unnoticed."""

import pytest

from graph.pipeline import inputs as inputs_module
from graph.pipeline.inputs import Register, take_fingerprint


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "list"
    (made / "more").mkdir(parents=True)
    (made / "list.csv").write_text("a,b\n")
    (made / "more" / "names.csv").write_text("c\n")
    return made


def different(before, after):
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def test_files_questions_and_libraries_are_all_named(folder):
    found = take_fingerprint([folder], {"one.rq": "SELECT * {}"})
    assert {"3 list/list.csv", "3 list/more/names.csv", "question one.rq", "library python"} <= {*found}
    assert {"library pyoxigraph", "library rapidfuzz", "library babel"} <= {*found}
    assert "library pytest" not in found
    assert "1 graph/pipeline/inputs.py" in found
    assert any(name.startswith("2 loaders/collections/") for name in found)
    assert not any("__pycache__" in name for name in found)


def test_each_kind_of_change_is_seen(folder, tmp_path, monkeypatch):
    before = take_fingerprint([folder], {"one.rq": "a"})
    assert different(before, take_fingerprint([folder], {"one.rq": "b"})) == ["question one.rq"]
    (folder / "list.csv").write_text("a,c\n")
    assert different(before, take_fingerprint([folder], {"one.rq": "a"})) == ["3 list/list.csv"]
    (folder / "list.csv").write_text("a,b\n")
    monkeypatch.setattr(inputs_module, "version", lambda name: "99" if name == "pyoxigraph" else "1")
    assert "library pyoxigraph" in different(before, take_fingerprint([folder], {"one.rq": "a"}))


def test_a_single_file_and_what_links_lead_to_count(folder, tmp_path):
    dump = tmp_path / "dumps"
    dump.mkdir()
    (dump / "part.json").write_text("1")
    (folder / "linked").symlink_to(dump, target_is_directory=True)
    (folder / "round").symlink_to(folder, target_is_directory=True)
    inputs = [folder, dump / "part.json", tmp_path / "not-there"]
    before = take_fingerprint(inputs, {})
    (dump / "part.json").write_text("2")
    assert different(before, take_fingerprint(inputs, {})) == ["3 list/linked/part.json", "4 part.json"]


def test_where_a_folder_lies_does_not_count(folder, tmp_path):
    before = take_fingerprint([folder], {})
    moved = folder.rename(tmp_path / "elsewhere-but-not-renamed")
    (tmp_path / "x").mkdir()
    moved = moved.rename(tmp_path / "x" / "list")
    assert different(before, take_fingerprint([moved], {})) == []


def test_what_the_build_writes_itself_is_no_change_and_an_edit_of_it_is_one(folder, tmp_path):
    path = tmp_path / "register.csv"
    register = Register(path, bytes)
    inputs = [folder, path]
    made_of = register.write_beside(b"minted", take_fingerprint(inputs, {}), inputs)
    assert (path.read_bytes(), [one.name for one in tmp_path.iterdir() if one.name.startswith(".")]) == (
        b"minted",
        [],
    )
    assert register.write_beside(b"", made_of, inputs) == made_of
    assert different(made_of, take_fingerprint(inputs, {})) == []
    path.write_text("edited")
    (name,) = different(made_of, take_fingerprint(inputs, {}))
    assert name == "4 register.csv"
