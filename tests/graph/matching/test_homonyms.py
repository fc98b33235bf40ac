"""Places of one name that are not one place."""

from __future__ import annotations

import pytest

from graph.matching.known.reviews import Review
from graph.model.matches import Decision
from tests.kit.graph.gazetteer import TWO_NAMES, open_gazetteer
from tests.kit.graph.matching import at, country, curated, item, items, known, listed, run


def test_the_metropolitan_city_is_told_from_the_city_by_its_partners():
    wikidata = items(
        "Q41283 Gwangju - Q5972 Medan", "Q41283 Gwangju - Q34647 Sendai", "Q42069 Gwangju - Q9 Zibo"
    )
    got = run(
        wikidata,
        listed("list", (at("Gwangju", "KR"), at("Medan", "ID")), (at("Gwangju", "KR"), at("Sendai", "JP"))),
    )
    assert got.places("Gwangju") == ["Q41283"]


def test_one_name_for_two_towns_is_read_record_by_record():
    wikidata = items(
        "Q6106 Portland - Q1 Sapporo", "Q6106 Portland - Q2 Ulsan", "Q6106 Portland - Q3 Bologna",
        "Q49201 Portland - Q4 Shinagawa", "Q49201 Portland - Q5 Mytilene",
    )  # fmt: skip
    pairs = [(at("Portland", "US"), at(name, iso)) for name, iso in (
        ("Sapporo", "JP"), ("Ulsan", "KR"), ("Bologna", ""), ("Shinagawa", "JP"), ("Kaohsiung", "CN"),
    )]  # fmt: skip
    got = run(wikidata, listed("list", *pairs))
    assert [(one.place, one.records) for one in sorted(got.matches("Portland"), key=lambda m: m.place)] == [
        ("", 1), ("Q49201", 1), ("Q6106", 3),
    ]  # fmt: skip
    undecided = next(one for one in got.matches("Portland") if not one.place)
    assert undecided.reasons == ("several-candidates",)
    assert {one.place for one in undecided.candidates} == {"Q6106", "Q49201"}
    assert [issue.kind for issue in got.collection("list").issues] == ["undecided-place"]
    assert got.collection("list").issues[0].line == 6
    assert got.place("Q49201").country == country("US")


def test_a_review_has_the_last_word_on_records_that_another_item_states():
    wikidata = items("Q6106 Portland - Q1 Sapporo", "Q49201 Portland - Q4 Shinagawa")
    pairs = [(at("Portland", "US"), at(name, "JP")) for name in ("Sapporo", "Shinagawa")]
    review = Review("list", "Portland", "Q6106", country("US"))
    assert run(wikidata, listed("list", *pairs), reviews=[review]).places("Portland") == ["Q6106"]


def test_an_item_of_another_country_states_no_record_of_a_mention():
    links = ["Q6106 Portland - Q1 Sapporo", "Q6106 Portland - Q2 Ulsan", "Q49201 Portland - Q4 Shinagawa"]
    pairs = [(at("Portland", "US"), at(name)) for name in ("Sapporo", "Ulsan", "Shinagawa")]
    elsewhere = curated(known("Q49201", "Portland", "GB"))
    assert run(items(*links), listed("list", *pairs), own=[elsewhere]).places("Portland") == ["Q6106"]


def test_an_item_that_lies_elsewhere_by_its_name_states_no_record_of_a_mention():
    links = ["Q6106 Portland - Q1 Sapporo", "Q6106 Portland - Q2 Ulsan", "Q49201 Portland - Q4 Shinagawa"]
    pairs = [(at("Portland, Oregon", "US"), at(name)) for name in ("Sapporo", "Ulsan", "Shinagawa")]
    elsewhere = curated(known("Q49201", "Portland", "", other_names=("Portland, Maine",)))
    got = run(items(*links), listed("list", *pairs), own=[elsewhere])
    assert got.places("Portland, Oregon") == ["Q6106"]


