"""Terms as pages show them: text, link, date or number."""

import pytest

from endpoint.engine.results import Cell
from endpoint.show.addresses import link, page_path
from endpoint.show.values import FormattedValue, column_label, compact, format_value, property_label
from ontology import BASE, KK, PREFIXES

XSD = PREFIXES["xsd"]


@pytest.fixture(autouse=True)
def request_in_indonesian(app):
    with app.test_request_context("/?lang=id"):
        yield


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (
            Cell("iri", f"{BASE}place/Q11462"),
            FormattedValue("Kota Surabaya", "/place/Q11462.html?lang=id"),
        ),
        (
            Cell("iri", f"{BASE}claim/indonesia/F003"),
            FormattedValue("indonesia/F003", "/claim/indonesia/F003.html?lang=id"),
        ),
        (
            Cell("iri", f"{KK}since"),
            FormattedValue("ontology#since", "/ontology.html?lang=id#since"),
        ),
        (
            Cell("iri", "http://www.wikidata.org/entity/Q11462"),
            FormattedValue("wd:Q11462", "http://www.wikidata.org/entity/Q11462", external=True),
        ),
        (Cell("iri", "urn:isbn:1"), FormattedValue("urn:isbn:1")),
        (
            Cell("literal", "2018-03", datatype=f"{XSD}gYearMonth"),
            FormattedValue("Maret 2018", date="2018-03"),
        ),
        (Cell("literal", "12345.5", datatype=f"{XSD}decimal"), FormattedValue("12.345,5", amount=12345.5)),
        (Cell("literal", "false", datatype=f"{XSD}boolean"), FormattedValue("tidak")),
        (
            Cell("literal", "https://example.org/a"),
            FormattedValue("https://example.org/a", "https://example.org/a", external=True),
        ),
        (
            Cell("literal", "POINT(112.75 -7.25)", datatype=PREFIXES["geo"] + "wktLiteral"),
            FormattedValue("\u22127,25; 112,75"),
        ),
        (Cell("literal", "http://[::1"), FormattedValue("http://[::1")),
        (Cell("literal", "http://a\u2100b/"), FormattedValue("http://a\u2100b/")),
        (Cell("iri", "http://a\u2100b/"), FormattedValue("http://a\u2100b/")),
        (Cell("literal", "https://"), FormattedValue("https://")),
        (Cell("literal", "many", datatype=f"{XSD}integer"), FormattedValue("many")),
        (Cell("literal", "Surabaya", "en"), FormattedValue("Surabaya", language="en")),
        (Cell("literal", "Surabaya", "id"), FormattedValue("Surabaya")),
    ],
)
def test_a_term_is_written_in_the_language_of_the_page(cell, value):
    assert format_value(cell, "id", {f"{BASE}place/Q11462": "Kota Surabaya"}) == value


@pytest.mark.parametrize(
    ("value", "html"),
    [
        (FormattedValue("a < b"), "a &lt; b"),
        (FormattedValue("Busan", '/"x'), '<a href="/&#34;x">Busan</a>'),
        (FormattedValue("https://a", "https://a"), '<a href="https://a" class="iri">https://a</a>'),
        (FormattedValue("Maret 2018", date="2018-03"), '<time datetime="2018-03">Maret 2018</time>'),
        (FormattedValue("Busan", language="en"), '<span lang="en">Busan</span><span class="lang">en</span>'),
    ],
)
def test_a_value_is_safe_html(value, html):
    assert value.__html__() == html


def test_a_property_goes_by_the_ontology_then_the_texts_then_its_name():
    assert property_label(str(KK.since), "id") == "sejak"
    assert property_label(PREFIXES["dcterms"] + "publisher", "en") == "publisher"
    assert property_label("https://example.org/ns#hasMayor", "en") == "has mayor"


def test_a_column_is_headed_in_words():
    assert (column_label("partnerOf", "en"), column_label("ISBN", "en")) == ("Partner of", "ISBN")
    assert column_label("claim-count", "en") == "Claim count"


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (f"{BASE}vocab/status/active", "status:active"),
        (f"{BASE}vocab/none/active", f"{BASE}vocab/none/active"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_an_iri_is_compacted_with_the_prefix_that_fits_best(iri, short):
    assert compact(iri) == short


def test_a_link_keeps_the_language_and_its_fragment():
    assert link("/ontology.html#since", {"a": "b c"}) == "/ontology.html?a=b+c&lang=id#since"
    assert link("/about", lang="en") == "/about?lang=en"
    assert page_path(f"{BASE}release/2026") == "/release/2026"
    assert page_path("https://example.org/place/Q1") is None
