"""What a row says stays whole: it is a claim, or an issue with its line and why, or both; never lost."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from graph.errors import TableError
from graph.model.claims import Assertion
from graph.model.dates import PartialDate
from loaders.collection import read_collections
from tests.kit.graph.matching import EMPTY
from tests.kit.graph.tables import SOURCE, faults, load, pairs

HEAD = "party_a,country_a,party_b,country_b"
TOML = """
licence = "unknown"
creator = "Tester"
compiled = 2026-11-21
title = "Test"
[source]
url = "https://example.org/list"
type = "government-site"
[table]
file = "{file}"
"""


def dated(tmp_path, *rows: str, table: str = ""):
    """Load rows with date, until and as_of; the pair is always Lyon with another town."""
    lines = [f"Lyon,France,Town {number},France,{row}\n" for number, row in enumerate(rows)]
    return load(tmp_path, table, f"{HEAD},date,until,as_of\n{''.join(lines)}")


def told(loaded):
    return [
        (one.line, one.claim.assertion.value, str(one.claim.date), one.claim.remark) for one in loaded.records
    ]


def test_zeros_are_precision_and_a_day_ahead_is_an_issue(tmp_path):
    loaded = dated(tmp_path, "1976-00-00,,", "1968-06-00,,", "2099-05-01,,", "1985.0,,")
    assert told(loaded) == [
        (2, "since", "1976", ""),
        (3, "since", "1968-06", ""),
        (4, "listing", "None", "The date is given as '2099-05-01'."),
        (5, "since", "1985", ""),
    ]
    assert [(one.line, one.kind, one.reason) for one in loaded.issues] == [
        (
            4,
            "unsound-date",
            "date '2099-05-01': 2099-05-01 is after the day of the list, 2026-11-21. "
            "The pair is kept without what is unsound.",
        )
    ]


def test_an_end_before_the_beginning_keeps_the_pair_undated_and_ended(tmp_path):
    loaded = dated(tmp_path, "1990,1980,", "2000,2010,")
    remark = "The date is given as '1990'. The end is given as '1980'."
    assert told(loaded) == [
        (2, "listing", "None", remark),
        (2, "ending", "None", remark),
        (3, "since", "2000", ""),
        (3, "ending", "2010", ""),
    ]
    assert [one.claim.date_role for one in loaded.records[:2]] == [None, None]
    assert [(one.line, one.reason) for one in loaded.issues] == [
        (2, "date 1990 is after until 1980. The pair is kept without what is unsound.")
    ]


def test_an_end_ahead_is_the_term_and_a_vague_end_an_end(tmp_path):
    loaded = dated(tmp_path, "2020,2030,", ",ca. 1990,", ",present,", "ca. 1985,,2019", ",,1985-13-01")
    assert loaded.records[0].claim.valid_until == PartialDate(2030)
    assert told(loaded) == [
        (2, "since", "2020", ""),
        (3, "ending", "None", "The end is given as 'ca. 1990'."),
        (4, "listing", "None", "The end is given as 'present'."),
        (5, "listing", "2019", "The date is given as 'ca. 1985'."),
        (6, "listing", "None", "The day of the list is given as '1985-13-01'."),
    ]
    assert faults(loaded) == [(4, "unsound-date"), (6, "unsound-date")]


def test_months_are_read_in_the_language_of_the_source(tmp_path):
    source = SOURCE + 'language = "cs"\n'
    data = f"{HEAD},date\nBrno,CZ,Ulm,DE,15. listopadu 1985\nBrno,CZ,Jena,DE,17 Agustus 1945\n"
    loaded = load(tmp_path, "", data, source)
    assert [str(one.claim.date) for one in loaded.records] == ["1985-11-15", "1945-08-17"]


def test_rows_that_differ_in_what_is_left_out_are_two(tmp_path):
    data = f"{HEAD},date\nUlm,DE,Lyon,FR,ca. 1985\nUlm,DE,Lyon,FR,ca. 1990\nUlm,DE,Lyon,FR,ca. 1985\n"
    loaded = load(tmp_path, "", data)
    assert len(loaded.records) == 2
    assert faults(loaded) == [(4, "repeated-row")]


def test_words_for_nothing_are_no_values(tmp_path):
    fields = f"{HEAD},latitude_b,longitude_b,qid_b,date"
    data = f"""{fields}
