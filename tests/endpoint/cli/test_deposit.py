"""``kembar deposit``: a folder that a repository takes as it is, and the settings that it is cited by."""

import errno
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from endpoint.cli.commands.releases import deposit_command
from endpoint.config import Config
from graph.errors import ParameterError
from graph.store.files import hash_file

DOI = "10.5281/zenodo.1234567"


@pytest.fixture
def deposit(bundled, tmp_path):
    """Runs the command into a folder, with some DOIs; returns its result and the folder."""

    def run(doi="", folder=tmp_path / "deposit"):
        config = Config(home=bundled.home, doi=doi)
        return CliRunner().invoke(deposit_command, ["--to", str(folder)], obj=config), folder

    return run


def read(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_the_folder_has_every_file_as_published_and_its_checksum(bundled, deposit):
    result, folder = deposit()
    assert result.exit_code == 0, result.output
    stated = {file.name: file.sha256 for file in bundled.release.files}
    added = {"SHA256SUMS", "datacite.json", "zenodo.json"}
    assert {path.name for path in folder.iterdir()} == {*stated, *added}
    assert {name: hash_file(folder / name) for name in stated} == stated
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == stated


def test_a_folder_with_something_in_it_is_left_alone(deposit, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result, folder = deposit(folder=tmp_path)
    assert (result.exit_code, [path.name for path in folder.iterdir()]) == (2, ["mine.txt"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("doi", ["", DOI])
def test_datacite_takes_the_metadata(deposit, doi):
    from datacite import schema45

    metadata = read(deposit(doi)[1], "datacite.json")
    schema45.validator.validate(metadata)
    assert metadata.get("doi", "") == doi
    assert {title["lang"] for title in metadata["titles"]} == {"en", "id"}


def test_zenodo_reserves_a_doi_unless_there_is_one(bundled, deposit, tmp_path):
    without = read(deposit()[1], "zenodo.json")["metadata"]
    assert (without["prereserve_doi"], "doi" in without) == (True, False)
    one = f"2020-01-01-00000000=10.1234/x {bundled.release.id}={DOI}"
    given = read(deposit(one, tmp_path / "second")[1], "zenodo.json")["metadata"]
    assert (given["doi"], "prereserve_doi" in given) == (DOI, False)
    for entry in bundled.release.manifest["collections"]:
        assert f"{entry['name']}: " in given["notes"] and entry["licence"] in given["notes"]


def test_the_dois_of_the_settings():
    config = Config.from_environ({"KEMBAR_DOI": f"{DOI} 2026-01-01-aaaa0000=10.1234/a=b"})
    assert config.doi_of("2026-01-01-aaaa0000") == "10.1234/a=b"
    assert config.doi_of("2026-02-01-bbbb0000") == DOI
    assert Config.from_environ({}).doi_of("2026-01-01-aaaa0000") == ""
    for wrong in ("zenodo.1234567", "https://doi.org/10.5281/x", "2026-01-01-aaaa0000=", '10.1234/<"'):
        with pytest.raises(ParameterError, match="KEMBAR_DOI"):
            Config.from_environ({"KEMBAR_DOI": wrong})


def test_a_contact_is_an_address():
    with pytest.raises(ParameterError, match="KEMBAR_CONTACT"):
        Config.from_environ({"KEMBAR_CONTACT": "me@example.org"})


def test_a_deposit_for_which_there_is_no_room_leaves_no_part(deposit, monkeypatch):
    copied = []

    def copy(source, target):
        if copied:
            raise OSError(errno.ENOSPC, "No space left on device")
        copied.append(Path(target).write_bytes(source.read_bytes()))

    monkeypatch.setattr("endpoint.cli.commands.releases.shutil.copyfile", copy)
    result, folder = deposit()
    assert isinstance(result.exception, OSError)
    assert copied and not list(folder.iterdir())
