"""Coordinates as lists write them: two cells of degrees, or one cell with both."""

from __future__ import annotations

import re

from graph.model.points import parse_point
from loaders.lists.words.cells import quote

Degrees = tuple[float, float]
"""Latitude and longitude, WGS 84."""

_DEGREES = re.compile(r"[-+]?[0-9]{1,20}(\.[0-9]{0,40})?([eE][-+]?[0-9]{1,3})?")
_BOTH = re.compile(
    r"([-+−]?[0-9]{1,3}(?:[.][0-9]{0,40})?)°?(?: *[,;] *| +)([-+−]?[0-9]{1,3}(?:[.][0-9]{0,40})?)°?"
)
_LONGEST = 200


def read_degrees(name: str, latitude: str, longitude: str) -> tuple[Degrees | None, str]:
    """Return the point of a place, and a remark instead when it can be that of none."""
    if not latitude and not longitude:
        return None, ""
    cells = [cell.replace(",", ".").replace("−", "-").rstrip("° ") for cell in (latitude, longitude)]
    told = f"The coordinates of {name} ({quote(latitude)}, {quote(longitude)})"
    if not all(_DEGREES.fullmatch(cell) for cell in cells):
        return None, f"{told} are no degrees and were left out."
    north, east = map(float, cells)
    if (north, east) == (0, 0):
        return None, f"The coordinates of {name} (0, 0) mean that they are unknown and were left out."
    if not (abs(north) <= 90 and abs(east) <= 180):
        return None, f"{told} are on no globe and were left out."
    return (north, east), ""


def read_point(name: str, written: str) -> tuple[Degrees | None, str]:
    """Return the point that one cell has, and a remark instead when it has none.

    Understood are the latitude first, "52.52, 13.405", and WKT, which has the longitude first: "POINT(13.405
    52.52)".
    """
    if not written:
        return None, ""
    short = written[:_LONGEST]
    if (both := _BOTH.fullmatch(short)) is not None:
        return read_degrees(name, both[1], both[2])
    if (point := parse_point(short)) is not None:
        return read_degrees(name, *map(str, point))
    return None, f"The point of {name} ({quote(written)}) is none and was left out."
