"""Flow 1: collections become a release. Nothing is replaced unless the rules hold."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import ontology
from graph.claims import LoadedCollection
from graph.errors import CollectionError, RefusedRelease, ReleaseError
from graph.iris import graph_iri
from graph.measure_triples import describe_measures
from graph.measures import measure
from graph.model import Model
from graph.network import network_of
from graph.publish import Draft, write_draft
from graph.reconcile import reconcile
from graph.release import (
    Release,
    check_release,
    current_release,
    lock_home,
    prune_releases,
    publish,
    read_release,
    remove_leftovers,
    write_json,
)
from graph.store import load_store, open_store
from graph.triples import build_quads
from graph.validate import Breach, find_breaches

Progress = Callable[[str], None]
KEEP = 5
"""How many releases are kept unless told otherwise."""

_CODE = ("ontology", "graph", "loaders")
_INPUTS = "inputs.json"
"""In the home folder: what the current release was made of, so that a build without changes is a no-op."""
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
    progress: Progress = lambda step: None,
) -> BuildReport:
    """Make a release of the collections that `load` gives and let `current` point to it.

    A no-op when neither the code nor the tables have changed since the current release, unless `force`.
    `questions` (texts by file name) are kept with the release, so that its answers can be had again.
    Raises InputError when a table cannot be read, RefusedRelease when a fatal rule does not hold (its report
    is left in refused.json), OSError when the disk is full; then nothing is replaced or left behind.
    """
    with lock_home(home):
        inputs = fingerprint()
        if not force and (current := _current_with(home, inputs)) is not None:
            return BuildReport(current, unchanged=True)
        (home / "releases").mkdir(exist_ok=True)
        remove_leftovers(home)
        progress("reading the collections")
        collections = load()
        if not collections:
            raise CollectionError("(none)", "there is no collection", "Add a folder to loaders/collections.")
        progress("reconciling the claims")
        model = reconcile(collections)
        release, warnings = _make(model, collections, home, questions or {}, progress)
        write_json(home / _INPUTS, {"inputs": inputs, "release": release.id})
        prune_releases(home, keep)
        return BuildReport(release, unchanged=False, warnings=warnings)


def _current_with(home: Path, inputs: str) -> Release | None:
    """Return the current release when it was made of the same inputs and is intact."""
    try:
        release = current_release(home)
        made = json.loads((home / _INPUTS).read_text(encoding="utf-8"))
    except (ReleaseError, OSError, ValueError):
        return None
    same = made == {"inputs": inputs, "release": release.id}
    return release if same and not check_release(release) else None


def fingerprint() -> str:
    """Return a hash of all that a release is made of: tables, ontology and the code that reads them."""
    root = Path(ontology.__file__).parent.parent
    digest = hashlib.sha256()
    for package in _CODE:
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _make(
    model: Model,
    collections: Sequence[LoadedCollection],
    home: Path,
    questions: Mapping[str, str],
    progress: Progress,
) -> tuple[Release, tuple[Breach, ...]]:
    progress("writing the triples")
    quads = sort_quads([*build_quads(model), *_schema_quads(), *_measure_quads(model)])
    check_one_graph_each(quads)
    content = hash_quads(quads)
    compiled = max(one.info.compiled for one in collections)
    release_id = f"{compiled.isoformat()}-{content[:8]}"
    staging = home / "releases" / f".staging-{os.getpid()}"
    try:
        progress("loading the store")
        load_store(quads, staging / "store")
        progress("checking the rules")
        breaches = _check_rules(staging / "store", home)
        progress("writing the files")
        draft = Draft(release_id, compiled, content, model, collections, quads, breaches, questions)
        write_draft(draft, staging, _previous(home, release_id))
        final = _settle(staging, home / "releases" / release_id)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    publish(home, release_id)
    return read_release(final), breaches


def _check_rules(store_path: Path, home: Path) -> tuple[Breach, ...]:
    """Return the warnings of the rules; raises RefusedRelease, and leaves its report, for a fatal one."""
    breaches = find_breaches(open_store(store_path))
    fatal = [breach for breach in breaches if breach.rule.fatal]
    (home / _REFUSED).unlink(missing_ok=True)
    if fatal:
        report = [asdict(b.rule) | {"rows": b.rows} for b in fatal]
        write_json(home / _REFUSED, report)
        raise RefusedRelease(fatal)
    return tuple(breaches)


def _previous(home: Path, release_id: str) -> Release | None:
    """Return the release that the new one follows: the current one, unless it is the same or broken."""
    try:
        current = current_release(home)
    except ReleaseError:
        return None
    return current if current.id != release_id else None


def _settle(staging: Path, final: Path) -> Path:
    """Move a staged release to its place; an intact one of the same id is kept, a broken one gives way."""
    if final.exists() and _is_intact(final):
        return final
    retired = final.with_name(f".retired-{final.name}")
    if final.exists():
        final.rename(retired)
    staging.rename(final)
    shutil.rmtree(retired, ignore_errors=True)
    return final


def _is_intact(folder: Path) -> bool:
    try:
        return not check_release(read_release(folder))
    except ReleaseError:
        return False


def sort_quads(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads without repetition in the order of their N-Quads lines, the same on every machine."""
    return [quad for _, quad in sorted({str(quad): quad for quad in quads}.items())]


def hash_quads(quads: Iterable[Quad]) -> str:
    """Return the SHA-256 of sorted quads as N-Quads, 64 hex digits: what a release is named by."""
    digest = hashlib.sha256()
    for quad in quads:
        digest.update(f"{quad} .\n".encode())
    return digest.hexdigest()


def check_one_graph_each(quads: Iterable[Quad]) -> None:
    """Raise ReleaseError when a triple of the sorted quads stands in two graphs: it would count twice."""
    for one, other in pairwise(quads):
        if one.triple == other.triple:
            what = f"one triple stands in two graphs, {one.graph_name} and {other.graph_name}: {one.triple}"
            raise ReleaseError(what)


def _measure_quads(model: Model) -> Iterator[Quad]:
    """Yield the measures of the network of accepted partnerships, in their own graph."""
    target = NamedNode(graph_iri("measures"))
    for subject, predicate, value in describe_measures(measure(network_of(model))):
        yield Quad(subject, predicate, value, target)


def _schema_quads() -> Iterator[Quad]:
    """Yield the ontology and the vocabulary, each in its own graph."""
    for graph, name in (("ontology", "kembar.ttl"), ("vocabulary", "vocabulary.ttl")):
        target = NamedNode(graph_iri(graph))
        text = io.BytesIO(ontology.read_text(name).encode())
        for quad in parse(text, RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, target)
