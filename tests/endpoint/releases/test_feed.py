from dataclasses import replace
from xml.etree import ElementTree

import pytest

from endpoint.releases import feed
from endpoint.releases.feed import ReleaseChanges, atom, read_changes
from endpoint.releases.summary import CHANGES
from graph.diff.types import ClaimChange, Counts, Diff, Kind, Thing, ThingChange, ValueChange
from graph.pipeline.build import build
from graph.store.releases import list_releases
from ontology import BASE
from tests.kit.graph.diff import compare, load, row, with_rows

NS = {"a": "http://www.w3.org/2005/Atom", "h": "http://www.w3.org/1999/xhtml"}
HOST = "http://localhost:8000/"
COUNTS = {
    "partnerships": {"accepted": 2, "intent": 1, "claimed": 3},
    "agreements": 4,
    "claims": 5,
    "triples": 600,
}
HOLDS = "It holds 2 accepted, 1 intended and 3 claimed partnerships, 4 agreements, 5 claims and 600 triples"
FIRST = Diff(after=Counts(2, 1, 3, 4, 5), new="2026-01-31-aaaaaaaa")


def release(name="2026-01-31-aaaaaaaa", diff=FIRST):
    return ReleaseChanges(name, name[:10], COUNTS, diff)


def changed(**fields):
    """A diff of one partnership whose since has changed."""
    values = {
        "thing": Thing.PARTNERSHIP,
        "kind": Kind.CHANGED,
        "iri": BASE + "partnership/Q1-Q2",
        "label": "A – B",
        "changes": (ValueChange("since", ("2018",), ("2019",)),),
        "causes": (ClaimChange(f"{BASE}claim/x/T1", Kind.ADDED, "https://example.org/", "Says so"),),
    }
    things = (ThingChange(**{**values, **fields}),)
    return Diff(Counts(2, 1, 3, 4, 5), Counts(2, 1, 3, 4, 4), things=things, old="2026-01-30-0", new="n")


def parsed(*releases, base=HOST):
    return ElementTree.fromstring(atom(releases, base))


def values(element, path):
    return [one.text for one in element.findall(path, NS)]


def items(root):
    """The text of each thing listed, its causes left out, and of each cause."""
    things = root.findall(".//h:div/h:ul/h:li", NS)
    told = [
        "".join(part for child in one if child.tag[-2:] != "ul" for part in child.itertext())
        for one in things
    ]
    tails = ["".join(child.tail or "" for child in one) for one in things]
    causes = ["".join(one.itertext()) for one in root.findall(".//h:li/h:ul/h:li", NS)]
    return [name + tail for name, tail in zip(told, tails, strict=True)], causes


def test_the_feed_has_what_rfc_4287_asks_for():
    root = parsed(release())
    assert root.tag == "{http://www.w3.org/2005/Atom}feed"
    assert values(root, "a:id") == ["https://w3id.org/kota-kembar/data/changes.atom"]
    assert values(root, "a:title") == ["Kota Kembar: changes"]
    assert values(root, "a:updated") == ["2026-01-31T00:00:00Z"]
    assert values(root, "a:author/a:name") == ["Kota Kembar"]
    links = {one.get("rel"): (one.get("type"), one.get("href")) for one in root.findall("a:link", NS)}
    assert links == {
        "self": ("application/atom+xml", "http://localhost:8000/data/changes.atom"),
        "alternate": ("text/html", "http://localhost:8000/data/"),
    }


def test_an_entry_has_what_rfc_4287_asks_for():
    (entry,) = parsed(release()).findall("a:entry", NS)
    assert values(entry, "a:id") == ["https://w3id.org/kota-kembar/release/2026-01-31-aaaaaaaa"]
    assert values(entry, "a:title") == ["Release 2026-01-31-aaaaaaaa"]
    assert values(entry, "a:updated") == ["2026-01-31T00:00:00Z"]
    assert values(entry, "a:summary") == [f"The first release. {HOLDS}."]
    folder = "http://localhost:8000/data/2026-01-31-aaaaaaaa/"
    assert [(one.get("rel"), one.get("href")) for one in entry.findall("a:link", NS)] == [
        ("alternate", folder),
        ("related", folder + "changes.json"),
    ]
    (content,) = entry.findall("a:content", NS)
    assert content.get("type") == "xhtml"
    assert [child.tag for child in content] == ["{http://www.w3.org/1999/xhtml}div"]
    assert values(content, "h:div/h:p") == ["The first release", HOLDS]


def test_a_change_is_told_with_its_cause():
    root = parsed(release(diff=changed()))
    assert values(root, ".//h:h3") == ["Partnerships changed (1)"]
    assert items(root) == (
        ["A – B: since 2018 → 2019"],
        ["added claim x/T1: Says so https://example.org/"],
    )
    assert [one.get("href") for one in root.findall(".//h:a", NS)] == [
        "http://localhost:8000/partnership/Q1-Q2",
        "http://localhost:8000/claim/x/T1",
        "https://example.org/",
    ]
    assert values(root, ".//a:summary") == [
        "Compared with release 2026-01-30-0. partnerships: 0 added, 0 removed, 1 changed. "
        "agreements: 0 added, 0 removed, 0 changed. claims: 0 added, 0 removed, 0 changed. " + HOLDS + "."
    ]


