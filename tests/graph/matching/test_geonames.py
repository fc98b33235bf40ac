"""What GeoNames gives a place."""

from __future__ import annotations

from graph.model.claims import GeoNamesEntry
from graph.model.iris import mint_place_id
from tests.kit.graph.matching import at, curated, items, known, listed

SPRINGFIELD_IL, SPRINGFIELD_MA = (39.80, -89.64), (42.10, -72.59)


# ---- what GeoNames gives
def test_a_sure_place_gets_its_geonames_id_point_and_names_in_its_own_script(run):
    place = run(listed("list", (at("Kyiv", "UA"), at("Nice", "FR")))).place(mint_place_id("UA", "Kyiv"))
    regions = ("Kyiv", "Kyiv City", "Misto Kyiv", "Киев", "Місто Київ")
    entry = GeoNamesEntry(703448, ("Київ", "Киев"), True, ("Kiev", "Kiew"), regions)
    assert place.geonames == entry
    assert (place.latitude, place.longitude) == ("50.45", "30.52")


def test_a_place_that_a_table_says_is_none_there_gets_names_to_find_it_by(run):
    table = curated(known("Q1899", "Kyiv", "UA", geonames=GeoNamesEntry(None)))
    got = run(listed("list", (at("Kyiv", "UA"), at("Nice", "FR"))), own=[table])
    place = got.place("Q1899")
    entry = place.geonames
    assert (entry.id, entry.further) == (None, ("Kiev", "Kiew", "Київ", "Киев"))
    assert entry.regions == ("Kyiv", "Kyiv City", "Misto Kyiv", "Киев", "Місто Київ")


def test_an_ambiguous_place_gets_none(run):
    got = run(items("Q1 Springfield - Q2 Nowhere"))
    assert got.place("Q1").geonames is None
