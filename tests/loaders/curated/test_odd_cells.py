"""A cell that cannot be what its column is for is refused with its line, before anything is built."""

import pytest

from graph.errors import TableError
from graph.model.iris import mint_place_id
from loaders.collection import load_collections
from tests.kit.graph.collections import FILES, edited, write_collection

HEAD = "id,claim,verdict,issue,note,evidence,corrected_by\n"
NO_NAME = "cannot be a part of an address"


def refuse(folder, extra=None, **changes):
    write_collection(folder, **changes)
    for name, text in (extra or {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load_collections([folder])
    return str(caught.value).removeprefix(f"{folder.name}/")


@pytest.mark.parametrize(
    "odd", ["T 1", "T/1", "T#1", "T?1", "T%201", "..", "=T1", "T<1>", "T\u202e1", "T" * 201]
)
def test_what_would_break_an_address_is_no_id_of_a_row(tmp_path, odd):
    told = refuse(tmp_path, statements=edited("statements.csv", "T1,", f"{odd},"))
    assert told.startswith("statements.csv, line 2: column id: ") and NO_NAME in told


@pytest.mark.parametrize("sound", ["1", "A-1.b", "é", "東京_1", "2024:15"])
def test_letters_and_digits_of_all_scripts_are_an_id(tmp_path, sound):
    folder = write_collection(tmp_path, statements=edited("statements.csv", "T1,", f"{sound},"))
    (collection,) = load_collections([folder])
    assert collection.claims[0].id == f"tiny/{sound}"


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        ("statements", "T1,", ",", "line 2: column id is empty"),
        ("persons", "tri-ris", "Tri Ris", f"line 2: column person: 'Tri Rismaharini' {NO_NAME}"),
        ("regulations", "r1,", "r 1,", f"line 2: column id: 'r 1' {NO_NAME}"),
        ("regulations", "r1,", "r1,a,b,,,\nr1,", "line 3: 'r1' is there twice"),
        ("statements", "regulation/r1", "r 1", "line 4: column about: 'r 1' is no path"),
        ("statements", "regulation/r1", "../r1", "line 4: column about: '../r1' is no path"),
        ("sources", ",en,", ",de;en,", "line 2: column language is 'de;en', no code of a language"),
        ("places", ",ja,", ",日本,", "line 4: column native_lang is '日本', no code of a language"),
        ("places", "-7.25", "-７.25", "line 2: column lat: '-７.25' is not degrees"),
        ("event_map", "signedOn", "signed", "line 2: column date_role is 'signed'. Write one of signedOn, "),
        ("event_map", "step", "steps", "line 3: column assertion is 'steps'. Write one of founding, "),
    ],
)
def test_a_cell_that_its_column_cannot_have_is_told(tmp_path, table, old, new, told):
    changed = edited(f"{table}.csv", old, new)
    assert refuse(tmp_path, **{table: changed}).startswith(f"{table}.csv, {told}")


@pytest.mark.parametrize("odd", ["-5", "0", "1_0", "５", "1e1", "9" * 10])
def test_a_term_is_a_whole_number_of_years(tmp_path, odd):
    told = refuse(tmp_path, event_map=edited("event_map.csv", "sister-city,,", f"sister-city,{odd},"))
    assert (
        told
        == f"event_map.csv, line 2: column term_years is '{odd}'. Write a whole number from 1 up, in digits."
    )


def test_a_place_that_is_no_item_is_told_its_id(tmp_path):
    changes = {name: FILES[f"{name}.csv"].replace("Q188806", "q188806") for name in ("places", "origins")}
    told = refuse(tmp_path, **changes)
    assert told.startswith("places.csv, line 4: 'q188806' is neither the id of a Wikidata item nor one")
    assert told.endswith(f"Without an item it is {mint_place_id('JP', 'Kitakyushu')}.")


