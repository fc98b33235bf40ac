"""Files as the wild has them: encodings, delimiters, blank and broken rows."""

from __future__ import annotations

import pytest

from graph.errors import TableError
from loaders.lists.files.cells import read_cells
from loaders.lists.files.json_rows import _read_object
from loaders.lists.files.layout import Layout
from tests.kit.graph.cells import rows, write


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
        ("\ufeffa,b\nKöln,Å\n".encode("utf-8-sig"), ("utf-8",)),
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


def test_half_a_character_names_its_line(tmp_path):
    path = write(tmp_path, b"a,b\nK+APY-ln,DE\n+2AA-,DE\n")
    with pytest.raises(TableError, match=r"line 3: it is not utf-7: a half of a character, U\+D800\. Say"):
        read_cells(path, Layout(encodings=("utf-7",)))


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
    with pytest.raises(TableError, match="the format 'dat' is unknown"):
        read_cells(write(tmp_path, "x", "list.dat"), Layout())
    for suffix in ("ods", "xls", "html", "gz"):
        with pytest.raises(
            TableError, match=rf"the format '{suffix}' is not read.*save it as \.xlsx or \.csv"
        ):
            read_cells(write(tmp_path, "x", f"list.{suffix}"), Layout())
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


def test_a_line_for_excel_above_the_header_tells_the_delimiter(tmp_path):
    path = write(tmp_path, "\ufeffsep=;\r\na;b\r\n1,5;2\r\n")
    assert read_cells(path, Layout()).columns == ("a", "b")
    assert rows(path) == [(3, ("1,5", "2"))]
    assert rows(write(tmp_path, 'note\n"sep=|"\na|b\n1|2\n'), Layout(skip_rows=1)) == [(4, ("1", "2"))]


@pytest.mark.parametrize(
    ("text", "columns", "row"),
    [
        ('"Ort, Land";"Partner, Land"\n"Ulm, DE";"Lyon, FR"\n', ("Ort, Land", "Partner, Land"), ("Ulm, DE",
        "Lyon, FR")),
        ("Ort, Land;Partner, Land;seit\nUlm;Lyon;1950\n", ("Ort, Land", "Partner, Land", "seit"), ("Ulm",
        "Lyon", "1950")),
        ("a; b,c\n1,2\n", ("a; b", "c"), ("1", "2")),
        ("one\nUlm; DE\n", ("one",), ("Ulm; DE",)),
    ],
)  # fmt: skip
def test_the_delimiter_is_the_one_that_sets_the_rows_apart_like_the_header(tmp_path, text, columns, row):
    path = write(tmp_path, text)
    assert read_cells(path, Layout()).columns == columns
    assert rows(path) == [(2, row)]


def test_a_tab_at_the_end_that_an_editor_cut_off_is_no_fault(tmp_path):
    path = write(tmp_path, "a\tb\tc\n1\t2\t\n1\t2\n\t\tx\n1\t2\t3\t4\n", "list.tsv")
    assert rows(path) == [
        (2, ("1", "2", "")),
        (3, ("1", "2", "")),
        (4, ("", "", "x")),
        (5, "it has 4 cells under 3 columns"),
    ]


def test_a_field_over_the_limit_of_the_reader_costs_its_own_line(tmp_path):
    path = write(tmp_path, f'a,b\n1,"{"x" * 140_000}"\n3,4\n')
    told = rows(path)
    assert told[0][0] == 2 and told[0][1].startswith("it is not well-formed (field larger than field limit")
    assert told[1:] == [(3, ("3", "4"))]
    with pytest.raises(TableError, match="line 1: it is not well-formed"):
        read_cells(write(tmp_path, f"a,{'x' * 140_000}\n"), Layout())


def test_a_null_character_in_a_row_costs_that_row(tmp_path):
    path = write(tmp_path, "a,b\n" + "Ulm,DE\n" * 20 + "Bo\0nn,DE\nJena,DE\n")
    assert rows(path)[20:] == [
        (22, "it holds a null character: the file is damaged here"),
        (23, ("Jena", "DE")),
    ]


def test_other_byte_order_marks_mixed_ends_of_lines_and_no_last_one(tmp_path):
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        path = write(tmp_path, "a,b\r\nKöln,1\rUlm,2\nJena,3".encode(encoding))
        assert rows(path) == [(2, ("Köln", "1")), (3, ("Ulm", "2")), (4, ("Jena", "3"))]


def test_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "list.csv").mkdir()
    with pytest.raises(TableError, match=r"list\.csv: it is no file"):
        read_cells(tmp_path / "list.csv", Layout())


JSON_ROWS = [(2, ("Ulm", "", "1985")), (3, ("Jena", "DE; FR", "1990.5"))]


