"""The list of mutants fits the code as it is, and the runner tells a mutant that nothing notices."""

from dataclasses import replace

import pytest

from tests.kit.paths import ROOT
from tests.mutants.run import CAUGHT, SURVIVED, Mutant, judge, read_mutants

CODE = "def double(number):\n    return 2 * number\n"
TESTS = "from code_of_ours import double\n\ndef test_double():\n    assert double(2) == 4\n"
MUTANT = Mutant("code_of_ours.py", "2 * number", "3 * number", "test_ours.py", "A double is twice as much.")


@pytest.mark.parametrize("mutant", read_mutants(), ids=lambda mutant: mutant.rule)
def test_every_mutant_changes_one_place_and_names_its_tests(mutant):
    assert mutant.places() == 1
    assert mutant.after != mutant.before
    assert (ROOT / mutant.test).is_file()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("after", "outcome"),
    [("3 * number", CAUGHT), ("2 + number", SURVIVED), ("2 *", "failed to run (2)")],
)
def test_a_mutant_is_judged_by_its_tests_and_the_copy_is_mended(tmp_path, after, outcome):
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "code_of_ours.py").write_text(CODE)
    (copy / "test_ours.py").write_text(TESTS)
    assert judge(replace(MUTANT, after=after), copy).outcome == outcome
    assert (copy / "code_of_ours.py").read_text() == CODE
    assert (MUTANT.places(copy), MUTANT.places(tmp_path)) == (1, 0)


def test_the_core_and_words_choose_mutants():
    core, other = replace(MUTANT, core=True), replace(MUTANT, rule="A triple is more.")
    chosen = {
        words: [one.is_chosen(words) for one in (core, other)] for words in ((), ("--core",), ("triple",))
    }
    assert chosen == {(): [True, True], ("--core",): [True, False], ("triple",): [False, True]}
    assert 20 <= sum(one.core for one in read_mutants()) <= 30
