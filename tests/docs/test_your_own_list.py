"""What docs/your-own-list.md and its example say holds."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import pytest

from graph.model.claims import TRUST
from loaders.lists.countries import read_country
from loaders.lists.load import load_table
from loaders.lists.settings import FIELDS
from loaders.lists.words.cells import is_nothing
from loaders.lists.words.dates import DateReader
from loaders.settings import read_settings
from tests.kit.graph.tables import load, pairs
from tests.kit.paths import ROOT

EXAMPLE = ROOT / "loaders" / "collections" / "EXAMPLE"
KEYS = (
    "file", "files", "format", "encoding", "delimiter", "quote", "header", "sheet", "skip_rows",
    "date_format", "nothing", "fill_down", "lister", "recorded_as", "ignore", "columns", "constants",
    "kinds", "domains", "countries", "names",
)  # fmt: skip
"""The keys of [table]."""


@pytest.fixture
def example(tmp_path):
    """The example of loaders/collections, as a user copies it."""
    folder = tmp_path / "my-list"
    shutil.copytree(EXAMPLE, folder)
    (folder / "collection.toml.example").rename(folder / "collection.toml")
    return folder


def test_the_example_loads_as_it_stands(example):
    settings = read_settings(example)
    loaded = load_table(example, settings.info, settings.stated)
    assert (loaded.rows, len(loaded.records), loaded.issues) == (10, 11, ())
    assert settings.assertions == {"rows": 10, "min_claims": 11, "max_issues": 0}
    assert loaded.records[-1].parties[1].name == "Brisbane"
    assert Counter(one.claim.relation for one in loaded.records) == {
        "sister-city": 6,
        "sister-province": 3,
        "friendship": 1,
        "green-sister-city": 1,
    }


def test_the_example_is_no_bundled_collection():
    assert not (EXAMPLE / "collection.toml").exists()


def test_the_guide_has_every_field_and_key():
    guide = (ROOT / "docs" / "your-own-list.md").read_text(encoding="utf-8")
    fields = [field for field in FIELDS if not field.endswith("_b")]
    missing = [word for word in (*fields, *KEYS) if f"`{word}`" not in guide]
    assert missing == []


def test_the_twelve_lines_of_the_guide_load(tmp_path):
    guide = (ROOT / "docs" / "your-own-list.md").read_text(encoding="utf-8")
    stated = guide.split("```toml\n")[1].split("```")[0]
    assert len([line for line in stated.splitlines() if line.strip()]) == 12
    folder = tmp_path / "twin-towns"
    folder.mkdir()
    (folder / "collection.toml").write_text(stated, encoding="utf-8")
    header = "city1,country1,lat1,lng1,city2,country2,lat2,lng2\n"
    (folder / "twin_cities.csv").write_text(header + "Berat,Albania,40.7,19.95,Amasya,Turkey,40.65,35.83\n")
    settings = read_settings(folder)
    loaded = load_table(folder, settings.info, settings.stated)
    assert settings.info.name == "twin-towns"
    assert pairs(loaded) == [("Berat", "Amasya")]
    assert loaded.records[0].parties[1].longitude == 35.83


def guide_section(title: str) -> str:
    guide = (ROOT / "docs" / "your-own-list.md").read_text(encoding="utf-8")
    return guide.split(f"# {title}\n")[1].split("\n#")[0]


def test_all_types_of_sources_are_in_the_guide():
    told = re.findall(
        r"`([a-z-]+)`", guide_section("`[source]`: the list as a publication").split("The types")[1]
    )
    assert tuple(told) == TRUST


def test_the_columns_without_names_of_the_guide_load(tmp_path):
    table = guide_section("Columns").split("```toml\n")[1].split("```")[0]
    loaded = load(tmp_path, table, "City,,,Partner,\nUlm,DE,x,Lyon,FR\n")
    assert [(party.name, party.country) for party in loaded.records[0].parties] == [
        ("Ulm", "Q183"),
        ("Lyon", "Q142"),
    ]


def test_the_dates_of_the_guide_are_read_as_it_says():
    exact, vague = guide_section("Dates").split("| approximate or one of several: ")
    reader = DateReader()
    dates = re.findall(r"`([^`]+)`", exact.split("Zeros")[0])
    assert len(dates) == 12
    assert {str(reader.read(date))[:4] for date in dates} == {"1985", "1945"}
    assert str(reader.read("1976-00-00")) == "1976"
    assert str(DateReader(language="cs").read("15. listopadu 1985")) == "1985-11-15"
    told = re.findall(r"`([^`]+)`", vague.split("|")[0])
    assert len(told) == 9
    assert {reader.read(date) for date in told} == {None}


def test_the_words_for_nothing_of_the_guide_are_some():
    words = re.findall(r"`([^`]+)`", guide_section("Words for nothing").split(" and their like")[0])
    assert len(words) == 13
    assert all(is_nothing(word, "date") for word in words)


@pytest.mark.slow
def test_the_countries_of_the_guide_are_read():
    names = [" ".join(name.split()) for name in re.findall(r"\*([^*]+)\*", guide_section("Countries"))]
    unclear = {"Congo", "Korea", "Virgin Islands", "Germany, France"}
    assert {name for name in names if read_country(name) is None} == unclear
    assert len(names) == 20
