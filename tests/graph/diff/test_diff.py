import gzip
import io
import json
from dataclasses import replace

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from graph.diff.compare import diff_stores, quad_changes
from graph.diff.text import describe_diff
from graph.diff.types import (
    ClaimChange,
    ClaimTally,
    Counts,
    Diff,
    Kind,
    Rename,
    Thing,
    ThingChange,
    ValueChange,
)
from graph.downloads.changes import write_changes
from graph.errors import ReleaseError
from graph.model.iris import graph_iri
from graph.model.terms import kk, resource
from tests.kit.graph.collections import FILES, edited
from tests.kit.graph.diff import (
    BLOG,
    KITAKYUSHU,
    LIVERPOOL,
    PAGE,
    SOURCES,
    compare,
    make_store,
    plain,
    row,
    with_rows,
)
from tests.kit.world import world_store

MOU_2018 = "agreement/Q11462-Q24826-founding-2018"
MOU_2012 = "agreement/Q11462-Q188806-founding-2012"
PAIR, DOCUMENT = "Surabaya – Liverpool", "Memorandum of understanding: Surabaya – Liverpool (2018)"
OTHER, OTHER_DOCUMENT = "Surabaya – Kitakyushu", "Memorandum of understanding: Surabaya – Kitakyushu (2012)"
BLOGGED = row("T5", source="example-org-e7b764")
NEW_PAIR = {
    "outcome": ("", "accepted"),
    "party": ("", "place/Q11462 place/Q188806"),
    "relationType": ("", "relation/sister-city"),
    "since": ("", "2012-11-13"),
    "status": ("", "status/unknown"),
}
NEW_AGREEMENT = {
    "contractingParty": ("", "place/Q11462 place/Q188806"),
    "agreementFamily": ("", "family/founding"),
    "documentType": ("", "document/mou"),
    "signedOn": ("", "2012-11-13"),
    "relationType": ("", "relation/sister-city"),
}


def dated(day):
    return {"statements": edited("statements.csv", "2018-03-19", day)}


def plain_changes(diff):
    return [plain(change) for change in diff.things]


def reverse(values):
    return {name: (after, before) for name, (before, after) in values.items()}


def test_a_date_that_was_mended_changes_the_pair_and_its_agreement(tmp_path):
    diff = compare(tmp_path, {}, dated("2018-03-20"))
    days, causes = ("2018-03-19", "2018-03-20"), [("changed", "tiny/T1")]
    assert plain_changes(diff) == [
        ("changed", LIVERPOOL, PAIR, {"since": days}, causes),
        ("changed", MOU_2018, DOCUMENT, {"signedOn": days}, causes),
    ]
    (cause,) = diff.things[0].causes
    assert (cause.source, cause.description) == (PAGE, "Signed")
    assert cause.changes == (ValueChange("signedOn", ("2018-03-19",), ("2018-03-20",)),)
    assert diff.claims == ClaimTally(changed=1)
    assert diff.before == diff.after == Counts(accepted=1, agreements=1, claims=3)
    assert (diff.old, diff.new, diff.first) == ("a", "b", False)


def test_another_year_makes_another_agreement(tmp_path):
    diff = compare(tmp_path, {}, dated("2019-03-19"))
    assert [(one.kind, one.iri.rsplit("/", 1)[1]) for one in diff.things] == [
        ("changed", "Q11462-Q24826"),
        ("added", "Q11462-Q24826-founding-2019"),
        ("removed", "Q11462-Q24826-founding-2018"),
    ]
    assert all([cause.id for cause in one.causes] == ["tiny/T1"] for one in diff.things)
    assert diff.claims == ClaimTally(changed=1)


def test_a_row_more_adds_a_pair(tmp_path):
    diff = compare(tmp_path, {}, with_rows(row("T5")))
    assert plain_changes(diff) == [
        ("added", KITAKYUSHU, OTHER, NEW_PAIR, [("added", "tiny/T5")]),
        ("added", MOU_2012, OTHER_DOCUMENT, NEW_AGREEMENT, [("added", "tiny/T5")]),
    ]
    assert diff.things[0].causes[0].changes == ()
    assert diff.claims == ClaimTally(added=1, moved=1), "T2, a visit, is about the new pair too"
    assert (diff.before, diff.after) == (Counts(1, 0, 0, 1, 3), Counts(2, 0, 0, 2, 4))


