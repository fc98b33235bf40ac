import datetime as dt

import pytest

from graph.errors import CollectionError
from loaders.section import Section
from loaders.settings import UNKNOWN_LICENCE, Kind, read_settings

SHORT = """
licence = "https://creativecommons.org/licenses/by-sa/4.0/"
creator = "Somebody"
compiled = 2026-02-28
title = "A list"
[table]
file = "list.csv"
"""


def read(tmp_path, text):
    folder = tmp_path / "my-list"
    folder.mkdir(exist_ok=True)
    (folder / "collection.toml").write_text(text, encoding="utf-8")
    return read_settings(folder)


def test_a_list_needs_few_words(tmp_path):
    settings = read(tmp_path, SHORT)
    assert (settings.info.name, settings.kind) == ("my-list", Kind.TABLE)
    assert settings.info.title == settings.info.description == (("en", "A list"), ("id", "A list"))
    assert settings.info.compiled == dt.date(2026, 2, 28)
    assert settings.stated["table"] == {"file": "list.csv"}
    assert dict(settings.assertions) == {}


def test_without_a_section_it_is_curated(tmp_path):
    assert read(tmp_path, SHORT.split("[table]")[0]).kind is Kind.CURATED


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('creator = "Somebody"', "", "missing: creator"),
        ('creator = "Somebody"', 'creator = "Somebody"\ncolour = 1', "unknown: colour"),
        ("[table]", "[wikidata]\n[table]", r"it has \[table\] and \[wikidata\]"),
        ('title = "A list"', 'title = "A\\u0001"', r"title has the control character U\+0001: take it out"),
        ('title = "A list"', 'title = " "', "title is ' ', not a text"),
        ('title = "A list"', 'title = {en = "A list"}', "title has en, not en and id"),
        ("2026-02-28", '"2026-02-28"', "not a day such as 2026-11-21"),
        ("2026-02-28", "2026-02-28T10:00:00", "not a day such as 2026-11-21"),
        ("2026-02-28", "0001-01-01", "compiled is 0001-01-01, and no data are of that year"),
        ("2026-02-28", "9999-12-31", "compiled is 9999-12-31, and no data are of that year"),
        ('creator = "Somebody"', 'creator = "Somebody"\nname = "core"', "name 'core' is reserved"),
        ('creator = "Somebody"', 'creator = "Somebody"\nname = "My list"', "name 'My list' is reserved"),
        ("licence =", "licence", "collection.toml"),
        ("[table]", "[assertions]\ncolour = 1\n[table]", r"\[assertions\] has unknown keys: colour"),
        ("[table]", "assertions = 3\n[table]", r"\[assertions\] is 3, not a section"),
        ("[table]", '[assertions]\nrows = "9"\n[table]', r"\[assertions\] rows is '9', not a whole number"),
        ("[table]", f"[assertions]\nrows = 0x{'f' * 5000}\n[table]", "a number has more than 64 bits"),
        ("[table]", f"[assertions]\nrows = {1 << 63}\n[table]", "a number has more than 64 bits"),
        ('[table]\nfile = "list.csv"', "table = 3", r"\[table\] is 3, not a section"),
        ('[table]\nfile = "list.csv"', "wikidata = []", r"\[wikidata\] is \[\], not a section"),
        (
            '"https://creativecommons.org/licenses/by-sa/4.0/"',
            '"CC BY-SA"',
            "licence is 'CC BY-SA', not an addr",
        ),
        ("licence", "x = " + "[" * 99999 + "\nlicence", "collection.toml"),
    ],
)
def test_a_fault_is_told(tmp_path, old, new, told):
    assert old in SHORT
    with pytest.raises(CollectionError, match=told):
        read(tmp_path, SHORT.replace(old, new, 1))


def test_a_licence_that_nobody_knows_is_said_to_be_unknown(tmp_path):
    stated = SHORT.replace("https://creativecommons.org/licenses/by-sa/4.0/", "Unknown")
    assert read(tmp_path, stated).info.licence == UNKNOWN_LICENCE


def test_a_text_of_a_section_holds_no_control_character():
    told = r"\[table\] recorded_as has the control character U\+000B: take it out"
    with pytest.raises(ValueError, match=told):
        Section("table", {"recorded_as": "P190\v"}).text("recorded_as")
