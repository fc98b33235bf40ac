"""Half a minute of chaos: whatever is killed, stopped, damaged or switched, no answer is wrong."""

import shutil
from dataclasses import replace

import pytest

from benchmarks.neighbours.answers import Got, KnownAnswers, Worth
from benchmarks.neighbours.chaos import Holding, Report, make_home, run_chaos
from benchmarks.neighbours.mischief import HARMS, Disturbance

HELD = Holding(100, 20, 6)
SUM = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
"""The SHA-256 of hello (FIPS 180-4)."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    make_home(home)
    return home


@pytest.mark.slow
@pytest.mark.xdist_group("chaos")
@pytest.mark.parametrize("processes", ["1", "2"])
def test_half_a_minute_of_chaos_brings_no_wrong_answer_and_leaves_nothing_behind(made, tmp_path, processes):
    home = shutil.copytree(made, tmp_path / "home", symlinks=True)
    report = run_chaos(home, 30, seed=1, settings={"KEMBAR_PROCESSES": processes})
    assert report.problems() == []
    assert len(report.got) > 100 and {one.what for one in report.disturbances} <= {*HARMS}


@pytest.mark.parametrize(
    ("status", "release", "body", "worth"),
    [
        (200, "r", b"hello", Worth.RIGHT),
        (200, "r", b"hell", Worth.WRONG),
        (200, "s", b"hello", Worth.WRONG),
        (503, "r", b"", Worth.REFUSED),
        (404, "r", b"hello", Worth.WRONG),
    ],
)
def test_an_answer_is_worth_what_is_known(status, release, body, worth):
    assert KnownAnswers(["/a"], {("r", "/a"): SUM}).judge("/a", status, release, body)[0] is worth


def test_what_is_not_as_it_should_be_is_told():
    right = [Got("/a", 10 + n, 10.5 + n, Worth.RIGHT) for n in range(2000)]
    refused = Got("/a", 1, 2, Worth.REFUSED, "503")
    wrong = Got("/b", 1, 2, Worth.WRONG, "another")
    disturbed = Disturbance("a query process is killed", 0, 3)
    damaged = Disturbance("a file in use is damaged", 0, 3, damages=True)
    assert Report([*right, refused], [disturbed], HELD, HELD).problems() == []
    assert Report([*right, wrong], [damaged], HELD, HELD).problems() == []
    assert Report([*right, wrong], [disturbed], HELD, HELD).problems() == ["wrong: /b: another"]
    assert Report([*right, *[refused] * 3], [], HELD, HELD).problems() == []
    (told,) = Report([*right, *[refused] * 4], [Disturbance("a kill", 0.5, 0.5)], HELD, HELD).problems()
    assert told.startswith(
        "99.8004% right outside of disturbances: refused: /a: 503, 1.5 s after 'a kill' began"
    )
    grown = Holding(151, 31, 7)
    assert len(Report(right, [], HELD, grown).problems()) == 3
    three = replace(HELD, answering=3)
    assert Report(right, [], three, replace(three, descriptors=50)).problems() == []
    assert Report(right, [], three, replace(three, descriptors=51)).problems() == ["descriptors have grown"]