def test_a_row_less_removes_a_pair(tmp_path):
    diff = compare(tmp_path, with_rows(row("T5")), {})
    assert plain_changes(diff) == [
        ("removed", KITAKYUSHU, OTHER, reverse(NEW_PAIR), [("removed", "tiny/T5")]),
        ("removed", MOU_2012, OTHER_DOCUMENT, reverse(NEW_AGREEMENT), [("removed", "tiny/T5")]),
    ]
    assert (diff.things[0].causes[0].source, diff.claims) == (PAGE, ClaimTally(removed=1, moved=1))


def test_a_second_source_makes_a_claimed_pair_accepted(tmp_path):
    diff = compare(tmp_path, with_rows(BLOGGED), with_rows(BLOGGED, row("T6", date="2012-11")))
    (pair,) = plain_changes(diff)
    values = {
        "outcome": ("claimed", "accepted"),
        "relationType": ("", "relation/sister-city"),
        "since": ("", "2012-11-13"),
        "status": ("", "status/unknown"),
    }
    assert pair == ("changed", KITAKYUSHU, OTHER, values, [("added", "tiny/T6")])
    assert (diff.before, diff.after) == (Counts(1, 0, 1, 2, 4), Counts(2, 0, 0, 2, 5))


def test_another_type_of_source_is_a_change_of_its_claims(tmp_path):
    retyped = {"sources": SOURCES.replace(",blog,", ",news,")}
    diff = compare(tmp_path, with_rows(BLOGGED), with_rows(BLOGGED) | retyped)
    (pair,) = plain_changes(diff)
    assert (pair[1], pair[3]["outcome"], pair[4]) == (
        KITAKYUSHU,
        ("claimed", "accepted"),
        [("changed", "tiny/T5")],
    )
    types = (resource("vocab/source-type", "blog").value,), (resource("vocab/source-type", "news").value,)
    assert diff.things[0].causes[0].changes == (ValueChange("sourceType", *types),)
    assert (diff.things[0].causes[0].source, diff.claims) == (BLOG, ClaimTally(changed=1))


def test_a_title_of_a_source_changes_nothing(tmp_path):
    diff = compare(tmp_path, {}, {"sources": edited("sources.csv", "The MoU", "The memorandum")})
    assert (diff.things, diff.claims) == ((), ClaimTally())


def test_a_judgement_by_hand_is_a_cause(tmp_path):
    judged = {"judgements": "J1,tiny/T5,supported,low-trust,The city told us,tiny/T5,\n"}
    diff = compare(tmp_path, with_rows(BLOGGED), with_rows(BLOGGED) | judged)
    (pair,) = plain_changes(diff)
    assert (pair[3]["outcome"], pair[4]) == (("claimed", "accepted"), [("changed", "tiny/T5")])
    supported = resource("vocab/verdict", "supported").value
    assert diff.things[0].causes[0].changes == (ValueChange("verdict", (), (supported,)),)


def test_an_intent_that_became_a_founding(tmp_path):
    events = FILES["event_map.csv"] + "LoI,intent,statement-of-intent,intent,,,signedOn,sister-city,,,\n"
    intent = with_rows(row("T5", event="LoI", date="2011")) | {"event_map": events}
    both = with_rows(row("T5", event="LoI", date="2011"), row("T6")) | {"event_map": events}
    diff = compare(tmp_path, intent, both)
    assert (diff.before, diff.after) == (Counts(1, 1, 0, 2, 4), Counts(2, 0, 0, 3, 5))
    pair, agreement = plain_changes(diff)
    changes = {
        "outcome": ("intent", "accepted"),
        "since": ("", "2012-11-13"),
        "status": ("status/intent", "status/unknown"),
    }
    assert pair == ("changed", KITAKYUSHU, OTHER, changes, [("added", "tiny/T6")])
    follows = {"follows": ("", "agreement/Q11462-Q188806-intent-2011")}
    assert agreement == ("added", MOU_2012, OTHER_DOCUMENT, NEW_AGREEMENT | follows, [("added", "tiny/T6")])


def test_a_claim_about_the_agreement_followed_is_a_cause(tmp_path):
    events = FILES["event_map.csv"] + "LoI,intent,statement-of-intent,intent,,,signedOn,sister-city,,,\n"
    founded = with_rows(row("T5")) | {"event_map": FILES["event_map.csv"]}
    both = with_rows(row("T5"), row("T6", event="LoI", date="2011")) | {"event_map": events}
    added, changed = plain_changes(compare(tmp_path, founded, both))
    assert (added[0], added[1]) == ("added", "agreement/Q11462-Q188806-intent-2011")
    follows = {"follows": ("", "agreement/Q11462-Q188806-intent-2011")}
    assert changed == ("changed", MOU_2012, OTHER_DOCUMENT, follows, [("added", "tiny/T6")])


