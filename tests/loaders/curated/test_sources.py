"""sources.csv: titles that are the publications' own, descriptions that are ours, and what copies what."""

import pytest

from graph.errors import TableError
from graph.model.iris import source_id
from loaders.curated.sources import load_sources
from loaders.curated.unsound import TableDates

HEAD = "id,url,title,described_as,publisher,language,type,issued,creator,copy_of\n"
ONE, TWO, THREE = ("https://example.org/1", "https://example.org/2", "https://example.org/3")


def row(url, title="", described="About it", copy=""):
    return f"{source_id(url)},{url},{title},{described},,en,news,,,{source_id(copy) if copy else ''}\n"


def load(folder, *rows):
    (folder / "sources.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
    return load_sources(folder, TableDates("tiny"))


def test_a_source_has_its_own_title_or_our_description(tmp_path):
    own, ours = load(tmp_path, row(ONE, "Its title", ""), row(TWO)).values()
    assert (own.title, own.described_as, own.name) == ("Its title", "", "Its title")
    assert (ours.title, ours.described_as, ours.name) == ("", "About it", "About it")


def test_a_copy_counts_as_its_original(tmp_path):
    original, copy = load(tmp_path, row(ONE), row(TWO, copy=ONE)).values()
    assert copy.copy_of == copy.witness == original.witness == original.id


@pytest.mark.parametrize(
    "rows",
    [
        [row(ONE, "Its title", "About it")],
        [row(ONE, "", "")],
        [row(ONE, copy=TWO)],
        [row(ONE, copy=ONE)],
        [row(ONE, copy=TWO), row(TWO, copy=THREE), row(THREE)],
    ],
)
def test_what_does_not_hold_is_refused_with_its_line(tmp_path, rows):
    with pytest.raises(TableError, match=r"sources\.csv, line 2: "):
        load(tmp_path, *rows)
