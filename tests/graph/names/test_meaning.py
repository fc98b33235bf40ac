"""What a text means among places with many names: one, a choice, or nothing; never a guess."""

import dataclasses

import pytest

from graph.names.describe import describe_place
from graph.names.index.address import read_place_id
from graph.names.index.ask import NameIndex
from graph.names.index.entry import COUNTRY, PLACE, Entry
from graph.names.index.read import Named
from graph.names.meaning import find_meaning


def country(id_, code, *names):
    return Entry(
        id_, frozenset({"Place", "Country"}), {"en": names[0]}, other_names=names[1:], facts={"isoCode": code}
    )


def city(id_, country_, *names, partners=0, level="city", **facts):
    classes = {"Place", "LocalGovernment"} | ({"City"} if level == "city" else set())
    return Entry(
        id_,
        frozenset(classes),
        {"en": names[0]},
        other_names=names[1:],
        facts={"country": country_, **facts},
        levels=frozenset({level} if level else ()),
        partners=tuple((f"P{n}", None) for n in range(partners)),
    )


INDEX = NameIndex.of(
    Named(
        (
            country("Q183", "DE", "Germany", "Deutschland", "Alemania"),
            country("Q30", "US", "United States"),
            country("Q800", "CR", "Costa Rica"),
            country("Q159", "RU", "Russia"),
            country("Q252", "ID", "Indonesia"),
            country("Q750", "BO", "Bolivia"),
            country("Q1044", "SL", "Sierra Leone"),
            country("Q230", "GE", "Georgia"),
            country("Q145", "GB", "United Kingdom"),
            city("Q365", "Q183", "Cologne", "Köln", "Colonia", "Кёльн", "科隆", partners=22),
            city("Q1794", "Q183", "Frankfurt am Main", "Francfort-sur-le-Main", partners=17),
            city("Q4024", "Q183", "Frankfurt (Oder)", partners=10),
            city("Q3070", "Q800", "San José", partners=9),
            city("Q16553", "Q30", "San Jose", partners=8, partOf="Q99"),
            city("Q99", "Q30", "California", level="province"),
            city("Q656", "Q159", "Saint Petersburg", "Leningrad", "Санкт-Петербург", partners=90),
            city("Q49236", "Q30", "St. Petersburg", partners=2),
            city("Q1428", "Q30", "Georgia", level="province", partners=3),
            city("Q11445", "Q252", "Malang", partners=2),
            city("Q11095", "Q252", "Malang Regency", "Kabupaten Malang", level="regency"),
            city("Q7518", "Q252", "Sleman Regency", "Kabupaten Sleman", level="regency"),
            city("Q12", "Q1044", "Bo"),
            city("Q13", "Q252", "Kupang", level=""),
        ),
        {"x-de-koeln-1": "Q365"},
    )
)  # fmt: skip


def ids(text, kind=PLACE):
    return [entry.id for entry in find_meaning(text, INDEX, kind).places]


@pytest.mark.parametrize(
    "text",
    [
        "Cologne", "Köln", "Koln", "KÖLN", "köln", "Colonia", "Кёльн", "кельн", "科隆", " Cologne ",
        "Ko\u0308ln",
        "Cologne, Germany", "Köln, Deutschland", "Köln (Alemania)", "Cologne, DE", "Köln, DEU",
        "Köln Germany",
        "Stadt Köln", "City of Cologne", "Q365", "q365", "wd:Q365", "place:Q365",
        "https://www.wikidata.org/wiki/Q365", "http://www.wikidata.org/entity/Q365",
        "www.wikidata.org/wiki/Q365",
        "https://m.wikidata.org/wiki/Q365?uselang=de#P190",
        "https://www.wikidata.org/wiki/Special:EntityData/Q365.json",
        "https://w3id.org/kota-kembar/place/Q365", "<https://w3id.org/kota-kembar/place/Q365>",
        "http://127.0.0.1:8000/place/Q365.html?lang=id", "/place/Q365", "place/Q365/", "x-de-koeln-1",
        "https://example.org/place/x-de-koeln-1.ttl",
    ],
)  # fmt: skip
def test_one_place_by_all_its_names_and_addresses(text):
    assert ids(text) == ["Q365"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("San José", ["Q3070", "Q16553"]),
        ("san jose", ["Q3070", "Q16553"]),
        ("St. Petersburg", ["Q656", "Q49236"]),
        ("Saint Petersburg", ["Q656", "Q49236"]),
        ("Frankfurt, Germany", ["Q1794", "Q4024"]),
        ("Frankfurt", ["Q1794", "Q4024"]),
        ("Georgia", ["Q1428", "Q230"]),
        ("Bo", ["Q12", "Q750"]),
    ],
)
def test_a_name_of_several_is_a_choice_those_with_most_partners_first(text, places):
    assert ids(text) == places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("San José, Costa Rica", "Q3070"),
        ("San Jose Costa Rica", "Q3070"),
        ("San Jose, CR", "Q3070"),
        ("San Jose, California", "Q16553"),
        ("San Jose, California, USA", "Q16553"),
        ("San Jose (United States)", "Q16553"),
        ("St Petersburg, Russia", "Q656"),
        ("Leningrad", "Q656"),
        ("Санкт-Петербург", "Q656"),
        ("Frankfurt am Main", "Q1794"),
        ("Frankfurt/Oder", "Q4024"),
        ("Frankfurt Oder", "Q4024"),
        ("Malang", "Q11445"),
        ("Kota Malang", "Q11445"),
        ("Kabupaten Malang", "Q11095"),
        ("Malang, Indonesia", "Q11445"),
        ("USA", "Q30"),
        ("uk", "Q145"),
        ("360", "Q252"),
    ],
)
def test_what_is_said_besides_decides(text, place):
    assert ids(text) == [place]


