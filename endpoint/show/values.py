"""Terms of a result as pages show them: labels for IRIs, dates and numbers in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from markupsafe import Markup, escape

from endpoint.engine.results import Cell
from endpoint.show.addresses import host_of, link, local_path, page_path
from endpoint.show.lookup import ontology_label
from endpoint.show.texts import format_date, format_number, term, translate
from graph.model.points import parse_point
from ontology import KK, PREFIXES

XSD = PREFIXES["xsd"]
_DATES = {XSD + name for name in ("date", "gYearMonth", "gYear")}
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float")}
_WKT = PREFIXES["geo"] + "wktLiteral"
_LONG_TEXT = 40
_LABELS_KEPT = 512


@dataclass(frozen=True)
class FormattedValue:
    """One value as a page shows it: text with a link, a machine-readable date, or the language of the text.

    `external` marks links to other sites; `amount` is the number behind the text, for bars and alignment.
    """

    text: str
    href: str = ""
    external: bool = False
    language: str = ""
    date: str = ""
    amount: float | None = None

    @property
    def long(self) -> bool:
        """Return whether this is running text, which wants a wide column."""
        return len(self.text) > _LONG_TEXT and " " in self.text

    def with_text(self, text: str, language: str = "") -> FormattedValue:
        """Return the same value under another text, with its language where that is not the page's."""
        return replace(self, text=text, language=language)

    def __html__(self) -> Markup:
        """Return the value as HTML: a link, a time, or text with its language."""
        inner = escape(self.text)
        if self.date:
            return Markup('<time datetime="{}">{}</time>').format(self.date, inner)
        if self.href:
            kind = Markup(' class="iri"') if self.text.startswith(("http:", "https:")) else ""
            tongue = Markup(' lang="{}"').format(self.language) if self.language else ""
            return Markup('<a href="{}"{}{}>{}</a>').format(self.href, kind, tongue, inner)
        if self.language:
            return Markup('<span lang="{0}">{1}</span><span class="lang">{0}</span>').format(
                self.language, inner
            )
        return inner


def format_value(cell: Cell, language: str, labels: Mapping[str, str]) -> FormattedValue:
    """Return a term for people; `labels` are those of IRIs, which else go by their path or compact form.

    An IRI of ours links to its page on this host, any other web address to where it is.
    """
    if cell.kind == "iri":
        return _format_iri(cell.value, language, labels)
    if cell.datatype in _DATES:
        return format_day(cell.value, language)
    if cell.datatype in _NUMBERS and (amount := _read_number(cell.value)) is not None:
        return FormattedValue(format_number(cell.value, language), amount=amount)
    if cell.datatype == XSD + "boolean":
        return FormattedValue(
            translate("yes", language) if cell.value == "true" else translate("no", language)
        )
    if host_of(cell.value):
        return FormattedValue(cell.value, href=cell.value, external=True)
    if cell.datatype == _WKT:
        return FormattedValue(_coordinates(cell.value, language))
    return FormattedValue(cell.value, language=foreign(cell, language))


def foreign(text: object, language: str) -> str:
    """Return the language of a cell, Label or candidate where it is not that of the page, else nothing."""
    tag = getattr(text, "language", None) or ""
    return tag if tag != language else ""


def _read_number(lexical: str) -> float | None:
    """Return the number that a literal stands for, None for one that is ill-typed, such as "many"."""
    try:
        return float(lexical)
    except ValueError:
        return None


def format_day(lexical: str, language: str) -> FormattedValue:
    """Return a date of any precision (2018, 2018-03, 2018-03-19) in words, beside its lexical form."""
    return FormattedValue(format_date(lexical, language), date=lexical)


def _format_iri(iri: str, language: str, labels: Mapping[str, str]) -> FormattedValue:
    path, label = local_path(iri), labels.get(iri)
    tongue = foreign(label, language)
    if path is not None:
        text = label or path.removeprefix("/").removeprefix("claim/")
        return FormattedValue(text, href=link(page_path(iri) or path), language=tongue)
    if host_of(iri):
        return FormattedValue(label or compact(iri), href=iri, external=True, language=tongue)
    return FormattedValue(iri)


def _coordinates(wkt: str, language: str) -> str:
    point = parse_point(wkt)
    return "; ".join(format_number(f"{degrees:.2f}", language) for degrees in point) if point else wkt


def compact(iri: str) -> str:
    """Return the IRI with the prefix that fits best (``kk:party``), or as it is."""
    fitting = [(base, prefix) for prefix, base in PREFIXES.items() if iri.startswith(base)]
    if not fitting:
        return iri
    base, prefix = max(fitting, key=lambda pair: len(pair[0]))
    local = iri.removeprefix(base)
    return f"{prefix}:{local}" if local and "/" not in local else iri


@lru_cache(_LABELS_KEPT)
def property_label(iri: str, language: str) -> str:
    """Return the word for a property: from our ontology, from the texts, else its local name in words."""
    return ontology_label(iri, language) or term(compact(iri), language) or _words(re.split("[/#:]", iri)[-1])


def column_label(name: str, language: str) -> str:
    """Return the heading of a column: from the texts, our property of that name, or the name in words."""
    label = term(name, language) or ontology_label(str(KK[name]), language) or _words(name)
    return label[:1].upper() + label[1:]


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("-", " ").replace("_", " ")
    return spaced.lower() if spaced[1:] != spaced[1:].upper() else spaced
