"""A release as files for the bulk loader of an engine, which is faster than any protocol.

The files hold what `publish_to_engine` would send. Who has let the engine load them publishes afterwards:
what is there and right is only proven and marked, and what is not is sent.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

from graph.engines.generations.names import name_graphs
from graph.engines.generations.publication import lines_of_graph
from graph.engines.target import Target
from graph.store.releases import Release
from graph.store.store import open_store
from ontology import BASE

BULK_LOAD = "ld_dir('{folder}', '*.nt.gz', ''); rdf_loader_run(); checkpoint;"
"""What Virtuoso's `isql` is told to load a folder that is among its `DirsAllowed`."""


def write_for_bulk_load(release: Release, target: Target, folder: Path) -> list[Path]:
    """Write each graph of a release as N-Triples as the engine is to keep it, and return these files.

    Beside each one stands a file with the name that the graph has there, as `ld_dir` of Virtuoso wants it:
    https://vos.openlinksw.com/owiki/wiki/VOS/VirtBulkRDFLoader
    """
    store = open_store(release.store_path)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for graph, name in name_graphs(release.id, store).items():
        path = folder / f"{graph.removeprefix(BASE).replace('/', '-')}.nt.gz"
        _write(path, lines_of_graph(store, graph, target))
        path.with_suffix(".graph").write_text(f"{name}\n", encoding="utf-8")
        written.append(path)
    return written


def _write(path: Path, lines: Iterable[bytes]) -> None:
    with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as file:
        file.writelines(lines)
