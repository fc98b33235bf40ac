"""Edits, one after the other: what a home keeps from build to build never shows in a release.

Two lists are edited by dice, a row at a time. After each edit the home that has seen all of them and a new
one, which has nothing but the register of ids, give the same files, byte for byte.
"""

import csv
import random

import pytest

from graph.pipeline.build import build
from graph.pipeline.inputs import Register
from loaders import workspace
from loaders.workspace import Workspace
from tests.kit.graph.gazetteer import PLACES, make_index

EDITS = 50
ROWS = 14
SETTINGS = """\
title = "Twins of {name}"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Me"
compiled = 2026-03-01
[source]
url = "https://example.org/{name}"
publisher = "The town"
type = "government-site"
[table]
file = "list.csv"
columns = ["party_a", "country_a", "party_b", "country_b", "date"]
"""
KNOWN = [(str(name), str(country)) for _, name, country, *_ in PLACES]
MADE_UP = [
    ("Nirgendwo an der Alm", "AT"),
    ("Nirgendwo", "AT"),
    ("Ujung Entah", "ID"),
    ("Nowhere on Sea", "GB"),
]
DATES = ["", "", "1987", "1987-09", "1987-09-14", "14.09.1987", "2019-02-30", "yesterday"]


class Editor:
    """Two lists in a folder, and dice that change a row of one of them."""

    def __init__(self, folder, seed):
        self.folder, self.dice = folder, random.Random(seed)
        self.lists = {name: [self.draw_row() for _ in range(ROWS)] for name in ("north", "south")}
        for name in self.lists:
            (folder / name).mkdir(parents=True)
            (folder / name / "collection.toml").write_text(SETTINGS.format(name=name))
            self.write(name)

    def draw_row(self):
        ends = self.dice.choices(KNOWN, k=2) if self.dice.random() < 0.7 else self.dice.choices(MADE_UP, k=2)
        return [*ends[0], *ends[1], self.dice.choice(DATES)]

    def write(self, name):
        with (self.folder / name / "list.csv").open("w", newline="") as file:
            table = [["party_a", "country_a", "party_b", "country_b", "date"], *self.lists[name]]
            csv.writer(file).writerows(table)

    def edit(self):
        """Change a row of a list; return how, for who reads that a test has failed."""
        name = self.dice.choice(sorted(self.lists))
        rows = self.lists[name]
        place = self.dice.randrange(len(rows))
        before = list(rows[place])
        match how := self.dice.choice(["date", "date", "party", "turn", "repeat", "add", "remove", "move"]):
            case "date":
                rows[place] = [*before[:4], self.dice.choice(DATES)]
            case "party":
                rows[place] = [*self.dice.choice(KNOWN + MADE_UP), *before[2:]]
            case "turn":
                rows[place] = [*before[2:4], *before[:2], before[4]]
            case "repeat":
                rows.append(before)
            case "add":
                rows.insert(place, self.draw_row())
            case "remove" if len(rows) > 2:
                del rows[place]
            case _:
                rows.insert(self.dice.randrange(len(rows)), rows.pop(place))
        self.write(name)
        return f"{how} in {name}, row {place + 1}: {before}"


def build_in(home, folder):
    """Build the lists of a folder; return id, register, and the hash of each file but what compares."""
    made = Workspace(tuple(sorted(folder.iterdir())), home)
    register = Register(made.register, made.render_register)
    release = build(made.load, home, force=True, register=register, inputs=made.inputs, keep=2).release
    manifest = release.manifest
    files = {file["name"]: file["sha256"] for file in manifest["files"] if file["kind"] != "changes"}
    assert manifest["counts"]["places"] > 4
    return release.id, made.register.read_bytes(), files


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_what_is_kept_from_build_to_build_never_shows(seed, tmp_path, monkeypatch):
    index = make_index(tmp_path)
    monkeypatch.setattr(workspace, "ensure_gazetteer", lambda home, package: index)
    editor, home = Editor(tmp_path / "lists", seed), tmp_path / "home"
    home.mkdir(exist_ok=True)
    register = home / Workspace((), home).register.name
    ids = {build_in(home, editor.folder)[0]}
    for number in range(EDITS // 5):
        how, anew = editor.edit(), tmp_path / f"home-{number}"
        anew.mkdir()
        (anew / register.name).write_bytes(register.read_bytes())
        kept = build_in(home, editor.folder)
        assert kept == build_in(anew, editor.folder), how
        ids.add(kept[0])
    assert len(ids) > EDITS // 5 // 2
