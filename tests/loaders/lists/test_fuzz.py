"""Lists damaged at random are read or refused in a sentence; no row is lost in silence."""

from __future__ import annotations

import random

import pytest

from benchmarks.lists.fuzz_lists import BAD, LOST, SEEDS, damage, find_lost, run_trial, run_trials
from loaders.collection import read_collections
from tests.kit.graph.matching import EMPTY


@pytest.mark.slow
@pytest.mark.parametrize("form", SEEDS)
def test_a_sound_file_is_read(tmp_path, form):
    trial = run_trial(form, SEEDS[form](), tmp_path / "fuzz")
    assert trial.outcome == ("read, with issues" if form == "ttl" else "read whole"), trial.detail


def test_a_row_that_is_lost_is_noticed(tmp_path):
    data = SEEDS["csv"]()
    run_trial("csv", data.replace(b"Alphatown03", b"Alphatown99"), tmp_path / "fuzz")
    (collection,) = read_collections([tmp_path / "fuzz"], gazetteer=EMPTY).collections
    assert find_lost(collection, "csv", data) == ["line 5: Alphatown03"]
    assert LOST in BAD


def test_the_same_seed_damages_alike():
    data = SEEDS["csv"]()
    first, second, other = (damage(data, random.Random(seed)) for seed in (3, 3, 4))
    assert first == second != other


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 8])
def test_damaged_lists_are_read_or_refused_and_never_lose_a_row(tmp_path, seed):
    trials = list(run_trials(180, seed, tmp_path))
    assert [trial for trial in trials if trial.outcome in BAD] == []
    assert {trial.form for trial in trials if trial.outcome.startswith("read")} == {*SEEDS}
