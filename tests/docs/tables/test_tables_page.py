"""docs/tables.md is what the columns say, and its examples stand in the bundled release."""

import csv

import pytest

from graph.downloads.tables.schema.columns import Kind
from graph.downloads.tables.tables import ALL
from tests.docs.tables.columns_page import PAGE, write_page


def test_the_page_is_made_of_the_columns():
    assert PAGE.read_text(encoding="utf-8") == write_page()


@pytest.mark.slow
@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_every_example_is_a_cell_of_the_release(bundled, table):
    """A column that the bundled release leaves empty has an example from elsewhere."""
    with bundled.release.file(f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in table.columns:
        cells = {row[column.name] for row in rows if row[column.name]}
        items = {item for cell in cells for item in cell.split(";")} if column.kind is Kind.LIST else set()
        assert not cells or column.example in cells | items, (column.name, sorted(cells)[:5])
