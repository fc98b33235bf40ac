"""The sources of the release: what each says, and how far others say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.questions.formats.spreadsheet_text import GUARD, MARK, find_text_form
from endpoint.questions.forms import Field, Option
from endpoint.questions.page import WRITTEN
from endpoint.serving.current import service
from endpoint.show.addresses import LANGUAGE, language, link
from endpoint.show.lookup import Row, ask, concept_label, prefix_lines, text_of
from endpoint.show.release import list_collections
from endpoint.show.rendering import Download, respond
from endpoint.show.tables import read_choice, read_paging
from endpoint.show.texts import language_name, translate
from endpoint.show.values import FormattedValue, format_value
from endpoint.sparql import answer as sparql
from endpoint.sparql.negotiation import prefers_html
from graph.errors import ParameterError
from graph.model.iris import concept_iri
from ontology import PREFIXES, concepts
from queries.mistakes import Mistake

blueprint = Blueprint("sources", __name__)

SOURCES_QUERY = (
    prefix_lines({name: PREFIXES[name] for name in ("kk", "dcterms", "verdict")})
    + """

SELECT ?title ?publisher ?kind ?issued ?claims (COALESCE(?named, 0) AS ?pairs)
       (COALESCE(?shared, 0) AS ?confirmed) (COALESCE(?doubted, 0) AS ?doubts) ?source ?url
