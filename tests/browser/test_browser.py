"""The site in a real browser: nothing is wider than the screen, all can be read and reached, forms work."""

from urllib.parse import quote

import pytest

from hatch_build import TARGET
from ontology import KK
from tests.kit.http.browser import DESK, PHONE, find_violations
from tests.kit.paths import ROOT

pytestmark = [
    pytest.mark.browser,
    # A page that closes drops its connections; the test server then leaves the file it was sending open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
QUERY = f"SELECT ?city ?since WHERE {{ ?p a <{KK.Partnership}> ; <{KK.party}> ?city ; <{KK.since}> ?since }}"
PAGES = {
    "home": "/",
    "questions": "/queries/",
    "question": "/queries/cities-with-multiple-partners?min=1",
    "years": "/queries/growth-by-year",
    "wide question": "/queries/evidence-for-a-pair?city=Q11462&partner=Q16520",
    "refused question": "/queries/partners-of-a-city?city=Surabya",
    "sparql": "/sparql?query=" + quote(QUERY),
    "sparql error": "/sparql?query=SELEC",
    "place": "/place/Q11462.html",
    "place with ended and claimed": "/place/Q10389.html",
    "country": "/place/Q252.html",
    "partnership": "/partnership/Q11462-Q16520.html",
    "claimed partnership": "/partnership/Q7568-Q120730.html",
    "agreement": "/agreement/Q11462-Q24826-founding-2018.html",
    "person": "/person/tri-rismaharini.html",
    "claim": "/claim/indonesia/F003.html",
    "collection": "/collection/indonesia.html",
    "graph": "/graph/core.html",
    "vocabulary": "/vocab/domain.html",
    "concept": "/vocab/domain/economy.html",
    "ontology": "/ontology.html",
    "missing": "/place/Q99999999.html",
    "about": "/about",
    "rules": "/about/rules",
    "measures": "/about/measures",
    "countries": "/places",
    "places": "/places/Q252",
    "agreements": "/agreements",
    "network": "/network",
    "wikidata": "/wikidata",
    "sources": "/sources",
    "data": "/data/",
    "limits": "/limits",
    "search": "/search?q=s",
    "nothing found": "/search?q=qqqq",
    "nowhere": "/nothing-here",
}
HAS_EDITOR = (ROOT / TARGET / "editor.js").exists()
needs_editor = pytest.mark.skipif(not HAS_EDITOR, reason="needs the files from npm (hatch_build.py)")
AXE_SCHEMES = {"en": "light", "id": "dark"}
"""Each language is looked at in one of the colour schemes."""

# Text whose colour stands out too little from what is behind it: WCAG 2.2, 1.4.3 (4.5:1, large text 3:1).
FAINT_TEXT = """() => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width < 2 || box.height < 2) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(channels(style.color)), light(behind(element))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) faint.push(element.outerHTML.slice(0, 90));
  }
  return faint;
}"""

# Targets under 24 by 24 CSS pixels that do not stand in a sentence or have room around: WCAG 2.2, 2.5.8.
SMALL_TARGETS = """() => {
  const kinds = 'a, button, input:not([type=hidden]), select, summary, textarea';
  const targets = [...document.querySelectorAll(kinds)].filter(element => element.checkVisibility())
    .map(element => ({element, box: element.getBoundingClientRect()}))
    .filter(({box}) => box.width > 0 && box.height > 0 && box.right > 0);
  const centre = box => [box.left + box.width / 2, box.top + box.height / 2];
  return targets.filter(({element, box}) => {
    if (box.width >= 24 && box.height >= 24) return false;
    if (element.closest('svg')) return false; // the table beside a picture has the same link, large enough
    if (getComputedStyle(element).display === 'inline' && element.closest('p')) return false;
    const [x, y] = centre(box);
    return targets.some(other => {
      if (other.element === element) return false;
      const near = [Math.max(other.box.left, Math.min(x, other.box.right)),
                    Math.max(other.box.top, Math.min(y, other.box.bottom))];
      return Math.hypot(near[0] - x, near[1] - y) < 12;
    });
  }).map(({element}) => element.outerHTML.slice(0, 90));
}"""

# What sticks out of the screen, other than inside a box that scrolls by itself.
STICKS_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .filter(e => !e.closest('.wide, pre, textarea, .pages, svg'))
  .map(e => e.outerHTML.slice(0, 90))"""


def write_query(page, text):
    """Write a query into the editor, or into the plain field where the installation could not get it."""
    if HAS_EDITOR:
        page.locator(".cm-content").fill(text)
    else:
        page.locator("#query").fill(text)


def press(page, name):
    """Press a button and wait for the page to which it leads."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_a_page_fits_the_screen_and_can_be_read_and_touched(look_at, path, width, scheme):
    page = look_at(path, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(STICKS_OUT) == []
    assert page.evaluate(FAINT_TEXT) == []
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_accessible_by_the_rules_of_axe(look_at, path, language):
    page = look_at(f"{path}{'&' if '?' in path else '?'}lang={language}", scheme=AXE_SCHEMES[language])
    assert find_violations(page) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_no_page_complains_in_the_console(open_page, site, path):
    page = open_page("about:blank")
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    status = page.goto(site + path, wait_until="networkidle").status
    assert [text for text in said if status == 200 or "status of" not in text] == []


def test_dark_mode_follows_the_system(open_page):
    colours = [
        open_page("/", DESK, scheme).evaluate("getComputedStyle(document.documentElement).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert colours == ["rgb(255, 255, 255)", "rgb(14, 25, 29)"]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_search_box_of_the_home_page_leads_to_the_place(open_page, width):
    page = open_page("/?lang=id", width)
    page.locator("#find-home-box").fill("Surabaya")
    page.locator("form.home").get_by_role("button").press("Enter")
    page.wait_for_url("**/place/Q11462.html?lang=id")
    assert page.locator("h1").inner_text() == "Surabaya"


def test_a_question_is_asked_again_with_other_values(open_page):
    page = open_page("/queries/cities-with-multiple-partners")
    assert page.locator("tbody tr").count() == 2
    page.get_by_label("Fewest partners").fill("1")
    page.get_by_label("Country").select_option("Indonesia")
    press(page, "Show")
    assert page.locator("tbody th").all_inner_texts() == ["Surabaya", "Bandung", "Jakarta"]
    assert page.get_by_label("Country").input_value() == "ID"


def test_on_a_phone_the_cells_of_a_row_stand_below_each_other_with_their_headings(open_page):
    page = open_page(PAGES["wide question"], PHONE)
    row = page.locator("tbody tr").first
    cells = row.locator("td:not(:empty)")
    assert cells.count() > 3
    tops = [cell.bounding_box()["y"] for cell in cells.all()]
    assert tops == sorted({*tops})
    said = cells.evaluate_all("cells => cells.map(cell => getComputedStyle(cell, '::before').content)")
    headings = {f'"{heading}"' for heading in page.locator("thead th").all_inner_texts()}
    assert {*said} <= headings
    box = page.locator(".wide")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    with page.expect_navigation():
        box.get_by_role("link", name="Kind of source", exact=True).click()
    assert page.locator("th[aria-sort]").count() == 1


def test_a_download_saves_the_rows(open_page):
    page = open_page("/queries/growth-by-year")
    address = page.get_by_role("link", name="CSV", exact=True).get_attribute("href")
    answer = page.request.get(page.url.split("/queries")[0] + address)
    head, *rows = answer.text().splitlines()
    assert head == "yearLabel,partnerships,year"
    assert [row.split(",")[:2] for row in rows] == [
        [year, "1"] for year in ("1984", "1985", "1994", "2016", "2018")
    ]


def test_a_query_is_typed_run_and_mended(open_page):
    page = open_page("/sparql")
    write_query(page, "SELECT ?x WHERE")
    press(page, "Run")
    assert page.get_by_role("alert").is_visible()
    assert page.locator("#query").input_value() == "SELECT ?x WHERE"
    write_query(page, QUERY)
    press(page, "Run")
    assert page.get_by_role("heading", name="Result").is_visible()
    assert page.locator("tbody tr").count() == 10


@needs_editor
def test_the_editor_offers_what_comes_next_and_adds_the_prefix(open_page):
    page = open_page("/sparql")
    write_query(page, "SELECT * WHERE { ?p a <https://w3id.org/kota-kembar/ontology#Partnership> ; ")
    page.locator(".cm-content").press("Control+End")
    page.keyboard.type("kk:par")
    offered = page.locator(".cm-tooltip-autocomplete li").first
    offered.wait_for()
    assert offered.inner_text().startswith("kk:party")
    offered.click()
    page.locator(".cm-line").filter(has_text="kk:party").wait_for()
    assert page.locator(".cm-line").first.inner_text() == f"PREFIX kk: <{KK}>"


@needs_editor
def test_the_editor_marks_a_term_that_the_ontology_does_not_have(open_page):
    page = open_page("/sparql")
    write_query(page, f"PREFIX kk: <{KK}> SELECT * WHERE {{ ?p kk:partner ?q }}")
    page.locator(".cm-lintRange-warning").wait_for()
    assert page.locator(".cm-lintRange-warning").inner_text() == "kk:partner"
    page.locator(".cm-content").press("Control+Enter")
    page.wait_for_url("**/sparql?*")
    note = page.get_by_role("status").filter(has_text="kk:partner")
    assert note.get_by_role("link", name="kk:partnerOf").is_visible()


@needs_editor
def test_the_editor_marks_the_place_that_the_endpoint_refused(open_page):
    page = open_page("/sparql?query=" + quote("SELECT ?x WHERE {\n ?x \n}"))
    page.locator(".cm-lint-marker-error").wait_for()


@needs_editor
@pytest.mark.parametrize("query", ["SELECT ?x WHERE {", "SELECT ?x WHERE { ?x kk:partner ?y }"])
def test_what_is_wrong_with_a_query_stands_in_its_own_language(open_page, query):
    page = open_page(f"/sparql?lang=id&query={quote(query)}")
    page.locator(".cm-lint-marker").first.hover()
    message = page.locator(".cm-diagnostic [lang]").first
    message.wait_for()
    assert (message.get_attribute("lang"), bool(message.inner_text())) == ("en", True)


def test_the_first_tab_skips_to_the_content_and_the_focus_shows(open_page):
    page = open_page("/queries/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_details_open_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/queries/growth-by-year")
    page.get_by_text("The SPARQL behind this page").click()
    assert page.locator("pre").first.is_visible()
    context.close()


def test_names_are_offered_while_somebody_types_and_chosen_by_keys(open_page):
    page = open_page("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find-header-box"
    page.keyboard.type("surab")
    page.get_by_role("option").first.wait_for()
    assert page.get_by_role("option").first.locator("b").inner_text() == "Surabaya"
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("option").first.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url("**/place/Q11462.html**")


def test_the_map_of_the_world_is_moved_by_keys_and_names_lead_to_places(open_page):
    page = open_page("/?lang=en")
    page.wait_for_selector(".world[data-drawn='1.00']")
    canvas = page.locator(".world canvas")
    whole = canvas.screenshot()
    page.locator(".world .moved").focus()
    for key in ("+", "+", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_selector(".world p:not([hidden]) a")
    assert canvas.screenshot() != whole
    named = page.locator(".world p a").first
    name = named.inner_text()
    with page.expect_navigation():
        named.press("Enter")
    assert page.locator("h1").inner_text() == name


def test_the_buttons_of_the_map_move_it_and_show_all_again(open_page):
    page = open_page("/?lang=id", 390)
    page.wait_for_selector(".world[data-drawn='1.00']")
    page.get_by_role("button", name="Perbesar").click()
    page.wait_for_selector(".world[data-drawn='1.60']")
    page.get_by_role("button", name="Seluruh dunia").click()
    page.wait_for_selector(".world[data-drawn='1.00']")


def test_without_script_the_map_of_the_world_is_the_picture_of_the_server(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/")
    assert page.locator(".world img").is_visible()
    assert not page.locator(".world .tools").is_visible()
    context.close()


def test_sources_are_found_by_a_word_of_their_title(open_page):
    page = open_page("/sources?lang=en")
    page.get_by_label("Title or publisher contains").fill("jajaki")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**q=jajaki**")
    assert page.locator("#list .muted").first.inner_text() == "1"


def test_a_hostile_name_never_becomes_markup(open_page):
    page = open_page("/search?q=" + quote("<img src=x onerror=document.title=1>"))
    assert page.locator("main img").count() == 0
    assert page.locator("#find-page-box").input_value() == "<img src=x onerror=document.title=1>"


MARKS = """() => [...document.querySelectorAll('svg.track, svg.bar, svg.mark')].filter(svg => {
  const box = svg.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
}).length"""


@pytest.mark.parametrize("media", [{"media": "print"}, {"forced_colors": "active"}], ids=["print", "forced"])
def test_marks_are_seen_on_paper_and_in_forced_colours(open_page, media):
    page = open_page("/place/Q11462.html")
    page.emulate_media(**media)
    assert page.evaluate(MARKS) > 5
    for kind in ("svg.track", "svg.bar", "svg.mark"):
        mark = page.locator(kind).first
        seen = mark.screenshot()
        mark.evaluate("svg => svg.replaceChildren()")
        assert mark.screenshot() != seen, f"{kind} is blank"


def test_print_leaves_out_what_paper_cannot_use(open_page):
    page = open_page("/queries/cities-with-multiple-partners")
    page.emulate_media(media="print")
    assert not page.locator("nav.pages").is_visible()
    assert not page.get_by_role("link", name="CSV", exact=True).is_visible()
    assert page.locator("table").is_visible()


def test_no_page_asks_another_host(open_page, site):
    page = open_page("/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES.values():
        page.goto(site + path)
    assert asked
    assert [url for url in asked if not url.startswith(site + "/")] == []