@pytest.mark.parametrize(
    ("text", "similar"),
    [
        ("Colgne", ["Q365"]),
        ("Cologne, Indonesia", ["Q365"]),
        ("Cologne, Narnia", ["Q365"]),
        ("Frankfurt an der Lahn", ["Q1794", "Q4024"]),
        ("Kabupaten Kupang", ["Q13"]),
        ("Sleman", ["Q7518"]),
        ("Q999", []),
        ("https://www.wikidata.org/wiki/Q999", []),
        ("https://example.org/Cologne", []),
        ("Xyzzy", []),
        ("", []),
        ("x" * 201, []),
        ("!!!", []),
    ],
)
def test_what_is_not_exactly_the_name_of_a_place_is_none(text, similar):
    meaning = find_meaning(text, INDEX)
    assert (meaning.places, [entry.id for entry in meaning.similar][: len(similar) or 1]) == ((), similar)


@pytest.mark.parametrize(
    ("text", "places"),
    [("Georgia", ["Q230"]), ("BO", ["Q750"]), ("deu", ["Q183"]), ("Alemania", ["Q183"]), ("Cologne", [])],
)
def test_countries_alone(text, places):
    assert ids(text, COUNTRY) == places


@pytest.mark.parametrize(
    "text",
    [
        "Q0",
        "Q",
        "Cologne",
        "http://[::1",
        "https://www.wikidata.org/wiki/Property:P190",
        "x-de",
        "/partnership/Q1-Q2",
        "place/",
    ],
)
def test_what_is_no_address_of_a_place(text):
    assert read_place_id(text) is None


HIDDEN = NameIndex.of(
    Named(
        (
            city("Q1899", "Q212", "Kyiv", partners=9),
            city("Q33", "Q33", "Turku", partners=7),
            city("Q495", "Q38", "Turin", partners=5),
            city("Q1", "Q191", "Türi", partners=2),
            city("Q2", "Q183", "Türi", partners=1),
        ),
        hidden={
            "Q1899": ("Kiev", "Київ", "Kijów"),
            "Q33": ("Åbo", "Abo"),
            "Q495": ("Turi",),
            "Q1": ("Kiev",),
        },
    )
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("kiev", ["Q1899", "Q1"]),
        ("КИЇВ", ["Q1899"]),
        ("KIJOW", ["Q1899"]),
        ("Åbo", ["Q33"]),
        ("Turi", ["Q495", "Q1", "Q2"]),
        ("Turku", ["Q33"]),
        ("Kije", []),
    ],
)
def test_a_hidden_name_is_known_and_comes_before_no_name_that_is_shown(text, places):
    assert [entry.id for entry in find_meaning(text, HIDDEN).places] == places


def test_a_hidden_name_of_a_place_with_fewer_partners_does_not_count_where_another_shows_it():
    entries = (city("Q1", "Q183", "Linz", partners=3), city("Q2", "Q40", "Linz am Rhein", partners=2))
    index = NameIndex.of(Named(entries, hidden={"Q2": ("Linz",)}))
    assert [entry.id for entry in find_meaning("Linz", index).places] == ["Q1"]


def town(id_, country_, name, *regions):
    return dataclasses.replace(city(id_, country_, name), regions=regions)


