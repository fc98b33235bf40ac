"""Dates as people write them: exact ones are read, vague ones stay words, unsound ones are told."""

from __future__ import annotations

import re

import pytest

from graph.model.dates import PartialDate, UnsoundDate
from loaders.lists.words.dates import DateReader
from loaders.lists.words.row_dates import RowDateReader

COMPILED = PartialDate(2026, 11, 21)


def read(written: str, *formats: str, language: str = "") -> str:
    """Return a date as text, "vague" for one that is only approximate."""
    date = DateReader(formats, language).read(written)
    return "vague" if date is None else str(date)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("1985", "1985"),
        ("1985.0", "1985"),
        ("1985,0", "1985"),
        ("1985-06", "1985-06"),
        ("1985-06-15", "1985-06-15"),
        ("1985/6/15", "1985-06-15"),
        ("1985.06.15", "1985-06-15"),
        ("19850615", "1985-06-15"),
        ("1985-06-15 00:00:00", "1985-06-15"),
        ("1985-06-15T14:30:00.000+07:00", "1985-06-15"),
        ("+1985-06-15T00:00:00Z", "1985-06-15"),
        ("+1985-00-00T00:00:00Z", "1985"),
        ("1976-00-00", "1976"),
        ("1968-06-00", "1968-06"),
        ("00 June 1985", "1985-06"),
        ("15 June 1985", "1985-06-15"),
        ("June 15th, 1985", "1985-06-15"),
        ("15-Jun-1985", "1985-06-15"),
        ("Saturday, 15 June 1985", "1985-06-15"),
        ("June 1985", "1985-06"),
        ("17 Agustus 1985", "1985-08-17"),
        ("Nopember 1985", "1985-11"),
        ("Tanggal 5 Mei 1985", "1985-05-05"),
        ("since 1985", "1985"),
        ("sejak tahun 1985", "1985"),
        ("1985年6月15日", "1985-06-15"),
        ("1985년 6월", "1985-06"),
        ("１９８５", "1985"),
    ],
)
def test_an_exact_date_is_read_with_its_precision(written, date):
    assert read(written) == date


@pytest.mark.parametrize(
    ("language", "written", "date"),
    [
        ("de", "15. März 1985", "1985-03-15"),
        ("fr", "1er août 1985", "1985-08-01"),
        ("fr", "aout 1985", "1985-08"),
        ("it", "1º maggio 1985", "1985-05-01"),
        ("de", "im Jänner 1985", "1985-01"),
        ("es", "setiembre de 1985", "1985-09"),
        ("ru", "15 июня 1985 года", "1985-06-15"),
        ("es", "15 de junio de 1985", "1985-06-15"),
        ("pt-BR", "junho de 1985", "1985-06"),
        ("pl", "15 czerwca 1985", "1985-06-15"),
        ("pl", "czerwiec 1985", "1985-06"),
        ("cs", "15. listopadu 1985", "1985-11-15"),
        ("hr", "15. listopada 1985.", "1985-10-15"),
        ("ru", "15 июня 1985 г.", "1985-06-15"),
        ("vi", "tháng 6 năm 1985", "1985-06"),
        ("lv", "1985. gada 15. jūnijs", "1985-06-15"),
        ("fi", "15. kesäkuuta 1985", "1985-06-15"),
        ("tr", "15 Haziran 1985", "1985-06-15"),
        ("el", "15 Ιουνίου 1985", "1985-06-15"),
        ("ar", "15 يونيو 1985", "1985-06-15"),
        ("nl", "mei 1985", "1985-05"),
    ],
)
def test_months_are_named_as_in_the_language_of_the_list(language, written, date):
    assert read(written, language=language) == date


def test_month_names_of_another_language_are_not_guessed():
    with pytest.raises(ValueError, match="cannot be read as a date without guessing"):
        read("15 czerwca 1985", language="de")
    assert read("15 June 1985", language="xx") == "1985-06-15"


