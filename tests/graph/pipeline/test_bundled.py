"""What the bundled collections give: the answers that the model promises, in the served graph."""

import pytest

ACCEPTED = "?p a kk:Partnership ; kk:status ?status FILTER(?status != status:intent)"


def since(bundled, pair):
    return bundled.values("since", f"partnership:{pair} kk:since ?since")


def signed(bundled, pair, family):
    return bundled.rows(
        f"partnership:{pair} kk:agreement ?a . ?a kk:agreementFamily "
        f"<https://w3id.org/kota-kembar/vocab/family/{family}> OPTIONAL {{ ?a kk:signedOn ?on }}"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pair", "date"),
    [
        ("Q11462-Q24826", "2018-03-19"),
        ("Q11462-Q188806", "2012-11"),
        ("Q2773-Q10389", "1960-05-24"),
        ("Q3630-Q8684", "1984"),
        ("Q3741-Q120730", "1985-07-16"),
        ("Q5972-Q41283", "1997-09-24"),
        ("Q11445-Q262208", "2017-04-17"),
        ("Q11462-Q16520", "1994-08-24"),
        ("Q64-Q3630", "1994-04-13"),
    ],
)
def test_since(bundled, pair, date):
    assert since(bundled, pair) == [date]


def test_surabaya_liverpool_has_an_loi_before_the_mou(bundled):
    assert signed(bundled, "Q11462-Q24826", "intent") == [
        ("agreement/Q11462-Q24826-intent-2017", "2017-05-17")
    ]
    assert bundled.values("a", "agreement:Q11462-Q24826-founding-2018 kk:follows ?a") == [
        "agreement/Q11462-Q24826-intent-2017"
    ]
    assert bundled.values(
        "t", "agreement:Q11462-Q24826-intent-2017 kk:signedOnBasedOn/kk:source/kk:sourceType ?t"
    ) == ["source-type/opinion"]


def test_the_city_region_is_a_new_partner_that_follows_the_city(bundled):
    (row,) = bundled.rows(
        "?p kk:party place:Q11462, ?region ; kk:agreement ?a . ?region kk:succeeds place:Q24826 ."
        "?a kk:follows ?before ; kk:signedOn ?on ; kk:signedOnBasis ?basis"
    )
    assert row[1:4] == ("date-basis/count", "agreement/Q11462-Q24826-founding-2018", "2024")


def test_kitakyushu_keeps_its_declarations(bundled):
    assert [on for _, on in signed(bundled, "Q11462-Q188806", "joint-declaration")] == ["1997", "2011-03"]
    assert bundled.values("claim", "partnership:Q11462-Q188806 kk:sinceBasedOn ?claim") == [
        "claim/indonesia/F012"
    ]
    assert bundled.values("on", "<https://w3id.org/kota-kembar/claim/indonesia/F013> kk:derivedOn ?on") == [
        "2012-11-13"
    ]


def test_braunschweig_was_amended(bundled):
    assert [on for _, on in signed(bundled, "Q2773-Q10389", "amendment")] == ["1960-06-02"]


def test_busan_shows_three_dates(bundled):
    dates = bundled.values(
        "on",
        "?a kk:about agreement:Q11462-Q16520-founding-1994 ; kk:issue issue:date-conflict ;"
        "kk:evidence/kk:signedOn ?on ; kk:madeBy <https://w3id.org/kota-kembar/vocab/maker/build>",
    )
    assert dates == ["1994-08-24", "1994-08-29", "1994-11-10"]


def test_commewijne_shows_the_mou_and_its_denial(bundled):
    assert [on for _, on in signed(bundled, "Q7568-Q952510", "founding")] == ["2011"]
    assert bundled.values(
        "c",
        "?a kk:about partnership:Q7568-Q952510 ; kk:issue issue:founding-denied ;"
        "kk:evidence ?c . ?c kk:denies true",
    ) == ["claim/indonesia/F051-4b"]


