"""The site over the world, served to a real browser."""

import threading

import pytest
from werkzeug.serving import make_server

from tests.kit.http.browser import DESK
from tests.kit.http.site import world_app
from tests.kit.processes import PATIENCE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with world_app(tmp_path_factory.mktemp("home")) as app:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def context(browser):
    """What pages share that keep nothing: one for each would take longer to make than the page."""
    made = browser.new_context()
    yield made
    made.close()


@pytest.fixture
def open_page(context, site):
    """Open a page of its own, for what is done there and stays."""
    pages = []

    def open_at(path, width=DESK, scheme="light"):
        pages.append(context.new_page())
        return go(pages[-1], path if path.startswith("about:") else site + path, width, scheme)

    yield open_at
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def look_at(context, site):
    """Show a page where the one before was, for what is only looked at: a new one takes twice as long."""
    page = context.new_page()
    yield lambda path, width=DESK, scheme="light": go(page, site + path, width, scheme)
    page.close()


def go(page, address, width, scheme):
    page.set_default_timeout(1000 * PATIENCE)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    return page
