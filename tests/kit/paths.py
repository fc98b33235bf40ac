"""Where the tests, their data and the shared material lie."""

from pathlib import Path

TESTS = Path(__file__).parents[1]
DATA = TESTS / "data"
ROOT = TESTS.parent
SHARED = ROOT.parent / "shared"
