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
from ontology import BASE, read_text
from queries import catalogue
from queries.bind import bind, fill
from queries.canned import LIMIT, PAGE, CannedQuery
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


def _variants() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each question with nothing given, with each parameter alone, and with several."""
    for slug in PLAIN:
        yield slug, {}
        for one in catalogue()[slug].parameters:
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
    return select(bind(query, _needed(query, store) | given, resolver_of(store)))


def _needed(query: CannedQuery, store: Store) -> dict[str, str]:
    """Return a value for each required parameter; the generated claims have places of their own."""
    there = {} if has_indonesia(store) else {"Q252": "Country 00"}
    return {name: there.get(text, text) for name, text in query.examples.items()}


def has_indonesia(store: Store) -> bool:
    """Return whether a store knows Indonesia."""
    return next(store.quads_for_pattern(NamedNode(f"{BASE}place/Q252"), None, None, None), None) is not None


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


@pytest.mark.parametrize("slug", PLAIN)
def test_pages_add_up_to_all_rows(generated: Store, slug: str) -> None:
    query, select = catalogue()[slug], selector(generated)
    whole = rows(generated, query, {})
    given, resolver = _needed(query, generated), resolver_of(generated)
    (total,) = select(fill(query, given, resolver).total)
    assert int(total["count"]) == len(whole)
    size = max(3, len(whole) // 4)
    pages = [
        select(bind(query, given | {LIMIT: str(size), PAGE: str(number)}, resolver)) for number in range(1, 7)
    ]
    assert [row for page in pages for row in page] == whole
    assert len(pages[0]) == min(size, len(whole))
