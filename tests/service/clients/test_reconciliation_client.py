"""The reconciliation service as it is used: by a client over a socket, across releases, in a browser."""

import gc
import re
import threading
import weakref

import pytest
from flask import Flask
from jsonschema import ValidationError
from werkzeug.serving import make_server

from endpoint import create_app
from endpoint.app import close_app
from endpoint.reconcile.properties import PROPERTIES
from endpoint.reconcile.request import LONGEST_TEXT, MOST_LIMIT, MOST_QUERIES, MOST_VALUES
from endpoint.show.names import IndexCache
from graph.names.index.ask import NameIndex
from graph.names.index.read import Named
from graph.names.match import DEFAULT_LIMIT
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, publish
from graph.store.store import load_store
from tests.kit.http.clients.reconciliation import ReconciliationClient, check, post
from tests.kit.http.engine import small_config
from tests.kit.http.protocol import world_protocol
from tests.kit.http.site import MANIFEST, RELEASE, Page, make_world_home
from tests.kit.paths import ROOT
from tests.kit.processes import PATIENCE
from tests.kit.world import world_store

pytestmark = pytest.mark.slow

NEXT = "2026-11-22-0a1b2c3e"


# ---- releases


def make_next_home(home):
    """A release in which Surabaya bears another name after the world as it is."""
    make_world_home(home)
    store = world_store()
    store.update(
        """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        DELETE { GRAPH ?g { ?place rdfs:label ?old } } INSERT { GRAPH ?g { ?place rdfs:label "Galuh"@en } }
        WHERE { GRAPH ?g { ?place rdfs:label ?old . FILTER(?old = "Surabaya"@en) } }"""
    )
    folder = home / "releases" / NEXT
    triples = load_store(store, folder / "store")
    manifest = MANIFEST | {"id": NEXT, "counts": MANIFEST["counts"] | {"triples": triples}}
    write_manifest(folder, manifest)
    publish(home, NEXT)


def test_each_release_has_its_own_names(tmp_path):
    make_next_home(tmp_path)
    app = create_app(small_config(tmp_path), current_release(tmp_path))
    try:
        client = app.test_client()

        def names(path):
            response = client.post(path, data={"queries": '{"q": {"query": "Q11462"}}'})
            return response.headers["X-Kembar-Release"], response.json["q"]["result"][0]["name"]

        assert names("/reconcile") == (NEXT, "Galuh")
        assert names(f"/release/{RELEASE}/reconcile") == (RELEASE, "Surabaya")
        assert names(f"/release/{NEXT}/reconcile") == (NEXT, "Galuh")
        manifest = check("manifest", client.get(f"/release/{RELEASE}/reconcile").json)
        assert RELEASE in manifest["name"]
        service = manifest["suggest"]["entity"]
        assert service["service_path"] == f"/release/{RELEASE}/reconcile/suggest/entity"
        suggested = client.get(service["service_path"] + "?prefix=surab").json["result"]
        assert [suggestion["name"] for suggestion in suggested] == ["Surabaya"]
        assert all(not one.users for one in app.extensions["kembar.pinned"]._opened.values())
        publish(tmp_path, RELEASE)
        app.extensions["kembar"].update()
        assert names("/reconcile") == (RELEASE, "Surabaya")
    finally:
        close_app(app)


def test_a_release_that_is_not_kept_is_not_there(client):
    response = client.post("/release/2020-01-01-00000000/reconcile", data={"queries": "{}"})
    assert response.status_code == 404


class Engine:
    """Stands for an engine, and for the service that has it."""

    @property
    def engine(self):
        return self


