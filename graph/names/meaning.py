"""What a text means: exactly one place, one of several, or none that is named so. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.matching.known.names import normalize_name
from graph.names.index.address import is_address, read_place_id
from graph.names.index.ask import NameIndex
from graph.names.index.countries import alpha_2
from graph.names.index.entry import COUNTRY, PLACE, Entry, full_key
from graph.names.match import ALL, Assessment, Query, assess_places

LONGEST_NAME = 200
"""Characters of a text that is looked up."""
_MOST_SIMILAR = 10
_LEAST_BEGUN = 4
"""Letters of a text that a name may begin with; fewer begin too many."""
_INITIALS = re.compile(r"[A-Z]{2,5}")
_CODE = re.compile(r"[A-Za-z]{2,3}|[0-9]{3}")


@dataclass(frozen=True)
class Meaning:
    """The places that a text names equally well; where it names none, the `similar` ones, the likest first.

    One place is what is meant, several are a choice. Those with the most partners come first.
    """

    places: tuple[Entry, ...] = ()
    similar: tuple[Entry, ...] = ()


def find_meaning(text: str, index: NameIndex, kind: str = PLACE) -> Meaning:
    """Return which places of a kind (PLACE or COUNTRY) a text means.

    It may be an id, an address (address.py), a code, or a name in any language and script that the release
    has; accents, case and spaces do not count. A name exactly as it is written comes before one that is left
    without what is around it ("Bandung" is the city and not the regency); then all that stands around it must
    hold ("Varna, Bulgaria", "Kabupaten Bandung"). A slip finds only similar places.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_NAME:
        return Meaning()
    if is_address(text) or read_place_id(text):
        return Meaning(_of_kind(index.find_by_identifier(text), kind))
    coded = _of_kind(index.find_by_identifier(alpha_2(text)), kind) if _CODE.fullmatch(text) else ()
    if coded and kind == COUNTRY:
        return Meaning(coded)
    assessments = _assess(text, index, kind)
    named = _choose(text, assessments)
    if not named and not coded:
        named = next(
            filter(None, (_choose(t, _assess(t, index, kind)) for t in _with_comma(text, index))), ()
        )
    places = {entry.id: entry for entry in (*coded, *named)}
    if places:
        return Meaning(tuple(sorted(places.values(), key=_most_partners)))
    similar = (*_begun(text, index, kind), *(assessment.entry for assessment in assessments))
    return Meaning(similar=tuple({entry.id: entry for entry in similar}.values())[:_MOST_SIMILAR])


def _most_partners(entry: Entry) -> tuple[int, str]:
    return -len(entry.partners), entry.id


def _of_kind(entries: list[Entry], kind: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if kind in entry.classes)


def _assess(text: str, index: NameIndex, kind: str) -> list[Assessment]:
    types = () if kind == PLACE else (kind,)
    return assess_places(Query(text, types, ALL), index)


def _choose(text: str, assessments: list[Assessment]) -> tuple[Entry, ...]:
    """Return the places that a text names: as it is written, else with what is around the name.

    Namesakes are part of the choice: those that are called so with a remark on where they are, "Frankfurt
    (Oder)"; and those whose very name says it, "Newcastle upon Tyne", with more partners than all. Where each
    of several needs more than the text says, they are the choice; one alone is not.
    """
    name = Query(text).name
    written = [assessment for assessment in assessments if assessment.is_as_written]
    meant = [assessment for assessment in assessments if assessment.is_meant(name)]
    named = written or [assessment for assessment in meant if assessment.bears(name)] or meant
    if not named and not name.where and not name.kinds:
        several = [assessment for assessment in assessments if assessment.is_possible]
        named = several if len(several) > 1 else []
    most = max((len(assessment.entry.partners) for assessment in named), default=0)
    namesakes = [assessment for assessment in assessments if named and assessment.is_namesake(name, most)]
    return tuple({a.entry.id: a.entry for a in (*named, *namesakes)}.values())


def _begun(text: str, index: NameIndex, kind: str) -> Iterator[Entry]:
    """Yield the places that a text is short for: "NYC" has the initials of a name, "Jogja" begins one."""
    if _INITIALS.fullmatch(text):
        for thing, name in index.find_things(" ".join(text), "place", most=-1):
            is_short = [word[0] for word in normalize_name(name).split()] == [*text.lower()]
            if is_short and isinstance(thing, Entry) and kind in thing.classes:
                yield thing
    elif len(full_key(text)) >= _LEAST_BEGUN:
        yield from (e for e in index.find_by_prefix(text, _MOST_SIMILAR) if kind in e.classes)


def _with_comma(text: str, index: NameIndex) -> Iterator[str]:
    """Yield the text with a comma before each country or region at its end: "San José Costa Rica"."""
    words = text.split()
    if "," in text or "(" in text:
        return
    for count in range(1, len(words)):
        head, tail = " ".join(words[:count]).rstrip(" -–—/"), " ".join(words[count:])
        if head and (index.find_country_ids(tail) or index.countries_of_region(tail)):
            yield f"{head}, {tail}"
