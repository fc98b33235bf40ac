"""Dates as lists write them: as precise as they are, never a guess; what is only approximate stays words."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from babel import Locale, UnknownLocaleError
from babel.dates import DateTimePattern

from graph.model.dates import PartialDate, UnsoundDate, make_date
from loaders.lists.words.number_dates import spell_out

EXCEL = "excel"
"""The format of a date that is written as the number of its day in a spreadsheet."""
FIRST_DAY = dt.date(1899, 12, 30)
"""The day from which spreadsheets count the others, unless a workbook counts from 1904 on."""
EARLIEST = 1800
"""An earlier year in a list is one of another calendar, or slipped: nobody had partner cities then."""

_EMPTY = frozenset({"1899-12-30", "1899-12-31", "1900-01", "1900-01-01"})
"""The days zero and one of spreadsheets and databases, as they are read: they stand for an empty cell."""
_MIDNIGHT = re.compile(r"0?0:00(?::00)?")

_TIME = re.compile(r"[T ]\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:Z|UTC|[AP]M|[+-]\d\d:?\d\d)?$", re.IGNORECASE)
_PLAIN = re.compile(r"\+?(\d{4})(?:([-/.])(\d\d?)\2(\d\d?)|-(\d\d)|(\d\d)(\d\d)|[.,]0+)?")
_EAST_ASIAN = re.compile(r"(\d{4}) ?[年년](?: ?(\d\d?) ?[月월](?: ?(\d\d?) ?[日号일])?)?")
_YEARS = re.compile(r"(\d{4}) ?[-–—/] ?(\d\d)")
_SERIAL = re.compile(r"(\d{5,7})(?:[.,]\d+)?")
_BEFORE_OUR_ERA = re.compile(r"[-−]\d|\d+ ?(?:BCE?|SM|v\. ?Chr\.)", re.IGNORECASE)
_TOKEN = re.compile(r"(?P<year>\d{4})(?!\w)|(?P<day>\d\d?)(?:st|nd|rd|th|er|re|[oa°])?(?!\w)|\w+|\S")
_VAGUE = re.compile(r"\d{3}0(?:s|er|an)|\d{2,3}[x?]{1,2}|c(?:irc)?a?\d{4}")
_BY_FORMAT = {"%Y": r"(?P<year>\d{4})", "%m": r"(?P<month>\d\d?)", "%d": r"(?P<day>\d\d?)"}

_OTHER_MONTHS = {
    "jän": 1, "jänner": 1, "pebruari": 2, "ags": 8, "agt": 8, "aout": 8, "sept": 9, "setiembre": 9, "nop": 11,
    "nopember": 11,
}  # fmt: skip
"""How some languages write months beside the names of CLDR."""
_SILENT_WORDS = """
the of on year since from ad ce pada sejak mulai tanggal tgl tahun thn th masehi m le am den seit jahr
depuis desde dal anno sinds jaar im г год года году року . , - /
"""
_SILENT = frozenset(_SILENT_WORDS.split())
"""What stands beside a date and does not change it; to these come the words of CLDR's own forms of dates."""
_ABOUT_WORDS = """
about after approx approximately around bef before abt aft between by c ca cca circa decade decades early
end late mid middle or s to until till years and sekitar kira sebelum setelah sesudah awal pertengahan
akhir antara sampai hingga dan atau an etwa um gegen rund vor nach anfang mitte ende zwischen bis oder
und vers environ avant après début fin entre et ou hacia antes después y o intorno verso prima dopo tra
fra e omstreeks rond voor na tussen en of około przed po ~ ≈ ≃ ± < > ≤ ≥ ? ( ) [ ] – — ; & + ' ’
"""
_ABOUT = frozenset(_ABOUT_WORDS.split())
"""What makes a date only approximate, or one of several."""


