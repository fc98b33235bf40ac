"""Names as lists write them: cut short, of provinces and counties, in territories, with a hyphen between."""

from __future__ import annotations

import pytest

from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.known.points import Point
from graph.model.matches import Decision
from loaders.lists.countries import load_states
from loaders.tables.places import load_countries
from tests.kit.graph.gazetteer import TWO_NAMES, open_gazetteer
from tests.kit.graph.matching import at, curated, geonames, items, known, listed, only
from tests.kit.graph.matching import run as run_with

HALLE, HALLE_WESTFALEN, FRANKFURT, PORTLAND_ME = 2911522, 2911526, 2925533, 4975802
MUHLHAUSEN, YOGYAKARTA, MANHATTAN, GIRONDE = 2867996, 1621177, 5125771, 3015952
WILLEMSTAD, SAN_JUAN, SAINT_DENIS_REUNION, NORMANDIE = 2744324, 4726491, 935264, 2139544
GARMISCH, CHERBOURG, LE_MANS, PALMAS, WEIMAR = 2922530, 3025466, 3003603, 3474574, 2812482
HRODNA, ROME_GA = 627904, 4219762

PLACES = (
    *TWO_NAMES,
    (MUHLHAUSEN, "Mühlhausen", "DE", "15", 51.20896, 10.45275, 38108, ""),
    (2868004, "Mühlhausen", "DE", "01", 49.24861, 8.72667, 8176, ""),
    (WEIMAR, "Weimar", "DE", "15", 50.9803, 11.32903, 64727, ""),
    (GARMISCH, "Garmisch-Partenkirchen", "DE", "02", 47.49209, 11.09576, 25549, ""),
    (YOGYAKARTA, "Yogyakarta", "ID", "10", -7.80139, 110.36472, 375699,
     "Daerah Istimewa Yogyakarta;DI Yogyakarta"),
    (MANHATTAN, "Manhattan", "US", "NY", 40.78343, -73.96625, 1487536, "nyc"),
    (GIRONDE, "Gironde-sur-Dropt", "FR", "75", 44.58333, -0.08333, 1122, ""),
    (2980916, "Saint-Denis", "FR", "11", 48.93564, 2.35387, 96128, ""),
    (2980891, "Saint-Denis-d'Oléron", "FR", "75", 46.0342, -1.37834, 1172, "Cité-de-la-Réunion;Saint-Denis"),
    (SAINT_DENIS_REUNION, "Saint-Denis", "RE", "RE", -20.88231, 55.4504, 154765, ""),
    (NORMANDIE, "Normandie", "NC", "02", -22.2225, 166.48007, 3316, ""),
    (CHERBOURG, "Cherbourg", "FR", "28", 49.63984, -1.61636, 26655, ""),
    (LE_MANS, "Le Mans", "FR", "52", 48.0021, 0.20251, 144515, ""),
    (3025053, "Villeneuve-sur-Lot", "FR", "75", 44.40854, 0.70415, 25869, ""),
    (3025054, "Villeneuve", "FR", "84", 46.02, 4.83, 3000, ""),
    (SAN_JUAN, "San Juan", "US", "TX", 26.18924, -98.15529, 36556, ""),
    (4568127, "San Juan", "PR", "127", 18.46633, -66.10572, 342259, ""),
    (PALMAS, "Palmas", "BR", "31", -10.16745, -48.32766, 306296, ""),
    (3455155, "Palmas", "BR", "18", -26.48417, -51.99056, 48247, ""),
    (HRODNA, "Hrodna", "BY", "03", 53.6758, 23.82887, 363718, "Grodno"),
    (3463930, "Espírito Santo", "BR", "22", -6.33, -35.3, 10620, ""),
)  # fmt: skip


COUNTRIES = load_countries()


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    with open_gazetteer(tmp_path_factory.mktemp("gazetteer"), PLACES) as opened:
        yield opened


@pytest.fixture
def run(gazetteer):
    return lambda *lists, **more: run_with(*lists, gazetteer=gazetteer, **more)


def read(gazetteer, name, iso):
    finder = BearerFinder(gazetteer, {one.id: code for code, one in COUNTRIES.items()}, load_states())
    return finder.read([name], COUNTRIES[iso].id)


