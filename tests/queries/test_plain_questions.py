"""The questions are written so that they are quick; in ``plain`` they stand as one would write them first.

Both give the same rows in the same order, on the bundled release and on generated claims.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from benchmarks.data import generate
from graph.model.iris import graph_iri
from graph.network.measures import measure
from graph.network.network import network_of
from graph.reconcile.reconcile import reconcile
from graph.triples.measures import describe_measures
from graph.triples.model import build_quads
from ontology import read_text
from queries import catalogue
from queries.bind import bind
from queries.canned import LIMIT, CannedQuery
from tests.kit.bundled import Bundled
from tests.kit.world import resolver_of, selector

PLAIN = {
    path.stem: path.read_text("utf-8") for path in sorted((Path(__file__).parent / "plain").glob("*.rq"))
}
USUAL = {
    "band": "100",
    "community": "1",
    "country": "Indonesia",
    "domain": "culture",
    "from": "1990",
    "lang": "id",
    "level": "all",
    "min": "3",
    "sourcetype": "news",
    "status": "dormant",
    "to": "2000",
    "verdict": "unverified",
    "year": "2020",
    "years": "3",
}
"""A value that narrows the answer, for each parameter."""
LEVELS = {"provinces-without-partner": "city"}
EVERY_ROW = "10000"


def _variants() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each question with nothing given, with each parameter alone, and with several."""
    for slug in PLAIN:
        yield slug, {}
        for one in catalogue()[slug].parameters:
            if one.name != LIMIT:
                text = LEVELS.get(slug, USUAL[one.name]) if one.name == "level" else USUAL[one.name]
                yield slug, {one.name: text}
        optional = {one.name for one in catalogue()[slug].parameters} & {
            "country",
            "sourcetype",
            "status",
            "lang",
        }
        yield slug, {name: USUAL[name] for name in sorted(optional)}


VARIANTS = list(_variants())


@pytest.fixture(scope="module")
def generated() -> Store:
    """Claims made by a program, of 150 places: conflicts, letters, doubts and pairs that are not accepted."""
    store, model = Store(), reconcile([generate(150)])
    measures = NamedNode(graph_iri("measures"))
    store.extend(build_quads(model))
    store.extend(Quad(*triple, measures) for triple in describe_measures(measure(network_of(model))))
    store.load(
        read_text("vocabulary.ttl").encode(), RdfFormat.TURTLE, to_graph=NamedNode(graph_iri("vocabulary"))
    )
    return store


def rows(store: Store, query: CannedQuery, given: dict[str, str]) -> list[dict[str, str]]:
    select = selector(store)
    limited = {LIMIT: EVERY_ROW} if any(one.name == LIMIT for one in query.parameters) else {}
    return select(bind(query, given | limited, resolver_of(store)))


def check(store: Store, slug: str, given: dict[str, str]) -> int:
    query = catalogue()[slug]
    quick = rows(store, query, given)
    assert quick == rows(store, replace(query, text=PLAIN[slug]), given)
    return len(quick)


@pytest.mark.parametrize(("slug", "given"), VARIANTS)
def test_the_quick_question_answers_like_the_plain_one_on_the_bundled_release(
    bundled: Bundled, slug: str, given: dict[str, str]
) -> None:
    assert check(bundled.store, slug, given) or given


@pytest.mark.parametrize(("slug", "given"), VARIANTS)
def test_the_quick_question_answers_like_the_plain_one_on_generated_claims(
    generated: Store, slug: str, given: dict[str, str]
) -> None:
    kinds = {"Indonesia": "Country 00"}
    wanted = {name: kinds.get(text, text) for name, text in given.items()}
    assert check(generated, slug, wanted) or given


CUT_BY_ID = "one-source-only"
"""It takes the first partnerships by their ids, since names of all would take longer than the rest."""


@pytest.mark.parametrize(
    "slug", [s for s, q in catalogue().items() if any(p.name == LIMIT for p in q.parameters)]
)
def test_a_limit_gives_the_first_rows(generated: Store, slug: str) -> None:
    query, select = catalogue()[slug], selector(generated)
    whole = rows(generated, query, {})
    first = whole[:3]
    if slug == CUT_BY_ID:
        cut = sorted(row["partnership"] for row in whole)[:3]
        first = [row for row in whole if row["partnership"] in cut]
    assert select(bind(query, {LIMIT: "3"}, resolver_of(generated))) == first