@pytest.mark.parametrize(
    "written",
    [
        "ca. 1985", "ca.1985", "c. 1985", "c1985", "circa 1985", "abt 1985", "about June 1985", "~1985",
        "1985?",
        "before 1985", "bef. 15 June 1985", "after 1985", "1985–1990", "1985-1990", "1985-86", "1985/86",
        "1985 or 1986",
        "between 1985 and 1990", "from 1985 to 1990", "1980s", "1980-an", "1980er", "the 1980s",
        "mid-1980s", "198x",
        "[1985]", "(1985)", "June/July 1985", "sekitar tahun 1985", "um 1985", "vers 1985", "1985, 1990",
        "May 1985 – June 1986",
    ],
)  # fmt: skip
def test_a_vague_date_is_none(written):
    assert read(written) == "vague"


@pytest.mark.parametrize(
    "written",
    [
        "05/06/1985", "5.6.1985", "06-05-1985", "since 5.6.1985", "6 1985", "14.09.87", "June 85", "85",
        "Jun-85", "1985-6", "31213",
        "20185",
        "spring 1985", "present", "1405 H", "昭和60年", "May", "12 May", "1985 (renewed 1990)", "Q2 1985",
        "1985.5",
        "x" * 99_999,
    ],
)  # fmt: skip
def test_what_cannot_be_read_without_guessing_is_not_read(written):
    with pytest.raises(ValueError, match="cannot be read as a date without guessing") as caught:
        read(written)
    assert not isinstance(caught.value, UnsoundDate)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("14.09.1987", "1987-09-14"),
        ("14/9/1987", "1987-09-14"),
        ("09-14-1987", "1987-09-14"),
        ("14. 9. 1987", "1987-09-14"),
        ("14 09 1987", "1987-09-14"),
        ("14.09.1987 00:00:00", "1987-09-14"),
        ("since 14.09.1987", "1987-09-14"),
        ("Monday 14/09/1987", "1987-09-14"),
        ("05.05.1985", "1985-05-05"),
        ("1987. 09. 14.", "1987-09-14"),
        ("since 1987-09-14", "1987-09-14"),
        ("6/1985", "1985-06"),
        ("06.1985", "1985-06"),
        ("00/06/1985", "1985-06"),
        ("00.00.1985", "1985"),
        ("ca. 14.09.1987", "vague"),
        ("14.09.1987 - 15.10.1990", "vague"),
        ("5/1985–6/1986", "vague"),
    ],
)
def test_a_date_of_numbers_with_one_reading_is_read(written, date):
    assert read(written) == date


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("31.02.1985", "no calendar has 1985-02-31"),
        ("02/31/1985", "no calendar has 1985-02-31"),
        ("13.13.1985", "no calendar has 1985-13-13"),
        ("15/1985", "month must be in 1..12"),
        ("0000", "year 0 is out of range"),
        ("0000-00-00", "year 0 is out of range"),
        ("1985-13-01", "month must be in 1..12"),
        ("1985-13", "month must be in 1..12"),
        ("1985-02-30", "day is out of range"),
        ("31 June 1985", "day is out of range"),
        ("1985-00-15", "is a day of no month"),
        ("-1985", "before our era"),
        ("44 BC", "before our era"),
        ("1364", "before 1800"),
        ("1405-06-15", "before 1800"),
        ("۱۳۶۴", "before 1800"),
    ],
)
def test_a_date_that_cannot_be_is_unsound(written, told):
    with pytest.raises(UnsoundDate, match=told):
        read(written)