PARTS = "statement,part,party_a,country_a,party_b,country_b,event,note\n"
TO_LIVERPOOL = "Kota Surabaya,ID,Liverpool,GB,MoU,\n"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",,Liverpool,GB", "party_b is given and party_a is not. Write the only party as party_a."),
        ("Kota Surabaya,ID,,GB", "country_b is given and party_b is not"),
        (",ID,Liverpool,GB", "country_a is given and party_a is not"),
    ],
)
def test_half_a_party_is_told(tmp_path, row, told):
    statements = edited("statements.csv", "Kota Surabaya,ID,Liverpool,GB", row)
    assert refuse(tmp_path, statements=statements).startswith(f"statements.csv, line 2: {told}")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("parts.csv", f"{PARTS}T1,,{TO_LIVERPOOL}", "parts.csv, line 2: column part is empty"),
        (
            "parts.csv",
            f"{PARTS}T1,1,{TO_LIVERPOOL}T1,1,Kota Surabaya,ID,Kitakyushu,JP,MoU,\n",
            "statements.csv: 2 claims would have the id tiny/T1-1. Give each",
        ),
        (
            "parts.csv",
            f"{PARTS}T1,1,Liverpool,GB,Kota Surabaya,ID,MoU,\n",
            "parts.csv, line 2: signatory_a signed for 'Kota Surabaya', which is no party_a of the part",
        ),
        (
            "parts.csv",
            f"{PARTS}T4,1,{TO_LIVERPOOL}",
            "parts.csv, line 2: T4 is excluded, so nobody would read this row",
        ),
        ("agreement_keys.csv", "statement,key\nT9,k\n", "agreement_keys.csv, line 2: there is no claim T9"),
        ("agreement_keys.csv", "statement,key\nT4,k\n", "agreement_keys.csv, line 2: there is no claim T4"),
        ("judgements.csv", f"{HEAD}a b,tiny/T1,disputed,order,n,,\n", f"column id: 'a b' {NO_NAME}"),
        (
            "judgements.csv",
            f"{HEAD}a,tiny/T1,,order,n,,\n",
            "judgements.csv, line 2: column verdict is empty",
        ),
        ("judgements.csv", f"{HEAD}a,tiny/T1,disputed,order,n,tiny/T9,\n", "there is no claim tiny/T9"),
        ("judgements.csv", f"{HEAD}a,tiny/T1,disputed,order,n,T 2,\n", "column evidence: 'T 2' is no path"),
        (
            "judgements.csv",
            HEAD + 2 * "a,tiny/T1,disputed,order,n,,\n",
            "judgements.csv, line 3: 'a' is there twice",
        ),
        ("register.csv", "agreement,claims\na b,tiny/T1\n", f"line 2: column agreement: 'a b' {NO_NAME}"),
        ("former_pairs.csv", "former,now,reason\na b,Q1-Q2,r\n", f"column former: 'a b' {NO_NAME}"),
        (
            "places_register.csv",
            "id,country,name,now\nx-a b,Q252,A,Q11462\n",
            f"column id: 'x-a b' {NO_NAME}",
        ),
    ],
)
def test_what_another_table_says_of_a_row_has_to_fit_it(tmp_path, name, text, told):
    assert told in refuse(tmp_path, {name: text})


@pytest.mark.parametrize("column", ["part_of", "succeeds"])
def test_places_that_lead_to_each_other_are_told(tmp_path, column):
    head, surabaya, liverpool, *rest = FILES["places.csv"].splitlines()
    into = {"part_of": "{},", "succeeds": ",{}"}[column]
    rows = [
        row.replace(",city,,,", f",city,{into.format(other)},")
        for row, other in ((surabaya, "Q24826"), (liverpool, "Q11462"))
    ]
    origins = f"{FILES['origins.csv']}Q11462,{column},test\nQ24826,{column},test\n"
    told = refuse(tmp_path, places="\n".join([head, *rows, *rest, ""]), origins=origins)
    assert told.startswith(f"places.csv: Q11462 leads to Q24826 leads to Q11462 by {column}, in a circle")


def test_who_signed_a_part_of_a_row_is_of_its_party(tmp_path):
    folder = write_collection(tmp_path)
    (folder / "parts.csv").write_text(f"{PARTS}T1,1,{TO_LIVERPOOL}", encoding="utf-8")
    (collection,) = load_collections([folder])
    assert [(one.party, one.person) for one in collection.claims[0].signatories] == [
        ("Q11462", "tri-rismaharini")
    ]
