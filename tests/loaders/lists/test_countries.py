"""Countries as lists write them."""

from __future__ import annotations

import csv

import pytest

from loaders.folders import REFERENCE
from loaders.lists.countries import (
    country_at_end,
    is_region,
    load_states,
    read_code,
    read_country,
)
from loaders.lists.words import country_names
from loaders.lists.words.country_names import LANGUAGES
from loaders.tables.places import load_countries
from loaders.tables.table import read_table
from tests.kit.paths import SHARED

DATA = SHARED / "data"
ISO = {place.id: iso for iso, place in load_countries().items()}


def read(written):
    """Return the ISO code and region of a reading."""
    reading = read_country(written)
    return reading and (ISO[reading.country], reading.region)


@pytest.mark.parametrize(
    ("written", "iso", "region"),
    [
        ("England", "GB", "England"),
        ("England, United Kingdom", "GB", "England"),
        ("Scotland", "GB", "Scotland"),
        ("Wales, United Kingdom", "GB", "Wales"),
        ("Northern Ireland, United Kingdom", "GB", "Northern Ireland"),
        ("Ireland", "IE", ""),
        ("Republic of Ireland", "IE", ""),
        ("Grece", "GR", ""),
        ("Kazakhstah", "KZ", ""),
        ("Japa", "JP", ""),
        ("in Italy", "IT", ""),
        ("Island", "IS", ""),
        ("Georgia", "GE", ""),
        ("Georgia (country)", "GE", ""),
        ("Luxembourg, Belgium", "BE", "Luxembourg"),
        ("Georgia, United States", "US", "Georgia"),
        ("Czech Republic", "CZ", ""),
        ("Moldavia", "MD", ""),
        ("Surinam", "SR", ""),
        ("Madagaskar", "MG", ""),
        ("Ohio, United States", "US", "Ohio"),
        ("Ohio", "US", "Ohio"),
        ("New York, United States", "US", "New York"),
        ("Niedersachsen", "DE", "Lower Saxony"),
        ("Lower Saxony, Germany", "DE", "Lower Saxony"),
        ("Tinn, Norway", "NO", "Tinn"),
        ("Faroe Islands", "FO", ""),
        ("Greenland", "GL", ""),
        ("Puerto Rico", "PR", ""),
        ("Guadeloupe, France", "GP", ""),
        ("Åland Islands, Finland", "AX", ""),
        ("Hong Kong, China", "HK", ""),
        ("Northern Cyprus", "CY", "Northern Cyprus"),
        ("Kosovo", "XK", ""),
        ("Transnistria", "MD", "Transnistria"),
        ("Western Sahara", "EH", ""),
        ("Sahrawi Arab Democratic Republic", "EH", ""),
        ("West Bank", "PS", "West Bank"),
        ("Palestine", "PS", ""),
        ("Taiwan", "TW", ""),
        ("Republic of China", "TW", ""),
        ("People's Republic of China", "CN", ""),
        ("Democratic Republic of the Congo", "CD", ""),
        ("Republic of the Congo", "CG", ""),
        ("Niger", "NE", ""),
        ("Nigeria", "NG", ""),
        ("Guinea-Bissau", "GW", ""),
        ("Jepang", "JP", ""),
        ("Inggris", "GB", ""),
        ("Belanda", "NL", ""),
        ("Deutschland", "DE", ""),
        ("Österreich", "AT", ""),
        ("COTE D'IVOIRE", "CI", ""),
        ("日本", "JP", ""),
        ("대한민국", "KR", ""),
        ("Россия", "RU", ""),
        ("the netherlands", "NL", ""),
        ("Bosnia & Herzegovina", "BA", ""),
        ("ID", "ID", ""),
        ("IDN", "ID", ""),
        ("GBR", "GB", ""),
        ("UK", "GB", ""),
        ("USA", "US", ""),
        ("U.K.", "GB", ""),
        ("U. S. A.", "US", ""),
        ("EE. UU.", "US", ""),
        ("Moldova, Republic of", "MD", ""),
        ("KOREA (THE DEMOCRATIC PEOPLE’S REPUBLIC OF)", "KP", ""),
        ("Virgin Islands (U.S.)", "VI", ""),
        ("Virgin Islands, U.S.", "VI", ""),
        ("Congo, Rep.", "CG", ""),
        ("Dem. Rep. Congo", "CD", ""),
        ("Korea, Dem. People's Rep.", "KP", ""),
        ("Bosnia and Herz.", "BA", ""),
        ("W. Sahara", "EH", ""),
        ("N. Ireland", "GB", "Northern Ireland"),
        ("N. Mexico", "US", "New Mexico"),
        ("R. Island", "US", "Rhode Island"),
        ("S. Korea", "KR", ""),
        ("N. Korea", "KP", ""),
        ("A. Samoa", "AS", ""),
        ("Thai.", "TH", ""),
        ("RRC", "CN", ""),
        ("Salvador", "SV", ""),
        ("Eq. Guinea", "GQ", ""),
        ("St. Vin. and Gren.", "VC", ""),
        ("Papua N. Guinea", "PG", ""),
        ("rep. ceca", "CZ", ""),
        ("Rép. tchèque", "CZ", ""),
        ("Rep. Dominicana", "DO", ""),
        ("Republik Indonesia", "ID", ""),
        ("Bundesrepublik Deutschland", "DE", ""),
        ("Königreich Spanien", "ES", ""),
        ("Republik Österreich", "AT", ""),
        ("Kerajaan Thailand", "TH", ""),
        ("Volksrepublik China", "CN", ""),
        ("Republik China", "TW", ""),
        ("Palestina", "PS", ""),
        ("Republik Kongo", "CG", ""),
        ("Dél-Szudán", "SS", ""),
        ("Bosnia Herzegovina", "BA", ""),
        ("la República de Moldova", "MD", ""),
        ("Palestine, State of", "PS", ""),
        ("Hong Kong SAR", "HK", ""),
        ("Hong Kong SAR, China", "HK", ""),
        ("Macao SAR, China", "MO", ""),
        ("Taiwan, China", "TW", ""),
        ("CN-TW", "TW", ""),
        ("US-OH", "US", "Ohio"),
        ("US-PR", "PR", ""),
        ("GB-SCT", "GB", "Scotland"),
        ("England (UK)", "GB", "England"),
        ("UK - Scotland", "GB", "Scotland"),
        ("Ohio (USA)", "US", "Ohio"),
        ("Burma (Myanmar)", "MM", ""),
        ("Ελλάδα", "GR", ""),
        ("Україна", "UA", ""),
        ("مصر", "EG", ""),
        ("ประเทศไทย", "TH", ""),
        ("ישראל", "IL", ""),
        ("भारत", "IN", ""),
        ("საქართველო", "GE", ""),
        ("Việt Nam", "VN", ""),
    ],
)
def test_a_country_is_read_as_written(written, iso, region):
    assert read(written) == (iso, region)