REGIONS = NameIndex.of(
    Named(
        (
            country("Q30", "US", "United States"),
            country("Q16", "CA", "Canada"),
            country("Q145", "GB", "United Kingdom"),
            country("Q408", "AU", "Australia"),
            country("Q230", "GE", "Georgia"),
            country("Q41", "GR", "Greece"),
            town("Q6106", "Q30", "Portland", "Oregon", "OR", "Ore"),
            town("Q49201", "Q30", "Portland", "Maine", "ME"),
            town("Q41819", "Q30", "Kansas City", "Missouri", "MO"),
            town("Q486472", "Q30", "Kansas City", "Kansas", "KS", "Kan"),
            town("Q28515", "Q30", "Springfield", "Illinois", "IL", "Ill"),
            town("Q5", "Q30", "Springfield"),
            town("Q92561", "Q16", "London", "Ontario", "ON", "Ont"),
            town("Q84", "Q145", "London", "England"),
            town("Q38964", "Q408", "Newcastle", "New South Wales", "NSW"),
            town("Q1425", "Q145", "Newcastle upon Tyne", "England"),
            town("Q203263", "Q30", "Athens", "Georgia", "GA"),
            town("Q1524", "Q41", "Athens", "Attica"),
            town("Q16553", "Q30", "San Jose", "California", "CA", "Calif"),
            town("Q3070", "Q800", "San José"),
        )
    )
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Portland, OR", ["Q6106"]),
        ("Portland, Oregon", ["Q6106"]),
        ("Portland (Ore.)", ["Q6106"]),
        ("Portland Oregon", ["Q6106"]),
        ("Portland OR", ["Q6106"]),
        ("portland maine", ["Q49201"]),
        ("Portland, OR, United States", ["Q6106"]),
        ("Kansas City, MO", ["Q41819"]),
        ("Kansas City, Kan.", ["Q486472"]),
        ("Springfield, Ill.", ["Q28515"]),
        ("San José, CA", ["Q16553"]),
        ("London, Ont.", ["Q92561"]),
        ("London, Ontario, Canada", ["Q92561"]),
        ("Newcastle NSW", ["Q38964"]),
        ("Newcastle - NSW", ["Q38964"]),
        ("Athens, Georgia", ["Q203263"]),
        ("Portland", ["Q49201", "Q6106"]),
        ("Springfield", ["Q28515", "Q5"]),
        ("London", ["Q84", "Q92561"]),
        ("Kansas City", ["Q41819", "Q486472"]),
        ("Portland, TX", []),
        ("Portland, Ont.", []),
        ("Springfield, Mass.", []),
    ],
)
def test_a_state_or_province_tells_towns_apart_and_is_never_passed_over(text, places):
    assert [entry.id for entry in find_meaning(text, REGIONS).places] == places


def test_towns_of_one_name_are_told_by_their_states():
    (portland,) = find_meaning("Portland, OR", REGIONS).places
    assert describe_place(portland, REGIONS, "en") == "city in Oregon, United States"


NAMESAKES = NameIndex.of(
    Named(
        (
            country("Q30", "US", "United States"),
            country("Q145", "GB", "United Kingdom"),
            country("Q408", "AU", "Australia"),
            country("Q183", "DE", "Germany"),
            city("Q1018448", "Q145", "Washington", partners=1),
            city("Q61", "Q30", "Washington, D.C.", partners=8),
            city("Q1794", "Q183", "Frankfurt", "Frankfurt am Main", partners=20),
            city("Q4024", "Q183", "Frankfurt (Oder)", partners=12),
            city("Q57278", "Q408", "Newcastle", partners=3),
            city("Q1425428", "Q145", "Newcastle upon Tyne", partners=9),
            city("Q1", "Q145", "Stoke", partners=3),
            city("Q2", "Q145", "Stoke on Trent", partners=3),
            city("Q3", "Q145", "Celle", partners=1),
            city("Q4", "Q183", "Celle (district)", partners=9, level="regency"),
        )
    )
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Washington", ["Q61", "Q1018448"]),
        ("Washington, United Kingdom", ["Q1018448"]),
        ("Washington DC", ["Q61"]),
        ("Frankfurt", ["Q1794", "Q4024"]),
        ("Frankfurt, Germany", ["Q1794", "Q4024"]),
        ("Frankfurt am Main", ["Q1794"]),
        ("Newcastle", ["Q1425428", "Q57278"]),
        ("Newcastle, Australia", ["Q57278"]),
        ("Stoke", ["Q1"]),
        ("Celle", ["Q3"]),
    ],
)
def test_a_namesake_that_says_where_it_is_is_part_of_the_choice(text, places):
    assert [entry.id for entry in find_meaning(text, NAMESAKES).places] == places


SHORT = NameIndex.of(
    Named(
        (
            country("Q30", "US", "United States"),
            city("Q60", "Q30", "New York City", partners=9),
            city("Q1865", "Q833", "Kuala Lumpur", partners=5),
            city("Q2", "Q30", "Kalama Lakes", partners=1),
            city("Q7568", "Q252", "Yogyakarta", partners=8),
        ),
        hidden={"Q7568": ("Jogjakarta",)},
    )
)


@pytest.mark.parametrize(
    ("text", "similar"),
    [("NYC", ["Q60"]), ("KL", ["Q1865", "Q2"]), ("kl", []), ("Jogja", ["Q7568"]), ("Kua", []), ("US", [])],
)
def test_what_a_text_is_short_for_is_no_meaning_but_similar(text, similar):
    meaning = find_meaning(text, SHORT)
    assert [entry.id for entry in meaning.similar] == similar
    assert [entry.id for entry in meaning.places] == (["Q30"] if text == "US" else [])
