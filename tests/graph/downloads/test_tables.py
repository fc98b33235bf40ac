"""The CSV tables: exact rows of a small model, and the bundled tables against the graph."""

import csv
import datetime as dt
import io
from dataclasses import replace

import pandas as pd
import pytest

from graph.downloads.tables.tables import TABLES, write_tables
from graph.model.claims import Signatory
from graph.model.conclusions import Outcome
from graph.model.dates import parse_date
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled, load_collections
from tests.kit.graph.claims import LIVERPOOL, SURABAYA, claim
from tests.kit.graph.collections import FILES, write_collection

EVENTS = """\
LoI,intent,statement-of-intent,intent,,,signedOn,,,,
hearsay,continuation,,,,active,asOf,,,,
"""
STATEMENTS = '''\
T5,Kota Surabaya,ID,Kitakyushu,JP,LoI,2011-03,,,,,Wants to sign,example-org-087a05,,
T6,Kitakyushu,JP,Liverpool,GB,hearsay,2019,,,,,"Says, it ""exists""",example-org-e7b764,,
'''
SOURCES = "example-org-e7b764,https://example.org/blog,A blog,,en,blog,,\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The tiny collection with an intended and a claimed pair."""
    folder = write_collection(
        tmp_path_factory.mktemp("tables") / "tiny",
        event_map=FILES["event_map.csv"] + EVENTS,
        statements=FILES["statements.csv"] + STATEMENTS,
        sources=FILES["sources.csv"] + SOURCES,
        collection=FILES["collection.toml"].replace("rows = 4", "rows = 6"),
    )
    return reconcile(load_collections([folder]))


@pytest.fixture(scope="module")
def bundled_model():
    return reconcile(load_bundled())


def read(model, folder, name):
    """The rows as csv reads them, without the empty cells."""
    write_tables(model, folder)
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [{column: cell for column, cell in row.items() if cell} for row in csv.DictReader(file)]


BASE = "https://w3id.org/kota-kembar/"
A = {"party_a": SURABAYA, "party_a_name_en": "Surabaya", "party_a_name_id": "Kota Surabaya",
     "party_a_country": "ID"}  # fmt: skip
LIVERPOOL_CELLS = {"": LIVERPOOL, "_name_en": "Liverpool", "_name_id": "Liverpool", "_country": "GB"}
KITAKYUSHU_CELLS = {"": "Q188806", "_name_en": "Kitakyushu", "_name_id": "Kitakyushu", "_country": "JP"}


def party(side, cells):
    return {f"party_{side}{column}": cell for column, cell in cells.items()}


def test_places(model, tmp_path):
    rows = read(model, tmp_path, "places.csv")
    assert [row["id"] for row in rows] == ["Q11462", "Q145", "Q17", "Q188806", "Q24826", "Q252"]
    assert rows[0] == {
        "id": SURABAYA, "iri": BASE + "place/Q11462", "name_en": "Surabaya", "name_id": "Kota Surabaya",
        "kind": "city", "level": "city", "comparable_levels": "city",
        "country": "ID", "country_name_en": "Indonesia", "country_name_id": "Indonesia",
        "wikidata": SURABAYA, "kemendagri_code": "35.78", "latitude": "-7.25", "longitude": "112.75",
        "partners": "1",
    }  # fmt: skip
    assert rows[1] == {
        "id": "Q145", "iri": BASE + "place/Q145", "name_en": "United Kingdom", "name_id": "Inggris Raya",
        "kind": "country", "level": "country", "comparable_levels": "country",
        "country": "GB", "country_name_en": "United Kingdom", "country_name_id": "Inggris Raya",
        "wikidata": "Q145", "iso_code": "GB", "partners": "0",
    }  # fmt: skip
    assert (rows[3]["native_names"], rows[3]["partners"]) == ("北九州市 (ja)", "0")


def test_partnerships_are_accepted_intended_or_claimed(model, tmp_path):
    rows = read(model, tmp_path, "partnerships.csv")
    assert [(row["id"], row["outcome"]) for row in rows] == [
        ("Q11462-Q188806", "intent"), ("Q11462-Q24826", "accepted"), ("Q24826-Q188806", "claimed"),
    ]  # fmt: skip
    assert rows[0] == {
        "id": "Q11462-Q188806", "iri": BASE + "partnership/Q11462-Q188806", "outcome": "intent",
        "label_en": "Surabaya – Kitakyushu", "label_id": "Kota Surabaya – Kitakyushu",
        **A, **party("b", KITAKYUSHU_CELLS), "domestic": "false",
        "status": "intent", "agreements": "Q11462-Q188806-intent-2011",
        "source_count": "1", "claim_count": "2", "claims": "tiny/T2;tiny/T5",
    }  # fmt: skip
    assert rows[1] == {
        "id": "Q11462-Q24826", "iri": BASE + "partnership/Q11462-Q24826", "outcome": "accepted",
        "label_en": "Surabaya – Liverpool", "label_id": "Kota Surabaya – Liverpool",
        **A, **party("b", LIVERPOOL_CELLS), "domestic": "false",
        "relation": "sister-city", "relation_claim": "tiny/T1",
        "status": "unknown",
        "since": "2018-03-19", "since_year": "2018", "since_claim": "tiny/T1",
        "domains": "port-management", "agreements": "Q11462-Q24826-founding-2018",
        "source_count": "1", "claim_count": "1", "claims": "tiny/T1",
    }  # fmt: skip