Surabaya,Indonesia,Kochi,Japan,NULL,NULL,NULL,1997
Bandung,Indonesia,Braunschweig,Germany,,,N/A,1960
Medan,Indonesia,Penang,Malaysia,nan,nan,nan,1984.0
Denpasar,Indonesia,NULL,NULL,,,,2001
Bogor,Indonesia,None,United States,,,,
Padang,Indonesia,Vung Tau,Vietnam,-,—,?,tidak ada
"""
    loaded = load(tmp_path, "", data)
    assert [(*(party.name for party in one.parties), str(one.claim.date)) for one in loaded.records] == [
        ("Surabaya", "Kochi", "1997"),
        ("Bandung", "Braunschweig", "1960"),
        ("Medan", "Penang", "1984"),
        ("Padang", "Vung Tau", "None"),
    ]
    assert all(one.claim.remark == "" for one in loaded.records)
    assert faults(loaded) == [(5, "party-unnamed"), (6, "party-unnamed")]


def test_a_list_has_its_own_words_for_nothing_too(tmp_path):
    data = f"{HEAD},until\nUlm,DE,Lyon,FR,laufend\nUlm,DE,Graz,AT,NULL\n"
    loaded = load(tmp_path, 'nothing = ["laufend"]\n', data)
    assert loaded.issues == ()
    assert {one.claim.assertion for one in loaded.records} == {Assertion.LISTING}


def test_marks_and_entities_are_no_part_of_a_name_and_stay_in_what_is_stated(tmp_path):
    data = f"{HEAD},date\nSaint-&Eacute;tienne[1],France*,†Łódź,Poland[a],1994²\n"
    (record,) = load(tmp_path, "", data).records
    assert [party.name for party in record.parties] == ["Saint-Étienne", "Łódź"]
    assert [party.country for party in record.parties] == ["Q142", "Q36"]
    assert record.claim.stated_parties == ("Saint-Étienne[1]", "†Łódź")
    assert (str(record.claim.date), record.claim.remark) == ("1994", "The date is given as '1994²'.")


def test_ids_are_read_out_of_addresses_and_a_bad_one_is_left_out(tmp_path):
    data = """qid_a,party_a,country_a,qid_b
http://www.wikidata.org/entity/Q456,,,https://www.wikidata.org/wiki/Q39121
wd:Q456,,,Q1726
q456,,,Q64
https://www.wikidata.org/wiki/Q456?uselang=fr,,,Q90
https://m.wikidata.org/wiki/Q456#P190,,,Q220
Q0456,,,Q649
Q0456,Lyon,France,Q649
https://example.org/Q456,Lyon,France,Q1055
"""
    loaded = load(tmp_path, "", data)
    assert [(a.qid, b.qid) for a, b in (one.parties for one in loaded.records)] == [
        ("Q456", "Q39121"), ("Q456", "Q1726"), ("Q456", "Q64"), ("Q456", "Q90"), ("Q456", "Q220"), ("",
        "Q649"),
        ("", "Q1055"),
    ]  # fmt: skip
    assert loaded.records[5].claim.remark == "'Q0456' is no Wikidata id."
    assert [(one.line, one.kind, one.reason) for one in loaded.issues] == [
        (7, "unreadable-row", "'Q0456' is no Wikidata id")
    ]


def test_a_place_without_a_country_stays_when_it_has_a_point(tmp_path):
    data = """party_a,latitude_a,longitude_a,country_a,party_b,country_b
