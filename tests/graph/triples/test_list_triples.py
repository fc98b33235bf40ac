"""What lists give becomes triples: names, numbers, statements, matches; what nobody knows becomes none."""

from dataclasses import replace

import pytest

from graph.downloads.tables.tables import TABLES
from graph.model.claims import GeoNamesEntry, Source
from graph.model.matches import Decision, Match, Mention
from graph.pipeline.summary import count_model
from graph.reconcile.acceptance import find_parts
from graph.reconcile.reconcile import reconcile
from graph.triples.model import build_quads
from loaders.collection import load_collections
from ontology import BASE, PREFIXES
from tests.kit.graph.claims import LIVERPOOL, SURABAYA, claim, place
from tests.kit.graph.collections import write_collection

KK, SKOS, DCTERMS = (PREFIXES[name] for name in ("kk", "skos", "dcterms"))
STATEMENT = "http://www.wikidata.org/entity/statement/Q11462-6B8F1D2A-0000-4000-8000-000000000001"


RDFS_LABEL = PREFIXES["rdfs"] + "label"


@pytest.fixture
def tiny(tmp_path):
    (loaded,) = load_collections([write_collection(tmp_path / "tiny")])
    return loaded


def with_places(loaded, **changes):
    """The collection with fields of some places changed, by id."""
    return replace(loaded, places=tuple(replace(p, **changes.get(p.id, {})) for p in loaded.places))


def triples(loaded, subject):
    found = {}
    for quad in build_quads(reconcile([loaded])):
        if quad.subject.value == BASE + subject:
            found.setdefault(quad.predicate.value, []).append(quad.object.value)
    return {name: sorted(values) for name, values in found.items()}


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ((("en", "Nice"), ("id", "Nice")), [("en", "Nice"), ("id", "Nice")]),
        ((("de", "Nizza"),), [("", "Nizza"), ("de", "Nizza")]),
        ((("", "Nizza"),), [("", "Nizza")]),
    ],
)
def test_a_label_has_the_language_of_its_list_and_one_is_english_or_of_no_language(tiny, labels, told):
    loaded = with_places(tiny, **{LIVERPOOL: {"labels": labels}})
    found = {
        (quad.object.language or "", quad.object.value)
        for quad in build_quads(reconcile([loaded]))
        if (quad.subject.value, quad.predicate.value) == (f"{BASE}place/{LIVERPOOL}", RDFS_LABEL)
    }
    assert sorted(found) == told


def test_a_source_of_no_stated_language_has_none(tiny):
    claims = tuple(replace(one, source=replace(one.source, language="")) for one in tiny.claims)
    told = triples(replace(tiny, claims=claims), f"source/{claims[0].source.id}")
    assert DCTERMS + "language" not in told
    assert triples(tiny, f"source/{claims[0].source.id}")[DCTERMS + "language"] == ["en"]


def test_a_place_tells_its_further_names_number_of_people_and_old_ids(tiny):
    more = {
        "other_names": ("Soerabaja", "City of Heroes"),
        "population": 2_874_314,
        "codes": (("kemendagri", "35.78"), ("geonames", "1625822")),
        "replaces": ("x-id-surabaya-123456",),
    }
    loaded = with_places(tiny, **{SURABAYA: more})
    described = triples(loaded, f"place/{SURABAYA}")
    assert described[SKOS + "altLabel"] == ["City of Heroes", "Soerabaja"]
    assert described[KK + "population"] == ["2874314"]
    assert (described[KK + "geonamesId"], described[KK + "kemendagriCode"]) == (["1625822"], ["35.78"])
    moved = triples(loaded, "place/x-id-surabaya-123456")
    assert moved == {DCTERMS + "isReplacedBy": [f"{BASE}place/{SURABAYA}"]}
    (row,) = (row for row in TABLES["places.csv"].rows(reconcile([loaded])) if row["id"] == SURABAYA)
    assert [row[name] for name in ("other_names", "population", "geonames_id", "kemendagri_code")] == [
        "Soerabaja;City of Heroes", "2874314", "1625822", "35.78",
    ]  # fmt: skip


def test_names_that_only_geonames_has_are_hidden_labels_in_its_graph(tiny):
    entry = GeoNamesEntry(1625822, ("Surabaya Kota",), further=("Soerabaja", "泗水"))
    described = triples(with_places(tiny, **{SURABAYA: {"geonames": entry}}), f"place/{SURABAYA}")
    assert described[SKOS + "altLabel"] == ["Surabaya Kota"]
    assert described[SKOS + "hiddenLabel"] == ["Soerabaja", "泗水"]


def test_a_place_whose_country_nobody_knows_has_none_and_its_pairs_are_not_called_domestic(tiny):
    loaded = with_places(tiny, **{LIVERPOOL: {"country": ""}})
    assert KK + "country" not in triples(loaded, f"place/{LIVERPOOL}")
    pair = f"partnership/{SURABAYA}-{LIVERPOOL}"
    assert triples(tiny, pair)[KK + "domestic"] == ["false"]
    assert KK + "domestic" not in triples(loaded, pair)
    model = reconcile([loaded])
    (row,) = TABLES["partnerships.csv"].rows(model)
    assert (row["domestic"], row["party_b_country"], row["party_b_name_en"]) == ("", "", "Liverpool")
    assert count_model(model)["countries_with_partner"] == 1


