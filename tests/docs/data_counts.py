"""The numbers in docs/data.md, counted in the bundled release; as a program, `make counts`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from babel import Locale

from tests.kit.bundled import Bundled
from tests.kit.paths import ROOT

PAGE = ROOT / "docs" / "data.md"
_BEGIN, _END = "<!-- counted by `make counts` -->", "<!-- end of what is counted -->"
_OURS = "kk:collection <https://w3id.org/kota-kembar/collection/indonesia> ; kk:source"
_CLAIM = f"?x a kk:Claim ; {_OURS} ?s . "
_SOURCE = f"?c {_OURS} ?x . "
_DATED = _CLAIM + "?x kk:signedOn|kk:since|kk:until|kk:asOf|kk:happenedOn ?date "
_ACCEPTED = "?x a kk:Partnership ; kk:status ?status FILTER(?status != status:intent) "
_BEGUN = _ACCEPTED + "?x kk:since ?date FILTER NOT EXISTS { ?x kk:sinceBasis ?basis } "
_TO_THE_DAY, _COARSER = "FILTER(DATATYPE(?date) = xsd:date)", "FILTER(DATATYPE(?date) != xsd:date)"
_PROVINCE = (
    "?province kk:country place:Q252 ; kk:level level:province ; rdfs:label ?key FILTER(LANG(?key) = 'en') "
    f"{_ACCEPTED} ?x kk:party ?place . ?place kk:partOf? ?province "
)
_TOTALS = (
    ("claims of the collection `indonesia`", _CLAIM),
    ("… read twice in their source", _CLAIM + "?x kk:readings 2"),
    ("… with a date that the source states to the day", _DATED + _TO_THE_DAY),
    ("… with a stated month or year", _DATED + _COARSER),
    ("… as of the day of the report only", _CLAIM + "?x kk:dateBasis datebasis:report-day"),
    ("… with a date that was worked out", _CLAIM + "?x kk:derivedOn ?date"),
    ("sources of these claims", _SOURCE),
    ("… that are near-copies of another one", _SOURCE + "?x kk:copyOf ?other"),
    ("partnerships accepted", _ACCEPTED),
    ("… since a stated day", _BEGUN + _TO_THE_DAY),
    ("… since a stated month or year", _BEGUN + _COARSER),
    ("… since a date that was worked out", _ACCEPTED + "?x kk:sinceBasis ?basis"),
    ("… whose beginning nobody tells", _ACCEPTED + "FILTER NOT EXISTS { ?x kk:since ?date }"),
    ("… with two or more independent sources", _ACCEPTED + "?x kk:sourceCount ?n FILTER(?n > 1)"),
    ("partnerships only intended", "?x a kk:Partnership ; kk:status status:intent"),
    ("pairs only claimed", "?x a kk:ClaimedPartnership"),
)


def count_data(bundled: Bundled) -> str:
    """Return the counted part of the page: three tables in Markdown."""
    totals = [(words, _count(bundled, pattern)) for words, pattern in _TOTALS]
    kinds = _group(bundled, _SOURCE + "?x kk:sourceType/skos:prefLabel ?key FILTER(LANG(?key) = 'en')")
    english = Locale("en").languages
    spoken = [(english[tag], number) for tag, number in _group(bundled, _SOURCE + "?x dcterms:language ?key")]
    provinces = _group(bundled, _PROVINCE)
    return "\n\n".join(
        [
            _table("what", totals),
            _table("kind of source", kinds),
            "Languages of the sources: " + _sentence(spoken) + ".",
            "Accepted partnerships by Indonesian province, its regencies and cities included: "
            + _sentence(provinces)
            + ".",
        ]
    )


def fill_in(page: str, counted: str) -> str:
    """Return the page with the counted part between its two marks."""
    head, _, rest = page.partition(_BEGIN)
    return f"{head}{_BEGIN}\n\n{counted}\n\n{_END}{rest.partition(_END)[2]}"


def _count(bundled: Bundled, pattern: str) -> int:
    ((number,),) = bundled.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}")
    return int(number)


def _group(bundled: Bundled, pattern: str) -> list[tuple[str, int]]:
    """Return the keys of a pattern with how many things each has, the most first."""
    rows = bundled.query(f"SELECT ?key (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }} GROUP BY ?key")
    return sorted(((key, int(number)) for key, number in rows), key=lambda row: (-row[1], row[0]))


def _table(head: str, rows: Iterable[tuple[str, int]]) -> str:
    lines = (f"| {words} | {number:,} |" for words, number in rows)
    return "\n".join([f"| {head} | number |", "| --- | ---: |", *lines])


def _sentence(rows: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{words} {number}" for words, number in rows)


def main() -> None:
    """Write the numbers of the bundled release, as it is now, into the page."""
    with tempfile.TemporaryDirectory() as folder:
        counted = count_data(Bundled(Path(folder)))
    PAGE.write_text(fill_in(PAGE.read_text(encoding="utf-8"), counted), encoding="utf-8")


if __name__ == "__main__":
    main()
