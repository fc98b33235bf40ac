"""A SPARQL endpoint on loopback that answers as QLever does, in its statuses, its errors and its values.

Read off its source (https://github.com/ad-freiburg/qlever): 429 to a query out of time, 500 to one out of
memory, 400 to one that it does not take, always as JSON; plain SPARQL 1.1 with prefixes that are declared;
coordinates with six decimals, ``xsd:int`` for ``xsd:integer``, and the number of results beside them.
"""

import json
import re

from pyoxigraph import QueryResultsFormat

from tests.kit.http.elsewhere.wikidata_endpoint import Endpoint, Fault

OUT_OF_TIME = "Operation timed out. Last operation: Sort"
OUT_OF_MEMORY = "Tried to allocate 1.2 GB, but only 300 MB were available"
BREAKS_OFF = (
    b"\n !!!!>># An error has occurred while exporting the query result. Unfortunately due to limitations "
    b"in the HTTP 1.1 protocol, there is no better way to report this than to append it to the incomplete "
    b"result. The error message was:\nOperation timed out."
)
_BLAZEGRAPH = re.compile(r"\b(SERVICE\s+\S+|hint:\w+|bd:\w+)")
_POINT = re.compile(r"Point\((\S+) (\S+)\)", re.IGNORECASE)
_XSD = "http://www.w3.org/2001/XMLSchema#"


class Qlever(Endpoint):
    """The server; `wait` is the Retry-After of the gateway before it, none where it stands alone."""

    wait = ""

    def too_much(self) -> Fault:
        headers = {"Retry-After": self.wait} if self.wait else {}
        return Fault(429, headers, body=error(OUT_OF_TIME))

    def evaluate(self, query: str) -> tuple[int, bytes]:
        if found := _BLAZEGRAPH.search(query):
            return 400, error(f"Invalid SPARQL query: {found[1]} is not supported by QLever", query)
        try:
            found = self.store.query(query).serialize(format=QueryResultsFormat.JSON)
        except SyntaxError as exc:
            return 400, error(f"Invalid SPARQL query: {exc.msg}", query)
        answer = json.loads(bytes(found))
        rows = answer["results"]["bindings"]
        answer["results"]["bindings"] = [{name: _value(cell) for name, cell in row.items()} for row in rows]
        answer["meta"] = {"query-time-ms": 7, "result-size-total": len(rows)}
        return 200, json.dumps(answer).encode()


def error(exception: str, query: str = "") -> bytes:
    """Return what QLever answers to a query that fails."""
    times = {"computeResult": 0, "total": 0}
    found = {"exception": exception, "query": query, "resultsize": 0, "status": "ERROR", "time": times}
    return json.dumps(found).encode()


def _value(cell: dict[str, str]) -> dict[str, str]:
    """Return a term as QLever keeps it."""
    value, datatype = cell["value"], cell.get("datatype", "")
    if cell["type"] == "bnode":
        return {**cell, "value": f"bn{int(value[:8], 16)}"}
    if match := _POINT.fullmatch(value):
        return {**cell, "value": f"POINT({float(match[1]):.6f} {float(match[2]):.6f})"}
    if datatype == f"{_XSD}integer":
        return {**cell, "datatype": f"{_XSD}int"}
    if datatype == f"{_XSD}decimal":
        return {**cell, "value": f"{float(value):.0f}"}
    return cell
