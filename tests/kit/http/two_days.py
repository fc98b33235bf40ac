"""A home with two releases that differ in one day, and how one sees which of them answers."""

import shutil
from pathlib import Path

from graph.store.releases import list_releases, switch_current
from tests.kit.graph.collections import build_days

PARTNERSHIP = "/partnership/Q11462-Q24826"
PAGE = PARTNERSHIP + ".html"
SINCE = (
    f"SELECT ?since {{ <https://w3id.org/kota-kembar{PARTNERSHIP}>"
    " <https://w3id.org/kota-kembar/ontology#since> ?since }"
)
DAYS = ("2018-03-19", "2018-03-20")
CSV = {"Accept": "text/csv"}
HTML = {"Accept": "text/html"}


def build_two_days(tmp_path_factory) -> Path:
    """Build the two, and return their home."""
    folder, home = (tmp_path_factory.mktemp(name) for name in ("tiny", "home"))
    build_days(folder, home, DAYS)
    return home


def copy_home(built: Path, folder: Path) -> Path:
    """Return a copy of that home, the older release current."""
    copy = shutil.copytree(built, folder / "home", symlinks=True)
    switch_current(copy, ids_of(copy)[0])
    return copy


def ids_of(home: Path) -> list[str]:
    """Return the ids of the releases, that of the first day first."""
    return [release.id for release in reversed(list_releases(home))]
