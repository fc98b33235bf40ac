"""The picture of the network in a real browser: drawn, found by name, moved by keys, named in words."""

import pytest

from hatch_build import TARGET
from tests.kit.http.browser import DESK, NARROW, PHONE, find_violations
from tests.kit.paths import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(
        not (ROOT / TARGET / "network.js").exists(), reason="needs the files from npm (hatch_build.py)"
    ),
]


def open_network(open_page, width=DESK, scheme="light", language="en"):
    page = open_page(f"/network?lang={language}", width, scheme)
    page.wait_for_selector("[data-drawn]")
    return page


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("width", [DESK, PHONE, NARROW])
def test_the_picture_is_accessible_and_fits(open_page, width, language):
    page = open_network(open_page, width, "dark" if language == "id" else "light", language)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert find_violations(page) == []


def test_a_place_is_found_by_the_keyboard_alone_and_leads_to_its_page(open_page):
    page = open_network(open_page)
    page.get_by_label("Find a place").focus()
    page.keyboard.type("surab")
    page.keyboard.press("Enter")
    chosen = page.locator("[data-chosen]")
    assert chosen.inner_text() == "Surabaya · Indonesia · partners: 2"
    with page.expect_navigation():
        chosen.get_by_role("link").press("Enter")
    assert page.locator("h1").inner_text() == "Surabaya"


def test_keys_move_the_picture_and_the_map_has_other_places(open_page):
    page = open_network(open_page)
    page.emulate_media(reduced_motion="reduce")
    canvas = page.locator(".network .canvas")
    before = canvas.screenshot()
    canvas.press("+")
    page.wait_for_function("document.querySelector('.network canvas') !== null")
    page.get_by_label("Places stand").select_option("map")
    assert canvas.screenshot() != before


def test_without_script_the_tables_are_there_and_no_empty_picture(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/network")
    assert not page.locator(".network").is_visible()
    assert page.locator("table tbody tr").count() > 0
    context.close()
