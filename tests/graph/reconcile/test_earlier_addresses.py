"""What a release published is never lost: each address is a thing, leads to one, or is gone and says why."""

from functools import cache

from graph.model.conclusions import Model, Outcome
from graph.reconcile.reconcile import reconcile
from loaders.collection import load_bundled
from tests.kit.bundled import earlier_addresses, gone_addresses


@cache
def model() -> Model:
    return reconcile(load_bundled())


def things():
    """The addresses of today, each with those that lead to it."""
    held = [pair for pair in model().pairs if pair.outcome is not Outcome.NONE]
    found = {
        f"place/{place.id}": [f"place/{old}" for old in place.replaces] for place in model().places.values()
    }
    found |= {f"partnership/{pair.id}": [f"partnership/{old}" for old in pair.replaces] for pair in held}
    for pair in held:
        found |= {f"agreement/{a.id}": [f"agreement/{old}" for old in a.replaces] for a in pair.agreements}
    return found | {f"event/{e.id}": [f"event/{old}" for old in e.replaces] for e in model().events}


def test_every_address_of_an_earlier_release_is_a_thing_leads_to_one_or_is_gone():
    known = {old for former in things().values() for old in former} | {*things()}
    assert {address for address in earlier_addresses() if address not in known} == gone_addresses()


def test_an_address_that_leads_on_is_no_thing_and_leads_to_one_only():
    former = [old for olds in things().values() for old in olds]
    assert not {*former} & {*things()}
    assert len(former) == len({*former})


def test_claims_keep_theirs():
    assert {"indonesia/F056", "indonesia/F387"} <= {claim.id for claim in model().claims}


def test_salatiga_is_no_longer_sabang():
    salatiga, sabang = model().places["Q11021"], model().places["Q5787"]
    assert (salatiga.label("en"), sabang.label("en")) == ("Salatiga", "Sabang")
    assert (salatiga.replaces, sabang.replaces) == ((), ("x-id-sabang-a3d574",))
    (pair,) = (pair for pair in model().pairs if pair.id == "Q11021-Q42095")
    assert "Q5787-x-kr-mungyeong-5ba53f" in pair.replaces
    assert [(agreement.id, agreement.replaces) for agreement in pair.agreements] == [
        ("Q11021-Q42095-founding-undated", ("Q5787-x-kr-mungyeong-5ba53f-founding-undated",)),
        ("Q11021-Q42095-intent-undated", ("Q5787-x-kr-mungyeong-5ba53f-intent-undated",)),
    ]
