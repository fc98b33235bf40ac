"""Unclear names in the terminal: a person chooses from a list, a program gets an error with the same."""

import csv
import io

import pytest
from click.testing import CliRunner

from endpoint.cli import choice
from endpoint.cli.main import main
from graph.names.index.ask import NameIndex
from graph.names.index.entry import Entry
from graph.names.index.read import Named
from ontology import BASE
from tests.kit.http.site import make_world_home

TWO = NameIndex.of(
    Named(
        (
            Entry("Q252", frozenset({"Place", "Country"}), {"en": "Indonesia"}, facts={"isoCode": "ID"}),
            Entry("Q11462", labels={"en": "San José"}, facts={"country": "Q252"}, partners=(("Q1", 2018),)),
            Entry("Q10389", labels={"en": "San Jose"}, facts={"country": "Q252"}),
        )
    )
)
LISTED = [
    "'san jose' may be one of these:",
    "  1  San José: place in Indonesia; 1 partner; Q11462",
    "  2  San Jose: place in Indonesia; 0 partners; Q10389",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    make_world_home(folder)
    return folder


@pytest.fixture
def ask(home, monkeypatch):
    """Ask for the partners of San José, of which there are two."""
    monkeypatch.setattr("endpoint.cli.commands.query.read_names", lambda _: TWO)

    def run(*arguments, **more):
        command = ["--home", str(home), "query", "partners-of-a-city", "--city", *arguments]
        return CliRunner().invoke(main, command, **more)

    return run


@pytest.mark.slow
def test_a_person_chooses_by_number(ask, monkeypatch):
    monkeypatch.setattr(choice, "is_attended", lambda: True)
    result = ask("san jose", input="3\n2\n")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[:3] == LISTED
    assert "3 is not in the range" in result.stderr
    partners = [row["partner"] for row in csv.DictReader(io.StringIO(result.stdout))]
    assert partners == [f"{BASE}place/Q8684"]


@pytest.mark.slow
def test_who_chooses_nothing_gets_no_answer(ask, monkeypatch):
    monkeypatch.setattr(choice, "is_attended", lambda: True)
    result = ask("san jose", input="")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_program_gets_an_error_with_the_same_places(ask):
    result = ask("san jose")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "San José (Q11462, Indonesia); San Jose (Q10389, Indonesia)" in " ".join(result.stderr.split())


@pytest.mark.slow
def test_one_of_them_by_id_is_no_question(ask, monkeypatch):
    monkeypatch.setattr(choice, "is_attended", lambda: True)
    assert ask("Q11462").stderr == ""
