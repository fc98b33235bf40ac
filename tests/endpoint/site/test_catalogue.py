"""The description of the service for tools: sound OpenAPI that names what there is, and that answers keep."""

import subprocess
import sys

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from endpoint.questions.page import SUFFIXES
from queries import catalogue
from tests.kit.http.server import world_server


@pytest.mark.slow
def test_the_description_is_sound_and_has_every_question(client):
    answer = client.get("/openapi.json")
    assert answer.mimetype == "application/json"
    described = answer.json
    OpenAPIV31SpecValidator(described).validate()
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": "http://localhost"}]
    for slug, query in catalogue().items():
        rows = described["paths"][f"/queries/{slug}.{{suffix}}"]["get"]
        given = {parameter["name"]: parameter for parameter in rows["parameters"]}
        assert given["suffix"]["schema"]["enum"] == list(SUFFIXES)
        ours = {parameter.name for parameter in query.parameters}
        assert set(given) == ours | {"suffix", "lang", "limit", "page", "sort", "bom"}
        assert {p.name for p in query.parameters if p.required} == {
            name for name, parameter in given.items() if parameter["required"] and name != "suffix"
        }
        assert rows["summary"] == query.summary["en"]


def test_paths_without_parameters_are_there(client):
    for path in client.get("/openapi.json").json["paths"]:
        if "{" not in path and not path.endswith(".rq") and path not in {"/graph", "/.well-known/void"}:
            assert client.get(path).status_code == 200, path
        elif "{" in path and path.startswith("/queries/"):
            slug = path.removeprefix("/queries/").split(".")[0]
            assert client.get(f"/queries/{slug}.json").status_code in {200, 400}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("schemathesis")) as running:
        yield running


NOT_CHECKED = "positive_data_acceptance"
"""A text that no place has as its name fits the description of `city`, and is still an error."""


@pytest.mark.slow
def test_the_service_keeps_to_its_description(server, tmp_path):
    command = ["run", f"{server.address}/openapi.json", "--max-examples", "3", "--seed", "2026", "--no-color"]
    command += ["--phases", "examples,coverage,fuzzing", "--exclude-checks", NOT_CHECKED]
    command += ["--suppress-health-check", "all", "--continue-on-failure"]
    ran = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", *command], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
