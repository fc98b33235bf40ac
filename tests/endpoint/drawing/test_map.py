"""Maps: projection and great circles against another library, the land, labels, the part that is shown."""

import json
import re

import pytest
from pyproj import Geod, Proj

from endpoint.drawing.labels import place_labels
from endpoint.drawing.land import read_rings
from endpoint.drawing.map import Link, Place, draw_map
from endpoint.drawing.sphere import Projection, angle_between, great_circle
from endpoint.drawing.strip import days_apart, make_time_axis
from endpoint.drawing.world import FINE, WIDTH, choose_sheet, draw_fine_arcs, draw_world

SURABAYA, SEATTLE, KOBE, LIMA = (112.75, -7.25), (-122.33, 47.6), (135.2, 34.7), (-77.0, -12.0)
EARTH = Geod(ellps="sphere")


@pytest.mark.parametrize("centre", [11, 150, -90])
def test_the_middle_of_the_paper_is_the_centre(centre):
    ((x, y),) = Projection(centre).project([(centre, 0)])
    assert (round(x, 9), round(y, 9)) == (0, 0)


def test_positions_lie_where_proj_has_them():
    around = Proj("+proj=eqearth +R=1 +lon_0=150")
    for position in (SURABAYA, SEATTLE, KOBE):
        ((x, y),) = Projection(150).project([position])
        assert (x, -y) == pytest.approx(around(*position))


@pytest.mark.parametrize(("a", "b"), [(SURABAYA, SEATTLE), (KOBE, LIMA), (SURABAYA, KOBE)])
def test_a_great_circle_is_the_shortest_way(a, b):
    points = great_circle(a, b, 4)
    expected = EARTH.npts(*a, *b, 3)
    assert points[0] == a
    assert points[-1] == b
    for found, known in zip(points[1:-1], expected, strict=True):
        assert found == pytest.approx(known, abs=1e-6)
    assert angle_between(a, b) == pytest.approx(EARTH.inv(*a, *b)[2] / EARTH.a)


def test_an_arc_over_the_edge_is_drawn_in_two_runs():
    assert len(Projection(11).arc(KOBE, SEATTLE)) == 2
    assert len(Projection(150).arc(KOBE, SEATTLE)) == 1


def test_a_map_is_turned_so_that_its_arcs_stay_whole_and_shows_all_its_places():
    places = [Place("Kobe", KOBE), Place("Seattle", SEATTLE), Place("Lima", LIMA)]
    drawn = draw_map(places, [Link(KOBE, SEATTLE, "active"), Link(KOBE, LIMA, "ended")])
    assert [path.count("M") for _, path in drawn.arcs] == [1, 1]
    assert all(0 < mark.x < drawn.width and 0 < mark.y < drawn.height for mark in drawn.marks)
    assert drawn.count(["ended", "active", "intent"]) == [("ended", 1), ("active", 1)]
    assert [mark.place.name for mark in drawn.marks] == ["Lima", "Seattle", "Kobe"]


def test_without_the_outline_a_map_has_its_points_and_arcs(monkeypatch):
    monkeypatch.setattr("endpoint.drawing.map.project_land", lambda centre: ())
    drawn = draw_map([Place("Kobe", KOBE), Place("Lima", LIMA)], [Link(KOBE, LIMA, "active")])
    assert not drawn.has_land
    assert len(drawn.arcs) == 1
    assert len(drawn.marks) == 2


def test_rings_are_decoded_from_their_arcs_and_no_file_is_no_land(tmp_path):
    topology = {
        "transform": {"scale": [1, 1], "translate": [10, 20]},
        "objects": {"land": {"type": "Polygon", "arcs": [[0, ~1]]}},
        "arcs": [[[0, 0], [5, 0], [0, 5]], [[0, 0], [0, 5], [5, 0]]],
    }
    path = tmp_path / "land.json"
    path.write_text(json.dumps(topology), encoding="utf-8")
    assert read_rings(path) == (((10, 20), (15, 20), (15, 25), (10, 25), (10, 20)),)
    assert read_rings(tmp_path / "none.json") == ()


def test_names_cover_neither_each_other_nor_points():
    points = [("Surabaya", 100, 100, 4), ("Gresik", 104, 101, 4), ("Sidoarjo", 102, 104, 4)]
    labels = place_labels(points, (400, 300), 10)
    assert labels[0] is not None
    spots = [(label.x, label.y) for label in labels if label]
    assert len(set(spots)) == len(spots)
    assert place_labels(points, (400, 300), 1)[1:] == [None, None]
    assert place_labels([("A name too long for so small a map", 5, 5, 4)], (20, 20), 3) == [None]


def test_the_world_has_each_link_once_and_turns_to_cut_few():
    svg = draw_world([(KOBE, SEATTLE), (SURABAYA, SEATTLE), (SURABAYA, KOBE)])
    (paths,) = re.findall(r'stroke-opacity="[^"]+" d="([^"]+)"', svg)
    assert paths.count("M") == 3
    assert svg.count("h7v7") == 3


def test_the_fine_arcs_begin_and_end_at_the_places_of_the_same_map():
    links = [(KOBE, SEATTLE), (SURABAYA, SEATTLE)]
    svg, sheet = draw_fine_arcs(links), choose_sheet(links)
    assert svg.startswith(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {FINE * WIDTH} ')
    starts = [(int(x) / FINE, int(y) / FINE) for x, y in re.findall(r"M(\d+) (\d+)q", svg)]
    expected = sheet.project([min(link) for link in sorted(sorted(link) for link in links)])
    assert starts == [pytest.approx(dot, abs=1 / FINE) for dot in expected]


def test_a_day_is_a_point_and_a_year_as_long_as_it_is():
    axis = make_time_axis(["1994", "1994-08-24", "1996-01"])
    assert axis.span("1994-08-24").width == 0
    assert axis.span("1994").left == 4
    assert axis.span("1994").width > axis.span("1996-01").width > 0
    assert [moment for moment, _ in axis.ticks] == ["1994-01", "1994-07", "1995-01", "1995-07", "1996-01"]


@pytest.mark.parametrize(
    ("dates", "days"),
    [(["1994-08-24", "1994-11-10"], 78), (["1994", "1994-11-10"], 0), (["1994", "1995-01-02"], 2)],
)
def test_dates_are_as_far_apart_as_they_must_be(dates, days):
    assert days_apart(dates) == days
