"""Building, checking and listing on the command line, over a small collection of its own."""

import pytest
from click.testing import CliRunner
from pyoxigraph import Store

from endpoint.cli.main import main
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, list_releases
from ontology import BASE, rules
from queries import catalogue
from tests.kit.graph.collections import FILES, edited, write_collection
from tests.kit.graph.releases import flip


def lines(text):
    return [" ".join(line.split()) for line in text.splitlines() if line.strip(" ─")]


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A collection of four rows, the only one besides what is given by name, and commands over a new home."""
    folder = write_collection(tmp_path / "tiny")
    monkeypatch.setattr("loaders.workspace.bundled_folders", lambda: [folder])

    def run(*arguments, **environment):
        command = ["--home", str(tmp_path / "home"), *arguments]
        return CliRunner().invoke(main, command, env=environment)

    run.folder, run.home = folder, tmp_path / "home"
    return run


BUILD_STEPS = [
    "reading the collections",
    "reconciling the claims",
    "writing the tables",
    "writing the triples",
    "measuring the network",
    "loading the store and checking the rules",
    "writing the files",
    "comparing with the release before",
    "indexing the names",
]


@pytest.mark.slow
def test_build_tells_the_tally_and_the_counts_and_ends_with_the_release(tiny):
    result = tiny("build")
    assert result.exit_code == 0, result.stderr
    shown = lines(result.stdout)
    assert shown[:3] == [
        "What became of each row",
        "collection rows issue pair place practice",
        "tiny 4 1 2 0 1",
    ]
    assert {"agreements 1", "claims 3", "partnerships accepted 1", "share dated 1.0"} <= {*shown}
    release = current_release(tiny.home)
    assert shown[-1] == release.id
    assert result.stderr.splitlines() == [*BUILD_STEPS, "a new release"]
    assert sorted(path.name for path in release.queries_path.iterdir()) == sorted(
        f"{slug}.rq" for slug in catalogue()
    )


@pytest.mark.slow
def test_build_does_nothing_twice_unless_forced_and_keeps_so_many_releases(tiny):
    first = tiny("build").stdout.splitlines()[-1]
    again = tiny("build")
    assert (again.stderr, again.stdout.splitlines()[-1]) == (
        "nothing has changed since the last build\n",
        first,
    )
    assert tiny("build", "--force").stderr.splitlines() == [*BUILD_STEPS, "a new release"]
    write_collection(tiny.folder, statements=edited("statements.csv", "2018-03-19", "2018-03-20"))
    second = tiny("build", "--force", KEMBAR_KEEP_RELEASES="1").stdout.splitlines()[-1]
    assert [release.id for release in list_releases(tiny.home)] == [second] != [first]


@pytest.mark.slow
def test_a_refused_build_tells_each_rule_ten_things_and_the_mend(tiny, monkeypatch):
    before = tiny("build").stdout.splitlines()[-1]
    monkeypatch.setattr(
        "loaders.curated.unsound.check_years", lambda date: None
    )  # as by a fault of the loader
    years = range(701, 713)
    row = "T{year},,,,,rule,0{year},,,,,A rule too old for the ontology,example-org-087a05,,regulation/r1\n"
    write_collection(
        tiny.folder,
        collection=edited("collection.toml", "rows = 4", f"rows = {len(years)}"),
        statements=FILES["statements.csv"].splitlines(True)[0] + "".join(row.format(year=y) for y in years),
        exclusions="statement,kind,reason\n",
    )
    result = tiny("build", "--force")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        *BUILD_STEPS[:6],
        "broken: date-form: Dates are as precise as known and have their integer year",
        *(
            f"  {BASE}claim/tiny/T{year}  {year}  A year is an integer from 800 to 2100  (rows tiny/T{year})"
            for year in years[:10]
        ),
        "  and 26 more",
        f"  mend: {next(rule.mend for rule in rules() if rule.name == 'date-form')}",
        "Error: the release is refused; `current` is as it was",
    ]
    assert current_release(tiny.home).id == before


@pytest.mark.slow
def test_a_rule_that_should_hold_is_a_warning_of_build_and_check(tiny):
    write_collection(
        tiny.folder, places=edited("places.csv", "Q24826,Liverpool,GB,city", "Q24826,Liverpool,GB,province")
    )
    warning = "warning: level-unequal: Partners are of comparable level"
    built, checked = tiny("build"), tiny("check")
    assert (built.exit_code, checked.exit_code) == (0, 0)
    assert warning in built.stderr.splitlines()
    assert warning in checked.stderr.splitlines()
    assert "level-unequal should broken by 1" in lines(checked.stdout)


@pytest.mark.slow
def test_check_fails_for_a_rule_that_must_hold(tiny):
    tiny("build")
    name = f"<{BASE}place/Q24826> <http://www.w3.org/2000/01/rdf-schema#label> 'Liverpool'"
    english, french = f"GRAPH ?g {{ {name}@en }}", f"GRAPH ?g {{ {name}@fr }}"
    release = current_release(tiny.home)
    store = Store(str(release.store_path))
    store.update(f"DELETE {{ {english} }} INSERT {{ {french} }} WHERE {{ {english} }}")
    store.flush()
    del store
    write_manifest(release.path, release.manifest)
    result = tiny("check")
    assert result.exit_code == 1
    assert "labels must broken by 1" in lines(result.stdout)
    assert any(
        line.startswith("broken: labels: Things have one English label")
        for line in result.stderr.splitlines()
    )
    assert result.stderr.endswith("Error: rules that must hold are broken\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["files/partnerships.csv", "queries/country-pairs.rq", "store/CURRENT"])
def test_check_fails_for_a_file_that_was_changed_and_names_it(tiny, name):
    tiny("build")
    flip(current_release(tiny.home).path / name)
    result = tiny("check")
    assert (result.exit_code, result.stdout) == (1, "")
    told, error = result.stderr.splitlines()
    assert told.startswith(f"{name} has the SHA-256 ")
    assert "is damaged: " in error and "`kembar build` makes it again" in error
    assert tiny("build").stderr.splitlines()[-1] == "a new release"
    assert tiny("check").exit_code == 0


@pytest.mark.slow
def test_check_and_releases_tell_of_a_manifest_that_is_none(tiny):
    tiny("build")
    release = current_release(tiny.home)
    (release.path / "manifest.json").write_text('{"id": "x"}')
    result = tiny("check", release.id[:10])
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"release {release.id} is damaged: manifest.json has not the SHA-256" in result.stderr
    listed = tiny("releases", "--format", "csv")
    assert (listed.exit_code, listed.stdout.count("\n")) == (0, 1)
    assert f"release {release.id} is damaged" in listed.stderr


def test_collections_are_listed_with_what_was_read(tiny):
    licence = "https://creativecommons.org/publicdomain/zero/1.0/"
    assert tiny("collections").stdout == (
        "collection,licence,compiled,rows,claims,issues,decided,minted,undecided,repeated,with_issue\n"
        f"tiny,{licence},2026-01-31,4,3,1,75.0%,0.0%,0.0%,0.0%,25.0%\n"
    )
    assert lines(tiny("collections", "--format", "table").stdout) == [
        "collection licence compiled rows claims issues decided minted undecided repeated with_issue",
        f"tiny {licence} 2026-01-31 4 3 1 75.0% 0.0% 0.0% 0.0% 25.0%",
    ]


def test_the_issues_of_collections_are_listed_with_their_reason(tiny):
    assert tiny("collections", "--issues").stdout == (
        "collection,row,line,kind,reason\ntiny,T4,5,domestic-pair,two cities of one country\n"
    )


def test_more_collections_are_named_on_the_command_line(tiny, monkeypatch):
    monkeypatch.setattr("loaders.workspace.bundled_folders", lambda: [])
    assert (
        tiny("collections").stdout
        == "collection,licence,compiled,rows,claims,issues,decided,minted,undecided,repeated,with_issue\n"
    )
    listed = tiny("collections", "--collections", str(tiny.folder.parent)).stdout.splitlines()
    assert [line.split(",")[0] for line in listed] == ["collection", "tiny"]


def test_freezing_writes_the_registers_once(tiny):
    assert tiny("collections", "--freeze").stderr == "tiny: 1 new in its register\n"
    assert tiny("collections", "--freeze").stderr == "tiny: 0 new in its register\n"
