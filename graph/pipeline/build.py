"""Flow 1: collections become a release. Nothing is replaced unless the rules hold."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from graph.errors import CollectionError, RefusedRelease, ReleaseError
from graph.model.claims import LoadedCollection
from graph.model.terms import Triple
from graph.pipeline.describe import Asked, Described, Progress, describe
from graph.pipeline.inputs import Fingerprint, Register, take_fingerprint
from graph.pipeline.publish import Draft, start_downloads, write_draft
from graph.pipeline.settle import settle
from graph.pipeline.workers import count_processes, start_workers
from graph.reading import read_whole
from graph.reconcile.reconcile import reconcile
from graph.store.files import write_json
from graph.store.manifest import FILES, STORE
from graph.store.quads import SortedQuads
from graph.store.releases import (
    Release,
    current_release,
    id_of,
    list_kept,
    lock_home,
    prune_releases,
    publish,
    read_release,
    remove_leftovers,
)
from graph.store.store import load_lines, open_store
from graph.store.validation import find_breaches
from graph.store.verify import check_release, find_damage
from ontology import Breach

KEEP = 5
"""How many releases are kept by default."""

_SELDOM = (200_000, 20, 1_000)
"""How often Python looks for circles of objects: a build makes millions of objects and hardly a circle, and
every look at all of them takes a second."""
_INPUTS = "inputs.json"
"""In the home folder: what the current release was made of, so that a build without changes is a no-op."""
_BETWEENNESS = "betweenness.json"
"""In the home folder: the betweenness of the last network."""
_PROVEN = frozenset({"one-triple-one-graph"})
"""The rules that hold before there is a store: it takes a sixth of the time where the quads are sorted."""
_REFUSED = "refused.json"
"""In the home folder: the report of the last build that was refused; gone when one succeeds."""


@dataclass(frozen=True)
class BuildReport:
    """What a build did: the release that is current now, and the warnings of the rules."""

    release: Release
    unchanged: bool
    warnings: tuple[Breach, ...] = ()


def build(
    load: Callable[[], Sequence[LoadedCollection]],
    home: Path,
    *,
    force: bool = False,
    keep: int = KEEP,
    questions: Mapping[str, str] | None = None,
    examples: Iterable[Triple] = (),
    inputs: Iterable[Path] = (),
    register: Register | None = None,
    processes: int | None = None,
    progress: Progress = lambda step: None,
) -> BuildReport:
    """Make a release of the collections that `load` gives and let `current` point to it.

    A no-op when nothing that it is made of has changed since the current release, unless `force`.
    `inputs` are files and folders besides the bundled ones that `load` reads; `register` is one more, which
    is written once the release is published.
    `questions` (texts by file name) are kept with the release, so that its answers can be had again;
    `examples` are what its graph says of them, made of nothing else.
    `processes` write its files, 0 for threads of this one; without a number, what suits size and machine.
    Raises InputError when a table cannot be read, RefusedRelease when a fatal rule does not hold (its report
    is left in refused.json), OSError when the disk is full; then nothing is replaced or left behind.
    """
    questions, inputs = questions or {}, [*inputs, *([register.path] if register else [])]
    with lock_home(home), _collect_seldom():
        remove_leftovers(home)
        made_of = take_fingerprint(inputs, questions)
        if not force and (current := _current_with(home, made_of)) is not None:
            return BuildReport(current, unchanged=True)
        (home / "releases").mkdir(exist_ok=True)
        asked = Asked(questions, tuple(examples))
        release, warnings = _make(load, home, asked, processes, progress)
        if register:
            made_of = register.write_beside(made_of, inputs)
        write_json(home / _INPUTS, {"inputs": made_of, "release": release.id})
        prune_releases(home, keep)
        return BuildReport(release, unchanged=False, warnings=warnings)


def _current_with(home: Path, made_of: Fingerprint) -> Release | None:
    """Return the current release when it was made of the same inputs and is intact."""
    try:
        release = current_release(home)
        made = json.loads(read_whole(home / _INPUTS))
    except (ReleaseError, OSError, ValueError, RecursionError):
        return None
    same = made == {"inputs": made_of, "release": release.id}
    return release if same and not check_release(release) else None


@contextmanager
def _collect_seldom() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _make(
    load: Callable[[], Sequence[LoadedCollection]],
    home: Path,
    asked: Asked,
    processes: int | None,
    progress: Progress,
) -> tuple[Release, tuple[Breach, ...]]:
    staging = home / "releases" / f".staging-{os.getpid()}"
    try:
        described = _read(load, asked, staging, home / _BETWEENNESS, progress)
        gc.collect()  # what was read is let go, also what holds itself in circles
        quads = described.quads
        with start_workers(count_processes(len(quads)) if processes is None else processes) as workers:
            progress("loading the store and checking the rules")
            checked = workers.start(_load_and_check, quads, staging / STORE)
            downloads = start_downloads(workers, quads, described.tables, staging / FILES)
            breaches = _refuse_fatal(checked(), home)
            draft = Draft(described.stated, quads, breaches, asked.questions, described.schema, downloads)
            release_id = write_draft(draft, staging, partial(_find_previous, home), workers, progress)
        quads.path.unlink()
        final = settle(staging, home / "releases" / release_id)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    publish(home, release_id)
    return read_release(final), breaches


def _read(
    load: Callable[[], Sequence[LoadedCollection]],
    asked: Asked,
    staging: Path,
    kept: Path,
    progress: Progress,
) -> Described:
    """Return what the collections say and what is concluded, described; they themselves are let go."""
    progress("reading the collections")
    collections = load()
    if not collections:
        raise CollectionError("(none)", "there is no collection", "Add a folder to loaders/collections.")
    progress("reconciling the claims")
    model = reconcile(collections)
    return describe(model, collections, asked, staging, kept, progress)


def _load_and_check(quads: SortedQuads, store_path: Path) -> list[Breach]:
    load_lines(quads.lines(), store_path)
    return find_breaches(open_store(store_path), _PROVEN)


def _refuse_fatal(breaches: Sequence[Breach], home: Path) -> tuple[Breach, ...]:
    """Return the warnings of the rules; raises RefusedRelease, and leaves its report, for a fatal one."""
    fatal = [breach for breach in breaches if breach.rule.fatal]
    (home / _REFUSED).unlink(missing_ok=True)
    if fatal:
        report = [asdict(b.rule) | {"rows": b.rows} for b in fatal]
        write_json(home / _REFUSED, report)
        raise RefusedRelease(fatal)
    return tuple(breaches)


def _find_previous(home: Path, release_id: str) -> Release | None:
    """Return the newest sound release before the new one, which may be a new copy of a kept one."""
    kept = list_kept(home)
    ids = [id_of(release) for release in kept]
    for release in kept[ids.index(release_id) + 1 :] if release_id in ids else kept:
        if isinstance(release, Release) and not find_damage(release):
            return release
    return None
