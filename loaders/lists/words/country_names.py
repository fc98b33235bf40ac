"""Names of countries in all languages: those of CLDR (Babel), formal ones of ISO 3166 (pycountry, iso-codes).

A name is compared as a set of words, so that "Moldova, Republic of" is "Republic of Moldova". The tables of
all languages take a second or two to make, so they are made once, when a name is not found without them.
"""

from __future__ import annotations

import gettext
import pickle
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pycountry
from babel import Locale, localedata

from graph.matching.known.names import normalize_name
from loaders.tables.places import load_countries

LANGUAGES = (
    "en", "id", "de", "fr", "es", "it", "nl", "pl", "pt", "ja", "zh", "ko", "ru", "sv", "nb", "da", "fi",
    "cs", "hu", "tr",
)  # fmt: skip
"""The languages that are looked into first, and that decide where another one means something else."""

Words = tuple[str, ...]
"""The words of a name in alphabetical order, without "and", "the" and "of"."""

_SILENT = frozenset(("and", "the", "of"))
_LITTLE_WORDS = """
und et y e i a en og och ja dan de del della di da do dos das des du la le les los las el l d der die den van
von het
"""
_LITTLE = frozenset(_LITTLE_WORDS.split())
"""Words that may be left out where no other country is called so: Hungarian "Dél-Szudán" is South Sudan."""
_FORMAL_WORDS = """
republic republik republika republiek republiken republikken republica republique repubblica
bundesrepublik volksrepublik kingdom kerajaan konigreich koninkrijk kongeriget konungariket reino
royaume regno state negara staat estado etat stato federal federasi federative islamic kesatuan
jumhuri республика государство королевство جمهورية دولة مملكة
"""
_FORMAL = frozenset(normalize_name(_FORMAL_WORDS).split())
_NOT_BY_SHORT_NAME = {"CN", "TW", "KR", "KP", "CD", "CG", "DM", "DO"}
"""Countries whose short name with a formal word may be another's: a "Republik China" is Taiwan."""

_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\. ?){2,}")
_WORD = re.compile(r"([^\W\d_]+)(\.?)")
_SHORTEST = 4
"""A shorter Latin name is looked for in LANGUAGES only: it is a code, or means too much."""


def words_of(name: str) -> Words:
    """Return the words by which a name is known, "U.K." as one word; none for a text without letters."""
    words = normalize_name.__wrapped__(_join_initials(name)).split()
    return tuple(sorted(word for word in words if word not in _SILENT) or sorted(words))


def _join_initials(name: str) -> str:
    """Return a name with "U.S." as "US ": initials are one word."""
    return _INITIALS.sub(lambda match: re.sub(r"\W", "", match[0]) + " ", name) if "." in name else name


@cache
def common_names() -> Mapping[Words, str]:
    """Return the codes of countries (alpha-2) by their names in LANGUAGES and in ISO 3166-1.

    A name that two countries share ("Kongo") is not there.
    """
    return _without_shared(_common_pairs())


@cache
def first_names() -> Mapping[Words, str]:
    """Return the same of the names in English, Indonesian and ISO 3166-1 alone."""
    return _without_shared(_common_pairs(LANGUAGES[:2]))


@cache
def common_long_names() -> Mapping[Words, str]:
    """Return the names in LANGUAGES with the formal ones of ISO 3166-1 in those languages."""
    return _without_shared((*_common_pairs(), *_translations_of_iso(LANGUAGES)))


def find_in_all_languages(written: str) -> str:
    """Return the code of the country that a name means in any language; empty for none, and for several.

    Understood are formal words around a short name ("Republik Indonesia").
    """
    words = words_of(written)
    if sum(map(len, words)) < _SHORTEST and written.isascii():
        return ""
    if words in _shared_words():
        return ""
    found = common_names().get(words) or all_names().get(words) or _loose_names().get(_without_little(words))
    return found or _find_informal(words)


def _find_informal(words: Words) -> str:
    short = tuple(word for word in _without_little(words) if word not in _FORMAL)
    found = _loose_names().get(short, "") if len(short) < len(words) else ""
    return "" if found in _NOT_BY_SHORT_NAME else found


def find_abbreviated(written: str, names: Iterable[Words]) -> list[Words]:
    """Return those of some names that have these words, of which those with a point are only begun."""
    parts = [(normalize_name(word), bool(point)) for word, point in _WORD.findall(_join_initials(written))]
    kept = [(word, is_begun) for word, is_begun in parts if is_begun or word not in _SILENT | _LITTLE]
    if not any(is_begun for _, is_begun in kept) or sum(len(word) for word, _ in kept) < _SHORTEST:
        return []
    whole = {word for word, is_begun in kept if not is_begun}
    begun = sorted((word for word, is_begun in kept if is_begun), key=len, reverse=True)
    found = []
    for name in names:
        words = _without_little(name)
        left = [word for word in words if word not in whole]
        if len(words) == len(kept) and whole <= {*words} and _fits(begun, left):
            found.append(name)
    return found


def _fits(begun: Iterable[str], words: list[str]) -> bool:
    """Return whether each beginning is that of a word of its own."""
    left = list(words)
    for start in begun:
        word = next((word for word in left if word.startswith(start)), None)
        if word is None:
            return False
        left.remove(word)
    return True


def _common_pairs(languages: Iterable[str] = LANGUAGES) -> Iterator[tuple[str, str]]:
    """Yield names and codes."""
    codes = load_countries()
    for language in languages:
        names = Locale(language).territories
        yield from ((names[iso], iso) for iso in codes)
    for country in pycountry.countries:
        if country.alpha_2 in codes:
            yield from ((name, country.alpha_2) for name in _iso_names(country))


def _iso_names(country: object) -> list[str]:
    kinds = ("name", "official_name", "common_name")
    return [name for kind in kinds if (name := getattr(country, kind, None))]


@cache
def all_names() -> Mapping[Words, str]:
    """Return the codes of countries by all names, without those that two countries share."""
    return _without_shared((*_territories_of_cldr(), *_translations_of_iso()))


@cache
def _loose_names() -> Mapping[Words, str]:
    """Return the codes of countries by all names, those in LANGUAGES without little words; none is shared.

    In other languages a word that is left is hardly the country: Vietnamese "Do Thái" is Israel.
    """
    found: dict[Words, set[str]] = defaultdict(set)
    for words, iso in all_names().items():
        found[words].add(iso)
    for words, iso in common_long_names().items():
        found[_without_little(words)].add(iso)
    return {words: codes.pop() for words, codes in found.items() if len(codes) == 1}


def _without_little(words: Words) -> Words:
    return tuple(word for word in words if word not in _LITTLE) or words


def _territories_of_cldr() -> Iterator[tuple[str, str]]:
    """Yield the names of CLDR in all languages and scripts; Babel's own reader would keep all in memory."""
    codes = load_countries()
    for name in localedata.locale_identifiers():
        language, _, variant = name.partition("_")
        if language not in LANGUAGES and (not variant or len(variant) == 4):
            data = pickle.loads(Path(localedata.resolve_locale_filename(name)).read_bytes())  # noqa: S301 - Babel's
            yield from ((text, iso) for iso, text in data.get("territories", {}).items() if iso in codes)


def _translations_of_iso(languages: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield the names of ISO 3166-1 in some languages, or in all that iso-codes has."""
    codes = load_countries()
    countries = [one for one in pycountry.countries if one.alpha_2 in codes]
    folders = sorted(Path(pycountry.LOCALES_DIR).iterdir())
    for folder in (one for one in folders if not languages or one.name.partition("_")[0] in languages):
        known = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [folder.name], fallback=True)
        for country in countries:
            yield from ((known.gettext(name), country.alpha_2) for name in _iso_names(country))


@cache
def _shared_words() -> frozenset[Words]:
    """Return the names that two countries share in the common languages."""
    return frozenset(words for words, codes in _group(_common_pairs()).items() if len(codes) > 1)


def _without_shared(pairs: Iterable[tuple[str, str]]) -> Mapping[Words, str]:
    return {words: codes.pop() for words, codes in _group(pairs).items() if len(codes) == 1}


def _group(pairs: Iterable[tuple[str, str]]) -> Mapping[Words, set[str]]:
    found: dict[Words, set[str]] = defaultdict(set)
    for name, iso in {*pairs}:
        found[words_of(name)].add(iso)
    found.pop((), None)
    return found
