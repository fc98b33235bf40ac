"""What a page says in another language than its own is marked with that language: by the data's own tags.

A text of the data that is only there in English is no text of an Indonesian page, unless `lang` says so; and
the other way round.
"""

from html.parser import HTMLParser

import pytest
from pyoxigraph import Literal

from ontology import KK, ontology
from tests.kit.http.site import HTML
from tests.kit.texts import read_catalogue
from tests.kit.world import world_store

PAGES = (
    "/",
    "/places",
    "/places/Q252",
    "/agreements",
    "/network",
    "/wikidata",
    "/sources",
    "/about",
    "/about/rules",
    "/about/measures",
    "/data/",
    "/search?q=s",
    "/ontology.html",
    "/vocab/domain.html",
    "/vocab/domain/economy.html",
    "/place/Q11462.html",
    "/place/Q10389.html",
    "/place/Q252.html",
    "/place/Q16520.html",
    "/partnership/Q11462-Q16520.html",
    "/partnership/Q7568-Q120730.html",
    "/agreement/Q11462-Q24826-founding-2018.html",
    "/person/tri-rismaharini.html",
    "/claim/indonesia/F003.html",
    "/collection/indonesia.html",
    "/graph/core.html",
    "/queries/",
    "/queries/evidence-for-a-pair?city=Surabaya&partner=Liverpool",
    "/queries/partners-of-a-city?city=Surabaya",
    "/queries/doubtful-claims",
)
OUR_WORDS = {
    text[:1].upper() + text[1:]
    for language in ("en", "id")
    for message in read_catalogue(language)
    for text in [str(message.string)]
}
"""Texts of ours: some words are the same in both languages, and a label of the data in one."""
NAMES = {str(term).removeprefix(str(KK)) for term in ontology().subjects()}
"""Names of terms, which are of no language."""
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
NOT_READ = {"script", "style", "pre", "code", "title", "option"}


class Texts(HTMLParser):
    """The texts of a page, each with the language that holds where it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            inherited = self._open[-1][1] if self._open else ""
            self._open.append((tag, dict(attrs).get("lang") or inherited))

    def handle_endtag(self, tag):
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data):
        text = " ".join(data.split())
        if text and not NOT_READ.intersection(tag for tag, _ in self._open):
            self.found.append((text, self._open[-1][1]))


@pytest.fixture(scope="module")
def tagged():
    """The texts of the world that are there in one language only, with this language."""
    languages: dict[str, set[str]] = {}
    for quad in world_store():
        if isinstance(quad.object, Literal):
            languages.setdefault(quad.object.value, set()).add(quad.object.language or "")
    return {
        text: tags.pop()
        for text, tags in languages.items()
        if len(tags) == 1 and text not in OUR_WORDS | NAMES
    }


def wrong_texts(html, tagged):
    """Return the texts that stand where another language holds than that of the data."""
    return [
        (text, holds)
        for text, holds in Texts(html).found
        if (tag := tagged.get(text)) and tag != holds and len(text) > 3
    ]


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("path", PAGES)
def test_a_text_in_another_language_says_so(client, tagged, path, language):
    response = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=HTML)
    assert response.status_code == 200, path
    assert wrong_texts(response.text, tagged) == []


def test_a_text_without_its_language_is_found(tagged):
    text = next(text for text, tag in tagged.items() if tag == "en" and len(text) > 20)
    html = f'<html lang="id"><p>{text}</p><p lang="en">{text}</p></html>'
    assert wrong_texts(html, tagged) == [(" ".join(text.split()), "id")]
