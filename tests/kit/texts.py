"""The texts that the code uses, and the catalogues that hold them; as a program, `make texts`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from endpoint import errors
from endpoint.questions.groups import GROUPS as QUESTION_GROUPS
from endpoint.reconcile.draft import FEATURES
from endpoint.releases import summary
from endpoint.show.addresses import THING_KINDS
from endpoint.show.names import KINDS
from endpoint.show.texts import DOMAIN, LANGUAGES, LOCALES, TERMS
from endpoint.site import pages
from endpoint.sparql import deviations, limits
from endpoint.things.parts.pairs.partners import GROUPS
from endpoint.things.rdf.named_graphs import SHARED_GRAPHS
from graph.diff.types import Kind
from graph.downloads.quality import ORIGINS
from queries.mistakes import Mistake
from tests.kit.paths import ROOT

KEYWORDS = {"translate": None, "t": None, "plural": (1, 1), "add_table": None}
"""The functions whose first argument is a key; that of ``plural`` stands for all its forms."""
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_CHANGES = (Kind.ADDED, Kind.REMOVED, Kind.CHANGED)

Key = str | tuple[str, ...]
"""A text has one key; a plural has it once for each form that English has."""

COMPUTED: dict[str, Iterable[str]] = {
    "advice.": (*errors.SLUGS, errors.OTHER),
    "change.": _CHANGES,
    "count.": (*pages._COUNTS, *pages._SHARES, *summary.COUNTS),
    "data.changes.": _CHANGES,
    "data.kind.": summary.FILE_KINDS,
    "data.start.": [use for use, _ in summary._START],
    "deviation.": [one.slug for one in (*deviations.DEVIATIONS, *deviations.VIRTUOSO)],
    "engine.": limits.CAVEATS,
    "file.": summary.FILES,
    "found.": KINDS,
    "found.heading.": KINDS,
    "group.": QUESTION_GROUPS,
    "graph.": (*SHARED_GRAPHS, *(f"{name}.text" for name in SHARED_GRAPHS)),
    "issues.": ORIGINS,
    "kind.": THING_KINDS,
    "limit.": [slug for slug, *_ in limits._TABLE],
    "measure.": ("degree", "betweenness", "component", "community"),
    "mistake.": [mistake.key for mistake in Mistake],
    "network.": ("places", "components", "communities"),
    "partners.": GROUPS,
    "problem.": (*errors.SLUGS, errors.OTHER),
    "question.page.": ("first", "prev", "next", "last"),
    "reconcile.feature.": FEATURES,
    "sources.": ("kind", "collection", "language"),
    "term.": TERMS,
    "where.": pages.WHERE,
    "unit.": [*(unit for _, unit, *_ in limits._TABLE), *(unit for unit, _ in limits._BIGGER)],
}
"""The keys that code puts together: how they begin, and the code's own names that follow."""


@cache
def used_keys() -> frozenset[Key]:
    """Return the keys of all texts that code and templates use."""
    found = extract_from_dir(ROOT / "endpoint", _METHODS, keywords=KEYWORDS)
    written_out = {key for _, _, key, _, _ in found}
    computed = {beginning + name for beginning, names in COMPUTED.items() for name in names}
    return frozenset(written_out | computed)


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """Return the catalogue of a language."""
    with catalogue_path(language).open("rb") as lines:
        return read_po(lines)


def update_catalogue(catalogue: Catalog) -> bytes:
    """Return a catalogue as a file: with the keys in use, new ones without text, and no others."""
    used = Catalog()
    for key in used_keys():
        used.add(key)
    catalogue.update(used, no_fuzzy_matching=True, update_creation_date=False)
    lines = BytesIO()
    write_po(lines, catalogue, width=110, no_location=True, sort_output=True, ignore_obsolete=True)
    return lines.getvalue()


if __name__ == "__main__":
    for language in LANGUAGES:
        catalogue_path(language).write_bytes(update_catalogue(read_catalogue(language)))
