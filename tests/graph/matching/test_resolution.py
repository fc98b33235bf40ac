"""What a run makes of whole collections: claims, issues, places, ids."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from graph.matching.known.mint import RegisteredPlace, current_id
from graph.matching.known.reviews import Review
from graph.model.claims import Place
from graph.model.iris import mint_place_id
from graph.model.matches import Decision
from graph.model.records import Record
from tests.kit.graph.matching import COUNTRIES, at, country, curated, item, items, known, listed, only, run

WEIMAR = known("Q3955", "Weimar", "DE", level="city", level_with=("city",), is_city=True)


def test_two_spellings_in_one_list_are_one_place_and_one_pair():
    got = run(
        listed(
            "list",
            (at("Marrakesh", "MA", (31.6294, -7.9811)), at("Granada", "AR")),
            (at("Granada", "AR"), at("Marrakech", "MA", (31.6301, -8.0089))),
            (at("Tokyo", "JP"), at("Granada", "AR")),
            (at("Tōkyō", "JP"), at("Weimar", "DE")),
        )
    )
    assert got.places("Marrakesh") == got.places("Marrakech")
    assert got.places("Tokyo") == got.places("Tōkyō")
    loaded = got.collection("list")
    assert len(loaded.claims) == 3
    assert [(one.kind, one.line) for one in loaded.issues] == [("repeated-row", 3)]
    assert loaded.issues[0].reason == "It says the same as line 2."


def test_every_row_is_a_claim_or_an_issue():
    got = run(
        items("Q1 Victoria - Q2 Paris", "Q3 Victoria - Q4 Lyon"),
        listed(
            "list",
            (at("Weimar", "DE"), at("Siena", "AR")),
            (at("Victoria", "AR"), at("Siena", "AR")),
            (at("Weimar", "DE"), at("Weimar", "DE")),
            (at("Siena", "AR"), at("Weimar", "DE")),
        ),
    )
    loaded = got.collection("list")
    assert loaded.tally == {"pair": 1, "place": 0, "practice": 0, "issue": 3}
    assert [(one.kind, one.row, one.file) for one in loaded.issues] == [
        ("undecided-place", "L3", "list/list.csv"),
        ("self-link", "L4", "list/list.csv"),
        ("repeated-row", "L5", "list/list.csv"),
    ]
    assert "Victoria" in loaded.issues[0].reason
    assert "Q1, Q3" in loaded.issues[0].reason


def test_a_repeat_is_found_in_another_file_too_also_on_a_line_of_the_same_number():
    rows = listed("list", (at("Weimar", "DE"), at("Siena", "AR")), (at("Weimar", "DE"), at("Siena", "AR")))
    first, second = rows.records
    apart = replace(second, file="list/more.csv", line=first.line)
    loaded = run(replace(rows, records=(first, apart))).collection("list")
    assert [(one.kind, one.file) for one in loaded.issues] == [("repeated-row", "list/more.csv")]
    assert loaded.issues[0].reason == "It says the same as line 2 of list/list.csv."


def test_the_direction_of_a_statement_is_kept():
    got = run(items("Q1 Weimar - Q2 Siena", "Q2 Siena - Q1 Weimar", "Q1 Weimar - Q2 Siena"))
    loaded = got.collection("items")
    assert [(one.parties, one.listed_by) for one in loaded.claims] == [
        (("Q1", "Q2"), "Q1"),
        (("Q2", "Q1"), "Q2"),
    ]
    assert [one.kind for one in loaded.issues] == ["repeated-row"]


def test_a_claim_keeps_the_names_as_written():
    got = run(listed("list", (at("Weimar", "DE", stated_country="Germany"), at("Siena", "AR"))))
    assert got.collection("list").claims[0].stated_parties == ("Weimar (Germany)", "Siena")


def test_an_item_known_by_its_name_only_gets_what_the_list_knows():
    got = run(
        items("Q1726 München - Q1 Verona", "Q1726 München - Q2 Bordeaux", "Q1726 München - Q3 Harare"),
        listed(
            "list",
            *((at("Munich", "DE", (48.1371, 11.5754)), at(one)) for one in ("Verona", "Bordeaux", "Harare")),
        ),
    )
    munich = got.place("Q1726")
    assert munich.label("en") == munich.label("id") == "Munich"
    assert munich.labels == (("de", "München"), ("en", "Munich"))
    assert (munich.country, munich.latitude, munich.longitude) == (country("DE"), "48.14", "11.58")
    assert munich.qid == "Q1726"


def test_a_curated_place_wins_and_learns_what_it_lacks():
    got = run(
        items("Q3955 Ilm-Athen - Q1 Siena"),
        listed("list", (at("Weimar", "DE", (50.9794, 11.3235)), at("Siena"))),
        own=[curated(WEIMAR)],
    )
    labels = (("de", "Ilm-Athen"), *WEIMAR.labels)
    assert got.place("Q3955") == replace(WEIMAR, labels=labels, latitude="50.98", longitude="11.32")
    assert [p.id for p in got.collection("curated").places] == ["Q3955"]


def test_a_minted_place_says_what_the_list_says():
    got = run(listed("list", (at("Siena", "AR", (43.3188, 11.3307)), at("Weimar", "DE"))))
    minted = mint_place_id("AR", "Siena")
    assert got.place(minted) == Place(
        minted, country("AR"), (("en", "Siena"),), longitude="11.33", latitude="43.32"
    )
    assert got.matches("Siena")[0].decision is Decision.MINTED


def test_a_curated_place_gets_the_id_of_its_item_everywhere():
    perth = known("x-au-perth-2752aa", "Perth", "GB")
    own = curated(perth, WEIMAR, replace(WEIMAR, id="Q2", qid="Q2", part_of=perth.id),
                  claims=[(perth.id, "Q3955"), (perth.id, "Q2")])  # fmt: skip
    wikidata = items("Q3183 Perth - Q3955 Weimar", "Q3183 Perth - Q2 Weimar")
    got = run(wikidata, listed("list", (at("Perth", "GB"), at("Weimar", "DE"))), own=[own])
    place = got.place("Q3183")
    assert (place.qid, place.replaces) == ("Q3183", ("x-au-perth-2752aa",))
    assert got.collection("curated").claims[0].parties == ("Q3183", "Q3955")
    assert got.place("Q2").part_of == "Q3183"
    assert got.resolution.registered["x-au-perth-2752aa"].now == "Q3183"


def test_the_register_of_a_curated_place_does_not_decide_for_a_list():
    """Its id is that of a mention of its name: the second build decides as the first one did."""
    perth = known(mint_place_id("GB", "Perth"), "Perth", "GB")
    rows = ((at("Perth", "GB"), at("Weimar", "DE")), (at("Perth", "GB"), at("Siena", "AR")))
    given = (items("Q3183 Perth - Q3955 Weimar", "Q3183 Perth - Q1 Siena"), listed("list", *rows))
    own = [curated(perth, WEIMAR, claims=[(perth.id, "Q3955")])]
    first = run(*given, own=own)
    assert first.resolution.registered[perth.id].now == "Q3183"
    assert first.places("Perth") == ["Q3183"]
    again = run(*given, own=own, registered=first.resolution.registered)
    assert again.resolution == first.resolution


def test_a_country_that_is_a_party_is_the_country():
    got = run(items("Q17 Japan - Q1 Siena"))
    assert got.place("Q17") == replace(COUNTRIES["JP"])


def test_only_places_that_claims_name_are_given():
    harvested = [
        known("Q1", "Siena", "AR", part_of="Q9"),
        known("Q9", "Toscana", "AR"),
        known("Q5", "Lost", "AR"),
    ]
    got = run(listed("list", (at("Siena", "AR"), at("Weimar", "DE")), places=harvested))
    assert {p.id for p in got.collection("list").places} == {"Q1", "Q9", mint_place_id("DE", "Weimar")}


def test_minted_ids_stay_and_lead_on_when_an_item_comes():
    pairs = listed("list", (at("Siena", "AR"), at("Weimar", "DE")), (at("Siena", "AR"), at("Avignon", "DE")))
    first = run(pairs)
    minted = mint_place_id("AR", "Siena")
    assert first.places("Siena") == [minted]
    assert first.resolution.registered[minted] == RegisteredPlace(minted, "AR", "Siena")
    wikidata = items("Q2751 Siena - Q3955 Weimar", "Q2751 Siena - Q6397 Avignon")
    second = run(wikidata, pairs, registered=first.resolution.registered)
    assert second.places("Siena") == ["Q2751"]
    assert second.place("Q2751").replaces == (minted,)
    assert second.resolution.registered[minted] == RegisteredPlace(minted, "AR", "Siena", "Q2751")
    third = run(pairs, registered=second.resolution.registered)
    assert third.places("Siena") == ["Q2751"]
    assert third.matches("Siena")[0].reasons == ("registered",)


def test_a_second_spelling_does_not_change_a_minted_id():
    partners = (at("Granada", "AR"), at("Salta", "AR"), at("Neuquen", "AR"))
    first = run(listed("list", *((at("Marrakech", "MA"), partner) for partner in partners)))
    rows = [(at(name, "MA"), partner) for name in ("Marrakech", "Marrakesh") for partner in partners]
    again = run(
        listed("list", *rows, (at("Marrakesh", "MA"), at("Weimar", "DE"))),
        registered=first.resolution.registered,
    )
    assert again.places("Marrakesh") == again.places("Marrakech") == first.places("Marrakech")


@pytest.mark.parametrize(
    ("name", "other", "iso"),
    [
        ("Zilldorf", "Zilldorp", "DE"),
        ("Nova Vlasta", "Nova Vlast", "AT"),
        ("Santa Ritania", "Santo Ritania", "AR"),
    ],
)
def test_two_new_names_a_letter_apart_with_one_partner_are_not_merged(name, other, iso):
    """The second is undecided beside the first; a name that has its id already stays the first."""
    rows = [(at(name, iso), at("Weimar", "FR")), (at(other, iso), at("Weimar", "FR"))]
    got = run(listed("list", *rows, (at(name, iso), at("Essen", "FR"))))
    (first,), (second,) = got.matches(name), got.matches(other)
    assert (first.decision, second.decision) == (Decision.MINTED, Decision.UNDECIDED)
    assert [one.place for one in second.candidates] == [first.place]
    assert second.reasons[0] == "similar-name"
    before = run(listed("list", (at(other, iso), at("Weimar", "FR")))).resolution.registered
    again = run(listed("list", *rows, (at(name, iso), at("Essen", "FR"))), registered=before)
    assert (again.decisions(name), again.decisions(other)) == ([Decision.UNDECIDED], [Decision.MINTED])


def test_two_new_names_a_letter_apart_are_one_place_by_their_points_or_many_partners():
    towns = [at(name, "FR") for name in ("Weimar", "Essen", "Bottrop")]
    points = {"Zilldorf": (50.012, 10.023), "Zilldorp": (50.014, 10.021)}
    for partners, is_located, places in ((3, False, 1), (2, False, 2), (1, True, 1)):
        rows = [
            (at(name, "DE", points[name] if is_located else None), town)
            for name in points
            for town in towns[:partners]
        ]
        got = run(listed("list", *rows))
        found = {*got.places("Zilldorf"), *got.places("Zilldorp")}
        assert len(found) == places


def test_two_new_names_a_letter_apart_that_share_no_partner_are_two_places():
    rows = [(at("Zilldorf", "DE"), at("Weimar", "FR")), (at("Zilldorp", "DE"), at("Essen", "FR"))]
    got = run(listed("list", *rows))
    assert got.decisions("Zilldorf") == got.decisions("Zilldorp") == [Decision.MINTED]


def test_a_register_that_leads_in_a_circle_is_refused():
    rows = {one: RegisteredPlace(one, "AR", one, now) for one, now in (("x-a", "x-b"), ("x-b", "x-a"))}
    with pytest.raises(ValueError, match="back to itself"):
        current_id("x-a", rows)


@pytest.mark.parametrize(
    ("decided", "place", "kind"),
    [
        ("Q3", "Q3", ""),
        ("new", mint_place_id("AR", "Victoria"), ""),
        ("none", "", "party-not-local-government"),
    ],
)
def test_a_review_has_the_last_word(decided, place, kind):
    wikidata = items("Q1 Victoria - Q2 Paris", "Q3 Victoria - Q4 Lyon")
    pairs = listed("list", (at("Victoria", "AR"), at("Weimar", "DE")))
    review = Review("list", "Victoria", decided, country("AR"))
    got = run(wikidata, pairs, reviews=[review])
    match = got.matches("Victoria")[0]
    assert (match.place, match.decision, match.reasons) == (place, Decision.REVIEWED, ("reviewed",))
    assert [one.kind for one in got.collection("list").issues] == ([kind] if kind else [])


def test_what_the_register_says_of_a_mention_follows_the_last_review_of_it():
    pairs = listed("list", (at("Victoria", "AR"), at("Weimar", "DE")))
    minted, registered, told = mint_place_id("AR", "Victoria"), {}, []
    for decided in ("", "Q3", "Q4", "new", "Q5", ""):
        reviews = [Review("list", "Victoria", decided, country("AR"))] if decided else []
        got = run(pairs, reviews=reviews, registered=registered)
        registered = got.resolution.registered
        told.append((only(got, "Victoria").place, registered[minted].now))
    assert told == [
        (minted, ""), ("Q3", "Q3"), ("Q4", "Q4"), (minted, ""), ("Q5", "Q5"), ("Q5", "Q5")
    ]  # fmt: skip
    assert got.place("Q5").replaces == (minted,)


def test_the_id_of_a_name_that_persons_took_for_two_places_leads_where_it_led():
    registered = run(listed("list", (at("Victoria", "AR"), at("Weimar", "DE")))).resolution.registered
    pairs = listed(
        "list",
        (at("Victoria", "AR", (-32.6211, -60.1547)), at("Weimar", "DE")),
        (at("Victoria", "AR", (-36.2152, -65.4412)), at("Weimar", "DE")),
    )
    reviews = [
        Review("list", "Victoria", place, country("AR"), "", *point)
        for place, point in (("Q3", (-32.6211, -60.1547)), ("Q4", (-36.2152, -65.4412)))
    ]
    got = run(pairs, reviews=reviews, registered=registered)
    assert got.places("Victoria") == ["Q3", "Q4"]
    assert got.resolution.registered[mint_place_id("AR", "Victoria")].now in {"Q3", "Q4"}


def test_without_lists_nothing_is_touched():
    own = curated(WEIMAR)
    got = run(own=[own])
    assert got.resolution.collections == (own,)
    assert got.resolution.matches == ()


@pytest.mark.slow
def test_the_order_of_records_and_collections_does_not_matter():
    wikidata = items(*_LINKS)
    pairs = listed("list", *_PAIRS)
    expected = _facts(run(wikidata, pairs))
    for seed in range(6):
        shuffle = random.Random(seed).sample
        mixed = [
            replace(one, records=tuple(shuffle(one.records, len(one.records)))) for one in (wikidata, pairs)
        ]
        assert _facts(run(*shuffle(mixed, 2))) == expected


def _facts(got) -> set[tuple[str, ...]]:
    return {
        (
            one.collection,
            one.mention.name,
            one.mention.country,
            one.place,
            one.decision,
            str(one.score),
            *one.reasons,
        )
        for one in got.resolution.matches
    }


_LINKS = (
    "Q1 Portland - Q10 Sapporo", "Q1 Portland - Q11 Ulsan", "Q2 Portland - Q12 Shinagawa",
    "Q3 München - Q10 Sapporo", "Q3 München - Q13 Verona", "Q3 München - Q14 Bordeaux",
    "Q4 Mölndal - Q13 Verona", "Q5 Mölndal - Q14 Bordeaux",
)  # fmt: skip
_PAIRS = tuple(
    (at(a, x), at(b, y))
    for a, x, b, y in (
        ("Portland", "US", "Sapporo", "JP"), ("Portland", "US", "Ulsan", "KR"),
        ("Portland", "US", "Shinagawa", "JP"), ("Munich", "DE", "Sapporo", "JP"),
        ("Munich", "DE", "Verona", "AR"), ("Munich", "DE", "Bordeaux", "GB"),
        ("Mölndal", "DK", "Verona", "AR"), ("Mölndal", "DK", "Bordeaux", "GB"),
        ("Marrakesh", "MA", "Verona", "AR"), ("Marrakech", "MA", "Verona", "AR"),
        ("Victoria", "AR", "Ulsan", "KR"),
    )
)  # fmt: skip


def test_a_record_keeps_its_place_in_the_file():
    pairs = listed("list", (at("A", "DE"), at("A", "DE")))
    record: Record = pairs.records[0]
    assert run(pairs).collection("list").issues[0].line == record.line == 2


def test_a_mention_of_an_item_may_be_without_a_name():
    got = run(listed("list", (item("Q64", ""), at("Weimar", "DE"))))
    assert got.place("Q64").label("en") == "Q64"
