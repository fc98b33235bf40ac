"""Points on earth in decimal degrees, WGS 84: read from WKT, and how far apart they lie."""

from __future__ import annotations

import re

from pyproj import Geod

_WGS_84 = Geod(ellps="WGS84")
_NUMBER = r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:E[-+]?\d+)?)"
_WKT_POINT = re.compile(rf"\s*POINT\s*\(\s*{_NUMBER}\s+{_NUMBER}\s*\)\s*", re.ASCII | re.IGNORECASE)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the length in km of the geodesic between two points, the shortest way over the ellipsoid."""
    metres: float = _WGS_84.inv(lon1, lat1, lon2, lat2)[2]
    return metres / 1000


def write_degrees(latitude: float, longitude: float) -> tuple[str, str]:
    """Return latitude and longitude to two decimals; both empty for 0, 0: who says so knows none."""
    north, east = (f"{degrees:.2f}".replace("-0.00", "0.00") for degrees in (latitude, longitude))
    return ("", "") if north == east == "0.00" else (north, east)


def parse_point(wkt: str) -> tuple[float, float] | None:
    """Return the latitude and longitude of a point in WKT, None for any other text or one not on earth.

    WKT has the longitude first: ``POINT(112.74 -7.25)`` (GeoSPARQL, OGC 11-052r4, 8.5). A literal that names
    its coordinate system by an IRI is none of these.
    """
    found = _WKT_POINT.fullmatch(wkt)
    if found is None:
        return None
    longitude, latitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