@pytest.mark.parametrize(
    ("code", "iso", "region"),
    [
        ("DE", "DE", ""),
        ("deu", "DE", ""),
        ("276", "DE", ""),
        ("8", "AL", ""),
        ("us-oh", "US", "Ohio"),
        ("US_OH", "US", "Ohio"),
        ("ES-CT", "ES", "Catalunya"),
        ("US-PR", "PR", ""),
    ],
)
def test_a_code_of_iso_3166_is_read(code, iso, region):
    found = read_code(code)
    assert (found.country, found.region) == (load_countries()[iso].id, region)


@pytest.mark.parametrize("code", ["", "Germany", "XX", "999", "US-ZZ", "OH"])
def test_what_is_no_code_is_none(code):
    assert read_code(code) is None


@pytest.mark.parametrize(
    ("written", "code", "is_it"),
    [
        ("Ohio", "US-OH", True),
        ("OH", "US-OH", True),
        ("England", "GB-LIV", True),
        ("Liverpool", "GB-ENG", True),
        ("Cataluña", "ES-B", True),
        ("Ohio", "US-TX", False),
        ("Scotland", "GB-LIV", False),
        ("the Midwest", "US-OH", None),
        ("Ohio", "US-ZZ", None),
    ],
)
def test_the_parts_of_countries_are_nested(written, code, is_it):
    assert is_region(written, code) is is_it


@pytest.mark.parametrize(
    "written",
    [
        "", " ", ",", "Congo", "Korea", "Germany, France", "Mexico, United States",
        "Soviet Union", "Europe", "Hogwarts", "Ulm, Hogwarts", "id", "in",
        "Sacramento, CA", "Athens, Georgia", "SUN", "840", "-99", "XX-YY", "US-ZZ", "Republic", "Rep.", "G.",
        "Thai", "S. Ireland", "Austr.", "Nig.",
        "Atlantis, Republic of", "France (Spain)", "Rep. Korea (Kongo)",
    ],
)  # fmt: skip
def test_what_is_unclear_is_not_guessed(written):
    assert read_country(written) is None


@pytest.mark.slow
def test_the_names_of_all_languages_are_read_only_when_they_are_needed():
    country_names.all_names.cache_clear()
    read_country.cache_clear()
    names = ("Germany", "DE", "Grece", "England, UK", "Tinn, Norway", "Congo", "")
    assert [read(name) for name in names] == [
        ("DE", ""), ("DE", ""), ("GR", ""), ("GB", "England"), ("NO", "Tinn"), None, None,
    ]  # fmt: skip
    assert country_names.all_names.cache_info().currsize == 0
    assert read("Eesti") == ("EE", "")
    assert country_names.all_names.cache_info().currsize == 1


def test_a_name_that_two_countries_share_in_the_common_languages_means_none_in_any():
    assert country_names.words_of("Kongo") not in country_names.common_names()
    assert read_country("Kongo") is None


def test_a_reading_says_why():
    assert read_country("Zaire").note == "its name until 1997"
    assert read_country("Germany").note == ""


