"""The index in the home: made once, whole or not at all, anew for another version; and the real one."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from graph.errors import CollectionError
from graph.matching.gazetteer.bearer import significant_bearers
from graph.matching.gazetteer.index import Gazetteer
from loaders.gazetteer import index
from loaders.gazetteer.index import ensure_gazetteer
from tests.kit.graph.gazetteer import HALLE, PLACES, as_text, world_index, write_package
from tests.kit.processes import wait_until

WHOLE = ["gazetteer.lock", "gazetteer.sqlite"]
"""What a home holds when an index is made."""


def test_the_same_places_give_the_same_bytes(tmp_path):
    made = [
        ensure_gazetteer(tmp_path / home, write_package(tmp_path / f"package-{home}")) for home in ("a", "b")
    ]
    assert made[0] == tmp_path / "a" / "gazetteer.sqlite"
    assert made[0].read_bytes() == made[1].read_bytes()


def test_an_index_is_made_once_for_a_version(tmp_path):
    first = ensure_gazetteer(tmp_path, write_package(tmp_path / "package"))
    made = first.stat().st_ino
    nothing = write_package(tmp_path / "package", "nothing that could be read")
    assert ensure_gazetteer(tmp_path, nothing).stat().st_ino == made
    other = write_package(tmp_path / "package", as_text(PLACES[:1]), version="3.1")
    with Gazetteer(ensure_gazetteer(tmp_path, other)) as gazetteer:
        assert [one.id for one in gazetteer.bearers(["Halle"])] == [HALLE]


@pytest.mark.slow
@pytest.mark.parametrize("read", [index.names, index.bearer, index.index])
def test_an_index_of_other_code_is_made_anew(tmp_path, monkeypatch, read):
    package = write_package(tmp_path / "package")
    before = ensure_gazetteer(tmp_path, package).stat().st_ino
    changed = tmp_path / "changed.py"
    changed.write_text("# other code\n")
    monkeypatch.setattr(read, "__file__", str(changed))
    assert ensure_gazetteer(tmp_path, package).stat().st_ino != before


@pytest.mark.slow
@pytest.mark.parametrize("broken", [b"", b"no database", b"SQLite format 3\0" + bytes(2000)])
def test_a_broken_index_is_made_anew(tmp_path, broken):
    (tmp_path / "gazetteer.sqlite").write_bytes(broken)
    with Gazetteer(ensure_gazetteer(tmp_path, write_package(tmp_path / "package"))) as gazetteer:
        assert gazetteer.find(HALLE).name == "Halle (Saale)"


def test_data_that_cannot_be_read_leave_the_index_as_it_was(tmp_path):
    before = ensure_gazetteer(tmp_path, write_package(tmp_path / "package")).read_bytes()
    broken = write_package(tmp_path / "package", as_text()[:-40], version="3.1")
    with pytest.raises(CollectionError, match="premature EOF"):
        ensure_gazetteer(tmp_path, broken)
    assert (tmp_path / "gazetteer.sqlite").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_a_place_that_is_listed_twice_is_an_error_and_no_traceback(tmp_path):
    twice = '{"1": %s, "2": %s}' % ((as_text(PLACES[:1])[len(f'{{"{HALLE}": ') : -1],) * 2)
    with pytest.raises(CollectionError, match="UNIQUE constraint failed"):
        ensure_gazetteer(tmp_path, write_package(tmp_path / "package", twice))
    assert not list(tmp_path.glob("*.sqlite*"))


@pytest.fixture
def piped(tmp_path):
    """A package whose places come through a pipe: who reads them waits until they are written, once."""
    package = write_package(tmp_path / "package")
    (package.data / "cities500.json").unlink()
    os.mkfifo(package.data / "cities500.json")
    return package


def write_when_read(pipe, text, is_at_work):
    """Wait until the places are read, write them, and return the pipe, which is open still."""

    def open_if_read():
        try:
            return os.fdopen(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), "w", encoding="utf-8")
        except OSError as exc:
            assert exc.errno == errno.ENXIO
            assert is_at_work()
            return None

    writer = wait_until(open_if_read)
    writer.write(text)
    writer.flush()
    return writer


def test_two_builds_at_once_read_the_places_once(tmp_path, piped):
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(ensure_gazetteer, tmp_path / "home", piped) for _ in range(2)]
        pipe = piped.data / "cities500.json"
        with write_when_read(pipe, as_text(), lambda: not any(one.done() for one in both)):
            pass
        made = {one.result(timeout=60) for one in both}
    assert made == {tmp_path / "home" / "gazetteer.sqlite"}
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == WHOLE


BUILD = """
import sys
from pathlib import Path
from loaders.gazetteer.index import ensure_gazetteer
from loaders.gazetteer.package import Package
ensure_gazetteer(Path(sys.argv[1]), Package("3.0.2", Path(sys.argv[2])))
"""


@pytest.mark.slow
def test_a_build_that_is_killed_leaves_nothing_half(tmp_path, piped):
    home, pipe = tmp_path / "home", piped.data / "cities500.json"
    with (
        subprocess.Popen([sys.executable, "-c", BUILD, home, piped.data]) as build,
        write_when_read(pipe, as_text()[:-40], lambda: build.poll() is None),
    ):
        assert (home / "gazetteer.sqlite.part").exists()
        build.send_signal(signal.SIGKILL)
        build.wait(timeout=60)
    assert not (home / "gazetteer.sqlite").exists()
    pipe.unlink()
    with Gazetteer(ensure_gazetteer(home, write_package(piped.data))) as gazetteer:
        assert len(gazetteer.bearers(["Halle"])) == 3
    assert sorted(path.name for path in home.iterdir()) == WHOLE


@pytest.fixture(scope="module")
def real():
    return world_index()


@pytest.mark.slow
def test_the_real_gazetteer_has_all_places_and_names_of_the_package(real):
    with closing(sqlite3.connect(real)) as opened:
        counts = [
            opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("place", "name")
        ]
        names = ("Springfield", "Portland", "Newport", "Halle")
        borne = [
            opened.execute("SELECT count(*) FROM place WHERE name = ?", (name,)).fetchone()[0]
            for name in names
        ]
    assert counts == [234_908, 1_046_117]
    assert borne == [24, 14, 29, 7]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "country", "found"),
    [
        ("Київ", "UA", "Kyiv"),
        ("東京", "JP", "Tokyo"),
        ("القاهرة", "EG", "Cairo"),
        ("Bombay", "IN", "Mumbai"),
        ("Leningrad", "RU", "Saint Petersburg"),
        ("Karl-Marx-Stadt", "DE", "Chemnitz"),
        ("Nizza", "FR", "Nice"),
        ("Parigi", "FR", "Paris"),
        ("Kapstadt", "ZA", "Cape Town"),
        ("Lüttich", "BE", "Liège"),
        ("Laibach", "SI", "Ljubljana"),
        ("Parigi", "ID", "Parigi"),
    ],
)
def test_the_real_gazetteer_knows_other_names_scripts_and_former_names(real, name, country, found):
    with Gazetteer(real) as gazetteer:
        assert {one.name for one in gazetteer.bearers([name], country)} == {found}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "country", "is_ambiguous"),
    [
        *((name, "US", True) for name in ("Springfield", "Portland", "Richmond", "Jackson", "Kansas City")),
        ("Halle", "DE", True),
        ("Gwangju", "KR", True),
        ("Surabaya", "ID", False),
        ("Bandung", "ID", False),
        ("Marseille", "FR", False),
        ("Houston", "US", False),
    ],
)
def test_the_real_gazetteer_says_which_names_are_ambiguous(real, name, country, is_ambiguous):
    with Gazetteer(real) as gazetteer:
        assert (len(significant_bearers(gazetteer.bearers([name], country))) > 1) == is_ambiguous


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "country", "qualifier", "people"),
    [
        ("Springfield", "US", "IL", [114_394]),
        ("Portland", "US", "Maine", [66_881]),
        ("Wil", "CH", "SG", [23_955]),
        ("Halle", "DE", "Saale", [237_865]),
        ("Halle", "DE", "Westfalen", [21_393]),
        ("Fürstenberg", "DE", "Havel", [6_774]),
        ("Newport", "GB", "Wales", [161_506, 851]),
        ("Suzhou", "CN", "Anhui", [1_647_642]),
        ("Lichtenberg", "DE", "Berlin", [41_359]),
        ("San Ysidro", "US", "San Diego", []),
    ],
)
def test_the_real_gazetteer_decides_by_qualifiers(real, name, country, qualifier, people):
    with Gazetteer(real) as gazetteer:
        bearers = gazetteer.bearers([name], country)
        assert [one.population for one in bearers if gazetteer.qualified_by(one, qualifier)] == people
