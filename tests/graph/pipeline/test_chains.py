"""Conflicts and chains of the bundled facts: each comes out by the rules, from what the rows say."""

import pytest

from tests.kit.bundled import Bundled

PAIR = '?a rdfs:label "{}"@en . ?b rdfs:label "{}"@en . ?p kk:party ?a, ?b . '
INDONESIA = "claim/indonesia/"


def one(bundled: Bundled, names: tuple[str, str], pattern: str, variables: str) -> list[tuple[str, ...]]:
    """The rows of some variables about the pair of two places, named in English."""
    return bundled.query(f"SELECT DISTINCT {variables} {{ {PAIR.format(*names)} {pattern} }}")


def signed(bundled: Bundled, names: tuple[str, str]) -> list[tuple[str, str]]:
    """The agreements of a pair: family and date of signing, empty where none is known."""
    rows = one(
        bundled,
        names,
        "?p kk:agreement ?x . ?x kk:agreementFamily ?family OPTIONAL { ?x kk:signedOn ?on }"
        ' BIND(COALESCE(STR(?on), "") AS ?when)',
        "?family ?when ?x",
    )
    return sorted((family.removeprefix("family/"), when) for family, when, _ in rows)


def issues(bundled: Bundled, names: tuple[str, str], maker: str) -> dict[str, set[str]]:
    """The issues of assessments of one maker about the claims of a pair, with the rows that they assess."""
    rows = one(
        bundled,
        names,
        f"?claim kk:about ?p . ?x kk:assesses ?claim ; kk:issue ?issue ; "
        f"kk:madeBy <https://w3id.org/kota-kembar/vocab/maker/{maker}>",
        "?claim ?issue",
    )
    found: dict[str, set[str]] = {}
    for claim, issue in rows:
        found.setdefault(issue.removeprefix("issue/"), set()).add(claim.removeprefix(INDONESIA))
    return found


def status(bundled: Bundled, names: tuple[str, str]) -> tuple[str, ...]:
    rows = one(bundled, names, "?p kk:status ?status OPTIONAL { ?p kk:statusAsOf ?on }", "?status ?on")
    return tuple(cell.removeprefix("status/") for cell in rows[0][::-1])


def is_claimed(bundled: Bundled, names: tuple[str, str]) -> bool:
    return one(bundled, names, "?p a ?type", "?type") == [("ontology#ClaimedPartnership",)]


def test_fes_boulemane_has_a_letter_worked_out_to_2014_and_a_dated_memorandum(bundled):
    names = ("West Sumatra", "Fès-Boulemane")
    assert signed(bundled, names) == [("founding", "2014-10-11"), ("intent", "2014")]
    basis = "?p kk:agreement ?x . ?x kk:signedOnBasis ?basis"
    assert one(bundled, names, basis, "?basis") == [("date-basis/from-report",)]
    assert one(bundled, names, "?p kk:since ?since", "?since") == [("2014-10-11",)]


def test_bekes_was_approved_after_it_was_signed_ended_and_was_renewed(bundled):
    names = ("North Sumatra", "Békés County")
    assert signed(bundled, names) == [("founding", "2010"), ("renewal", "2017-12-06")]
    approval = (
        "?p kk:event ?x . ?x kk:eventType ?type ; kk:happenedOn ?on FILTER(STRENDS(STR(?type), 'approval'))"
    )
    assert ("2011-03",) in one(bundled, names, approval, "?on")
    assert issues(bundled, names, "curator")["order"] == {"F1066"}
    ended = "?c kk:about ?p ; kk:until ?until"
    assert one(bundled, names, ended, "?c ?until") == [(f"{INDONESIA}F1072", "2015")]
    assert status(bundled, names) == ("active", "2017-12-06")
    assert "status-conflict" not in issues(bundled, names, "build")


def test_ourem_has_run_out_and_lisbon_is_a_mistake_for_it(bundled):
    assert status(bundled, ("East Flores Regency", "Ourém")) == ("expired", "2023-03-27")
    assert one(bundled, ("East Flores Regency", "Ourém"), "?p kk:until ?until", "?until") == []
    lisbon = ("East Flores Regency", "Lisbon")
    assert is_claimed(bundled, lisbon)
    meant = "?p dcterms:isReplacedBy ?meant . ?meant kk:party ?other . ?other rdfs:label ?label"
    assert ("Ourém",) in one(bundled, lisbon, f'{meant} FILTER(LANG(?label) = "en")', "?label")