def test_semarang_brisbane_shows_a_status_conflict(bundled):
    statuses = bundled.values(
        "s",
        "?a kk:about partnership:Q11025-Q34932 ; kk:issue issue:status-conflict ;kk:evidence/kk:assertion ?s",
    )
    assert statuses == ["assertion/continuation", "assertion/ending", "assertion/status"]


def test_berlin_is_founded_by_what_it_calls_a_joint_declaration(bundled):
    assert bundled.values("claim", "partnership:Q64-Q3630 kk:sinceBasedOn ?claim") == ["claim/indonesia/F113"]
    assert [on for _, on in signed(bundled, "Q64-Q3630", "intent")] == ["1993-04-22"]


@pytest.mark.parametrize("kyoto", ["Q34600", "Q120730"])
def test_the_city_of_yogyakarta_is_no_partner_of_kyoto(bundled, kyoto):
    assert bundled.rows(f"?p a kk:Partnership ; kk:party place:Q7568, place:{kyoto}") == []
    assert bundled.rows(f"place:Q7568 kk:partnerOf place:{kyoto}") == []


def test_yogyakarta_kyoto_as_claimed_points_to_the_pair_that_was_meant(bundled):
    assert bundled.rows("partnership:Q7568-Q34600 a ?type ; dcterms:isReplacedBy ?meant") == [
        ("partnership/Q3741-Q120730", "ontology#ClaimedPartnership")
    ]


@pytest.mark.parametrize("former", ["Q18125", "Q456", "Q45779"])
def test_the_former_partners_of_malang_are_only_claimed(bundled, former):
    assert bundled.values("type", f"?p kk:party place:Q11445, place:{former} ; a ?type") == [
        "ontology#ClaimedPartnership"
    ]
    assert bundled.rows(f"place:Q11445 kk:partnerOf place:{former}") == []


def test_nothing_is_said_of_the_other_gwangju(bundled):
    assert bundled.rows("place:Q42069 ?p ?o") == bundled.rows("?s ?p place:Q42069") == []


@pytest.mark.parametrize(("own", "other"), [("Q27860", "Lorengau"), ("Pekanbaru", "Malacca")])
def test_exploration_alone_makes_no_partnership(bundled, own, other):
    named = f'?b rdfs:label "{other}"@en'
    named += f' . ?a rdfs:label "{own}"@en' if not own.startswith("Q") else f" . VALUES ?a {{ place:{own} }}"
    assert bundled.rows(f"{named} . ?a kk:event ?e . ?b kk:event ?e . ?e a kk:Event") != []
    assert bundled.rows(f"{named} . ?p kk:party ?a, ?b") == []
    assert bundled.rows(f"{named} . ?a kk:partnerOf ?b") == []


def test_partner_of_stands_exactly_where_an_accepted_partnership_is(bundled):
    edges = bundled.rows("?a kk:partnerOf ?b")
    pairs = bundled.rows(f"{ACCEPTED} ?p kk:party ?a, ?b FILTER(?a != ?b)")
    assert sorted((a, b) for a, b, *_ in pairs) == edges
    assert {(b, a) for a, b in edges} == set(edges)
    assert len(edges) == 2 * bundled.release.manifest["counts"]["partnerships"]["accepted"]


def test_no_edge_rests_on_steps_or_intent_alone(bundled):
    accepting = "founding|since|continuation|listing|ending"
    weak = bundled.rows(
        f"{ACCEPTED} FILTER NOT EXISTS {{ ?c kk:about ?p ; kk:assertion ?a ; kk:source/kk:sourceType ?t "
        f'FILTER(REGEX(STR(?a), "({accepting})$") && ?t NOT IN (sourcetype:blog, sourcetype:opinion)) }}'
    )
    assert weak == []


