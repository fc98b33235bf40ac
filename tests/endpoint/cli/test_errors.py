"""Errors of the command: a sentence and an exit code, where they come from only when asked."""

import logging
import os

from click.testing import CliRunner

from endpoint.cli.main import main
from endpoint.cli.output import LineFormatter, plain


def run(home, *arguments):
    return CliRunner().invoke(main, ["--home", str(home), *arguments])


def test_a_fault_of_the_program_is_a_sentence_that_asks_for_a_report(tmp_path, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("a fault\nof two lines")

    monkeypatch.setattr("endpoint.cli.commands.releases.list_kept", fail)
    result = run(tmp_path, "releases")
    assert result.exit_code == os.EX_SOFTWARE
    (line,) = result.stderr.splitlines()
    assert line.startswith(
        "Error: a fault of the program (ZeroDivisionError: a fault); nothing was replaced."
    )
    assert "Please report it" in line
    shown = run(tmp_path, "--debug", "releases").stderr
    assert "Traceback (most recent call last)" in shown and shown.endswith(result.stderr)


def test_an_error_of_ours_shows_where_it_comes_from_only_when_asked(tmp_path):
    missing = run(tmp_path, "query", "growth-by-year")
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    shown = run(tmp_path, "--debug", "query", "growth-by-year")
    assert shown.exit_code == 1 and "graph.errors.ReleaseError" in shown.stderr


def test_what_strangers_write_steers_no_terminal_and_begins_no_line_of_the_log():
    record = logging.LogRecord(
        "x", logging.WARNING, "", 0, "on: %s", ("a\nERROR all is lost\x1b[2J\x9b\u2028",), None
    )
    line = LineFormatter("%(levelname)s %(message)s").format(record)
    assert line == r"WARNING on: a\nERROR all is lost\x1b[2J\x9b\u2028"
    assert plain("a\x1b[31m\tb\n") == "a\\x1b[31m\tb\n"