@pytest.mark.parametrize("city", ["Manado", "Bitung"])
def test_davao_still_lists_what_had_run_out_and_both_show(bundled, city):
    names = (city, "Davao City")
    assert status(bundled, names) == ("active", "2024-06")
    stated = "?c kk:about ?p ; kk:status ?said ; kk:asOf ?on FILTER(STRENDS(STR(?said), 'expired'))"
    assert [on for (on,) in one(bundled, names, stated, "?on")] == ["2016-12-05"]
    assert "status-conflict" not in issues(bundled, names, "build")


def test_west_javas_counts_of_its_partners_are_told_side_by_side(bundled):
    counts = '?place rdfs:label "West Java"@en . ?claim kk:about ?place ; kk:statedCount ?count'
    assert bundled.values("count", counts) == ["11", "14", "27", "29"]


def test_kupang_darwin_dili_was_refused_by_the_ministry(bundled):
    for names in (("Kupang", "Darwin"), ("Kupang", "Dili")):
        refused = '?a rdfs:label "{}"@en . ?b rdfs:label "{}"@en . ?event kk:place ?a, ?b ; kk:happenedOn ?on'
        assert "2007-10" in bundled.values("on", refused.format(*names))
    assert one(bundled, ("Kupang", "Dili"), "", "?p") == []
    assert status(bundled, ("Kupang", "Darwin"))[0] == "intent"


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (("Magelang", "Tula"), {"F327", "F328", "F329", "F330", "F1080"}),
        (("Jakarta", "Cairo"), {"F901", "F902"}),
        (("South Tangerang", "Miri"), {"F464", "F868", "F869"}),
        (("Purbalingga Regency", "Tono"), {"F796", "F809", "F810"}),
    ],
)
def test_one_paper_that_is_called_a_letter_and_a_memorandum_is_a_type_conflict(bundled, names, rows):
    assert issues(bundled, names, "build")["type-conflict"] == rows
    assert len(signed(bundled, names)) == 1


def test_cotabato_is_only_worked_out(bundled):
    names = ("Bandung", "Cotabato City")
    assert one(bundled, names, "?p kk:since ?on ; kk:sinceBasis ?basis", "?on") == [("2017",)]
    assert one(bundled, names, "?c kk:about ?p ; kk:signedOn ?on", "?on") == []


@pytest.mark.parametrize("names", [("West Java", "Ulsan"), ("Jakarta", "Casablanca-Settat")])
def test_what_was_planned_and_not_signed_is_an_event(bundled, names):
    assert one(bundled, names, "", "?p") == []
    event = '?a rdfs:label "{}"@en . ?b rdfs:label "{}"@en . ?a kk:event ?event . ?b kk:event ?event'
    assert bundled.values("event", event.format(*names)) != []


@pytest.mark.parametrize(
    "names",
    [
        ("Jakarta", "Canberra (Australian Capital Territory)"),
        ("Denpasar", "Kunming"),
        ("Bandung", "Kunming"),
        ("Medan", "Burgas"),
        ("Purwakarta Regency", "Gurye County"),
        ("Special Region of Yogyakarta", "Ismailia Governorate"),
    ],
)
def test_what_one_side_or_hearsay_claims_makes_no_partnership(bundled, names):
    assert is_claimed(bundled, names)


def test_hamamatsu_began_with_one_paper_of_two_names(bundled):
    names = ("Bandung", "Hamamatsu")
    assert one(bundled, names, "?p kk:since ?on FILTER NOT EXISTS { ?p kk:sinceBasis ?x }", "?on") == [
        ("2014-12-19",)
    ]
    assert issues(bundled, names, "build")["type-conflict"] == {"F250", "F884"}


def test_a_ministry_a_state_and_an_association_are_no_local_governments(bundled):
    (indonesia,) = (x for x in bundled.release.manifest["collections"] if x["name"] == "indonesia")
    kinds = {kind: [] for kind in ("party-not-local-government", "repeated-row", "domestic-pair")}
    for issue in indonesia["issues"]:
        kinds[issue["kind"]].append(issue["row"])
    assert kinds == {
        "party-not-local-government": ["F190", "F573", "F619", "F804", "F814", "F956"],
        "repeated-row": ["F519", *(f"F{number}" for number in range(888, 895))],
        "domestic-pair": ["F203", "F280", "F460"],
    }
