"""`make mutants`: breaks the code in one place at a time, in a copy of the tree, and sees that tests notice.

The mutants stand in mutants.toml; words behind the command choose those that hold one of them, `--core` the
few that every change is tried with.
Exit code 1 when a mutant survives, when its tests do not run, or when its place in the code is not clear.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from queue import SimpleQueue

from tests.kit.paths import ROOT, TESTS

AT_A_TIME = 2
MOST_SECONDS = 600
CORE = "--core"
CAUGHT, SURVIVED = "caught", "survived"
_OUTCOMES = {0: SURVIVED, 1: CAUGHT}
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__")


@dataclass(frozen=True)
class Mutant:
    """One change: the text before and after in a file, the test module that must fail, the rule it breaks.

    Those of the ``core`` are few and quick, and break what the project stands on.
    """

    file: str
    before: str
    after: str
    test: str
    rule: str
    core: bool = False

    def places(self, root: Path = ROOT) -> int:
        """Return how often the text before stands in the file; 0 when there is no such file."""
        path = root / self.file
        return path.read_text(encoding="utf-8").count(self.before) if path.exists() else 0

    def is_chosen(self, words: Sequence[str]) -> bool:
        """Return whether one of the words, or ``--core``, means this mutant; no words mean all."""
        return not words or (CORE in words and self.core) or any(word in str(self) for word in words)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, the seconds it took, and what the tests printed last."""

    mutant: Mutant
    outcome: str
    seconds: float
    told: str


def read_mutants(path: Path = TESTS / "mutants" / "mutants.toml") -> list[Mutant]:
    """Return the mutants of a file in its order; TypeError when one lacks something or has too much."""
    return [Mutant(**one) for one in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]]


def judge(mutant: Mutant, copy: Path) -> Verdict:
    """Return what the tests say of a copy of the tree with the mutant in it; then the copy is as before."""
    path, begin = copy / mutant.file, time.monotonic()
    whole = path.read_text(encoding="utf-8")
    try:
        _write(path, whole.replace(mutant.before, mutant.after))
        code, told = _run_tests(mutant.test, copy)
    finally:
        _write(path, whole)
    return Verdict(mutant, _OUTCOMES.get(code, f"failed to run ({code})"), time.monotonic() - begin, told)


def _write(path: Path, text: str) -> None:
    """Write a module, and forget what was compiled of it: that is told apart by seconds and length only."""
    path.write_text(text, encoding="utf-8")
    Path(cache_from_source(str(path))).unlink(missing_ok=True)


def _run_tests(module: str, copy: Path) -> tuple[int, str]:
    """Return the exit code of pytest and its last line; 1 is that of a test that failed."""
    options = ["-x", "-q", "-p", "no:cacheprovider", f"--basetemp={copy.with_suffix('.tests')}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, module],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output = ""
    lines = [line for line in output.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return process.wait(), (lines or output.splitlines() or ["it did not end"])[-1]


def judge_all(mutants: Sequence[Mutant], scratch: Path) -> list[Verdict]:
    """Return a verdict for each mutant, in their order; each is told as soon as it is known."""
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(AT_A_TIME):
        copies.put(shutil.copytree(ROOT, scratch / f"copy-{number}", ignore=_NOT_COPIED))

    def take_copy(mutant: Mutant) -> Verdict:
        copy = copies.get()
        try:
            verdict = judge(mutant, copy)
        finally:
            copies.put(copy)
        tell(verdict)
        return verdict

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(take_copy, mutants))


def tell(verdict: Verdict) -> None:
    """Print a line about a mutant, and why when it was not caught."""
    mutant = verdict.mutant
    print(f"{verdict.outcome:8} {verdict.seconds:5.1f} s  {mutant.file}: {mutant.rule}", flush=True)  # noqa: T201
    if verdict.outcome != CAUGHT:
        print(f"  {mutant.test}: {verdict.told}", flush=True)  # noqa: T201


def main(words: Sequence[str]) -> int:
    """Judge the mutants that have one of the words, all without words, and return the exit code."""
    mutants = [one for one in read_mutants() if one.is_chosen(words)]
    for mutant in (unclear := [one for one in mutants if one.places() != 1]):
        print(f"{mutant.file} holds {mutant.places()} times, not once: {mutant.before}")  # noqa: T201
    if unclear:
        return 1
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        verdicts = judge_all(mutants, Path(scratch))
    caught = sum(verdict.outcome == CAUGHT for verdict in verdicts)
    print(f"{caught} of {len(verdicts)} mutants were caught in {time.monotonic() - begin:.0f} s")  # noqa: T201
    return 0 if caught == len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