def test_a_city_and_a_regency_stay_apart():
    own = curated(
        known("Q11445", "Malang", "ID", level="city", level_with=("city",)),
        known("Q11095", "Malang Regency", "ID", level="regency", level_with=("regency",)),
    )
    got = run(
        listed(
            "list",
            (at("Malang", "ID"), at("Fuqing", "CN")),
            (at("Kota Malang", "ID"), at("Blitar", "ID")),
            (at("Kabupaten Malang", "ID"), at("Xiamen", "CN")),
        ),
        own=[own],
    )
    assert got.places("Malang") == got.places("Kota Malang") == ["Q11445"]
    assert got.places("Kabupaten Malang") == ["Q11095"]


@pytest.mark.parametrize("knows_the_town", [True, False])
def test_a_bare_name_is_not_taken_for_a_province_of_that_name(tmp_path, knows_the_town):
    own = curated(known("x-id-jambi-d9ce48", "Jambi", "ID", level="province", level_with=("province",)))
    town = (1642858, "Jambi", "ID", "05", -1.6, 103.61667, 420323, "")
    with open_gazetteer(tmp_path, [town]) as gazetteer:
        pairs = listed("list", (at("Jambi", "ID"), at("Fuqing", "CN")))
        got = run(pairs, own=[own], gazetteer=gazetteer if knows_the_town else None)
    assert got.places("Jambi") != ["x-id-jambi-d9ce48"]


def test_two_provinces_in_the_names_are_two_cities():
    got = run(
        items("Q42622 Suzhou - Q1 Venezia", "Q42622 Suzhou - Q2 Portland"),
        listed(
            "list",
            (at("Suzhou, Jiangsu", "CN"), at("Venezia")),
            (at("Suzhou, Anhui", "CN"), at("Fuzhou", "CN")),
        ),
    )
    assert got.places("Suzhou, Jiangsu") == ["Q42622"]
    assert got.places("Suzhou, Anhui") != ["Q42622"]


def test_four_victorias_without_evidence_are_not_guessed():
    wikidata = items(*(f"Q{n} Victoria - Q{n}0 Partner{n}" for n in (11, 12, 13, 14)))
    got = run(wikidata, listed("list", (at("Victoria", "AR"), at("Somewhere", "JP"))))
    assert got.places("Victoria") == [""]
    assert got.decisions("Victoria") == [Decision.UNDECIDED]


def test_a_partner_decides_between_four():
    wikidata = items(*(f"Q{n} San Juan - Q{n}0 Partner{n}" for n in (11, 12, 13, 14)))
    got = run(wikidata, listed("list", (at("San Juan", "AR"), at("Partner13", "JP"))))
    assert got.places("San Juan") == ["Q13"]


def test_an_item_of_another_country_is_never_taken():
    own = curated(known("Q1", "Nazareth", "MA"))
    got = run(listed("list", (at("Nazareth", "DE"), at("Fuqing", "CN"))), own=[own])
    assert got.matches("Nazareth")[0].decision is Decision.MINTED
    assert got.matches("Nazareth")[0].reasons == ("other-country",)


def test_towns_of_one_name_that_are_partners_are_not_one_town_twice():
    wikidata = items(
        "Q1 Trujillo - Q2 Trujillo", "Q1 Trujillo - Q3 Trujillo", "Q2 Trujillo - Q3 Trujillo",
        "Q1 Trujillo - Q4 Piura", "Q2 Trujillo - Q4 Piura",
    )  # fmt: skip
    got = run(wikidata, listed("list", (at("Trujillo", "AR"), at("Piura", "AR"))))
    assert got.places("Trujillo") == [""]


