"""The tables around matching: the register of minted ids, and the reviews of persons."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from endpoint.cli.commands.collections import places_command
from graph.errors import TableError
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.mint import RegisteredPlace
from graph.matching.known.reviews import Review
from loaders.tables.registers import read_place_register, render_place_register
from loaders.tables.reviews import COLUMNS, read_reviews, write_review
from tests.kit.graph.matching import at, country, items, known, listed, run

SIENA = RegisteredPlace("x-ar-siena-1", "AR", "Siena")
PERTH = RegisteredPlace("x-au-perth-2", "AU", 'Perth, "City of"', "Q3183", "2063523")
NOWHERE = Gazetteer.empty()


@pytest.fixture
def undecided():
    """Two mentions that nobody can decide, one that was matched."""
    return run(
        items("Q1 Victoria - Q2 Paris", "Q3 Victoria - Q4 Lyon"),
        listed(
            "list",
            (at("Victoria", "AR", (-32.6211, -60.1547)), at("Weimar", "DE")),
            (at("Nowhere", stated_country="Island"), at("Weimar", "DE")),
        ),
    ).resolution.matches


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(path, **places):
    rows = rows_of(path)
    for row in rows:
        row["place"] = places.get(row["name"], row["place"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_register_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "places_register.csv"
    path.write_bytes(render_place_register([PERTH, SIENA]))
    assert read_place_register(path) == [SIENA, PERTH]


def test_no_register_is_an_empty_one(tmp_path):
    assert read_place_register(tmp_path / "places_register.csv") == []


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("Q64,DE,Berlin,", "is no id that is minted here"),
        ("x-a,DE,Berlin,x-a", "is no other place"),
        ("x-a,DE,Berlin,Berlin", "is no other place"),
        ("x-a,DE,,", "column name is empty"),
        ("x-a,DE,Berlin,\nx-a,DE,Bonn,", "is there twice"),
    ],
)
def test_a_faulty_register_names_the_line(tmp_path, row, what):
    path = tmp_path / "places_register.csv"
    path.write_text(f"id,country,name,now\n{row}\n")
    with pytest.raises(TableError, match=what) as caught:
        read_place_register(path)
    assert caught.value.line in {2, 3}


def test_the_undecided_are_written_for_a_person(tmp_path, undecided):
    path = tmp_path / "place_reviews.csv"
    assert write_review(undecided, {"Q1": known("Q1", "Victoria", "AR")}, NOWHERE, path) == 2
    victoria, nowhere = sorted(rows_of(path), key=lambda row: row["country"], reverse=True)
    assert (victoria["name"], victoria["country"], victoria["records"]) == ("Victoria", country("AR"), "1")
    assert (victoria["latitude"], victoria["longitude"]) == ("-32.6211", "-60.1547")
    assert victoria["candidate_1"].startswith("Q1, Victoria, score 0.")
    assert victoria["candidate_2"].startswith("Q3, score 0.")
    assert victoria["place"] == nowhere["place"] == ""
    assert (nowhere["stated_country"], nowhere["reason"]) == ("Island", "no-country")


def test_all_decisions_but_the_stated_ones_can_be_reviewed(tmp_path, undecided):
    assert write_review(undecided, {}, NOWHERE, tmp_path / "all.csv", all_matches=True) == 3


def test_what_was_filled_in_is_read_and_stays(tmp_path, undecided):
    path = tmp_path / "place_reviews.csv"
    write_review(undecided, {}, NOWHERE, path)
    fill(path, Victoria="Q3")
    review = Review("list", "Victoria", "Q3", country("AR"), "", -32.6211, -60.1547)
    assert read_reviews(path) == [review]
    write_review([], {}, NOWHERE, path)
    assert [(row["name"], row["place"]) for row in rows_of(path)] == [("Victoria", "Q3")]
    write_review(undecided, {}, NOWHERE, path)
    assert {row["name"]: row["place"] for row in rows_of(path)} == {"Victoria": "Q3", "Nowhere": ""}


def test_a_review_is_for_the_mention_that_was_written(tmp_path, undecided):
    path = tmp_path / "place_reviews.csv"
    write_review(undecided, {}, NOWHERE, path)
    fill(path, Victoria="Q3", Nowhere="none")
    got = run(
        items("Q1 Victoria - Q2 Paris", "Q3 Victoria - Q4 Lyon"),
        listed(
            "list",
            (at("Victoria", "AR", (-32.6211, -60.1547)), at("Weimar", "DE")),
            (at("Nowhere", stated_country="Island"), at("Weimar", "DE")),
        ),
        reviews=read_reviews(path),
    )
    assert got.places("Victoria") == ["Q3"]
    assert [one.kind for one in got.collection("list").issues] == ["party-not-local-government"]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Q3", "Q3"),
        ("Q3, Victoria, Argentina, score 0.90", "Q3"),
        ("https://www.wikidata.org/wiki/Q3", "Q3"),
        ("https://www.wikidata.org/wiki/Q3#sitelinks", "Q3"),
        ("http://www.wikidata.org/entity/Q3/", "Q3"),
        ("geonames:2911522, Halle, DE", "geonames:2911522"),
        ("https://www.geonames.org/2911522", "geonames:2911522"),
        ("https://www.geonames.org/2911522/halle-saale.html", "geonames:2911522"),
        ("https://sws.geonames.org/2911522/", "geonames:2911522"),
        ("new", "new"),
        ("NEW", "new"),
        ("None", "none"),
        ("q3", "Q3"),
        ("GeoNames 2911522", "geonames:2911522"),
        ("GEONAMES: 2911522", "geonames:2911522"),
    ],
)
def test_a_place_is_decided_by_its_id_wherever_that_stands(tmp_path, written, place):
    path = tmp_path / "place_reviews.csv"
    row = {"collection": "list", "name": "Victoria", "country": "Q414", "place": f'"{written}"'}
    path.write_text(f"{','.join(COLUMNS)}\n{','.join(row.get(column, '') for column in COLUMNS)}\n")
    assert [review.place for review in read_reviews(path)] == [place]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"place": "Victoria"}, "is no place"),
        ({"place": "Q1/Q2"}, "is no place"),
        ({"place": "https://www.wikidata.org/wiki/Q1 Q2"}, "is no place"),
        ({"place": "Q3", "country": "Argentina"}, "is no Wikidata id"),
        ({"place": "Q3", "latitude": "south"}, "latitude"),
        *(
            ({"place": "Q3", "latitude": odd}, "is no number of degrees")
            for odd in ("nan", "inf", "1_0", "٤")
        ),
        *(
            ({"place": odd}, "is no place")
            for odd in ("x-", "x-id a", "x-id-<a>", "geonames:abc", "geonames:0")
        ),
        ({"place": "Q3", "collection": ""}, "column collection is empty"),
    ],
)
def test_a_faulty_review_names_the_line(tmp_path, change, what):
    path = tmp_path / "place_reviews.csv"
    row = {"collection": "list", "name": "Victoria", "country": "Q414", **change}
    cells = ",".join(row.get(column, "") for column in COLUMNS)
    path.write_text(f"{','.join(COLUMNS)}\n{cells}\n")
    with pytest.raises(TableError, match=what) as caught:
        read_reviews(path)
    assert caught.value.line == 2


def test_two_reviews_of_one_mention_that_differ_are_refused(tmp_path):
    path = tmp_path / "place_reviews.csv"
    row = ",".join({"collection": "list", "name": "V", "place": "{}"}.get(column, "") for column in COLUMNS)
    path.write_text("\n".join([",".join(COLUMNS), row.format("Q1"), row.format("Q2"), ""]))
    with pytest.raises(TableError, match="decided twice"):
        read_reviews(path)


def test_the_command_says_what_it_does():
    result = CliRunner().invoke(places_command, ["review", "--help"])
    assert result.exit_code == 0
    assert "--collections" in result.output
    assert "--all" in result.output
