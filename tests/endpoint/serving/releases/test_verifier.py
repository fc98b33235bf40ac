"""No release answers before every byte of it was read, nor after one has changed."""

import logging
import os
import shutil
from types import SimpleNamespace

import pytest

from endpoint.serving.releases import verifier as verifier_module
from endpoint.serving.releases.verifier import Verifier, is_kept
from graph.errors import DamagedRelease
from graph.store.releases import publish, read_release
from tests.kit.graph.releases import flip, write_folder
from tests.kit.processes import wait_until

A, B = "2026-11-21-aaaaaaaa", "2026-11-22-bbbbbbbb"


@pytest.fixture
def home(tmp_path):
    for name in (A, B):
        write_folder(tmp_path, name)
        publish(tmp_path, name)
    return tmp_path


@pytest.fixture
def release(home):
    return read_release(home / "releases" / A)


@pytest.fixture
def read(monkeypatch):
    """The releases that were read whole, in their order."""
    really, found = verifier_module.find_damage, []

    def find_damage(release, pause=None):
        found.append(release.id)
        return really(release, pause)

    monkeypatch.setattr(verifier_module, "find_damage", find_damage)
    return found


@pytest.fixture
def verifier(home, read, monkeypatch):
    monkeypatch.setattr(verifier_module, "_REST_SECONDS", 3600.0)
    made = Verifier(home, 3600.0)
    yield made
    made.close()


def test_a_sound_release_is_read_once(verifier, release, read):
    for _ in range(3):
        verifier.check(release)
    assert read == [A]
    assert verifier.faults() == {}


@pytest.mark.parametrize("name", ["store/000001.sst", "files/core.ttl", "queries/cities.rq", "SHA256SUMS"])
def test_a_write_is_seen_at_once_and_a_repair_too(verifier, release, read, name):
    verifier.check(release)
    flip(release.path / name)
    for _ in range(2):
        with pytest.raises(DamagedRelease) as caught:
            verifier.check(release)
    assert read == [A, A], "a damaged one is not read again and again"
    assert verifier.faults() == {A: str(caught.value)}
    flip(release.path / name)
    verifier.check(release)
    assert verifier.faults() == {}


def test_a_write_that_hides_its_time_is_seen_too(verifier, release):
    verifier.check(release)
    path = release.path / "store" / "000001.sst"
    before = path.stat()
    flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(DamagedRelease, match=r"000001.sst has the SHA-256"):
        verifier.check(release)


def test_bits_that_the_disk_forgets_are_found_by_reading_all_again(verifier, release, monkeypatch, caplog):
    verifier.check(release)
    monkeypatch.setattr(verifier_module, "_look_at", lambda path: (1,))
    verifier._findings.clear()
    verifier.check(release)
    flip(release.path / "store" / "000001.sst")
    verifier.check(release)
    monkeypatch.setattr(verifier, "_pace", lambda whole: lambda count: None)
    with caplog.at_level(logging.ERROR):
        verifier.read_all()
        verifier.read_all()
    assert caplog.text.count("is damaged") == 1, "told once"
    with pytest.raises(DamagedRelease):
        verifier.check(release)


def test_a_release_that_takes_the_place_of_a_damaged_one_is_another(verifier, release, home):
    flip(release.path / "store" / "000001.sst")
    with pytest.raises(DamagedRelease):
        verifier.check(release)
    shutil.rmtree(release.path)
    again = read_release(write_folder(home, A, warnings={"never": 1}))
    verifier.check(again)
    with pytest.raises(DamagedRelease, match="another one than before"):
        verifier.check(release)
    assert (is_kept(again), is_kept(release)) == (True, False)


def test_a_manifest_that_is_no_use_is_told(verifier, home):
    (home / "releases" / B / "manifest.json").write_text('{"id": "x"}')
    assert list(verifier.faults()) == [B]


def test_what_is_not_kept_any_more_is_forgotten(verifier, release, home, monkeypatch):
    monkeypatch.setattr(verifier, "_pace", lambda whole: lambda count: None)
    verifier.read_all()
    assert sorted(verifier._findings) == [A, B]
    shutil.rmtree(release.path)
    verifier.read_all()
    assert sorted(verifier._findings) == [B]


def test_a_round_takes_the_time_that_it_may_take_whatever_there_is_to_read(home, monkeypatch):
    rested = []
    event = SimpleNamespace(wait=rested.append, set=lambda: None)
    verifier = Verifier(home, 100.0)
    monkeypatch.setattr(verifier, "_closed", event)
    verifier.read_all()
    assert sum(rested) == pytest.approx(80.0)
    verifier.close()


def test_it_reads_by_itself_and_stops_in_the_middle(home, read, monkeypatch):
    monkeypatch.setattr(verifier_module, "_REST_SECONDS", 0.01)
    verifier = Verifier(home, 1e6)
    wait_until(lambda: read == [B])
    verifier.close()
    assert not verifier.task._thread.is_alive()
    assert read == [B]