Ulm,48.4010,9.9876,,Jinotega,Nicaragua
Brazzaville,-4.2694,15.2712,Congo,Reims,France
Ulm,x,9.9876,,Jinotega,Nicaragua
"""
    loaded = load(tmp_path, "", data)
    assert [
        (m.name, m.country, m.stated_country, m.latitude) for m, _ in (r.parties for r in loaded.records)
    ] == [
        ("Ulm", "", "", 48.401),
        ("Brazzaville", "", "Congo", -4.2694),
    ]
    assert [one.reason for one in loaded.issues] == [
        "no country is stated for 'Ulm' "
        "The coordinates of Ulm ('x', '9.9876') are no degrees and were left out."
    ]


def test_a_name_of_many_letters_is_cut_and_remarked(tmp_path):
    loaded = load(tmp_path, "", f"{HEAD}\n{'x' * 120_000},DE,Lyon,FR\n")
    (record,) = loaded.records
    assert record.parties[0].name == "x" * 200
    assert record.claim.remark == f"A name of 120000 letters ('{'x' * 40}') was cut to 200."
    assert max(len(name) for name in record.claim.stated_parties) == 200


def test_an_error_of_a_formula_costs_its_cell(tmp_path):
    data = f"{HEAD},date,domain\nUlm,DE,Lyon,FR,#REF!,trade\nUlm,DE,#NAME?,FR,1990,\n"
    loaded = load(tmp_path, "", data)
    assert told(loaded) == [(2, "listing", "None", "The cell date holds the error #REF!.")]
    assert faults(loaded) == [(3, "party-unnamed")]


def test_merged_cells_are_filled_down_where_the_list_says_so(tmp_path):
    book = Workbook()
    for cells in (
        HEAD.split(","),
        ["Lyon", "France", "Birmingham", "UK"],
        [None, None, "Leipzig", "Germany"],
    ):
        book.active.append(cells)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "list.xlsx")
    told_rows = load(tmp_path, 'file = "list.xlsx"\n')
    assert (pairs(told_rows), faults(told_rows)) == ([("Lyon", "Birmingham")], [(3, "party-unnamed")])
    filled = load(tmp_path, 'file = "list.xlsx"\nfill_down = ["party_a", "country_a"]\n')
    assert pairs(filled) == [("Lyon", "Birmingham"), ("Lyon", "Leipzig")]
    assert [one.claim.remark for one in filled.records] == [
        "",
        "The cell country_a is empty and means what stands above it. "
        "The cell party_a is empty and means what stands above it.",
    ]


def test_nothing_is_filled_down_from_a_row_that_cannot_be_read(tmp_path):
    data = f"{HEAD}\nLyon,France,Ulm,DE\n,France,Jena,DE\nParis,France,Rome\n,France,Graz,AT\n"
    loaded = load(tmp_path, 'fill_down = ["party_a"]\n', data)
    assert pairs(loaded) == [("Lyon", "Ulm"), ("Lyon", "Jena")]
    assert faults(loaded) == [(4, "unreadable-row"), (5, "party-unnamed")]


def test_labels_are_in_the_language_of_the_list_or_in_none(tmp_path):
    data = "qid_a,party_a,qid_b,party_b\nQ33959,Nizza,Q16555,Houston\n"
    assert [place.labels for place in load(tmp_path, "", data).places] == [
        (("", "Nizza"),),
        (("", "Houston"),),
    ]
    german = load(tmp_path, "", data, SOURCE + 'language = "de"\n')
    assert [place.labels for place in german.places] == [(("de", "Nizza"),), (("de", "Houston"),)]
    assert german.places[0].label("en") == "Nizza"


def test_json_lines_are_a_list(tmp_path):
    lines = '{"party_a": "Ulm", "country_a": "DE", "party_b": "Lyon", "country_b": "FR", "date": 1985}\nno\n'
    loaded = load(tmp_path, 'files = "list.ndjson"\n', list_ndjson=lines)
    assert (pairs(loaded), str(loaded.records[0].claim.date)) == ([("Ulm", "Lyon")], "1985")
    assert faults(loaded) == [(2, "unreadable-row")]


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.json", "list.ndjson", "list.tsv"])
def test_a_damaged_file_is_a_sentence(tmp_path, name):
    (tmp_path / name).write_bytes(bytes(range(256)) * 9)
    with pytest.raises(TableError, match=name):
        load(tmp_path, f'file = "{name}"\n')


def test_a_row_with_an_unsound_date_is_counted_once(tmp_path):
    folder = tmp_path / "tally"
    folder.mkdir()
    (folder / "collection.toml").write_text(TOML.format(file="list.csv"), encoding="utf-8")
    rows = [
        "Lyon,France,Beirut,Lebanon,1990,1980",
        "Lyon,France,Leipzig,Germany,1994,",
        ",France,Ulm,Germany,,",
    ]
    (folder / "list.csv").write_text("\n".join([f"{HEAD},date,until", *rows]), encoding="utf-8")
    (collection,) = read_collections([folder], gazetteer=EMPTY).collections
    assert collection.tally == {"pair": 2, "place": 0, "practice": 0, "issue": 1}
    assert [(one.line, one.kind) for one in collection.issues] == [(2, "unsound-date"), (4, "party-unnamed")]
    assert len(collection.claims) == 3


def test_all_rows_of_a_line_of_json_are_claims(tmp_path):
    towns = ("Nice", "Lille", "Metz", "")
    rows = [{"party_a": "Lyon", "country_a": "France", "party_b": b, "country_b": "France"} for b in towns]
    loaded = load(tmp_path, 'file = "list.json"\n', list_json=json.dumps([*rows, rows[0]]))
    assert [one.claim.id for one in loaded.records] == ["my-list/L1", "my-list/L1-2", "my-list/L1-3"]
    assert [(one.line, one.row, one.kind) for one in loaded.issues] == [
        (1, "L1-4", "party-unnamed"),
        (1, "L1-5", "repeated-row"),
    ]


def test_a_formula_without_its_result_is_told(tmp_path):
    book = Workbook()
    for row in (f"{HEAD},date".split(","), ["Lyon", "France", "Nice", "France", "=1950+8"],
                ["=A2", "France", "Metz", "France", 1960]):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    loaded = load(tmp_path, 'file = "list.xlsx"\n')
    why = "a formula without its result: save the workbook with a spreadsheet program"
    assert told(loaded) == [(2, "listing", "None", f"The cell date holds {why}.")]
    assert [one.reason for one in loaded.issues] == [f"a party has no name; The cell party_a holds {why}"]


def test_a_formula_that_gives_an_empty_text_gives_nothing(tmp_path):
    book = Workbook()
    for row in (f"{HEAD},date".split(","), ["Lyon", "France", "Nice", "France", "=1950+8"]):
        book.active.append(row)
    book.save(tmp_path / "made.xlsx")
    with ZipFile(tmp_path / "made.xlsx") as made, ZipFile(tmp_path / "list.xlsx", "w") as stored:
        for name in made.namelist():
            text = made.read(name).replace(b'<c r="E2">', b'<c r="E2" t="str">')
            stored.writestr(name, text)
    assert told(load(tmp_path, 'file = "list.xlsx"\n')) == [(2, "listing", "None", "")]


def test_an_end_that_never_comes_is_no_ending(tmp_path):
    loaded = dated(tmp_path, "1985,9999-12-31,", ",9999,", "1985,2540,")
    assert [(line, kind) for line, kind, _, _ in told(loaded)] == [
        (2, "since"),
        (3, "listing"),
        (4, "since"),
        (4, "ending"),
    ]
    assert faults(loaded) == [(line, "unsound-date") for line in (2, 3, 4)]


def test_a_mark_that_parts_a_name_from_nothing_is_no_part_of_it(tmp_path):
    loaded = load(
        tmp_path, "", f'{HEAD}\n"Mainz;",Germany,"; Dijon |",France\n"St. Louis,",France,Ulm,Germany\n'
    )
    assert (pairs(loaded), loaded.issues) == ([("Mainz", "Dijon"), ("St. Louis", "Ulm")], ())


@pytest.mark.parametrize(
    "name",
    ["123", "!!!", "🏙️", "[[Cologne|Köln]]", "[Köln](https://example.org)", "{{flag|Germany}}", "https://example.org/koeln",
     "www.example.org", '=HYPERLINK(""x"")', "<img src=x>"],
)  # fmt: skip
def test_what_is_no_name_is_an_issue_and_no_place(tmp_path, name):
    loaded = load(
        tmp_path, "", f'{HEAD},qid_a\n"{name}",Germany,Lille,France,\n"{name}",Germany,Metz,France,Q365\n'
    )
    assert faults(loaded) == [(2, "party-unnamed")]
    assert pairs(loaded) == [("Q365", "Metz")]


@pytest.mark.parametrize(
    "name", ["6th of October City", "’s-Hertogenbosch", "東京", "St. John's", "Ho-Chi-Minh", "A < B"]
)
def test_a_name_with_unusual_letters_is_one(tmp_path, name):
    assert pairs(load(tmp_path, "", f"{HEAD}\n{name},Germany,Lille,France\n")) == [(name, "Lille")]
