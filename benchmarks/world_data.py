"""A made-up world of the size of the real one: short claims, as lists of twin towns and Wikidata make them.

One collection of six sources. For every 36,000 pairs there are 25,000 places (some without coordinates, level
or country, a third under minted ids) and about 62,000 claims: a knowledge base lists most of its pairs in
both directions, an encyclopedia each of its pairs once, few have a date. The same on every machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from uuid import UUID

from graph.model.claims import Assertion, Claim, CollectionInfo, DateRole, LoadedCollection, Place, Source
from graph.model.dates import PartialDate
from graph.model.iris import mint_place_id, order_pair
from graph.model.matches import Decision, Match, Mention

SEED = 20261121
PAIRS = 36_000
NAME = "world"
COMPILED = dt.date(2026, 11, 21)

_COUNTRIES = 200
_SYLLABLES = ("ba", "bu", "da", "di", "ga", "ja", "ka", "la", "lo", "ma", "na", "pa", "ri", "sa", "su", "to")
_LEVELS = (("province", 8), ("city", 50), ("regency", 12), ("village", 5), ("", 25))
_KNOWLEDGE, _LIST, *_TABLES = (
    Source("wikidata", "https://knowledge.example/", "Snapshot", "Knowledge base", "en", "knowledge-base"),
    Source("lists", "https://lists.example/", "Lists of twin towns", "Encyclopedia", "en", "encyclopedia"),
    Source("table-a", "https://a.example/", "Table A", "Knowledge base", "en", "knowledge-base"),
    Source("table-b", "https://b.example/", "Table B", "Knowledge base", "en", "knowledge-base"),
    Source("network", "https://network.example/", "Members", "A network of cities", "en", "association"),
    Source("pages", "https://pages.example/", "A page about towns", "Somebody", "en", "blog"),
)


def generate_world(pairs: int = PAIRS) -> LoadedCollection:
    """Return a collection with so many pairs, about 25 places and 62 claims for each 36 of them."""
    random = Random(SEED)
    places = _make_places(random, pairs * 25 // 36)
    claims = [claim for pair in _draw_pairs(random, places, pairs) for claim in _make_claims(random, pair)]
    numbered = tuple(replace(claim, id=f"{NAME}/L{n}") for n, claim in enumerate(claims, start=1))
    info = CollectionInfo(
        NAME,
        (("en", "A made-up world"), ("id", "Dunia buatan")),
        (("en", "Made by a program to measure with."), ("id", "Dibuat oleh program untuk pengukuran.")),
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "Kota Kembar",
        COMPILED,
    )
    return LoadedCollection(
        info,
        (*_make_countries(), *places),
        numbered,
        tally={"claim": len(numbered)},
        matches=tuple(map(_match, {place.label("en"): place for place in places if not place.qid}.values())),
    )


def revise_world(world: LoadedCollection) -> LoadedCollection:
    """Return the world as a later harvest could give it: each hundredth claim is gone or has a date."""
    kept = (claim for n, claim in enumerate(world.claims) if n % 100 != 17)
    dated = {"assertion": Assertion.SINCE, "date": PartialDate(1999), "date_role": DateRole.SINCE}
    claims = tuple(replace(claim, **dated) if claim.id.endswith("55") else claim for claim in kept)
    return replace(world, claims=claims, tally={"claim": len(claims)})


def _country(number: int) -> str:
    return f"Q{800_000 + number}"


def _make_countries() -> Iterator[Place]:
    for number in range(_COUNTRIES):
        yield Place(
            _country(number),
            _country(number),
            (("en", f"Country {number}"), ("id", f"Negara {number}")),
            level="country",
            level_with=("country",),
            is_country=True,
            qid=_country(number),
            codes=(("iso", chr(65 + number // 26) + chr(65 + number % 26)),),
        )


def _make_places(random: Random, count: int) -> list[Place]:
    """Return the places; a province comes before those that are part of it."""
    provinces: dict[str, list[str]] = {}
    made = []
    for number in range(count):
        place = _make_place(random, number, provinces)
        if place.level == "province":
            provinces.setdefault(place.country, []).append(place.id)
        made.append(place)
    return made


def _make_place(random: Random, number: int, provinces: dict[str, list[str]]) -> Place:
    name = "".join(random.choices(_SYLLABLES, k=random.randint(4, 7))).capitalize()
    country = _country(int(_COUNTRIES * random.random() ** 3)) if random.random() < 0.98 else ""
    (level,) = random.choices([level for level, _ in _LEVELS], [weight for _, weight in _LEVELS])
    known, located = random.random() < 0.65, random.random() < 0.85
    above = provinces.get(country, []) if country and level != "province" and random.random() < 0.5 else []
    return Place(
        f"Q{2_000_000 + number}" if known else mint_place_id("zz", f"{name} {number}"),
        country,
        (("en", name), ("id", name)),
        level=level,
        level_with=(level,) if level else (),
        is_city=level == "city",
        part_of=random.choice(above) if above else "",
        qid=f"Q{2_000_000 + number}" if known else "",
        longitude=f"{random.uniform(-180, 180):.2f}" if located else "",
        latitude=f"{random.uniform(-60, 70):.2f}" if located else "",
        population=random.randint(500, 5_000_000) if known and located else None,
        other_names=(f"{name} City", f"Old {name}") if known and number % 3 == 0 else (),
    )


def _match(place: Place) -> Match:
    mention = Mention(place.label("en"), place.country, stated_country=place.country)
    return Match(NAME, mention, place.id, Decision.MINTED, 0.4, ("no-candidate",))


def _draw_pairs(random: Random, places: list[Place], count: int) -> Iterator[tuple[Place, Place]]:
    """Yield different pairs, most of one level: some places have many partners, most have one or two."""
    seen = set()
    while len(seen) < count:
        first = places[int(len(places) * random.random() ** 2)]
        second = places[int(len(places) * random.random() ** 1.3)]
        pair = order_pair(first.id, second.id)
        likely = first.is_level_with(second) or random.random() < 0.1
        if likely and first is not second and pair not in seen:
            seen.add(pair)
            yield first, second


def _make_claims(random: Random, pair: tuple[Place, Place]) -> Iterator[Claim]:
    """Yield the claims about one pair: in 47 of 100 of the knowledge base, in 72 of the encyclopedia."""
    chance = random.random()
    if chance < 0.47:
        since = PartialDate(random.randint(1950, 2024)) if random.random() < 0.08 else None
        yield _make_statement(random, pair, since)
        if random.random() < 0.98:
            yield _make_statement(random, pair[::-1], since)
    if chance > 0.28:
        yield _make_row(_LIST, pair)
    if random.random() < 0.05:
        yield _make_row(random.choice(_TABLES), pair)


def _make_statement(random: Random, pair: tuple[Place, Place], since: PartialDate | None) -> Claim:
    """Return a statement of the knowledge base: the first place lists the second."""
    first, second = pair
    row = replace(
        _make_row(_KNOWLEDGE, pair),
        recorded_as="P190",
        listed_by=first.id,
        retrieved_on=COMPILED,
        statement=f"http://www.wikidata.org/entity/statement/{UUID(int=random.getrandbits(128))}",
        references=(f"https://{second.id.lower()}.example/partners",) if random.random() < 0.2 else (),
    )
    if since is None:
        return row
    return replace(row, assertion=Assertion.SINCE, date=since, date_role=DateRole.SINCE)


def _make_row(source: Source, pair: tuple[Place, Place]) -> Claim:
    names = tuple(place.label("en") for place in pair)
    return Claim(
        "",
        NAME,
        source,
        Assertion.CONTINUATION,
        recorded_as="listed as twin",
        description=f"{source.publisher} lists {names[1]} as a twin town of {names[0]}.",
        parties=(pair[0].id, pair[1].id),
        stated_parties=names,
        relation="sister-city",
    )
