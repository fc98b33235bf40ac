"""``kembar releases`` and ``kembar diff`` over a home with two small releases."""

import csv
import io
import json

import click
import pytest
from click.testing import CliRunner

from endpoint.cli.commands.diff import WRITERS, diff_command
from endpoint.cli.commands.releases import COLUMNS, describe_release, releases_command
from endpoint.config import Config
from graph.diff.compare import diff_stores, quad_changes
from graph.diff.text import describe_diff
from graph.errors import ReleaseError
from graph.pipeline.build import build
from graph.store.releases import list_releases
from graph.store.store import open_store
from tests.kit.graph.diff import load, row, with_rows

pytestmark = pytest.mark.slow

LABEL = "Memorandum of understanding: Surabaya – Kitakyushu (2012)"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    for changes in ({}, with_rows(row("T5"))):
        build(lambda: load(folder / "tiny", **changes), folder / "home", force=True)  # noqa: B023
    return folder / "home"


@pytest.fixture(scope="module")
def ids(home):
    """The ids of the releases, the older one first."""
    return tuple(one.id for one in reversed(list_releases(home)))


@pytest.fixture
def run(home):
    def run(command, *arguments, home=home):
        return CliRunner().invoke(command, arguments, obj=Config(home=home))

    return run


def write(home, ids):
    old, new = (open_store(home / "releases" / name / "store") for name in ids)
    return diff_stores(old, new, old_id=ids[0], new_id=ids[1])


def test_diff_tells_what_changed_in_words(run, home, ids):
    result = run(diff_command, *ids)
    assert (result.exit_code, result.stdout, result.stderr) == (0, describe_diff(write(home, ids)), "")
    assert result.stdout == (
        f"Changes from {ids[0]} to {ids[1]}\n"
        "partnerships: 1 added, 0 removed, 0 changed\n"
        "agreements: 1 added, 0 removed, 0 changed\n"
        "claims: 1 added, 0 removed, 0 changed\n"
        "\n"
        "+ partnership/Q11462-Q188806  Surabaya – Kitakyushu: outcome accepted; relationType sister-city; "
        "since 2012-11-13; status unknown\n"
        "    + claim tiny/T5, https://example.org/mou: Says T5\n"
        "\n"
        f"+ agreement/Q11462-Q188806-founding-2012  {LABEL}: agreementFamily founding; documentType mou; "
        "signedOn 2012-11-13; relationType sister-city\n"
        "    + claim tiny/T5, https://example.org/mou: Says T5\n"
    )


def test_diff_goes_both_ways(run, ids):
    text = run(diff_command, *reversed(ids)).stdout
    assert text.startswith(
        f"Changes from {ids[1]} to {ids[0]}\npartnerships: 0 added, 1 removed, 0 changed\n"
    )


def test_diff_as_json(run, home, ids):
    result = run(diff_command, *ids, "--format", "json")
    assert (result.exit_code, result.stdout) == (0, write(home, ids).as_json())
    assert json.loads(result.stdout)["partnerships"]["added"][0]["label"] == "Surabaya – Kitakyushu"


def test_diff_as_nquads(run, home, ids):
    added, removed = quad_changes(*(open_store(home / "releases" / name / "store") for name in ids))
    for name, lines in (("nquads-added", added), ("nquads-removed", removed)):
        result = run(diff_command, *ids, "--format", name)
        assert (result.exit_code, result.stdout.splitlines()) == (0, lines)
    claim = "<https://w3id.org/kota-kembar/claim/tiny/T5> "
    assert any(line.startswith(claim) for line in added)
    assert not any(line.startswith(claim) for line in removed)


@pytest.mark.parametrize("name", list(WRITERS))
def test_a_release_is_the_same_as_itself(run, name):
    result = run(diff_command, "current", "current", "--format", name)
    assert result.exit_code == 0
    if name.startswith("nquads"):
        assert result.stdout == ""


def test_releases_go_by_a_beginning_or_by_their_place(run, ids):
    full = run(diff_command, *ids).stdout
    length = next(n for n in range(len(ids[0])) if ids[0][:n] != ids[1][:n])
    assert run(diff_command, ids[0][:length], ids[1][:length]).stdout == full
    assert run(diff_command, "previous", "current").stdout == full


@pytest.mark.parametrize(("name", "told"), [("2026", "means 2 releases"), ("1999", "is no kept release")])
def test_a_name_that_means_no_one_release_is_told(run, name, told):
    result = run(diff_command, name, "current")
    assert isinstance(result.exception, ReleaseError)
    assert f"{name!r} {told}" in str(result.exception)
    assert result.stdout == ""


def test_another_format_is_a_wrong_usage(run):
    assert run(diff_command, "previous", "current", "--format", "xml").exit_code == 2


def test_releases_as_csv_the_newest_first(run, home, ids):
    result = run(releases_command)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert (result.exit_code, tuple(rows[0])) == (0, COLUMNS)
    assert [(one["id"], one["current"]) for one in rows] == [(ids[1], "yes"), (ids[0], "no")]
    names = ("compiled", "accepted", "intent", "claimed", "agreements", "claims")
    assert [[one[name] for name in names] for one in rows] == [
        ["2026-01-31", "2", "0", "0", "2", "4"],
        ["2026-01-31", "1", "0", "0", "1", "3"],
    ]
    triples = [str(len(open_store(home / "releases" / one["id"] / "store"))) for one in rows]
    assert [one["triples"] for one in rows] == triples


def test_releases_as_json(run, home, ids):
    rows = json.loads(run(releases_command, "--format", "json").stdout)
    assert [tuple(one) for one in rows] == [COLUMNS, COLUMNS]
    assert [(one["id"], one["current"], one["claims"]) for one in rows] == [
        (ids[1], True, 4),
        (ids[0], False, 3),
    ]
    for one, shown in zip(list_releases(home), rows, strict=True):
        sizes = [(one.files_path / file.name).stat().st_size for file in one.files]
        assert (shown["files"], shown["bytes"]) == (len(sizes), sum(sizes))


def test_releases_as_a_table(run, ids):
    result = run(releases_command, "--format", "table")
    lines = [line.split() for line in result.stdout.splitlines() if line.strip(" ─")]
    assert lines[0] == list(COLUMNS)
    assert [line[:3] for line in lines[1:]] == [[ids[1], "*", "2026-01-31"], [ids[0], "2026-01-31", "1"]]


def test_a_release_is_described_by_its_manifest(home):
    (newest, oldest) = list_releases(home)
    assert describe_release(newest, newest.id)["current"] is True
    assert describe_release(oldest, newest.id)["current"] is False


@pytest.mark.parametrize(("command", "arguments"), [(releases_command, ()), (diff_command, ("a", "b"))])
def test_without_a_release_the_advice_is_to_build(run, tmp_path, command, arguments):
    result = run(command, *arguments, home=tmp_path)
    assert isinstance(result.exception, ReleaseError)
    assert result.stdout == ""


@pytest.mark.parametrize("command", [releases_command, diff_command])
def test_the_help_has_an_example(command):
    text = command.get_help(click.Context(command))
    assert f"Example: kembar {command.name}" in text
