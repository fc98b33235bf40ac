"""Answers that are known beforehand, and what an answer is worth beside them: right, refused, wrong."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from graph.store.releases import Release, switch_current

PATIENCE = 60.0
RELEASE_HEADER = "X-Kembar-Release"
_KK = "https://w3id.org/kota-kembar/ontology#"
_QUERIES = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?class (COUNT(*) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY ?class",
    f"SELECT ?pair ?party {{ ?pair a <{_KK}Partnership> ; <{_KK}party> ?party }} ORDER BY ?pair ?party",
    f"ASK {{ ?place a <{_KK}Place> }}",
    f"SELECT ?name {{ ?place a <{_KK}Place> ; <http://www.w3.org/2000/01/rdf-schema#label> ?name "
    'FILTER(CONTAINS(LCASE(STR(?name)), "a")) } ORDER BY ?name LIMIT 500',
)
_QUESTIONS = ("growth-by-year", "hubs", "country-pairs", "cities-with-multiple-partners", "one-source-only")
_REFUSALS = {408, 429, 500, 503, 504}
"""What may be said instead of an answer when something is broken; all else is no refusal."""


class Worth(StrEnum):
    """What one request got."""

    RIGHT = "right"
    REFUSED = "refused"
    BROKEN = "broken off"
    WRONG = "wrong"


@dataclass(frozen=True)
class Got:
    """One request: when it began and ended (monotonic seconds), what it got, and why that is wrong."""

    path: str
    began: float
    ended: float
    worth: Worth
    why: str = ""


@dataclass
class KnownAnswers:
    """The SHA-256 of the answer to each path in each release, as an undisturbed service gives it."""

    paths: list[str] = field(default_factory=list)
    sums: dict[tuple[str, str], str] = field(default_factory=dict)

    def judge(self, path: str, status: int, release: str, body: bytes) -> tuple[Worth, str]:
        """Return what an answer is worth, and why it is wrong."""
        if status in _REFUSALS:
            return Worth.REFUSED, f"{status} {body[:120]!r}"
        if status != http.client.OK:
            return Worth.WRONG, f"{status} {body[:200]!r}"
        if self.sums.get((release, path)) == hashlib.sha256(body).hexdigest():
            return Worth.RIGHT, ""
        return Worth.WRONG, f"another answer from {release}: {body[:200]!r}"


def get(link: HTTPConnection, path: str, address: str) -> tuple[int, str, bytes]:
    """Return status, release and body; `address` may have a comment behind the path.

    Raises OSError and HTTPException when the answer is broken off.
    """
    accept = "text/html" if path.endswith(".html") else "*/*"
    link.request("GET", address, headers={"Accept": accept})
    response = link.getresponse()
    return response.status, response.headers.get(RELEASE_HEADER, ""), response.read()


def learn(port: int, home: Path, releases: Sequence[Release]) -> KnownAnswers:
    """Return the answers of every release, each asked while it is current; what differs twice is left out."""
    known = KnownAnswers(_make_paths(port, releases))
    unstable: set[str] = set()
    for release in releases:
        switch_current(home, release.id)
        wait_for(port, release.id)
        for path in known.paths:
            first, second = (_ask(port, path) for _ in range(2))
            known.sums[first[1], path] = hashlib.sha256(first[2]).hexdigest()
            if first[0] != http.client.OK or first != second:
                unstable.add(path)
    known.paths = [path for path in known.paths if path not in unstable]
    return known


def wait_for(port: int, release: str = "", seconds: float = PATIENCE) -> float:
    """Return the moment from which the service is ready, with this release if any is given."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            status, found, *_ = _ask(port, "/health/ready", 5)
            if status == http.client.OK and release in ("", found):
                return time.monotonic()
        except (OSError, HTTPException):
            pass
        time.sleep(0.05)
    raise TimeoutError(f"the service is not ready after {seconds:g} seconds")


def sparql(query: str, suffix: str = "csv") -> str:
    """Return the path that asks a query."""
    return f"/sparql?format={suffix}&query={quote(query)}"


def _ask(port: int, path: str, seconds: float = PATIENCE) -> tuple[int, str, bytes]:
    link = HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        return get(link, path, path)
    finally:
        link.close()


def _make_paths(port: int, releases: Sequence[Release]) -> list[str]:
    """Return addresses of all kinds: free queries, questions, pages, older releases, files, names."""
    places = f"SELECT ?place {{ ?place a <{_KK}Place> ; <{_KK}partnerOf> ?other }} ORDER BY ?place LIMIT 30"
    rows = json.loads(_ask(port, sparql(places, "json"))[2])["results"]["bindings"]
    ids = sorted({row["place"]["value"].rsplit("/", 1)[1] for row in rows})
    names = quote(json.dumps({"q": {"query": "Surabaya"}}))
    older = releases[0].id
    return [
        *(sparql(query) for query in _QUERIES),
        *(sparql(query, "json") for query in _QUERIES[:2]),
        *(f"/queries/{slug}.csv" for slug in _QUESTIONS),
        *(f"/place/{name}.html" for name in ids[:8]),
        *(f"/place/{name}.ttl" for name in ids[:4]),
        f"/release/{older}/sparql?format=csv&query={quote(_QUERIES[1])}",
        *(f"/data/{release.id}/claims.csv" for release in releases),
        f"/reconcile?queries={names}",
        "/search.json?q=s",
    ]
