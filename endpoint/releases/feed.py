"""The change feed: an Atom document (RFC 4287) with an entry for each release.

The same releases give the same bytes on any day: the only dates are those of the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from endpoint.releases.summary import CHANGES, read_diff
from endpoint.show.addresses import host_of
from graph.diff.text import NO_CAUSE, describe_change, describe_tallies, describe_values, one_line
from graph.diff.types import ClaimChange, Diff, Kind, Thing, ThingChange
from graph.downloads.changes import WHOLE
from graph.model.iris import iri
from graph.store.releases import Release
from ontology import BASE

MEDIA_TYPE = "application/atom+xml"
PATH = "data/changes.atom"

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"
_NEVER = "1970-01-01"
_SHOWN = 100
"""How many things of one sort an entry lists; the rest is in the release's files."""
# XML 1.0, 2.2: the characters that no document may hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class ReleaseChanges:
    """One release as the feed describes it; `compiled` is a date, `diff` is None when it was not kept."""

    id: str
    compiled: str
    counts: Mapping[str, Any]
    diff: Diff | None


def read_changes(releases: Iterable[Release]) -> list[ReleaseChanges]:
    """Return what the feed describes of each release, in the order given."""
    return [
        ReleaseChanges(
            release.id, release.manifest["compiled"], release.manifest["counts"], read_diff(release)
        )
        for release in releases
    ]


def atom(changes: Sequence[ReleaseChanges], base: str) -> bytes:
    """Return the Atom document in UTF-8, an entry for each release in the order given (newest first).

    `base` is the address of the site with its last slash; links go there, ids stay those of the project.
    """
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _add(feed, "id", BASE + PATH)
    _add(feed, "title", "Kota Kembar: changes")
    _add(feed, "subtitle", "What each release added, removed and changed, and the claims that caused it")
    _add(feed, "updated", _midnight(max((change.compiled for change in changes), default=_NEVER)))
    author = SubElement(feed, "author")
    _add(author, "name", "Kota Kembar")
    _add(author, "uri", BASE)
    _add_link(feed, "self", base + PATH, MEDIA_TYPE)
    _add_link(feed, "alternate", f"{base}data/", "text/html")
    for release in changes:
        _add_entry(feed, release, base)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_entry(feed: Element, release: ReleaseChanges, base: str) -> None:
    entry, folder = SubElement(feed, "entry"), f"{base}data/{release.id}/"
    _add(entry, "id", iri("release", release.id))
    _add(entry, "title", f"Release {release.id}")
    _add(entry, "updated", _midnight(release.compiled))
    _add_link(entry, "alternate", folder, "text/html")
    if release.diff is not None:
        _add_link(entry, "related", folder + CHANGES, "application/json")
    _add(entry, "summary", summarise(release))
    content = SubElement(entry, "content", {"type": "xhtml"})
    body = SubElement(content, "div", {"xmlns": _XHTML})
    for line in _introduce(release):
        _add(body, "p", line)
    if release.diff is not None:
        _add_sections(body, release.diff, base, folder)


def summarise(release: ReleaseChanges) -> str:
    """Return one line on a release: what is different in it, then how much it holds."""
    return ". ".join([*_introduce(release), ""]).strip()


def _introduce(release: ReleaseChanges) -> list[str]:
    counts, pairs = release.counts, release.counts["partnerships"]
    holds = (
        f"It holds {pairs['accepted']} accepted, {pairs['intent']} intended and {pairs['claimed']} claimed "
        f"partnerships, {counts['agreements']} agreements, {counts['claims']} claims "
        f"and {counts['triples']} triples"
    )
    if release.diff is None:
        return ["What is different from the release before was not kept", holds]
    if release.diff.first:
        return ["The first release", holds]
    against = [f"Compared with release {release.diff.old}"] if release.diff.old else []
    return [*against, *describe_tallies(release.diff), holds]


def _add_sections(body: Element, diff: Diff, base: str, folder: str) -> None:
    for thing in Thing:
        for kind in (Kind.ADDED, Kind.REMOVED, Kind.CHANGED):
            changes, number = diff.select(thing, kind)[:_SHOWN], diff.count(thing, kind)
            if not number:
                continue
            _add(body, "h3", f"{thing.capitalize()}s {kind} ({number})")
            listed = SubElement(body, "ul")
            for change in changes:
                _add_thing(listed, change, base)
            if number > len(changes):
                rest = _add(body, "p", f"and {number - len(changes)} more: ")
                _add(rest, "a", "all changes", href=folder + WHOLE)


def _add_thing(listed: Element, change: ThingChange, base: str) -> None:
    item = SubElement(listed, "li")
    address = "" if change.kind is Kind.REMOVED else base + change.iri.removeprefix(BASE)
    label = _add_label(item, change.label, address)
    label.tail = _clean(f": {describe_values(change)}")
    causes = SubElement(item, "ul")
    for claim in change.causes:
        _add_cause(causes, claim, base)
    if change.more_causes:
        _add(causes, "li", f"and {change.more_causes} more claims")
    if not change.causes:
        _add(causes, "li", NO_CAUSE)


def _add_cause(causes: Element, claim: ClaimChange, base: str) -> None:
    item = _add(causes, "li", f"{claim.kind} claim ")
    address = "" if claim.kind is Kind.REMOVED else base + claim.iri.removeprefix(BASE)
    label = _add_label(item, claim.id, address)
    different = f" ({'; '.join(map(describe_change, claim.changes))})" if claim.changes else ""
    label.tail = _clean(f"{different}: {one_line(claim.description)} ")
    _add_label(item, claim.source, claim.source if host_of(claim.source) else "")


def _add_label(parent: Element, text: str, address: str) -> Element:
    """Add a link, or plain text where there is nothing to link to: what was removed has no page any more."""
    return _add(parent, "a", text, href=address) if address else _add(parent, "span", text)


def _add(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    cleaned = {name: _clean(value) for name, value in attributes.items()}
    element = SubElement(parent, tag, cleaned)
    element.text = _clean(text)
    return element


def _add_link(parent: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": relation, "type": media_type, "href": address})


def _midnight(day: str) -> str:
    """Return an RFC 3339 time for a date: its first second in UTC, for the data know no hour."""
    return f"{day}T00:00:00Z"


def _clean(text: str) -> str:
    """Return the text with U+FFFD for each character that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", text)
