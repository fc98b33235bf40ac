"""RDF of Wikidata: the same facts as in JSON, in any order of the nodes, as a stream."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
from dataclasses import replace

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from graph.model.dates import PartialDate
from loaders.wikidata import entity_json
from loaders.wikidata.model import Item, Reference, Twinning, Unreadable
from loaders.wikidata.rdf.reader import read_entities
from tests.kit import paths
from tests.kit.memory import peak_bytes

DATA = paths.DATA / "entities"
SHARED = paths.SHARED / "data" / "wikidata-rdf"
TURTLE = (DATA / "entity.ttl").read_text(encoding="utf-8")
PREFIXES = TURTLE[: TURTLE.index("data:Q11462")]
FIRST = "Q11462-00000001-0000-4000-8000-000000000000"


def twinnings_of(found):
    return {one.statement: replace(one, line=0) for one in found if isinstance(one, Twinning)}


def write(folder, text, name="entity.ttl"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def as_lines():
    """The entity as N-Triples, in the order of the Turtle."""
    quads = parse(TURTLE.encode(), format=RdfFormat.TURTLE)
    return (
        serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
        .decode()
        .splitlines(keepends=True)
    )


@pytest.fixture
def shared():
    if not SHARED.exists():
        pytest.skip("../shared/data/wikidata-rdf is absent")
    return SHARED


@pytest.fixture(scope="module")
def from_json():
    """What the answer of the API says, with the addresses as RDF has them."""
    return [encoded(one) for one in entity_json.read_entities(DATA / "answer.json")]


def encoded(found):
    if not isinstance(found, Twinning):
        return found
    references = tuple(replace(one, url=one.url.replace(" ", "%20")) for one in found.references)
    remark = found.remark.replace("+1990-00-00T", "1990-01-01T")
    return replace(found, references=references, remark=remark)


def test_turtle_says_what_json_says(from_json):
    found = list(read_entities(DATA / "entity.ttl"))
    assert twinnings_of(found) == twinnings_of(from_json)
    items = [one for one in found if isinstance(one, Item)]
    assert items[0] == from_json[0]
    assert items[1] == Item("Q24826", redirects=("Q99000001",))
    assert [replace(items[2], redirects=("Q99000001",)), items[3]] == [
        one for one in from_json[1:] if isinstance(one, Item)
    ]


def test_n_triples_of_a_dump_say_what_json_says(tmp_path, from_json):
    path = write(tmp_path, "".join(as_lines()), "dump.nt")
    found = list(read_entities(path, "P190"))
    assert twinnings_of(found) == twinnings_of(from_json)
    assert [one for one in found if isinstance(one, Item)] == [from_json[0]]


@pytest.mark.parametrize("name", ["dump.nt", "dump.ttl"])
@pytest.mark.parametrize("order", [sorted, lambda lines: sorted(lines, reverse=True)])
def test_no_reference_or_time_is_lost_where_it_stands_elsewhere(tmp_path, from_json, name, order):
    path = write(tmp_path, "".join(order(as_lines())), name)
    assert by_references(read_entities(path)) == by_references(from_json)


def by_references(found):
    return {
        key: replace(one, references=tuple(sorted(one.references, key=repr)))
        for key, one in twinnings_of(found).items()
    }


def test_a_time_that_another_entity_wrote_earlier_is_found(tmp_path):
    time = """
v:shared a wikibase:TimeValue ;
	wikibase:timeValue "1960-05-24T00:00:00Z"^^xsd:dateTime ;
	wikibase:timePrecision "11"^^xsd:integer .
"""
    statement = """
wd:Q2773 p:P190 s:Q2773-0000000D-0000-4000-8000-000000000000 .
s:Q2773-0000000D-0000-4000-8000-000000000000 wikibase:rank wikibase:NormalRank ;
	ps:P190 wd:Q10389 ;
	pq:P580 "1960-05-24T00:00:00Z"^^xsd:dateTime ;
	pqv:P580 v:shared .
