"""The access log: a JSON line per request, and nobody's address in it."""

import json
import logging
import re
import resource
import threading

import pytest

from endpoint.app import close_app, create_app
from endpoint.config import Config
from endpoint.serving.records.access_log import MOST_PARAMETERS, QUERY_CHARACTERS, LogFile
from graph.errors import ParameterError
from tests.kit.http.engine import JSON, small_config
from tests.kit.http.site import RELEASE, make_world_home

QUERY = "SELECT ?s { ?s a ?class } LIMIT 3"
ADDRESS = "203.0.113.77"


class Site:
    """An application that logs into a file, and the lines of that file."""

    def __init__(self, home, release, **settings):
        self.path = home / "access.log"
        self.app = create_app(small_config(home, access_log=str(self.path), **settings), release)

    def get(self, path, **values):
        client = self.app.test_client()
        return client.get(
            path, query_string=values, headers={"Accept": JSON}, environ_overrides={"REMOTE_ADDR": ADDRESS}
        )

    def lines(self):
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """The sites by their settings, each made when it is first wanted."""
    made = {}

    def find(settings):
        name = str(settings)
        if name not in made:
            home = tmp_path_factory.mktemp("world")
            made[name] = Site(home, make_world_home(home), **settings)
        return made[name]

    yield find
    for site in made.values():
        close_app(site.app)


@pytest.fixture
def site(request, sites):
    """A site that has written nothing yet; it may know answers."""
    found = sites(getattr(request, "param", {}))
    found.path.write_text("")
    return found


@pytest.mark.slow
def test_a_line_says_what_was_asked_and_how_it_ended(site):
    query = QUERY + " # asked by nobody else"
    answer = site.get("/sparql", query=query)
    (line,) = site.lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert 0 < line.pop("query_seconds") < line.pop("seconds")
    assert line == {
        "method": "GET",
        "path": "/sparql",
        "route": "/sparql",
        "status": 200,
        "bytes": len(answer.data),
        "release": RELEASE,
        "queries": 1,
        "query": query,
    }


@pytest.mark.slow
def test_what_was_known_already_is_told(site):
    for _ in range(2):
        site.get("/sparql", query=QUERY + " # asked twice")
    assert [line.get("known", 0) for line in site.lines()] == [0, 1]


@pytest.mark.slow
def test_the_parameters_of_a_question_are_kept_and_its_text_is_not(site):
    site.get("/queries/partners-of-a-city.csv", city="Surabaya")
    (line,) = site.lines()
    assert line["parameters"] == {"city": "Surabaya"}
    assert line["queries"] >= 1
    assert "query" not in line


def test_an_error_is_told_by_its_kind(site):
    site.get("/sparql", query="SELECT * WHER { ?s ?p ?o }")
    site.get("/nothing/at/all")
    assert [(line["status"], line["problem"], line["route"]) for line in site.lines()] == [
        (400, "syntax", "/sparql"),
        (404, "not-found", "none"),
    ]


def test_long_texts_are_cut(site):
    site.get("/sparql", query=QUERY + " # " + "x" * 5000, more="y" * 5000)
    site.get("/" + "z" * 5000)
    site.get("/sparql", **{f"p{number}": "1" for number in range(500)})
    long_query, long_path, many = site.lines()
    assert long_query["query"] == (QUERY + " # " + "x" * 5000)[:QUERY_CHARACTERS] + "…"
    assert long_query["parameters"]["more"] == "y" * QUERY_CHARACTERS + "…"
    assert len(long_path["path"]) == QUERY_CHARACTERS + 1
    assert len(many["parameters"]) == MOST_PARAMETERS
    assert max(map(len, site.path.read_text().splitlines())) < 3000


def test_a_line_is_one_line_of_ascii_whatever_was_sent(site):
    site.get("/sparql\nfake", query='ASK {}\n{"status": 200}', name="\u2028中\x1b[31m")
    text = site.path.read_bytes()
    assert text.count(b"\n") == 1 and text.isascii() and b"\x1b" not in text


@pytest.mark.slow
@pytest.mark.parametrize("site", [{}, {"log_clients": "hashed"}], indirect=True, ids=["none", "hashed"])
def test_no_address_is_ever_written(site):
    site.get("/")
    site.get("/sparql", query=QUERY)
    assert ADDRESS not in site.path.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("site", [{"log_clients": "hashed"}], indirect=True)
