"""Every address that the bundled release of 2026-11-21 had, asked of a running service."""

import csv

import httpx
import pytest

from loaders.folders import BUNDLED
from tests.kit.bundled import earlier_addresses, gone_addresses
from tests.kit.http.server import UNMETERED, running_server
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow

SEE_OTHER, MOVED, GONE = 303, 301, 410


@pytest.fixture(scope="module")
def answers(bundled):
    """The status of each address, where it leads when it has moved, and the status there."""
    found = {}
    with (
        running_server(bundled.home, **UNMETERED) as server,
        httpx.Client(base_url=server.address, timeout=PATIENCE) as client,
    ):
        for address in earlier_addresses():
            answer = client.get(f"/{address}")
            place = answer.headers["location"] if answer.status_code == MOVED else ""
            there = client.get(place).status_code if place else None
            found[address] = (answer.status_code, place.lstrip("/"), there)
    return found


def replaced():
    """How ids that lead on begin addresses: those of places, and those of pairs whose places do not tell."""
    for table, column in (("places_register.csv", "id"), ("former_pairs.csv", "former")):
        with (BUNDLED / "indonesia" / table).open(encoding="utf-8", newline="") as file:
            yield from (row[column] for row in csv.DictReader(file))


def test_what_names_a_place_that_got_its_item_has_moved_for_good_and_all_else_is_where_it_was(answers):
    former = tuple(replaced())
    moved = {address for address in answers if any(name in address for name in former)} - gone_addresses()
    assert len([address for address in moved if address.startswith("place/")]) == 151
    assert {answers[address][0] for address in moved} == {MOVED}
    assert {status for address, (status, _, _) in answers.items() if address not in moved} == {
        SEE_OTHER,
        GONE,
    }


def test_what_is_no_more_says_that_it_is_gone(answers):
    assert {address for address, (status, _, _) in answers.items() if status == GONE} == gone_addresses()


def test_each_leads_to_a_thing_at_once(answers):
    assert {there for status, _, there in answers.values() if status == MOVED} == {SEE_OTHER}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("place/x-id-aceh-6e11e2", "place/Q1823"),
        ("place/x-us-american-samoa-5e5ae7", "place/Q16641"),
        ("partnership/Q11568-x-id-kupang-f40bbd", "partnership/Q11568-Q14155"),
        ("agreement/Q11568-x-id-kupang-f40bbd-intent-2022", "agreement/Q11568-Q14155-intent-2022"),
        ("partnership/Q5787-x-kr-mungyeong-5ba53f", "partnership/Q11021-Q42095"),
        ("agreement/Q5787-x-kr-mungyeong-5ba53f-intent-undated", "agreement/Q11021-Q42095-intent-undated"),
        ("partnership/x-id-dumai-7b093b-x-my-malacca-17e70e", "partnership/Q7782-Q61089"),
    ],
)
def test_where_they_lead(answers, old, new):
    assert answers[old][:2] == (MOVED, new)


def test_sabang_has_the_address_that_salatiga_had_and_leads_nowhere(answers):
    assert answers["place/Q5787"][0] == SEE_OTHER
