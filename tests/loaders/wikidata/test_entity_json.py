"""Entity JSON of Wikidata: what an item and its twinnings say, and what cannot be read."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import json

import pytest
import zstandard

from graph.model.dates import PartialDate
from loaders.wikidata.entity_json import read_entities
from loaders.wikidata.model import (
    Item,
    Reference,
    Twinning,
    Unreadable,
    is_minted,
    statement_iri,
)
from loaders.wikidata.twinning import read_time, to_gregorian
from tests.kit import paths
from tests.kit.memory import peak_bytes

DATA = paths.DATA / "entities"
SHARED = paths.SHARED / "data"


def of_kind(kind, found):
    return [one for one in found if isinstance(one, kind)]


def write_json(folder, value):
    path = folder / "entity.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answer():
    """What the answer of the API says, in its order."""
    return list(read_entities(DATA / "answer.json"))


@pytest.fixture(scope="module")
def twinnings(answer):
    """The twinnings of the answer by the last digit of the first part of their id."""
    return {one.statement[14]: one for one in of_kind(Twinning, answer)}


@pytest.fixture
def weimar():
    """The entity of Weimar as Wikidata had it in 2016."""
    path = SHARED / "wikidata-entity" / "Q3955.json"
    if not path.exists():
        pytest.skip("../shared/data/wikidata-entity is absent")
    return list(read_entities(path))


@pytest.mark.parametrize(
    ("time", "precision", "expected"),
    [
        ("+1953-00-00T00:00:00Z", 9, PartialDate(1953)),
        ("+1953-00-00T00:00:00Z", 11, PartialDate(1953)),
        ("+1953-05-06T00:00:00Z", 9, PartialDate(1953)),
        ("+1953-05-00T00:00:00Z", 10, PartialDate(1953, 5)),
        ("+00000001953-05-06T00:00:00Z", 11, PartialDate(1953, 5, 6)),
        ("1953-05-06T00:00:00Z", 14, PartialDate(1953, 5, 6)),
        ("+0836-00-00T00:00:00Z", 9, PartialDate(836)),
        ("+1950-00-00T00:00:00Z", 8, None),
        ("-0044-03-15T00:00:00Z", 11, None),
        ("+0000-03-15T00:00:00Z", 11, None),
        ("+12000-01-01T00:00:00Z", 9, None),
        ("+2001-02-30T00:00:00Z", 11, None),
        ("soon", 11, None),
    ],
)
def test_a_time_is_as_precise_as_wikidata_says(time, precision, expected):
    assert read_time(time, precision) == expected


@pytest.mark.parametrize(
    ("julian", "gregorian"),
    [
        ("+1582-10-05T00:00:00Z", "+1582-10-15T00:00:00Z"),
        ("+1700-02-29T00:00:00Z", "+1700-03-11T00:00:00Z"),
        ("+1917-10-25T00:00:00Z", "+1917-11-07T00:00:00Z"),
        ("+1917-00-00T00:00:00Z", "+1917-00-00T00:00:00Z"),
        ("-0044-03-15T00:00:00Z", "-0044-03-15T00:00:00Z"),
    ],
)
def test_a_julian_day_is_the_same_day_of_the_gregorian_calendar(julian, gregorian):
    assert to_gregorian(julian) == gregorian


def test_a_minted_id_is_no_statement_of_wikidata():
    assert is_minted("Q3955-Q160927")
    assert statement_iri("Q3955-Q160927") == ""
    guid = "Q3955-f5bc4a76-4cfb-d8da-8620-e9d1f17716cc"
    assert statement_iri(guid) == f"http://www.wikidata.org/entity/statement/{guid}"


def test_an_item_says_what_a_place_needs(answer):
    assert answer[0] == Item(
        qid="Q11462",
        labels=(("en", "Surabaya"), ("id", "Kota Surabaya")),
        aliases=("Soerabaja",),
        countries=(("Q252", "preferred"),),
        part_of=("Q3586",),
        instance_of=("Q3199141", "Q1549591"),
        latitude=-7.245833,
        longitude=112.737778,
        population=2874314,
        geonames="1625822",
        kemendagri="35.78",
    )


def test_a_name_for_all_languages_and_a_merged_item(answer):
    liverpool = next(one for one in of_kind(Item, answer) if one.qid == "Q24826")
    assert liverpool.labels == (("en", "Liverpool"), ("id", "Liverpool"))
    assert liverpool.redirects == ("Q99000001",)


def test_a_label_in_the_official_language_is_the_native_name(answer):
    kitakyushu = next(one for one in of_kind(Item, answer) if one.qid == "Q188806")
    assert kitakyushu.native == (("ja", "北九州市"),)


def test_a_missing_item_is_told(answer):
    assert of_kind(Unreadable, answer) == [Unreadable(1, "Wikidata has no item Q99000002")]


def test_a_twinning_has_direction_rank_dates_and_references(twinnings):
    assert twinnings["1"] == Twinning(
        statement="Q11462-00000001-0000-4000-8000-000000000000",
        subject="Q11462",
        object="Q24826",
        start=PartialDate(2018, 3, 19),
        references=(
            Reference(url="https://www.surabaya.go.id/sister city", retrieved=dt.date(2024, 5, 6)),
            Reference(stated_in="Q2013"),
        ),
        line=1,
    )
    assert (twinnings["2"].rank, twinnings["2"].start) == ("preferred", PartialDate(2012, 11))
    assert twinnings["6"].rank == "deprecated"


def test_what_the_fields_cannot_tell_is_remarked(twinnings):
    assert {key: one.remark for key, one in twinnings.items() if one.remark} == {
        "2": "further qualifiers: P1545",
        "3": "end unknown",
        "4": "start given only as +1990-00-00T00:00:00Z (decade)",
        "7": "the partner is unknown",
        "8": "it is said to have no partner",
        "9": "start given in the Julian calendar",
    }


def test_an_end_of_unknown_date_is_an_end(twinnings):
    assert (twinnings["3"].start, twinnings["3"].end, twinnings["3"].ended) == (PartialDate(1994), None, True)
    assert not twinnings["1"].ended


def test_a_partner_that_is_unknown_or_none_is_no_item(twinnings):
    assert (twinnings["7"].object, twinnings["8"].object) == ("", "")


def test_of_several_starts_the_earliest_counts(tmp_path):
    def start(time):
        value = {"time": time, "precision": 9, "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}
        return {"snaktype": "value", "property": "P580", "datavalue": {"value": value, "type": "time"}}

    entity = json.loads((DATA / "dump.json").read_text(encoding="utf-8").splitlines()[2].rstrip(","))
    entity["claims"]["P190"][0]["qualifiers"] = {
        "P580": [start("+2001-00-00T00:00:00Z"), start("+1999-00-00T00:00:00Z")]
    }
    twinning = list(read_entities(write_json(tmp_path, entity)))[1]
    assert (twinning.start, twinning.remark) == (PartialDate(1999), "start also given as 2001")


def test_the_dump_is_read_line_by_line_past_what_is_malformed():
    found = list(read_entities(DATA / "dump.json", "P190"))
    assert [(type(one).__name__, getattr(one, "line", None)) for one in found] == [
        ("Item", None),
        ("Twinning", 3),
        ("Unreadable", 4),
        ("Item", None),
        ("Unreadable", 6),
        ("Twinning", 6),
    ]
    assert (found[1].statement, found[1].object) == ("q24826-0000000A-0000-4000-8000-000000000000", "Q11462")
    assert found[2].reason.startswith("no JSON: ")
    assert found[4].reason.startswith("a P190 statement of Q11462 is not as Wikidata writes it")


def test_without_a_property_all_items_of_the_dump_are_read():
    items = of_kind(Item, read_entities(DATA / "dump.json"))
    assert [one.qid for one in items] == ["Q2", "Q24826", "Q11462"]
    assert items[2].labels == ()


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".zst", zstandard.compress)]
)
def test_a_compressed_dump_says_the_same(tmp_path, suffix, compress):
    path = tmp_path / f"dump.json{suffix}"
    text = (DATA / "dump.json").read_bytes()
    path.write_bytes(compress(text[:900]) + compress(text[900:]))
    assert list(read_entities(path)) == list(read_entities(DATA / "dump.json"))


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".zst", zstandard.compress)]
)
def test_a_dump_that_is_cut_short_is_told(tmp_path, suffix, compress):
    path = tmp_path / f"dump.json{suffix}"
    path.write_bytes(compress((DATA / "dump.json").read_bytes())[:-9])
    last = list(read_entities(path))[-1]
    assert isinstance(last, Unreadable)
    assert last.reason.startswith("the file ends early or is damaged here: ")


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: {"entities": {"Q5": one}}])
def test_one_entity_a_list_and_an_answer_are_alike(tmp_path, wrap, indent):
    entity = {"type": "item", "id": "Q5", "labels": {"en": {"language": "en", "value": "Five"}}}
    path = tmp_path / "entity.json"
    path.write_text(json.dumps(wrap(entity), indent=indent), encoding="utf-8-sig")
    assert list(read_entities(path)) == [Item("Q5", labels=(("en", "Five"),))]


@pytest.mark.parametrize("value", ["text", 7, {"error": {"code": "no-such-entity"}}, [[]]])
def test_what_is_no_entity_is_told(tmp_path, value):
    told = Unreadable(1, "this is no entity of Wikidata: it has no id")
    assert list(read_entities(write_json(tmp_path, value))) == [told]


@pytest.mark.parametrize(
    "entity",
    [
        {"id": "P190"},
        {"id": 5},
        {"id": "Q5", "labels": {"en": "Five"}},
        {"id": "Q5", "claims": {"P17": [{"mainsnak": []}]}},
        {"id": "Q5", "claims": {"P31": 1}},
    ],
)
def test_an_entity_of_another_form_is_told(tmp_path, entity):
    found = list(read_entities(write_json(tmp_path, entity)))
    assert [type(one) for one in found] == [Unreadable]
    assert "is not as Wikidata writes an entity" in found[0].reason


@pytest.mark.parametrize(
    "change",
    [
        {"rank": "best"},
        {"id": None},
        {"id": ""},
        {"id": "Q1$a b"},
        {"id": "../x"},
        {"mainsnak": {}},
        {"qualifiers": {"P580": [{}]}},
        {
            "references": [
                {
                    "snaks": {
                        "P854": [{"snaktype": "value", "datavalue": {"value": "a\x00", "type": "string"}}]
                    }
                }
            ]
        },
    ],
)
def test_a_statement_of_another_form_leaves_the_others(tmp_path, change):
    entity = json.loads((DATA / "dump.json").read_text(encoding="utf-8").splitlines()[2].rstrip(","))
    good = entity["claims"]["P190"][0]
    entity["claims"]["P190"] = [{**good, **change}, good]
    assert [type(one) for one in read_entities(write_json(tmp_path, entity))] == [Item, Unreadable, Twinning]


def write_dump(path, entities):
    template = (DATA / "dump.json").read_text(encoding="utf-8").splitlines()[2]
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("[\n")
        for number in range(1, entities + 1):
            file.write(template.replace("24826", str(number)) + "\n")
        file.write("]\n")
    return path


@pytest.mark.slow
def test_a_dump_is_read_in_constant_memory(tmp_path):
    path, counts = write_dump(tmp_path / "dump.json.gz", 20_000), []

    def read():
        counts.append(sum(isinstance(one, Twinning) for one in read_entities(path, "P190")))

    assert peak_bytes(read) < 500_000  # the dump has 7 MB
    assert {*counts} == {20_000}


@pytest.mark.shared
def test_weimar_has_five_dated_partners(weimar):
    item, *twinnings = weimar
    assert (item.qid, item.countries, item.geonames) == ("Q3955", (("Q183", "preferred"),), "2812479")
    assert {one.object: str(one.start) for one in twinnings} == {
        "Q160927": "1995-02-18",
        "Q202158": "1970-09-06",
        "Q2751": "1994-04-15",
        "Q3138": "1987-05-24",
        "Q145972": "2012-05-25",
    }
    assert {one.references for one in twinnings} == {
        (Reference(url="http://stadt.weimar.de/ueber-weimar/partnerstaedte/"),)
    }
