"""The pictures of the README and of previews, taken of the site over the bundled data; `make pictures`.

It builds nothing: the home folder of the environment (KEMBAR_HOME) holds a release of the bundled data.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from playwright.sync_api import Browser
from werkzeug.serving import make_server

from endpoint import create_app
from endpoint.config import Config
from graph.store.releases import current_release
from tests.kit.http.browser import DESK, open_browser
from tests.kit.http.engine import small_config
from tests.kit.paths import ROOT

FOLDER = ROOT / "docs" / "images"
PREVIEW = ROOT / "endpoint" / "static" / "preview.jpg"
"""What other sites show of a page that is linked there: name, question and map, 1200 by 630 pixels."""
_NOT_PREVIEWED = "header nav, header form, .opening > :not(h1), .numbers, .tools, figcaption"
_LOADED = "document.fonts.ready.then(() => true)"


@dataclass(frozen=True)
class Picture:
    """The upper part of a page in a colour scheme; `drawn` is there when the page is whole."""

    name: str
    path: str
    height: int
    scheme: str = "light"
    drawn: str = "h1"


PICTURES = (
    Picture("place", "/place/Q11462.html?lang=en", 1560),
    Picture("home", "/?lang=en", 1010, drawn=".world[data-drawn]"),
    Picture("conflict", "/partnership/Q11462-Q16520.html?lang=id", 1240, scheme="dark"),
)


def take(browser: Browser, address: str, picture: Picture) -> None:
    """Write one picture below FOLDER."""
    page = browser.new_page(viewport={"width": DESK, "height": 900}, color_scheme=picture.scheme)
    page.goto(address + picture.path)
    page.wait_for_selector(picture.drawn)
    page.wait_for_function(_LOADED)
    clip = {"x": 0, "y": 0, "width": DESK, "height": picture.height}
    page.screenshot(path=FOLDER / f"{picture.name}.png", full_page=True, clip=clip)
    page.close()


def take_preview(browser: Browser, address: str) -> None:
    """Write the picture for previews: the home page without what is there to be used."""
    page = browser.new_page(viewport={"width": 1200, "height": 630}, bypass_csp=True)
    page.goto(f"{address}/?lang=en")
    page.wait_for_selector(".world[data-drawn]")
    page.add_style_tag(content=f"{_NOT_PREVIEWED} {{ display: none !important }}")
    page.wait_for_function(_LOADED)
    page.screenshot(path=PREVIEW, quality=80)
    page.close()


def main() -> None:
    """Serve the release of the home folder and take every picture."""
    home = Config.from_environ().home
    app = create_app(small_config(home), current_release(home))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with open_browser() as browser:
            for picture in PICTURES:
                take(browser, f"http://127.0.0.1:{server.server_port}", picture)
            take_preview(browser, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["kembar"].close()


if __name__ == "__main__":
    main()