@pytest.mark.parametrize(
    ("party", "iso"),
    [
        ("Varna, Bulgaria", "BG"),
        ("Ulm, Baden-Württemberg, Germany", "DE"),
        ("Columbus, Ohio", "US"),
        ("Athens, Georgia", None),
        ("Sacramento, CA", None),
        ("Suzhou, Jiangsu", None),
        ("Kinshasa, Congo", None),
        ("Luxembourg", None),
        ("Paris,", None),
        ("Varna (Bulgaria)", "BG"),
        ("Columbus (Ohio)", "US"),
        ("Athens (Georgia)", None),
        ("Frankfurt (Oder)", None),
        ("Varna (Bulgaria), Izmir (Turkey)", None),
        ("Varna / Izmir (Turkey)", None),
    ],
)
def test_a_name_may_end_with_its_country(party, iso):
    reading = country_at_end(party)
    assert (reading and ISO[reading.country]) == iso


@pytest.mark.parametrize(("flag", "iso"), [("🇩🇪", "DE"), (" 🇮🇩 ", "ID"), ("🇩🇪🇮🇩", None), ("🇽🇽", None)])
def test_a_flag_is_the_code_of_its_country(flag, iso):
    reading = read_country(flag)
    assert (reading and ISO[reading.country]) == iso


def test_territories_know_their_state():
    states = {ISO[territory]: ISO[state] for territory, state in load_states().items()}
    assert len(states) == 51
    assert [states[iso] for iso in ("GP", "FO", "PR", "HK", "AX", "CK", "JE")] == [
        "FR", "DK", "US", "CN", "FI", "NZ", "GB",
    ]  # fmt: skip
    assert {*states}.isdisjoint(states.values())
    assert {*states}.isdisjoint({"PS", "EH", "TW", "XK"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_cldr_is_read_or_known_to_be_shared(language):
    from babel import Locale

    names = Locale(language).territories
    unread = {names[iso] for iso in ISO.values() if read(names[iso]) not in {(iso, ""), None}}
    assert unread == set()
    assert len([iso for iso in ISO.values() if read(names[iso]) is None]) <= 3


def test_the_reviewed_table_is_in_order_and_each_row_reads_as_it_says():
    rows = read_table(REFERENCE / "country_names.csv", ("written", "iso2", "region", "note"))
    written = [row["written"] for row in rows]
    assert written == sorted(written, key=lambda text: (text.casefold(), text))
    assert all(row["note"] for row in rows)
    for row in rows:
        assert read(row["written"]) == ((row["iso2"], row["region"]) if row["iso2"] else None), row["written"]


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data beside the project")
def test_every_country_of_the_shared_lists_is_read_or_refused_on_purpose():
    found = set()
    for name in ("twin_cities.csv", "twin_cities_raw.csv"):
        with (DATA / "wikipedia-lists-2026" / name).open(encoding="utf-8", newline="") as file:
            found |= {row[column] for row in csv.DictReader(file) for column in ("country1", "country2")}
    assert len(found) == 239
    for path in (DATA / "wdqs-tsv").glob("*.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["destination_countryLabel"] for row in csv.DictReader(file, delimiter="\t")}
    assert {written for written in found if read_country(written) is None} == {"", "Congo"}


FORMAL = ("official_name_", "UNTERM ", "CLDR display name", "ISO4217-currency_country_name")


@pytest.mark.shared
@pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data beside the project")
def test_short_and_formal_names_of_the_united_nations_are_read_and_none_is_read_wrongly():
    unread: dict[str, int] = {}
    with (DATA / "countries" / "country-codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            iso = row["ISO3166-1-Alpha-2"]
            for column, written in row.items():
                if iso and column.startswith(FORMAL) and written:
                    found = read(written)
                    assert found in {(iso, ""), None}, (column, written, found)
                    unread[column] = unread.get(column, 0) + (found is None)
    assert unread["CLDR display name"] <= 1
    latin = [column for column in unread if column.endswith(("_en", "_fr", "_es")) or "English" in column]
    assert {column: count for column, count in unread.items() if column in latin and count > 15} == {}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Schweiz/Suisse", ("CH", "")),
        ("Belgique/België", ("BE", "")),
        ("Switzerland (CH)", ("CH", "")),
        ("Thailand (Siam)", ("TH", "")),
        ("France/Réunion", ("RE", "")),
        ("Germany/FR", None),
        ("Georgia (GA)", None),
        ("Amerika (AS)", None),
        ("USA/Canada", None),
    ],
)
def test_two_names_of_one_country_are_that_country(written, read_as):
    assert read(written) == read_as


@pytest.mark.parametrize("written", ["AS", "Papua", "Timor"])
def test_what_means_another_country_in_indonesian_means_none(written):
    assert read(written) is None


def test_a_code_in_a_column_of_codes_is_a_code():
    assert ISO[read_code("AS").country] == "AS"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Schottland", ("GB", "Scotland")),
        ("Angleterre", ("GB", "England")),
        ("한국", ("KR", "")),
        ("السعودية", ("SA", "")),
        ("アメリカ", ("US", "")),
        ("РФ", ("RU", "")),
        ("Papua, Indonesia", ("ID", "Papua")),
    ],
)
def test_names_that_cldr_lacks(written, read_as):
    assert read(written) == read_as
