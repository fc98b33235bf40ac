"""Cells of spreadsheets: what a person sees, and sentences about files that are none."""

from __future__ import annotations

import datetime as dt
import re
import zipfile

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from graph.errors import TableError
from loaders.lists.files.cells import read_cells
from loaders.lists.files.layout import Layout
from tests.kit.graph.cells import rows, write
from tests.kit.graph.tables import load


def workbook(path, *, more=()):
    book = Workbook()
    sheet = book.active
    sheet.title = "Links"
    for row in more:
        sheet.append(row)
    book.create_sheet("Notes").append(["note"])
    book.save(path)
    return path


def test_a_spreadsheet_gives_what_a_person_sees(tmp_path):
    path = tmp_path / "list.xlsx"
    rows_of_it = [
        ["Our list"],
        ["town", "since", "people", None],
        ["Ulm", dt.date(1990, 5, 4), 126329.0, None],
        [],
        [" Jena ", 1985, 1.5, None],
        ["Köln", None, True],
        ["Bonn", "#N/A", 1],
        ["Trier", 1, 2, "more"],
    ]
    workbook(path, more=rows_of_it)
    assert read_cells(path, Layout(skip_rows=1)).columns == ("town", "since", "people")
    assert rows(path, Layout(skip_rows=1, sheet="Links")) == [
        (3, ("Ulm", "1990-05-04", "126329")),
        (5, ("Jena", "1985", "1.5")),
        (6, ("Köln", "", "True")),
        (7, ("Bonn", "#N/A", "1")),
        (8, "it has 4 cells under 3 columns"),
    ]
    assert rows(path, Layout(sheet="Notes", header=False)) == [(1, ("note",))]


@pytest.mark.parametrize(
    ("shown", "date"),
    [
        ("yyyy-mm-dd", "1990-05-01"),
        ("d mmm yy", "1990-05-01"),
        ("mmm yyyy", "1990-05"),
        ("yyyy", "1990"),
        ('"day" yyyy', "1990"),
        ("[$-409]mmmm\\ yyyy;@", "1990-05"),
    ],
)
def test_a_date_cell_is_no_finer_than_it_shows(tmp_path, shown, date):
    book = Workbook()
    book.active.append(["since"])
    book.active.append([dt.datetime(1990, 5, 1)])
    book.active["A2"].number_format = shown
    book.save(tmp_path / "list.xlsx")
    assert rows(tmp_path / "list.xlsx") == [(2, (date,))]


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"list\.xlsx: it is no workbook, or a damaged one"):
        read_cells(write(tmp_path, "a,b\n", "list.xlsx"), Layout())
    path = workbook(tmp_path / "book.xlsx", more=[["a"]])
    with pytest.raises(TableError, match=r"the sheet 'Link' is not there. Choose one of Links, Notes"):
        read_cells(path, Layout(sheet="Link"))


def archive(path, change=None, *, book=None):
    """Write a workbook, its parts changed by name, and return the path."""
    plain = path.with_name("plain.xlsx")
    (book or tiny_book()).save(plain)
    with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(path, "w") as out:
        for part in parts.namelist():
            body = parts.read(part)
            out.writestr(part, change(part, body) if change else body)
    return path


def tiny_book():
    book = Workbook()
    for cells in (["a", "b"], ["Ulm", 1985], ["Jena", 1990]):
        book.active.append(cells)
    return book


@pytest.mark.parametrize("dimension", ["A1", "A1:B2", "A1:ZZ9", "B2:B3", ""])
def test_the_stored_dimension_of_a_sheet_is_not_believed(tmp_path, dimension):
    def change(part, body):
        text = f'<dimension ref="{dimension}"/>' if dimension else ""
        return re.sub(rb"<dimension [^>]*/>", text.encode(), body) if "sheet1" in part else body

    path = archive(tmp_path / "list.xlsx", change)
    assert rows(path) == [(2, ("Ulm", "1985")), (3, ("Jena", "1990"))]


def test_a_column_without_a_name_at_the_end_is_one_when_it_is_spoken_of(tmp_path):
    book = Workbook()
    for cells in (["town"], ["Ulm", "DE", "x"]):
        book.active.append(cells)
    book.save(tmp_path / "list.xlsx")
    write(tmp_path, "town,,\nUlm,DE,x\n")
    for name in ("list.xlsx", "list.csv"):
        assert rows(tmp_path / name) == [(2, "it has 3 cells under 1 columns")]
        table = read_cells(tmp_path / name, Layout(columns=3))
        assert (table.columns, [row.cells for row in table.rows]) == (("town", "", ""), [["Ulm", "DE", "x"]])


def test_a_chart_before_the_sheet_and_a_hidden_sheet_are_passed_over(tmp_path):
    book = tiny_book()
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    book.create_sheet("Hidden", 1).append(["x", "y"])
    book["Hidden"].sheet_state = "hidden"
    book.save(tmp_path / "list.xlsx")
    assert rows(tmp_path / "list.xlsx") == [(2, ("Ulm", "1985")), (3, ("Jena", "1990"))]
    with pytest.raises(TableError, match=r"the sheet 'Chart' is a chart\. Choose one of Sheet, Hidden"):
        read_cells(tmp_path / "list.xlsx", Layout(sheet="Chart"))


