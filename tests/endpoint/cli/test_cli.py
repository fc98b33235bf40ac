"""The command line over the world: what goes to stdout, what to stderr, and the exit codes."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from endpoint.cli import main as cli_main
from endpoint.cli import wsgi
from endpoint.cli.main import main
from graph.errors import RefusedRelease
from graph.model.claims import CollectionInfo
from graph.pipeline.build import BuildReport
from graph.store.releases import current_release
from loaders.folders import bundled_folders
from loaders.workspace import Workspace
from ontology import BASE, Breach, Rule, rules
from queries import catalogue
from tests.kit.collections import write_collection
from tests.kit.http.site import RELEASE, make_world_home
from tests.kit.paths import ROOT

COMMANDS = (
    "build",
    "check",
    "collections",
    "diff",
    "fetch",
    "measures",
    "network",
    "places",
    "query",
    "releases",
    "serve",
    "sparql",
)
CITIES_CSV = (
    "cityLabel,countryLabel,partners,city,country,point\r\n"
    f"Seoul,South Korea,2,{BASE}place/Q8684,{BASE}place/Q884,POINT(126.98 37.57)\r\n"
    f"Surabaya,Indonesia,2,{BASE}place/Q11462,{BASE}place/Q252,POINT(112.74 -7.25)\r\n"
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
    assert tuple(line.split()[0] for line in listed) == COMMANDS


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
        "Mitra Negara Sejak Status Jenis Sumber Kemitraan",
        "Busan Korea Selatan 24 Agustus 1994 Aktif Kota kembar 4 partnership:Q11462-Q16520",
        "Liverpool Britania Raya 19 Maret 2018 Tidak diketahui Kota kembar 3 partnership:Q11462-Q24826",
    ]
    assert result.stderr == "2 rows\n"


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("csv", "year,partnerships\r\n1984,1\r\n"),
        ("tsv", "?year\t?partnerships\n1984\t1\n"),
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
            "'Surabya' is no place of the data; did you mean Surabaya?",
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


def breach(count, fatal=True):
    rule = Rule("one-node-a-pair", "A pair has one node", fatal, "Merge the nodes.", "")
    return Breach(
        rule, tuple({"thing": f"{BASE}partnership/{n}", "detail": f"row {n}"} for n in range(count))
    )


@pytest.mark.parametrize(("fatal", "code"), [(True, 1), (False, 0)])
def test_check_fails_only_for_rules_that_must_hold(kembar, monkeypatch, fatal, code):
    monkeypatch.setattr(cli_main, "find_breaches", lambda store: [breach(2, fatal)])
    result = kembar("check")
    assert result.exit_code == code
    state = next(line for line in lines(result.stdout) if line.startswith("one-node-a-pair"))
    assert state.endswith("broken by 2")
    assert "mend: Merge the nodes." in result.stderr


def test_a_refused_build_tells_each_rule_ten_things_and_the_mend(kembar, monkeypatch):
    def refuse(*_, **__):
        raise RefusedRelease([breach(12)])

    monkeypatch.setattr(cli_main, "build", refuse)
    result = kembar("build")
    assert (result.exit_code, result.stdout) == (1, "")
    told = result.stderr.splitlines()
    assert told[0] == "broken: one-node-a-pair: A pair has one node"
    assert told[1] == f"  {BASE}partnership/0  row 0"
    assert told[10:13] == [f"  {BASE}partnership/9  row 9", "  and 2 more", "  mend: Merge the nodes."]
    assert told[-1] == "Error: the release is refused; `current` is as it was"


def test_build_tells_the_tally_and_the_counts_and_ends_with_the_release(kembar, home, monkeypatch):
    calls = []

    def fake(load, where, *, force, keep, questions, inputs, progress):
        calls.append((load, where, force, keep, sorted(questions), inputs))
        progress("reading the collections")
        return BuildReport(current_release(home), unchanged=False)

    monkeypatch.setattr(cli_main, "build", fake)
    result = kembar("build", "--force")
    assert result.exit_code == 0
    files = sorted(f"{slug}.rq" for slug in catalogue())
    ((load, *rest),) = calls
    assert load.__self__.folders == tuple(bundled_folders())
    assert rest == [home, True, 5, files, ()]
    shown = lines(result.stdout)
    assert shown[:3] == ["What became of each row", "collection rows pair issue", "indonesia 22 21 1"]
    assert "partnerships accepted 5" in shown
    assert shown[-1] == RELEASE
    assert result.stderr.splitlines() == ["reading the collections", "a new release"]


def test_serve_hands_the_current_release_to_the_server(kembar, home, monkeypatch):
    served = []
    monkeypatch.setattr(wsgi, "serve", lambda *arguments: served.append(arguments))
    result = kembar("serve", "--port", "8123")
    assert result.exit_code == 0
    ((config, release, host, port),) = served
    assert (config.home, release.id, host, port) == (home, RELEASE, "127.0.0.1", 8123)


def collection(name):
    from datetime import date

    from graph.model.claims import LoadedCollection

    info = CollectionInfo(name, (), (), "https://example.org/licence", "", date(2026, 11, 21))
    return LoadedCollection(info, (), (), tally={"pair": 3, "issue": 1})


def test_collections_are_listed_with_what_was_read(kembar, monkeypatch):
    monkeypatch.setattr(Workspace, "load", lambda self: [collection("indonesia")])
    assert kembar("collections").stdout == (
        "collection,licence,compiled,rows,claims,issues\n"
        "indonesia,https://example.org/licence,2026-11-21,4,0,0\n"
    )
    table = lines(kembar("collections", "--format", "table").stdout)
    assert table == [
        "collection licence compiled rows claims issues",
        "indonesia https://example.org/licence 2026-11-21 4 0 0",
    ]


def test_the_issues_of_collections_are_listed_with_their_reason(kembar):
    rows = lines(kembar("collections", "--issues").stdout)
    assert rows[0] == "collection,row,line,kind,reason"
    assert any(row.startswith("indonesia,F203,") and ",domestic-pair," in row for row in rows)


def test_freezing_writes_the_registers_once(kembar, monkeypatch, tmp_path):
    folder = write_collection(tmp_path / "tiny")
    monkeypatch.setattr(Workspace, "of", lambda home, more: Workspace((folder,), home))
    assert kembar("collections", "--freeze").stderr == "tiny: 1 new in its register\n"
    assert kembar("collections", "--freeze").stderr == "tiny: 0 new in its register\n"


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
