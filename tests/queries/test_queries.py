"""Every canned query answers on the world as counted by eye, and every parameter has its effect."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store
from rdflib.plugins.sparql import prepareQuery

from graph.model.iris import iri
from ontology import BASE, KK, PREFIXES
from queries import catalogue
from queries.bind import bind
from queries.canned import LANG
from tests.kit.paths import TESTS
from tests.kit.world import resolver_of, selector, world_store

ANSWERS: dict[str, dict[str, Any]] = json.loads((TESTS / "world" / "answers.json").read_text("utf-8"))
"""The whole answer of each query, IRIs without their base, unbound values empty."""
ELSEWHERE = {"missing-in-wikidata", "one-sided-in-wikidata", "differs-from-wikidata"}
"""They ask about Wikidata, which the world has not; test_wikidata_questions.py tries them."""

Rows = list[tuple[str, ...]]
Ask = Callable[..., Rows]


def asker(store: Store) -> Ask:
    select, resolver = selector(store), resolver_of(store)

    def ask(slug: str, *columns: str, **given: str) -> Rows:
        query = catalogue()[slug]
        values = query.examples | {name.strip("_"): text for name, text in given.items()}
        found = select(bind(query, values, resolver))
        return [
            tuple(row.get(name, "").replace(BASE, "") for name in columns or query.columns) for row in found
        ]

    return ask


@pytest.fixture(scope="module")
def ask() -> Ask:
    return asker(world_store())


@pytest.fixture(scope="module")
def ask_wider() -> Ask:
    """The world with one accepted domestic partnership more: Surabaya – Bandung, since 1984."""
    store = world_store()
    core = NamedNode(BASE + "graph/core")
    pair = NamedNode(iri("partnership", "Q10389-Q11462"))
    a, b = NamedNode(iri("place", "Q10389")), NamedNode(iri("place", "Q11462"))
    triples = [
        (a, NamedNode(KK["partnerOf"]), b),
        (b, NamedNode(KK["partnerOf"]), a),
        (pair, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(KK["Partnership"])),
        (pair, NamedNode(PREFIXES["rdfs"] + "label"), Literal("Bandung – Surabaya", language="en")),
        (pair, NamedNode(KK["party"]), a),
        (pair, NamedNode(KK["party"]), b),
        (pair, NamedNode(KK["sinceYear"]), Literal(1984)),
        (pair, NamedNode(KK["status"]), NamedNode(BASE + "vocab/status/dormant")),
        (pair, NamedNode(KK["sourceCount"]), Literal(1)),
        (pair, NamedNode(KK["cooperationDomain"]), NamedNode(BASE + "vocab/domain/tourism")),
    ]
    store.extend([Quad(*triple, core) for triple in triples])
    return asker(store)


def test_every_query_has_an_answer_on_the_world() -> None:
    assert set(ANSWERS) == set(catalogue())


@pytest.mark.parametrize("slug", catalogue())
def test_the_answer_on_the_world(ask: Ask, slug: str) -> None:
    expected = ANSWERS[slug]
    assert list(catalogue()[slug].columns) == expected["columns"]
    assert ask(slug, **{f"{n}_": text for n, text in expected["given"].items()}) == [
        tuple(row) for row in expected["rows"]
    ]


@pytest.mark.parametrize(
    "slug",
    [slug for slug, query in catalogue().items() if LANG in query.parameters and slug not in ELSEWHERE],
)
def test_the_answer_has_the_same_rows_in_indonesian(ask: Ask, slug: str) -> None:
    query, expected = catalogue()[slug], ANSWERS[slug]
    keys = [name for name in query.columns if query.column_labels[name]["en"].endswith("(address)")]
    rows = ask(slug, *query.columns, lang="id", **{f"{n}_": text for n, text in expected["given"].items()})
    places = [query.columns.index(name) for name in keys]
    assert sorted([row[i] for i in places] for row in rows) == sorted(
        [row[i] for i in places] for row in expected["rows"]
    )
    assert rows != [tuple(row) for row in expected["rows"]] or not rows or slug == "growth-by-year"


@pytest.mark.parametrize("slug", catalogue())
def test_columns_are_those_that_the_engine_gives(slug: str) -> None:
    solutions = Store().query(catalogue()[slug].text)
    assert isinstance(solutions, QuerySolutions)
    assert tuple(variable.value for variable in solutions.variables) == catalogue()[slug].columns


@pytest.mark.slow
@pytest.mark.parametrize("slug", catalogue())
def test_the_text_is_sparql_for_another_parser_too(slug: str) -> None:
    prepareQuery(catalogue()[slug].text)


@pytest.mark.parametrize("slug", catalogue())
def test_the_order_is_complete(ask: Ask, slug: str) -> None:
    """No two rows are the same, and each query says in which order they come."""
    rows = ask(slug, **{f"{n}_": text for n, text in ANSWERS[slug]["given"].items()})
    assert "ORDER BY" in catalogue()[slug].text
    assert len(set(rows)) == len(rows)


def parameters_given() -> set[tuple[str, str]]:
    return {(slug, name.strip("_")) for slug, _, given, _ in EFFECTS for name in given}


KOREA, ENDED = ["Korea Selatan"], ["Kemitraan berakhir"]
EFFECTS: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("agreements-timeline", "signedOn", {"city": "Bandung"}, ["2016-11-03", "2023-05"]),
    (
        "agreements-timeline",
        "documentLabel",
        {"city": "Q10389", "lang": "id"},
        [
            "Nota kesepahaman",
            "Pernyataan kehendak kerja sama",
        ],
    ),
    ("cities-with-multiple-partners", "cityLabel", {"min": "3"}, []),
    (
        "cities-with-multiple-partners",
        "cityLabel",
        {"min": "1"},
        [
            "Seoul",
            "Surabaya",
            "Bandung",
            "Busan",
            "Jakarta",
            "Liverpool",
        ],
    ),
    (
        "cities-with-multiple-partners",
        "cityLabel",
        {"min": "1", "level": "all"},
        [
            "Seoul",
            "Surabaya",
            "Bandung",
            "Busan",
            "Jakarta",
            "Kyoto Prefecture",
            "Liverpool",
            "Special Region of Yogyakarta",
        ],
    ),
    ("cities-with-multiple-partners", "cityLabel", {"country": "KR"}, ["Seoul"]),
    ("cities-with-multiple-partners", "countryLabel", {"lang": "id"}, ["Korea Selatan", "Indonesia"]),
    ("claimed-only", "pair", {"country": "GB"}, ["partnership/Q10389-Q24826"] * 2),
    ("claimed-only", "pair", {"country": "Japan"}, ["partnership/Q7568-Q34600", "partnership/Q7568-Q120730"]),
    (
        "claimed-only",
        "label",
        {"country": "Jepang", "lang": "id"},
        [
            "Kota Yogyakarta – Kyoto",
            "Kota Yogyakarta – Prefektur Kyoto",
        ],
    ),
    ("conflicting-dates", "date", {"years": "1"}, []),
    ("conflicting-dates", "date", {"country": "Japan"}, []),
    ("conflicting-dates", "date", {"country": "South Korea"}, ["1994-08-24", "1994-08-29", "1994-11-10"]),
    (
        "conflicting-dates",
        "sourceTypeLabel",
        {"lang": "id"},
        [
            "Laman pemerintah",
            "Laman pemerintah",
            "Salinan dokumen",
        ],
    ),
    ("country-pairs", "partnerships", {"min": "2"}, ["3"]),
    ("country-pairs", "countryALabel", {"country": "GB"}, ["United Kingdom"]),
    ("country-pairs", "countryALabel", {"country": "GB", "lang": "id"}, ["Britania Raya"]),
    (
        "domains-ranked",
        "domain",
        {"country": "Japan"},
        [
            "vocab/domain/culture",
            "vocab/domain/education",
            "vocab/domain/governance",
        ],
    ),
    (
        "domains-ranked",
        "domainLabel",
        {"country": "Japan", "lang": "id"},
        ["Kebudayaan", "Pendidikan", "Tata kelola pemerintahan"],
    ),
    ("doubtful-claims", "claim", {"verdict": "refuted"}, ["claim/founding-articles/A002"]),
    ("doubtful-claims", "verdictLabel", {"verdict": "Dibantah", "lang": "id"}, ["Dibantah"]),
    (
        "evidence-for-a-pair",
        "claim",
        {"partner": "Busan"},
        [
            "claim/indonesia/F004",
            "claim/indonesia/F003",
            "claim/indonesia/F005",
            "claim/indonesia/F006",
            "claim/indonesia/F007",
        ],
    ),
    (
        "evidence-for-a-pair",
        "claim",
        {"city": "Busan", "partner": "Kota Bandung"},
        [
            "claim/indonesia/F013",
            "claim/indonesia/F014",
        ],
    ),
    ("evidence-for-a-pair", "verdicts", {"city": "Bandung"}, ["Disputed; Not verified"] * 2),
    ("evidence-for-a-pair", "claim", {"city": "Jakarta", "partner": "Kyoto"}, ["claim/indonesia/F020"]),
    ("evidence-for-a-pair", "claim", {"city": "Surabaya", "partner": "Surabaya"}, []),
    (
        "evidence-for-a-pair",
        "assertionLabel",
        {"lang": "id", "city": "Jakarta", "partner": "Kyoto"},
        [
            "Langkah",
        ],
    ),
    ("growth-by-year", "year", {"from_": "1994"}, ["1994", "2016", "2018"]),
    ("growth-by-year", "year", {"to": "1985"}, ["1984", "1985"]),
    ("growth-by-year", "year", {"lang": "id", "to": "1984"}, ["1984"]),
    ("growth-by-year", "year", {"country": "South Korea"}, ["1984", "1994", "2016"]),
    ("lapsed-or-dormant", "label", {"country": "Japan"}, []),
    ("lapsed-or-dormant", "label", {"country": "ID"}, ["Seoul – Bandung"]),
    ("lapsed-or-dormant", "label", {"status": "expired"}, []),
    ("lapsed-or-dormant", "label", {"status": "terminated"}, ["Seoul – Bandung"]),
    ("lapsed-or-dormant", "statusLabel", {"lang": "id"}, ["Diputus"]),
    ("loi-without-mou", "yearsOpen", {"years": "3"}, ["3"]),
    ("loi-without-mou", "yearsOpen", {"years": "4"}, []),
    ("loi-without-mou", "yearsOpen", {"year": "2033"}, ["10"]),
    ("loi-without-mou", "yearsOpen", {"year": "2023"}, []),
    ("loi-without-mou", "label", {"country": "Japan"}, []),
    ("loi-without-mou", "label", {"country": "ID"}, ["Bandung – Busan"]),
    ("loi-without-mou", "statusLabel", {"lang": "id"}, ["Pernyataan kehendak (LoI)"]),
    ("one-source-only", "label", {"sourcetype": "news"}, ["Bandung – Busan"]),
    ("one-source-only", "label", {"sourcetype": "blog"}, []),
    ("one-source-only", "label", {"country": "Japan"}, []),
    ("one-source-only", "sourceTypeLabel", {"sourcetype": "berita", "lang": "id"}, ["Berita"]),
    ("partner-of-partner", "candidate", {"city": "Busan"}, ["place/Q24826"]),
    ("partner-of-partner", "countryLabel", {"city": "Busan", "lang": "id"}, ["Britania Raya"]),
    ("partners-of-a-city", "partner", {"city": "Seoul"}, ["place/Q10389", "place/Q3630"]),
    ("partners-of-a-city", "since", {"city": "Jakarta"}, ["1984"]),
    ("partners-of-a-city", "partner", {"city": "Yogyakarta"}, []),
    ("partners-of-a-city", "statusLabel", {"city": "Bandung", "lang": "id"}, ["Diputus"]),
    (
        "partnerships-by-domain",
        "domain",
        {"domain": "Urban development and infrastructure"},
        [
            "vocab/domain/smart-city",
            "vocab/domain/smart-city",
        ],
    ),
    ("partnerships-by-domain", "label", {"domain": "smart-city", "country": "GB"}, ["Surabaya – Liverpool"]),
    (
        "partnerships-by-domain",
        "domainLabel",
        {"domain": "waste-management", "lang": "id"},
        [
            "Pengelolaan sampah",
        ],
    ),
    ("provinces-without-partner", "placeLabel", {"level": "regency"}, ["Bandung Regency", "Bantul Regency"]),
    ("provinces-without-partner", "placeLabel", {"level": "kota atau munisipalitas"}, ["Yogyakarta"]),
    ("provinces-without-partner", "placeLabel", {"level": "city", "country": "Japan"}, ["Kyoto"]),
    ("provinces-without-partner", "placeLabel", {"lang": "id"}, ["Jawa Barat", "Jawa Timur"]),
    (
        "quality-overview",
        "measureLabel",
        {"lang": "id"},
        [
            "Kemitraan yang diterima",
            "… dengan tahun mulai",
            "… yang tahun mulainya tidak diketahui",
            "… dengan dua sumber atau lebih",
            "… dengan perjanjian awal",
            "… antara tingkat yang tidak setara",
            "… yang tingkat salah satu wilayahnya tidak diketahui",
            "… yang negara salah satu wilayahnya tidak diketahui",
            "Pasangan yang baru berupa kehendak",
            "Pasangan yang diklaim tetapi tidak diterima",
            "Perjanjian",
            "Klaim",
            "Sumber",
            "Perbedaan tanggal",
            "Klaim yang diragukan",
            "Wilayah tanpa id Wikidata",
        ],
    ),
    ("sources-ranked", "title", {"sourcetype": "blog"}, ["Kota kembar", "Kota kembar Bandung"]),
    ("sources-ranked", "sourceTypeLabel", {"sourcetype": "opinion", "lang": "id"}, ["Opini"]),
    ("distance-distribution", "partnerships", {"band": "5000"}, ["4", "1"]),
    ("distance-distribution", "bandLabel", {"band": "20000", "lang": "id"}, ["0 sampai 20000 km"]),
    ("distance-distribution", "partnerships", {"country": "Japan"}, ["1"]),
    ("hubs-and-bridges", "place", {"community": "3"}, ["place/Q120730", "place/Q3741"]),
    ("hubs-and-bridges", "placeLabel", {"country": "KR"}, ["Seoul", "Busan"]),
    ("hubs-and-bridges", "placeLabel", {"limit": "1"}, ["Seoul"]),
    ("hubs-and-bridges", "countryLabel", {"country": "GB", "lang": "id"}, ["Britania Raya"]),
    ("cities-with-multiple-partners", "cityLabel", {"limit": "1"}, ["Seoul"]),
    ("cities-with-multiple-partners", "cityLabel", {"limit": "1", "page": "2"}, ["Surabaya"]),
    ("cities-with-multiple-partners", "cityLabel", {"limit": "1", "page": "3"}, []),
    ("cities-with-multiple-partners", "cityLabel", {"level": "known"}, ["Seoul", "Surabaya"]),
    ("chain-of-partners", "aLabel", {"from_": "Liverpool", "to": "Busan"}, ["Liverpool", "Surabaya"]),
    ("chain-of-partners", "bLabel", {"from_": "Liverpool", "to": "KR", "lang": "id"}, ["Surabaya", "Busan"]),
    ("chain-of-partners", "hop", {"from_": "Liverpool", "to": "Seoul"}, []),
    ("chain-of-partners", "hop", {"from_": "Seoul", "to": "South Korea"}, []),
    ("partners-in-common", "partnerLabel", {"city": "Bandung", "other": "Jakarta"}, ["Seoul"]),
    (
        "partners-in-common",
        "countryLabel",
        {"city": "Q3630", "other": "Q10389", "lang": "id"},
        ["Korea Selatan"],
    ),
    ("partners-in-common", "partnerLabel", {"city": "Bandung", "other": "Bandung"}, []),
    ("triads-of-a-place", "a", {"city": "Seoul"}, []),
    ("triads-of-a-place", "a", {"city": "Seoul", "lang": "id"}, []),
    ("endings-by-year", "yearLabel", {"country": "KR"}, ["2020"]),
    ("endings-by-year", "yearLabel", {"country": "GB"}, []),
    ("endings-by-year", "reasonLabel", {"lang": "id"}, ["Diputus"]),
    (
        "panel-by-country",
        "inForce",
        {"from_": "2019", "to": "2021", "country": "South Korea"},
        ["3", "2", "2"],
    ),
    ("panel-by-country", "ended", {"from_": "2019", "to": "2021", "country": "KR"}, ["0", "1", "0"]),
    ("panel-by-country", "countryLabel", {"from_": "2026", "country": "KR", "lang": "id"}, KOREA),
    ("what-changed-between", "what", {"from_": "2020", "to": "2020"}, ["ended"]),
    ("what-changed-between", "date", {"from_": "2010-07-15", "to": "2010-07-20"}, ["2010-07"]),
    ("what-changed-between", "certain", {"from_": "2010-07-15", "to": "2010-07-20"}, ["false"]),
    ("what-changed-between", "date", {"from_": "1980", "to": "2000", "country": "Japan"}, ["1985-07-16"] * 2),
    (
        "what-changed-between",
        "whatLabel",
        {"from_": "2020", "to": "2020", "lang": "id"},
        ["Kemitraan berakhir"],
    ),
    (
        "claimed-only",
        "label",
        {"limit": "3"},
        ["Bandung – Liverpool", "Bandung – Liverpool", "Yogyakarta – Kyoto"],
    ),
    ("conflicting-dates", "date", {"limit": "2"}, ["1994-08-24", "1994-08-29"]),
    ("doubtful-claims", "claim", {"limit": "1"}, ["claim/founding-articles/A002"]),
    ("lapsed-or-dormant", "label", {"limit": "1"}, ["Seoul – Bandung"]),
    ("one-source-only", "label", {"limit": "1"}, ["Bandung – Busan"]),
    ("partnerships-by-domain", "label", {"limit": "1"}, ["Surabaya – Busan"]),
    ("sources-ranked", "title", {"limit": "2"}, ["Daftar kerja sama", "Bandung jajaki Busan"]),
]
"""(query, column, what is given, the values of the column)"""


@pytest.mark.parametrize(("slug", "column", "given", "values"), EFFECTS)
def test_a_parameter_has_its_effect(
    ask: Ask, slug: str, column: str, given: dict[str, str], values: list[str]
) -> None:
    assert [value for (value,) in ask(slug, column, **given)] == values


def test_every_parameter_is_tested() -> None:
    here = {slug: query for slug, query in catalogue().items() if slug not in ELSEWHERE}
    declared = {(slug, one.name) for slug, query in here.items() for one in query.parameters}
    assert declared <= parameters_given()


def test_the_limit_cuts_the_rows(ask_wider: Ask) -> None:
    assert ask_wider("partner-of-partner", "candidateLabel", city="Busan") == [("Bandung",), ("Liverpool",)]
    assert ask_wider("partner-of-partner", "candidateLabel", city="Busan", limit="1") == [("Bandung",)]


def test_a_domestic_partnership_counts_once(ask_wider: Ask) -> None:
    assert ask_wider("growth-by-year", country="Indonesia")[0] == ("1984", "2", "1984")
    assert ("Indonesia", "Indonesia", "1") in [row[:3] for row in ask_wider("country-pairs")]
    assert [row[:2] for row in ask_wider("domains-ranked", country="ID") if row[0] == "Tourism"] == [
        ("Tourism", "2")
    ]


def test_a_missing_indonesian_label_falls_back_to_english() -> None:
    store = world_store()
    label = NamedNode(PREFIXES["rdfs"] + "label")
    for local in ("Q24826", "Q145"):
        me = NamedNode(iri("place", local))
        for quad in list(store.quads_for_pattern(me, label, None)):
            if quad.object.language == "id":
                store.remove(quad)
    rows = asker(store)("partners-of-a-city", "partnerLabel", "countryLabel", lang="id")
    assert rows == [("Busan", "Korea Selatan"), ("Liverpool", "United Kingdom")]


def test_letters_of_unknown_year_come_last_and_undated_agreements_answer_them() -> None:
    store = world_store()
    core = NamedNode(BASE + "graph/core")
    year = NamedNode(KK["signedYear"])
    loi = NamedNode(iri("agreement", "Q10389-Q16520-intent-2023"))
    mou = NamedNode(iri("agreement", "Q11462-Q24826-founding-2018"))
    store.remove(Quad(loi, year, Literal(2023), core))
    store.remove(Quad(mou, year, Literal(2018), core))
    assert asker(store)("loi-without-mou", "label", "yearsOpen", years="4") == [("Bandung – Busan", "")]


def test_an_agreement_before_the_letter_does_not_answer_it() -> None:
    store = world_store()
    core = NamedNode(BASE + "graph/core")
    mou = NamedNode(iri("agreement", "Q11462-Q24826-founding-2018"))
    store.remove(Quad(mou, NamedNode(KK["signedYear"]), Literal(2018), core))
    store.add(Quad(mou, NamedNode(KK["signedYear"]), Literal(2010), core))
    rows = asker(store)("loi-without-mou", "label", "yearsOpen")
    assert rows == [("Surabaya – Liverpool", "9"), ("Bandung – Busan", "3")]
