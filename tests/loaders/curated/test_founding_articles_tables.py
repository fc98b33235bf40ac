"""The tables of the two founding articles, read as plain CSV: whole, consistent, free of private data."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from graph.model.claims import TRUST, Assertion, DateRole
from graph.model.iris import is_qid, mint_place_id, order_pair, source_id
from tests.kit.paths import ROOT

COLLECTIONS = ROOT / "loaders" / "collections"
FOLDER = COLLECTIONS / "founding_articles"
TABLES = sorted(path.stem for path in FOLDER.glob("*.csv") if path.stem != "register")
LINES = 68
LISTS = ("about", "activities", "benefits", "challenges", "motives", "stages")
EVIDENCE = {"F001", "F002", "F007", "F008", "F009", "F018", "F183", "F185", "F223"}
OPINION, BLOG = "urn:kota-kembar:founding-article:000", "urn:kota-kembar:founding-article:001"


def read(table: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def split(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


STATEMENTS = {row["id"]: row for row in read("statements")}
EVENTS = {row["event"]: row for row in read("event_map")}
EXCLUDED = {row["statement"] for row in read("exclusions")}
NAMES = {(row["name"], row["country"]): row["place"] for row in read("place_names")}


def parties(row: dict[str, str]) -> tuple[str, ...]:
    sides = ((row["party_a"], row["country_a"]), (row["party_b"], row["country_b"]))
    return tuple(NAMES[side] for side in sides if side[0])


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_clean_text(table: str) -> None:
    data = (FOLDER / f"{table}.csv").read_bytes()
    assert data.endswith(b"\n")
    assert b"\r" not in data
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [cell for row in rows for cell in row if cell != cell.strip() or "\n" in cell] == []


def test_every_line_of_the_reading_is_accounted_for() -> None:
    ids = [row["id"] for row in read("statements")]
    assert len(set(ids)) == len(ids) == 103
    assert ids == sorted(ids)
    assert all(re.fullmatch(r"S\d\d[a-z]?", name) for name in ids)
    assert {int(name[1:3]) for name in ids} == set(range(1, LINES + 1))


def test_a_line_is_split_or_whole_never_both() -> None:
    parts: dict[str, list[str]] = {}
    for name in STATEMENTS:
        parts.setdefault(name[:3], []).append(name[3:])
    for letters in parts.values():
        assert letters == [""] or letters == [chr(ord("a") + n) for n in range(len(letters))]
        assert len(letters) != 1 or letters == [""]


def test_only_the_lines_on_the_sources_are_left_out() -> None:
    assert {row["statement"]: row["kind"] for row in read("exclusions")} == dict.fromkeys(
        ("S01", "S02", "S03"), "not-a-claim"
    )
    assert all(row["reason"] for row in read("exclusions"))


def test_the_two_sources() -> None:
    sources = {row["url"]: row for row in read("sources")}
    assert list(sources) == [OPINION, BLOG]
    assert [row["type"] for row in sources.values()] == ["opinion", "blog"]
    assert [row["creator"] for row in sources.values()] == ["Mariyam Abduh Bavana", ""]
    assert all(row["id"] == source_id(url) and row["type"] in TRUST for url, row in sources.items())
    assert all(row["language"] == "id" and not row["issued"] for row in sources.values())
    by_source = Counter(row["source"] for row in STATEMENTS.values())
    assert by_source == {sources[OPINION]["id"]: 35, sources[BLOG]["id"]: 68}


def test_no_private_data() -> None:
    text = "".join((FOLDER / f"{table}.csv").read_text(encoding="utf-8") for table in TABLES)
    assert "@" not in text
    assert "instagram" not in text.lower()
    assert {row["name"] for row in read("persons") if row["name"]} == {"Tri Rismaharini"}


def test_every_event_has_one_reading() -> None:
    assert len(EVENTS) == len(read("event_map"))
    assert {row["event"] for row in STATEMENTS.values()} == set(EVENTS)
    for row in EVENTS.values():
        assert row["assertion"] in set(Assertion)
        assert row["date_role"] in {"", *DateRole}
        assert bool(row["family"]) == bool(row["document_type"])
        assert row["note"]
    assert read("readings") == []


def test_claims_by_assertion() -> None:
    claims = [row for name, row in STATEMENTS.items() if name not in EXCLUDED]
    assert Counter(EVENTS[row["event"]]["assertion"] for row in claims) == {
        "context": 72,
        "continuation": 16,
        "intent": 3,
        "founding": 3,
        "ending": 3,
        "step": 2,
        "since": 1,
    }


def test_dates_are_only_those_that_an_article_states() -> None:
    assert {name: row["date"] for name, row in STATEMENTS.items() if row["date"]} == {
        "S12": "2017",
        "S15": "2017-05-17",
    }
    assert all(EVENTS[row["event"]]["date_role"] for row in STATEMENTS.values() if row["date"])


def test_exactly_these_pairs_are_named() -> None:
    pairs = {order_pair(*found) for row in STATEMENTS.values() if len(found := parties(row)) == 2}
    assert {"-".join(pair) for pair in pairs} == {
        "Q11462-Q24826",
        "Q10389-Q726993",
        "Q11445-Q262208",
        "Q11445-Q18125",
        "Q456-Q11445",
        "Q11445-Q45779",
        "Q3630-Q8684",
        "Q11462-Q188806",
        "Q2773-Q10389",
        "Q7568-Q34600",
        "Q5972-Q41283",
    }


def test_parties_resolve_and_are_kept_as_written() -> None:
    for row in STATEMENTS.values():
        assert len(parties(row)) == bool(row["party_a"]) + bool(row["party_b"])
        assert not row["party_b"] or row["party_a"]
        for side in "ab":
            assert bool(row[f"party_{side}"]) == bool(row[f"country_{side}"]) == bool(row[f"stated_{side}"])
    assert STATEMENTS["S52"]["stated_a"] == "Yogyakarta"
    assert STATEMENTS["S25c"]["stated_b"] == "Pecs"


def test_claims_without_parties_say_what_they_are_about() -> None:
    for row in STATEMENTS.values():
        assert row["party_a"] or row["about"]
        assert all(re.fullmatch(r"vocab/[a-z-]+/[a-z-]+", thing) for thing in split(row["about"]))


def test_an_invented_example_names_no_place() -> None:
    invented = {name: row for name, row in STATEMENTS.items() if row["event"] == "hypothetical example"}
    assert set(invented) == {"S32a", "S32b", "S34", "S38", "S39", "S41"}
    for row in invented.values():
        assert not any(row[column] for column in ("party_a", "party_b", "provider", "recipient", "venue"))
    judged = {row["claim"] for row in read("judgements") if row["issue"] == "hypothetical"}
    assert judged == {f"founding-articles/{name}" for name in invented}


def test_helper_and_helped_are_the_two_parties() -> None:
    helped = {
        name: (row["provider"], row["recipient"]) for name, row in STATEMENTS.items() if row["provider"]
    }
    assert helped == {
        "S44a": ("Q8684", "Q3630"),
        "S47b": ("Q188806", "Q11462"),
        "S55": ("Q41283", "Q5972"),
    }
    assert all(set(pair) == set(parties(STATEMENTS[name])) for name, pair in helped.items())


def test_the_lists_of_the_blog_are_whole() -> None:
    def listed(event: str, column: str, line: str) -> list[str]:
        rows = [row for name, row in STATEMENTS.items() if name[:3] == line and row["event"] == event]
        return [row[column] for row in rows]

    assert listed("stage named", "stages", "S58") == [
        "identification",
        "exploration",
        "negotiation-signing",
        "implementation",
        "monitoring-evaluation",
    ]
    assert listed("challenge named", "challenges", "S63") == [
        "cultural-differences",
        "limited-resources",
        "political-change",
        "lack-of-understanding",
    ]
    assert listed("opportunity named", "benefits", "S65") == [
        "city-image",
        "economic-growth",
        "knowledge-technology",
        "quality-of-life",
        "international-relations",
    ]
    assert listed("benefit named", "benefits", "S36")[:5] == [
        "culture-education-exchange",
        "economic-growth",
        "infrastructure",
        "human-capacity",
        "tourism-growth",
    ]


def test_maps_cover_what_is_written_and_no_more() -> None:
    fields = {item for row in STATEMENTS.values() for item in split(row["domains"])}
    assert fields == {row["written"] for row in read("domain_map")}
    signers = {row[f"signatory_{side}"] for row in STATEMENTS.values() for side in "ab"} - {""}
    assert (
        signers == {row["written"] for row in read("persons")} == {"Tri Rismaharini", "(mayor of Liverpool)"}
    )
    sides = {(row[f"party_{side}"], row[f"country_{side}"]) for row in STATEMENTS.values() for side in "ab"}
    assert sides - {("", "")} == set(NAMES)


def test_fields_are_terms_not_sentences() -> None:
    assert all(len(row["written"].split()) <= 6 for row in read("domain_map"))


def test_lists_are_written_one_way() -> None:
    for row in STATEMENTS.values():
        for column in LISTS:
            assert row[column] == ";".join(split(row[column]))
        assert row["domains"] == "; ".join(split(row["domains"]))


def test_places_have_ids_and_origins() -> None:
    places = read("places")
    assert len(places) == 6
    cells = []
    for row in places:
        assert is_qid(row["id"]) or row["id"] == mint_place_id(row["country"], row["name"])
        assert all(re.fullmatch(r"-?\d{1,3}\.\d\d", row[axis]) for axis in ("lat", "lon") if row[axis])
        cells += [(row["id"], key) for key, value in row.items() if value]
    cells = [cell for cell in cells if cell[1] not in {"id", "name", "country"}]
    origins = read("origins")
    assert [(row["place"], row["field"]) for row in origins if row["origin"]] == cells


def test_judgements_are_of_claims() -> None:
    rows = read("judgements")
    assert len(rows) == len({row["id"] for row in rows}) == 27
    for row in rows:
        claim = row["claim"].removeprefix("founding-articles/")
        assert claim in STATEMENTS.keys() - EXCLUDED
        assert row["id"] == f"{claim}-{row['issue']}"
        assert row["note"]
        assert row["verdict"] not in {"supported", "partly-supported"} or row["evidence"]
    assert Counter(row["verdict"] for row in rows) == {
        "unverified": 16,
        "disputed": 5,
        "partly-supported": 4,
        "supported": 2,
    }
    assert {row["id"]: row["corrected_by"] for row in rows if row["corrected_by"]} == {
        "S52-level-mismatch": "Q3741-Q120730"
    }


def test_the_two_collections_agree_on_places() -> None:
    indonesia = COLLECTIONS / "indonesia"
    own = {row["id"] for row in read("places")}
    other = {row["id"] for row in read("places", indonesia)}
    assert own & other == set()
    theirs = {(row["name"], row["country"]): row["place"] for row in read("place_names", indonesia)}
    assert {
        key: (NAMES[key], theirs[key]) for key in NAMES.keys() & theirs if NAMES[key] != theirs[key]
    } == {}
    assert set(NAMES.values()) - own - other == set()
    assert {row["part_of"] for row in read("places")} - {""} - own - other == set()


def test_evidence_is_a_claim_of_the_other_collection() -> None:
    indonesia = COLLECTIONS / "indonesia"
    claims = {row["id"] for row in read("statements", indonesia)}
    for table in ("exclusions", "parts"):
        if (indonesia / f"{table}.csv").exists():
            claims -= {row["statement"] for row in read(table, indonesia)}
    evidence = {item for row in read("judgements") for item in split(row["evidence"])}
    assert {item.removeprefix("indonesia/") for item in evidence} == EVIDENCE
    assert claims >= EVIDENCE
