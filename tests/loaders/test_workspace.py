"""A list of one's own, as a new user adds it: build, look, decide, build again; and what stays the same."""

import csv
import pickle

import pytest
from click.testing import CliRunner

from endpoint.cli.main import main
from graph.model.iris import mint_place_id
from graph.pipeline import build as pipeline
from graph.store.releases import current_release
from graph.store.store import open_store, select
from loaders import workspace
from loaders.gazetteer.package import Package
from loaders.workspace import Workspace

SETTINGS = """\
title = "Twins of my town"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Me"
compiled = 2026-03-01
[source]
url = "https://example.org/twins"
publisher = "The town"
type = "government-site"
[table]
file = "list.csv"
columns = ["party_a", "country_a", "party_b", "country_b", "date"]
"""
ROWS = """\
a,a_country,b,b_country,since
City of Surabaya,Indonesia,Liverpool,England,2018
Kota Surabaya,Indonesia,Nirgendwo an der Alm,Austria,
Surabaya,Indonesia,Springfield,Nowhereland,
"""
NEW_PLACE = mint_place_id("AT", "Nirgendwo an der Alm")
OF_WIKIDATA = """\
title = "A dump"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Me"
compiled = 2026-03-01
[wikidata]
files = ["%s/*.json", "inside.json"]
"""


