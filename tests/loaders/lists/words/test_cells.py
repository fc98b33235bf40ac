"""Cells: what means nothing, what is a mark, what nobody sees, which item an address names."""

from __future__ import annotations

import pytest

from loaders.lists.words.cells import clean_cell, is_nothing, quote, read_item, strip_marks


@pytest.mark.parametrize(
    "cell",
    [
        "NULL", "null", "nan", "NaN", "N/A", "n/a", "#N/A", "-", "–", "—", "None", "none", "?", "unknown",
        "Unknown",
        "tidak ada", "Tidak diketahui", "k. A.", "\\N", "-99", "...", "NA",
        "Keine", "Néant", "Ninguno", "não informado", "неизвестно", "不明", "なし", "없음", "غير معروف",
    ],
)  # fmt: skip
def test_words_for_nothing(cell):
    assert is_nothing(cell, "date")


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ("NA", "country"),
        ("Nan", "party"),
        ("Na", "party"),
        ("-99", "longitude"),
        ("Noone", "party"),
        ("Aucun", "party"),
        ("Ohne", "party"),
        ("Brak", "party"),
        ("0", "date"),
    ],
)
def test_some_of_them_mean_something_in_their_place(cell, field):
    assert not is_nothing(cell, field)


def test_a_list_may_have_further_words_for_nothing():
    assert is_nothing("ongoing", "until", frozenset({"ongoing"}))
    assert not is_nothing("Ongoing", "until", frozenset({"ongoing"}))
    assert is_nothing("NULL", "until", frozenset({"ongoing"}))


@pytest.mark.parametrize(
    "written",
    [
        "Lyon[1]", "Lyon [a]", "Lyon[1][23]", "Lyon [note 2]", "Lyon*", "Lyon **", "Lyon†", "†Lyon", "* Lyon",
        "Lyon¹", "Lyon²³",
    ],
)  # fmt: skip
def test_footnote_marks_are_taken_off(written):
    assert strip_marks(written) == "Lyon"


@pytest.mark.parametrize(
    "written",
    [
        "Frankfurt (Oder)",
        "Halle [Saale]",
        "[1985]",
        "[1]",
        "*",
        "Kazanʹ",
        "Port-of-Spain",
        "M*A*S*H",
        "x" * 9999 + "*",
    ],
)
def test_what_is_no_mark_stays(written):
    assert strip_marks(written) == written


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("Saint-&Eacute;tienne", "Saint-Étienne"),
        ("M&#252;nchen &amp; Ulm", "München & Ulm"),
        ("a&nbsp;b", "a b"),
        ("https://x.example/?a=1&copy=2", "https://x.example/?a=1&copy=2"),
        ("<b>Lyon</b><br/>", "Lyon"),
        ("Lyon<sup>[1]</sup><ref name='x'>y</ref>", "Lyon"),
        ("3 < 4 > 2", "3 < 4 > 2"),
        ("Ko\u0308ln", "Köln"),
        ("MÃ¼nchen", "München"),
        ("KÃƒÂ¶ln", "Köln"),
        ("Å\x81Ã³dÅº", "Łódź"),
        ("Î‘Î¸Î®Î½Î±", "Αθήνα"),
        ("SÃO PAULO, Ñuñoa, Á", "SÃO PAULO, Ñuñoa, Á"),
        ("Ly\u200bon\ufeff\u00ad", "Lyon"),
        ("  two\u00a0  words ", "two words"),
        ("two \n lines", "two\nlines"),
        ("bell\x07", "bell"),
        ("&#xD800;", "\ufffd"),
    ],
)
def test_a_cell_is_what_a_person_sees(written, clean):
    assert clean_cell(written) == clean


@pytest.mark.parametrize(
    "written",
    [
        "Q456", "q456", " Q456 ", "wd:Q456", "wikidata:Q456", "http://www.wikidata.org/entity/Q456",
        "https://www.wikidata.org/entity/Q456", "https://www.wikidata.org/wiki/Q456",
        "https://www.wikidata.org/wiki/Q456?uselang=fr", "https://m.wikidata.org/wiki/Q456#P190",
        "https://www.wikidata.org/wiki/Special:EntityData/Q456.json", "www.wikidata.org/wiki/Q456",
        "https://www.wikidata.org/wiki/Special:EntityPage/Q456#sitelinks",
        "<http://www.wikidata.org/entity/Q456>",
        "https://www.wikidata.org/w/index.php?title=Q456&action=history",
    ],
)  # fmt: skip
def test_an_item_is_named_by_id_or_address(written):
    assert read_item(written) == "Q456"


@pytest.mark.parametrize(
    "written",
    ["", "Q0456", "Q", "456", "Q456x", "P190", "https://example.org/Q456", "https://en.wikipedia.org/wiki/Q456",
     "https://www.wikidata.org/wiki/Property:P190", "https://www.wikidata.org/wiki/Lexeme:L1"],
)  # fmt: skip
def test_what_names_no_item_is_none(written):
    assert read_item(written) == ""


def test_a_message_shows_a_long_cell_cut():
    assert quote("Ulm") == "'Ulm'"
    assert quote("x" * 200) == f"'{'x' * 79}…'"


@pytest.mark.parametrize(
    ("written", "meant"), [('="1960"', "1960"), ('="Köln"', "Köln"), ('="a"&"b"', '="a"&"b"')]
)
def test_what_is_marked_as_text_for_a_spreadsheet_is_that_text(written, meant):
    assert clean_cell(written) == meant
