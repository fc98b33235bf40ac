import pytest

from graph.errors import TableError
from graph.model.dates import parse_date
from loaders.tables.table import read_map, read_table


def write(folder, text, name="t.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_are_read_by_name_with_their_line(tmp_path):
    rows = read_table(write(tmp_path, 'a,b\n"x, y", 1 \n\nz,2\n'), ("a", "b"))
    assert [(row["a"], row["b"], row.line) for row in rows] == [("x, y", "1", 2), ("z", "2", 4)]


def test_only_line_ends_end_a_line(tmp_path):
    rows = read_table(write(tmp_path, "a,b\nx\u2028y\x85z,1\n"), ("a", "b"))
    assert [(row["a"], row["b"], row.line) for row in rows] == [("x\u2028y\x85z", "1", 2)]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    assert read_table(write(tmp_path, b"\xef\xbb\xbfa\nx\n"), ("a",))[0]["a"] == "x"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_the_header_tells_what_a_spreadsheet_put_between_the_cells(tmp_path, mark):
    rows = read_table(write(tmp_path, f'a{mark}b\r\nx, y{mark}"1{mark}2"\r\n'), ("a", "b"))
    assert [(row["a"], row["b"]) for row in rows] == [("x, y", f"1{mark}2")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\nx\n", "t.csv, line 1: columns are missing: b"),
        ("a,b,c\nx,y,z\n", "t.csv, line 1: columns are unknown or twice there: c"),
        ("a,b,b\nx,y,z\n", "t.csv, line 1: columns are unknown or twice there: b"),
        ("a,b\nx\n", "t.csv, line 2: 1 cells under 2 columns"),
        ("", "t.csv, line 1: columns are missing: a, b"),
        (b"a,b\n\xff,1\n", "t.csv: cannot be read"),
        ('a,b\n1,2\n"x"y,1\n', "t.csv, line 3: it is not well-formed ("),
        (f"a,b\n{'x' * 140_000},1\n", "t.csv, line 2: it is not well-formed (field larger"),
        ("a,b\n1,2\nx,\x1b[31m\n", "t.csv, line 3: a cell has the control character U+001B. Take it out."),
        ('a,b\n"x', "t.csv, line 2: it is not well-formed (unexpected end of data)"),
    ],
)
def test_a_bad_table_names_the_place_of_the_fault(tmp_path, text, told):
    with pytest.raises(TableError) as caught:
        read_table(write(tmp_path, text), ("a", "b"))
    assert str(caught.value).removeprefix(f"{tmp_path.name}/").startswith(told)


def test_a_key_may_stand_once_only(tmp_path):
    with pytest.raises(TableError, match="line 3: 'x' is there twice, first in line 2"):
        read_map(write(tmp_path, "a\nx\nx\n"), "a", ("a",))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(TableError, match=r"none\.csv: cannot be read"):
        read_table(tmp_path / "none.csv", ("a",))


def test_cells_are_parsed_or_refused(tmp_path):
    good, bad = read_table(
        write(tmp_path, "day,flag,list,domain\n2018-03,yes,a; b;,trade\n19/3,maybe,,alchemy\n"),
        ("day", "flag", "list", "domain"),
    )
    assert str(good.read("day", parse_date)) == "2018-03"
    assert good.yes("flag") and good.items("list") == ("a", "b")
    assert good.concept("domain", "domain") == "trade"
    for read in (
        lambda: bad.read("day", parse_date),
        lambda: bad.yes("flag"),
        lambda: bad.needed("list"),
        lambda: bad.concept("domain", "domain"),
    ):
        with pytest.raises(TableError, match=r"t\.csv, line 3"):
            read()