def test_another_signatory_changes_the_agreement(tmp_path):
    persons = FILES["persons.csv"] + "Eri Cahyadi,eri-cahyadi,Eri Cahyadi,mayor\n"
    renamed = edited("statements.csv", "City hall,Tri Rismaharini", "City hall,Eri Cahyadi")
    (agreement,) = plain_changes(compare(tmp_path, {}, {"statements": renamed, "persons": persons}))
    signed = {"signatory": ("person/tri-rismaharini", "person/eri-cahyadi")}
    assert agreement == ("changed", MOU_2018, DOCUMENT, signed, [("changed", "tiny/T1")])


def test_what_no_claim_caused_says_so(tmp_path):
    events = edited("event_map.csv", "sister-city,,,", "sister-city,10,,")
    later = {"event_map": events, "collection": edited("collection.toml", "2026-01-31", "2030-01-31")}
    diff = compare(tmp_path, {"event_map": events}, later)
    lapsed = {"status": ("status/active", "status/unknown"), "statusAsOf": ("2018-03-19", "")}
    assert plain_changes(diff) == [("changed", LIVERPOOL, PAIR, lapsed, [])]
    assert describe_diff(diff).endswith(
        "statusAsOf 2018-03-19 → none\n"
        "    no claim about it is different: the places, the rules or the date of compilation are\n"
    )


def test_claims_that_only_moved_are_causes_where_no_other_is():
    store, later = world_store(), world_store()
    moved = resource("claim", "indonesia/F004")
    left = resource("agreement", "Q11462-Q16520-founding-1994")
    (about,) = later.quads_for_pattern(moved, kk("about"), left)
    later.remove(about)
    (signed,) = later.quads_for_pattern(left, kk("signedOn"), None)
    later.remove(signed)
    diff = diff_stores(store, later)
    (change,) = diff.things
    assert [(cause.kind, cause.id) for cause in change.causes] == [("moved", "indonesia/F004")]
    assert diff.claims == ClaimTally(moved=1)


def test_what_is_measured_or_in_the_vocabulary_is_no_change():
    later = world_store()
    for graph in ("measures", "vocabulary", "ontology"):
        later.add(
            Quad(resource("place", "Q1"), kk("partOf"), resource("place", "Q2"), NamedNode(graph_iri(graph)))
        )
    diff = diff_stores(world_store(), later)
    assert (diff.things, diff.claims) == ((), ClaimTally())
    lines = tuple(sorted(f"{quad} .\n".encode() for quad in store) for store in (world_store(), later))
    assert diff_stores(world_store(), later, lines=lines) == diff


def test_the_world_is_counted_by_outcome():
    diff = diff_stores(None, world_store(), new_id="2026-01-31-aaaaaaaa")
    assert diff == Diff(after=Counts(5, 1, 3, 7, 24), new="2026-01-31-aaaaaaaa")


def test_of_a_first_release_only_the_counts_are_told(tmp_path):
    diff = diff_stores(None, make_store(tmp_path), new_id="b")
    assert (diff.first, diff.before, diff.things) == (True, None, ())
    assert describe_diff(diff) == (
        "First release b\npartnerships: 1 accepted, 0 intent, 0 claimed; agreements: 1; claims: 3\n"
    )
    document = json.loads(diff.as_json())
    assert (document["first"], document["from"], document["to"]) == (True, None, "b")
    assert document["counts"]["before"] is None
    assert document["partnerships"] == document["agreements"] == {"added": [], "removed": [], "changed": []}


