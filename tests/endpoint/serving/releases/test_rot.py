"""A disk that rots: bytes flipped, files cut or exchanged a thousand times: all found, none answered from."""

import random
import shutil
from contextlib import contextmanager

import pytest

from endpoint.engine.observer import Observer
from endpoint.serving.releases import switch as switch_module
from endpoint.serving.releases.switch import Switch
from graph.pipeline.build import build
from graph.store.releases import list_releases, read_release
from graph.store.verify import find_damage
from loaders.collection import load_collections
from queries import query_texts
from tests.kit.graph.collections import edited, write_collection
from tests.kit.graph.releases import flip
from tests.kit.http.engine import run_query, small_config

pytestmark = pytest.mark.slow

DAMAGES, SERVED = 1000, 12
CLAIMS = "SELECT (COUNT(*) AS ?claims) { ?claim a <https://w3id.org/kota-kembar/ontology#Claim> }"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with two releases that differ in the year of a visit."""
    folder, home = tmp_path_factory.mktemp("tiny"), tmp_path_factory.mktemp("home")
    another = edited("statements.csv", "exploration,2020,", "exploration,2021,")
    for changes in ({}, {"statements": another}):
        write_collection(folder, **changes)
        build(lambda: load_collections([folder]), home, force=True, questions=query_texts())
    return home


@contextmanager
def rotten(release, chance):
    """Yield with one file of a release damaged, what was done, and mend it after that."""
    files = [path for path in sorted(release.path.rglob("*")) if path.is_file() and path.stat().st_size]
    one, other = chance.sample(files, 2)
    before = {path: path.read_bytes() for path in (one, other)}
    kind = chance.choice(("flip", "cut", "swap", "zeros", "lost"))
    if kind == "flip":
        flip(one, chance.randrange(len(before[one])))
    elif kind == "cut":
        one.write_bytes(before[one][: chance.randrange(len(before[one]))])
    elif kind == "swap" and before[one] != before[other]:
        one.write_bytes(before[other])
        other.write_bytes(before[one])
    elif kind == "lost":
        one.unlink()
    else:
        start = chance.randrange(len(before[one]))
        one.write_bytes(before[one][:start] + b"\0" * 512 + before[one][start + 512 :])
    is_damaged = any(not path.exists() or path.read_bytes() != body for path, body in before.items())
    try:
        yield f"{kind} of {one.relative_to(release.path)} and {other.name}", is_damaged
    finally:
        for path, body in before.items():
            path.write_bytes(body)


def test_a_thousand_damages_are_all_found(home):
    chance, release = random.Random(13), list_releases(home)[0]
    found = 0
    for _ in range(DAMAGES):
        with rotten(release, chance) as (what, is_damaged):
            assert bool(find_damage(release)) == is_damaged, what
            found += is_damaged
    assert found > 0.95 * DAMAGES
    assert find_damage(read_release(release.path)) == []


def test_nothing_is_answered_from_a_damaged_release(home, tmp_path, monkeypatch):
    monkeypatch.setattr(switch_module, "CHECK_SECONDS", 3600.0)
    monkeypatch.setattr(switch_module, "RETRY_SECONDS", 0.0)
    copy = shutil.copytree(home, tmp_path / "home", symlinks=True)
    newest, older = list_releases(copy)
    chance = random.Random(5)
    switch = Switch(small_config(copy), newest, Observer())
    try:
        for _ in range(SERVED):
            with rotten(newest, chance) as (what, is_damaged):
                switch.update()
                assert (switch.service.release.id == older.id) == is_damaged, what
                answer = run_query(switch.service.engine, CLAIMS, "text/csv").body.split()
                assert answer == [b"claims", b"3"], what
            switch.update()
            assert (switch.service.release.id, switch.faults()) == (newest.id, []), what
    finally:
        switch.close()
