from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.matching.known.names import (
    CITY,
    DISTRICT,
    MUNICIPALITY,
    RURAL,
    name_forms,
    normalize_name,
    read_name,
    says_kind_only,
    sound_of,
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Tōkyō", "tokyo"),
        ("Łódź", "lodz"),
        ("İzmir", "izmir"),
        ("Đống Đa", "dong da"),
        ("Ærø", "aero"),
        ("Xi'an", "xi an"),
        ("Saint-Denis", "saint denis"),
        ("St. Pölten", "saint polten"),
        ("Sankt Pölten", "saint polten"),
        ("  Kota   Malang ", "kota malang"),
        ("北九州市", "北九州市"),
        ("서울특별시", "서울특별시"),
        ("Москва́", "москва"),
        ("किता", "किता"),
        ("", ""),
    ],
)
def test_normal_form(written, normal):
    assert normalize_name(written) == normal


def test_marks_of_scripts_that_need_them_stay():
    assert normalize_name("が") != normalize_name("か")


@given(st.text())
def test_a_normal_form_is_its_own_normal_form(text):
    once = normalize_name(text)
    assert normalize_name(once) == once


@given(st.text(st.characters(categories=["L"]), min_size=1))
def test_a_word_is_read_as_the_same_word_with_space_around_it(word):
    assert read_name(word) == read_name(f" {word} ")
    assert read_name(word).part == read_name(word).full


@given(st.text())
def test_a_name_has_a_core_as_soon_as_it_has_a_form(text):
    name = read_name(text)
    assert bool(name.core) == bool(name.full)


@pytest.mark.parametrize(
    ("written", "core", "where", "kinds"),
    [
        ("Kota Malang", "malang", set(), {CITY}),
        ("Kabupaten Malang", "malang", set(), {DISTRICT}),
        ("Malang Regency", "malang", set(), {DISTRICT}),
        ("City of Kisumu", "kisumu", set(), {CITY}),
        ("Celle (district)", "celle", set(), {DISTRICT}),
        ("Landkreis Celle", "celle", set(), {DISTRICT}),
        ("Świdnica (rural gmina)", "swidnica", set(), {RURAL, MUNICIPALITY}),
        ("Varna, Bulgaria", "varna", {"bulgaria"}, set()),
        ("Frankfurt (Oder)", "frankfurt", {"oder"}, set()),
        ("Frankfurt am Main", "frankfurt", {"main"}, set()),
        ("Seoul – Gangnam", "gangnam", {"seoul"}, set()),
        ("Gangnam (Seoul)", "gangnam", {"seoul"}, set()),
        ("Vienna 5 – Margareten", "margareten", {"vienna"}, set()),
        ("Halle/Saale", "halle", {"saale"}, set()),
        ("Frankfurt a. / Main", "frankfurt", {"main"}, set()),
        ("Jerez de la Frontera", "jerez", {"frontera"}, set()),
        ("Neustadt a. d. Orla", "neustadt", {"orla"}, set()),
        ("Wil SG", "wil", {"sg"}, set()),
        ("Portland, ME", "portland", {"me"}, set()),
        ("Budapest XI", "budapest xi", set(), set()),
        ("Rome (Municipio II)", "rome", {"municipio ii"}, set()),
        ("NEW YORK", "new york", set(), set()),
        ("Vilnius District Municipality", "vilnius", set(), {DISTRICT, MUNICIPALITY}),
        ("City", "city", set(), set()),
        ("Pemerintah Kota Surabaya", "surabaya", set(), {CITY}),
        ("Pemerintah Kabupaten Malang", "malang", set(), {DISTRICT}),
        ("Pemkot Surabaya", "surabaya", set(), {CITY}),
        ("Landeshauptstadt München", "munchen", set(), {CITY}),
        ("Ayuntamiento de Madrid", "madrid", set(), {CITY}),
        ("Prefeitura Municipal de Curitiba", "curitiba", set(), {CITY}),
        ("Câmara Municipal de Lisboa", "lisboa", set(), {MUNICIPALITY}),
        ("Leeds City Council", "leeds", set(), {CITY}),
        ("город Казань", "казань", set(), {CITY}),
        ("Council Bluffs", "council bluffs", set(), set()),
        ("De Panne", "de panne", set(), set()),
    ],
)
def test_a_name_is_taken_apart(written, core, where, kinds):
    name = read_name(written)
    assert (name.core, set(name.where), set(name.kinds)) == (core, where, kinds)


def test_a_river_is_no_container():
    assert read_name("Offenbach am Main").inside == frozenset()
    assert read_name("Gangnam (Seoul)").inside == {"seoul"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhytomyr", "schytomyr"),
        ("kharkiv", "charkiw"),
        ("chernihiv", "tschernihiw"),
        ("shkoder", "shkodra"),
        ("oleksandriia", "olexandrija"),
        ("gorna oryahovitsa", "gorna orjachowiza"),
    ],
)
def test_romanisations_of_one_name_sound_alike(one, other):
    assert sound_of(one) == sound_of(other)


def test_different_names_sound_different():
    assert len({sound_of(one) for one in ("suzhou", "xuzhou", "taizhou", "taichung", "tainan")}) == 5


def test_the_forms_of_a_place_are_full_and_reduced():
    assert name_forms(["Kota Malang", "Halle/Saale", ""]) == {
        "kota malang", "malang", "halle saale", "halle",
    }  # fmt: skip


@pytest.mark.parametrize(("text", "is_kind"), [("Stadt", True), ("Ciudad de", True), ("Newcastle", False)])
def test_what_only_says_a_kind_is_no_name(text, is_kind):
    assert says_kind_only(text) is is_kind