def test_a_claim_names_its_statement_and_what_that_cites(tiny):
    cited = (
        "https://example.org/a?b=c",
        "http://www.wikidata.org/entity/Q36524",
        "a book, p. 7",
        "https://a b",
    )
    first, *others = tiny.claims
    loaded = replace(tiny, claims=(replace(first, statement=STATEMENT, references=cited), *others))
    described = triples(loaded, f"claim/{first.id}")
    assert described[KK + "wikidataStatement"] == [STATEMENT]
    assert described[DCTERMS + "references"] == sorted(cited[:2])
    assert described[SKOS + "editorialNote"] == [
        "It cites what is no address on the web: a book, p. 7",
        "It cites what is no address on the web: https://a b",
    ]
    row = next(row for row in TABLES["claims.csv"].rows(reconcile([loaded])) if row["id"] == first.id)
    assert (row["statement"], row["references"]) == (STATEMENT, ";".join(cited))


def test_a_source_is_part_of_what_it_is_a_snapshot_of(tiny):
    whole = "http://www.wikidata.org/entity/Q2013"
    source = replace(tiny.claims[0].source, part_of=whole, url="not an address")
    loaded = replace(tiny, claims=tuple(replace(one, source=source) for one in tiny.claims))
    described = triples(loaded, f"source/{source.id}")
    assert described[DCTERMS + "isPartOf"] == [whole]
    assert described[DCTERMS + "identifier"] == ["not an address"]
    assert PREFIXES["schema"] + "url" not in described


def test_a_pair_tells_which_party_wikidata_lists_it_under(tiny):
    wikidata = Source("w", "https://w.example/", "Snapshot", "Wikidata", "en", "knowledge-base")
    wikidata = replace(wikidata, part_of="http://www.wikidata.org/entity/Q2013")
    listing = claim("continuation", collection="tiny", listed_by=LIVERPOOL)
    pair = f"partnership/{SURABAYA}-{LIVERPOOL}"
    elsewhere = replace(tiny, claims=(*tiny.claims, listing))
    assert KK + "listedInWikidataBy" not in triples(elsewhere, pair)
    there = replace(tiny, claims=(*tiny.claims, replace(listing, source=wikidata)))
    assert triples(there, pair)[KK + "listedInWikidataBy"] == [f"{BASE}place/{LIVERPOOL}"]


def match(name, decision, place="", **fields):
    return Match("tiny", Mention(name, **fields), place, decision, 0.9, ("same-name", "near"))


def test_matches_are_kept_with_their_reasons_but_for_those_that_the_list_states(tiny):
    found = (
        match("Surabaja", Decision.MATCHED, SURABAYA, stated_country="Indonesien", country="Q252"),
        match("Springfield", Decision.UNDECIDED),
        match("Liverpool", Decision.STATED, LIVERPOOL, qid=LIVERPOOL),
    )
    model = reconcile([replace(tiny, matches=found)])
    assert [one.mention.name for one in model.matches] == ["Surabaja", "Springfield"]
    nodes = {q.subject.value for q in build_quads(model) if "/match/" in q.subject.value}
    by_name = {}
    for quad in build_quads(model):
        if quad.subject.value in nodes:
            assert quad.graph_name.value == BASE + "graph/tiny"
            by_name.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(
                quad.object.value
            )
    one, other = sorted(by_name.values(), key=lambda claim: claim[KK + "statedName"])
    assert one[KK + "statedName"] == ["Springfield"]
    assert one[KK + "decision"] == [BASE + "vocab/decision/undecided"]
    assert not {KK + "matchedPlace", KK + "statedCountry"} & one.keys()
    assert other[KK + "statedCountry"] == ["Indonesien"]
    assert other[KK + "matchedPlace"] == [f"{BASE}place/{SURABAYA}"]
    assert other[KK + "score"] == ["0.9"]
    assert other[KK + "collection"] == [BASE + "collection/tiny"]
    assert other[KK + "matchReason"] == [f"{BASE}vocab/match-reason/{r}" for r in ("same-name", "near")]


def test_a_match_is_known_by_its_mention_and_decision_whatever_the_evidence(tiny):
    def ids(*matches):
        quads = build_quads(reconcile([replace(tiny, matches=matches)]))
        return {quad.subject.value for quad in quads if "/match/" in quad.subject.value}

    here = match("Springfield", Decision.MATCHED, SURABAYA, latitude=39.8, longitude=-89.64)
    there = match("Springfield", Decision.MATCHED, SURABAYA, latitude=42.1, longitude=-72.59)
    assert ids(here) == ids(replace(here, score=0.5, reasons=("far",), records=7))
    assert len(ids(here, there, replace(here, place=LIVERPOOL))) == 3
    assert all(one.startswith(BASE + "match/tiny/") and len(one.rsplit("/", 1)[1]) == 12 for one in ids(here))


def test_r8_finds_the_parts_of_a_place_in_one_pass():

    places = {
        p.id: p for p in (place("Q1", "province"), place("Q3", part_of="Q1"), place("Q2", part_of="Q1"))
    }
    assert {whole: [one.id for one in parts] for whole, parts in find_parts(places).items()} == {
        "Q1": ["Q3", "Q2"]
    }
