"""A source whose own title nobody knows: its publisher and address come before what we call it."""

import pytest

from endpoint import create_app
from tests.kit.http.engine import small_config
from tests.kit.http.site import Page

SOURCE = "source/10beritaterpilih-blogspot-com-5c1b09"


@pytest.fixture(scope="module")
def served(bundled):
    app = create_app(small_config(bundled.home), bundled.release)
    yield app.test_client()
    app.extensions["kembar"].close()


def read(served, path):
    return Page(served.get(path, headers={"Accept": "text/html"}).text)


@pytest.mark.slow
def test_the_page_of_a_source_is_headed_by_its_publisher_and_tells_what_we_call_it(served):
    page = read(served, f"/{SOURCE}.html")
    assert page.words("h1") == ["10beritaterpilih.blogspot.com"]
    assert "DKI Jakarta - Istanbul: status" in page.words("p")
    assert page.words("dt")[0] == "Publisher"


@pytest.mark.slow
def test_the_list_of_sources_names_the_publisher_first(served):
    page = read(served, "/sources?q=10beritaterpilih")
    row = next(words for words in page.words("th") if words.startswith("10beritaterpilih"))
    assert row == "10beritaterpilih.blogspot.comDKI Jakarta - Istanbul: status · Blog or content site"
