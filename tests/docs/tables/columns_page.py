"""docs/tables.md, made of the columns that the tables are written by; as a program, `make counts`."""

from __future__ import annotations

from graph.downloads.tables.schema.columns import Column, Kind, Table
from graph.downloads.tables.tables import ALL
from tests.kit.paths import ROOT

PAGE = ROOT / "docs" / "tables.md"
_HEAD = """\
# The columns of the tables

Every table comes as CSV and as Parquet; [releases](releases.md#tables-for-other-peoples-tools) tells how to
read them. This page is made of the same list of columns as the files, `datapackage.json` and
`croissant.json` (`graph/downloads/tables/`), by `make counts`.

| kind | in CSV | in Parquet |
| --- | --- | --- |
| text, IRI | as it is; nothing where it is not known or does not apply | string, null |
| list | items joined by `;` | list of strings; none is an empty list |
| integer, number | `11`, `-7.25` | int64, double |
| yes or no | `true`, `false` | boolean |
| day | `2026-10-28` | date |
| date | as precise as it is known: `2018-03-19`, `2018-03`, `2018` | the same string, and three columns |

The three columns of a date are `…_precision` (day, month or year), `…_earliest` and `…_latest`, the first and
the last day that it can be. `vocab/…` names a scheme: the cell is the last part of the address of a concept,
as `mou` is of `vocab/document/mou`.
"""


def write_page() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *(_section(table) for table in ALL)])


def _section(table: Table) -> str:
    key = f" The column `{table.key}` is unique." if table.key else ""
    head = f"## {table.name}\n{table.what[0].upper()}{table.what[1:]}.{key}\n\n"
    rows = "".join(_row(column) for column in table.columns)
    return f"{head}| column | kind | what | example |\n| --- | --- | --- | --- |\n{rows}"


def _row(column: Column) -> str:
    of = f" (id in [{column.of}](#{column.of}))" if column.of else ""
    kind = "list" if column.kind is Kind.LIST else column.kind.value
    return f"| `{column.name}` | {kind} | {column.what}{of} | `{column.example}` |\n"


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