def test_every_row_is_accounted_for(bundled):
    by_name = {one["name"]: one for one in bundled.release.manifest["collections"]}
    indonesia = by_name["indonesia"]
    assert sum(indonesia["tally"].values()) == indonesia["rows"] == 1080
    assert indonesia["tally"]["issue"] == len(indonesia["issues"])
    assert all(issue["reason"] for issue in indonesia["issues"])
    assert by_name["founding-articles"]["rows"] == sum(by_name["founding-articles"]["tally"].values())


def test_dates_that_were_worked_out_are_told_apart_from_stated_ones(bundled):
    finer = bundled.rows(
        "?c kk:derivedOn ?derived ; kk:signedOn|kk:since|kk:until|kk:asOf|kk:happenedOn ?stated "
        "FILTER(!STRSTARTS(STR(?derived), STR(?stated)))"
    )
    assert finer == []
    assert bundled.rows("?c skos:editorialNote ?note FILTER(CONTAINS(?note, 'INFERRED_DATE='))") == []
    assert len(bundled.values("c", "?c kk:derivedOn ?date ; kk:dateBasis ?basis")) >= 100


def test_cotabato_is_since_a_year_that_was_worked_out(bundled):
    assert bundled.rows("partnership:Q10389-Q726993 kk:since ?since ; kk:sinceBasis ?basis") == [
        ("date-basis/other-source", "2017")
    ]


def test_los_angeles_is_since_a_year_read_from_loose_words(bundled):
    assert bundled.rows("partnership:Q65-Q3630 kk:since ?since ; kk:sinceBasis ?basis") == [
        ("date-basis/loose-words", "1990")
    ]


def test_what_was_only_planned_is_no_partnership(bundled):
    ulsan = "place:Q3724 kk:event ?event . place:Q41278 kk:event ?event"
    assert bundled.rows(ulsan) != []
    assert bundled.rows("?p kk:party place:Q3724, place:Q41278") == []


def test_near_copies_are_one_witness(bundled):
    assert bundled.rows(
        "?c kk:about partnership:Q3630-Q3640 ; kk:source ?s FILTER NOT EXISTS { ?s kk:copyOf ?o }"
        "partnership:Q3630-Q3640 kk:sourceCount ?n"
    ) == [("claim/indonesia/F104", "1", "source/sonsoz-com-tr-9e3821")]


def test_a_row_that_repeats_another_is_told_and_becomes_no_claim(bundled):
    assert bundled.rows("<https://w3id.org/kota-kembar/claim/indonesia/F519> ?p ?o") == []


def test_what_we_call_a_source_is_no_title(bundled):
    assert bundled.rows("?s a kk:Source ; dcterms:title ?title") == []
    assert bundled.rows("?s a kk:Source FILTER NOT EXISTS { ?s kk:describedAs ?words }") == []


def test_every_claim_says_how_often_it_was_read(bundled):
    assert bundled.rows("?c a kk:Claim FILTER NOT EXISTS { ?c kk:readings ?n }") == []
    assert bundled.values("n", "?c kk:readings ?n") == ["1", "2"]


def test_all_provinces_are_there_once(bundled):
    provinces = bundled.values(
        "code", "?p kk:country place:Q252 ; kk:level level:province ; kk:kemendagriCode ?code"
    )
    assert len(provinces) == 38
    assert bundled.rows("?p kk:kemendagriCode ?code . ?q kk:kemendagriCode ?code FILTER(?p != ?q)") == []


def test_the_law_is_data(bundled):
    assert bundled.rows("?r kk:repeals ?old ; dcterms:issued ?on") != []
    assert bundled.values(
        "on", "<https://w3id.org/kota-kembar/regulation/permendagri-25-2020> dcterms:issued ?on"
    ) == ["2020-05-22"]


def test_nobody_is_named_without_an_office_or_a_signature(bundled):
    assert bundled.rows("?person a kk:Person FILTER NOT EXISTS { ?c kk:signatory ?person }") == []
