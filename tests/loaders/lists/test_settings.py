"""What collection.toml may say of a list; what says nothing clear is refused, and says why."""

from __future__ import annotations

import tomllib

import pytest

from graph.errors import CollectionError, TableError
from loaders.collection import load_collections
from loaders.lists.load import load_table
from loaders.lists.source import is_address
from tests.kit.graph.collections import write_collection
from tests.kit.graph.tables import HEADER, INFO, load


@pytest.mark.parametrize(
    ("table", "data", "told"),
    [
        ("", "x,y\n1,2\n", "columns are neither mapped nor in ignore: x, y"),
        ('[table.columns]\nparty_a = "z"\n', "x,y\n", "there is no column 'z'; there are x, y"),
        ('ignore = ["z"]\n', "party_a,party_b\n", "there is no column 'z'"),
        (
            '[table.columns]\nparty_a = "z"\n',
            ",".join(f"c{number}" for number in range(100)) + "\n",
            "c38, c39, and 60 more. Mend",
        ),
        ('[table.columns]\nparty_a = 3\nparty_b = "y"\n', "x,y\n", "there is no column 3; there are x, y"),
        ('[table.columns]\nparty_a = "x"\nparty_b = "x"\n', "x,x\n", "2 columns are named 'x'"),
        ('columns = ["party_a", "party_b"]\n', "x,y,z\n", "neither mapped nor in ignore: z"),
        ('columns = ["party_a", "party_b", ""]\n', "x,y\n", "there is no column 3"),
        ('columns = ["party_a", "", "party_a"]\n', "x,y,z\n", "columns has a field twice"),
        ('columns = ["party_a"]\n', "x\n", "no column is party_b or qid_b"),
        ('columns = ["party_a", "party_b", "latitude_a"]\n', "x,y,z\n", "only one of latitude_a and l"),
        ('columns = ["party_a", "party_b", "population_b"]\n', "x,y,z\n", "mapped without qid_b"),
        ('columns = ["party_a", "partyb"]\n', "x,y\n", "[table.columns] has partyb; known are party_a"),
        ('columns = 3\n', "x,y\n", "columns is 3, neither a section nor a list"),
        ('[table.columns]\nparty_a = 1.5\n', "x,y\n", "party_a is 1.5, not the name or number"),
        ('party = "x"\n', "x,y\n", "[table] has unknown keys: party"),
        ('lister = "c"\n', "x,y\n", "lister is 'c'"),
        ("skip_rows = -1\n", "x,y\n", "skip_rows is -1; count from 0"),
        ("header = 1\n", "x,y\n", "header is 1, not true or false"),
        ("ignore = [true]\n", "x,y\n", "ignore is [True], not texts or whole numbers"),
        ('encoding = "klingon"\n', "x,y\n", "encoding 'klingon' is unknown, or none of text"),
        ('encoding = "rot13"\n', "x,y\n", "encoding 'rot13' is unknown, or none of text"),
        ("encoding = 8\n", "x,y\n", "encoding is 8, not a text or texts"),
        ('delimiter = "::"\n', "x,y\n", "delimiter is '::', not one character"),
        ("delimiter = '\"'\n", "x,y\n", "is the quote too"),
        ('format = "ods"\n', "x,y\n", "format is 'ods', not csv"),
        ('date_format = "%d.%m.%y"\n', "x,y\n", "has no %Y"),
        ('date_format = "%Q.%Y"\n', "x,y\n", "date_format '%Q.%Y' is none: "),
        ('delimiter = "\\u0000"\n', "x,y\n", "ends lines"),
        ('quote = "\\n"\n', "x,y\n", "quote '\\n' ends lines"),
        ('fill_down = ["party"]\n', "x,y\n", "fill_down has party; known are party_a"),
        ("nothing = [0]\n", "x,y\n", "nothing is [0], not a text or texts"),
        ('file = "../list.csv"\n', "x,y\n", "is outside of the collection's folder"),
        ('file = "none.csv"\n', "x,y\n", "file 'none.csv': there is none"),
        ('file = ""\n', "x,y\n", "file '' names no file"),
        ('file = "."\n', "x,y\n", "file '.' names no file"),
        (f'file = "{"*/" * 200}x.csv"\n', "x,y\n", "names no file"),
        ('date_format = "%Y %Y"\n', "x,y\n", "date_format '%Y %Y' is none: "),
        ("files = []\n", "x,y\n", "file is missing"),
        ('[table.kinds]\ntwin = "twin"\n', "x,y\n", "[table.kinds] 'twin' is 'twin', not one of contact"),
        ('[table.domains]\nwar = "war"\n', "x,y\n", "[table.domains] 'war' is war: no concept"),
        ('[table.countries]\nKorea = "Korea"\n', "x,y\n", "'Korea' is 'Korea', which names no country"),
        ('[table.names]\nfile = "no.csv"\n', "x,y\n", "[table.names] file 'no.csv': there is none"),
        ('[table.constants]\ncolour = "red"\n', "x,y\n", "[table.constants] has colour"),
        ('columns = ["party_a", "party_b"]\n[table.constants]\nparty_b = "x"\n', "x,y\n", "both a column"),
        ('columns = ["party_a", "party_b", ["x"]]\n', "x,y\n", "columns is ['party_a', 'party_b', ['x']]"),
    ],
)  # fmt: skip
def test_settings_that_say_nothing_clear_are_refused(tmp_path, table, data, told):
    with pytest.raises(CollectionError) as caught:
        load(tmp_path, table, data)
    assert told in str(caught.value)


