"""A real Chromium, for the few things that only a browser can tell."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.kit.processes import PATIENCE

NARROW, PHONE, DESK = 320, 390, 1360
"""Widths of screens."""
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""The rules of axe that every page keeps."""
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextmanager
def open_browser() -> Iterator:
    """Yield Debian's Chromium as playwright drives it; the test skips where either is missing."""
    api, chromium = pytest.importorskip("playwright.sync_api"), shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, timeout=1000 * PATIENCE)
        yield opened
        opened.close()


def find_violations(page) -> list[tuple[str, list[str]]]:
    """Return the rules of axe that a page breaks, each with its elements; of what is right axe is silent."""
    options = {"runOnly": AXE_RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]
