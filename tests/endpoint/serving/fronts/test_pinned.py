"""Older releases behind several front processes: what a front made of one stays while it is asked."""

from endpoint.serving.fronts.engine import FrontPinned
from endpoint.serving.pinned import MOST_OPEN
from endpoint.serving.releases.kept import Kept
from graph.store.releases import Release
from tests.kit.http.engine import small_config


def open_all(pinned, releases):
    for release in releases:
        with pinned.use(release, "client", lambda: False) as service:
            yield service


def test_what_is_kept_for_an_older_release_stays_from_request_to_request(tmp_path):
    (tmp_path / "queries").mkdir()
    releases = [Release(f"2026-01-0{number}-00000000", tmp_path, {}) for number in range(1, MOST_OPEN + 2)]
    pinned, kept, made = FrontPinned(small_config(tmp_path), None), Kept(), []
    for service in open_all(pinned, [releases[0], releases[0], releases[1], releases[0]]):
        kept.get(service.engine, None, lambda _, id_=service.release.id: made.append(id_))
    assert made == [releases[0].id, releases[1].id]
    first, *_, again = open_all(pinned, [*releases, releases[0]])
    assert again.engine is not first.engine
