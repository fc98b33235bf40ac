"""A harvest of Wikidata-shaped data from a SPARQL endpoint: complete, resumable, and read back exactly."""

import gzip
import json
from datetime import date
from hashlib import sha256

import pytest
from pyoxigraph import QueryResultsFormat
from rdflib import Graph

from graph.errors import CollectionError, FetchError, ParameterError
from graph.model.dates import parse_date
from loaders.harvest.collection import harvest_wikidata
from loaders.harvest.fetch import Fetcher
from loaders.harvest.plan import Part, portions
from loaders.harvest.queries import names_query, places_query, statements_query, subjects_query
from loaders.harvest.store import lock_output
from loaders.manners import Manners
from loaders.settings import Kind, read_settings
from loaders.wikidata.collection import load_wikidata
from loaders.wikidata.harvested import read_harvest
from loaders.wikidata.model import Item, Reference, Twinning
from tests.kit.http.elsewhere.wikidata_endpoint import (
    EMPTY,
    TODAY,
    TWINS,
    FakeClock,
    Fault,
    items_of,
    kind_of,
    running_endpoint,
)

KINDS = ["subjects"] * 10 + ["statements", "places", "places", "names"]
"""What the whole fixture takes: the second question about places is for the item that another became."""


@pytest.fixture
def endpoint():
    with running_endpoint() as server:
        yield server


def harvest(endpoint, output, countries=(), **options):
    with Fetcher(endpoint.url, "me@example.org", manners=Manners(tries=3), clock=FakeClock().clock) as one:
        return harvest_wikidata(output, one, countries, **options)


def read(output):
    """Return the items by id and the twinnings by statement of a harvest."""
    found = list(read_harvest(output / "harvest"))
    items = {one.qid: one for one in found if isinstance(one, Item)}
    twinnings = {one.statement: one for one in found if isinstance(one, Twinning)}
    assert len(items) + len(twinnings) == len(found)
    return items, twinnings


def manifest_of(folder):
    return json.loads((folder / "harvest.json").read_text(encoding="utf-8"))


def stop_after(parts):
    """Return a listener that stops a harvest like Ctrl-C does, after so many parts."""

    def listen(step):
        if step.done == parts:
            raise KeyboardInterrupt

    return listen


def test_all_statements_come_with_direction_rank_dates_and_references(endpoint, tmp_path):
    summary = harvest(endpoint, tmp_path)
    assert summary.counts == {"statements": 14, "subjects": 11, "places": 13, "missing": 0}
    assert (summary.asked, summary.kept, summary.finished) == (14, 0, TODAY)
    _, twinnings = read(tmp_path)
    twin = Twinning
    assert list(twinnings.values()) == [
        twin("Q64-t1", "Q64", "Q3630", point_in_time=parse_date("2016")),
        twin("Q64-t2", "Q64", "Q99990001", remark="start given only as 1990-01-01T00:00:00Z (decade)"),
        twin("Q365-t1", "Q365", "Q3630", rank="deprecated"),
        twin("Q1490-t1", "Q1490", "Q64", ended=True, remark="end unknown"),
        twin("Q2773-t1", "Q2773", "Q10389", start=parse_date("1960-05-24")),
        twin("Q3630-t1", "Q3630", "Q64"),
        twin("Q3630-t2", "Q3630", "Q8684", start=parse_date("1984"), end=parse_date("2001"), ended=True),
        twin("Q3955-t1", "Q3955", "", remark="the partner is somevalue"),
        twin("Q3955-t2", "Q3955", "", remark="the partner is novalue"),
        twin("Q7568-t1", "Q7568", "Q120730", start=parse_date("1985-07-16")),
        twin("Q8684-t1", "Q8684", "Q3630"),
        twin(
            "Q10389-t1",
            "Q10389",
            "Q2773",
            rank="preferred",
            start=parse_date("1960-05"),
            references=(Reference(stated_in="Q100000001"), Reference("https://bandung.example/twins")),
        ),
        twin(
            "Q11462-t1",
            "Q11462",
            "Q24826",
            start=parse_date("2018-03-19"),
            references=(Reference("https://surabaya.example/liverpool", retrieved=date(2024, 2, 3)),),
        ),
        twin("Q24826-t1", "Q24826", "Q11462", start=parse_date("2018")),
    ]


