"""issues.csv: every known problem of the data; ``graph.downloads.quality`` writes its rows."""

from __future__ import annotations

from graph.downloads.tables.schema.columns import CLAIMS, Column, Kind, Table, integer, several, text

TABLE = Table(
    "issues",
    "every known problem of the data",
    (
        text("origin", "row, rule, build or curator: who or what found it", "row"),
        several("collection", "the collections concerned", "indonesia"),
        text("kind", "what is wrong (vocab/issue), or the name of a rule", "not-a-claim"),
        text("verdict", "of an assessment (vocab/verdict)", "unverified"),
        Column("thing", Kind.IRI, "what it is about", "https://w3id.org/kota-kembar/place/Q252"),
        text("thing_en", "its English name", "Tangerang Regency – Binzhou"),
        text("thing_id", "its Indonesian name", "Kabupaten Tangerang – Binzhou"),
        several("claims", "the claims concerned", "indonesia/F982;indonesia/F984", CLAIMS),
        text("file", "the file of the row", "indonesia/statements.csv"),
        integer("line", "its line; the header is line 1", "2"),
        text("row", "its id", "S01"),
        text("note", "why, in English", "Describes the source: see sources.csv."),
    ),
    key="",
)
