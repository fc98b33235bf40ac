"""Any table: which column is what, what a row claims, and what becomes of rows that cannot be read."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from graph.model.claims import Assertion, DateRole
from graph.model.dates import PartialDate
from tests.kit.graph.tables import HEADER, INFO, SOURCE, TWO, faults, load, pairs
from tests.kit.paths import SHARED

DATA = SHARED / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data beside the project")


def named(fields: str) -> str:
    """Return a header of fields, which need no mapping."""
    return fields.replace(" ", ",") + "\n"


def test_a_row_becomes_a_claim_that_the_list_has_the_pair(tmp_path):
    loaded = load(tmp_path, TWO + 'lister = "a"\n', HEADER + "Ulm,Germany,Jinotega,Nicaragua\n")
    (record,) = loaded.records
    claim = record.claim
    assert (claim.id, claim.collection, record.file, record.line) == (
        "my-list/L2",
        "my-list",
        f"{tmp_path.name}/list.csv",
        2,
    )
    assert (claim.assertion, claim.date, claim.relation) == (Assertion.LISTING, None, "sister-city")
    assert claim.description == "The List lists Jinotega as a partner of Ulm."
    assert claim.stated_parties == ("Ulm", "Jinotega")
    assert claim.recorded_as == "listed as partners"
    assert (claim.parties, claim.listed_by, record.listed_by) == ((), "", 0)
    assert (record.parties[0].country, record.parties[0].stated_country) == ("Q183", "Germany")
    assert (claim.source.url, claim.source.source_type) == ("https://example.org/list", "association")
    assert (loaded.info, loaded.rows, loaded.places, loaded.issues) == (INFO, 1, (), ())


@pytest.mark.parametrize(("lister", "index"), [("a", 0), ("b", 1), ("", None)])
def test_the_lister_is_a_side_or_nobody(tmp_path, lister, index):
    loaded = load(tmp_path, TWO + f'lister = "{lister}"\n', HEADER + "Ulm,DE,Jinotega,NI\n")
    assert loaded.records[0].listed_by == index


def test_dates_become_since_listed_and_ended_claims(tmp_path):
    data = named("party_a country_a party_b country_b date as_of until") + (
        "Bandung,ID,Suwon,KR,1997-08-25,,\n"
        "Bandung,ID,Kawasaki,JP,2016-02,2020-02-06,2024\n"
        "Bandung,ID,Cotabato,PH,,2019,\n"
        "Bandung,ID,Fort Worth,US,,,2001\n"
    )
    claims = [one.claim for one in load(tmp_path, "", data).records]
    assert [(one.id, one.assertion, str(one.date), one.date_role) for one in claims] == [
        ("my-list/L2", Assertion.SINCE, "1997-08-25", DateRole.SINCE),
        ("my-list/L3", Assertion.SINCE, "2016-02", DateRole.SINCE),
        ("my-list/L3-as-of", Assertion.LISTING, "2020-02-06", DateRole.AS_OF),
        ("my-list/L3-end", Assertion.ENDING, "2024", DateRole.UNTIL),
        ("my-list/L4", Assertion.LISTING, "2019", DateRole.AS_OF),
        ("my-list/L5-end", Assertion.ENDING, "2001", DateRole.UNTIL),
    ]
    assert [one.status for one in claims] == ["", "", "", "terminated", "", "terminated"]
    assert claims[3].description == "The List lists the partnership of Bandung and Kawasaki as ended."


def test_dates_in_other_forms_keep_their_precision(tmp_path):
    data = named("party_a country_a party_b country_b date") + (
        "Ulm,DE,A,FR,24.05.1960\nUlm,DE,B,FR,05/1960\nUlm,DE,C,FR,1960\nUlm,DE,D,FR,about 1960\n"
        "Ulm,DE,E,FR,some day\n"
    )
    loaded = load(tmp_path, 'date_format = ["%d.%m.%Y", "%m/%Y"]\n', data)
    assert [one.claim.date for one in loaded.records] == [
        PartialDate(1960, 5, 24),
        PartialDate(1960, 5),
        PartialDate(1960),
        None,
        None,
    ]
    assert loaded.records[3].claim.remark == "The date is given as 'about 1960'."
    assert faults(loaded) == [(6, "unsound-date")]
    assert loaded.issues[0].reason == (
        "date 'some day': it cannot be read as a date without guessing: write YYYY, YYYY-MM or YYYY-MM-DD, "
        "or say date_format in [table]; for months in another language say language in [source]. "
        "The pair is kept without what is unsound."
    )


def test_what_a_row_is_recorded_as_has_the_language_of_its_list(tmp_path):
    data = named("party_a country_a party_b country_b kind") + "Ulm,DE,A,FR,Freundschaft\nUlm,DE,B,FR,\n"

    def read(source, table=""):
        records = load(tmp_path, table, data, source).records
        return [(one.claim.recorded_as, one.claim.recorded_in) for one in records]

    ours = ("listed as partners", "en")
    assert read(f'{SOURCE}language = "de"\n') == [("Freundschaft", "de"), ours]
    assert read(SOURCE) == [("Freundschaft", ""), ours]
    named_by_hand = read(SOURCE, 'recorded_as = "P190"\n')
    assert named_by_hand == [("P190", "")] * 2


def test_kinds_and_domains_are_read_through_the_tables(tmp_path):
    data = named("party_a country_a party_b country_b kind domain") + (
        "Ulm,DE,A,FR,twin,Umwelt; Kultur\nUlm,DE,B,FR,pact,\nUlm,DE,C,FR,,Krieg; Trade;budaya\n"
        "Ulm,DE,D,FR,Kota kembar,\nUlm,DE,E,FR,,\n"
    )
    table = (
        '[table.kinds]\ntwin = "friendship"\n'
        '[table.domains]\nUmwelt = ["environment", "climate-action"]\nKultur = "culture"\n'
    )
    loaded = load(tmp_path, table, data)
    assert loaded.issues == ()
    first, pact, war, ours, last = (one.claim for one in loaded.records)
    assert (first.relation, first.recorded_as) == ("friendship", "twin")
    assert first.domains == ("environment", "climate-action", "culture")
    assert first.stated_domains == "Umwelt; Kultur"
    assert (pact.relation, pact.recorded_as) == ("", "pact")
    assert pact.remark == "The kind 'pact' is not in [table.kinds]."
    assert (war.domains, war.stated_domains) == (("trade", "culture"), "Krieg; Trade;budaya")
    assert war.remark == "Domains that are not in [table.domains]: 'Krieg'."
    assert (ours.relation, ours.remark, last.relation, last.remark) == ("sister-city", "", "sister-city", "")


def test_without_a_table_of_kinds_the_words_are_ours(tmp_path):
    data = named("party_a country_a party_b country_b kind") + "A,ID,B,JP,sister-port\nA,ID,C,JP,pact\n"
    loaded = load(tmp_path, "", data)
    assert [one.claim.relation for one in loaded.records] == ["sister-port", ""]
    assert loaded.issues == ()


def test_rows_that_name_one_page_share_a_source(tmp_path):
    data = named("party_a country_a party_b country_b source_url source_title") + (
        "A,ID,B,JP,https://a.example/x,Partners of A\n"
        "A,ID,C,JP,https://a.example/x,Partners of A\n"
        "A,ID,D,JP,,\n"
        "A,ID,E,JP,see the letter,\n"
        "A,ID,F,JP,https://a.example/y z,\n"
    )
    loaded = load(tmp_path, "", data)
    one, other, whole, *wrong = (record.claim.source for record in loaded.records)
    assert one is other
    assert (one.url, one.title, one.publisher) == ("https://a.example/x", "Partners of A", "a.example")
    assert (one.source_type, whole.url) == ("association", "https://example.org/list")
    assert (wrong, loaded.issues) == ([whole, whole], ())
    assert [record.claim.remark for record in loaded.records[3:]] == [
        "The source is given as 'see the letter', which is no web address.",
        "The source is given as 'https://a.example/y z', which is no web address.",
    ]


def test_an_address_that_servers_need_not_read_is_none(tmp_path):
    page = "https://a.example/"
    data = named("party_a country_a party_b country_b source_url") + (
        f"A,ID,B,JP,{page.ljust(8000, 'x')}\nA,ID,C,JP,{page.ljust(8001, 'x')}\n"
    )
    told = [(len(one.claim.source.url), one.claim.remark[:29]) for one in load(tmp_path, "", data).records]
    assert told == [(8000, ""), (len("https://example.org/list"), "The source is given as 'https")]


def test_without_an_address_of_the_list_each_row_must_name_its_source(tmp_path):
    data = (
        named("party_a country_a party_b country_b source_url") + "A,ID,B,JP,\nA,ID,C,JP,http://a.example\n"
    )
    loaded = load(tmp_path, "", data, source='[source]\ntype = "news"\n')
    assert faults(loaded) == [(2, "unreadable-row")]
    assert loaded.records[0].claim.source.title == "http://a.example"


def test_ids_of_rows_are_stated_or_made_of_the_line(tmp_path):
    data = named("id party_a country_a party_b country_b") + (
        "r-1,A,ID,B,JP\nr-1,A,ID,C,JP\nr 2,A,ID,D,JP\n,A,ID,E,JP\nL7,A,ID,F,JP\nr 3,A,ID,G,JP\n"
    )
    loaded = load(tmp_path, "", data)
    assert [(one.claim.id, one.claim.remark) for one in loaded.records] == [
        ("my-list/r-1", ""),
        ("my-list/L3", f"The id 'r-1' stands already at {tmp_path.name}/list.csv, line 2."),
        ("my-list/L4", "The id 'r 2' cannot be part of an address."),
        ("my-list/L5", ""),
        ("my-list/L7", ""),
    ]
    assert [one.reason for one in loaded.issues] == [
        f"the id 'L7' stands already at {tmp_path.name}/list.csv, line 6",
    ]


def test_several_files_are_one_list(tmp_path):
    (tmp_path / "one.csv").write_text(HEADER + "A,ID,B,JP\n")
    (tmp_path / "two.tsv").write_text(HEADER.replace(",", "\t") + "A\tID\tB\tJP\nA\tID\tC\tJP\n")
    loaded = load(tmp_path, TWO + 'files = ["*.csv", "two.tsv"]\n')
    assert [one.claim.id for one in loaded.records] == ["my-list/one-L2", "my-list/two-L3"]
    assert [(one.row, one.kind) for one in loaded.issues] == [("two-L2", "repeated-row")]


def test_an_undirected_pair_is_repeated_in_either_order(tmp_path):
    data = HEADER + 'Ulm,Germany,Leeds,England\nLeeds,"England, United Kingdom",Ulm,DE\n'
    assert faults(load(tmp_path, TWO, data)) == [(3, "repeated-row")]
    assert faults(load(tmp_path, TWO + 'lister = "a"\n', data)) == []


def test_a_pair_with_another_date_or_source_is_another_row(tmp_path):
    data = named("party_a country_a party_b country_b date source_url") + (
        "A,ID,B,JP,1990,\nA,ID,B,JP,1991,\nA,ID,B,JP,1990,http://a.example\nA,ID,B,JP,1990,\n"
    )
    loaded = load(tmp_path, "", data)
    assert faults(loaded) == [(5, "repeated-row")]
    assert loaded.issues[0].reason == f"{tmp_path.name}/list.csv, line 2 says the same of the same parties"


def test_second_coordinates_repeat_a_row_unless_they_lie_far_apart(tmp_path):
    fields = "party_a country_a party_b country_b latitude_b longitude_b"
    data = named(fields) + (
        "Salisbury,GB,Salisbury,US,38.3607,-75.5994\n"
        "Salisbury,GB,Salisbury,US,38.36,-75.6\n"
        "Salisbury,GB,Salisbury,US,,\n"
        "Salisbury,GB,Salisbury,US,35.6710,-80.4742\n"
    )
    loaded = load(tmp_path, "", data)
    assert [one.parties[1].longitude for one in loaded.records] == [-75.5994, -80.4742]
    assert faults(loaded) == [(3, "repeated-row"), (4, "repeated-row")]


def test_a_link_to_itself_is_an_issue_but_homonyms_far_apart_are_two(tmp_path):
    fields = "party_a country_a latitude_a longitude_a party_b country_b latitude_b longitude_b"
    data = named(fields) + (
        "Nienburg,DE,52.6,9.2,Nienburg,Germany,52.6,9.2\n"
        "Nienburg,DE,52.64,9.21,Nienburg,DE,51.84,11.77\n"
        "Nienburg,DE,,,Nienburg,FR,,\n"
    )
    loaded = load(tmp_path, "", data)
    assert faults(loaded) == [(2, "self-link")]
    assert len(loaded.records) == 2


def test_coordinates_that_cannot_be_right_are_left_out_and_told(tmp_path):
    fields = "party_a country_a latitude_a longitude_a party_b country_b"
    cells = ["1.5,103", "0,0", "x,103", "91,103", "nan,1", "1.5,", ","]
    rows = [f"A{n},ID,{pair},B,JP\n" for n, pair in enumerate(cells)]
    loaded = load(tmp_path, "", named(fields) + "".join(rows) + 'Z,ID,"1,5","103,2",B,JP\n')
    assert loaded.issues == ()
    degrees = [(one.parties[0].latitude, one.parties[0].longitude) for one in loaded.records]
    assert degrees == [(1.5, 103.0), *[(None, None)] * 6, (1.5, 103.2)]
    remarks = [one.claim.remark for one in loaded.records]
    assert remarks[0] == remarks[6] == remarks[7] == ""
    assert remarks[1] == "The coordinates of A1 (0, 0) mean that they are unknown and were left out."
    assert all("left out" in remark for remark in remarks[1:6])


def test_an_unknown_country_is_an_issue_unless_an_id_is_given(tmp_path):
    data = named("party_a country_a qid_a party_b country_b") + (
        "Brazzaville,Congo,,Reims,France\nBrazzaville,Congo,Q3844,Reims,France\n,Congo,,Reims,FR\nUlm,,,Reims,FR\n"
    )
    loaded = load(tmp_path, "", data)
    assert faults(loaded) == [(2, "unknown-country"), (4, "party-unnamed"), (5, "unknown-country")]
    told = loaded.records[0].parties[0]
    assert (told.qid, told.country, told.stated_country) == ("Q3844", "", "Congo")
    assert loaded.issues[2].reason == "no country is stated for 'Ulm'"


def test_a_list_can_say_itself_what_a_country_means(tmp_path):
    table = TWO + '[table.countries]\nCongo = "CG"\n"Hogwarts" = "England"\n'
    loaded = load(tmp_path, table, HEADER + "Brazzaville,Congo,Hogsmeade,Hogwarts\n")
    told = loaded.records[0].parties
    assert [(one.country, one.region) for one in told] == [("Q971", ""), ("Q145", "England")]


def test_without_a_country_the_name_may_end_with_it(tmp_path):
    data = named("party_a party_b country_b") + '"Varna, Bulgaria",Ulm,DE\n"Athens, Georgia",Ulm,DE\n'
    loaded = load(tmp_path, "", data)
    assert (loaded.records[0].parties[0].name, loaded.records[0].parties[0].country) == (
        "Varna, Bulgaria",
        "Q219",
    )
    assert faults(loaded) == [(3, "unknown-country")]


def test_places_with_an_id_bring_what_the_list_knows_of_them(tmp_path):
    data = named("qid_a population_a latitude_a longitude_a qid_b") + (
        "http://www.wikidata.org/entity/Q64,3755251,52.516,13.383,Q3630\nQ64,many,,,Q90\nQ64x,,,,Q90\n"
    )
    table = '[table.names]\nfile = "names.csv"\nheader = false\nqid = 2\nname = 1\n'
    names = "Berlin,Q64\nJakarta,http://www.wikidata.org/entity/Q3630\n"
    loaded = load(tmp_path, table, data, names_csv=names)
    berlin, jakarta, paris = loaded.places
    assert (berlin.id, berlin.labels, berlin.qid) == ("Q64", (("", "Berlin"),), "Q64")
    assert (berlin.latitude, berlin.longitude, berlin.population) == ("52.52", "13.38", 3755251)
    assert (jakarta.label("id"), paris.label("id"), paris.country) == ("Jakarta", "Q90", "")
    assert pairs(loaded) == [("Berlin", "Jakarta"), ("Berlin", "Q90")]
    assert loaded.records[1].claim.remark == (
        "The population of Berlin ('many') is no whole number and was left out."
    )
    assert loaded.issues[0].reason == "'Q64x' is no Wikidata id"


def test_a_second_name_of_an_id_is_another_name(tmp_path):
    data = named("party_a qid_a qid_b") + "Peking,Q956,Q64\nBeijing,Q956,Q90\n"
    loaded = load(tmp_path, '[table.names]\nfile = "n.csv"\n', data, n_csv="qid,name\nQ956,北京\n")
    assert loaded.places[0].labels == (("", "Peking"),)
    assert loaded.places[0].other_names == ("北京", "Beijing")
    assert loaded.records[0].parties[0].other_names == ("北京",)


def test_a_name_that_runs_over_a_line_is_told(tmp_path):
    loaded = load(tmp_path, TWO, HEADER + '"Ulm\n",DE,B,JP\n"U\nlm",DE,B,JP\n')
    assert pairs(loaded) == [("Ulm", "B")]
    assert faults(loaded) == [(4, "unreadable-row")]


def test_constants_stand_for_columns_that_are_not_there(tmp_path):
    constants = '[table.constants]\ncountry_a = "Netherlands"\ndate = 1990\n'
    table = 'columns = ["party_a", "party_b", "country_b"]\n' + constants
    loaded = load(tmp_path, table, "Gemeente,Partner,Land\nDelft,Jena,Germany\n")
    assert loaded.records[0].parties[0].country == "Q55"
    assert loaded.records[0].claim.date == PartialDate(1990)


def test_descriptions_and_remarks_of_the_list_are_kept(tmp_path):
    data = (
        named("party_a country_a party_b country_b description remark")
        + "A,ID,B,JP,A calls B a friend.,Seen.\n"
    )
    (record,) = load(tmp_path, 'recorded_as = "P190"\n', data).records
    assert (record.claim.description, record.claim.remark) == ("A calls B a friend.", "Seen.")
    assert record.claim.recorded_as == "P190"


def test_the_source_is_told_whole(tmp_path):
    source = SOURCE + (
        'title = "The list of lists"\nlanguage = "nl"\nissued = 2016-09-30\ncreator = "A. Writer"\n'
        'part_of = "http://www.wikidata.org/entity/Q2013"\n'
    )
    told = load(tmp_path, TWO, HEADER + "A,ID,B,JP\n", source).records[0].claim.source
    assert (told.title, told.language, told.creator) == ("The list of lists", "nl", "A. Writer")
    assert (str(told.issued), told.part_of) == ("2016-09-30", "http://www.wikidata.org/entity/Q2013")
    plain = '[source]\nurl = "https://example.org"\ntype = "news"\n'
    told = load(tmp_path, TWO, HEADER + "A,ID,B,JP\n", plain).records[0].claim.source
    assert (told.title, told.publisher, told.language) == ("My list", "Somebody", "")


def collect(folder: Path, name: str, table: str, *files: str):
    """Load a real list under a name of its own."""
    home = folder / name
    home.mkdir()
    for file in files:
        shutil.copyfile(DATA / file, home / Path(file).name)
    started = time.process_time()
    loaded = load(home, table)
    assert time.process_time() - started < 10
    return loaded


@needs_data
@pytest.mark.shared
@pytest.mark.slow
def test_the_lists_of_wikipedia(tmp_path):
    columns = ["party_a", "country_a", "latitude_a", "longitude_a"]
    columns += [column.replace("_a", "_b") for column in columns]
    table = f'file = "twin_cities.csv"\ncolumns = {columns}\n[table.countries]\nCongo = "CG"\n'
    loaded = collect(tmp_path, "lists", table, "wikipedia-lists-2026/twin_cities.csv")
    assert (loaded.rows, len(loaded.records), len(loaded.issues)) == (25917, 24873, 1044)
    assert Counter(one.kind for one in loaded.issues) == {"repeated-row": 1041, "self-link": 3}
    parties = [party for one in loaded.records for party in one.parties]
    assert [party.name for party in parties if not party.country] == ["Falkland Islands", "American Samoa"]


@needs_data
@pytest.mark.shared
@pytest.mark.slow
def test_p190_as_of_2016(tmp_path):
    table = (
        'file = "relations.tsv"\nheader = false\nlister = "a"\ncolumns = ["qid_a", "qid_b"]\n'
        '[table.names]\nfile = "names.tsv"\nqid = 1\nname = 2\n'
    )
    files = [f"wikidata-p190-2016/{name}.tsv" for name in ("relations", "names")]
    loaded = collect(tmp_path, "p190", table, *files)
    assert (loaded.rows, len(loaded.records), len(loaded.places)) == (34182, 34178, 10055)
    assert [one.line for one in loaded.issues] == [16884, 29028, 29520, 31852]
    assert {one.kind for one in loaded.issues} == {"repeated-row"}
    listed = {tuple(party.qid for party in one.parties) for one in loaded.records}
    assert len([pair for pair in listed if pair[::-1] not in listed]) == 624
    assert ("Q3741", "Q120730") not in listed
    assert ("Q7568", "Q120730") in listed


@needs_data
@pytest.mark.shared
def test_three_tables_of_the_query_service(tmp_path):
    names = ("bulgaria", "netherlands", "uk")
    columns = [
        "party_a", "country_a", "latitude_a", "longitude_a", "", "party_b", "latitude_b", "longitude_b", "",
        "country_b", "", "",
    ]  # fmt: skip
    table = f'files = {[f"{name}.tsv" for name in names]}\nlister = "a"\ncolumns = {columns}\n'
    loaded = collect(tmp_path, "wdqs", table, *(f"wdqs-tsv/{name}.tsv" for name in names))
    assert (loaded.rows, len(loaded.records)) == (1788, 1748)
    assert Counter((Path(one.file).stem, one.kind) for one in loaded.issues) == {
        ("bulgaria", "repeated-row"): 11,
        ("netherlands", "repeated-row"): 20,
        ("uk", "repeated-row"): 9,
    }
    american = [one.parties[1] for one in loaded.records if one.parties[1].name == "Salisbury"]
    assert len(american) == 2