def test_places_come_with_what_they_say_about_themselves(endpoint, tmp_path):
    harvest(endpoint, tmp_path)
    items, _ = read(tmp_path)
    assert list(items) == [
        "Q64", "Q365", "Q1490", "Q2773", "Q3630", "Q3955", "Q7568", "Q8684", "Q10389", "Q11462", "Q24826",
        "Q34600", "Q120730",
    ]  # fmt: skip
    assert items["Q11462"] == Item(
        qid="Q11462",
        labels=(("en", "Surabaya"), ("id", "Surabaya")),
        native=(("id", "Kota Surabaya"),),
        aliases=("City of Heroes", "Kota Pahlawan"),
        countries=(("Q252", "normal"),),
        part_of=("Q3586",),
        instance_of=("Q3199141",),
        latitude=-7.2458,
        longitude=112.7378,
        population=2874314,
        geonames="1625822",
        kemendagri="35.78",
    )
    assert items["Q64"].countries == (("Q183", "preferred"),)
    assert items["Q64"].native == (("de", "Berlin"),)
    assert items["Q3630"].labels == (("en", "Jakarta"), ("id", "Jakarta"))
    assert items["Q3630"].iso == "ID-JK"
    assert items["Q8684"].countries == ()
    assert items["Q34600"].redirects == ("Q99990001",)


def test_a_place_without_a_name_in_our_languages_is_asked_for_all_its_names(endpoint, tmp_path):
    harvest(endpoint, tmp_path)
    assert endpoint.kinds() == KINDS
    assert "VALUES ?item { wd:Q120730 }" in endpoint.queries[-1]
    items, _ = read(tmp_path)
    assert items["Q120730"].labels == (("ja", "京都府"),)


def test_one_country_is_a_part(endpoint, tmp_path):
    summary = harvest(endpoint, tmp_path, ["Q145", "Q252"])
    items, twinnings = read(tmp_path)
    assert {one.subject for one in twinnings.values()} == {"Q3630", "Q7568", "Q10389", "Q11462", "Q24826"}
    assert summary.counts["statements"] == 6
    assert {"Q64", "Q8684", "Q120730", "Q2773"} < {*items}
    assert "VALUES ?country { wd:Q145 wd:Q252 }" in endpoint.queries[0]


def test_the_folder_is_a_collection(endpoint, tmp_path):
    harvest(endpoint, tmp_path / "wikidata")
    settings = read_settings(tmp_path / "wikidata")
    assert settings.kind is Kind.WIKIDATA
    assert settings.info.name == "wikidata"
    assert settings.info.compiled == TODAY
    assert settings.info.licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert [language for language, _ in settings.info.title] == ["en", "id"]
    assert settings.stated["wikidata"] == {"files": ["harvest"]}
    assert not (tmp_path / "wikidata" / "harvest.part").exists()


def test_collection_toml_keeps_what_a_person_wrote(endpoint, tmp_path):
    harvest(endpoint, tmp_path)
    path = tmp_path / "collection.toml"
    mine = path.read_text(encoding="utf-8").replace("Twinned", "My twinned")
    path.write_text(mine.replace("2026-11-21", "2020-01-01"), encoding="utf-8")
    harvest(endpoint, tmp_path, refresh=True)
    assert path.read_text(encoding="utf-8") == mine


def test_harvest_json_lists_each_page_with_its_question_and_checksum(endpoint, tmp_path):
    harvest(endpoint, tmp_path)
    manifest = manifest_of(tmp_path / "harvest")
    assert manifest["endpoint"] == endpoint.url
    assert manifest["finished"] == "2026-11-21"
    assert [page["kind"] for page in manifest["pages"]] == KINDS
    assert [page["query"] for page in manifest["pages"]] == endpoint.queries
    assert sum(page["rows"] for page in manifest["pages"] if page["kind"] == "subjects") == 11
    for page in manifest["pages"]:
        packed = (tmp_path / "harvest" / page["file"]).read_bytes()
        assert sha256(packed).hexdigest() == page["sha256"]
        assert len(json.loads(gzip.decompress(packed))["results"]["bindings"]) == page["rows"]
        assert (page["url"], page["retrieved"]) == (endpoint.url, "2026-11-21")


def test_two_harvests_of_the_same_data_are_the_same_bytes(endpoint, tmp_path):
    for name in ("one", "two"):
        harvest(endpoint, tmp_path / name)
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name / "harvest").iterdir()}
        for name in ("one", "two")
    )
    assert one == two


@pytest.mark.slow
@pytest.mark.parametrize("parts", range(1, 14))
def test_a_harvest_that_is_stopped_goes_on_and_asks_nothing_twice(endpoint, tmp_path, parts):
    with pytest.raises(KeyboardInterrupt):
        harvest(endpoint, tmp_path, progress=stop_after(parts))
    assert not (tmp_path / "collection.toml").exists()
    summary = harvest(endpoint, tmp_path)
    assert (summary.asked, summary.kept) == (14 - parts, parts)
    assert endpoint.kinds() == KINDS
    assert len(read(tmp_path)[1]) == 14


