"""The documentation names everything there is, and what it shows works."""

import re
import shlex
import shutil
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import loaders
from endpoint.cli.main import COMMANDS, main
from endpoint.config import Config
from queries import catalogue
from queries.canned import LANG
from tests.kit.paths import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LIST = "my-lists"
"""A folder of the reader's own in the README. Its `fetch` asks the network: test_fetch_command.py does."""
README_COMMANDS = [
    shlex.split(command)[1:]
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for command in re.findall(r"^\.venv/bin/(kembar (?:[^'\n]|'[^']*')*)$", block, re.MULTILINE)
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name):
    assert f"`kembar {name}" in REFERENCE
    command = main.get_command(click.Context(main), name)
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[0] in REFERENCE, f"{name} {option.opts[0]}"


@pytest.mark.parametrize("field", fields(Config), ids=lambda field: field.name)
def test_every_setting_is_documented_with_its_default(field):
    row = next(line for line in REFERENCE.splitlines() if f"`KEMBAR_{field.name.upper()}`" in line)
    if isinstance(field.default, int | float) and field.name not in ("workers", "processes"):
        assert row.endswith(f"| {field.default:.10g} |")


@pytest.mark.parametrize("slug", catalogue())
def test_every_question_is_documented_with_its_parameters(slug):
    row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| `{slug}`"))
    cell, query = row.split("|")[2].strip(), catalogue()[slug]
    told = re.findall(r"(\w+)(?: \([^)]*\))?(?:,|$)", cell.replace("*", ""))
    assert told == [p.name for p in query.parameters if p != LANG]
    assert re.findall(r"\*\*(\w+)\*\*", cell) == [p.name for p in query.parameters if p.required]
    assert LANG in query.parameters


@pytest.mark.slow
def test_every_route_is_documented(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            first = rule.rule.split("<")[0].rstrip("/.") or "/"
            assert f"`{first}" in REFERENCE, rule.rule


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_shows_commands():
    assert len(README_COMMANDS) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("command", [c for c in README_COMMANDS if not {"fetch", LIST} & {*c}], ids=" ".join)
def test_the_commands_of_the_readme_run(command, bundled):
    result = CliRunner().invoke(main, ["--home", str(bundled.home), *command])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()


@pytest.mark.slow
def test_the_commands_of_the_readme_about_lists_run(tmp_path, monkeypatch):
    example = Path(loaders.__file__).parent / "collections" / "EXAMPLE"
    shutil.copytree(example, tmp_path / LIST / "example")
    (tmp_path / LIST / "example" / "collection.toml.example").rename(
        tmp_path / LIST / "example" / "collection.toml"
    )
    monkeypatch.chdir(tmp_path)
    commands = [command for command in README_COMMANDS if LIST in command]
    assert [command[0] for command in commands] == ["build", "places"]
    for command in commands:
        result = CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *command])
        assert result.exit_code == 0, result.output
        assert result.stdout.strip()


def test_the_answer_in_the_readme_is_the_real_one(bundled):
    answer = re.search(r"```csv\n(.*?)```", README, re.DOTALL)[1]
    result = CliRunner().invoke(main, ["--home", str(bundled.home), *README_COMMANDS[0]])
    assert result.stdout.replace("\r\n", "\n") == answer
