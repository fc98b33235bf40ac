"""Flow 1: collections become a release. Nothing is replaced unless the rules hold."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from graph.errors import RefusedRelease, ReleaseError
from graph.model.claims import LoadedCollection
from graph.model.terms import Triple
from graph.pipeline.describe import Asked, Given, Progress, describe
from graph.pipeline.inputs import Fingerprint, Register, take_fingerprint
from graph.pipeline.publish import Draft, index_names, start_downloads, start_dumps, write_draft
from graph.pipeline.settle import settle
from graph.pipeline.workers import LARGE, count_processes, run_apart, start_workers
from graph.reading import read_whole
from graph.store.files import write_json
from graph.store.manifest import FILES, STORE
from graph.store.quads import SortedQuads, check_one_graph_each
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
    apart: bool = False,
    progress: Progress = lambda step: None,
) -> BuildReport:
    """Make a release of the collections that `load` gives and let `current` point to it.

    A no-op when nothing that it is made of has changed since the current release, unless `force`.
    `inputs` are files and folders besides the bundled ones that `load` reads; `register` is one more, which
    is written once the release is published.
    `questions` (texts by file name) are kept with the release, so that its answers can be had again;
    `examples` are what its graph says of them, made of nothing else.
    `processes` write its files, 0 for threads of this one; without a number, what suits size and machine.
    `apart`: the collections are read in a process of their own, with which the memory goes that they took;
    `load` and `register` have to be picklable then.
    Raises InputError when a table cannot be read, RefusedRelease when a fatal rule does not hold (its report
    is left in refused.json), OSError when the disk is full; then nothing is replaced or left behind.
    """
    questions, inputs = questions or {}, [*inputs, *([register.path] if register else [])]
    with lock_home(home):
        remove_leftovers(home)
        made_of = take_fingerprint(inputs, questions)
        if not force and (current := _current_with(home, made_of)) is not None:
            return BuildReport(current, unchanged=True)
        (home / "releases").mkdir(exist_ok=True)
        given = Given(load, Asked(questions, tuple(examples)), register)
        release, warnings, body = _make(given, home, processes, apart, progress)
        if register:
            made_of = register.write_beside(body, made_of, inputs)
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


def _make(
    given: Given, home: Path, processes: int | None, apart: bool, progress: Progress
) -> tuple[Release, tuple[Breach, ...], bytes]:
    """Publish a release; return it with the warnings of the rules, and with what its register is to hold."""
    staging, kept = home / "releases" / f".staging-{os.getpid()}", home / _BETWEENNESS
    try:
        if apart:
            described = run_apart(describe, given, staging, kept, progress=progress)
        else:
            described = describe(given, staging, kept, progress)
            if len(described.quads) >= LARGE:
                gc.collect()  # what was read is let go, also what holds itself in circles
        quads = described.quads
        with start_workers(count_processes(len(quads)) if processes is None else processes) as workers:
            progress("loading the store and checking the rules")
            loaded = workers.start(_load, quads, staging / STORE)
            dumps = start_dumps(workers, quads, staging / FILES)
            loaded()  # the two longest steps need the store: they come before the other downloads
            checked = workers.start(_check, staging / STORE)
            named = workers.start(index_names, staging)
            downloads = start_downloads(workers, described, dumps, staging / FILES)
            breaches = _refuse_fatal(checked(), home)
            draft = Draft(described, breaches, given.asked.questions, downloads, named)
            release_id = write_draft(draft, staging, partial(_find_previous, home), progress)
        quads.path.unlink()
        final = settle(staging, home / "releases" / release_id)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    publish(home, release_id)
    return read_release(final), breaches, described.register


def _load(quads: SortedQuads, store_path: Path) -> None:
    check_one_graph_each(quads)
    load_lines(quads.lines(), store_path)


def _check(store_path: Path) -> list[Breach]:
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
