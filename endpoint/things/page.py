"""The page of one thing, part by part: what all pages have, and room for what its kind adds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from endpoint.serving.current import service
from endpoint.show.lookup import ask
from endpoint.show.tables import PAGE_ROWS, PageTable
from endpoint.show.texts import translate
from endpoint.show.values import FormattedValue
from endpoint.things.parts.claims.table import read_claims_about, read_claims_of_source
from endpoint.things.parts.facts import list_facts
from endpoint.things.parts.links import read_links
from endpoint.things.parts.places import ChartRow
from endpoint.things.parts.related import read_assessments
from endpoint.things.rdf.schema_org import describe_page
from endpoint.things.thing import Thing

_FACTS_BESIDE_MAP = {"place", "partnership"}
"""Kinds whose facts stand in a narrow column, beside the map where there is one."""


@dataclass(frozen=True)
class Section:
    """A table or a bar chart under its heading; `whole` is the path of all rows, where the table has some."""

    heading: str
    content: PageTable | list[ChartRow]
    whole: str = ""


@dataclass
class Page:
    """What a template shows of a thing; the functions of ``kinds`` fill in the parts of its kind.

    `lede` is the paragraph that the page opens with, `lede_language` its language where that is not the
    page's. The properties of `hidden_facts` and `hidden_links` (``kk:party``) are shown in another way than
    among the facts and the links. `extra` are values of the template by their names there.
    """

    thing: Thing
    title: str
    breadcrumb: list[FormattedValue]
    lede: str = ""
    lede_language: str = ""
    tables: list[Section] = field(default_factory=list)
    charts: list[Section] = field(default_factory=list)
    hidden_facts: set[str] = field(default_factory=lambda: {"rdf:type"})
    hidden_links: set[str] = field(default_factory=set)
    extra: dict[str, Any] = field(default_factory=dict)

    def use_as_lede(self, name: str) -> None:
        """Open the page with the text of a property instead of listing it among the facts."""
        self.lede, language = self.thing.text(name), self.thing.language
        tag = next((cell.language or "" for cell in self.thing.cells(name) if cell.value == self.lede), "")
        self.lede_language = tag if tag != language else ""
        self.hidden_facts.add(name)

    def add_table(self, key: str, table: PageTable, whole: str = "") -> None:
        """Add a table under the heading that the text `key` gives, unless the table is empty.

        Where `whole` is the path of all rows, no more than PAGE_ROWS are shown.
        """
        if table.count:
            shown = replace(table, rows=table.rows[:PAGE_ROWS]) if whole else table
            self.tables.append(Section(translate(key, self.thing.language), shown, whole))

    def add_chart(self, heading: str, rows: list[ChartRow]) -> None:
        """Add a bar chart, unless it has no rows."""
        if rows:
            self.charts.append(Section(heading, rows))


def template_values(page: Page, address: str) -> dict[str, Any]:
    """Return what the template needs to write a page whose own address is `address`.

    Raises the QueryError tree.
    """
    thing, language = page.thing, page.thing.language
    is_source = thing.kind == "source"
    claims = (read_claims_of_source if is_source else read_claims_about)(ask, thing.iri, language)
    hidden_facts = page.hidden_facts | ({"kk:basedOn"} if claims.count else set())
    return {
        "heading": page.title,
        "iri": thing.iri,
        "breadcrumb": page.breadcrumb,
        "lede": page.lede,
        "lede_language": page.lede_language,
        "facts": list_facts(ask, thing, hidden_facts),
        "narrow_facts": thing.kind in _FACTS_BESIDE_MAP,
        "tables": page.tables,
        "charts": page.charts,
        "claims": claims,
        "claims_heading": translate("entity.claims.of", language)
        if is_source
        else translate("entity.claims", language),
        "claims_of_source": is_source,
        "assessments": read_assessments(ask, thing.iri, language),
        "incoming": read_links(ask, thing.iri, language, page.hidden_links),
        "schema": describe_page(replace(thing, title=page.title), address, service().release),
        **page.extra,
    }
