"""The data that all servers load: the bundled release, and a generated one in the same shapes.

Both are a home folder for our service and the same quads as one N-Quads file for the others. The generated
one is made of claims that go through the project's own rules, so it holds conflicts, agreements and pairs
that are not accepted, like the real one. It is the same for the same number of places on every machine.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import ontology
from graph.model.claims import Assertion, Claim, CollectionInfo, DateRole, LoadedCollection, Place, Source
from graph.model.conclusions import Model
from graph.model.dates import PartialDate
from graph.model.iris import graph_iri, order_pair
from graph.network.measures import measure
from graph.network.network import network_of
from graph.pipeline.build import build
from graph.pipeline.publish import write_texts
from graph.pipeline.summary import count_model, describe_collections
from graph.reconcile.reconcile import reconcile
from graph.store.manifest import write_manifest
from graph.store.releases import current_release, publish
from graph.store.store import load_store, open_store
from graph.triples.measures import describe_measures
from graph.triples.model import build_quads
from loaders.collection import load_bundled
from queries import query_texts

SEED = 20261121
PAIRS_PER_PLACE = 3
COMPILED = dt.date(2026, 11, 21)
CITY, PARTNER, COUNTRY = "Q11462", "Q24826", "Q252"
"""What the canned questions ask for when nothing is given; the generated data hold them too."""

_COUNTRIES = 60
_SYLLABLES = ("ba", "bu", "da", "di", "ga", "ja", "ka", "la", "lo", "ma", "na", "pa", "ri", "sa", "su", "to")
_DOMAINS = (
    "culture",
    "education",
    "environment",
    "health",
    "port-management",
    "smart-city",
    "tourism",
    "trade",
    "waste-management",
)
_TYPES = ("government-site", "news", "register", "encyclopedia", "knowledge-base", "blog")
_TYPE_WEIGHTS = (30, 30, 10, 15, 10, 5)
_DOCUMENTS = {
    Assertion.FOUNDING: ("mou", "founding"),
    Assertion.INTENT: ("statement-of-intent", "intent"),
    Assertion.CONTINUATION: ("renewal", "renewal"),
}
_FIRST = ((Assertion.FOUNDING, 70), (Assertion.SINCE, 18), (Assertion.INTENT, 12))
_LATER = (
    (Assertion.FOUNDING, 45),
    (Assertion.CONTINUATION, 25),
    (Assertion.STATUS, 15),
    (Assertion.STEP, 8),
    (Assertion.ENDING, 5),
    (Assertion.DENIAL, 2),
)


@dataclass(frozen=True)
class Dataset:
    """One set of data, ready to be loaded: ``home`` for our service, ``quads`` (N-Quads) for the others."""

    name: str
    home: Path
    quads: Path
    triples: int


def prepare(name: str, folder: Path, places: int) -> Dataset:
    """Return the data called ``bundled`` or ``generated``, made in ``folder`` unless they are there."""
    home = folder / (f"{name}-{places}" if name == "generated" else name)
    if not (home / "current").exists():
        makers: dict[str, Callable[[], None]] = {
            "bundled": lambda: _build_bundled(home),
            "generated": lambda: _build_generated(home, places),
        }
        makers[name]()
    release, quads = current_release(home), home / "data.nq"
    store = open_store(release.store_path)
    if not quads.exists():
        store.dump(quads.with_suffix(".part"), RdfFormat.N_QUADS)
        quads.with_suffix(".part").replace(quads)
    return Dataset(name, home, quads, len(store))


def _build_bundled(home: Path) -> None:
    build(load_bundled, home, questions=query_texts())


def _build_generated(home: Path, places: int) -> None:
    collection = generate(places)
    model = reconcile([collection])
    write_release(home, places, collection, model, _all_quads(model))


def write_release(
    home: Path, number: int, collection: LoadedCollection, model: Model, quads: Iterable[Quad]
) -> None:
    """Write a release without downloads, whose id ends in `number`, and let it be the current one."""
    release = f"{COMPILED.isoformat()}-{number:08d}"
    folder = home / "releases" / release
    triples = load_store(quads, folder / "store")
    write_texts(folder / "queries", query_texts())
    manifest = {
        "id": release,
        "compiled": COMPILED.isoformat(),
        "counts": count_model(model) | {"triples": triples, "issues": 0},
        "collections": describe_collections([collection]),
        "warnings": {},
        "files": [],
    }
    write_manifest(folder, manifest)
    publish(home, release)


def _all_quads(model: Model) -> Iterator[Quad]:
    yield from build_quads(model)
    measures = NamedNode(graph_iri("measures"))
    yield from (Quad(*triple, measures) for triple in describe_measures(measure(network_of(model))))
    for graph, name in (("ontology", "kembar.ttl"), ("vocabulary", "vocabulary.ttl")):
        target = NamedNode(graph_iri(graph))
        for quad in parse(io.BytesIO(ontology.read_text(name).encode()), RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, target)


def generate(places: int) -> LoadedCollection:
    """Return a collection with so many places and three pairs a place, each pair with one to four claims."""
    random = Random(SEED)
    territories = _make_places(random, places)
    sources = [_make_source(random, number) for number in range(max(10, places // 2))]
    claims: list[Claim] = []
    for parties in _draw_pairs(random, territories, places * PAIRS_PER_PLACE):
        claims.extend(_make_claims(random, parties, sources, len(claims)))
    info = CollectionInfo(
        "generated",
        (("en", "Generated"), ("id", "Buatan")),
        (("en", "Made by a program to measure with."), ("id", "Dibuat oleh program untuk pengukuran.")),
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "Kota Kembar",
        COMPILED,
    )
    every = (*_make_countries(), *territories)
    return LoadedCollection(info, every, tuple(claims), tally={"pair": len(claims)})


def _country(number: int) -> str:
    return COUNTRY if number == 0 else f"Q{900_000 + number}"


def _make_countries() -> list[Place]:
    return [
        Place(
            _country(number),
            _country(number),
            (("en", f"Country {number:02d}"), ("id", f"Negara {number:02d}")),
            level="country",
            level_with=("country",),
            is_country=True,
            qid=_country(number),
            codes=(("iso", chr(65 + number // 26) + chr(65 + number % 26)),),
        )
        for number in range(_COUNTRIES)
    ]


def _make_places(random: Random, count: int) -> list[Place]:
    """Return the places; the first tenth are provinces, which the others of the country are part of."""
    provinces: dict[str, list[str]] = {}
    made = []
    for number in range(count):
        country = _country(0 if number in (0, count // 10) else int(_COUNTRIES * random.random() ** 1.5))
        if number == count // 10 + 1:
            country = _country(1)
        is_province = number < count // 10
        place = _make_place(random, number, country, is_province, provinces.get(country, []), count // 10)
        if is_province:
            provinces.setdefault(country, []).append(place.id)
        made.append(place)
    return made


def _make_place(
    random: Random, number: int, country: str, is_province: bool, provinces: list[str], known: int
) -> Place:
    name = "".join(random.choices(_SYLLABLES, k=random.randint(2, 4))).capitalize() + f" {number}"
    is_city = not is_province and random.random() < 0.65
    level = "province" if is_province else "city" if is_city else "regency"
    qid = {known: CITY, known + 1: PARTNER}.get(number, f"Q{1_000_000 + number}")
    located = random.random() < 0.6
    return Place(
        qid,
        country,
        (("en", name), ("id", f"Kota {name}" if is_city else name)),
        level=level,
        level_with=(level,),
        is_city=is_city,
        part_of=random.choice(provinces) if provinces and not is_province else "",
        qid=qid,
        longitude=f"{random.uniform(-180, 180):.2f}" if located else "",
        latitude=f"{random.uniform(-60, 70):.2f}" if located else "",
    )


def _make_source(random: Random, number: int) -> Source:
    address = f"https://s{number}.example/page"
    (kind,) = random.choices(_TYPES, _TYPE_WEIGHTS)
    issued = PartialDate(random.randint(1995, 2025), random.randint(1, 12))
    title, language = f"Page {number} about partners", random.choice(("en", "id", "ko", "ja"))
    return Source(f"s{number}-example", address, title, f"Publisher {number % 300}", language, kind, issued)


def _draw_pairs(random: Random, places: list[Place], count: int) -> Iterator[tuple[str, str]]:
    """Yield pairs of places in two countries, each once: a few places have many, the first fiftieth none."""
    seen = {(CITY, PARTNER)}
    yield CITY, PARTNER
    hub = next(place for place in places if place.id == CITY)
    linked = len(places) - len(places) // 50
    while len(seen) < count:
        crowded = len(seen) <= min(60, count // 4)
        first = hub if crowded else places[-1 - int(linked * random.random() ** 2)]
        second = places[-1 - int(linked * random.random() ** 1.3)]
        pair = order_pair(first.id, second.id)
        if first.country == second.country or pair in seen:
            continue
        seen.add(pair)
        yield pair


def _make_claims(
    random: Random, parties: tuple[str, str], sources: list[Source], number: int
) -> Iterator[Claim]:
    year = random.randint(1955, 2024)
    day = PartialDate(year, random.randint(1, 12), random.randint(1, 28))
    (first,) = random.choices([kind for kind, _ in _FIRST], [weight for _, weight in _FIRST])
    yield _make_claim(random, number, parties, first, day, sources)
    for later in range(random.choice((0, 0, 0, 1, 1, 2, 3)) if number else 3):
        (kind,) = random.choices([kind for kind, _ in _LATER], [weight for _, weight in _LATER])
        moved = random.random() < 0.25 if kind is Assertion.FOUNDING else True
        years = random.choice((0, 1, 5)) if moved else 0
        last = 5 if kind is Assertion.ENDING else years
        when = PartialDate(min(2025, year + last)) if moved else day
        yield _make_claim(random, number + 1 + later, parties, kind, when, sources)


def _make_claim(
    random: Random,
    number: int,
    parties: tuple[str, str],
    kind: Assertion,
    when: PartialDate,
    sources: list[Source],
) -> Claim:
    document, family = _DOCUMENTS.get(kind, ("", ""))
    roles = {
        Assertion.SINCE: DateRole.SINCE,
        Assertion.ENDING: DateRole.UNTIL,
        Assertion.STEP: DateRole.HAPPENED,
    }
    status = {Assertion.ENDING: "terminated", Assertion.STATUS: random.choice(("active", "dormant"))}
    return Claim(
        f"generated/F{number:06d}",
        "generated",
        sources[int(len(sources) * random.random() ** 2)],
        kind,
        recorded_as=document or kind.value,
        description=f"Statement {number}: the two places are said to be partners ({kind.value}, {when}).",
        parties=parties,
        date=when,
        date_role=DateRole.SIGNED if document else roles.get(kind, DateRole.AS_OF),
        document_type=document,
        family=family,
        event_type="visit" if kind is Assertion.STEP else "",
        status=status.get(kind, ""),
        relation="sister-city" if kind in (Assertion.FOUNDING, Assertion.SINCE) else "",
        domains=tuple(sorted(random.sample(_DOMAINS, random.choice((0, 0, 1, 2))))),
    )