@dataclass(frozen=True)
class DateReader:
    """Reads the dates of one list; month names are English, Indonesian, and those of its language (CLDR).

    `formats` are those of datetime.strptime, or EXCEL; they come before every other form.
    """

    formats: Sequence[str] = ()
    language: str = ""

    def read(self, written: str, first_day: dt.date = FIRST_DAY) -> PartialDate | None:
        """Return a date as precise as it is written; None when it is only approximate ("ca. 1985").

        `first_day` is the one from which the file counts the days of a spreadsheet.
        Raises ValueError for what is no date that can be read without guessing, and UnsoundDate for one that
        cannot be: two formats read it differently, no calendar has it, it is before EARLIEST.
        """
        text = " ".join(unicodedata.normalize("NFKC", written).split())
        if _MIDNIGHT.fullmatch(text):
            raise UnsoundDate(f"{text} is how spreadsheets and databases write that there is no date")
        if _BEFORE_OUR_ERA.fullmatch(text) or text.startswith(("-", "−")):
            raise UnsoundDate("it is before our era")
        date = (
            self._by_formats(text, first_day)
            or _plain(text)
            or self._in_words(spell_out(_TIME.sub("", text)))
        )
        if str(date) in _EMPTY:
            raise UnsoundDate(f"{date} is how spreadsheets and databases write that there is no date")
        if date is not None and date.year < EARLIEST:
            raise UnsoundDate(f"{date} is before {EARLIEST}: it slipped, or is of another calendar")
        return date

    def _by_formats(self, text: str, first_day: dt.date) -> PartialDate | None:
        """Return the date by the formats that are stated, None when it has none of their forms."""
        found = {date for form in self.formats if (date := _by_format(text, form, first_day)) is not None}
        if len(found) > 1:
            raise UnsoundDate(f"the date formats read it as {' or '.join(sorted(map(str, found)))}")
        if found:
            return found.pop()
        coarse = [date for form in self.formats if (date := _with_zeros(text, form)) is not None]
        return coarse[0] if coarse else None

    def _in_words(self, text: str) -> PartialDate | None:
        """Return a date with the name of a month; None for an approximate one."""
        words = text.casefold().replace(".", " ")
        months = {self._months[match[0]] for match in self._month_names.finditer(words)}
        rest = self._month_names.sub(" ", words)
        if _YEARS.fullmatch(rest.strip()):
            return None
        tokens = list(_TOKEN.finditer(rest))
        years = [int(token["year"]) for token in tokens if token["year"]]
        days = [int(token["day"]) for token in tokens if token["day"]]
        others = {token[0] for token in tokens if not (token["year"] or token["day"])} - self._weekdays
        if others <= self._silent and len(years) == 1 and len(months) <= 1 and len(days) <= len(months):
            return make_date(years[0], *months, *days)
        vague = {other for other in others if _VAGUE.fullmatch(other)}
        is_exact = others <= self._silent and len(years) < 2 and len(months) < 2
        if (years or vague) and others - vague <= self._silent | _ABOUT and not is_exact:
            return None
        raise ValueError(f"it cannot be read as a date without guessing: {self._advise(text)}")

    def _advise(self, text: str) -> str:
        """Return what to do about a date that cannot be read."""
        if re.fullmatch(r"\d\d?[-./ ]\d\d?[-./ ]\d{4}.*", text):
            return 'say in [table] which form it has, such as date_format = "%d/%m/%Y"'
        if re.fullmatch(r"\d{5}", text):
            return f'if it is the number of a day in a spreadsheet, say date_format = "{EXCEL}"'
        told = "write YYYY, YYYY-MM or YYYY-MM-DD, or say date_format in [table]"
        is_in_words = re.search(r"[^\W\d_]{3}", text) is not None and not self.language
        return f"{told}; for months in another language say language in [source]" if is_in_words else told

    @cached_property
    def _locales(self) -> list[Locale]:
        return [locale for name in ("en", "id", self.language) if (locale := _find_locale(name))]

    @cached_property
    def _months(self) -> dict[str, int]:
        """Return the numbers of months by name, in small letters, without names of two of them."""
        pairs = [*_OTHER_MONTHS.items(), *(pair for one in self._locales for pair in _month_names(one))]
        numbers: dict[str, set[int]] = {}
        for name, number in pairs:
            numbers.setdefault(name, set()).add(number)
        return {name: min(found) for name, found in numbers.items() if len(found) == 1}

    @cached_property
    def _month_names(self) -> re.Pattern[str]:
        names = sorted(map(re.escape, self._months), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)")

    @cached_property
    def _silent(self) -> frozenset[str]:
        """Return what changes no date, also in the forms of CLDR: "15 de junio de 1985"."""
        patterns = [form.pattern for locale in self._locales for form in _date_forms(locale)]
        literals = (_plain_name(text) for pattern in patterns for text in re.findall("'([^']+)'", pattern))
        return _SILENT | {word for text in literals for word in text.split()} - _ABOUT

    @cached_property
    def _weekdays(self) -> set[str]:
        forms = [locale.days["format"] for locale in self._locales]
        return {_plain_name(name) for form in forms for key in form for name in form[key].values()} - {""}


