"""How a pair stands, in words: what is known of it, when it was last heard of, who lists it."""

from __future__ import annotations

from collections.abc import Collection

from endpoint.show.lookup import Row, text_of
from endpoint.show.texts import format_date, translate

_SAID_BY_GROUP = ("claimed", "intent")
"""Groups whose heading says all there is to say."""
_YEAR = 4
"""How much of a date says the year."""
HERE, THERE = "here", "there"
"""The sides of a pair that may have a list of partners: the place of the page, and the other one."""


def describe_standing(row: Row, group: str, status: str, lists: Collection[str], language: str) -> str:
    """Return how a pair stands, in words, empty where its group says all.

    `row` has the status and its date, `group` the key of its group, `status` the label of the status; `lists`
    are the sides (HERE, THERE) that have the other on a list of theirs.
    """
    if group in _SAID_BY_GROUP:
        return ""
    if group == "unknown":
        return translate("standing.unknown", language)
    as_of = text_of(row, "asOf")[:_YEAR]
    until = text_of(row, "until")
    if group == "listed":
        return _describe_listing(as_of, "since" in row, lists, language)
    if group == "ended" and until:
        return translate("standing.ended", language, status=_lower(status), date=format_date(until, language))
    if as_of:
        return translate("standing.heard-of", language, status=_lower(status), date=as_of)
    return _lower(status)


def _describe_listing(as_of: str, is_dated: bool, lists: Collection[str], language: str) -> str:
    """Return what a bare list says: when it was read, that it has no date, and whose list it is."""
    parts = [translate("standing.listed-in", language, date=as_of)] if as_of else []
    parts += [] if is_dated else [translate("standing.undated", language)]
    parts += [describe_side(lists, language)]
    text = ", ".join(part for part in parts if part)
    return text if as_of else translate("standing.listed", language) + (f", {text}" if text else "")


def describe_side(lists: Collection[str], language: str) -> str:
    """Return whose list has the pair, where only one side's does; else nothing."""
    if set(lists) == {THERE}:
        return translate("standing.by-other", language)
    return translate("standing.by-this", language) if set(lists) == {HERE} else ""


def _lower(status: str) -> str:
    """Return a status as it stands inside a sentence."""
    return status[:1].lower() + status[1:]
