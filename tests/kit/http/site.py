"""The world as a release on disk, a site over it, and a reader of its pages that trusts nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat

from endpoint.app import close_app, create_app
from graph.pipeline.publish import write_texts
from graph.store.manifest import write_manifest
from graph.store.releases import Release, current_release, publish
from graph.store.store import load_store
from ontology import BASE, read_text
from queries import query_texts
from tests.kit.http.engine import small_config
from tests.kit.world import world_store

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
RELEASE = "2026-11-21-0a1b2c3d"
MANIFEST = {
    "id": RELEASE,
    "compiled": "2026-11-21",
    "counts": {
        "places": 14,
        "countries": 4,
        "partnerships": {"accepted": 5, "intent": 1, "claimed": 3},
        "agreements": 7,
        "claims": 24,
        "sources": 14,
        "triples": 0,
        "share_dated": 1.0,
        "share_two_sources": 0.8,
    },
    "collections": [
        {
            "name": "indonesia",
            "title": {"en": "Indonesian places", "id": "Wilayah Indonesia"},
            "licence": "https://creativecommons.org/licenses/by/4.0/",
            "compiled": "2026-11-21",
            "rows": 22,
            "tally": {"pair": 21, "issue": 1},
            "claims": 21,
        }
    ],
}
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_SHAPES = {"circle", "line", "path", "rect", "stop"}


def make_world_home(home: Path) -> Release:
    """Write the world as the current release of `home` and return it."""
    store = world_store()
    ontology_graph = NamedNode(BASE + "graph/ontology")
    store.load(read_text("kembar.ttl").encode(), RdfFormat.TURTLE, to_graph=ontology_graph)
    folder = home / "releases" / RELEASE
    triples = load_store(store, folder / "store")
    manifest = {**MANIFEST, "counts": {**MANIFEST["counts"], "triples": triples}}
    write_texts(folder / "queries", query_texts())
    write_manifest(folder, manifest)
    publish(home, RELEASE)
    return current_release(home)


@contextmanager
def world_app(home: Path) -> Iterator[Flask]:
    """Yield the application over the world; its workers end with the block."""
    app = create_app(small_config(home, queue=8), make_world_home(home))
    try:
        yield app
    finally:
        close_app(app)


class Page(HTMLParser):
    """A page taken apart: raises AssertionError where tags do not nest, or an id or a label is wrong."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._ids: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"
        doubled = [one for one, count in Counter(self._ids).items() if count > 1]
        assert not doubled, f"ids used twice: {doubled}"

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        self._ids += [given["id"]] if "id" in given else []
        self.texts.setdefault(tag, []).append("") if tag not in _VOID else None
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in _VOID | _SHAPES, f"<{tag}/> is no void element"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> crosses another element"

    def handle_data(self, data):
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """Return the attributes of every `tag` that has the `wanted` ones: class_ is class, a_b is a-b."""
        asked = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [given for name, given in self.elements if name == tag and asked.items() <= given.items()]

    def words(self, tag: str) -> list[str]:
        """Return the texts of every `tag`, spaces made one."""
        return [" ".join(text.split()) for text in self.texts.get(tag, [])]

    def local_links(self) -> list[str]:
        return [a["href"] for a in self.all("a") if a["href"].startswith("/")]

    def assert_sound(self) -> None:
        """What every page has: a language, one h1, landmarks, labelled fields, headers with a scope."""
        (html,) = self.all("html")
        assert html["lang"] in {"en", "id"}
        assert len(self.all("h1")) == 1
        assert len(self.all("main", id="main")) == 1
        assert self.elements[[tag for tag, _ in self.elements].index("body") + 1] == (
            "a",
            {"class": "skip", "href": "#main"},
        )
        assert all("scope" in th for th in self.all("th"))
        labelled = {label.get("for") for label in self.all("label")}
        fields = [
            f for tag in ("input", "select", "textarea") for f in self.all(tag) if f.get("type") != "hidden"
        ]
        assert {field["id"] for field in fields} <= labelled
        assert RELEASE in self.words("footer")[0]


def read_page(client: FlaskClient, address: str, status: int = 200) -> Page:
    """Return the page at an address, as a browser asks for it; it must be sound."""
    response = client.get(address, headers=HTML)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    page = Page(response.text)
    page.assert_sound()
    return page
