"""A client of the Reconciliation Service API that knows nothing of our service but its address.

It follows the manifest only, and checks all that it sends and gets by the JSON schemas in
data/reconciliation, which were written from the text of version 0.2. Answers outside them fail the test.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from urllib.parse import quote

import httpx
from jsonschema import Draft202012Validator

from tests.kit.paths import DATA
from tests.kit.processes import PATIENCE

SCHEMAS = DATA / "reconciliation"


def check(name: str, value: object) -> object:
    """Return a value that is valid by a schema; raises ValidationError."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(value)
    return value


def post(client, **form: object):
    """Return the answer to a form whose values are JSON, by a test client."""
    return client.post("/reconcile", data={name: json.dumps(value) for name, value in form.items()})


class ReconciliationClient:
    """Reconciles as OpenRefine does: in batches, over one connection, at the addresses of the manifest."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._http = httpx.Client(timeout=PATIENCE)
        self.manifest = check("manifest", self._get(address))

    def __enter__(self) -> "ReconciliationClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def reconcile(self, queries: Sequence[Mapping[str, object]], batch: int = 10) -> list[list[dict]]:
        """Return the candidates for each query, in order."""
        found = []
        for part in _batches(queries, min(batch, self.manifest["batchSize"])):
            query_batch = {f"q{number}": query for number, query in enumerate(part)}
            answer = self._post("queries", check("reconciliation-query-batch", query_batch))
            check("reconciliation-result-batch", answer)
            assert answer.keys() == query_batch.keys()
            found += [answer[key]["result"] for key in query_batch]
        return found

    def extend(self, ids: Sequence[str], properties: Sequence[Mapping[str, object]]) -> dict:
        """Return the values of properties by id and property."""
        query = check("data-extension-query", {"ids": [*ids], "properties": [*properties]})
        return check("data-extension-response", self._post("extend", query))["rows"]

    def propose(self, kind: str) -> list[str]:
        """Return the ids of the properties that places of a type have."""
        service = self.manifest["extend"]["propose_properties"]
        answer = self._get(service["service_url"] + service["service_path"], type=kind)
        proposal = check("data-extension-property-proposal", answer)
        return [property_["id"] for property_ in proposal["properties"]]

    def suggest(self, kind: str, prefix: str, **more: object) -> list[dict]:
        """Return the suggestions (of entity, type or property) for the beginning of a name."""
        service = self.manifest["suggest"][kind]
        answer = self._get(service["service_url"] + service["service_path"], prefix=prefix, **more)
        plural = {"entity": "entities", "type": "types", "property": "properties"}[kind]
        return check(f"suggest-{plural}-response", answer)["result"]

    def flyout(self, kind: str, id_: str) -> str:
        """Return the HTML beside a suggestion."""
        service = self.manifest["suggest"][kind]
        path = service["flyout_service_path"].replace("${id}", quote(id_, safe=""))
        answer = self._get(service["flyout_service_url"] + path)
        assert answer["id"] == id_
        return check("flyout-response", answer)["html"]

    def preview(self, id_: str) -> httpx.Response:
        """Return the page for a frame."""
        return self._http.get(self.manifest["preview"]["url"].replace("{{id}}", quote(id_, safe="")))

    def view(self, id_: str) -> httpx.Response:
        """Return the page of an entity."""
        address = self.manifest["view"]["url"].replace("{{id}}", quote(id_, safe=""))
        return self._http.get(address, headers={"Accept": "text/html"}, follow_redirects=True)

    def _post(self, name: str, value: object) -> dict:
        response = self._http.post(self._address, data={name: json.dumps(value)})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return response.raise_for_status().json()

    def _get(self, address: str, **parameters: object) -> dict:
        response = self._http.get(address, params=parameters or None)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return response.raise_for_status().json()


def _batches(queries: Sequence[Mapping[str, object]], size: int) -> Iterator[list[Mapping[str, object]]]:
    rest = iter(queries)
    while part := list(islice(rest, size)):
        yield part