# ---- which place of the gazetteer a name means alone
@pytest.mark.parametrize(
    ("name", "iso", "chosen"),
    [
        ("Frankfurt a.M.", "DE", FRANKFURT),
        ("Frankfurt a. Main", "DE", FRANKFURT),
        ("Frankfurt/M.", "DE", FRANKFURT),
        ("Halle a.d. Saale", "DE", HALLE),
        ("Halle/S.", "DE", HALLE),
        ("Halle (Westf.)", "DE", HALLE_WESTFALEN),
        ("Mühlhausen/Thür.", "DE", MUHLHAUSEN),
        ("Villeneuve s/Lot", "FR", 3025053),
        ("Portland, M.E.", "US", PORTLAND_ME),
        ("Wil, Z.H.", "CH", 2657997),
        ("Palmas-TO", "BR", PALMAS),
        ("Saint-Denis (Réunion)", "FR", SAINT_DENIS_REUNION),
        ("St. Denis, Réunion", "FR", SAINT_DENIS_REUNION),
        ("Yogyakarta", "ID", YOGYAKARTA),
        # what stands beside the name is nowhere to be found: it is not the place of the bare name
        ("Weimar (Lahn)", "DE", None),
        ("Weimar/L.", "DE", None),
        # the land around, a state, a town of a territory may be meant
        ("Gironde", "FR", None),
        ("Espirito Santo", "BR", None),
        ("San Juan", "US", None),
        ("Saint-Denis", "FR", None),
        ("NYC", "US", None),
        ("Normandie", "FR", None),
    ],
)
def test_a_name_means_one_place_or_none(gazetteer, name, iso, chosen):
    found = read(gazetteer, name, iso).chosen
    assert (found.id if found else None) == chosen


@pytest.mark.parametrize(
    ("point", "chosen"),
    [
        ((39.0, -89.5), None),  # an empty part of its own country: a hamlet may be meant
        ((47.5, 8.0), ROME_GA),  # another country
        ((0.0, -150.0), ROME_GA),  # the ocean
    ],
)
def test_a_looked_up_point_far_away_in_its_country_leaves_open_what_is_meant(gazetteer, point, chosen):
    finder = BearerFinder(gazetteer, {one.id: code for code, one in COUNTRIES.items()}, load_states())
    found = finder.read(["Rome"], COUNTRIES["US"].id, (), [Point(*point)], is_telling=False).chosen
    assert (found.id if found else None) == chosen


def test_a_larger_town_of_a_territory_is_shown_to_who_decides(run):
    match = only(run(listed("list", (at("San Juan", "US"), at("Rome", "IT")))), "San Juan")
    assert (match.decision, match.bearers) == (Decision.UNDECIDED, (4568127, SAN_JUAN))


@pytest.mark.parametrize(
    ("name", "iso", "is_region"),
    [
        ("Jawa Barat", "ID", True),
        ("West Java", "ID", True),
        ("Normandie", "FR", True),
        ("Yogyakarta", "ID", False),
        ("Springfield", "US", False),
    ],
)
def test_a_name_is_that_of_a_region_when_no_town_goes_by_it(gazetteer, name, iso, is_region):
    assert read(gazetteer, name, iso).is_region is is_region


# ---- provinces and the towns that share their names
SPECIAL_REGION = known(
    "Q3741",
    "Special Region of Yogyakarta",
    "ID",
    level="province",
    other_names=("Daerah Istimewa Yogyakarta", "DI Yogyakarta"),
)
CITY = known("Q7568", "Yogyakarta", "ID", latitude="-7.80", longitude="110.37", level="city", is_city=True)
WEST_JAVA = known("Q3724", "West Java", "ID", level="province", other_names=("Jawa Barat",))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Yogyakarta", "Q7568"),
        ("Kota Yogyakarta", "Q7568"),
        ("Daerah Istimewa Yogyakarta", "Q3741"),
        ("DI Yogyakarta", "Q3741"),
        ("D.I. Yogyakarta", "Q3741"),
        ("Special Region of Yogyakarta", "Q3741"),
        ("West Java", "Q3724"),
        ("Jawa Barat", "Q3724"),
        ("Provinsi Jawa Barat", "Q3724"),
        ("Prov. Jawa Barat", "Q3724"),
        ("West Java Province", "Q3724"),
    ],
)
def test_a_province_is_told_from_its_capital(run, name, place):
    own = curated(SPECIAL_REGION, CITY, WEST_JAVA)
    assert only(run(listed("list", (at(name, "ID"), at("Rome", "IT"))), own=[own]), name).place == place


