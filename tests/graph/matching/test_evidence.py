"""Each kind of evidence, alone and against another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.matching.known.mint import RegisteredPlace
from graph.matching.known.points import Point, trusted_points
from graph.matching.scores import (
    DIFFERENT_NAME,
    NEAR_NAME,
    OTHER_NAME,
    OTHER_SIZE,
    SAME_NAME,
    weigh_all_names,
    weigh_countries,
    weigh_names,
    weigh_partners,
    weigh_points,
    weigh_regions,
)
from graph.model.matches import Decision
from tests.kit.graph.matching import STATES, at, curated, item, items, known, listed, run

LONDON, LUTON, PARIS = Point(51.5, -0.12), Point(51.88, -0.42), Point(48.86, 2.35)


def test_a_stated_id_decides():
    got = run(listed("list", (at("Whatever", "DE", qid="Q64"), at("Else", "DE"))))
    match = got.matches("Whatever")[0]
    assert (match.place, match.decision, match.score, match.reasons) == (
        "Q64", Decision.STATED, 1.0, ("stated-id",),
    )  # fmt: skip


def test_a_retired_id_leads_to_the_place_that_it_is_now():
    old = RegisteredPlace("x-de-berlin-000000", "DE", "Berlin", "Q64")
    got = run(listed("list", (item("x-de-berlin-000000", "B"), at("Else", "DE"))), registered={old.id: old})
    assert got.places("B") == ["Q64"]


def test_the_name_and_the_country_decide_when_nothing_speaks_against_it():
    got = run(
        listed("list", (at("Weimar", "DE"), at("X", "DE"))), own=[curated(known("Q3955", "Weimar", "DE"))]
    )
    match = got.matches("Weimar")[0]
    assert (match.place, match.decision) == ("Q3955", Decision.MATCHED)
    assert {"same-name", "same-country"} <= {*match.reasons}


def test_a_native_or_former_name_is_an_other_name():
    own = curated(known("Q188806", "Kitakyushu", "JP", native_names=(("ja", "北九州市"),)))
    got = run(listed("list", (at("北九州市", "JP"), at("X", "DE"))), own=[own])
    assert got.places("北九州市") == ["Q188806"]
    assert "other-name" in got.matches("北九州市")[0].reasons


@pytest.mark.parametrize(("point", "same"), [((50.98, 11.33), True), ((52.52, 13.4), False)])
def test_distance_decides_between_places_of_one_name(point, same):
    own = curated(known("Q3955", "Weimar", "DE", latitude="50.98", longitude="11.33"))
    got = run(listed("list", (at("Weimar", "DE", (point[0] + 0.003, point[1] + 0.004)), at("X"))), own=[own])
    assert (got.places("Weimar") == ["Q3955"]) is same


def test_a_point_that_several_names_share_says_nothing():
    shared = (43.2134, 142.3456)
    mentions = [
        at("Iwanai", "JP", shared),
        at("Toyokoro", "JP", shared),
        at("Otaru", "JP", (43.1907, 140.9947)),
    ]
    assert trusted_points(mentions) == {Point(43.1907, 140.9947)}


def test_a_point_looked_up_by_name_says_nothing():
    perth = (-31.9558, 115.8597)
    assert trusted_points([at("Perth", "GB", perth), at("Perth", "US", perth)]) == frozenset()


@pytest.mark.parametrize("point", [(40.0, -100.0), (52.5, 13.4)])
def test_a_coarse_point_says_nothing(point):
    assert trusted_points([at("Murray", "US", point)]) == frozenset()


def test_one_place_in_two_rows_may_have_one_point():
    point = (51.0344, 13.7512)
    assert trusted_points([at("Dresden", "DE", point), at("Dresden", "DE", point)]) == {Point(*point)}


def test_partners_in_common_find_a_place_of_another_name():
    links = [f"Q1 Klausenburg - Q{n} {name}" for n, name in _PARTNERS]
    pairs = [(at("Cluj-Napoca"), at(name)) for _, name in _PARTNERS]
    got = run(items(*links), listed("list", *pairs))
    assert got.places("Cluj-Napoca") == ["Q1"]


def test_partners_that_are_partners_of_each_other_count_once():
    links = [f"Q1 Karkkila - Q{n} {name}" for n, name in _PARTNERS]
    links += [f"Q{a} {x} - Q{b} {y}" for a, x in _PARTNERS for b, y in _PARTNERS if a < b]
    pairs = [(at("Asikkala", "DK"), at(name)) for _, name in _PARTNERS]
    got = run(items(*links), listed("list", *pairs))
    assert got.places("Asikkala") != ["Q1"]


_PARTNERS = (
    (10, "Dijon"),
    (11, "Zagreb"),
    (12, "Pecs"),
    (13, "Rotherham"),
    (14, "Karlsruhe"),
    (15, "Cologne"),
)


def test_partners_find_no_place_of_another_name_whose_country_is_known():
    links = [f"Q1 Klausenburg - Q{n} {name}" for n, name in _PARTNERS]
    pairs = [(at("Cluj-Napoca", "DK"), at(name)) for _, name in _PARTNERS]
    own = curated(known("Q1", "Klausenburg", "DK"))
    assert run(items(*links), listed("list", *pairs), own=[own]).places("Cluj-Napoca") != ["Q1"]


def test_one_partner_and_a_point_find_no_place_of_another_name():
    near = known("Q1", "Karkkila", "", latitude="60.53", longitude="24.21")
    wikidata = replace(items("Q1 Karkkila - Q2 Zagreb"), places=(near,))
    pairs = [(at("Asikkala", "DK", (60.5312, 24.2123)), at("Zagreb"))]
    assert run(wikidata, listed("list", *pairs)).places("Asikkala") != ["Q1"]


def test_a_name_and_a_partner_outweigh_a_point_that_is_far():
    jena = known("Q3150", "Jena", "DE", latitude="50.93", longitude="11.58")
    own = curated(jena, known("Q9", "Lugoj", "AR"), claims=[("Q3150", "Q9")])
    got = run(listed("list", (at("Jena", "DE", (52.5212, 13.4123)), at("Lugoj", "AR"))), own=[own])
    assert got.places("Jena") == ["Q3150"]
    assert "far" in got.matches("Jena")[0].reasons


def test_a_place_of_another_name_with_most_of_the_partners_may_be_the_same():
    partners = [(10, "Dijon"), (11, "Zagreb"), (13, "Rotherham")]
    links = [f"Q1 Klausenburg - Q{n} {name}" for n, name in partners]
    pairs = [(at("Cluj-Napoca", "DK"), at(name)) for _, name in partners]
    match = run(items(*links), listed("list", *pairs)).matches("Cluj-Napoca")[0]
    assert (match.decision, match.reasons) == (Decision.UNDECIDED, ("partners-in-common",))
    assert match.candidates[0].place == "Q1"


def test_a_name_that_several_have_needs_more():
    got = run(
        items("Q1 Uherske Hradiste - Q2 Priverno"),
        listed(
            "list",
            (at("Uherské Hradiště", "DE"), at("Mayen", "DE")),
            (at("Uherské Hradiště", "AR"), at("Lindsay", "US")),
        ),
    )
    assert got.places("Uherské Hradiště") == ["", ""]


def test_a_curated_place_needs_more_than_its_name_to_get_the_id_of_an_item():
    own = curated(known("x-gb-perth-000000", "Perth", "GB"))
    got = run(items("Q3183 Perth - Q3955 Weimar"), listed("list", (at("X", "DE"), at("Y", "DE"))), own=[own])
    assert [place.id for place in got.collection("curated").places] == ["x-gb-perth-000000"]


def test_the_weakest_link_gives_the_score():
    got = run(
        items("Q1 Marrakesch - Q2 Granada", "Q1 Marrakesch - Q3 Verona", "Q1 Marrakesch - Q4 Dijon"),
        listed(
            "list",
            *((at("Marrakesch", "MA"), at(name)) for name in ("Granada", "Verona", "Dijon")),
            (at("Marrakech", "MA"), at("Granada")),
        ),
    )
    merged_first, merged_last = got.matches("Marrakesch")[0], got.matches("Marrakech")[0]
    assert merged_first.place == merged_last.place == "Q1"
    assert (merged_first.score, merged_last.score) == (1.0, 0.99)


def test_the_only_candidate_in_the_world_of_a_long_name_is_taken():
    got = run(
        items("Q1 Uherske Hradiste - Q2 Priverno"),
        listed("list", (at("Uherské Hradiště", "DE"), at("Mayen", "DE"))),
    )
    assert got.places("Uherské Hradiště") == ["Q1"]
    assert "only-candidate" in got.matches("Uherské Hradiště")[0].reasons


def test_a_short_name_needs_more():
    got = run(items("Q1 Ono - Q2 Kitami"), listed("list", (at("Ono", "JP"), at("Lindsay", "US"))))
    assert got.decisions("Ono") == [Decision.UNDECIDED]


def test_regions_tell_places_of_one_name_and_country_apart():
    pairs = [
        (at("Bangor", "GB", region="Wales"), at("Soest")),
        (at("Bangor", "GB", region="Northern Ireland"), at("Bregenz")),
    ]
    got = run(listed("list", *pairs))
    assert len({*got.places("Bangor"), ""}) == 3


def test_what_is_in_a_territory_may_be_stated_in_its_state():
    own = curated(known("Q10704", "Tórshavn", "FO"))
    got = run(listed("list", (at("Tórshavn", "DK"), at("X", "DE"))), own=[own])
    assert got.places("Tórshavn") == ["Q10704"]


def test_a_disputed_place_may_be_stated_in_either_country():
    wikidata = items("Q128499 Jalta - Q1 Margate", "Q128499 Jalta - Q2 Nice")
    got = run(
        wikidata,
        listed("ua", (at("Yalta", "UA"), at("Margate", "GB")), (at("Yalta", "UA"), at("Nice", "MA"))),
        listed("ru", (at("Yalta", "RU"), at("Margate", "GB"))),
    )
    assert got.places("Yalta", collection="ua") == got.places("Yalta", collection="ru") == ["Q128499"]


def test_a_mention_without_a_country_is_matched_or_undecided_but_never_minted():
    got = run(listed("list", (at("Nowhere"), at("Weimar", "DE"))))
    assert got.decisions("Nowhere") == [Decision.UNDECIDED]
    assert got.matches("Nowhere")[0].reasons == ("no-country",)


@pytest.mark.parametrize(
    ("one", "other", "bits"),
    [
        ("Tokyo", "Tōkyō", SAME_NAME),
        ("Xi'an", "Xian", SAME_NAME),
        ("Kota Malang", "Malang", SAME_NAME - 0.5),
        ("Malang", "Kabupaten Malang", SAME_NAME + OTHER_SIZE),
        ("Kętrzyn (rural gmina)", "Kętrzyn", SAME_NAME + OTHER_SIZE),
        ("Kętrzyn (rural gmina)", "Gmina Kętrzyn", SAME_NAME - 0.5),
        ("Frankfurt", "Frankfurt am Main", SAME_NAME - 1.5),
        ("Frankfurt (Oder)", "Frankfurt am Main", SAME_NAME - 9),
        ("Offenbach (district)", "Offenbach am Main", SAME_NAME - 1.5 + OTHER_SIZE),
        ("Gangnam (Seoul)", "Gangnam District", SAME_NAME - 2),
        ("Marrakesh", "Marrakech", NEAR_NAME),
        ("Zhytomyr", "Schytomyr", NEAR_NAME),
        ("Taichung", "Tainan", 0),
        ("Köln", "Ulm", DIFFERENT_NAME),
        ("Ulm", "Elm", 0),
        ("Novi Sad", "Stari Grad", DIFFERENT_NAME),
        ("North Nicosia", "Nicosia", DIFFERENT_NAME),
        ("Prague 1", "Prague 11", DIFFERENT_NAME),
    ],
)
def test_the_weight_of_names(one, other, bits):
    assert weigh_names(one, other).bits == bits == weigh_names(other, one).bits


def test_a_further_name_weighs_a_little_less():
    assert weigh_all_names(["Breslau"], ["Wrocław", "Breslau"]).bits == OTHER_NAME


def test_the_weight_of_countries():
    assert weigh_countries("Q183", "Q183", {}).bits == 4
    assert weigh_countries("", "Q183", {}).bits == 0
    assert weigh_countries("Q4628", "Q35", STATES).bits == 1
    assert weigh_countries("Q183", "Q35", STATES) is None


def test_the_weight_of_regions():
    ohio, maine = frozenset(["ohio"]), frozenset(["maine"])
    assert weigh_regions(ohio, ohio).bits == 2
    assert weigh_regions(ohio, maine).bits == -6
    assert weigh_regions(ohio, frozenset()).bits == 0


def test_the_weight_of_distance():
    assert weigh_points([LONDON], [LONDON]).bits == 6
    assert weigh_points([LONDON], [LUTON]).bits == 3
    assert weigh_points([LONDON], [PARIS]).bits == -8
    assert weigh_points([LONDON], []).bits == 0
    assert weigh_points([PARIS, LONDON], [LUTON]).bits == 3


def test_the_weight_of_partners_grows_with_their_number():
    assert [round(weigh_partners(n, 8, 8).bits, 1) for n in (0, 1, 2, 3, 5)] == [-4.0, 5.0, 7.9, 10.0, 15.9]