def test_a_town_and_its_municipality_are_one_town_twice():
    wikidata = items(
        "Q26345 Kalmar - Q1 Wismar", "Q26345 Kalmar - Q2 Panevezys", "Q26345 Kalmar - Q3 Gdansk",
        "Q508153 Kalmar - Q1 Wismar", "Q508153 Kalmar - Q2 Panevezys", "Q508153 Kalmar - Q4 Arendal",
    )  # fmt: skip
    pairs = [(at("Kalmar", "DK"), at(one)) for one in ("Wismar", "Panevezys", "Gdansk", "Arendal")]
    got = run(wikidata, listed("list", *pairs))
    assert got.places("Kalmar") == ["Q26345"]
    assert "several-candidates" in got.matches("Kalmar")[0].reasons


def test_one_name_with_points_far_apart_in_one_list_is_two_mentions():
    oder, main = (52.3412, 14.5503), (50.1106, 8.6822)
    got = run(
        listed(
            "list",
            (at("Frankfurt", "DE", oder), at("Slubice")),
            (at("Frankfurt", "DE", main), at("Lyon")),
            (at("Slubice"), at("Lyon")),
        )
    )
    assert len(set(got.places("Frankfurt"))) == 2


def test_neighbours_with_half_a_name_in_common_stay_apart():
    got = run(
        items("Q1 Barcelona - Q2 Boston", "Q1 Barcelona - Q3 Gaza"),
        listed(
            "list",
            (at("Barcelona", "AR", (41.3851, 2.1734)), at("Boston", "US")),
            (at("Badalona", "AR", (41.4501, 2.2474)), at("Boston", "US")),
        ),
    )
    assert got.places("Barcelona") == ["Q1"]
    assert got.matches("Badalona")[0].decision is Decision.MINTED


def test_a_newer_item_with_more_partners_gives_way_to_the_older_one_of_that_town():
    partners = ("Wismar", "Panevezys", "Gdansk", "Arendal")
    older = [f"Q26345 Kalmar - Q{number} {name}" for number, name in enumerate(partners[:3], start=1)]
    newer = [f"Q508153 Kalmar - Q{number} {name}" for number, name in enumerate(partners, start=1)]
    got = run(items(*older, *newer), listed("list", *((at("Kalmar", "DK"), at(name)) for name in partners)))
    assert got.places("Kalmar") == ["Q26345"]


def test_a_place_is_never_merged_with_its_own_partner():
    here, there = (
        at("Neustadt", "DE", (54.1071, 10.8163)),
        at("Neustadt (Holstein)", "DE", (54.1052, 10.8154)),
    )
    got = run(listed("list", (here, there)))
    assert got.places("Neustadt") != got.places("Neustadt (Holstein)")
    assert len(got.collection("list").claims) == 1


def test_a_link_that_a_curated_place_states_outweighs_a_better_name():
    own = curated(
        known("Q2814", "Halle (Saale)", ""), known("Q1", "Grenoble", "MA"),
        known("Q3", "Halle", "", latitude="51.70", longitude="11.95"), claims=[("Q2814", "Q1")],
    )  # fmt: skip
    pairs = [(at("Halle", "DE", (51.4821, 11.9658)), at(name, "MA")) for name in ("Grenoble", "Fes")]
    got = run(listed("list", *pairs), own=[own])
    assert {one.place: one.records for one in got.matches("Halle")} == {"Q2814": 1, "": 1}


def test_a_town_whose_name_says_that_it_is_elsewhere_is_not_found_by_partners():
    links = [f"Q1 Taizhou (Zhejiang) - Q{number} {name}" for number, name in _PARTNERS]
    pairs = [(at("Taizhou, Jiangsu", "CN"), at(name)) for _, name in _PARTNERS]
    assert run(items(*links), listed("list", *pairs)).places("Taizhou, Jiangsu") != ["Q1"]


_PARTNERS = ((10, "Dijon"), (11, "Zagreb"), (12, "Pecs"), (13, "Rotherham"), (14, "Karlsruhe"))


