"""A harvest from an endpoint that answers as QLever does is the harvest of any other."""

import pytest
from click.testing import CliRunner

from endpoint.cli.commands.fetch import fetch_command
from endpoint.config import Config
from graph.errors import FetchError
from loaders.harvest.answers import is_whole
from loaders.harvest.collection import harvest_wikidata
from loaders.harvest.fetch import Fetcher
from loaders.manners import Manners
from loaders.wikidata.harvested import read_harvest
from tests.kit.http.elsewhere.qlever_endpoint import (
    BREAKS_OFF,
    OUT_OF_MEMORY,
    OUT_OF_TIME,
    Qlever,
    error,
)
from tests.kit.http.elsewhere.wikidata_endpoint import FakeClock, Fault, items_of, running_endpoint

CONTACT = "me@example.org"


@pytest.fixture
def qlever():
    with running_endpoint(kind=Qlever) as server:
        yield server


@pytest.fixture
def whole(tmp_path_factory):
    """What the harvest of the same data from an endpoint of another kind holds."""
    with running_endpoint() as server:
        return harvest(server, tmp_path_factory.mktemp("other"), FakeClock())


def harvest(endpoint, output, time):
    with Fetcher(endpoint.url, CONTACT, manners=Manners(tries=3), clock=time.clock) as fetcher:
        harvest_wikidata(output, fetcher)
    return list(read_harvest(output / "harvest"))


def refused(endpoint, query, time=None):
    time = time or FakeClock()
    with Fetcher(endpoint.url, CONTACT, clock=time.clock) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.ask(query)
    return caught.value


def test_it_is_the_same_to_the_last_value(qlever, whole, tmp_path):
    assert harvest(qlever, tmp_path, FakeClock()) == whole
    assert len(qlever.asked) == 14


def test_the_command_harvests_it(qlever, whole, tmp_path):
    config = Config.from_environ({"KEMBAR_HOME": str(tmp_path)})
    result = CliRunner().invoke(fetch_command, ["wikidata", "--endpoint", qlever.url], obj=config)
    assert result.exit_code == 0, result.output
    assert list(read_harvest(tmp_path / "collections" / "wikidata" / "harvest")) == whole


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wait", "sleeps"), [("", [2.0] * 3), ("7", [7.0] * 6)], ids=["alone", "behind a gateway"]
)
def test_a_question_out_of_time_is_split_after_the_wait_that_is_asked_for(
    qlever, whole, tmp_path, wait, sleeps
):
    """Of 11 and 13 items at once, and of 7; a gateway that says when to come back is heard each time."""
    qlever.wait, time = wait, FakeClock()
    qlever.is_too_much = lambda query: items_of(query) > 6
    assert harvest(qlever, tmp_path, time) == whole
    assert [items_of(query) for query in qlever.queries[10:]] == [11, 11, 5, 6, 13, 13, 6, 7, 7, 3, 4, 1, 1]
    assert time.sleeps == sleeps


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500, body=error(OUT_OF_MEMORY)),
        Fault(429, {"Retry-After": "7"}, error(OUT_OF_TIME)),
        Fault(truncate=BREAKS_OFF),
        Fault(cut=True),
    ],
    ids=["memory", "time", "words at the end", "a connection that ends"],
)
def test_what_is_too_much_is_not_asked_a_third_time(qlever, fault):
    qlever.faults.extend([fault] * 9)
    assert refused(qlever, "SELECT * { ?item ?property ?value }").too_slow
    assert len(qlever.asked) == 2


def test_a_rate_limit_is_no_lack_of_time(qlever):
    qlever.faults.extend([Fault(429, {"Retry-After": "7"}, b"Too many requests, wait for the timeout")] * 9)
    assert not refused(qlever, "SELECT * { ?item ?property ?value }").too_slow
    assert len(qlever.asked) == 6


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            'SELECT * { ?item ?property ?value SERVICE wikibase:label { bd:serviceParam bd:language "en" } }',
            "Invalid SPARQL query: SERVICE wikibase:label is not supported by QLever",
        ),
        ("SELECT * { ?item wdt:P190 ?value }", "Invalid SPARQL query: error at 1:"),
    ],
    ids=["label service", "prefix that nobody declared"],
)
def test_what_it_does_not_take_is_told_in_its_words(qlever, query, said):
    problem = refused(qlever, query)
    assert problem.what.startswith(f"it answers 400 Bad Request: {said}")
    assert len(qlever.asked) == 1


def test_fewer_results_than_it_says_there_are_no_answer(qlever):
    _, body = qlever.evaluate("SELECT * { ?item ?property ?value } LIMIT 3")
    assert is_whole(body)
    assert not is_whole(body.replace(b'"result-size-total": 3', b'"result-size-total": 4'))
    assert not is_whole(error(OUT_OF_TIME))
