import pytest

from graph.model.iris import concept_iri, is_qid, mint_place_id, order_pair, pair_id, slug, source_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Kota Surabaya", "kota-surabaya"), ("Pécs", "pecs"), ("Xi'an", "xi-an"), ("京都市", "")],
)
def test_slugs_are_ascii(text, expected):
    assert slug(text) == expected


def test_pairs_are_ordered_by_number_then_minted_ids():
    assert pair_id("Q24826", "Q11462") == "Q11462-Q24826"
    assert (
        pair_id("x-gb-liverpool-city-region-0a1b2c", "Q11462") == "Q11462-x-gb-liverpool-city-region-0a1b2c"
    )
    assert order_pair("Q9", "Q10") == ("Q9", "Q10")


def test_minted_ids_are_stable():
    assert mint_place_id("ID", "Sidoarjo Regency") == mint_place_id("ID", "Sidoarjo Regency")
    assert mint_place_id("ID", "Sidoarjo Regency").startswith("x-id-sidoarjo-regency-")
    assert mint_place_id("AU", "Perth") != mint_place_id("GB", "Perth")


def test_a_source_id_is_its_host_and_a_hash():
    first, second = source_id("https://www.example.org/a"), source_id("https://www.example.org/b")
    assert first.startswith("example-org-") and first != second


def test_qids():
    assert is_qid("Q11462") and not is_qid("Q0") and not is_qid("11462") and not is_qid("Q1x")


def test_concepts_live_under_their_scheme():
    assert concept_iri("domain", "trade") == "https://w3id.org/kota-kembar/vocab/domain/trade"