def test_a_bare_name_of_two_items_is_the_one_whose_link_a_record_repeats():
    towns = [known("Q1", "Taizhou, Jiangsu", "CN"), known("Q2", "Taizhou, Zhejiang", "CN")]
    partners = [known("Q3", "Dijon", "DE"), known("Q4", "Pecs", "DE")]
    own = curated(*towns, *partners, claims=[("Q1", "Q3"), ("Q2", "Q4")])
    pairs = [(at("Taizhou", "CN"), at(name, "DE")) for name in ("Dijon", "Pecs", "Fes")]
    got = run(listed("list", *pairs), own=[own])
    assert got.places("Taizhou") == ["", "Q1", "Q2"]
    open_one = next(one for one in got.matches("Taizhou") if not one.place)
    assert {one.place for one in open_one.candidates} == {"Q1", "Q2"}


def test_half_a_name_and_the_country_are_not_enough():
    own = curated(known("Q2814", "Halle (Saale)", "DE"))
    got = run(listed("list", (at("Halle", "DE"), at("Fuqing", "CN"))), own=[own])
    assert got.places("Halle") != ["Q2814"]


def test_one_item_is_not_taken_for_places_of_two_countries():
    wikidata = items("Q1 Nazareth - Q2 Piura", "Q1 Nazareth - Q3 Siena")
    pairs = [(at("Nazareth", "DE"), at("Piura")), (at("Nazareth", "MA"), at("Siena"))]
    got = run(wikidata, listed("list", *pairs))
    found = [*got.places("Nazareth", "DE"), *got.places("Nazareth", "MA")]
    assert found.count("Q1") == 1


# ---- rivals, with a gazetteer at hand
@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("gazetteer"), TWO_NAMES) as opened:
        yield opened


def test_a_record_that_two_items_state_is_neither_s(gazetteer):
    """Both Springfields have a partner in Ashikaga; the third link decides nothing about this one."""
    got = run(
        items("Q1 Springfield - Q5 Ashikaga", "Q2 Springfield - Q5 Ashikaga", "Q1 Springfield - Q6 Kigali"),
        listed("list", (at("Springfield", "US"), item("Q5", "Ashikaga")),
               (at("Springfield", "US"), item("Q6", "Kigali"))),
        gazetteer=gazetteer,
    )  # fmt: skip
    found = {match.place: match.records for match in got.matches("Springfield")}
    assert found == {"Q1": 1, "": 1}


def test_a_link_that_nobody_states_is_not_that_of_the_only_item_of_an_ambiguous_name(gazetteer):
    got = run(
        items("Q1 Springfield - Q5 Ashikaga", "Q1 Springfield - Q6 Kigali"),
        listed("list", *((at("Springfield", "US"), item(*one))
                         for one in (("Q5", "Ashikaga"), ("Q6", "Kigali"), ("Q7", "Tralee")))),
        gazetteer=gazetteer,
    )  # fmt: skip
    assert {match.place: match.records for match in got.matches("Springfield")} == {"Q1": 2, "": 1}


def test_beside_a_far_larger_town_its_further_links_are_its(tmp_path):
    """Partners have decided what the name means; a town of another size would have to be named otherwise."""
    places = (
        (1, "Wuxi", "CN", "04", 31.57, 120.29, 4_396_835, ""),
        (2, "Wuxi", "CN", "11", 27.9, 110.2, 66_442, ""),
    )
    partners = (("Q5", "Ashikaga"), ("Q6", "Kigali"), ("Q7", "Tralee"))
    with open_gazetteer(tmp_path, places) as gazetteer:
        got = run(
            items("Q1 Wuxi - Q5 Ashikaga", "Q1 Wuxi - Q6 Kigali"),
            listed("list", *((at("Wuxi", "CN"), item(*one)) for one in partners)),
            gazetteer=gazetteer,
        )
    assert {match.place: match.records for match in got.matches("Wuxi")} == {"Q1": 3}


