"""The style sheet and the templates know the same classes."""

import re

from endpoint.show.rendering import read_asset
from endpoint.things.parts.pairs.partners import GROUPS
from tests.kit.paths import ROOT

STYLE = read_asset("site.css").body.decode()
TEXTS = [path.read_text("utf-8") for path in sorted((ROOT / "endpoint" / "templates").rglob("*.html"))]
WRITTEN_BY_PYTHON = {*GROUPS, "iri", "lang"}
"""How pairs stand, and what FormattedValue writes."""
SCRIPTS = "".join(
    (ROOT / name).read_text("utf-8")
    for name in ("endpoint/static/site.js", "endpoint/static/world.js", "browser/editor.js")
)
WRITTEN_BY_SCRIPT = set(re.findall(r'(?:className = |toggle\()"([^"]+)"', SCRIPTS))
UNSTYLED = {"pairs-box"}
"""Boxes that only a rule for what is in them names."""


def in_style(text):
    """The classes in the selectors of a style sheet."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", text)))


def in_template(text):
    """The classes in the attributes of a template: written there, or chosen by an expression."""
    attributes = " ".join(re.findall(r'class="([^"]*)"', text))
    attributes += " " + " ".join(re.findall(r'paged_table\(.*, "(\w+)"\)', text))
    attributes += " " + " ".join(re.findall(r'search_form\("(\w+)"', text))
    chosen = " ".join(re.findall(r"'([^']*)'", " ".join(re.findall(r"\{\{.*?\}\}", attributes))))
    return set(f"{chosen} {re.sub(r'{{.*?}}|{%.*?%}', ' ', attributes)}".split())


def test_every_class_of_the_style_sheet_is_used():
    assert in_style(STYLE) - WRITTEN_BY_PYTHON.union(WRITTEN_BY_SCRIPT, *map(in_template, TEXTS)) == set()


def test_every_class_of_a_template_has_a_style():
    own = "".join(re.findall(r"<style>.*?</style>", "".join(TEXTS), flags=re.DOTALL))
    used = set().union(*map(in_template, TEXTS))
    assert used - UNSTYLED - in_style(STYLE) - in_style(own) == set()


SHORTHANDS = {
    "font-size": "font",
    "row-gap": "gap",
    "column-gap": "gap",
    "margin-top": "margin",
    "padding-top": "padding",
}


def read_rules(text, media=""):
    """The rules of a style sheet in their order: the condition of each, its selector, its properties."""
    at = 0
    while (opened := text.find("{", at)) >= 0:
        selectors, depth, end = text[at:opened].strip(), 1, opened + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        body, at = text[opened + 1 : end - 1], end
        if selectors.startswith("@media"):
            yield from read_rules(body, selectors)
        elif not selectors.startswith("@"):
            properties = {line.partition(":")[0].strip() for line in body.split(";")}
            yield from ((media, selector.strip(), properties) for selector in selectors.split(","))


def test_no_rule_for_a_screen_is_undone_by_a_later_one_for_all():
    rules = list(read_rules(re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)))
    undone = [
        (media, selector, name)
        for place, (media, selector, properties) in enumerate(rules)
        for later, same, others in rules[place + 1 :]
        for name in properties - {""}
        if media and not later and same == selector and others & {name, SHORTHANDS.get(name)}
    ]
    assert undone == []