def test_the_text_is_a_line_a_thing_with_its_causes_under_it(tmp_path):
    new = with_rows(BLOGGED) | {
        "statements": dated("2018-03-20")["statements"].replace("Signed", "Signed  twice") + BLOGGED
    }
    assert describe_diff(compare(tmp_path, {}, new)) == (
        "Changes from a to b\n"
        "partnerships: 1 added, 0 removed, 1 changed\n"
        "agreements: 1 added, 0 removed, 1 changed\n"
        "claims: 1 added, 0 removed, 1 changed\n"
        "\n"
        "+ partnership/Q11462-Q188806  Surabaya – Kitakyushu: outcome claimed\n"
        f"    + claim tiny/T5, {BLOG}: Says T5\n"
        "\n"
        "~ partnership/Q11462-Q24826  Surabaya – Liverpool: since 2018-03-19 → 2018-03-20\n"
        "    ~ claim tiny/T1 (description Signed → Signed twice; signedOn 2018-03-19 → 2018-03-20), "
        f"{PAGE}: Signed twice\n"
        "\n"
        f"+ {MOU_2012}  {OTHER_DOCUMENT}: agreementFamily founding; documentType mou; "
        "signedOn 2012-11-13; relationType sister-city\n"
        f"    + claim tiny/T5, {BLOG}: Says T5\n"
        "\n"
        f"~ {MOU_2018}  {DOCUMENT}: signedOn 2018-03-19 → 2018-03-20\n"
        "    ~ claim tiny/T1 (description Signed → Signed twice; signedOn 2018-03-19 → 2018-03-20), "
        f"{PAGE}: Signed twice\n"
    )


def test_nothing_changed_is_told_in_numbers():
    diff = diff_stores(world_store(), world_store())
    assert describe_diff(diff) == (
        "Changes from the old release to the new release\n"
        "partnerships: 0 added, 0 removed, 0 changed\n"
        "agreements: 0 added, 0 removed, 0 changed\n"
        "claims: 0 added, 0 removed, 0 changed\n"
    )


def test_the_json_has_the_layout_of_the_reference(tmp_path):
    document = json.loads(compare(tmp_path, {}, dated("2018-03-20")).as_json())
    base = "https://w3id.org/kota-kembar/"
    counts = {"accepted": 1, "intent": 0, "claimed": 0, "agreements": 1, "claims": 3}
    days = {"before": ["2018-03-19"], "after": ["2018-03-20"]}
    causes = [f"{base}claim/tiny/T1"]
    since, signed = [{"property": "since", **days}], [{"property": "signedOn", **days}]
    caused = {"causes": causes, "more_causes": 0}
    pair = {"iri": base + LIVERPOOL, "label": PAIR, "changes": since, **caused}
    agreement = {"iri": base + MOU_2018, "label": DOCUMENT, "changes": signed, **caused}
    none = {"added": 0, "removed": 0, "changed": 0}
    claim = {"id": "tiny/T1", "change": "changed", "source": PAGE, "description": "Signed", "changes": signed}
    assert document == {
        "format": 2,
        "from": "a",
        "to": "b",
        "first": False,
        "counts": {"before": counts, "after": counts},
        "claims": {"added": 0, "removed": 0, "changed": 1, "moved": 0},
        "partnerships": {"added": [], "removed": [], "changed": [pair]},
        "agreements": {"added": [], "removed": [], "changed": [agreement]},
        "renamed": [],
        "unlisted": {"partnerships": none, "agreements": none, "renamed": {}},
        "causes": {causes[0]: claim},
    }


# ---- a list that would be too long


def many(number, causes=1):
    """A diff that adds so many partnerships, each with so many causes, and removes one agreement."""
    claims = tuple(ClaimChange(f"c{n}", Kind.ADDED, PAGE, "Says so") for n in range(causes))
    values = (ValueChange("status", (), ("listed",)),)
    added = [ThingChange(Thing.PARTNERSHIP, Kind.ADDED, f"p{n}", "A", values, claims) for n in range(number)]
    gone = ThingChange(Thing.AGREEMENT, Kind.REMOVED, "a", "B")
    return Diff(Counts(accepted=number), Counts(), things=(*added, gone), old="a", new="b")


def test_a_long_list_is_shortened_and_keeps_its_numbers():
    diff = many(250, causes=30)
    short = diff.shortened()
    assert len(short.select(Thing.PARTNERSHIP, Kind.ADDED)) == 100
    assert len(short.select(Thing.AGREEMENT, Kind.REMOVED)) == 1
    assert short.count(Thing.PARTNERSHIP, Kind.ADDED) == diff.count(Thing.PARTNERSHIP, Kind.ADDED) == 250
    assert short.unlisted == {(Thing.PARTNERSHIP, Kind.ADDED): 150}
    assert (len(short.things[0].causes), short.things[0].more_causes) == (20, 10)
    assert short.shortened(listed=10).unlisted == {(Thing.PARTNERSHIP, Kind.ADDED): 240}
    assert Diff.from_json(short.as_json()) == short
    assert json.loads(short.as_json())["unlisted"]["partnerships"]["added"] == 150
    told = describe_diff(short)
    assert "partnerships: 250 added, 0 removed, 0 changed\n" in told
    assert "    and 10 more claims\n" in told
    assert told.endswith("\nand 150 more partnerships added\n")