"""
    other = 'wd:Q1 rdfs:label "Universe"@en .\n'
    path = write(tmp_path, f"{PREFIXES}{other}{time}{statement}{other}")
    assert [one.start for one in twinnings_of(read_entities(path, "P190")).values()] == [
        PartialDate(1960, 5, 24)
    ]


def test_what_is_nowhere_in_the_file_is_told(tmp_path):
    text = TURTLE.replace("\nref:0002 a", "\nref:0009 a").replace("\nv:20180319 a", "\nv:20180320 a")
    found = twinnings_of(read_entities(write(tmp_path, text)))[FIRST]
    assert found.start == PartialDate(2018)
    assert [one.url for one in found.references] == ["https://www.surabaya.go.id/sister%20city"]
    assert found.remark == (
        "references that the file does not have: 1; start given as 2018-03-19T00:00:00Z without its precision"
    )


def test_truthy_triples_are_twinnings_without_qualifiers():
    found = list(read_entities(DATA / "truthy.nt", "P190"))
    assert found[:4] == [
        Item("Q24826", labels=(("en", "Liverpool"),), countries=(("Q145", "normal"),)),
        Twinning("Q24826-Q11462", "Q24826", "Q11462", line=1),
        Twinning("Q24826-Q11725", "Q24826", "Q11725", line=1),
        Twinning("Q24826-somevalue", "Q24826", "", remark="the partner is unknown", line=1),
    ]
    assert (type(found[4]), found[4].line) == (Unreadable, 8)
    assert found[5:] == [
        Item("Q11462", labels=(("en", "Surabaya"),), population=2874314),
        Twinning("Q11462-Q24826", "Q11462", "Q24826", line=6),
    ]


def test_without_a_property_all_items_are_read():
    found = read_entities(DATA / "truthy.nt")
    assert [one.qid for one in found if isinstance(one, Item)] == ["Q24826", "Q11462", "Q2"]


def test_no_partner_is_told_of_truthy_triples_too(tmp_path):
    path = write(
        tmp_path, f"{PREFIXES}wd:Q5 a wikibase:Item , wdno:P190 ; wdt:P190 <https://example.org/x> ."
    )
    _, foreign, none = read_entities(path)
    assert foreign == Unreadable(0, "a P190 triple of Q5 cannot be read: https://example.org/x is no item")
    assert (none.statement, none.object, none.remark) == ("Q5-novalue", "", "it is said to have no partner")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ps:P190 wd:Q24826", "ps:P190 wd:P17", "http://www.wikidata.org/entity/P17 is no item"),
        ("wikibase:PreferredRank ;\n\tps:P190", "wikibase:OtherRank ;\n\tps:P190", "'other' is no rank"),
        ('timePrecision "11"', 'timePrecision "day"', "'day'"),
        ("ps:P190 wd:Q24826", "ps:P190 wd:Q24826, wd:Q64", "it lists 2 partners"),
        (
            "wikibase:PreferredRank ;\n\tps:P190",
            "wikibase:PreferredRank, wikibase:DeprecatedRank ;\n\tps:P190",
            "it has 2 ranks",
        ),
    ],
)
def test_a_statement_that_means_nothing_leaves_the_others(tmp_path, old, new, told):
    assert old in TURTLE
    found = list(read_entities(write(tmp_path, TURTLE.replace(old, new, 1))))
    issues = [one for one in found if isinstance(one, Unreadable)]
    assert len(issues) == 1
    assert told in issues[0].reason
    assert len(twinnings_of(found)) == 8


def test_turtle_is_read_on_after_a_fault(tmp_path):
    text = TURTLE.replace("ps:P190 wd:Q24826 ;", "ps:P190 wd:Q24826 wd: ;")
    found = list(read_entities(write(tmp_path, text)))
    faults = [one for one in found if isinstance(one, Unreadable)]
    line = text[: text.index("wd:Q24826 wd:")].count("\n") + 1
    assert [one.line for one in faults] == [line]
    assert faults[0].reason.startswith("no Turtle: ")
    assert "Q11462-00000002-0000-4000-8000-000000000000" in twinnings_of(found)


@pytest.mark.parametrize(("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
@pytest.mark.parametrize("name", ["truthy.nt", "entity.ttl"])
def test_a_compressed_file_says_the_same(tmp_path, name, suffix, compress):
    path = tmp_path / f"{name}{suffix}"
    path.write_bytes(compress((DATA / name).read_bytes()))
    assert list(read_entities(path)) == list(read_entities(DATA / name))


@pytest.mark.parametrize("name", ["truthy.nt", "entity.ttl"])
def test_a_byte_order_mark_says_nothing(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + (DATA / name).read_bytes())
    assert list(read_entities(path)) == list(read_entities(DATA / name))


@pytest.mark.parametrize("name", ["truthy.nt", "entity.ttl"])
def test_a_file_that_is_cut_short_is_told(tmp_path, name):
    path = tmp_path / f"{name}.gz"
    path.write_bytes(gzip.compress((DATA / name).read_bytes())[:-9])
    faults = [one for one in read_entities(path) if isinstance(one, Unreadable)]
    assert "the file ends early or is damaged" in faults[-1].reason


def write_dump(path, entities):
    """Write entities, one in ten with a partner, whose time stands with an entity before."""
    lines = as_lines()
    first = [line for line in lines if FIRST in line or "2018" in line or "/ref" in line]
    others = [line for line in lines if "prop/direct/P31" in line or "label" in line]
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        for number in range(1, entities + 1):
            chosen = first if number % 10 == 0 else others
            file.writelines(line.replace("Q11462", f"Q{number}") for line in chosen)
    return path


@pytest.mark.slow
def test_a_dump_is_read_in_constant_memory(tmp_path):
    path, counts = write_dump(tmp_path / "dump.nt.gz", 20_000), []

    def read():
        counts.append(sum(isinstance(one, Twinning) for one in read_entities(path, "P190")))

    assert peak_bytes(read) < 1_000_000
    assert {*counts} == {2_000}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Q42.ttl", ("Douglas Adams", "Q5")),
        ("Q24628793.ttl", ("The amazing world of bacterial structured RNAs", "Q7318358")),
    ],
)
def test_entity_data_as_wikidata_writes_it(shared, name, expected):
    items = [one for one in read_entities(shared / name) if isinstance(one, Item)]
    assert [(dict(one.labels)["en"], *one.instance_of) for one in items] == [expected]


@pytest.mark.shared
def test_a_chunk_of_the_dump_as_wikidata_writes_it(shared):
    assert list(read_entities(shared / "small_dump_chunk.ttl")) == [Item("Q31"), Item("Q8")]


@pytest.mark.shared
def test_a_dated_statement_with_references_as_wikidata_writes_it(shared, tmp_path):
    """The marriage of Q42 stands in for a twinning: the same nodes under another property."""
    text = (shared / "Q42.ttl").read_text(encoding="utf-8").replace(":P26 ", ":P190 ")
    twinnings = twinnings_of(read_entities(write(tmp_path, text, "Q42.ttl"), "P190"))
    assert list(twinnings) == ["q42-b88670f8-456b-3ecb-cf3d-2bca2cf7371e"]
    twinning = next(iter(twinnings.values()))
    assert (twinning.subject, twinning.object, twinning.rank) == ("Q42", "Q14623681", "normal")
    assert (twinning.start, twinning.end) == (PartialDate(1991, 11, 25), PartialDate(2001, 5, 11))
    assert twinning.references == (
        Reference(url="http://www.nndb.com/people/731/000023662/", retrieved=dt.date(2013, 12, 7)),
    )
    assert twinning.remark == "further qualifiers: P1534"
