"""What people write for a place, a country or a concept."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.errors import ParameterError
from graph.model.iris import concept_iri, iri
from ontology import KK, PREFIXES
from queries.resolve import AmbiguousName, Resolver, UnknownName
from tests.kit.world import resolver_of, world_store

LABEL = NamedNode(PREFIXES["rdfs"] + "label")
TYPE = NamedNode(PREFIXES["rdf"] + "type")
CORE = NamedNode("https://w3id.org/kota-kembar/graph/core")


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return resolver_of(world_store())


def add_place(store: Store, local: str, label: str, *classes: str) -> None:
    me = NamedNode(iri("place", local))
    for name in ("Place", *classes):
        store.add(Quad(me, TYPE, NamedNode(KK[name]), CORE))
    store.add(Quad(me, LABEL, Literal(label, language="en"), CORE))
    store.add(Quad(me, NamedNode(KK["country"]), NamedNode(iri("place", "Q252")), CORE))


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("Surabaya", "Q11462"),
        ("  Surabaya ", "Q11462"),
        ("Kota Surabaya", "Q11462"),
        ("City of Surabaya", "Q11462"),
        ("kota surabaya", "Q11462"),
        ("SURABAYA", "Q11462"),
        ("Q11462", "Q11462"),
        ("q11462", "Q11462"),
        ("wd:Q11462", "Q11462"),
        ("http://www.wikidata.org/entity/Q11462", "Q11462"),
        ("https://w3id.org/kota-kembar/place/Q11462", "Q11462"),
        ("x-id-kabupaten-bantul-fd1824", "x-id-kabupaten-bantul-fd1824"),
        ("https://w3id.org/kota-kembar/place/x-id-kabupaten-bantul-fd1824", "x-id-kabupaten-bantul-fd1824"),
        ("Bandung", "Q10389"),
        ("Kota Bandung", "Q10389"),
        ("Kabupaten Bandung", "Q10332"),
        ("Bandung Regency", "Q10332"),
        ("Yogyakarta", "Q7568"),
        ("Daerah Istimewa Yogyakarta", "Q3741"),
        ("Prefektur Kyoto", "Q120730"),
        ("Provinsi Jawa Timur", "Q3586"),
        ("서울", "Q8684"),
        ("京都市", "Q34600"),
        ("Surabaya, Indonesia", "Q11462"),
        ("https://www.wikidata.org/wiki/Q11462", "Q11462"),
        ("Indonesia", "Q252"),
        ("ID", "Q252"),
    ],
)
def test_a_place_is_found(resolver: Resolver, text: str, local: str) -> None:
    assert resolver.find_place("city", text) == iri("place", local)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("Indonesia", "Q252"),
        ("ID", "Q252"),
        ("gb", "Q145"),
        ("Jepang", "Q17"),
        ("korea selatan", "Q884"),
        ("KOR", "Q884"),
    ],
)
def test_a_country_is_found(resolver: Resolver, text: str, local: str) -> None:
    assert resolver.find_country("country", text) == iri("place", local)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Surabya", "'Surabya' is no place of the data; did you mean Surabaya (Q11462, Indonesia)?"),
        ("Kota Surabya", "did you mean Surabaya (Q11462, Indonesia)?"),
        ("Kabupaten Surabaya", "is no place of the data"),
        ("Nowhere", "write its name, its Wikidata id, or its address here"),
        ("Q999", "'Q999' is no place of the data"),
        ("https://w3id.org/kota-kembar/place/Q999", "is no place of the data"),
        ("https://w3id.org/kota-kembar/partnership/Q11462-Q24826", "is no place of the data"),
        ("", "is empty"),
        ("x" * 300, "is longer than 200 characters"),
    ],
)
def test_a_place_that_is_not_there_is_refused_with_advice(
    resolver: Resolver, text: str, complaint: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        resolver.find_place("city", text)
    assert caught.value.parameter == "city"
    assert complaint in str(caught.value)


def test_a_city_is_no_country(resolver: Resolver) -> None:
    with pytest.raises(ParameterError, match="is no country of the data"):
        resolver.find_country("country", "Surabaya")


def test_a_name_of_several_places_is_a_choice_not_a_guess() -> None:
    """Not even the only city among them is taken for what is meant."""
    store = world_store()
    add_place(store, "Q900001", "Liverpool", "LocalGovernment")
    with pytest.raises(AmbiguousName) as caught:
        resolver_of(store).find_place("city", "Liverpool")
    assert caught.value.what == (
        "is the name of 2 places; write the id of one: "
        "Liverpool (Q24826, United Kingdom); Liverpool (Q900001, Indonesia)"
    )
    assert [(c.id, c.description, c.country, c.partners) for c in caught.value.candidates] == [
        ("Q24826", "city in United Kingdom", "United Kingdom", 1),
        ("Q900001", "local government area in Indonesia", "Indonesia", 0),
    ]


def test_several_places_are_listed_ten_at_most() -> None:
    store = world_store()
    for number in range(12):
        add_place(store, f"Q90{number:02d}", "Sukamaju", "LocalGovernment")
    with pytest.raises(ParameterError) as caught:
        resolver_of(store).find_place("city", "Sukamaju")
    assert caught.value.what.startswith("is the name of 12 places")
    assert caught.value.what.count("Sukamaju (") == 10


def test_a_name_full_of_syntax_is_only_a_name() -> None:
    store = world_store()
    add_place(store, "Q900002", 'x" } # <y>', "LocalGovernment")
    assert resolver_of(store).find_place("city", 'x" } # <y>') == iri("place", "Q900002")


@pytest.mark.parametrize(
    "text",
    [
        "environment",
        "Environment",
        "Lingkungan hidup",
        "lingkungan HIDUP",
        concept_iri("domain", "environment"),
    ],
)
def test_a_concept_is_found(resolver: Resolver, text: str) -> None:
    assert resolver.find_concept("domain", "domain", text) == concept_iri("domain", "environment")


def test_a_concept_of_another_scheme_is_not_found(resolver: Resolver) -> None:
    with pytest.raises(ParameterError) as caught:
        resolver.find_concept("verdict", "verdict", "environment")
    verdicts = "disputed, partly-supported, refuted, supported, unverified"
    assert caught.value.what == f"is not one of the choices; there is: {verdicts}"


def test_a_slip_offers_what_is_like_it() -> None:
    with pytest.raises(UnknownName) as caught:
        resolver_of(world_store()).find_place("city", "Liverpol")
    assert [candidate.id for candidate in caught.value.candidates] == ["Q24826"]
