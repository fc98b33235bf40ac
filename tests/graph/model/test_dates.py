import pytest

from graph.model.dates import PartialDate, Precision, UnsoundDate, parse_date


@pytest.mark.parametrize(
    ("text", "date", "precision", "datatype"),
    [
        ("2018-03-19", PartialDate(2018, 3, 19), Precision.DAY, "date"),
        ("2012-11", PartialDate(2012, 11), Precision.MONTH, "gYearMonth"),
        ("1984", PartialDate(1984), Precision.YEAR, "gYear"),
    ],
)
def test_the_form_tells_the_precision(text, date, precision, datatype):
    parsed = parse_date(text)
    assert (parsed, parsed.precision, parsed.datatype, str(parsed)) == (date, precision, datatype, text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1976-00-00", PartialDate(1976)),
        ("1976-00", PartialDate(1976)),
        ("1968-06-00", PartialDate(1968, 6)),
    ],
)
def test_zeros_say_what_is_not_known(text, date):
    assert parse_date(text) == date
    assert str(parse_date(text)) == str(date)


@pytest.mark.parametrize("text", ["", "19/3/2018", "2018-3-1", "c. 1984", "20Y3", "99999", "-0044"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="is not a date: write YYYY") as caught:
        parse_date(text)
    assert not isinstance(caught.value, UnsoundDate)


@pytest.mark.parametrize("text", ["0000", "0000-00-00", "2018-13", "2018-02-30", "1900-02-29", "1968-00-15"])
def test_what_no_calendar_has_is_unsound(text):
    with pytest.raises(UnsoundDate, match=r"no calendar has|is a day of no month"):
        parse_date(text)


def test_a_coarse_date_contains_finer_ones():
    year, month, day = parse_date("2012"), parse_date("2012-11"), parse_date("2012-11-13")
    assert year.contains(month) and month.contains(day) and year.contains(day) and day.contains(day)
    assert not day.contains(month) and not month.contains(parse_date("2012-12-01"))
    assert day.agrees_with(year) and not month.agrees_with(parse_date("2013"))


def test_dates_sort_by_calendar_and_coarse_ones_first():
    written = ["1994-11-10", "1994", "1994-08-29", "1993-04", "1994-08"]
    assert [str(d) for d in sorted(map(parse_date, written))] == [
        "1993-04",
        "1994",
        "1994-08",
        "1994-08-29",
        "1994-11-10",
    ]