def test_a_county_is_no_province_of_its_name(run):
    own = curated(known("Q5067", "Gorontalo", "ID", level="province", other_names=("Provinsi Gorontalo",)))
    got = run(listed("list", (at("Kab. Gorontalo", "ID"), at("Rome", "IT"))), own=[own])
    assert only(got, "Kab. Gorontalo").decision is Decision.MINTED


def test_a_province_is_not_the_town_that_has_its_name_as_a_further_one(run):
    point = (53.6758, 23.82887)
    pairs = [(at("Grodno", "BY", point), at("Rome", "IT")), (at("Grodno Region", "BY"), at("Rome", "IT"))]
    got = run(listed("list", *pairs))
    assert only(got, "Grodno Region").decision is Decision.MINTED
    assert only(got, "Grodno Region").place != only(got, "Grodno").place


def test_a_point_in_its_capital_makes_no_province_of_a_town(run):
    own = curated(
        known("Q29943", "Nice", "FR", level="province", latitude="43.70", longitude="7.27"),
    )
    got = run(listed("list", (at("Niza", "FR", (43.703, 7.266)), at("Rome", "IT"))), own=[own])
    assert geonames(got, only(got, "Niza").place) == 2990440


def test_an_item_that_is_a_country_leaves_no_town_in_doubt(run):
    got = run(
        items("Q142 Niza - Q148 China"),
        listed("list", (at("Nice", "FR", (43.703, 7.266)), at("Rome", "IT"))),
    )
    assert geonames(got, only(got, "Nice").place) == 2990440


# ---- what is not written in full names no new place
@pytest.mark.parametrize(
    ("name", "iso", "bearers"),
    [
        ("Garmisch", "DE", (GARMISCH,)),
        ("Cherbourg-Octeville", "FR", (CHERBOURG,)),
        ("Mans", "FR", (LE_MANS,)),
        ("V. Gerais", "FR", ()),
        ("KVSL", "FR", ()),
    ],
)
def test_a_part_of_a_name_is_undecided(run, name, iso, bearers):
    match = only(run(listed("list", (at(name, iso), at("Rome", "IT")))), name)
    assert (match.decision, match.reasons, match.bearers) == (Decision.UNDECIDED, ("similar-name",), bearers)


@pytest.mark.parametrize(
    ("name", "iso"), [("Alt-Garmischen", "DE"), ("Kab. Nirgends", "ID"), ("St. Nirgend", "DE")]
)
def test_a_name_in_full_that_nobody_knows_is_minted(run, name, iso):
    assert only(run(listed("list", (at(name, iso), at("Rome", "IT")))), name).decision is Decision.MINTED


def test_a_qualified_name_is_not_the_place_of_the_bare_one(run):
    pairs = [(at("Weimar", "DE"), at("Rome", "IT")), (at("Weimar (Lahn)", "DE"), at("Rome", "IT"))]
    got = run(listed("list", *pairs))
    assert geonames(got, only(got, "Weimar").place) == WEIMAR
    assert only(got, "Weimar (Lahn)").decision is Decision.UNDECIDED


# ---- one list with a bare name and a longer one
def test_a_list_that_tells_two_names_apart_means_two_towns(run):
    pairs = [(at(name, "US"), at("Rome", "IT")) for name in ("Portland", "Portland, Maine")]
    got = run(listed("list", *pairs))
    assert got.places("Portland") == [""]
    assert geonames(got, only(got, "Portland, Maine").place) == PORTLAND_ME


def test_another_list_that_says_where_decides_about_the_same_link(run):
    got = run(
        listed("list", (at("Portland", "US"), at("Rome", "IT"))),
        listed("other", (at("Portland, Maine", "US"), at("Rome", "IT"))),
    )
    assert geonames(got, only(got, "Portland").place) == PORTLAND_ME
