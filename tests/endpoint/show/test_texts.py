"""Texts, dates and numbers in both languages."""

import pytest

from endpoint.show import texts
from endpoint.show.texts import format_date, format_number, term, translate


@pytest.mark.parametrize(
    ("lexical", "english", "indonesian"),
    [
        ("2018-03-19", "19 March 2018", "19 Maret 2018"),
        ("2018-03", "March 2018", "Maret 2018"),
        ("2018", "2018", "2018"),
        ("1985-08-01", "1 August 1985", "1 Agustus 1985"),
        ("not a date", "not a date", "not a date"),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(lexical, english, indonesian):
    assert format_date(lexical, "en") == english
    assert format_date(lexical, "id") == indonesian


@pytest.mark.parametrize(
    ("value", "english", "indonesian"),
    [
        (7, "7", "7"),
        (2018, "2018", "2018"),
        (33294, "33,294", "33.294"),
        ("1234567.25", "1,234,567.25", "1.234.567,25"),
        ("-7.25", "\u22127.25", "\u22127,25"),
        ("1.0E6", "1.0E6", "1.0E6"),
        ("many", "many", "many"),
    ],
)
def test_a_number_has_the_separators_of_the_language(value, english, indonesian):
    assert format_number(value, "en") == english
    assert format_number(value, "id") == indonesian


def test_every_text_is_there_in_both_languages_with_the_same_places():
    for key, both in texts._TEXTS.items():
        assert len(both) == len(texts.LANGUAGES), key
        assert all(text.strip() for text in both), key
        fields = [sorted(part.split("}")[0] for part in text.split("{")[1:]) for text in both]
        assert fields[0] == fields[1], key


def test_translate_fills_its_places_and_knows_no_other_key():
    assert translate("rows.many", "id", count=12) == "12 baris"
    with pytest.raises(KeyError):
        translate("rows.none", "en")


def test_a_term_that_has_no_words_is_none():
    assert term("dcterms:title", "id") == "judul"
    assert term("dcterms:nothing", "id") is None
