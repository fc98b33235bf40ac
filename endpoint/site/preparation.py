"""What is asked of a new release before its readers ask: the pages of the site, and every question.

Each step is a request of our own to the view that a reader's request would reach, so that all that it needs
is in the memory of the release: rows, labels, names, the map of the world. Its page is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import urlencode

from flask import Flask, g

from endpoint.serving.connection import GONE
from endpoint.serving.releases.preparation import IsOver, Step
from endpoint.serving.releases.service import Service
from endpoint.show.texts import LANGUAGES

_PICTURES = ("/world.svg",)
_FINE_PICTURES = ("/world.svg?detail=fine", *(f"/network.json?lang={language}" for language in LANGUAGES))
_PAGES = (
    "/",
    "/places",
    "/network",
    "/wikidata",
    "/agreements",
    "/sources",
    "/sparql",
    "/ontology.html",
    "/data/",
)
_FILES = ("csv", "json")
"""The formats in which the whole answer of a question is had ready, besides its pages."""


def list_steps(app: Flask, service: Service) -> Sequence[Step]:
    """Return what readers are likely to ask of a release, the likeliest first."""
    return [partial(_ask, app, service, path) for path in list_paths(service)]


def list_paths(service: Service) -> list[str]:
    """Return the paths that are asked: pages in each language, then the answers of questions as files."""
    return [*_PICTURES, *_list_pages(service), *_FINE_PICTURES, *_list_files(service)]


def _list_pages(service: Service) -> Iterator[str]:
    for language in LANGUAGES:
        yield from (f"{path}?lang={language}" for path in _PAGES)
    for question in service.questions.values():
        for language in LANGUAGES:
            yield f"/queries/{question.slug}?{urlencode({**question.examples, 'lang': language})}"


def _list_files(service: Service) -> Iterator[str]:
    for suffix in _FILES:
        for question in service.questions.values():
            yield f"/queries/{question.slug}.{suffix}?{urlencode(question.examples)}"


def _ask(app: Flask, service: Service, path: str, is_over: IsOver) -> None:
    """Let the view of a path answer from a release that may not be current yet."""
    headers = {"Accept": "text/html"}
    with app.test_request_context(path, headers=headers, environ_overrides={GONE: is_over}):
        g.service = service
        app.dispatch_request()