def test_a_complete_harvest_is_not_asked_for_again(endpoint, tmp_path):
    harvest(endpoint, tmp_path)
    (tmp_path / "collection.toml").unlink()
    summary = harvest(endpoint, tmp_path)
    assert (summary.asked, summary.kept) == (0, 14)
    assert summary.counts["statements"] == 14
    assert len(endpoint.asked) == 14
    assert (tmp_path / "collection.toml").exists()


def test_refresh_asks_anew_and_the_old_harvest_stays_until_it_is_done(endpoint, tmp_path):
    harvest(endpoint, tmp_path)
    endpoint.store.update(
        "INSERT DATA { <http://www.wikidata.org/entity/Q365> <http://www.w3.org/2000/01/rdf-schema#label>"
        ' "Keulen"@id }'
    )
    endpoint.faults.extend([Fault()] * 12 + [Fault(400)])
    with pytest.raises(FetchError, match="400"):
        harvest(endpoint, tmp_path, refresh=True)
    assert read(tmp_path)[0]["Q365"].labels == (("en", "Cologne"),)
    harvest(endpoint, tmp_path)
    assert read(tmp_path)[0]["Q365"].labels == (("en", "Cologne"), ("id", "Keulen"))
    assert len(endpoint.asked) == 14 + 13 + 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "collection.toml", "harvest"]


@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"", b"damaged", None], ids=["empty", "changed", "removed"])
def test_a_damaged_page_is_noticed_and_only_that_is_asked_for_again(endpoint, tmp_path, damage):
    harvest(endpoint, tmp_path)
    page = next(one for one in manifest_of(tmp_path / "harvest")["pages"] if one["kind"] == "statements")
    path = tmp_path / "harvest" / page["file"]
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(CollectionError, match=r"is damaged or missing\. Run `kembar fetch wikidata` again"):
        read(tmp_path)
    summary = harvest(endpoint, tmp_path)
    assert (summary.asked, summary.kept) == (1, 13)
    assert endpoint.queries[14:] == [page["query"]]
    assert len(read(tmp_path)[1]) == 14


