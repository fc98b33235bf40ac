"""Links from place to place, to wholes and predecessors, that lead back to where they begin."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from graph.model.claims import LoadedCollection

log = logging.getLogger(__name__)


def break_circles(
    collections: Sequence[LoadedCollection], stated: Sequence[LoadedCollection]
) -> list[LoadedCollection]:
    """Return collections whose places are no parts of themselves, and succeed themselves neither.

    Which link of a circle is wrong nobody knows: all of it go, but those that curated tables have, `stated`.
    """
    for field_name in ("part_of", "succeeds"):
        kept = {place.id for one in stated for place in one.places if getattr(place, field_name)}
        leads = {place.id: getattr(place, field_name) for one in collections for place in one.places}
        wrong = {name for circle in find_circles(leads) for name in circle} - kept
        if not wrong:
            continue
        told = ", ".join(f"{name} of {leads[name]}" for name in sorted(wrong))
        log.warning("by %s places lead to themselves, so this is left out: %s", field_name, told)
        empty: dict[str, Any] = {field_name: ""}
        collections = [
            replace(
                one,
                places=tuple(replace(place, **empty) if place.id in wrong else place for place in one.places),
            )
            for one in collections
        ]
    return [*collections]


def find_circles(leads: Mapping[str, str]) -> list[list[str]]:
    """Return the circles in which ids lead to each other, each once; an empty text leads nowhere."""
    circles, done = [], set[str]()
    for start in sorted(leads):
        path: dict[str, None] = {}
        name = start
        while name and name not in done and name not in path:
            path[name] = None
            name = leads.get(name, "")
        if name in path:
            circles.append([*path][[*path].index(name) :])
        done.update(path)
    return circles
