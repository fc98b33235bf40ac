"""An IRI that led to a thing once answers 410, with the reason that somebody wrote down."""

import pytest

from endpoint.app import close_app, create_app
from graph.pipeline.build import build
from loaders.collection import load_collections
from tests.kit.graph.collections import write_collection
from tests.kit.http.engine import small_config

pytestmark = pytest.mark.slow

PATH = "event/Q11462-Q188806-exploration-2019"
REASON = "The source speaks of 2020."
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder, home = write_collection(tmp_path_factory.mktemp("tiny") / "tiny"), tmp_path_factory.mktemp("home")
    (folder / "gone.csv").write_text(f"path,reason\n{PATH},{REASON}\n", encoding="utf-8")
    app = create_app(small_config(home), build(lambda: load_collections([folder]), home).release)
    yield app.test_client()
    close_app(app)


@pytest.mark.parametrize("suffix", ["", ".ttl", ".nt", ".jsonld", ".rdf"])
def test_programs_get_a_problem_with_the_reason(client, suffix):
    answer = client.get(f"/{PATH}{suffix}", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.json["type"].rsplit("/", 1)[1]) == (410, "gone")
    assert answer.json["detail"] == f"{PATH} is no more: {REASON}"


@pytest.mark.parametrize("suffix", ["", ".html"])
def test_people_get_a_page_with_the_reason(client, suffix):
    for language in ("en", "id"):
        answer = client.get(f"/{PATH}{suffix}?lang={language}", headers=HTML)
        assert answer.status_code == 410
        assert REASON in answer.text and PATH in answer.text


def test_what_never_was_is_not_found(client):
    assert client.get("/event/Q11462-Q188806-exploration-2018").status_code == 404
