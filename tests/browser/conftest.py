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


@pytest.fixture
def open_page(browser, site):
    pages = []

    def open_at(path, width=DESK, scheme="light"):
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
        page.set_default_timeout(1000 * PATIENCE)
        pages.append(page)
        page.goto(path if path.startswith("about:") else site + path)
        return page

    yield open_at
    for page in pages:
        page.close()
