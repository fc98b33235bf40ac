"""Files as the wild has them: encodings, delimiters, blank and broken rows, spreadsheets."""

from __future__ import annotations

import datetime as dt

import pytest
from openpyxl import Workbook

from graph.errors import TableError
from loaders.lists.files.cells import read_cells
from loaders.lists.files.layout import Layout


def rows(path, layout=None):
    """Return the rows of a file, the broken ones by their reason."""
    table = read_cells(path, layout or Layout())
    return [(row.line, row.fault or tuple(row.cells)) for row in table.rows]


def write(tmp_path, content, name="list.csv"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["list.csv", "list.txt"])
def test_the_delimiter_is_told_by_the_header(tmp_path, delimiter, name):
    text = delimiter.join(["town", "land"]) + "\n" + delimiter.join(['"Ulm, a; b|c\td"', "DE"])
    path = write(tmp_path, text, name)
    assert rows(path, Layout(quote='"')) == [(2, ("Ulm, a; b|c\td", "DE"))]
    assert read_cells(path, Layout()).columns == ("town", "land")


def test_a_tsv_has_tabs_whatever_its_header_has(tmp_path):
    path = write(tmp_path, "town, land, river\tpartner\nUlm, DE\tJena\n", "list.tsv")
    assert rows(path) == [(2, ("Ulm, DE", "Jena"))]
    assert rows(path, Layout(delimiter=",")) == [(2, "it has 2 cells under 3 columns")]


@pytest.mark.parametrize(
    ("content", "encodings"),
    [
        ("a,b\nKöln,Å\n".encode(), ("utf-8",)),
        ("a,b\nKöln,Å\n".encode("utf-8-sig"), ("utf-8",)),
        ("a,b\nKöln,Å\n".encode("utf-16"), ("utf-8",)),
        (b"\xfe\xff" + "a,b\nKöln,Å\n".encode("utf-16-be"), ("utf-8",)),
        ("a,b\nKöln,Å\n".encode("utf-16-le"), ("utf-16-le",)),
        ("a,b\nKöln,Å\n".encode("latin-1"), ("latin-1",)),
        ("a,b\nKöln,Å\n".encode("latin-1"), ("utf-8", "windows-1252")),
        ("a,b\r\nKöln,Å\r\n".encode(), ("utf-8",)),
        ("a,b\rKöln,Å\r".encode(), ("utf-8",)),
    ],
)
def test_encodings_and_ends_of_lines(tmp_path, content, encodings):
    path = write(tmp_path, content)
    assert rows(path, Layout(encodings=encodings)) == [(2, ("Köln", "Å"))]
    assert read_cells(path, Layout(encodings=encodings)).columns == ("a", "b")


def test_a_wrong_encoding_names_the_first_bad_line(tmp_path):
    path = write(tmp_path, "a,b\nUlm,DE\nKöln,DE\n".encode("latin-1"))
    with pytest.raises(TableError, match=r"list\.csv, line 3: it is not utf-8: invalid") as caught:
        read_cells(path, Layout())
    assert 'encoding = "windows-1252"' in str(caught.value)
    with pytest.raises(TableError, match="it is not utf-8 or ascii"):
        read_cells(path, Layout(encodings=("utf-8", "ascii")))


def test_utf_16_without_a_mark_is_not_taken_for_text(tmp_path):
    path = write(tmp_path, "a,b\nUlm,DE\n".encode("utf-16-le"))
    with pytest.raises(TableError, match="line 1: it is not utf-8: a null character"):
        read_cells(path, Layout())


@pytest.mark.parametrize("content", ["", "\n\n", " , ,\n"])
def test_an_empty_file_is_refused(tmp_path, content):
    with pytest.raises(TableError, match=r"list\.csv: the file is empty"):
        read_cells(write(tmp_path, content), Layout())