def test_agreements(model, tmp_path):
    rows = read(model, tmp_path, "agreements.csv")
    assert [row["id"] for row in rows] == ["Q11462-Q188806-intent-2011", "Q11462-Q24826-founding-2018"]
    assert (rows[0]["signed_on"], rows[0]["signed_year"], rows[0]["outcome"]) == ("2011-03", "2011", "intent")
    assert rows[1] == {
        "id": "Q11462-Q24826-founding-2018", "iri": BASE + "agreement/Q11462-Q24826-founding-2018",
        "partnership": "Q11462-Q24826", "outcome": "accepted",
        "label_en": "Memorandum of understanding: Surabaya – Liverpool (2018)",
        "label_id": "Nota kesepahaman: Kota Surabaya – Liverpool (2018)",
        **A, **party("b", LIVERPOOL_CELLS),
        "document_type": "mou", "document_type_claim": "tiny/T1", "family": "founding",
        "relation": "sister-city", "signed_on": "2018-03-19", "signed_year": "2018",
        "signed_on_claim": "tiny/T1", "venue": "City hall", "domains": "port-management",
        "signatories": "Tri Rismaharini, mayor, Surabaya", "source_count": "1", "claims": "tiny/T1",
    }  # fmt: skip


SOURCE = {
    "source": "example-org-087a05", "source_url": "https://example.org/mou", "source_title": "The MoU",
    "source_publisher": "City", "source_type": "government-site", "source_language": "en",
    "source_issued": "2018-05",
}  # fmt: skip
TINY = {"collection": "tiny", "licence": "https://creativecommons.org/publicdomain/zero/1.0/"}


def test_claims(model, tmp_path):
    rows = {row["id"]: row for row in read(model, tmp_path, "claims.csv")}
    assert list(rows) == ["tiny/T1", "tiny/T2", "tiny/T3", "tiny/T5", "tiny/T6"]
    assert rows["tiny/T1"] == {
        "id": "tiny/T1", "iri": BASE + "claim/tiny/T1", **TINY,
        "partnership": "Q11462-Q24826", "agreements": "Q11462-Q24826-founding-2018",
        **A, **party("b", LIVERPOOL_CELLS), "assertion": "founding", "recorded_as": "MoU",
        "date_of": "signedOn", "date": "2018-03-19", "year": "2018",
        "document_type": "mou", "relation": "sister-city", "venue": "City hall",
        "signatories": "Tri Rismaharini, mayor, Surabaya", "domains": "port-management",
        "stated_domains": "port", "description": "Signed", **SOURCE,
    }  # fmt: skip
    assert rows["tiny/T3"] == {
        "id": "tiny/T3", "iri": BASE + "claim/tiny/T3", **TINY, "about": BASE + "regulation/r1",
        "assertion": "context", "recorded_as": "rule", "date_of": "asOf", "date": "2020", "year": "2020",
        "description": "A rule", **SOURCE,
    }  # fmt: skip
    assert rows["tiny/T2"]["events"] == "Q11462-Q188806-exploration-2020"
    assert (rows["tiny/T2"]["partnership"], rows["tiny/T2"]["remark"]) == ("Q11462-Q188806", "a remark")
    blog = rows["tiny/T6"]
    assert (blog["party_a"], blog["party_b"]) == ("Q188806", LIVERPOOL)  # as stated, not as in the id
    assert (blog["partnership"], blog["status"], blog["description"]) == (
        "Q24826-Q188806", "active", 'Says, it "exists"',
    )  # fmt: skip


def test_hard_cells(model, tmp_path):
    """A separator in an item, quotes, line ends of other systems, an office without a person."""
    stated = claim(
        "founding",
        "2020",
        collection="tiny",
        stated_parties=("Surabaya; Jawa Timur", "Liverpool"),
        description='a "b", c\r\nd\re\nf',
        remark="  ",
        signatories=(Signatory(SURABAYA, role="mayor"), Signatory(LIVERPOOL, "joe", "Joe")),
        activities=("training", "festival"),
        provider=LIVERPOOL,
        term_years=5,
        valid_until=parse_date("2025-06"),
        stated_count=3,
        retrieved_on=dt.date(2026, 1, 2),
    )
    stated = replace(stated, id="tiny/T9")
    changed = replace(
        model, claims=(stated,), about={stated.id: (BASE + "agreement/x", BASE + "agreement/y")}
    )
    (row,) = read(changed, tmp_path, "claims.csv")
    expected = {
        "stated_parties": "Surabaya, Jawa Timur;Liverpool", "description": 'a "b", c\nd\ne\nf',
        "remark": "  ", "signatories": "mayor, Surabaya;Joe, Liverpool", "activities": "training;festival",
        "provider": LIVERPOOL, "term_years": "5", "valid_until": "2025-06", "valid_until_year": "2025",
        "stated_count": "3", "retrieved_on": "2026-01-02", "agreements": "x;y",
    }  # fmt: skip
    assert {column: row[column] for column in expected} == expected
    assert b'"a ""b"", c\nd\ne\nf"' in (tmp_path / "claims.csv").read_bytes()