def test_a_link_out_of_the_folder_is_refused_and_nothing_is_told_of_what_it_names(tmp_path):
    (tmp_path / "secret").write_text("root:x:0\n")
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "linked.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(CollectionError, match="is a link out of") as caught:
        load(folder, 'file = "linked.csv"\n', "x,y\n")
    assert "root" not in str(caught.value)


@pytest.mark.parametrize("name", ["collection.toml", "places.csv", "judgements.csv", "places_register.csv"])
@pytest.mark.parametrize("there", [True, False])
def test_a_table_or_settings_that_are_a_link_out_of_the_folder_are_refused_be_they_there_or_not(
    tmp_path, name, there
):
    folder = write_collection(tmp_path / "mine")
    (tmp_path / "secret").write_text("root:x:0\n")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(tmp_path / ("secret" if there else "nothing"))
    with pytest.raises(CollectionError, match=f"{name} is a link out of the collection's folder") as caught:
        load_collections([folder])
    assert "root" not in str(caught.value)


def test_a_link_within_the_folder_is_read(tmp_path):
    folder = write_collection(tmp_path / "mine")
    (folder / "places.csv").rename(folder / "all-places")
    (folder / "places.csv").symlink_to("all-places")
    assert load_collections([folder])[0].places


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "[source] type is ''"),
        ('[source]\ntype = "news"\n', "[source] url is missing"),
        ('[source]\nurl = "example.org"\ntype = "news"\n', "'example.org' is no web address"),
        ('[source]\nurl = "http://a b"\ntype = "news"\n', "'http://a b' is no web address"),
        ('[source]\nurl = "http://[::1"\ntype = "news"\n', "'http://[::1' is no web address"),
        (
            '[source]\nurl = "http://a"\ntype = "news"\nlanguage = "German"\n',
            "language is 'German', not a code",
        ),
        ('[source]\nurl = "http://a"\ntype = "gossip"\n', "type is 'gossip', not one of academic"),
        ('[source]\nurl = "http://a"\ntype = "news"\nissued = "May"\n', "'May' is not a date"),
        ('[source]\nurl = "http://a"\ntype = "news"\nauthor = "x"\n', "[source] has unknown keys: author"),
        ("source = 3\n", "[source] is 3, not a section"),
    ],
)
def test_a_source_that_is_not_one_is_refused(tmp_path, source, told):
    (tmp_path / "list.csv").write_text(HEADER)
    table = {"table": {"file": "list.csv", "columns": ["party_a", "country_a", "party_b", "country_b"]}}
    with pytest.raises(CollectionError) as caught:
        load_table(tmp_path, INFO, tomllib.loads(source) | table)
    assert told in str(caught.value)


def test_a_file_of_names_with_a_bad_row_is_refused(tmp_path):
    table = 'columns = ["qid_a", "qid_b"]\n[table.names]\nfile = "n.csv"\n'
    with pytest.raises(TableError, match=r"n\.csv, line 3: 'Q0' is no Wikidata id"):
        load(tmp_path, table, "x,y\nQ1,Q2\n", n_csv="qid,name\nQ1,One\nQ0,Zero\n")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.org:8080/a?b#c", True),
        ("http://[::1]/", True),
        ("https://münchen.de/ä", True),
        ("http://example.org:99999/", False),
        ("http://:80/", False),
        ("http://@/", False),
        ("http://\u2100.com/", False),
        ("http:///x", False),
        ("http://[::1", False),
    ],
)
def test_a_web_address_names_a_host_that_can_be_one(text, is_one):
    assert is_address(text) is is_one