def test_a_missing_file_and_an_unknown_format_are_refused(tmp_path):
    with pytest.raises(TableError, match=r"none\.csv: cannot be read \(No such file"):
        read_cells(tmp_path / "none.csv", Layout())
    with pytest.raises(TableError, match="the format 'ods' is unknown"):
        read_cells(write(tmp_path, "x", "list.ods"), Layout())
    assert rows(write(tmp_path, "a\tb\n1\t2\n", "list.dat"), Layout(format="tsv")) == [(2, ("1", "2"))]


def test_blank_rows_are_no_rows(tmp_path):
    path = write(tmp_path, "\n,\na,b\n\n1,2\n , \n\n3,4\n")
    assert rows(path) == [(5, ("1", "2")), (8, ("3", "4"))]


def test_rows_with_too_few_or_too_many_cells_are_told(tmp_path):
    path = write(tmp_path, "a,b,,\n1,2\n1\n1,2,,\n1,2,3\n")
    assert read_cells(path, Layout()).columns == ("a", "b")
    assert rows(path) == [
        (2, ("1", "2")),
        (3, "it has 1 cells under 2 columns"),
        (4, ("1", "2")),
        (5, "it has 3 cells under 2 columns"),
    ]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ('"Ulm,DE', "unexpected end of data"),
        ('Ulm,"DE', "unexpected end of data"),
        ('"Ulm"x,DE', "',' expected after '\"'"),
    ],
)
def test_a_quotation_mark_that_is_never_closed_costs_its_own_line(tmp_path, bad, told):
    path = write(tmp_path, f"a,b\n1,2\n{bad}\n3,4\n5,6\n")
    assert rows(path) == [
        (2, ("1", "2")),
        (3, f"it is not well-formed ({told}): look for a stray quotation mark"),
        (4, ("3", "4")),
        (5, ("5", "6")),
    ]


def test_a_quotation_mark_that_swallows_rows_until_the_next_one(tmp_path):
    path = write(tmp_path, 'a,b\n"Ulm,DE\n3,4\n"Köln, am Rhein",DE\n')
    told = rows(path)
    assert [line for line, _ in told] == [2, 3, 4]
    assert told[1:] == [(3, ("3", "4")), (4, ("Köln, am Rhein", "DE"))]
    path = write(tmp_path, 'a,b,c\n"Ulm,DE,x\n3,4,5\n6,7,8"\n9,9,9\n')
    assert rows(path) == [
        (2, "it has 1 cells under 3 columns"),
        (3, ("3", "4", "5")),
        (4, ("6", "7", '8"')),
        (5, ("9", "9", "9")),
    ]


def test_a_cell_may_hold_lines(tmp_path):
    path = write(tmp_path, 'a,b\n1,"two\nlines"\n3,4\n')
    assert rows(path) == [(2, ("1", "two\nlines")), (4, ("3", "4"))]


def test_quotation_marks_can_mean_nothing(tmp_path):
    path = write(tmp_path, 'a\tb\n"Ulm\t5" pipe\n', "list.tsv")
    assert rows(path, Layout(quote="")) == [(2, ('"Ulm', '5" pipe'))]
    path = write(tmp_path, "a,b\n'Ulm, DE',4\n")
    assert rows(path, Layout(quote="'")) == [(2, ("Ulm, DE", "4"))]


def test_lines_before_the_header_are_skipped(tmp_path):
    path = write(tmp_path, '"Our list, 2026\n\na;b\n1;2\n')
    assert read_cells(path, Layout(skip_rows=2)).columns == ("a", "b")
    assert rows(path, Layout(skip_rows=2)) == [(4, ("1", "2"))]
    with pytest.raises(TableError, match="line 1: it is not well-formed"):
        read_cells(path, Layout())


def test_without_a_header_the_first_row_counts(tmp_path):
    path = write(tmp_path, "Q1,\nQ1,Q2\n")
    assert read_cells(path, Layout(header=False)).columns == ("", "")
    assert rows(path, Layout(header=False)) == [(1, ("Q1", "")), (2, ("Q1", "Q2"))]


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