@pytest.mark.slow
def test_the_files_of_a_large_change_stay_small_and_one_has_all_of_it(tmp_path):
    files = {file.name: file for file in write_changes(many(20_000, causes=50), tmp_path)}
    assert files["changes.json"].bytes < 100_000
    assert files["changes.txt"].bytes < 300_000
    with gzip.open(tmp_path / "changes.ndjson.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    assert [record["iri"] for record in records] == [*(f"p{n}" for n in range(20_000)), "a"]
    assert {len(record["causes"]) for record in records} == {50, 0}
    assert records[-1] == {
        **{"thing": "agreement", "kind": "removed", "iri": "a", "label": "B"},
        **{"changes": [], "causes": [], "more_causes": 0},
    }


def test_renames_are_shortened_too():
    base = "https://w3id.org/kota-kembar/"
    kinds = ["place"] * 3 + ["partnership"] * 200
    renames = tuple(Rename(f"{base}{kind}/x{n}", f"{base}{kind}/Q{n}", "A") for n, kind in enumerate(kinds))
    diff = replace(many(1), renames=renames)
    short = diff.shortened()
    assert (len(short.renames), short.more_renames) == (100, {"partnership": 103})
    assert short.count_renames() == diff.count_renames() == {"partnership": 200, "place": 3}
    assert Diff.from_json(short.as_json()) == short
    assert "renamed: 200 partnerships, 3 places\n" in describe_diff(short)
    assert describe_diff(short).endswith("and 103 more partnerships that are renamed\n")
    assert [record["kind"] for record in diff.records()].count("renamed") == 203


def test_a_short_list_is_whole():
    diff = many(3)
    assert diff.shortened() == diff


def test_the_json_is_read_back_whole(tmp_path):
    new = with_rows(row("T5")) | {"statements": dated("2019")["statements"] + row("T5")}
    for diff in (compare(tmp_path, {}, new), compare(tmp_path, new, {}), diff_stores(None, world_store())):
        assert Diff.from_json(diff.as_json()) == diff
        assert Diff.from_json(diff.as_json().encode()).as_json() == diff.as_json()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 2, "counts": 1}', "null"])
def test_another_text_is_refused(text):
    with pytest.raises(ReleaseError, match="not a list of changes in the layout 2"):
        Diff.from_json(text)


def test_changes_are_picked_by_sort_and_kind(tmp_path):
    diff = compare(tmp_path, {}, with_rows(row("T5")))
    assert [one.label for one in diff.select(Thing.AGREEMENT, Kind.ADDED)] == [OTHER_DOCUMENT]
    assert diff.select(Thing.PARTNERSHIP, Kind.CHANGED) == ()


def test_the_quads_added_and_removed_turn_the_old_release_into_the_new(tmp_path):
    statements = dated("2018-03-20")["statements"].replace("Signed", 'A "quoted"\\ word')
    old, new = make_store(tmp_path), make_store(tmp_path, statements=statements)
    added, removed = quad_changes(old, new)
    signed = '<https://w3id.org/kota-kembar/ontology#signedOn> "2018-03-{}"'
    assert sum(signed.format(20) in line for line in added) == 2
    assert sum(signed.format(19) in line for line in removed) == 2
    assert (len(added), added, removed) == (4, sorted(added), sorted(removed))
    for quad in read(removed):
        old.remove(quad)
    old.extend(read(added))
    assert {str(quad) for quad in old} == {str(quad) for quad in new}


def read(lines):
    return list(parse(io.BytesIO("\n".join(lines).encode()), RdfFormat.N_QUADS))


def test_no_quads_of_the_same_release():
    assert quad_changes(world_store(), world_store()) == ([], [])
    assert quad_changes(Store(), Store()) == ([], [])


def test_the_order_of_the_quads_does_not_matter():
    quads = list(world_store())
    backwards = Store()
    backwards.extend([*reversed(quads[5:]), *quads[:5]])
    assert quad_changes(world_store(), backwards) == ([], [])
    (gone,) = backwards.quads_for_pattern(resource("partnership", "Q11462-Q16520"), kk("since"), None)
    backwards.remove(gone)
    assert quad_changes(world_store(), backwards) == ([], [f"{gone} ."])
    assert quad_changes(backwards, world_store()) == ([f"{gone} ."], [])
