"""The texts of the pages in English and Indonesian, and how dates and numbers are written.

A text has a key (``nav.main``) and stands in a gettext catalogue of each language,
``locale/<language>/LC_MESSAGES/kembar.po``, compiled to ``kembar.mo`` when the project is built.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import NoReturn

from babel import Locale, dates, numbers

from graph.model.dates import PartialDate, Precision, parse_date

LANGUAGES: tuple[str, ...] = ("en", "id")
"""The languages of the interface; the first is used when nothing else is asked for."""

LOCALES = Path(__file__).parent / "locale"
DOMAIN = "kembar"
_CLDR = {"en": "en_GB", "id": "id"}
"""The locale that a language writes dates and numbers in."""

_DATE_FORMATS = {Precision.DAY: "long", Precision.MONTH: "MMMM y", Precision.YEAR: "y"}
_DATES_KEPT = 4096
LEAST_SHARE = 0.001
"""A smaller share than this, a tenth of a per cent, is told as less than it."""
_PLAIN_NUMBER = re.compile(r"-?([0-9]+)(\.[0-9]*)?")

TERMS = (
    # properties of other vocabularies
    "rdf:type", "rdfs:label", "rdfs:comment", "rdfs:seeAlso", "owl:sameAs", "skos:prefLabel", "skos:altLabel",
    "skos:hiddenLabel", "skos:definition", "skos:scopeNote", "skos:editorialNote", "skos:notation",
    "skos:broader",
    "skos:narrower", "skos:inScheme", "skos:topConceptOf", "skos:hasTopConcept", "skos:exactMatch",
    "skos:closeMatch", "skos:relatedMatch", "skos:broadMatch", "dcterms:title", "dcterms:description",
    "dcterms:identifier", "dcterms:publisher", "dcterms:creator", "dcterms:language", "dcterms:license",
    "dcterms:issued", "dcterms:isReplacedBy", "dcterms:references", "geo:hasGeometry", "geo:asWKT",
    "schema:url",
    # properties the other way round
    "^kk:party", "^kk:contractingParty", "^kk:agreement", "^kk:country", "^kk:partOf", "^kk:succeeds",
    "^kk:follows", "^kk:place", "^kk:event", "^kk:about", "^kk:source", "^kk:collection", "^kk:assesses",
    "^kk:evidence", "^kk:basedOn", "^kk:onBehalfOf", "^kk:signedBy", "^kk:listedBy", "^kk:signature",
    "^kk:repeals", "^kk:implements", "^kk:signedAt", "^kk:provider", "^kk:recipient", "^kk:participant",
    "^kk:signatory", "^kk:correctedBy", "^kk:betweenCountries", "^kk:matchedPlace", "^kk:scheme",
    "^skos:inScheme", "^skos:broader", "^dcterms:isReplacedBy", "^prov:wasDerivedFrom",
    # what links, by its kind, where the property has no words of its own
    "^place", "^partnership", "^agreement", "^claim", "^source", "^collection", "^event", "^person",
    "^signature", "^regulation", "^assessment", "^match", "^vocab", "^ontology",
    # columns
    "a", "b", "agreement", "agreements", "assessment", "candidate", "city", "claim", "claims", "common",
    "country", "countryA", "countryB", "date", "document", "domain", "event", "issue", "label", "level",
    "madeBy", "matchLabel", "measure", "note", "partner", "partners", "partnership", "partnerships", "party",
    "person", "place", "publisher", "relation", "role", "signed", "since", "source", "sources", "statement",
    "status", "until", "value", "verdict", "year", "years",
)  # fmt: skip
"""The properties, groups of links and columns that have words of their own, the texts ``term.<name>``."""


class _NoText(NullTranslations):
    """The end of a search through the catalogues: the key has no text."""

    def gettext(self, message: str) -> NoReturn:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> NoReturn:
        raise KeyError(msgid1)


@cache
def _catalogue(language: str) -> NullTranslations:
    catalogue = translation(DOMAIN, LOCALES, [language])
    catalogue.add_fallback(_NoText())
    return catalogue


def translate(key: str, language: str, **values: object) -> str:
    """Return the text `key` in `language`, its {places} filled; raises KeyError for no such text."""
    return _catalogue(language).gettext(key).format(**values)


def plural(key: str, count: int, language: str) -> str:
    """Return the form of the text `key` for `count`, its {count} filled; raises KeyError for no such text."""
    return _catalogue(language).ngettext(key, key, count).format(count=format_number(count, language))


def term(name: str, language: str) -> str | None:
    """Return the word for a property (``dcterms:title``, ``^kk:party``) or a column, else None."""
    return translate(f"term.{name}", language) if name in TERMS else None


def format_date(lexical: str, language: str) -> str:
    """Return a date as people write it: 19 March 2018, March 2018, 2018; other text comes back as it is."""
    try:
        known = parse_date(lexical)
    except ValueError:
        return lexical
    return _write_date(known, language)


@lru_cache(maxsize=_DATES_KEPT)
def _write_date(known: PartialDate, language: str) -> str:
    first_day = date(known.year, known.month or 1, known.day or 1)
    return dates.format_date(first_day, _DATE_FORMATS[known.precision], locale=_CLDR[language])


def format_age(days: int, language: str) -> str:
    """Return how long ago something was in the unit that suits it: 5 months, 10 years."""
    return dates.format_timedelta(timedelta(days=days), locale=_CLDR[language], threshold=1)


def format_number(value: str | int | float, language: str) -> str:
    """Return a number in the manner of `language`, with all its decimals; text that is none as it is.

    Thousands are parted from five digits on, so that years stay.
    """
    text = str(value)
    number = None if len(text) < 5 and text.isdecimal() else _PLAIN_NUMBER.fullmatch(text)
    if number is None:
        return text
    grouping = "," if len(number[1]) > 4 else ""
    return f"{Decimal(text):{grouping}f}".translate(_symbols(language))


def format_share(share: float, language: str) -> str:
    """Return a share from 0 to 1 in per cent; a little is never told as none, and much never as all."""
    if 0 < share < LEAST_SHARE:
        return f"< {format_number(100 * LEAST_SHARE, language)}%"
    percent = round(100 * share)
    exact = percent in {0, 100} and 0 < share < 1
    return f"{format_number(f'{min(100 * share, 99.9):.1f}' if exact else percent, language)}%"


def language_name(code: str, language: str) -> str:
    """Return the name of a language by CLDR, the code itself where it has none."""
    return str(Locale(_CLDR[language][:2]).languages.get(code, code))


@cache
def _symbols(language: str) -> dict[int, str]:
    """Return what stands for the symbols of Python's numbers."""
    locale = _CLDR[language]
    group, decimal = numbers.get_group_symbol(locale), numbers.get_decimal_symbol(locale)
    return str.maketrans({",": group, ".": decimal, "-": "\u2212"})