def _by_format(text: str, form: str, first_day: dt.date) -> PartialDate | None:
    """Return a date in one format, None when it has another form."""
    if form == EXCEL:
        return _by_serial(text, first_day)
    for wanted in dict.fromkeys((text, _TIME.sub("", text))):
        try:
            day = dt.datetime.strptime(wanted, form)
        except ValueError:
            continue
        has_day = any(code in form for code in ("%d", "%j"))
        has_month = has_day or any(code in form for code in ("%m", "%b", "%B"))
        return PartialDate(day.year, day.month if has_month else None, day.day if has_day else None)
    return None


def _with_zeros(text: str, form: str) -> PartialDate | None:
    """Return a date in one format with zeros for what is not known; None when it has another form.

    Raises UnsoundDate when the form is the same, and no calendar has the date.
    """
    codes = re.findall("%.", form)
    if form == EXCEL or len({*codes}) < len(codes) or "%Y" not in codes:
        return None
    pattern = "".join(_BY_FORMAT.get(part, re.escape(part)) for part in re.split("(%.)", form))
    match = re.fullmatch(pattern, _TIME.sub("", text))
    return make_date(**{name: int(part) for name, part in match.groupdict().items()}) if match else None


def _by_serial(text: str, first_day: dt.date) -> PartialDate | None:
    match = _SERIAL.fullmatch(text)
    if match is None:
        return None
    try:
        day = first_day + dt.timedelta(days=int(match[1]))
    except OverflowError as exc:
        raise UnsoundDate(f"no spreadsheet has the day {text}") from exc
    return PartialDate(day.year, day.month, day.day)


def _plain(text: str) -> PartialDate | None:
    """Return a date of numbers that begins with its year: 1985, 1985-06, 1985/6/15, 19850615, 1985年6月."""
    if (years := _YEARS.fullmatch(text)) and int(years[2]) > max(12, int(years[1]) % 100):
        return None
    if match := _EAST_ASIAN.fullmatch(text):
        return make_date(*(int(part or 0) for part in match.groups()))
    match = _PLAIN.fullmatch(_TIME.sub("", text))
    if match is None:
        return None
    year, _, *parts = match.groups()
    return make_date(int(year), *(int(part) for part in parts if part is not None))


def _find_locale(name: str) -> Locale | None:
    try:
        return Locale.parse(name.replace("-", "_")) if name else None
    except (UnknownLocaleError, ValueError):
        return None


def _date_forms(locale: Locale) -> Iterator[DateTimePattern]:
    """Yield the forms of dates of year, month and day in one language."""
    yield from locale.date_formats.values()
    yield from (form for name, form in locale.datetime_skeletons.items() if {*name} <= {*"yMdE"})


def _month_names(locale: Locale) -> Iterator[tuple[str, int]]:
    """Yield the names of months in one language with their numbers; none that is a number or one letter."""
    for form in (locale.months["format"], locale.months["stand-alone"]):
        for width in ("wide", "abbreviated"):
            for number, name in form.get(width, {}).items():
                plain = _plain_name(name)
                if len(plain) > 1 and not plain.isdigit():
                    yield plain, number


def _plain_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace(".", " ").split())
