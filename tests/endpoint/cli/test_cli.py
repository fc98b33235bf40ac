"""The command line over the world: what goes to stdout, what to stderr, and the exit codes."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from pyoxigraph import Store

from endpoint.cli import wsgi
from endpoint.cli.commands import serve
from endpoint.cli.main import COMMANDS, main
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, list_releases
from ontology import BASE, rules
from queries import catalogue
from tests.kit.graph.collections import FILES, edited, write_collection
from tests.kit.graph.releases import flip
from tests.kit.http.engine import RUNAWAY
from tests.kit.http.site import RELEASE, make_world_home
from tests.kit.paths import ROOT

CITIES_CSV = (
    "cityLabel,countryLabel,partners,levelLabel,city,country,level,point\r\n"
    f'Seoul,South Korea,2,"Province, prefecture or state",{BASE}place/Q8684,{BASE}place/Q884,'
    f"{BASE}vocab/level/province,POINT(126.98 37.57)\r\n"
    f"Surabaya,Indonesia,2,City or municipality,{BASE}place/Q11462,{BASE}place/Q252,"
    f"{BASE}vocab/level/city,POINT(112.74 -7.25)\r\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    make_world_home(folder)
    return folder


@pytest.fixture
def kembar(home):
    """Run a command over the world."""

    def run(*arguments, home=home, **more):
        return CliRunner().invoke(main, ["--home", str(home), *arguments], **more)

    return run


def lines(text):
    return [" ".join(line.split()) for line in text.splitlines() if line.strip(" ─")]


def test_help_lists_every_command(kembar):
    result = kembar("--help")
    assert result.exit_code == 0
    listed = result.stdout.split("Commands:\n")[1].splitlines()
    assert [line.split(maxsplit=1)[0] for line in listed] == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(kembar, command):
    result = kembar(command, "--help")
    assert result.exit_code == 0
    assert f"kembar {command}" in result.stdout.split("\n", 1)[1]


def test_home_comes_from_the_option_else_the_environment(home, tmp_path):
    run = CliRunner().invoke
    named = run(main, ["check"], env={"KEMBAR_HOME": str(home)})
    assert named.exit_code == 0
    nothing = run(main, ["--home", str(tmp_path), "check"], env={"KEMBAR_HOME": str(home)})
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert nothing.stderr == f"Error: there is no release in {tmp_path}; run `kembar build`\n"


def test_query_alone_lists_the_questions(kembar):
    result = kembar("query")
    assert result.exit_code == 0
    assert lines(result.stdout)[1:] == [
        f"{slug} {query.summary['en']}" for slug, query in catalogue().items()
    ]


@pytest.mark.parametrize("slug", list(catalogue()))
def test_every_question_has_a_command_with_its_parameters(kembar, slug):
    result = kembar("query", slug, "--help")
    assert result.exit_code == 0
    for parameter in catalogue()[slug].parameters:
        assert f"--{parameter.name} " in result.stdout


def test_an_answer_is_csv_when_no_person_reads_it(kembar):
    result = kembar("query", "cities-with-multiple-partners", "--min", "2")
    assert (result.exit_code, result.stdout_bytes.decode(), result.stderr) == (0, CITIES_CSV, "")


def test_an_answer_is_a_table_for_people(kembar):
    result = kembar("query", "partners-of-a-city", "--city", "Surabaya", "--lang", "id", "--format", "table")
    assert result.exit_code == 0
    assert lines(result.stdout) == [
        "Mitra Negara Sejak Bila disimpulkan, caranya Status Jenis Sumber Kemitraan",
        "Busan Korea Selatan 24 Agustus 1994 Aktif Kota kembar 4 partnership:Q11462-Q16520",
        "Liverpool Britania Raya 19 Maret 2018 Tidak diketahui Kota kembar 3 partnership:Q11462-Q24826",
    ]
    assert result.stderr.splitlines() == [
        "2 rows",
        "Mitra yang dicantumkan: 2",
        "Di antaranya, mitra yang negaranya tidak diketahui: 0",
        "Di antaranya, kemitraan yang awalnya tidak diketahui: 0",
        "Tidak termasuk: pasangan yang diklaim atau dikehendaki, tetapi tidak diterima: 0",
    ]


def test_a_table_is_a_page_that_says_of_how_many_rows(kembar):
    arguments = ["cities-with-multiple-partners", "--min", "1", "--format", "table", "--limit", "4"]
    result = kembar("query", *arguments, "--page", "2")
    assert [line.split()[0] for line in lines(result.stdout)[1:]] == ["Jakarta", "Liverpool"]
    assert result.stderr.startswith("2 rows of 6; --limit and --page show others, --format csv writes all\n")


def test_an_option_that_is_given_twice_is_a_wrong_usage(kembar):
    result = kembar("query", "partners-of-a-city", "--city", "Seoul", "--city", "Busan")
    assert (result.exit_code, "is given 2 times; give it once" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("csv", "yearLabel,partnerships,year\r\n1984,1,1984\r\n"),
        ("tsv", '?yearLabel\t?partnerships\t?year\n"1984"\t1\t1984\n'),
        ("xml", "<?xml"),
    ],
)
def test_an_answer_in_a_named_format(kembar, name, start):
    result = kembar("query", "growth-by-year", "--format", name)
    assert result.exit_code == 0
    assert result.stdout_bytes.decode().startswith(start)


def test_json_is_the_sparql_format(kembar):
    result = kembar("query", "growth-by-year", "--format", "json", "--from", "2017")
    assert [row["year"]["value"] for row in json.loads(result.stdout)["results"]["bindings"]] == ["2018"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "cities-with-several-partners"], "did you mean cities-with-multiple-partners"),
        (["query", "zzz"], "`kembar query` lists them."),
        (
            ["query", "partners-of-a-city", "--city", "Surabya"],
            "'Surabya' is no place of the data; did you mean Surabaya (Q11462, Indonesia)?",
        ),
        (["query", "cities-with-multiple-partners", "--min", "two"], "--min"),
        (["query", "cities-with-multiple-partners", "--level", "village"], "--level"),
        (["query", "partners-of-a-city", "--town", "Surabaya"], "--town"),
        (["query", "partners-of-a-city", "--format", "xlsx"], "xlsx"),
        (["sparql"], "give one query"),
        (["sparql", "ASK {}", "--format", "turtle"], "json, xml, csv, tsv"),
        (["sparql", "ASK {}", "--timeout", "0"], "--timeout"),
        (["serve", "--port", "0"], "--port"),
        (["collections", "--format", "xml"], "xml"),
        (["nothing"], "nothing"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_what_would_be_right(kembar, arguments, message):
    result = kembar(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())


@pytest.mark.slow
def test_sparql_takes_a_query_from_an_argument_a_file_or_stdin(kembar, tmp_path):
    iso = f"<{BASE}ontology#isoCode>"
    query = f"SELECT ?code WHERE {{ ?c {iso} ?code . FILTER(STRLEN(?code) = 2) }} ORDER BY ?code"
    file = tmp_path / "countries.rq"
    file.write_text(query, encoding="utf-8")
    expected = "code\r\nGB\r\nID\r\nJP\r\nKR\r\n"
    assert kembar("sparql", query).stdout_bytes.decode() == expected
    assert kembar("sparql", "--file", str(file)).stdout_bytes.decode() == expected
    assert kembar("sparql", "-", input=query).stdout_bytes.decode() == expected


QUERY = 'SELECT ("Saint-Étienne" AS ?x) {}'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_query_may_begin_with_a_byte_order_mark(kembar, tmp_path, encoding):
    file = tmp_path / "query.rq"
    file.write_bytes(QUERY.encode(encoding))
    assert lines(kembar("sparql", "--file", str(file)).stdout) == ["x", "Saint-Étienne"]
    assert lines(kembar("sparql", "-", input=QUERY.encode(encoding)).stdout) == ["x", "Saint-Étienne"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-32"])
def test_a_query_in_another_encoding_is_a_sentence(kembar, tmp_path, encoding):
    file = tmp_path / "query.rq"
    file.write_bytes(QUERY.encode(encoding))
    for result in (kembar("sparql", "--file", str(file)), kembar("sparql", "-", input=file.read_bytes())):
        assert result.exit_code == 2
        assert "line 1: it is not UTF-8 (" in result.stderr and "save it as UTF-8" in result.stderr


@pytest.mark.slow
def test_a_stream_without_the_letters_shows_escapes(home):
    command = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home), "sparql", QUERY, "--format"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    table = subprocess.run([*command, "table"], env=ascii_only, capture_output=True, check=True, cwd=ROOT)
    assert b"Saint-\\xc9tienne" in table.stdout
    csv = subprocess.run([*command, "csv"], env=ascii_only, capture_output=True, check=True, cwd=ROOT)
    assert csv.stdout.decode() == "x\r\nSaint-Étienne\r\n"


def test_a_network_as_of_a_date_with_zeros_is_that_of_the_year(kembar):
    year, zeros = (kembar("network", "--as-of", date, "--format", "edges") for date in ("1995", "1995-00-00"))
    assert (zeros.exit_code, zeros.stdout) == (0, year.stdout)
    assert "as of 1995;" in zeros.stderr
    assert kembar("network", "--as-of", "0000").exit_code == 2


def test_sparql_shows_a_table_with_short_addresses(kembar):
    query = f"SELECT ?city WHERE {{ ?city a <{BASE}ontology#Country> }} ORDER BY ?city LIMIT 2"
    result = kembar("sparql", query, "--format", "table")
    assert lines(result.stdout) == ["city", "place:Q145", "place:Q17"]


def test_every_kind_of_answer_is_a_table_for_people_within_the_time_given(kembar):
    assert lines(kembar("sparql", "ASK {}", "--format", "table").stdout) == ["answer", "true"]
    graph = kembar("sparql", "CONSTRUCT { <a:s> <a:p> 1 } WHERE {}", "--format", "table")
    assert lines(graph.stdout) == ["subject predicate object", "a:s a:p 1"]
    late = kembar("sparql", RUNAWAY, "--format", "table", "--timeout", "0.2")
    assert (late.exit_code, late.stderr) == (1, "Error: the query did not end within 0.2 seconds\n")


def test_sparql_writes_graphs_as_n_triples_or_turtle(kembar):
    values = f"VALUES (?c ?p ?o) {{ (<{BASE}place/Q1> <{BASE}ontology#level> 1) }}"
    query = f"CONSTRUCT {{ ?c ?p ?o }} WHERE {{ {values} }}"
    assert kembar("sparql", query).stdout == (
        f'<{BASE}place/Q1> <{BASE}ontology#level> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    )
    assert "place:Q1 kk:level 1" in kembar("sparql", query, "--format", "turtle").stdout


def test_ask_is_json(kembar):
    assert json.loads(kembar("sparql", "ASK {}").stdout)["boolean"] is True


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * WHERE { ?s ?p }", "line 1"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "INSERT"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_a_query_that_fails_is_exit_code_1_and_no_data(kembar, query, message):
    result = kembar("sparql", query)
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


def test_check_lists_every_rule_and_all_hold(kembar):
    result = kembar("check")
    assert result.exit_code == 0, result.stderr
    shown = lines(result.stdout)
    assert shown[0] == f"Release {RELEASE}"
    assert [line.split()[0] for line in shown[2:]] == [rule.name for rule in rules()]
    assert all(line.endswith("ok") for line in shown[2:])


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


def test_a_refused_build_tells_each_rule_ten_things_and_the_mend(tiny):
    before = tiny("build").stdout.splitlines()[-1]
    years = range(2201, 2213)
    row = "T{year},,,,,rule,{year},,,,,A rule of the future,example-org-087a05,,regulation/r1\n"
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
        "  and 2 more",
        f"  mend: {next(rule.mend for rule in rules() if rule.name == 'date-form')}",
        "Error: the release is refused; `current` is as it was",
    ]
    assert current_release(tiny.home).id == before


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


def test_serve_hands_the_current_release_to_the_server(kembar, home, monkeypatch):
    served = []
    monkeypatch.setattr(wsgi, "serve", lambda *arguments: served.append(arguments))
    result = kembar("serve", "--port", "8123", "--processes", "1")
    assert result.exit_code == 0
    ((config, release, host, port),) = served
    assert (config.home, release.id, host, port) == (home, RELEASE, "127.0.0.1", 8123)


def test_serve_has_as_many_processes_as_it_is_told(kembar, monkeypatch):
    served = []
    monkeypatch.setattr(wsgi, "serve", lambda config, *_: served.append(config.processes))
    monkeypatch.setattr(serve, "serve_with_processes", lambda config, *_: served.append(-config.processes))
    for given in ("2", "1"):
        assert kembar("serve", "--processes", given).exit_code == 0
    assert served == [-2, 1]


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


@pytest.mark.slow
def test_a_list_of_commands_needs_none_of_them_and_only_serving_needs_the_application():
    code = (
        "import sys\nfrom importlib import import_module\nfrom endpoint.cli.main import COMMANDS, main\n"
        "main(['--help'], standalone_mode=False)\n"
        "print([name for name in ('flask', 'rdflib', 'pyoxigraph') if name in sys.modules])\n"
        "for module in sorted({module for module, _ in COMMANDS.values()} - {'serve'}):\n"
        "    import_module(f'endpoint.cli.commands.{module}')\n"
        "print('endpoint.app' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-2:] == ["[]", "False"]


def test_a_terminal_gets_a_table_and_turtle_without_asking(kembar, monkeypatch):
    for name in ("commands.query", "commands.sparql", "output"):
        monkeypatch.setattr(f"endpoint.cli.{name}.is_terminal", lambda: True)
    assert lines(kembar("query", "growth-by-year", "--from", "2017").stdout) == [
        "Year Partnerships",
        "2018 1",
    ]
    assert lines(kembar("sparql", "SELECT (1 AS ?n) WHERE {}").stdout) == ["n", "1"]
    graph = kembar("sparql", f"CONSTRUCT {{ <{BASE}place/Q1> <{BASE}ontology#level> 1 }} WHERE {{}}")
    assert graph.stdout.endswith("place:Q1 kk:level 1 .\n")
    assert kembar("sparql", "ASK {}", "--format", "csv").stdout == "true\n"
