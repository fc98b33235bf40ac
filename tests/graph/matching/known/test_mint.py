"""Ids for places that nobody has an id for: each is given once, and leads on for ever when it is retired."""

from __future__ import annotations

from graph.matching.known.mint import Mint, RegisteredPlace
from graph.matching.known.points import Point
from graph.model.iris import mint_place_id

VICTORIA = mint_place_id("AR", "Victoria")
WITH_REGION = mint_place_id("AR", "Victoria, entre rios")


def row(place: str, now: str = "") -> RegisteredPlace:
    return RegisteredPlace(place, "AR", "Victoria", now)


def test_a_new_id_is_registered():
    mint = Mint({}, [])
    assert mint.mint("AR", ["Victoria"]) == VICTORIA
    assert mint.registered == {VICTORIA: row(VICTORIA)}
    assert mint.mint("", ["Victoria"]) == ""


def test_a_retired_id_is_never_minted_again():
    mint = Mint({VICTORIA: row(VICTORIA, "Q3")}, [])
    assert mint.mint("AR", ["Victoria"]) == ""
    assert mint.mint("AR", ["Victoria"], ["entre rios"]) == WITH_REGION
    assert mint.registered[VICTORIA] == row(VICTORIA, "Q3")


def test_an_id_of_a_place_is_not_given_to_another_one():
    mint = Mint({}, [VICTORIA])
    assert mint.mint("AR", ["Victoria"]) == ""
    assert mint.mint("AR", ["Victoria"], ["entre rios"]) == WITH_REGION
    assert mint.mint("AR", ["Victoria"], ["entre rios"]) == ""
    by_point = mint.mint("AR", ["Victoria"], ["entre rios"], [Point(-32.62, -60.15)])
    assert by_point == mint_place_id("AR", "Victoria (-32.6, -60.1)")


def test_the_id_of_any_spelling_stays():
    mint = Mint({VICTORIA: row(VICTORIA)}, [])
    assert mint.mint("AR", ["La Victoria", "Victoria"]) == VICTORIA


def test_an_id_that_a_place_still_has_is_not_retired():
    registered = {VICTORIA: row(VICTORIA)}
    standing, free = Mint(registered, [VICTORIA]), Mint(registered, [])
    standing.retire("Q3", "AR", ["Victoria"])
    assert standing.registered == registered
    free.retire("Q3", "AR", ["Victoria", "Victoria City"])
    assert free.registered == {VICTORIA: row(VICTORIA, "Q3")}


def test_the_first_redirect_stays_and_none_leads_in_a_circle():
    mint = Mint({VICTORIA: row(VICTORIA)}, [])
    mint.redirect(VICTORIA, "AR", "Victoria", "Q3")
    mint.redirect(VICTORIA, "AR", "Victoria", "Q4")
    assert mint.registered[VICTORIA].now == "Q3"
    mint.redirect("Q3", "AR", "Victoria", VICTORIA)
    assert "Q3" not in mint.registered


def test_former_ids_lead_to_the_place_of_today():
    mint = Mint({"x-a": row("x-a", "x-b"), "x-b": row("x-b", "Q3"), "x-c": row("x-c")}, [])
    assert mint.former_ids() == {"Q3": ("x-a", "x-b")}