def test_a_hashed_client_is_the_same_until_the_process_ends(site, tmp_path):
    site.get("/")
    site.get("/about")
    first, second = (line["client"] for line in site.lines())
    assert first == second and re.fullmatch("[0-9a-f]{16}", first)
    (tmp_path / "other").mkdir()
    other = Site(tmp_path / "other", make_world_home(tmp_path / "other"), log_clients="hashed")
    other.get("/")
    close_app(other.app)
    assert other.lines()[0]["client"] != first


@pytest.mark.slow
@pytest.mark.parametrize("site", [{"log_clients": "hashed", "trusted_proxies": 1}], indirect=True)
def test_behind_a_proxy_the_client_is_the_one_that_the_proxy_saw(site):
    for forwarded in ("198.51.100.1", "6.6.6.6, 198.51.100.1", "198.51.100.2"):
        site.app.test_client().get("/", headers={"X-Forwarded-For": forwarded})
    first, forged, other = (line["client"] for line in site.lines())
    assert first == forged != other


def test_clients_are_not_told_apart_by_default(site):
    site.get("/")
    assert "client" not in site.lines()[0]


def test_answers_without_a_body_have_no_bytes(site):
    tag = site.get("/sparql", query=QUERY).headers["ETag"]
    client = site.app.test_client()
    client.head("/sparql", query_string={"query": QUERY})
    client.get("/sparql", query_string={"query": QUERY}, headers={"Accept": JSON, "If-None-Match": tag})
    assert [(line["status"], line["bytes"] > 0) for line in site.lines()] == [
        (200, True),
        (200, False),
        (304, False),
    ]
    assert "queries" not in site.lines()[2]


def test_a_file_that_was_moved_away_is_made_anew(site, tmp_path):
    site.get("/")
    site.path.rename(tmp_path / "access.log.1")
    site.get("/about")
    assert [line["path"] for line in site.lines()] == ["/about"]


def test_lines_of_many_threads_do_not_mix(site):
    def ask(number):
        for step in range(20):
            site.get(f"/nothing/{number}/{step}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paths = {line["path"] for line in site.lines()}
    assert paths == {f"/nothing/{number}/{step}" for number in range(8) for step in range(20)}


@pytest.mark.slow
def test_nothing_is_written_without_the_setting(tmp_path, capfd):
    app = create_app(small_config(tmp_path), make_world_home(tmp_path))
    app.test_client().get("/")
    close_app(app)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_the_log_can_go_to_stderr(tmp_path, capfd):
    app = create_app(small_config(tmp_path, access_log="-"), make_world_home(tmp_path))
    app.test_client().get("/about")
    close_app(app)
    assert json.loads(capfd.readouterr().err)["path"] == "/about"


def test_settings_are_read_from_the_environment(tmp_path):
    given = {"KEMBAR_HOME": str(tmp_path), "KEMBAR_ACCESS_LOG": "-", "KEMBAR_LOG_CLIENTS": "hashed"}
    config = Config.from_environ(given)
    assert (config.access_log, config.log_clients) == ("-", "hashed")
    with pytest.raises(ParameterError, match="must be none or hashed"):
        Config.from_environ(given | {"KEMBAR_LOG_CLIENTS": "plain"})


@pytest.mark.parametrize("how", ["a full disk", "a folder that is gone"])
def test_a_log_that_cannot_be_written_is_told_once_and_requests_go_on(tmp_path, caplog, how):
    path = tmp_path / "logs" / "access.log"
    path.parent.mkdir()
    file = LogFile(path, encoding="utf-8")
    record = logging.LogRecord("x", logging.INFO, "", 0, "a line", None, None)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        if how == "a full disk":
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        else:
            path.unlink()
            path.parent.rmdir()
        for _ in range(3):
            file.handle(record)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    path.parent.mkdir(exist_ok=True)
    file.handle(record)
    file.close()
    assert len(caplog.records) == 1
    assert "the access log cannot be written" in caplog.text
    assert path.read_text(encoding="utf-8").splitlines()[-1] == "a line"