@pytest.fixture(scope="module")
def bundled_is_tiny(tmp_path_factory):
    """Let one small collection stand for the bundled ones."""
    from tests.kit.graph.collections import write_collection
    from tests.kit.graph.gazetteer import make_index

    folder = write_collection(tmp_path_factory.mktemp("bundled") / "tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "bundled_folders", lambda: [folder])
        index = make_index(tmp_path_factory.mktemp("gazetteer"))
        patch.setattr(workspace, "ensure_gazetteer", lambda home, package: index)
        yield folder


@pytest.fixture
def mine(tmp_path, bundled_is_tiny):
    folder = tmp_path / "lists" / "my-twins"
    folder.mkdir(parents=True)
    (folder / "collection.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "list.csv").write_text(ROWS, encoding="utf-8")
    return folder


@pytest.fixture
def kembar(tmp_path):
    def run(*arguments):
        result = CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def ask(tmp_path, query):
    store = open_store(current_release(tmp_path / "home").store_path)
    prefixes = (
        "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> PREFIX dcterms: <http://purl.org/dc/terms/>"
    )
    return [tuple(row.values()) for row in select(store, f"{prefixes} {query}")]


def links(tmp_path):
    found = ask(tmp_path, "SELECT ?p { ?p a kk:Partnership ; kk:party ?q } GROUP BY ?p ORDER BY ?p")
    return [iri.rsplit("/", 1)[1] for (iri,) in found]


@pytest.mark.slow
def test_a_list_of_ones_own_stands_beside_the_others(kembar, mine, tmp_path):
    told = kembar("build", "--collections", str(mine.parent))
    assert "my-twins" in told
    assert links(tmp_path) == ["Q11462-Q24826", f"Q11462-{NEW_PLACE}"]
    both = ask(
        tmp_path,
        "SELECT ?day ?c { ?x kk:about <https://w3id.org/kota-kembar/partnership/Q11462-Q24826> ;"
        " kk:collection ?c OPTIONAL { ?x kk:signedOn|kk:since ?day } } ORDER BY ?day",
    )
    base = "https://w3id.org/kota-kembar/collection/"
    assert both == [("2018", base + "my-twins"), ("2018-03-19", base + "tiny")]
    issues = kembar("collections", "--collections", str(mine.parent), "--issues")
    assert "my-twins,L4,4,unknown-country," in issues


@pytest.mark.slow
def test_nothing_new_builds_nothing_and_a_changed_row_builds_again(kembar, mine, tmp_path):
    kembar("build", "--collections", str(mine))
    first = current_release(tmp_path / "home").id
    (tmp_path / "home" / "inputs.json").touch()
    assert kembar("build", "--collections", str(mine)).splitlines()[-1] == first
    (mine / "list.csv").write_text(ROWS.replace("2018", "2017"), encoding="utf-8")
    assert kembar("build", "--collections", str(mine)).splitlines()[-1] != first
    assert kembar("build").splitlines()[-1] not in {"", first}
    assert links(tmp_path) == ["Q11462-Q24826"]


@pytest.mark.slow
def test_a_fetched_collection_is_always_read(kembar, mine, tmp_path):
    fetched = tmp_path / "home" / "collections"
    fetched.mkdir(parents=True)
    mine.rename(fetched / "my-twins")
    kembar("build")
    assert links(tmp_path) == ["Q11462-Q24826", f"Q11462-{NEW_PLACE}"]


@pytest.mark.slow
def test_a_person_decides_and_the_old_id_leads_to_the_new_one(kembar, mine, tmp_path):
    kembar("build", "--collections", str(mine))
    table = tmp_path / "home" / "place_reviews.csv"
    kembar("places", "review", "--all", "--collections", str(mine))
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["name"] == "Nirgendwo an der Alm":
            row["place"] = "Q12345678"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    kembar("build", "--collections", str(mine))
    assert links(tmp_path) == ["Q11462-Q12345678", "Q11462-Q24826"]
    place = "https://w3id.org/kota-kembar/place/"
    assert ask(tmp_path, f"SELECT ?now {{ <{place}{NEW_PLACE}> dcterms:isReplacedBy ?now }}") == [
        (place + "Q12345678",)
    ]


@pytest.mark.slow
def test_a_review_of_a_mention_that_its_list_does_not_have_is_told(kembar, mine, tmp_path, caplog):
    head = "collection,name,country,stated_country,region,latitude,longitude,qid,place\n"
    rows = (f"{of},Nirgends,Q40,Austria,,,,,new\n" for of in ("my-twins", "another-list"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "place_reviews.csv").write_text(head + "".join(rows), encoding="utf-8")
    kembar("collections", "--collections", str(mine))
    told = [record.getMessage() for record in caplog.records if "decides nothing" in record.getMessage()]
    assert told == [
        "place_reviews.csv: my-twins has no 'Nirgends' with this country, region, id and point;"
        " the row decides nothing"
    ]


@pytest.mark.slow
def test_a_review_that_means_an_id_that_was_never_minted_is_told(kembar, mine, tmp_path, caplog):
    kembar("build", "--collections", str(mine))
    head = "collection,name,country,stated_country,region,latitude,longitude,qid,place\n"
    for place in (NEW_PLACE, NEW_PLACE[:-1]):
        row = f"my-twins,Nirgendwo an der Alm,Q40,Austria,,,,,{place}\n"
        (tmp_path / "home" / "place_reviews.csv").write_text(head + row, encoding="utf-8")
        caplog.clear()
        kembar("build", "--collections", str(mine))
        told = [one.getMessage() for one in caplog.records if "never minted" in one.getMessage()]
        assert [place in message for message in told] == ([] if place == NEW_PLACE else [True])


@pytest.mark.slow
def test_a_register_that_knows_the_item_wins_over_one_that_does_not(kembar, mine, tmp_path):
    head = "id,country,name,now\n"
    for folder, now in ((tmp_path / "home", "Q12345678"), (mine, "")):
        folder.mkdir(exist_ok=True)
        row = f"{NEW_PLACE},AT,Nirgendwo an der Alm,{now}\n"
        (folder / "places_register.csv").write_text(head + row, encoding="utf-8")
    kembar("build", "--collections", str(mine))
    assert links(tmp_path) == ["Q11462-Q12345678", "Q11462-Q24826"]


@pytest.mark.slow
def test_freezing_keeps_minted_ids_with_the_list(kembar, mine, tmp_path):
    kembar("build", "--collections", str(mine))
    kept = f"id,country,name,now,geonames\n{NEW_PLACE},AT,Nirgendwo an der Alm,,\n"
    assert (tmp_path / "home" / "places_register.csv").read_text(encoding="utf-8") == kept
    assert Workspace.of(tmp_path / "home", [mine]).freeze() == {"tiny": 1, "my-twins": 1}
    assert (mine / "places_register.csv").read_text(encoding="utf-8") == kept
    assert Workspace.of(tmp_path / "home", [mine]).freeze() == {"tiny": 0, "my-twins": 0}


def test_files_that_a_collection_names_elsewhere_are_inputs_too(bundled_is_tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "installed_package", lambda: Package("3.0.2", tmp_path))
    dumps, folder = tmp_path / "dumps", tmp_path / "lists" / "of-wikidata"
    dumps.mkdir()
    folder.mkdir(parents=True)
    for name in ("one.json", "two.json"):
        (dumps / name).write_text("{}")
    (folder / "inside.json").write_text("{}")
    (folder / "collection.toml").write_text(OF_WIKIDATA % dumps)
    whole = Workspace.of(tmp_path / "home", [folder])
    inputs = whole.inputs
    reviews, places = tmp_path / "home" / "place_reviews.csv", tmp_path / "cities500.json"
    assert inputs == (folder, dumps / "one.json", dumps / "two.json", reviews, places)
    sizes = [path.stat().st_size for path in (*folder.iterdir(), *dumps.iterdir())]
    (dumps / "two.json").write_text(" " * (workspace.LARGE - sum(sizes) - 1) + "{}")
    assert not whole.is_large
    (dumps / "one.json").write_text("{ }")
    assert whole.is_large


@pytest.mark.slow
def test_long_lists_are_read_apart_and_mint_the_same_ids(kembar, mine, tmp_path, monkeypatch):
    travelled = []

    def run_as_if_apart(step, *args, progress):
        travelled.append(pickle.dumps(args))
        return pickle.loads(pickle.dumps(step(*pickle.loads(travelled[-1]), progress)))

    monkeypatch.setattr(workspace, "LARGE", 1)
    monkeypatch.setattr(pipeline, "run_apart", run_as_if_apart)
    kembar("build", "--collections", str(mine))
    assert (len(travelled), links(tmp_path)) == (1, ["Q11462-Q24826", f"Q11462-{NEW_PLACE}"])
    kept = f"id,country,name,now,geonames\n{NEW_PLACE},AT,Nirgendwo an der Alm,,\n"
    assert (tmp_path / "home" / "places_register.csv").read_text(encoding="utf-8") == kept
    kembar("build", "--collections", str(mine))
    assert len(travelled) == 1


@pytest.mark.slow
def test_without_the_gazetteer_a_list_is_built_and_says_what_it_lacks(
    kembar, mine, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(workspace, "installed_package", lambda: None)
    kembar("build", "--collections", str(mine))
    assert links(tmp_path) == ["Q11462-Q24826"]
    assert "Install it with `make lists`" in caplog.text
    issues = kembar("collections", "--collections", str(mine), "--issues")
    assert issues.count("undecided-place") == 2


def test_a_build_without_lists_asks_for_no_gazetteer(bundled_is_tiny, tmp_path, monkeypatch):
    def fail():
        raise AssertionError("nobody needs it")

    monkeypatch.setattr(workspace, "installed_package", fail)
    own = Workspace.of(tmp_path / "home")
    assert (own.has_lists, len(own.load())) == (False, 1)
    assert not (tmp_path / "home").exists()
