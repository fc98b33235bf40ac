"""Where the tests, their data and the shared material lie, and what all processes of a run make together."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parents[1]
DATA = TESTS / "data"
ROOT = TESTS.parent
SHARED = ROOT.parent / "shared"
TOGETHER = "KEMBAR_TESTS_TOGETHER"
"""The variable of the environment with the folder that all processes of a run share; it ends with the run."""


@contextmanager
def in_turn(name: str) -> Iterator[Path]:
    """Yield a folder that all processes of a run share, to one of them at a time."""
    folder = Path(os.environ[TOGETHER], name)
    folder.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder
