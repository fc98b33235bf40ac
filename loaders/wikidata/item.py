"""From statements to an `Item`: which rank counts, which values are current, which names are kept."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache

from babel.languages import get_official_languages

from graph.model.iris import is_qid
from graph.model.terms import find_control, is_language
from loaders.tables.places import load_countries
from loaders.wikidata.model import (
    COORDINATES,
    COUNTRY,
    GEONAMES,
    INSTANCE_OF,
    ISO_SUBDIVISION,
    KEMENDAGRI,
    NATIVE_LABEL,
    PART_OF,
    POPULATION,
    RANKS,
    Item,
    Value,
)

LANGUAGES = ("en", "id")
"""The languages of the names that are kept."""
ALL_LANGUAGES = "mul"
"""The language tag of a name that is the same in all languages that have none of their own."""

_POINT = re.compile(
    r"(?:<http://www\.wikidata\.org/entity/Q2> )?POINT ?\(([-+.\dE]+) ([-+.\dE]+)\)", re.IGNORECASE
)


def make_item(
    qid: str,
    labels: Mapping[str, str],
    aliases: Sequence[str],
    values: Mapping[str, Sequence[Value]],
    redirects: Sequence[str] = (),
) -> Item:
    """Return the item; `values` are what it states for `ITEM_PROPERTIES`, in the order of the file.

    Without a native label (P1705) its labels in the official languages of its countries are its native
    names. Raises ValueError for a rank that Wikidata does not have, and for a text that nothing published
    can hold.
    """
    _check_texts([*labels.values(), *aliases, *(one.value for stated in values.values() for one in stated)])
    longitude, latitude = _point(_best(values, COORDINATES))
    countries = _countries(values.get(COUNTRY, ()))
    native = [(_language(label.language), label.value) for label in _best(values, NATIVE_LABEL)]
    return Item(
        qid=qid,
        labels=_choose_labels(labels),
        native=tuple(dict.fromkeys(native or _official_names(labels, countries))),
        aliases=tuple(dict.fromkeys(aliases)),
        countries=countries,
        part_of=_qids(values, PART_OF),
        instance_of=_qids(values, INSTANCE_OF),
        latitude=latitude,
        longitude=longitude,
        population=_population(_best(values, POPULATION)),
        geonames=_first(values, GEONAMES),
        iso=_first(values, ISO_SUBDIVISION),
        kemendagri=_first(values, KEMENDAGRI),
        redirects=tuple(redirects),
    )


def merge_items(first: Item, second: Item) -> Item:
    """Return the first item, with what it does not say taken from the second, and the redirects of both."""
    missing = {
        field.name: getattr(second, field.name)
        for field in fields(Item)
        if getattr(first, field.name) in ((), "", None)
    }
    redirects = tuple(dict.fromkeys(first.redirects + second.redirects))
    return replace(first, **{**missing, "redirects": redirects})


def choose_best_ranked(values: Sequence[Value]) -> list[Value]:
    """Return the values of the best rank that has any; those that ended only when all have.

    That is what Wikidata calls truthy, without the past. Raises ValueError for a rank that Wikidata does not
    have.
    """
    if unknown := {value.rank for value in values} - {*RANKS}:
        raise ValueError(f"{', '.join(sorted(unknown))} is no rank")
    stated = [value for value in values if value.rank != RANKS[-1]]
    best = min((RANKS.index(value.rank) for value in stated), default=0)
    chosen = [value for value in stated if RANKS.index(value.rank) == best]
    return [value for value in chosen if not value.ended] or chosen


def _best(values: Mapping[str, Sequence[Value]], name: str) -> list[Value]:
    return choose_best_ranked(values.get(name, ()))


def _qids(values: Mapping[str, Sequence[Value]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.value for found in _best(values, name) if is_qid(found.value)))


def _first(values: Mapping[str, Sequence[Value]], name: str) -> str:
    found = _best(values, name)
    return found[0].value if found else ""


def _countries(values: Sequence[Value]) -> tuple[tuple[str, str], ...]:
    """Return all countries that are not deprecated, those that count first; past ones only after them."""
    best = choose_best_ranked(values)
    current = [value for value in values if value.rank != RANKS[-1] and not value.ended]
    ranked = [(value.value, value.rank) for value in (*best, *current) if is_qid(value.value)]
    return tuple(dict.fromkeys(ranked))


def _population(values: Sequence[Value]) -> int | None:
    """Return the newest number, the largest among those of one time."""
    numbers = [(value.time.lstrip("+"), _number(value.value)) for value in values]
    known = [(time, int(number)) for time, number in numbers if 0 <= number < math.inf]
    return max(known)[1] if known else None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _point(values: Sequence[Value]) -> tuple[float | None, float | None]:
    """Return longitude and latitude of the first point on Earth, None twice when there is none."""
    for value in values:
        if match := _POINT.fullmatch(value.value):
            longitude, latitude = _number(match[1]), _number(match[2])
            if abs(longitude) <= 180 and abs(latitude) <= 90:
                return longitude, latitude
    return None, None


def _choose_labels(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the labels in our languages; where there is none, the first by language code."""
    common = labels.get(ALL_LANGUAGES, "")
    chosen = [(language, labels.get(language) or common) for language in LANGUAGES]
    known = tuple((language, text) for language, text in chosen if text)
    named = [language for language in sorted(labels) if labels[language]]
    return known or tuple((_language(language), labels[language]) for language in named[:1])


def _language(tag: str) -> str:
    """Return a language tag, empty for what is none."""
    return tag if is_language(tag) else ""


def _check_texts(texts: Iterable[str]) -> None:
    for text in texts:
        if control := find_control(text):
            raise ValueError(f"the text {text[:60]!r} has the control character {control}")


def _official_names(labels: Mapping[str, str], countries: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    official = _official_languages()
    languages = [language for country, _ in countries for language in official.get(country, ())]
    named = [language for language in languages if language in labels and language not in LANGUAGES]
    return [(language, labels[language]) for language in named]


@cache
def _official_languages() -> Mapping[str, tuple[str, ...]]:
    """Return the official languages (CLDR) of each country by its item, with script and without it."""
    return {
        country.id: tuple(
            code
            for language in get_official_languages(iso)
            for code in dict.fromkeys((language.replace("_", "-").lower(), language.split("_")[0]))
        )
        for iso, country in load_countries().items()
    }
