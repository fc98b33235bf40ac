"""Errors of the command: a sentence and an exit code, where they come from only when asked."""

import logging
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from endpoint.cli.main import main
from endpoint.cli.output import LineFormatter, plain, write_output
from tests.kit.paths import ROOT


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


@pytest.mark.parametrize(
    "arguments",
    [
        ("--home", "", "releases"),
        ("deposit", "--to", ""),
        ("network", "--output", ""),
        ("places", "review", "--to", ""),
        ("fetch", "wikidata", "--output", ""),
        ("publish", "--bulk", ""),
    ],
)
def test_an_empty_path_is_not_the_folder_one_is_in(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "it is empty; name a path" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_command_that_there_is_not_is_told_with_the_likest():
    assert "No such command 'qurey'. Did you mean query?" in CliRunner().invoke(main, ["qurey"]).stderr
    assert "Did you mean" not in CliRunner().invoke(main, ["xyz"]).stderr


def test_help_that_cannot_be_written_is_a_sentence():
    command = [sys.executable, "-c", "from endpoint.cli.main import main; main()", "--help"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "No space left on device" in done.stderr


def test_no_part_of_a_file_is_left_where_there_is_no_room(tmp_path):
    def leave_no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    write = "write_output(Path('x'), b'a' * 2000)"
    program = f"from pathlib import Path; from endpoint.cli.output import write_output; {write}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=leave_no_room,
    )
    assert "click.exceptions.FileError" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_output_is_replaced_whole_and_a_device_stays_one(tmp_path):
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "link").symlink_to("x")
    write_output(tmp_path / "link", b"new")
    assert (tmp_path / "x").read_bytes() == b"new" and (tmp_path / "link").is_symlink()
    write_output(Path("/dev/null"), b"new")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_an_address_where_nothing_can_listen_is_one_sentence(bundled, processes):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        taken = run(bundled.home, "serve", "--port", port, "--processes", processes)
    assert (taken.exit_code, taken.stderr) == (
        1,
        f"Error: nothing can listen at 127.0.0.1:{port} (Address already in use); give another\n",
    )
    for host in ("192.0.2.1", "a..b", "nowhere.invalid"):
        nowhere = run(bundled.home, "serve", "--host", host, "--processes", processes)
        assert (nowhere.exit_code, nowhere.stderr.count("\n")) == (1, 1)
