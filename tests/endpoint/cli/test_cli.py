"""The command line over the world: what goes to stdout, what to stderr, and the exit codes."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from endpoint.cli import wsgi
from endpoint.cli.commands import serve
from endpoint.cli.main import COMMANDS, main
from ontology import BASE, rules
from queries import catalogue
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


@pytest.mark.slow
def test_an_answer_is_csv_when_no_person_reads_it(kembar):
    result = kembar("query", "cities-with-multiple-partners", "--min", "2")
    assert (result.exit_code, result.stdout_bytes.decode(), result.stderr) == (0, CITIES_CSV, "")


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_table_is_a_page_that_says_of_how_many_rows(kembar):
    arguments = ["cities-with-multiple-partners", "--min", "1", "--format", "table", "--limit", "4"]
    result = kembar("query", *arguments, "--page", "2")
    assert [line.split()[0] for line in lines(result.stdout)[1:]] == ["Jakarta", "Liverpool"]
    assert result.stderr.startswith("2 rows of 6; --limit and --page show others, --format csv writes all\n")


@pytest.mark.parametrize("page", ["1", "99"])
def test_a_part_of_the_rows_says_of_how_many(kembar, page):
    arguments = [
        "cities-with-multiple-partners",
        "--min",
        "1",
        "--format",
        "csv",
        "--limit",
        "4",
        "--page",
        page,
    ]
    result = kembar("query", *arguments)
    assert len(result.stdout.splitlines()) == (5 if page == "1" else 1)
    assert "a part of 6 rows" in result.stderr
    assert "a part of" not in kembar("query", *arguments[:5]).stderr


def test_an_option_that_is_given_twice_is_a_wrong_usage(kembar):
    result = kembar("query", "partners-of-a-city", "--city", "Seoul", "--city", "Busan")
    assert (result.exit_code, "is given 2 times; give it once" in result.stderr) == (2, True)


@pytest.mark.slow
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


@pytest.mark.slow
def test_json_is_the_sparql_format(kembar):
    result = kembar("query", "growth-by-year", "--format", "json", "--from", "2017")
    assert [row["year"]["value"] for row in json.loads(result.stdout)["results"]["bindings"]] == ["2018"]


@pytest.mark.slow
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
        (["sparql", "ASK {}", "--timeout", "nan"], "'nan' is no number of seconds"),
        (["sparql", "ASK {}", "--timeout", "inf"], "'inf' is no number of seconds"),
        (["pull", "http://localhost:1", "--every", "nan"], "'nan' is no number of seconds"),
        (["publish", "--engine", "here"], "'here' is no address of the web"),
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_every_kind_of_answer_is_a_table_for_people_within_the_time_given(kembar):
    assert lines(kembar("sparql", "ASK {}", "--format", "table").stdout) == ["answer", "true"]
    graph = kembar("sparql", "CONSTRUCT { <a:s> <a:p> 1 } WHERE {}", "--format", "table")
    assert lines(graph.stdout) == ["subject predicate object", "a:s a:p 1"]
    late = kembar("sparql", RUNAWAY, "--format", "table", "--timeout", "0.2")
    assert (late.exit_code, late.stderr) == (1, "Error: the query did not end within 0.2 seconds\n")


@pytest.mark.slow
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


@pytest.mark.slow
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