WHERE {
  { SELECT ?source (COUNT(?claim) AS ?claims) WHERE { ?claim kk:source ?source } GROUP BY ?source }
  ?source kk:sourceType ?kind ; dcterms:title|kk:describedAs ?title ; dcterms:identifier ?url .
  OPTIONAL { ?source dcterms:publisher ?publisher }
  OPTIONAL { ?source dcterms:issued ?issued }
  OPTIONAL {
    SELECT ?source (COUNT(?pair) AS ?named) (SUM(?several) AS ?shared)
    WHERE {
      { SELECT DISTINCT ?source ?pair WHERE {
          { SELECT ?claim ?source WHERE { ?claim kk:source ?source } }
          { SELECT ?claim ?pair WHERE { ?claim kk:about ?pair } }
          { SELECT ?pair WHERE { { ?pair a kk:Partnership } UNION { ?pair a kk:ClaimedPartnership } } }
          MINUS { ?claim kk:denies true } } }
      { SELECT ?pair ?several WHERE {
          ?pair kk:sourceCount ?all .
          OPTIONAL {
            SELECT ?pair (COUNT(DISTINCT ?denier) AS ?deniers)
            WHERE {
              ?denial kk:denies true ; kk:about ?pair ; kk:source ?denier .
              FILTER NOT EXISTS {
                ?other kk:about ?pair ; kk:source ?denier . FILTER NOT EXISTS { ?other kk:denies true } }
            } GROUP BY ?pair
          }
          BIND(IF(?all - COALESCE(?deniers, 0) > 1, 1, 0) AS ?several) } }
    } GROUP BY ?source
  }
  OPTIONAL {
    SELECT ?source (COUNT(DISTINCT ?assessment) AS ?doubted)
    WHERE {
      ?assessment kk:assesses ?claim ; kk:verdict ?verdict . ?claim kk:source ?source .
      FILTER(?verdict != verdict:supported)
    } GROUP BY ?source
  }
}
ORDER BY DESC(?claims) ?title ?source"""
)
"""Every source with its claims, the pairs it names, those that others name too, and the doubts."""
_TRAITS = """SELECT ?source ?graph ?language ?own WHERE {
  GRAPH ?graph { ?source a kk:Source } OPTIONAL { ?source dcterms:language ?language }
  OPTIONAL { ?source dcterms:title ?own } } ORDER BY ?graph"""
"""Where a source is described, what it is written in, and the title that it has itself."""
_TEXT, _KIND, _COLLECTION, _LANGUAGE = "q", "kind", "collection", "language"
"""What the list may be narrowed down by."""
_MOST_LETTERS = 100


@dataclass(frozen=True)
class SourceRow:
    """One source as a page lists it, or a kind of source as a whole.

    `source` has the title; where nobody knows one, the publisher, and `beside` it what we call it (R12).
    `pairs` are those that the source names, `confirmed` those of them that others name too; `doubts` are the
    assessments that do not support one of its claims.
    """

    source: FormattedValue
    kind: FormattedValue | None = None
    beside: str = ""
    collection: str = ""
    language: str = ""
    issued: FormattedValue | None = None
    sources: int = 1
    claims: int = 0
    pairs: int = 0
    confirmed: int = 0
    doubts: int = 0

    @property
    def share(self) -> int:
        """Return how many per cent of the pairs others name too."""
        return round(100 * self.confirmed / self.pairs) if self.pairs else 0


@blueprint.get("/sources")
@blueprint.get(f"/sources.<any({','.join(WRITTEN)}):suffix>")
def show_sources(suffix: str | None = None) -> Response:
    """Answer /sources : every source with its claims and what others say of its pairs; a page or a table."""
    if suffix is not None or not prefers_html(request.accept_mimetypes, QueryKind.SELECT):
        _refuse_parts()
        reading, form = trust(SOURCES_QUERY, QueryKind.SELECT), find_text_form(request.args)
        return sparql.respond(request, reading, lane=Lane.PAGES, format_name=suffix, form=form)
    lang = language()
    traits = {row["source"].value: row for row in ask(_TRAITS).rows}
    rows = [_source_row(row, traits[row["source"].value], lang) for row in ask(SOURCES_QUERY).rows]
    kinds, values = _sum_by_kind(rows), _read_values(rows)
    wanted = {name: value for name, value in values.items() if value}
    chosen = [row for row in rows if all(_FACETS[name](row, value) for name, value in wanted.items())]
    paging = read_paging(len(chosen))
    return respond(
        "releases/sources.html",
        heading=translate("sources.heading", lang),
        kinds=kinds,
        most=max((row.claims for row in kinds), default=1),
        paging=paging,
        rows=chosen[paging.skipped : paging.last],
        fields=_form_fields(rows, kinds, values, lang),
        wanted=values[_KIND],
        narrowed=bool(wanted),
        downloads=[Download(name.upper(), "", f"/sources.{name}") for name in WRITTEN],
        sparql=SOURCES_QUERY,
    )


def _read_values(rows: Sequence[SourceRow]) -> dict[str, str]:
    """Return what each facet asks for; raises ParameterError for what the release does not know."""
    names = {entry["name"] for entry in service().release.manifest.get("collections", ())}
    return {
        _TEXT: request.args.get(_TEXT, ""),
        _KIND: read_choice(_KIND, {*concepts("source-type"), *(_slug(row.kind) for row in rows)}),
        _COLLECTION: read_choice(_COLLECTION, {*names, *(row.collection for row in rows)}),
        _LANGUAGE: read_choice(_LANGUAGE, (row.language for row in rows)),
    }


def _refuse_parts() -> None:
    """Refuse to give all sources as a table to who asks for some of them, or for what we do not know."""
    for name, value in request.args.items():
        if value and name not in {MARK, GUARD, LANGUAGE}:
            choices = f"{MARK}, {GUARD}"
            raise ParameterError(name[:50], value[:50], Mistake.UNKNOWN, query="/sources.*", choices=choices)


def _slug(kind: FormattedValue | None) -> str:
    return kind.href.partition(f"{_KIND}=")[2].partition("&")[0] if kind else ""


def _has_text(row: SourceRow, text: str) -> bool:
    return text[:_MOST_LETTERS].casefold() in f"{row.source.text} {row.beside}".casefold()


_FACETS: dict[str, Callable[[SourceRow, str], bool]] = {
    _TEXT: _has_text,
    _KIND: lambda row, value: _slug(row.kind) == value,
    _COLLECTION: lambda row, value: row.collection == value,
    _LANGUAGE: lambda row, value: row.language == value,
}
"""Whether a source is one of those asked for, by the parameter that asks."""


def _form_fields(
    rows: Sequence[SourceRow], kinds: Sequence[SourceRow], values: Mapping[str, str], lang: str
) -> list[Field]:
    """Return the fields that narrow the list down, each with the values that some source has."""
    titles = {collection.name: collection.title for collection in list_collections(service().release, lang)}
    options = {
        _KIND: [(_slug(row.source), row.source.text) for row in kinds],
        _COLLECTION: [(name, titles.get(name, name)) for name in {row.collection for row in rows}],
        _LANGUAGE: [(code, language_name(code, lang)) for code in {row.language for row in rows} if code],
    }
    fields = [Field(_TEXT, translate("sources.contains", lang), "search", values[_TEXT], required=False)]
    for name, pairs in options.items():
        chosen = tuple(Option(*pair) for pair in sorted(pairs, key=lambda pair: pair[1].casefold()))
        fields.append(Field(name, translate(f"sources.{name}", lang), "select", values[name], False, chosen))
    return fields


def _source_row(row: Row, traits: Row, lang: str) -> SourceRow:
    title, publisher = row["title"].value, text_of(row, "publisher")
    heads = "own" in traits or not publisher
    tongue = text_of(traits, "language") if "own" in traits else ""
    link_text = (title, tongue if tongue != lang else "") if heads else (publisher, "")
    return SourceRow(
        source=format_value(row["source"], lang, {}).with_text(*link_text),
        beside=publisher if heads else title,
        kind=_format_kind(row["kind"].value.rsplit("/", 1)[1], lang),
        collection=text_of(traits, "graph").rpartition("/")[2],
        language=text_of(traits, "language"),
        issued=format_value(row["issued"], lang, {}) if "issued" in row else None,
        claims=int(row["claims"].value),
        pairs=int(row["pairs"].value),
        confirmed=int(row["confirmed"].value),
        doubts=int(row["doubts"].value),
    )


def _format_kind(slug: str, lang: str) -> FormattedValue:
    """Return a kind of source as a link to the sources of that kind."""
    iri = concept_iri("source-type", slug)
    return FormattedValue(concept_label(iri, lang), href=link("/sources", kind=slug))


def _sum_by_kind(rows: Sequence[SourceRow]) -> list[SourceRow]:
    """Return the sums of each kind of source, the most claims first. A pair counts once for each source."""
    by_kind: dict[FormattedValue, list[SourceRow]] = defaultdict(list)
    for row in rows:
        if row.kind is not None:
            by_kind[row.kind].append(row)
    sums = [
        SourceRow(
            source=kind,
            sources=len(sources),
            claims=sum(row.claims for row in sources),
            pairs=sum(row.pairs for row in sources),
            confirmed=sum(row.confirmed for row in sources),
            doubts=sum(row.doubts for row in sources),
        )
        for kind, sources in by_kind.items()
    ]
    return sorted(sums, key=lambda row: (-row.claims, row.source.text))
