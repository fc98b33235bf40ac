"""Two hundred decisions of the real world, each checked by a person: tests/data/matching_sample.csv.

Drawn at random (seed 777) from the mentions that were matched, minted or left undecided when the bundled
data, Wikidata of 2016, the Wikipedia lists of 2026 and three countries of the Query Service were merged.
`truth` is the Wikidata id, `new` for a place that is no item of 2016, or empty where nobody can tell.
"""

from __future__ import annotations

import csv
import resource
import time
from pathlib import Path

import pytest

from graph.claims import Place
from graph.matching import resolve
from graph.records import Decision, Match
from loaders import collection as loading
from loaders.countries_written import load_states
from loaders.places import load_countries
from loaders.settings import Kind, read_settings

pytestmark = pytest.mark.shared

SHARED = Path(__file__).parents[2] / "shared" / "data"
SAMPLE = Path(__file__).parent / "data" / "matching_sample.csv"
_HEAD = """
title = "{name}"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Test"
compiled = 2026-02-28
[source]
url = "https://example.org/{name}"
publisher = "Test"
type = "{kind}"
"""
_LISTS = {
    "wikidata-p190-2016": ("knowledge-base", ["relations.tsv", "names.tsv"], """
language = "mul"
[table]
file = "relations.tsv"
header = false
lister = "a"
recorded_as = "P190"
[table.columns]
qid_a = 1
qid_b = 2
[table.names]
file = "names.tsv"
qid = 1
name = 2
"""),
    "wikipedia-lists-2026": ("encyclopedia", ["twin_cities.csv"], """
[table]
file = "twin_cities.csv"
[table.columns]
party_a = "city1"
country_a = "country1"
latitude_a = "lat1"
longitude_a = "lng1"
party_b = "city2"
country_b = "country2"
latitude_b = "lat2"
longitude_b = "lng2"
[table.countries]
"Congo" = "Congo - Brazzaville"
"""),
    "wdqs-three-countries": ("knowledge-base", ["bulgaria.tsv", "netherlands.tsv", "uk.tsv"], """
[table]
files = ["bulgaria.tsv", "netherlands.tsv", "uk.tsv"]
lister = "a"
recorded_as = "P190"
ignore = ["originpopulation", "destinationpopulation", "dist", "eu"]
[table.columns]
party_a = "origincityLabel"
country_a = "origincountry"
latitude_a = "originlat"
longitude_a = "originlong"
party_b = "sistercityLabel"
country_b = "destination_countryLabel"
latitude_b = "destinationlat"
longitude_b = "destinationlong"
"""),
}  # fmt: skip
_FOLDERS = {"wdqs-three-countries": "wdqs-tsv"}


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> tuple[tuple[Match, ...], dict[str, Place], float, float]:
    """The decisions about the real world, its places, and what they cost: CPU seconds and megabytes."""
    if not SHARED.exists():
        pytest.skip("the test data ../shared/data is not here")
    root = tmp_path_factory.mktemp("lists")
    folders = [*loading.bundled_folders(), *(_write(root, name) for name in _LISTS)]
    settings = {folder: read_settings(folder) for folder in folders}
    countries = load_countries()
    bundled = {folder: one for folder, one in settings.items() if one.kind is Kind.CURATED}
    curated = loading._load_curated(bundled, countries)
    listed = [loading._load_listed(folder, one) for folder, one in settings.items() if folder not in bundled]
    before, started = _megabytes(), time.process_time()
    found = resolve(curated, listed, countries, states=load_states())
    cost = time.process_time() - started
    places = {place.id: place for one in found.collections for place in one.places}
    return found.matches, places, cost, _megabytes() - before


def _write(root: Path, name: str) -> Path:
    kind, files, text = _LISTS[name]
    folder = root / name
    folder.mkdir()
    for file in files:
        (folder / file).symlink_to(SHARED / _FOLDERS.get(name, name) / file)
    (folder / "collection.toml").write_text(f'name = "{name}"' + _HEAD.format(name=name, kind=kind) + text)
    return folder


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sample() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _judge(row: dict[str, str], matches: list[Match]) -> str:
    """Whether the decision about a mention is right, wrong or open; one part of a split mention is enough."""
    if not row["truth"]:
        return "undecidable"
    decided = [match for match in matches if match.place]
    if not decided:
        return "open"
    is_new = row["truth"] == "new"
    good = any(
        match.decision is Decision.MINTED if is_new else match.place == row["truth"] for match in decided
    )
    return "right" if good else "wrong"


def test_the_sample_holds_two_hundred_checked_decisions():
    rows = _sample()
    assert len(rows) == 200
    assert {row["verdict"] for row in rows} == {"right", "wrong", "undecided", "undecidable"}
    assert all(row["reason"] for row in rows)


def test_98_of_100_decisions_are_right(world):
    by_mention: dict[tuple[str, ...], list[Match]] = {}
    for match in world[0]:
        mention = match.mention
        key = (match.collection, mention.name, mention.country, mention.region)
        by_mention.setdefault(key, []).append(match)
    rows = _sample()
    keys = [(row["collection"], row["name"], row["country"], row["region"]) for row in rows]
    assert [key for key in keys if key not in by_mention] == []
    verdicts = [_judge(row, by_mention[key]) for row, key in zip(rows, keys, strict=True)]
    assert verdicts.count("right") / (verdicts.count("right") + verdicts.count("wrong")) >= 0.98
    assert verdicts.count("open") + verdicts.count("undecidable") <= 8
    in_wikidata = [one for row, one in zip(rows, verdicts, strict=True) if row["truth"].startswith("Q")]
    assert in_wikidata.count("right") / len(in_wikidata) >= 0.94


@pytest.mark.parametrize(
    ("name", "country", "place"),
    [
        ("Gwangju", "Q884", "Q41283"),
        ("Bandung", "Q252", "Q10389"),
        ("Malang", "Q252", "Q11445"),
        ("Suzhou, Jiangsu", "Q148", "Q42622"),
        ("Munich", "Q183", "Q1726"),
        ("Rome", "Q38", "Q220"),
        ("Kaliningrad", "Q159", "Q1829"),
        ("Tuzla", "Q43", "Q938548"),
    ],
)
def test_well_known_homonyms_and_names(world, name, country, place):
    found = {m.place for m in world[0] if (m.mention.name, m.mention.country) == (name, country)}
    assert found == {place}


def test_two_portlands_in_one_line_of_a_list(world):
    found = {m.place for m in world[0] if (m.mention.name, m.mention.country) == ("Portland", "Q30")}
    assert {"Q6106", "Q1663450"} >= found - {""}
    assert "Q6106" in found


def test_it_is_fast_and_small(world):
    *_, seconds, megabytes = world
    assert seconds < 30
    assert megabytes < 300