@pytest.mark.parametrize("names", [("Halle/Saale", "Halle/Westfalen"), ("Halle/Westfalen", "Halle/Saale")])
def test_an_item_that_two_towns_could_be_is_neither_s(gazetteer, names):
    got = run(
        items("Q6 Halle - Q7 Linz", "Q6 Halle - Q8 Karlsruhe"),
        *(listed(name[6].casefold(), (at(name, "DE"), item("Q7", "Linz")),
                 (at(name, "DE"), item("Q8", "Karlsruhe"))) for name in names),
        gazetteer=gazetteer,
    )  # fmt: skip
    assert got.places("Halle/Saale", collection="s") == [""]
    assert got.places("Halle/Westfalen", collection="w") == [""]


def test_a_list_that_has_a_town_twice_links_no_two_places(gazetteer):
    """They are partners in the list, so they cannot be merged; nor are they two places of GeoNames."""
    pairs = [(at("Halle/Saale", "DE"), at(*other)) for other in (("Halle (Saale)", "DE"), ("Nice", "FR"))]
    got = run(listed("list", *pairs), gazetteer=gazetteer)
    places = [*got.places("Halle/Saale"), *got.places("Halle (Saale)")]
    assert [bool(place) for place in places] == [True, False]
    assert [issue.kind for issue in got.collection("list").issues] == ["undecided-place"]


def test_a_state_beside_the_name_and_one_in_a_column_are_the_same(gazetteer):
    got = run(
        items("Q1 Springfield (Illinois) - Q5 Ashikaga", "Q2 Springfield (Massachusetts) - Q6 Tulle"),
        listed("list", (at("Springfield", "US", region="Illinois"), item("Q6", "Tulle")),
               (at("Springfield", "US", region="Illinois"), item("Q5", "Ashikaga"))),
        gazetteer=gazetteer,
    )  # fmt: skip
    assert "Q2" not in got.places("Springfield")


@pytest.mark.parametrize("order", [("DE", "BE"), ("BE", "DE")])
def test_an_item_that_towns_of_two_countries_could_be_is_neither_s(order, tmp_path):
    places = (
        (1, "Melle", "DE", "06", 52.2, 8.33, 46_000, ""),
        (2, "Melle", "BE", "VLG", 51.0, 3.8, 10_000, ""),
    )
    partners = (item("Q7", "Linz"), item("Q8", "Karlsruhe"))
    with open_gazetteer(tmp_path, places) as gazetteer:
        got = run(
            items("Q6 Melle - Q7 Linz", "Q6 Melle - Q8 Karlsruhe"),
            *(listed(iso.casefold(), *((at("Melle", iso), one) for one in partners)) for iso in order),
            gazetteer=gazetteer,
        )
    assert [got.places("Melle", collection=name) for name in ("de", "be")] == [[""], [""]]
    assert got.place("Q6").country == ""


def test_a_curated_link_decides_about_the_record_that_repeats_it(tmp_path):
    towns = [
        (1859146, "Kochi", "JP", "20", 33.55, 133.53, 332059, ""),
        (11612345, "Kōchi", "JP", "37", 34.5, 138.0, 20000, "Kochi"),
    ]
    own = curated(
        known("Q200251", "Kochi", "JP"), known("Q11462", "Surabaya", "ID"), claims=[("Q200251", "Q11462")]
    )
    pairs = [(at("Kochi", "JP"), at("Surabaya", "ID")), (at("Kochi", "JP"), at("Fuqing", "CN"))]
    with open_gazetteer(tmp_path, towns) as gazetteer:
        got = run(listed("list", *pairs), own=[own], gazetteer=gazetteer)
    assert {one.place: one.records for one in got.matches("Kochi")} == {"Q200251": 1, "": 1}


def test_an_issue_that_names_a_known_place_says_that_there_are_others(gazetteer):
    got = run(
        items("Q4024 Frankfurt (Oder) - Q103918 Słubice"),
        listed("list", (at("Frankfurt", "DE"), at("Nantes", "FR"))),
        gazetteer=gazetteer,
    )
    assert [issue.reason for issue in got.collection("list").issues] == [
        "Frankfurt may be Q4024 or another place of that name; nobody decided."
    ]