def test_json_and_ndjson_are_tables(tmp_path):
    first = '{"town": " Ulm ", "where": {"land": null}, "since": 1985.0}'
    second = '{"town": "Jena", "where": {"land": ["DE", "FR"]}, "since": 1990.5}'
    text = f"[\n{first},\n{second}\n]\n"
    path = write(tmp_path, text, "list.json")
    assert read_cells(path, Layout()).columns == ("town", "where.land", "since")
    assert rows(path) == JSON_ROWS
    lines = "\n".join(line.rstrip(",") for line in text.split("\n")[1:3])
    for name in ("list.ndjson", "list.jsonl"):
        path = write(tmp_path, f"\ufeff\n{lines}\n", name)
        assert rows(path, Layout(header=False)) == JSON_ROWS


def test_a_line_of_ndjson_that_is_no_object_is_told_and_a_column_may_come_late(tmp_path):
    deep = "[" * 99_999
    path = write(
        tmp_path,
        f'{{"a": 1}}\n[1]\n{{"a": \n{{"a": 2, "b": true}}\n{{"a": 1, "a": 2}}\n{deep}\n{{"a": "\\ud800"}}\n',
        "l.ndjson",
    )
    assert read_cells(path, Layout()).columns == ("a", "b")
    told = rows(path)
    assert [line for line, _ in told] == [1, 2, 3, 4, 5, 6, 7]
    assert [told[0], told[3]] == [(1, ("1", "")), (4, ("2", "true"))]
    assert told[1][1] == "it is no object"
    assert [reason.split(" (")[0] for _, reason in told[2:3] + told[4:5]] == ["it is no JSON"] * 2
    assert told[5][1] == "its objects and lists are nested too deeply"
    assert told[6][1] == "it holds half a character, or a null character"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"a": 1},\n{"a": 2}', r"line 2: from here on it is no JSON \(a comma"),
        ('[{"a": 1},\n\n{"a": }]', r"line 3: from here on it is no JSON \("),
        ('[{"a": 1}]\nmore', "something follows the end of the list"),
        ("[" * 99_999, r"line 1: from here on it is no JSON \(a bracket or a text"),
        ('[{"a": 1},\n' + '{"a":[' * 50_000 + "}]" * 50_000 + "]", r"line 2: .* \(a bracket or a text"),
        ('[{"a": 1},\n' + "[" * 50_000 + '"' + "]" * 50_000 + "]", r"line 2: .* \(a bracket or a text"),
        ("[]", "the file is empty"),
        ("", "the file is empty"),
        ('{\n"a": [{"b": 1}]\n}', "it is no JSON"),
    ],
    ids=range(9),
)
def test_a_damaged_list_of_json_is_refused_with_its_line(tmp_path, text, told):
    with pytest.raises(TableError, match=told):
        read_cells(write(tmp_path, text, "list.json"), Layout())


def test_what_one_object_of_a_list_has_wrong_costs_that_object_alone(tmp_path):
    digits = "9" * 5000
    objects = ('{"a": 1}', '{"a": 1, "a": 2}', f'{{"a": {digits}}}', '{"a.b": 1, "a": {"b": 2}}', '{"a": 7}')
    text = f"[{', '.join(objects)}]"
    assert rows(write(tmp_path, text, "list.json")) == [
        (1, ("1",)),
        (1, "it is no JSON (an object has one name twice)"),
        (1, (digits,)),
        (1, "two of its values have one name"),
        (1, ("7",)),
    ]


@pytest.mark.parametrize("name", ["list.json", "list.ndjson"])
@pytest.mark.parametrize("depth", [2_000, 99_999])
def test_an_object_that_is_too_deep_costs_its_row_alone(tmp_path, name, depth):
    deep = '{"a": ' * depth + '"]\\"}"' + "}" * depth
    lines = ('{"a": 1}', deep, f'{{"a": {"[" * 3_000}{"]" * 3_000}}}', '{"a": 7}')
    text = "\n".join(lines) if name.endswith("ndjson") else "[" + ",\n".join(lines) + "]"
    told = "its objects and lists are nested too deeply"
    assert rows(write(tmp_path, text, name)) == [(1, ("1",)), (2, told), (3, told), (4, ("7",))]


def test_numbers_of_an_object_in_a_list_are_numbers(tmp_path):
    text = '[{"a": [{"b": 1, "c": [-2, {"d": 1.5}], "e": null, "f": "1"}, 3]}]'
    assert rows(write(tmp_path, text, "list.json")) == [
        (1, ('{"b": 1, "c": [-2, {"d": 1.5}], "e": null, "f": "1"}; 3',))
    ]


@pytest.mark.parametrize("wrap", [lambda inner: {"a": inner}, lambda inner: {"a": [inner]}])
def test_an_object_that_was_read_may_still_be_too_deep_for_cells(wrap):
    value = 1
    for _ in range(5_000):
        value = wrap(value)
    assert _read_object(value) == ({}, "its objects and lists are nested too deeply")
