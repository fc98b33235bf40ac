"""Flow 1: collections become a release. Nothing is replaced unless the rules hold."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

import ontology
from graph.claims import LoadedCollection
from graph.errors import CollectionError, RefusedRelease, ReleaseError
from graph.iris import graph_iri
from graph.model import Model
from graph.reconcile import reconcile
from graph.release import Release, current_release, read_release, remove_leftovers, switch_current
from graph.store import load_store, open_store
from graph.summary import count_model, describe_collections
from graph.triples import build_quads
from graph.validate import Breach, find_breaches

Progress = Callable[[str], None]
_CODE = ("ontology", "graph", "loaders")
_INPUTS = "inputs.json"
"""In the home folder: what the current release was made of, so that a build without changes is a no-op."""


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
    progress: Progress = lambda step: None,
) -> BuildReport:
    """Make a release of the collections that `load` gives and let `current` point to it.

    A no-op when neither the code nor the tables have changed since the current release, unless `force`.
    Raises InputError when a table cannot be read, RefusedRelease when a fatal rule does not hold; then
    nothing is replaced and nothing is left behind.
    """
    inputs = fingerprint()
    if not force and (current := _current_with(home, inputs)) is not None:
        return BuildReport(current, unchanged=True)
    (home / "releases").mkdir(parents=True, exist_ok=True)
    remove_leftovers(home)
    progress("reading the collections")
    collections = load()
    if not collections:
        raise CollectionError("(none)", "there is no collection", "Add a folder to loaders/collections.")
    progress("reconciling the claims")
    model = reconcile(collections)
    return _publish(model, collections, home, inputs, progress)


def _current_with(home: Path, inputs: str) -> Release | None:
    """Return the current release when it was made of the same inputs and can be opened."""
    try:
        release = current_release(home)
        made = json.loads((home / _INPUTS).read_text(encoding="utf-8"))
    except (ReleaseError, OSError, ValueError):
        return None
    same = made == {"inputs": inputs, "release": release.id}
    return release if same and _is_intact(release.path) else None


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


def _publish(
    model: Model, collections: Sequence[LoadedCollection], home: Path, inputs: str, progress: Progress
) -> BuildReport:
    progress("writing the triples")
    quads = sort_quads([*build_quads(model), *_schema_quads()])
    _check_one_graph_each(quads)
    content = hashlib.sha256("".join(f"{quad} .\n" for quad in quads).encode()).hexdigest()
    compiled = max(one.info.compiled for one in collections).isoformat()
    release_id = f"{compiled}-{content[:8]}"
    staging = home / "releases" / f".staging-{os.getpid()}"
    try:
        progress("loading the store")
        load_store(quads, staging / "store")
        progress("checking the rules")
        breaches = find_breaches(open_store(staging / "store"))
        if any(breach.rule.fatal for breach in breaches):
            raise RefusedRelease([breach for breach in breaches if breach.rule.fatal])
        manifest = {
            "id": release_id,
            "compiled": compiled,
            "sha256": content,
            "counts": count_model(model)
            | {"triples": len(quads), "issues": sum(len(one.issues) for one in collections)},
            "collections": describe_collections(collections),
            "warnings": {b.rule.name: len(b.things) for b in breaches},
        }
        _write_manifest(staging, manifest)
        final = _settle(staging, home / "releases" / release_id)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    switch_current(home, release_id)
    (home / _INPUTS).write_text(json.dumps({"inputs": inputs, "release": release_id}), encoding="utf-8")
    return BuildReport(read_release(final), unchanged=False, warnings=tuple(breaches))


def _settle(staging: Path, final: Path) -> Path:
    """Move a staged release to its place; an intact one of the same id is kept, a broken one gives way."""
    if final.exists() and _is_intact(final):
        return final
    retired = staging.with_name(f"{staging.name}-broken")
    if final.exists():
        final.rename(retired)
    staging.rename(final)
    shutil.rmtree(retired, ignore_errors=True)
    return final


def _is_intact(folder: Path) -> bool:
    try:
        triples: int = read_release(folder).manifest["counts"]["triples"]
        return len(open_store(folder / "store")) == triples
    except (ReleaseError, OSError, KeyError):
        return False


def _write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def sort_quads(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads without repetition in the order of their N-Quads lines, the same on every machine."""
    return [quad for _, quad in sorted({str(quad): quad for quad in quads}.items())]


def _check_one_graph_each(quads: Iterable[Quad]) -> None:
    """Raise ReleaseError when a triple of the sorted quads stands in two graphs: it would count twice."""
    for one, other in pairwise(quads):
        if one.triple == other.triple:
            what = f"one triple stands in two graphs, {one.graph_name} and {other.graph_name}: {one.triple}"
            raise ReleaseError(what)


def _schema_quads() -> Iterator[Quad]:
    """Yield the ontology and the vocabulary, each in its own graph."""
    for graph, name in (("ontology", "kembar.ttl"), ("vocabulary", "vocabulary.ttl")):
        target = NamedNode(graph_iri(graph))
        text = io.BytesIO(ontology.read_text(name).encode())
        for quad in parse(text, RdfFormat.TURTLE):
            yield Quad(quad.subject, quad.predicate, quad.object, target)
