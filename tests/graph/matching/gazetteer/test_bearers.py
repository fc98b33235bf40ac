"""Which place a list means, with a gazetteer at hand: homonyms, qualifiers, other languages and scripts."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from graph.matching.known.mint import RegisteredPlace
from graph.matching.known.reviews import Review
from graph.model.claims import GeoNamesEntry
from graph.model.iris import mint_place_id
from graph.model.matches import Decision
from tests.kit.graph.gazetteer import HESSIAN_VILLAGE, HOMONYMS
from tests.kit.graph.matching import at, country, curated, geonames, item, items, known, listed, only

SPRINGFIELD_IL, SPRINGFIELD_MA = (39.80, -89.64), (42.10, -72.59)


# ---- one bearer, several, none
@pytest.mark.slow
def test_the_only_bearer_of_a_name_in_its_country_is_meant(run):
    got = run(listed("list", (at("Rome", "IT"), at("Nowhere", "DE"))))
    match = only(got, "Rome")
    assert (match.decision, match.place) == (Decision.MATCHED, mint_place_id("IT", "Rome"))
    assert match.reasons == ("same-name", "same-country", "only-bearer")
    assert geonames(got, match.place) == 3169070


def test_a_name_abroad_is_not_that_of_a_homonym(run):
    got = run(
        items("Q220 Rom - Q90 Paris", "Q220 Rom - Q3 Lyon"),
        listed("list", (at("Rome", "US"), at("Bernau", "DE")), (at("Rome", "IT"), at("Paris", "FR"))),
    )
    assert only(got, "Rome", "IT").place == "Q220"
    assert only(got, "Rome", "US").place == mint_place_id("US", "Rome")
    assert geonames(got, mint_place_id("US", "Rome")) == 4219762


def test_a_bare_name_of_several_is_undecided(run):
    got = run(listed("list", (at("Springfield", "US"), at("Rome", "IT"))))
    match = only(got, "Springfield")
    assert (match.place, match.decision, match.reasons) == ("", Decision.UNDECIDED, ("several-bearers",))
    assert match.bearers == (4409896, 4951788, 4250542)


def test_the_only_item_of_an_ambiguous_name_is_not_taken_for_it(run):
    got = run(
        items("Q28515 Springfield - Q1 Ashikaga"),
        listed("list", (at("Springfield", "US"), at("Rome", "IT"))),
    )
    assert only(got, "Springfield").place == ""


def test_one_partner_decides_about_one_record_and_not_about_the_name(run):
    got = run(
        items("Q28515 Springfield - Q1 Ashikaga", "Q2 Springfield - Q3 Tralee"),
        listed(
            "list",
            (at("Springfield", "US"), at("Ashikaga", "JP")),
            (at("Springfield", "US"), at("Rome", "IT")),
        ),
    )
    found = {match.place: match.records for match in got.matches("Springfield")}
    assert found == {"Q28515": 1, "": 1}


def test_a_name_that_the_gazetteer_lacks_is_minted_but_never_surely(run):
    match = only(run(listed("list", (at("Plešivec", "DE"), at("Rome", "IT")))), "Plešivec")
    assert (match.decision, match.score, match.reasons) == (Decision.MINTED, 0.9, ("no-candidate",))


def test_a_county_is_not_the_town_of_its_name(run):
    got = run(
        listed(
            "list", (at("Bernau (district)", "DE"), at("Rome", "IT")), (at("Bernau", "DE"), at("Nice", "FR"))
        )
    )
    assert only(got, "Bernau (district)").place != only(got, "Bernau").place
    assert only(got, "Bernau (district)").decision is Decision.MINTED


@pytest.mark.parametrize(
    ("name", "partner", "place"),
    [
        ("Siak", "Nice", ""),
        ("Bernau", "Lyon", ""),
        ("Bernau", "Nice", mint_place_id("DE", "Bernau")),
        ("Kota Siak", "Nice", mint_place_id("ID", "Kota Siak")),
    ],
)
def test_a_bare_name_may_be_the_regency_called_so_where_no_town_is_or_its_very_link_is_the_regencys(
    run, name, partner, place
):
    iso = "DE" if name == "Bernau" else "ID"
    own = curated(
        known("Q7777", "Siak Regency", "ID", level="regency"),
        known("Q8888", "Bernau (district)", "DE", level="regency"),
        known("Q456", "Lyon", "FR"),
        claims=[("Q7777", "Q456"), ("Q8888", "Q456")],
    )
    got = run(listed("list", (at(name, iso), at(partner, "FR"))), own=[own])
    match = only(got, name)
    assert match.place == place
    if not place:
        assert (match.decision, match.reasons[0]) == (Decision.UNDECIDED, "similar-name")
        assert [one.place for one in match.candidates] == ["Q8888" if name == "Bernau" else "Q7777"]


def test_a_part_of_a_town_is_not_the_town(run):
    """GeoNames has the names of parts among those of a city, and they lie where it does."""
    mention = at("Minhang (Shanghai)", "CN", (31.1121, 121.3812))
    got = run(listed("list", (mention, at("Nice", "FR")), (at("Shanghai", "CN"), at("Rome", "IT"))))
    assert only(got, "Minhang (Shanghai)").place != only(got, "Shanghai").place
    assert only(got, "Minhang (Shanghai)").decision is Decision.UNDECIDED


def test_a_province_is_not_a_town_that_goes_by_its_name(run):
    match = only(run(listed("list", (at("Goa", "IN", (15.3811, 73.8213)), at("Nice", "FR")))), "Goa")
    assert (match.decision, match.reasons) == (Decision.MINTED, ("no-candidate",))


@pytest.mark.parametrize(("point", "decided"), [(None, False), ((63.1511, 10.2813), True)])
def test_a_further_name_of_a_small_town_needs_its_point(run, point, decided):
    match = only(run(listed("list", (at("Lund", "NO", point), at("Nice", "FR")))), "Lund")
    assert bool(match.place) is decided
    assert match.bearers == (() if decided else (3147048,))
    assert decided or match.reasons == ("other-name",)


# ---- points
@pytest.mark.parametrize(("point", "geonames_id"), [(SPRINGFIELD_IL, 4250542), (SPRINGFIELD_MA, 4951788)])
def test_a_point_tells_homonyms_apart(run, point, geonames_id):
    got = run(listed("list", (at("Springfield", "US", (point[0] + 0.013, point[1])), at("Rome", "IT"))))
    match = only(got, "Springfield")
    assert (match.decision, match.reasons) == (Decision.MATCHED, ("same-name", "same-country", "near"))
    assert geonames(got, match.place) == geonames_id


def test_homonyms_in_one_list_are_two_places_whatever_they_share(run):
    got = run(
        listed(
            "list",
            *(
                (at("Springfield", "US", (39.813, -89.644)), at(one, "DE"))
                for one in ("Bernau", "Halle/Saale")
            ),
            *(
                (at("Springfield", "US", (42.113, -72.592)), at(one, "DE"))
                for one in ("Bernau", "Halle/Saale")
            ),
        )
    )
    assert len({*got.places("Springfield")} - {""}) == 2


@pytest.mark.parametrize(("told", "decided"), [(0, 0), (1, 20)])
def test_points_that_were_looked_up_by_name_do_not_tell_homonyms_apart(run, told, decided):
    """A list that has two points for none of its homonyms gives each the point of the first it found."""
    rows = [
        (at(name, "US", (latitude + step / 1000, longitude)), at(f"Town {number}", "DE"))
        for _, name, _, _, latitude, longitude, *_ in HOMONYMS[::2]
        for number, step in ((1, 1), (2, 1))
    ]
    south = [(at("Samename a", "US", (30.001, -90.0)), at("Town 3", "DE"))] * told
    got = run(listed("list", *rows, *south))
    places = {name: got.places(name) for name in {one[1] for one in HOMONYMS}}
    assert sum(all(found) for found in places.values()) == decided


def test_a_looked_up_point_counts_where_a_town_stands_out(run):
    """Frankfurt is far larger than any other; the towns called Samename are not."""
    rows = [
        (at(name, "US", (latitude + 0.001, longitude)), at(f"Town {number}", "DE"))
        for _, name, _, _, latitude, longitude, *_ in HOMONYMS[::2]
        for number in (1, 2)
    ]
    got = run(listed("list", *rows, (at("Wil", "CH", (47.4615, 9.0456)), at("Nice", "FR")),
                     (at("Newport", "GB", (51.5877, -2.9984)), at("Nice", "FR"))))  # fmt: skip
    assert geonames(got, only(got, "Newport").place) == 2641598
    assert only(got, "Wil").place == ""


def test_a_mistaken_point_does_not_outweigh_the_only_bearer_in_the_country(run):
    rows = [
        (at(name, "US", (latitude + 0.001, longitude)), at(f"Town {number}", "DE"))
        for _, name, _, _, latitude, longitude, *_ in HOMONYMS[::2]
        for number in (1, 2)
    ]
    got = run(listed("list", *rows, (at("Aalborg", "DK", (48.8567, 2.3522)), at("Nice", "FR"))))
    place = got.place(only(got, "Aalborg").place)
    assert (place.latitude, place.longitude) == ("57.05", "9.92")
    assert place.geonames == GeoNamesEntry(2624886, gives_point=True, further=("Ålborg",))


def test_a_looked_up_point_in_the_same_country_leaves_open_whether_a_hamlet_is_meant(run):
    """The villages around the point say that it lies in Germany, where another Bernau may be."""
    rows = [
        (at(name, "US", (latitude + 0.001, longitude)), at(f"Town {number}", "DE"))
        for _, name, _, _, latitude, longitude, *_ in HOMONYMS[::2]
        for number in (1, 2)
    ]
    got = run(listed("list", *rows, (at("Bernau", "DE", HESSIAN_VILLAGE), at("Nice", "FR"))))
    assert (only(got, "Bernau").place, only(got, "Bernau").reasons) == ("", ("far",))


def test_a_point_far_from_the_only_bearer_leaves_open_what_is_meant(run):
    match = only(run(listed("list", (at("Aalborg", "DK", (55.6761, 8.5683)), at("Nice", "FR")))), "Aalborg")
    assert (match.decision, match.reasons) == (Decision.UNDECIDED, ("far",))


def test_without_a_country_the_point_says_it(run):
    got = run(listed("list", (at("Samename a", "", (40.001, -90.001)), at("Nice", "FR"))))
    assert only(got, "Samename a").decision is Decision.UNDECIDED
    got = run(listed("list", (at("Nice", "", (43.7031, 7.2661)), at("Rome", "IT"))))
    assert only(got, "Nice").place == ""


# ---- qualifiers
@pytest.mark.parametrize(
    ("name", "iso", "geonames_id"),
    [
        ("Halle/Saale", "DE", 2911522),
        ("Halle (Saale)", "DE", 2911522),
        ("Halle an der Saale", "DE", 2911522),
        ("Halle/Westfalen", "DE", 2911526),
        ("Frankfurt/Oder", "DE", 2925535),
        ("Frankfurt a. M./Main", "DE", 2925533),
        ("Wil/SG", "CH", 2657996),
        ("Wil ZH", "CH", 2657997),
        ("Portland/Maine", "US", 4975802),
        ("Portland, ME", "US", 4975802),
        ("Springfield, Illinois", "US", 4250542),
        ("Newport, Pembrokeshire", "GB", 2641599),
        ("Springfield, Ohio", "US", None),
        ("Biel/Bienne", "CH", 2661513),
        ("Bienne", "CH", 2661513),
    ],
)
def test_a_qualifier_says_which(run, name, iso, geonames_id):
    got = run(listed("list", (at(name, iso), at("Nice", "FR"))))
    place = only(got, name).place
    assert (geonames(got, place) if place else None) == geonames_id


def test_a_slash_parts_two_towns_and_joins_two_names(run):
    got = run(
        listed(
            "list",
            (at("Halle/Saale", "DE"), at("Linz", "FR")),
            (at("Halle/Westfalen", "DE"), at("Ronchin", "FR")),
            (at("Biel/Bienne", "CH"), at("Linz", "FR")),
            (at("Bienne", "CH"), at("Ronchin", "FR")),
        )
    )
    assert len({only(got, name).place for name in ("Halle/Saale", "Halle/Westfalen")}) == 2
    assert only(got, "Biel/Bienne").place == only(got, "Bienne").place


def test_a_qualified_name_never_falls_back_to_the_bare_one(run):
    own = curated(known("Q101254", "Newport", "GB", latitude="51.59", longitude="-3.00"))
    got = run(
        listed("list", (at("Newport, Pembrokeshire", "GB"), at("Annapolis", "US")),
               (at("Newport, Rutland", "GB"), at("Annapolis", "US"))),
        own=[own],
    )  # fmt: skip
    assert only(got, "Newport, Pembrokeshire").place not in {"", "Q101254"}
    assert only(got, "Newport, Rutland").place == ""


def test_a_region_column_is_a_qualifier(run):
    rows = [
        (at("Springfield", "US", region=region), at("Nice", "FR")) for region in ("Illinois", "MA", "Ohio")
    ]
    got = run(listed("list", *rows))
    found = {match.mention.region: match.place for match in got.matches("Springfield")}
    assert [geonames(got, found[one]) for one in ("Illinois", "MA")] == [4250542, 4951788]
    assert found["Ohio"] not in {found["Illinois"], found["MA"]}


# ---- other languages and scripts, former names
NICE = [("Houston", "US"), ("Miami", "US"), ("Laval", "US"), ("Edinburgh", "GB"), ("Phuket", "ID")]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_name_in_another_language_is_the_same_place(run, order):
    english = listed("en", *((at("Nice", "FR"), at(*one)) for one in NICE))
    italian = listed(
        "it", *((at("nizza", "FR"), at(name.casefold(), iso)) for name, iso in NICE), language="it"
    )
    wikidata = items(*(f"Q33959 Nizza - Q{number} {name}" for number, (name, _) in enumerate(NICE, start=1)))
    lists = [english, italian, wikidata]
    got = run(*(lists[index] for index in order))
    assert {only(got, "Nice", "FR", "en").place, only(got, "nizza", "FR", "it").place} == {"Q33959"}
    place = got.place("Q33959")
    assert (dict(place.labels)["en"], dict(place.labels)["it"]) == ("Nice", "nizza")


@pytest.mark.parametrize(
    ("one", "other", "iso"),
    [("Kyiv", "Київ", "UA"), ("Kyiv", "Kiew", "UA"), ("Tokyo", "東京", "JP"), ("Liège", "Lüttich", "BE")],
)
def test_names_in_another_script_or_of_former_times_are_the_same_place(run, one, other, iso):
    got = run(listed("list", (at(one, iso), at("Nice", "FR")), (at(other, iso), at("Rome", "IT"))))
    found = {match.place for name in (one, other) for match in got.matches(name)}
    assert len(found) == 1
    assert "" not in found


def test_a_name_in_a_script_that_nobody_reads_here_is_undecided(run):
    match = only(run(listed("list", (at("平戸市", "JP"), at("Nice", "FR")))), "平戸市")
    assert (match.decision, match.reasons) == (Decision.UNDECIDED, ("other-script",))


def test_another_spelling_of_a_place_nearby_is_not_minted(run):
    match = only(run(listed("list", (at("Tiachev", "UA", (48.0115, 23.5723)), at("Nice", "FR")))), "Tiachev")
    assert match.decision is Decision.MATCHED
    match = only(run(listed("list", (at("Tiachif", "UA"), at("Nice", "FR")))), "Tiachif")
    assert (match.decision, match.bearers) == (Decision.UNDECIDED, (2972049,))


def test_two_towns_of_like_names_side_by_side_stay_two(run):
    got = run(
        listed(
            "list",
            (at("Pieve del Grappa", "IT", (45.8261, 11.8521)), at("Nice", "FR")),
            (at("Pove del Grappa", "IT", (45.7991, 11.7262)), at("Nice", "FR")),
        )
    )
    assert len({only(got, name).place for name in ("Pieve del Grappa", "Pove del Grappa")} - {""}) == 2


# ---- items
def test_two_items_that_share_one_partner_are_two_towns(run):
    wikidata = items(
        "Q160642 Salisbury - Q162890 Xanten", "Q160642 Salisbury - Q191126 Saintes",
        "Q160642 Salisbury - Q2028813 Salisbury", "Q160642 Salisbury - Q755566 Salisbury",
    )  # fmt: skip
    got = run(
        wikidata,
        listed(
            "list",
            (at("Salisbury", "GB"), at("Xanten", "DE")),
            (at("Salisbury", "GB"), at("Saintes", "FR")),
            (at("Salisbury", "GB"), at("Salisbury, Maryland", "US")),
            (at("Salisbury", "GB"), at("Salisbury, North Carolina", "US")),
        ),
    )
    assert only(got, "Salisbury", "GB").place == "Q160642"
    assert got.places("Salisbury, Maryland") == got.places("Salisbury, North Carolina") == [""]
    assert [one.kind for one in got.collection("list").issues] == ["undecided-place"] * 2
    assert len(got.collection("items").claims) == 4


def test_a_town_and_its_municipality_are_one_town_by_their_only_bearer(run):
    wikidata = items("Q1 Aalborg - Q2 Riga", "Q3 Aalborg - Q2 Riga", "Q3 Aalborg - Q4 Varna")
    got = run(wikidata, listed("list", (at("Aalborg", "DK"), at("Riga")), (at("Aalborg", "DK"), at("Varna"))))
    assert only(got, "Aalborg").place == "Q1"
    assert "several-candidates" in only(got, "Aalborg").reasons


# ---- countries
AALBORG = [("Riga", "RU"), ("Varna", "UA"), ("Lancaster", "GB")]


@pytest.mark.parametrize("seed", range(6))
def test_one_wrong_country_does_not_move_a_place(run, seed):
    lists = [
        listed("bad", *((at("Aalborg", "SE"), at(*one)) for one in AALBORG)),
        listed("good", *((at("Aalborg", "DK"), at(*one)) for one in AALBORG)),
        items(
            "Q25410 Aalborg - Q1773 Riga",
            "Q25410 Aalborg - Q6506 Varna",
            "Q25410 Aalborg - Q205905 Lancaster",
        ),
    ]
    got = run(*random.Random(seed).sample(lists, 3))
    assert {only(got, "Aalborg", collection=name).place for name in ("bad", "good")} == {"Q25410"}
    assert got.place("Q25410").country == country("DK")
    (contradiction,) = (one for loaded in got.resolution.collections for one in loaded.contradictions)
    assert (contradiction.place, contradiction.issue) == ("Q25410", "country-conflict")
    assert contradiction.note == "Of Aalborg it is said Sweden, and Denmark is followed."
    assert {claim.split("/")[0] for claim in contradiction.against} == {"bad"}
    assert {claim.split("/")[0] for claim in contradiction.evidence} == {"good"}


def test_stated_ids_vote_for_the_country_by_trust_and_number(run):
    lists = [
        listed(name, (replace(item("Q64", "Berlin"), country=country(iso)), at("Nice", "FR")))
        for name, iso in (("a", "DK"), ("b", "DE"), ("c", "DE"))
    ]
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2)):
        assert run(*(lists[index] for index in order)).place("Q64").country == country("DE")


# ---- reviews and the register
def test_a_geonames_id_is_an_answer(run):
    pairs = listed("list", (at("Springfield", "US"), at("Nice", "FR")))
    review = Review("list", "Springfield", "geonames:4951788", country("US"))
    got = run(pairs, reviews=[review])
    match = only(got, "Springfield")
    assert (match.decision, match.reasons) == (Decision.REVIEWED, ("reviewed",))
    assert geonames(got, match.place) == 4951788


def test_the_id_of_an_ambiguous_name_stays_with_its_place(run):
    def build(*towns, registered=None):
        rows = [(at("Springfield", "US", point), at(f"Town {n}", "DE")) for n, point in enumerate(towns)]
        return run(listed("list", *rows), registered=registered)

    illinois, massachusetts = (39.813, -89.644), (42.113, -72.592)
    first = build(illinois)
    place = only(first, "Springfield").place
    assert place == mint_place_id("US", "Springfield, IL")
    second = build(massachusetts, massachusetts, illinois, registered=first.resolution.registered)
    assert {match.place: match.mention.latitude for match in second.matches("Springfield")}[place] == 39.813


def test_the_register_does_not_lead_an_ambiguous_name_to_an_item(run):
    old = mint_place_id("US", "Springfield")
    registered = {old: RegisteredPlace(old, "US", "Springfield", "Q28515")}
    got = run(listed("list", (at("Springfield", "US"), at("Nice", "FR"))), registered=registered)
    assert only(got, "Springfield").place == ""


# ---- order
def test_lists_in_any_order_and_rows_in_any_order_give_the_same(run):
    lists = [
        items("Q1 Nizza - Q2 Houston", "Q1 Nizza - Q3 Miami", "Q4 Springfield - Q5 Ashikaga",
              "Q6 Halle - Q7 Linz"),
        listed("a", (at("Nice", "FR"), at("Houston", "US")), (at("Springfield", "US"), at("Ashikaga", "JP")),
               (at("Halle/Saale", "DE"), at("Linz", "FR")), (at("Portland, ME", "US"), at("Nice", "FR"))),
        listed("b", (at("nizza", "FR"), at("Miami", "US")), (at("Halle", "DE"), at("Linz", "FR")),
               (at("Portland", "US"), at("Nizza", "FR")), (at("Aalborg", "SE"), at("Nice", "FR"))),
    ]  # fmt: skip
    expected = facts(run(*lists))
    for seed in range(8):
        shuffle = random.Random(seed).sample
        mixed = [replace(one, records=tuple(shuffle(one.records, len(one.records)))) for one in lists]
        assert facts(run(*shuffle(mixed, 3))) == expected


def facts(got):
    return {
        (
            one.collection,
            one.mention.name,
            one.mention.country,
            one.place,
            one.decision,
            one.score,
            one.reasons,
        )
        for one in got.resolution.matches
    }
