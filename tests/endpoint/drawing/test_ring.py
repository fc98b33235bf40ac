"""The ring: partners around a place, and around them what they share, each where its partners are."""

import math

from endpoint.drawing.ring import SIZE, Neighbour, draw_ring, find_pairs

NAMES = ("Busan", "Kochi", "Seattle", "Varna")
PARTNERS = [Neighbour(name, f"/place/{name}") for name in NAMES]


def angle(dot):
    return math.degrees(math.atan2(dot.y - SIZE / 2, dot.x - SIZE / 2))


def test_partners_stand_in_the_order_given_the_first_at_the_top():
    ring = draw_ring(PARTNERS, [], {})
    assert [dot.neighbour.name for dot in ring.partners] == list(NAMES)
    assert [round(angle(dot)) % 360 for dot in ring.partners] == [270, 0, 90, 180]
    assert [dot.anchor for dot in ring.partners] == ["start", "start", "start", "end"]
    assert (len(ring.spokes), ring.chords, ring.shared, ring.paths) == (4, (), (), ())


def test_what_two_partners_share_stands_between_them_with_a_path_to_each():
    between = Neighbour("Fukuoka", "/place/Fukuoka")
    ring = draw_ring(PARTNERS, [], {between: [1, 2]})
    (dot,) = ring.shared
    assert round(angle(dot)) == 45
    assert [path.split("Q")[0] for path in ring.paths] == [f"M{d.x} {d.y}" for d in ring.partners[1:3]]
    assert all(path.endswith(f"{dot.x} {dot.y}") for path in ring.paths)


def test_partners_of_each_other_are_joined_once():
    links = {"a": {"b", "x"}, "b": {"a"}, "c": set()}
    assert find_pairs(["a", "b", "c"], links) == [(0, 1)]
    assert len(draw_ring(PARTNERS, [(0, 1)], {}).chords) == 1
