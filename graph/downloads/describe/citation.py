"""How a release is cited: by its id, so that others can see exactly what was seen."""

from __future__ import annotations

import datetime as dt

from graph.downloads.describe.publication import PUBLISHER, TITLE, release_iri

# The macros for months that every BibTeX style knows.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(
    release_id: str, compiled: dt.date, part: tuple[str, str, str] | None = None, doi: str = ""
) -> str:
    """Return the entry of a release for BibTeX and biblatex, with a line break at its end.

    `part` is the key, the title and the address of one answer of it, when that is cited.
    """
    key, title, address = part or ("", "", release_iri(release_id))
    fields = {
        "title": f"{{{{{title}}}}}" if part else f"{{{{{TITLE}}}}}",
        **({"howpublished": f"{{{{{TITLE}}}}}"} if part else {}),
        "author": f"{{{{{PUBLISHER[1]}}}}}",
        "year": f"{{{compiled.year}}}",
        "month": _MONTHS[compiled.month - 1],
        "version": f"{{{release_id}}}",
        "note": f"{{Release {release_id}}}",
        "url": f"{{{address}}}",
    }
    if doi:
        fields["doi"] = f"{{{doi}}}"
    lines = [f"  {name} = {value}," for name, value in fields.items()]
    return "\n".join([f"@misc{{kota-kembar-{release_id}{key and '-' + key},", *lines, "}"]) + "\n"


def cff(release_id: str, compiled: dt.date, doi: str = "") -> str:
    """Return the citation of a release as a file CITATION.cff (https://citation-file-format.github.io/)."""
    lines = (
        "cff-version: 1.2.0",
        "message: Please cite the release that you used.",
        f'title: "{TITLE}"',
        "type: dataset",
        f"version: {release_id}",
        f"date-released: {compiled.isoformat()}",
        f'url: "{release_iri(release_id)}"',
        *([f'doi: "{doi}"'] if doi else []),
        "authors:",
        f"  - name: {PUBLISHER[1]}",
    )
    return "\n".join(lines) + "\n"
