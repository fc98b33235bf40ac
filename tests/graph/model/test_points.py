"""Points in WKT, and distances as published: longitude stands first, and the earth is no sphere."""

import pytest

from graph.model.points import distance_km, parse_point, write_degrees


@pytest.mark.parametrize(
    ("wkt", "point"),
    [
        ("POINT(112.74 -7.25)", (-7.25, 112.74)),
        (" point ( +112.74  -7.25 ) ", (-7.25, 112.74)),
        ("POINT(1e-05 .5)", (0.5, 0.00001)),
        ("POINT(-180 90)", (90.0, -180.0)),
        ("POINT(180.01 0)", None),
        ("POINT(-7.25 112.74)", None),
        ("POINT(0 1e999)", None),
        ("POINT(0 nan)", None),
        ("POINT(١ ٢)", None),
        ("POINT(1,2)", None),
        ("POINT(1 2 3)", None),
        ("POINT EMPTY", None),
        ("POINT(1 2), POINT(3 4)", None),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(-7.25 112.74)", None),
        ("LINESTRING(1 2, 3 4)", None),
        ("", None),
    ],
)
def test_a_point_is_read_from_wkt_with_the_longitude_first(wkt, point):
    assert parse_point(wkt) == point


# By Karney's GeographicLib (doi:10.1007/s00190-012-0578-z). On a sphere each degree would be 111.19 km.
DISTANCES = {
    "a degree along the equator": ((0, 0), (0, 1), 111.3195),
    "over the date line": ((0, 179.5), (0, -179.5), 111.3195),
    "to the other side of the earth": ((0, 0), (0, 180), 20003.9315),
    "a degree along a meridian": ((0, 0), (1, 0), 110.5744),
    "Surabaya to Liverpool": ((-7.25, 112.74), (53.41, -2.99), 12341.4378),
    "nowhere": ((53.41, -2.99), (53.41, -2.99), 0.0),
}


@pytest.mark.parametrize(("a", "b", "km"), DISTANCES.values(), ids=DISTANCES.keys())
def test_a_distance_is_the_geodesic_of_wgs_84(a, b, km):
    assert distance_km(*a, *b) == pytest.approx(km, abs=0.0001)
    assert distance_km(*b, *a) == pytest.approx(km, abs=0.0001)


@pytest.mark.parametrize(
    ("point", "written"),
    [
        ((-7.254, 112.746), ("-7.25", "112.75")),
        ((-0.001, 9), ("0.00", "9.00")),
        ((0, 0), ("", "")),
        ((0.004, -0.004), ("", "")),
    ],
)
def test_degrees_are_written_to_two_decimals_and_0_0_is_no_point(point, written):
    assert write_degrees(*point) == written