def test_a_table_without_rows_has_its_header(model, tmp_path):
    empty = replace(model, pairs=(), claims=())
    write_tables(empty, tmp_path)
    for name in ("partnerships.csv", "agreements.csv", "claims.csv"):
        assert (tmp_path / name).read_text(encoding="utf-8") == ",".join(TABLES[name].columns) + "\n"


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_tells_what_each_column_is_once(name):
    table = TABLES[name].table
    assert f"{table.name}.csv" == name and len(set(table.names)) == len(table.names)
    assert all(column.what and column.example for column in table.columns)


@pytest.mark.parametrize("name", list(TABLES))
def test_rows_have_the_columns_and_nothing_else(bundled_model, name):
    rows = list(TABLES[name].rows(bundled_model))
    assert rows and all(set(row) == set(TABLES[name].columns) for row in rows)
    assert all(isinstance(cell, str) for row in rows for cell in row.values())


@pytest.mark.slow
@pytest.mark.parametrize("name", list(TABLES))
def test_the_form_is_rfc_4180_with_lf(bundled_model, tmp_path, name):
    file = next(file for file in write_tables(bundled_model, tmp_path) if file.name == name)
    data = (tmp_path / name).read_bytes()
    assert (file.bytes, file.media_type, file.kind, file.encoding) == (len(data), "text/csv", "table", "")
    assert b"\r" not in data and data.endswith(b"\n") and not data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert tuple(header) == TABLES[name].columns
    assert {len(row) for row in rows} == {len(header)}
    ids = [row[0] for row in rows]
    assert ids == sorted(set(ids)) and "" not in ids


def test_the_bundled_tables_hold_what_the_graph_holds(bundled, bundled_model, tmp_path):
    """Counted in the served graph, by queries that know nothing of the model."""
    frames = {
        name: pd.read_csv(tmp_path / name, dtype=str, keep_default_na=False)
        for name in (file.name for file in write_tables(bundled_model, tmp_path))
    }
    kinds = {"places.csv": "kk:Place", "agreements.csv": "kk:Agreement", "claims.csv": "kk:Claim"}
    for name, kind in kinds.items():
        assert sorted(frames[name]["iri"]) == in_graph(bundled, f"?x a {kind}")
    counts = bundled.release.manifest["counts"]["partnerships"]
    pairs = frames["partnerships.csv"]
    assert pairs["outcome"].value_counts().to_dict() == {one: n for one, n in counts.items() if n}
    assert frames["places.csv"]["partners"].astype(int).sum() == 2 * counts["accepted"]
    dates = bundled.rows("?x kk:claimCount [] ; kk:since ?date ; kk:sinceYear ?year")
    known = pairs[pairs["since"] != ""]
    assert sorted(zip(known["since"], known["iri"], known["since_year"], strict=True)) == sorted(
        (date, BASE + thing, year) for date, thing, year in dates
    )
    labels = bundled.rows("?x a kk:Agreement ; rdfs:label ?label FILTER(LANG(?label) = 'id')")
    agreements = frames["agreements.csv"]
    assert sorted(zip(agreements["label_id"], agreements["iri"], strict=True)) == sorted(
        (label, BASE + thing) for label, thing in labels
    )
    urls = bundled.rows("?x a kk:Claim ; kk:source/dcterms:identifier ?url")
    claims = frames["claims.csv"]
    assert sorted(zip(claims["source_url"], claims["iri"], strict=True)) == sorted(
        (url, BASE + thing) for url, thing in urls
    )


def in_graph(bundled, pattern):
    return sorted(BASE + thing for thing in bundled.values("x", pattern))


@pytest.mark.parametrize("name", list(TABLES))
def test_pandas_opens_the_tables_as_they_are(bundled_model, tmp_path, name):
    write_tables(bundled_model, tmp_path)
    frame = pd.read_csv(tmp_path / name)
    assert tuple(frame.columns) == TABLES[name].columns
    assert frame["id"].is_unique
    for column in (column for column in frame if column == "year" or column.endswith("_year")):
        assert frame[column].dropna().between(1900, 2100).all()


def test_steps_alone_are_no_partnership(bundled_model, tmp_path):
    steps = {pair.id for pair in bundled_model.pairs if pair.outcome is Outcome.NONE}
    assert steps
    assert not steps & {row["id"] for row in read(bundled_model, tmp_path, "partnerships.csv")}
