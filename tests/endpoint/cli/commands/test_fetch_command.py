"""``kembar fetch wikidata`` as people use it: what it says, and what happens when it is stopped or killed."""

import io
import json
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from click.testing import CliRunner
from rich.console import Console

from endpoint.cli.commands.fetch import Reporter, describe_progress, fetch_command
from endpoint.config import Config
from loaders.harvest.plan import Progress
from loaders.wikidata.harvested import read_harvest
from tests.kit.http.elsewhere.wikidata_endpoint import EMPTY, Fault, running_endpoint
from tests.kit.processes import PATIENCE, wait_until

RUN = """
import signal, sys
from endpoint.cli.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main(["--home", sys.argv[1], "fetch", *sys.argv[2:]])
"""


@pytest.fixture
def endpoint():
    with running_endpoint() as server:
        yield server


def run(home, *arguments):
    config = replace(Config.from_environ({}), home=home)
    return CliRunner().invoke(fetch_command, ["wikidata", *arguments], obj=config)


def test_it_harvests_into_the_home_folder_and_tells_of_each_part(endpoint, tmp_path):
    result = run(tmp_path, "--endpoint", endpoint.url)
    folder = tmp_path / "collections" / "wikidata"
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{folder}\n"
    lines = result.stderr.splitlines()
    assert len(lines) == 15
    assert lines[0] == "subjects: 1/10 parts"
    assert lines[10].startswith("statements: 11/12 parts, 14 of 14 statements, about ")
    assert lines[13] == "names: 14/14 parts, 14 of 14 statements, about 0 s left"
    assert lines[14] == (
        "14 statements of 11 items name 13 places; 14 questions were asked, 0 answers were there"
    )
    assert len(list(read_harvest(folder / "harvest"))) == 13 + 14


def test_a_second_run_says_that_it_is_complete(endpoint, tmp_path):
    run(tmp_path, "--endpoint", endpoint.url)
    result = run(tmp_path, "--endpoint", endpoint.url)
    assert "0 questions were asked, 14 answers were there; it is complete as of 20" in result.stderr
    assert len(endpoint.asked) == 14


def test_countries_output_and_contact_are_options(endpoint, tmp_path):
    output = tmp_path / "mine"
    result = run(
        tmp_path, "--endpoint", endpoint.url, "--country", "Q145", "--country", "Q17",
        "--output", str(output), "--contact", "https://example.org/me",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "2 statements of 2 items name 4 places" in result.stderr
    assert "; https://example.org/me)" in endpoint.asked[0].headers["User-Agent"]
    assert json.loads((output / "harvest" / "harvest.json").read_text())["countries"] == ["Q17", "Q145"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Say who asks: --contact and your mail address or the address of your page."),
        (["--contact", "me"], "give a mail address or a web address"),
        (["--contact", "me@example.org\nX: y"], "give a mail address or a web address"),
        (["--country", "ID"], "'ID' is not the Wikidata id of a country, such as Q252 for Indonesia"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_asked(tmp_path, arguments, told):
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())
    assert not (tmp_path / "collections").exists()


def test_statements_that_are_missing_are_told(endpoint, tmp_path):
    endpoint.faults.extend([Fault()] * 10 + [Fault(body=EMPTY)])
    result = run(tmp_path, "--endpoint", endpoint.url)
    assert (
        "14 statements that were listed were not given: removed in between, "
        "or the endpoint cuts its answers short"
    ) in result.stderr


def start(endpoint, home):
    """Start a harvest as a process whose thirteenth question is not answered; return both."""
    hold = threading.Event()
    endpoint.faults.extend([Fault()] * 12 + [Fault(hold=hold)])
    command = [sys.executable, "-c", RUN, str(home), "wikidata", "--endpoint", endpoint.url]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: len(endpoint.asked) == 13)
    return process, hold


@pytest.mark.slow
def test_a_harvest_that_is_killed_goes_on(endpoint, tmp_path):
    process, hold = start(endpoint, tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    hold.set()
    folder = tmp_path / "collections" / "wikidata"
    assert process.returncode == -signal.SIGKILL
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "harvest.part"]
    result = run(tmp_path, "--endpoint", endpoint.url)
    assert "2 questions were asked, 12 answers were there" in result.stderr
    assert len({*endpoint.queries[:12]} & {*endpoint.queries[13:]}) == 0
    assert len(list(read_harvest(folder / "harvest"))) == 13 + 14


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(endpoint, tmp_path):
    process, hold = start(endpoint, tmp_path)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    hold.set()
    assert process.returncode == 1
    assert told.splitlines()[-1] == (
        "Error: stopped; what was fetched is kept, "
        "and the same command (without --refresh) goes on where it was"
    )
    assert "Traceback" not in told
    assert "HTTP Request" not in told
    assert "2 questions were asked" in run(tmp_path, "--endpoint", endpoint.url).stderr


STEP = Progress("statements", 12, 40, 1200, 36000, asked=True, seconds_left=400.0)


def test_progress_is_told_in_words():
    assert describe_progress(STEP) == "12/40 parts, 1200 of 36000 statements, about 7 min left"
    assert describe_progress(replace(STEP, seconds_left=89.0)).endswith("about 89 s left")
    assert describe_progress(replace(STEP, listed=0, seconds_left=None)) == "12/40 parts"


def report(*, terminal):
    text = io.StringIO()
    console = Console(file=text, force_terminal=terminal, width=120, highlight=False)
    with Reporter(console) as reporter:
        reporter.step(STEP)
        reporter.step(replace(STEP, done=13, asked=False))
        reporter.write("it answers 429; asking again in 7 s (try 2)")
    return text.getvalue()


def test_a_terminal_shows_a_bar_and_the_waits():
    shown = report(terminal=True)
    assert "13/40 parts" in shown
    assert "━" in shown
    assert "it answers 429; asking again in 7 s (try 2)" in shown


def test_without_a_terminal_there_is_a_line_for_each_question():
    assert report(terminal=False).splitlines() == [
        "statements: 12/40 parts, 1200 of 36000 statements, about 7 min left",
        "it answers 429; asking again in 7 s (try 2)",
    ]
