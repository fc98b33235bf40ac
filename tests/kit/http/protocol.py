"""The service over the world in this process, and what the tests of the SPARQL protocol ask it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from endpoint.app import close_app, create_app
from tests.kit.http.elsewhere.release import MOST_ROWS
from tests.kit.http.engine import small_config
from tests.kit.http.site import make_world_home

CORE = "https://w3id.org/kota-kembar/graph/core"
VOCABULARY = "https://w3id.org/kota-kembar/graph/vocabulary"
KK = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
COUNT = KK + "SELECT (COUNT(*) AS ?n) WHERE { ?a kk:partnerOf ?b }"
Headers = dict[str, str] | None

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@contextmanager
def world_protocol(home: Path, **changes: object) -> Iterator[Flask]:
    """Yield the application over a fresh world; its workers end with the block.

    With the address of an engine in KEMBAR_TEST_ENGINE, that answers; it holds the world.
    """
    release = make_world_home(home)
    if address := os.environ.get("KEMBAR_TEST_ENGINE"):
        changes = {"engine": address, "result_rows": MOST_ROWS} | changes
    app = create_app(small_config(home, **({"queue": 16} | changes)), release)
    app.testing = True
    try:
        yield app
    finally:
        close_app(app)


def ask(client: FlaskClient, query: str, headers: Headers = None, **parameters: object) -> TestResponse:
    """Return the answer to a query by GET."""
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def problem(response) -> str:
    """Return the last part of the type of a problem."""
    return response.json["type"].rsplit("/")[-1]


def value(response) -> str:
    """Return the only value of a result in JSON."""
    (row,) = response.json["results"]["bindings"]
    (cell,) = row.values()
    return cell["value"]
