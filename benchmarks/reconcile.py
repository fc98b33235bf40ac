"""Reconciles 1,000 names of a release, written as people write them, with our own server; prints a table.

    .venv/bin/python benchmarks/reconcile.py
    .venv/bin/python benchmarks/reconcile.py HOME ... --places 25000

Each row is one way to send them: so many in a batch, with or without the country of each. Seconds are of the
clock, beside them the processor time of the server. "Right" is the share of names whose first candidate is
the place that was meant, "matched" the share that the service is certain of, and "wrong" counts those of them
that are another place. A namesake without its country cannot be told from its fellows.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.data import COMPILED, SEED, Dataset, prepare, write_release
from benchmarks.peers.servers import OURS, Server, running
from graph.model.claims import CollectionInfo, LoadedCollection, Place
from graph.reconcile.reconcile import reconcile
from graph.store.releases import current_release
from graph.store.store import open_store, select
from graph.triples.model import build_quads
from ontology import PREFIXES

BATCHES = (10, 50)
_NAMES = """SELECT ?place ?name (LANG(?name) AS ?in) ?country WHERE {
  ?place a kk:LocalGovernment ; rdfs:label|kk:nativeName|skos:altLabel ?name ; kk:country/rdfs:label ?country
  FILTER(LANG(?country) = "en") }"""
_SYLLABLES = """
    an ar ba bel ber bo bor bra bru burg ca car chi da dor el en fer ford gar gen ha
    ham hau in ja ka kir la len lo lu ma mar men mi mon na nor ol or pa pe por
    qui ra ri ro sa san sel ser stad ta ten tor u va ver vil wa wi yo za
    """
_ACCENTS = {"a": "á", "e": "é", "o": "ö", "u": "ü", "i": "í", "n": "ñ", "c": "ç"}


@dataclass(frozen=True)
class Asked:
    """One name as it is sent, what was done to it, and the place that is meant."""

    text: str
    noise: str
    place: str
    country: str


@dataclass(frozen=True)
class Outcome:
    """One way of sending all names: seconds of every batch, processor seconds, and what came back."""

    seconds: list[float]
    spent: float
    firsts: list[str]
    matches: list[str]


def _mistype(text: str, draw: random.Random) -> str:
    if len(text) < 4:
        return text
    at = draw.randrange(1, len(text) - 1)
    return draw.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + draw.choice("aeioubdst") + text[at:],
        )
    )


def _with_accents(text: str, draw: random.Random) -> str:
    bare = unicodedata.normalize("NFKD", text)
    if bare != text:
        return "".join(char for char in bare if not unicodedata.combining(char))
    return "".join(_ACCENTS.get(char, char) for char in text)


NOISE: dict[str, Callable[[str, random.Random], str]] = {
    "as written": lambda text, draw: text,
    "lower case": lambda text, draw: text.lower(),
    "capitals": lambda text, draw: text.upper(),
    "accents": _with_accents,
    "typo": _mistype,
    "City of": lambda text, draw: f"City of {text}",
    "spaces": lambda text, draw: f"  {text.replace(' ', '  ')} ",
}
"""What is done to a name; each to as many names as any other."""


def draw_names(home: Path, count: int) -> list[Asked]:
    """Return names of places of the current release of a home, in any of their languages, with noise."""
    prefixes = "".join(f"PREFIX {name}: <{base}>\n" for name, base in PREFIXES.items())
    rows = select(open_store(current_release(home).store_path), prefixes + _NAMES)
    rows.sort(key=lambda row: (row["place"], row["name"], row["in"]))
    draw = random.Random(SEED)
    chosen = draw.choices(rows, k=count)
    noises = [list(NOISE)[number % len(NOISE)] for number in range(count)]
    return [
        Asked(NOISE[noise](row["name"], draw), noise, row["place"].rpartition("/")[2], row["country"])
        for row, noise in zip(chosen, noises, strict=True)
    ]


def send(server: Server, names: Sequence[Asked], size: int, with_country: bool) -> Outcome:
    """Reconcile all names over one connection, `size` in a batch."""
    address = f"http://{server.target.host}:{server.target.port}/reconcile"
    seconds, firsts, matches = [], [], []
    before = server.spent()
    with httpx.Client(timeout=60) as client:
        for batch in _batches(names, size):
            queries = {str(n): _query(name, with_country) for n, name in enumerate(batch)}
            start = time.perf_counter()
            response = client.post(address, data={"queries": json.dumps(queries)})
            seconds.append(time.perf_counter() - start)
            answers = response.raise_for_status().json()
            found = [answers[str(n)]["result"] for n in range(len(batch))]
            firsts += [result[0]["id"] if result else "" for result in found]
            matches += [next((place["id"] for place in result if place["match"]), "") for result in found]
    return Outcome(seconds, server.spent() - before, firsts, matches)


def _query(name: Asked, with_country: bool) -> dict[str, object]:
    stated = {"properties": [{"pid": "country", "v": name.country}]} if with_country else {}
    return {"query": name.text, "limit": 5, **stated}


def _batches(names: Sequence[Asked], size: int) -> Iterator[Sequence[Asked]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


def report(
    title: str, names: Sequence[Asked], outcomes: dict[tuple[int, bool], Outcome], first: float
) -> str:
    """Return the table of one release, and how often each noise was seen through."""
    lines = [
        f"### {title}: {len(names)} names; the first request of all took {first:.1f} s",
        "",
        "| batch | country | seconds | processor | median batch | p95 batch | right | matched | wrong |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (size, with_country), outcome in outcomes.items():
        right = sum(a.place == b for a, b in zip(names, outcome.firsts, strict=True))
        wrong = sum(bool(b) and a.place != b for a, b in zip(names, outcome.matches, strict=True))
        lines.append(
            f"| {size} | {'stated' if with_country else 'no'} | {sum(outcome.seconds):.2f} "
            f"| {outcome.spent:.2f} | {statistics.median(outcome.seconds) * 1000:.0f} ms "
            f"| {_p95(outcome.seconds) * 1000:.0f} ms "
            f"| {right / len(names):.1%} | {sum(map(bool, outcome.matches)) / len(names):.1%} | {wrong} |"
        )
    return "\n".join([*lines, "", _by_noise(names, outcomes)])


def _by_noise(names: Sequence[Asked], outcomes: dict[tuple[int, bool], Outcome]) -> str:
    pairs = list(zip(names, outcomes[BATCHES[0], True].firsts, strict=True))
    shares = {
        noise: statistics.mean(asked.place == first for asked, first in pairs if asked.noise == noise)
        for noise in NOISE
    }
    return "Right with the country: " + ", ".join(f"{noise} {share:.1%}" for noise, share in shares.items())


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def make_places(home: Path, count: int) -> None:
    """Write a release of so many places without partners into a home; every seventh has a namesake."""
    draw = random.Random(SEED)
    countries = [_country(number) for number in range(150)]
    places = [_place(draw, number, draw.choice(countries).id) for number in range(count)]
    title, licence = (("en", "Places"),), "https://creativecommons.org/publicdomain/zero/1.0/"
    info = CollectionInfo("places", title, title, licence, "Kota Kembar", COMPILED)
    collection = LoadedCollection(info, (*countries, *places), ())
    model = reconcile([collection])
    write_release(home, count, collection, model, build_quads(model))


def _country(number: int) -> Place:
    names = (("en", f"Land of {chr(65 + number // 26)}{chr(65 + number % 26)}ia"), ("id", f"Negara {number}"))
    code = ("iso", f"{chr(65 + number // 26)}{chr(65 + number % 26)}")
    place = f"Q{900_000 + number}"
    return Place(place, place, names, "country", ("country",), is_country=True, qid=place, codes=(code,))


def _place(draw: random.Random, number: int, country: str) -> Place:
    count, syllables = draw.choice((1, 1, 1, 2)), _SYLLABLES.split()
    words = ("".join(draw.choices(syllables, k=draw.randint(2, 3))) for _ in range(count))
    name = " ".join(words).title()
    labels = (("en", name), ("id", draw.choice((f"Kota {name}", name))))
    qid = f"Q{1_000_000 + number}"
    native = (
        (("ja", "".join(chr(draw.randrange(0x4E00, 0x5E00)) for _ in range(3))),) if number % 5 == 0 else ()
    )
    return Place(qid, country, labels, "city", ("city",), is_city=True, native_names=native, qid=qid)


@contextmanager
def _homes(arguments: argparse.Namespace) -> Iterator[list[Path]]:
    """Yield the homes to measure; those that are made for it are removed."""
    with tempfile.TemporaryDirectory() as folder:
        made = []
        if arguments.places:
            make_places(Path(folder) / f"places-{arguments.places}", arguments.places)
            made.append(Path(folder) / f"places-{arguments.places}")
        yield [*arguments.home, *made] or [prepare("bundled", Path(folder), 0).home]


def main(words: Sequence[str] | None = None) -> None:
    """Measure every home and print its table."""
    parser = argparse.ArgumentParser(description="Reconcile 1,000 names with our own server.")
    parser.add_argument(
        "home", nargs="*", type=Path, help="folders with a current release; else the bundled one"
    )
    parser.add_argument("--names", type=int, default=1000, help="how many names (1000)")
    parser.add_argument(
        "--places", type=int, default=0, help="also measure a made-up release of so many places"
    )
    arguments = parser.parse_args(words)
    with _homes(arguments) as homes, tempfile.TemporaryDirectory() as folder:
        for home in homes:
            names = draw_names(home, arguments.names)
            with running(OURS, Dataset(home.name, home, home / "data.nq", 0), Path(folder)) as server:
                print(f"{home.name} ...", file=sys.stderr)
                first = sum(send(server, names[:1], 1, False).seconds)
                ways = [(size, with_country) for size in BATCHES for with_country in (False, True)]
                outcomes = {way: send(server, names, *way) for way in ways}
            print(report(home.name, names, outcomes, first) + "\n")


if __name__ == "__main__":
    main()