def test_a_harvest_that_is_not_complete_is_no_collection(endpoint, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        harvest(endpoint, tmp_path, progress=stop_after(12))
    with pytest.raises(CollectionError, match="the harvest is not complete"):
        list(read_harvest(tmp_path / "harvest.part"))
    with pytest.raises(CollectionError, match=r"harvest\.json cannot be read"):
        list(read_harvest(tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("most", [1, 2, 5])
def test_what_is_too_much_at_once_is_split_and_never_asked_so_again(endpoint, tmp_path, most):
    harvest(endpoint, tmp_path / "whole")
    endpoint.asked.clear()
    endpoint.is_too_much = lambda query: items_of(query) > most or 'STRENDS(STR(?item), "4")' in query
    with pytest.raises(KeyboardInterrupt):
        harvest(endpoint, tmp_path / "split", progress=stop_after(25))
    stopped = len(endpoint.asked)
    harvest(endpoint, tmp_path / "split")
    assert read(tmp_path / "split") == read(tmp_path / "whole")
    assert not {*endpoint.queries[:stopped]} & {*endpoint.queries[stopped:]}
    assert (
        max(items_of(page["query"]) for page in manifest_of(tmp_path / "split" / "harvest")["pages"]) == most
    )
    endings = [query for query in endpoint.queries if '4"))' in query]
    assert [endings.count(query) for query in dict.fromkeys(endings)] == [2] + [1] * 11


def test_what_cannot_be_split_is_an_error(endpoint, tmp_path):
    endpoint.is_too_much = lambda query: kind_of(query) == "statements"
    with pytest.raises(FetchError) as caught:
        harvest(endpoint, tmp_path)
    assert caught.value.what == "it answers 500 Internal Server Error (asked 2 times)"
    assert items_of(endpoint.queries[-1]) == 1


def test_an_endpoint_that_never_has_time_is_given_up(endpoint, tmp_path):
    endpoint.is_too_much = lambda query: True
    with pytest.raises(FetchError):
        harvest(endpoint, tmp_path)
    assert len(endpoint.asked) == 6


def test_parts_split_without_losing_an_item():
    assert [one.keys[0] for one in Part("subjects", ("2",)).split()] == [
        "02", "12", "22", "32", "42", "52", "62", "72", "82", "92", "Q2",
    ]  # fmt: skip
    assert Part("subjects", ("Q2",)).split() == []
    assert Part("subjects", ("002",)).split() == []
    assert [one.keys for one in Part("places", ("Q1", "Q2", "Q3")).split()] == [("Q1",), ("Q2", "Q3")]
    assert Part("places", ("Q1",)).split() == []


def test_portions_are_of_about_the_same_size():
    many = {f"Q{n}": 1 for n in range(1, 451)}
    assert [len(one) for one in portions(many)] == [200, 200, 50]
    assert [len(one) for one in portions({"Q1": 600, "Q2": 400, "Q3": 1, "Q4": 5000, "Q5": 1})] == [
        2,
        1,
        1,
        1,
    ]


def test_statements_that_were_listed_and_not_given_are_counted(endpoint, tmp_path):
    endpoint.faults.extend([Fault()] * 10 + [Fault(body=EMPTY)])
    summary = harvest(endpoint, tmp_path)
    assert (summary.counts["statements"], summary.counts["missing"]) == (0, 14)


def test_an_endpoint_without_statements_is_an_error(endpoint, tmp_path):
    with pytest.raises(FetchError, match="it knows no item with a P190 statement in Q30"):
        harvest(endpoint, tmp_path, ["Q30"])


def test_a_folder_holds_one_harvest(endpoint, tmp_path):
    harvest(endpoint, tmp_path)
    with pytest.raises(FetchError, match=r"holds a harvest of http.* for all\. Take another --output, or"):
        harvest(endpoint, tmp_path, ["Q252"])
    harvest(endpoint, tmp_path, ["Q252"], refresh=True)
    assert manifest_of(tmp_path / "harvest")["countries"] == ["Q252"]


def test_one_harvest_at_a_time_in_a_folder(endpoint, tmp_path):
    with lock_output(tmp_path), pytest.raises(CollectionError, match="another harvest is at work in it"):
        harvest(endpoint, tmp_path)


def test_faults_in_between_change_nothing(endpoint, tmp_path):
    harvest(endpoint, tmp_path / "smooth")
    fine = Fault()
    faults = [
        Fault(429, {"Retry-After": "5"}), Fault(500), fine, Fault(cut=True), Fault(truncate=b"\njava"), fine,
        Fault(503), *[fine] * 7, Fault(cut=True), Fault(504), fine, Fault(429),
    ]  # fmt: skip
    endpoint.faults.extend(faults)
    harvest(endpoint, tmp_path / "rough")
    assert not endpoint.faults
    assert read(tmp_path / "rough") == read(tmp_path / "smooth")


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        subjects_query("4", []),
        subjects_query("Q64", ["Q252", "Q183"]),
        statements_query(["Q64", "Q1490", "Q3955", "Q10389", "Q11462"]),
        places_query(["Q64", "Q3630", "Q11462", "Q99990001"]),
        names_query(["Q120730"]),
    ],
    ids=["subjects", "subjects of countries", "statements", "places", "names"],
)
def test_another_engine_understands_the_questions_alike(endpoint, query):
    graph = Graph().parse(TWINS)
    ours = json.loads(bytes(endpoint.store.query(query).serialize(format=QueryResultsFormat.JSON)))
    rows = [
        {name: str(value).replace("+00:00", "Z") for name, value in row.asdict().items() if value is not None}
        for row in graph.query(query)
    ]
    assert rows
    assert sorted(map(str, (sorted(row.items()) for row in rows))) == sorted(
        str(sorted((name, cell["value"]) for name, cell in row.items()))
        for row in ours["results"]["bindings"]
    )


def test_only_ids_become_part_of_a_question():
    for bad in ("Q252 }", "Q0", "wd:Q1", ""):
        with pytest.raises(ParameterError):
            statements_query([bad])
    with pytest.raises(ParameterError):
        subjects_query('4")', [])


def test_the_loader_of_wikidata_reads_a_harvest(endpoint, tmp_path):
    harvest(endpoint, tmp_path / "wikidata")
    settings = read_settings(tmp_path / "wikidata")
    listed = load_wikidata(tmp_path / "wikidata", settings.info, settings.stated)
    assert listed.rows == 14
    assert [(one.row, one.kind) for one in listed.issues] == [
        ("Q365-t1", "deprecated-statement"),
        ("Q3955-t1", "no-value"),
        ("Q3955-t2", "no-value"),
    ]
    assert len({one.claim.statement for one in listed.records}) == 11
    assert {one.qid for one in listed.places} >= {"Q11462", "Q24826", "Q34600", "Q120730"}