@pytest.mark.parametrize(
    ("written", "formats", "date"),
    [
        ("15/06/1985", ["%d/%m/%Y"], "1985-06-15"),
        ("15/06/1985 00:00:00", ["%d/%m/%Y"], "1985-06-15"),
        ("00/06/1968", ["%d/%m/%Y"], "1968-06"),
        ("00.00.1968", ["%d.%m.%Y"], "1968"),
        ("15/06/1985", ["%d/%m/%Y", "%m/%d/%Y"], "1985-06-15"),
        ("06/06/1985", ["%d/%m/%Y", "%m/%d/%Y"], "1985-06-06"),
        ("06/1985", ["%m/%Y"], "1985-06"),
        ("1968.0", ["%Y.0"], "1968"),
        ("31213", ["excel"], "1985-06-15"),
        ("31213.5", ["excel"], "1985-06-15"),
        ("1985", ["excel"], "1985"),
        ("1985-06-15", ["%d/%m/%Y"], "1985-06-15"),
    ],
)
def test_a_stated_format_comes_first(written, formats, date):
    assert read(written, *formats) == date


@pytest.mark.parametrize(
    ("written", "formats", "told"),
    [
        ("05/06/1985", ["%d/%m/%Y", "%m/%d/%Y"], "the date formats read it as 1985-05-06 or 1985-06-05"),
        ("31/02/1985", ["%d/%m/%Y"], "no calendar has 1985-02-31"),
        ("15/13/1985", ["%d/%m/%Y"], "no calendar has 1985-13-15"),
        ("9999999", ["excel"], "no spreadsheet has the day 9999999"),
    ],
)
def test_formats_that_disagree_and_days_that_are_not_are_unsound(written, formats, told):
    with pytest.raises(UnsoundDate, match=told):
        read(written, *formats)


def row(**cells: str):
    return RowDateReader(DateReader(), COMPILED).read(cells)


def test_dates_of_a_row_that_cannot_all_be_true_are_left_out_and_told():
    dates = row(date="2000", until="1990")
    assert (dates.sound, dates.told) == ({}, {"date", "until"})
    assert dates.remarks == ["The date is given as '2000'.", "The end is given as '1990'."]
    assert dates.doubts == ["date 2000 is after until 1990"]
    assert row(date="2000", as_of="1999-12-31").doubts == ["date 2000 is after as_of 1999-12-31"]
    assert row(date="2000-05", until="2000", as_of="2000").doubts == []


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"date": "2026-12"}, "date '2026-12': 2026-12 is after the day of the list, 2026-11-21"),
        ({"date": "2528"}, "date '2528': 2528 is after .*; the Buddhist year 2528 is 1985"),
        ({"as_of": "2027"}, "as_of '2027': 2027 is after the day of the list"),
        ({"until": "9999-12-31"}, "until '9999-12-31': 9999-12-31 is after the day of the list"),
    ],
)
def test_what_lies_ahead_is_unsound(cells, told):
    (doubt,) = row(**cells).doubts
    assert re.match(told, doubt)


def test_an_end_may_lie_ahead_and_the_year_of_the_list_is_no_doubt():
    dates = row(date="2026", until="2030", as_of="2026-11")
    assert {name: str(date) for name, date in dates.sound.items()} == {
        "date": "2026",
        "until": "2030",
        "as_of": "2026-11",
    }
    assert (dates.doubts, dates.remarks) == ([], [])


def test_a_mark_beside_a_date_is_remarked_and_an_unreadable_end_ends_nothing():
    dates = row(date="1985[3]", until="ongoing")
    assert dates.sound == {"date": PartialDate(1985)}
    assert dates.told == {"date"}
    assert dates.remarks == ["The date is given as '1985[3]'.", "The end is given as 'ongoing'."]
    assert dates.doubts[0].startswith("until 'ongoing': it cannot be read as a date")


@pytest.mark.parametrize(
    "written", ["1899-12-30", "30.12.1899", "1900-01-00", "1/0/1900", "1900-01-01 00:00:00"]
)
def test_the_day_zero_of_spreadsheets_is_no_date(written):
    (doubt,) = row(date=written).doubts
    assert doubt.endswith("is how spreadsheets and databases write that there is no date")


def test_months_in_another_language_need_the_language_of_the_list():
    (doubt,) = row(date="14 juillet 1992").doubts
    assert doubt.endswith("for months in another language say language in [source]")
    (doubt,) = row(date="9/14/92").doubts
    assert "language" not in doubt