def test_an_index_is_made_once_and_goes_with_its_engine():
    made = []

    def read(engine):
        made.append(engine)
        return NameIndex.of(Named(()))

    indexes, engine = IndexCache(read), Engine()
    threads = [threading.Thread(target=indexes.get, args=(engine,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(indexes) == 1
    assert indexes.get(engine) is indexes.get(engine)
    gone = weakref.ref(engine)
    del engine, threads, thread
    made.clear()
    gc.collect()
    assert gone() is None
    assert len(indexes) == 0


def test_an_index_that_could_not_be_made_is_tried_again():
    answers = iter([RuntimeError("not now"), NameIndex.of(Named(()))])

    def read(_):
        if isinstance(answer := next(answers), Exception):
            raise answer
        return answer

    indexes, engine = IndexCache(read), Engine()
    with pytest.raises(RuntimeError):
        indexes.get(engine)
    assert isinstance(indexes.get(engine), NameIndex)


# ---- a client that follows the manifest, over a socket


@pytest.fixture(scope="module")
def address(app: Flask):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/reconcile"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_client_reconciles_a_column_and_extends_it(address):
    column = [
        ("Soerabaja", "Indonesia"),
        ("kota bandung", "Indonesia"),
        ("SEOUL", "Korea Selatan"),
        ("京都市", ""),
    ]
    with ReconciliationClient(address) as service:
        (city, *_) = service.suggest("type", "city")
        (country,) = service.suggest("property", "negara")
        queries = [
            {"query": name, "type": city["id"], "properties": [{"pid": country["id"], "v": stated}]}
            for name, stated in column
        ]
        found = service.reconcile(queries, batch=3)
        assert [[(candidate["id"], candidate["match"]) for candidate in result[:1]] for result in found] == [
            [("Q11462", False)],
            [("Q10389", True)],
            [("Q8684", True)],
            [("Q34600", True)],
        ]
        matched = [result[0]["id"] for result in found if result[0]["match"]]
        assert service.propose(city["id"])[:2] == ["country", "partOf"]
        rows = service.extend(matched, [{"id": "partnerCount"}])
        assert [rows[place]["partnerCount"] for place in matched] == [
            [{"int": 1}],
            [{"int": 2}],
            [{"int": 0}],
        ]
        assert "partners on record" in service.preview(matched[1]).text
        assert "Seoul" in service.flyout("entity", matched[1])
        page = service.view(matched[1])
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert Page(page.text).words("h1")[0].startswith("Seoul")


def read_programs():
    """Return the programs of the documentation: with a library, and with plain Python."""
    text = (ROOT / "docs" / "openrefine.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.filterwarnings("ignore")
def test_a_client_library_of_openrefine_s_service_reconciles_a_column(address, capsys):
    library, _ = read_programs()
    exec(library.replace("http://127.0.0.1:8000/reconcile", address), {})
    assert capsys.readouterr().out.split() == [
        "input_value,id,match",
        *("Surabaya,Q11462,True", "SEOUL,Q8684,True", "京都市,Q34600,True", "Liverpol,Q24826,False"),
    ]


def test_the_program_in_the_documentation_runs(address, capsys):
    _, program = read_programs()
    exec(program.replace("http://127.0.0.1:8000/reconcile", address), {})
    assert capsys.readouterr().out.splitlines() == [
        "Surabaya: Q11462 city in East Java, Indonesia, 100.0, True",
        "SEOUL: Q8684 city in South Korea, 100.0, True",
        "京都市: Q34600 city in Kyoto Prefecture, Japan, 100.0, True",
        "Busan City: Q16520 city in South Korea, 98.5, False",
        "Liverpol: Q24826 city in United Kingdom, 91.9, False",
        "Busan 1994",
        "Liverpool 2018",
    ]


def test_the_limits_in_the_documentation_are_the_real_ones():
    text = (ROOT / "docs" / "openrefine.md").read_text(encoding="utf-8")
    for limit in (MOST_QUERIES, LONGEST_TEXT, MOST_VALUES, MOST_LIMIT, DEFAULT_LIMIT):
        assert f" {limit:,}" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for property_ in PROPERTIES:
        if property_.comparison:
            (row,) = (row for row in rows if f"`{property_.id}`" in row)
            assert row.endswith(f"| {property_.comparison.weight:g} |")


def test_a_thousand_names_are_not_refused_by_default(tmp_path):
    limits = {"client_queries": 5, "client_seconds_per_minute": 30.0, "client_errors_per_minute": 30}
    with world_protocol(tmp_path, **limits) as app:
        client = app.test_client()
        for start in range(0, 1000, 10):
            batch = {f"q{n}": {"query": f"Surabaya {n}"} for n in range(start, start + 10)}
            assert post(client, queries=batch).status_code == 200
        whole = {f"q{n}": {"query": "Kota Surabaya", "type": "City"} for n in range(1000)}
        assert len(post(client, queries=whole).json) == 1000


def test_the_benchmark_prints_its_table(capsys):
    from benchmarks.reconcile import NOISE, main

    main(["--places", "300", "--names", "28"])
    printed = capsys.readouterr().out
    (title, _, _, _, *rows) = printed.strip().splitlines()
    assert title.startswith("### places-300: 28 names")
    assert [row.split(" | ")[:2] for row in rows[:4]] == [
        ["| 10", "no"], ["| 10", "stated"], ["| 50", "no"], ["| 50", "stated"]
    ]  # fmt: skip
    assert all(f"{noise} " in rows[-1] for noise in NOISE)


def test_the_schemas_refuse_what_the_protocol_does():
    for name, value in {
        "manifest": {"versions": ["0.1"], "name": "a", "identifierSpace": "b", "schemaSpace": "c"},
        "reconciliation-query-batch": {"q": {"limit": 1}},
        "reconciliation-result-batch": {"q": {"result": [{"id": "Q1", "name": "a"}]}},
        "data-extension-query": {"ids": ["Q1"]},
        "data-extension-response": {"meta": [], "rows": {"Q1": {"a": [{"int": "1"}]}}},
        "suggest-entities-response": {"result": [{"id": "Q1"}]},
    }.items():
        with pytest.raises(ValidationError):
            check(name, value)


# ---- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_preview_fits_its_frame_in_a_page_of_another_site(browser, address, scheme):
    with browser.new_page(viewport={"width": 480, "height": 200}, color_scheme=scheme) as page:
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(address.replace("127.0.0.1", "localhost").replace("/reconcile", "/health/live"))
        page.set_content(f'<iframe src="{address}/preview?id=Q8684" width="400" height="120"></iframe>')
        inner = page.frame_locator("iframe")
        inner.get_by_role("link", name="Seoul").wait_for()
        root = inner.locator("html")
        assert root.evaluate("e => [e.scrollWidth, e.scrollHeight]") == [400, 120]
        box = inner.locator(".card").evaluate("e => e.getBoundingClientRect().bottom")
        assert box <= 120
