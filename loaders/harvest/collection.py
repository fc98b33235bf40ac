"""A harvest as a collection: the folder that the build reads, and how a new one takes an old one's place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from graph.errors import FetchError
from loaders.harvest.fetch import Fetcher
from loaders.harvest.plan import Harvest, Progress, Summary
from loaders.harvest.queries import number_of
from loaders.harvest.store import MANIFEST, HarvestStore, Manifest, lock_output, open_store


def harvest_wikidata(
    output: Path,
    fetcher: Fetcher,
    countries: Iterable[str] = (),
    *,
    refresh: bool = False,
    progress: Callable[[Progress], None] = lambda step: None,
) -> Summary:
    """Harvest P190 into the collection folder `output` and return what there is.

    It is made in ``harvest.part`` and takes the place of ``harvest`` when it is complete, so a build never
    sees half of one. A harvest that was stopped goes on; one that is complete is only checked, and damaged
    pages of it are asked for again. `refresh` starts anew.
    Raises FetchError (see `Harvest.run`), also for a folder that holds another harvest.
    """
    manifest = Manifest(fetcher.url, tuple(sorted({*countries}, key=number_of)))
    part, whole = output / "harvest.part", output / "harvest"
    with lock_output(output):
        if refresh:
            shutil.rmtree(part, ignore_errors=True)
        elif not part.exists() and whole.exists():
            store = _open(whole, manifest)
            if summary := _summarize(store):
                _write_settings(output, summary.finished)
                return summary
            whole.rename(part)
        summary = Harvest(fetcher, _open(part, manifest), progress).run()
        _replace(whole, part)
        _write_settings(output, summary.finished)
        return summary


def _open(folder: Path, expected: Manifest) -> HarvestStore:
    """Return the harvest of a folder; raises FetchError for one of another endpoint or other countries."""
    if not (folder / MANIFEST).exists():
        return HarvestStore(folder, expected)
    store = open_store(folder)
    found = store.manifest
    if (found.endpoint, found.countries) != (expected.endpoint, expected.countries):
        what = f"{folder} holds a harvest of {found.endpoint} for {', '.join(found.countries) or 'all'}"
        mend = "Take another --output, or --refresh to replace it"
        raise FetchError(expected.endpoint, what, f"{mend}.")
    return store


def _summarize(store: HarvestStore) -> Summary | None:
    """Return the summary of a harvest that is complete and sound, else None."""
    manifest = store.manifest
    if manifest.finished is None or not all(store.is_sound(page) for page in manifest.pages.values()):
        return None
    return Summary(manifest.counts, 0, len(manifest.pages), manifest.finished)


def _replace(whole: Path, part: Path) -> None:
    """Let `part` be `whole`; what was there goes only after that."""
    old = whole.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    if whole.exists():
        whole.rename(old)
    part.rename(whole)
    shutil.rmtree(old, ignore_errors=True)


_SETTINGS = """\
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
creator = "Wikidata"
compiled = 0001-01-01

[title]
en = "Twinned administrative bodies in Wikidata"
id = "Pemerintah daerah kembar di Wikidata"

[description]
en = "The P190 statements of Wikidata, with their ranks, dates and references, and the places that they name."
id = "Pernyataan P190 di Wikidata, dengan peringkat, tanggal dan rujukannya, serta tempat yang disebutnya."

[wikidata]
files = ["harvest"]
"""


def _write_settings(output: Path, compiled: date) -> None:
    """Write collection.toml; one that is there keeps everything but its date."""
    path = output / "collection.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else _SETTINGS
    text = re.sub(r"(?m)^compiled = .*$", f"compiled = {compiled}", text)
    waiting = path.with_suffix(".part")
    waiting.write_text(text, encoding="utf-8")
    waiting.replace(path)
