"""Stretches of a text, and what stands there instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """A stretch of the text, and what stands there instead."""

    start: int
    end: int
    text: str


def apply_edits(edits: Sequence[Edit], text: str, start: int = 0, end: int | None = None) -> str:
    """Return the text between two places with the edits, none of which stands in another one.

    Of those at one place the first comes first.
    """
    parts, place = [], start
    for begin, stop, instead in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[place:begin], " ", instead, " "]
        place = stop
    return "".join([*parts, text[place:end]])
