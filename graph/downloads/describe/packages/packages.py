"""The descriptions of a release's folder for other people's tools, written beside its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graph.downloads.describe.packages import croissant, datapackage, ro_crate
from graph.downloads.describe.publication import Publication
from graph.store.files import ReleaseFile, write_file

_JSON, _JSON_LD = "application/json", "application/ld+json"


def write_packages(publication: Publication, files: Sequence[ReleaseFile], folder: Path) -> list[ReleaseFile]:
    """Write the three descriptions and return them with `files`, all that is in the folder so far."""
    tables = datapackage.describe_package(publication)
    records = croissant.describe_croissant(publication)
    whole = [
        *files,
        write_file(folder, datapackage.FILE, tables, _JSON, "description"),
        write_file(folder, croissant.FILE, records, _JSON_LD, "description"),
    ]
    crate = ro_crate.describe_crate(publication, whole)
    return [*whole, write_file(folder, ro_crate.FILE, crate, _JSON_LD, "description")]