def test_what_was_removed_is_not_linked():
    gone = ClaimChange(f"{BASE}claim/x/T1", Kind.REMOVED, "javascript:alert(1)", "Says so")
    root = parsed(release(diff=changed(kind=Kind.REMOVED, causes=(gone,))))
    assert values(root, ".//h:h3") == ["Partnerships removed (1)"]
    assert items(root)[1] == ["removed claim x/T1: Says so javascript:alert(1)"]
    assert root.findall(".//h:a", NS) == []


def test_a_change_without_a_cause_says_so():
    assert items(parsed(release(diff=changed(causes=()))))[1] == [
        "no claim about it is different: the places, the rules or the date of compilation are"
    ]


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("<b>A & B</b> \"x\" 'y' ]]>", "<b>A & B</b> \"x\" 'y' ]]>"),
        ("&lt;script>", "&lt;script>"),
        ("北九州市 – 𝒜", "北九州市 – 𝒜"),
        ("A\x00\x01\x1b\ufffe B", "A\ufffd\ufffd\ufffd\ufffd B"),
    ],
)
def test_any_text_is_escaped(label, read):
    claim = ClaimChange(f"{BASE}claim/x/T1", Kind.ADDED, f"https://example.org/?a=1&b={label}", label)
    root = parsed(release(diff=changed(label=label, causes=(claim,))))
    assert items(root)[0] == [f"{read}: since 2018 → 2019"]
    assert items(root)[1] == [f"added claim x/T1: {read} https://example.org/?a=1&b={read}"]
    assert root.findall(".//h:a", NS)[-1].get("href").endswith("claim/x/T1"), "a text that is no address"
    assert "script" not in {one.tag.rsplit("}", 1)[1] for one in root.iter()}


def test_a_source_with_an_address_is_linked():
    claim = ClaimChange(f"{BASE}claim/x/T1", Kind.ADDED, "https://example.org/?a=1&b='北九州市'", "Says so")
    root = parsed(release(diff=changed(causes=(claim,))))
    assert root.findall(".//h:a", NS)[-1].get("href") == "https://example.org/?a=1&b='北九州市'"


def test_releases_of_one_day_keep_their_order_and_their_ids():
    names = ["2026-02-01-cccccccc", "2026-01-31-aaaaaaaa", "2026-01-31-bbbbbbbb"]
    root = parsed(*map(release, names))
    assert values(root, "a:entry/a:id") == [f"{BASE}release/{name}" for name in names]
    assert values(root, "a:updated") == ["2026-02-01T00:00:00Z"]
    assert values(root, "a:entry/a:updated") == [f"{name[:10]}T00:00:00Z" for name in names]


def test_a_long_list_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(feed, "_SHOWN", 2)
    (one,) = changed().things
    claims = tuple(replace(one.causes[0], iri=f"{BASE}claim/x/T{n}") for n in range(4))
    things = tuple(replace(one, iri=f"{one.iri}{n}", causes=claims) for n in range(5))
    root = parsed(release(diff=replace(changed(), things=things).shortened(listed=3, causes=2)))
    assert values(root, ".//h:h3") == ["Partnerships changed (5)"]
    listed, causes = items(root)
    assert (len(listed), causes[2], len(causes)) == (2, "and 2 more claims", 6)
    (rest,) = root.findall(".//h:p/h:a/..", NS)
    assert "".join(rest.itertext()) == "and 3 more: all changes"
    assert rest[0].get("href") == "http://localhost:8000/data/2026-01-31-aaaaaaaa/changes.ndjson.gz"


def test_a_feed_without_releases_is_still_atom():
    root = parsed()
    assert (values(root, "a:updated"), root.findall("a:entry", NS)) == (["1970-01-01T00:00:00Z"], [])


def test_the_same_releases_give_the_same_bytes():
    once, again = (atom([release(diff=changed())], HOST) for _ in range(2))
    assert once == again
    assert once.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=")
    assert once.endswith(b"</feed>\n")


@pytest.mark.slow
def test_the_changes_of_a_release_are_read_from_its_file(tmp_path):
    build(lambda: load(tmp_path / "tiny"), tmp_path / "home")
    later = build(
        lambda: load(tmp_path / "tiny", **with_rows(row("T5"))), tmp_path / "home", force=True
    ).release
    diff = compare(tmp_path / "again", {}, with_rows(row("T5")))
    kept = list_releases(tmp_path / "home")
    (kept[1].files_path / CHANGES).unlink(missing_ok=True)
    newest, oldest = read_changes(kept)
    assert (newest.id, newest.compiled) == (later.id, "2026-01-31")
    assert newest.diff == replace(diff, old=oldest.id, new=newest.id)
    assert newest.counts["partnerships"] == {"accepted": 2, "intent": 0, "claimed": 0}
    assert oldest.diff is None
    root = parsed(newest, oldest)
    assert values(root, ".//h:h3") == ["Partnerships added (1)", "Agreements added (1)"]
    assert "What is different from the release before was not kept" in values(root, ".//h:p")


@pytest.mark.slow
def test_a_file_that_is_no_list_of_changes_is_left_out(tmp_path):
    made = build(lambda: load(tmp_path / "tiny"), tmp_path / "home").release
    made.files_path.mkdir(exist_ok=True)
    (made.files_path / CHANGES).write_text("{}", encoding="utf-8")
    assert read_changes([made])[0].diff is None