def test_a_strict_workbook_is_told_how_to_save(tmp_path):
    plain, strict = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    path = archive(tmp_path / "list.xlsx", lambda part, body: body.replace(plain, strict))
    with pytest.raises(TableError, match=r"Strict Open XML workbook\. Open it in a spreadsheet program"):
        read_cells(path, Layout())


def test_a_row_beyond_the_last_of_a_sheet_is_refused(tmp_path):
    def change(part, body):
        return body.replace(b'<row r="3"', b'<row r="999999999"') if "sheet1" in part else body

    with pytest.raises(TableError, match="line 999999999: the row is beyond the 1048576 of a sheet"):
        read_cells(archive(tmp_path / "list.xlsx", change), Layout())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'<row r="3"', b'<row r="2"', "line 2: the row is twice there"),
        (b'r="B3"', b'r="A3"', "line 3: a cell is twice there"),
    ],
)
def test_a_row_or_cell_that_is_twice_there_is_refused(tmp_path, old, new, told):
    path = archive(
        tmp_path / "list.xlsx", lambda part, body: body.replace(old, new) if "sheet1" in part else body
    )
    with pytest.raises(TableError, match=told):
        read_cells(path, Layout())


def test_rows_and_cells_that_are_not_in_order_are_read(tmp_path):
    def change(part, body):
        if "sheet1" not in part:
            return body
        first, second = re.findall(rb'<row r="[23]".*?</row>', body)
        cells = re.findall(rb"<c .*?</c>", second)
        turned = second.replace(b"".join(cells), b"".join(cells[::-1]))
        return body.replace(first + second, turned + first)

    path = archive(tmp_path / "list.xlsx", change)
    assert rows(path) == [(2, ("Ulm", "1985")), (3, ("Jena", "1990"))]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("sheet1.xml", b"</sheetData>", b""),
        ("sheet1.xml", b'<c r="A2"', b'<c r="?"'),
        ("sheet1.xml", b'<c r="A2"', b'<c r="AAAA2"'),
        ("sheet1.xml", b't="n"', b't="s"'),
        ("sharedStrings.xml", b"<sst", b"<ss"),
        ("workbook.xml", b"<sheets>", b"<sheets/><x>"),
        ("styles.xml", b"<cellXfs", b"<cellXf"),
        ("[Content_Types].xml", b"<Override", b"<Overrid"),
    ],
)
def test_a_damaged_workbook_is_a_sentence_or_is_read(tmp_path, part, old, new):
    path = archive(
        tmp_path / "list.xlsx", lambda name, body: body.replace(old, new) if name.endswith(part) else body
    )
    try:
        told = rows(path)
    except TableError as exc:
        assert "list.xlsx" in str(exc) and "\n" not in str(exc)
    else:
        assert [line for line, _ in told] == [2, 3]


def test_a_workbook_that_is_cut_or_locked_is_a_sentence(tmp_path):
    whole = archive(tmp_path / "whole.xlsx").read_bytes()
    for data in (
        whole[: len(whole) // 2],
        whole[:-30],
        b"PK\x03\x04",
        bytes.fromhex("d0cf11e0a1b11ae1") * 99,
    ):
        with pytest.raises(TableError, match="it is no workbook, or a damaged one"):
            read_cells(write(tmp_path, data, "list.xlsx"), Layout())


def test_a_sheet_that_is_left_out_is_told_unless_one_is_named(tmp_path, caplog):
    path = workbook(tmp_path / "list.xlsx", more=[["town"], ["Ulm"]])
    assert rows(path) == [(2, ("Ulm",))]
    told = "list.xlsx: only the sheet 'Links' is read, not Notes; sheet says which"
    assert [record.getMessage().partition("/")[2] for record in caplog.records] == [told]
    caplog.clear()
    read_cells(path, Layout(sheet="Links"))
    assert not caplog.records


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
@pytest.mark.parametrize("kind", ["a date", "a number", "a text", "a time"])
def test_days_are_counted_from_the_first_one_of_the_workbook(tmp_path, epoch, kind):
    """A workbook of the 1904 date system counts from then on, in date cells and in bare numbers."""
    day = dt.datetime(1987, 7, 2)
    number = to_excel(day, epoch)
    cell = {"a date": day, "a number": number, "a text": f"{number:.0f}", "a time": number + 0.25}[kind]
    book = Workbook()
    book.epoch = epoch
    for row in (["party_a", "country_a", "party_b", "country_b", "date"], ["Ulm", "DE", "Jena", "DE", cell]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    loaded = load(tmp_path, 'file = "list.xlsx"\ndate_format = "excel"')
    assert ([str(one.claim.date) for one in loaded.records], loaded.issues) == (["1987-07-02"], ())


def test_a_cell_that_is_stored_as_a_date_is_read_to_the_day(tmp_path):
    made = workbook(tmp_path / "made.xlsx", more=[["town", "since"], ["Ulm", "x"]])
    cell = re.compile(rb'<c r="B2"[^>]*>.*?</c>')
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(tmp_path / "list.xlsx", "w") as new:
        for part in old.namelist():
            new.writestr(part, cell.sub(b'<c r="B2" t="d"><v>1987-07-02T00:00:00</v></c>', old.read(part)))
    assert rows(tmp_path / "list.xlsx") == [(2, ("Ulm", "1987-07-02"))]
