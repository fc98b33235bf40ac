"""Quality as pages: the known issues of a release, and the sources with what others say of the same pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind
from endpoint.engine.results import Cell
from endpoint.errors import NotFound
from endpoint.questions.page import SUFFIXES
from endpoint.serving.pinned import find_kept
from endpoint.show.labels import concept_label
from endpoint.show.lookup import ask, prefix_lines
from endpoint.show.present import Download, Shown, language, link, local_path, page_path, show
from endpoint.show.present import respond as respond_page
from endpoint.show.texts.texts import translate
from endpoint.sparql import answer as sparql
from endpoint.sparql.negotiation import prefers_html
from graph.downloads.quality import ORIGINS, RULE, Issue, read_table
from graph.model.iris import concept_iri
from graph.store.releases import Release
from ontology import PREFIXES, rules

blueprint = Blueprint("quality", __name__)

ISSUES = "issues.csv"
ISSUES_SHOWN = 300
"""A page lists no more issues of one origin than this, and says so; the downloads hold all."""
_TWINS = {"text/csv": ISSUES, "text/turtle": "issues.ttl"}

SOURCES_QUERY = (
    prefix_lines({name: PREFIXES[name] for name in ("kk", "dcterms", "verdict")})
    + """

SELECT ?title ?publisher ?kind ?issued ?claims (COALESCE(?named, 0) AS ?pairs)
       (COALESCE(?shared, 0) AS ?confirmed) (COALESCE(?doubted, 0) AS ?doubts) ?source ?url
WHERE {
  { SELECT ?source (COUNT(?claim) AS ?claims) WHERE { ?claim kk:source ?source } GROUP BY ?source }
  ?source kk:sourceType ?kind ; dcterms:title ?title ; dcterms:identifier ?url .
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


@dataclass(frozen=True)
class KindRow:
    """One line of the count of issues: numbers by collection, and of all (each issue once)."""

    origin: str
    kind: str
    label: str
    href: str
    numbers: Mapping[str, int]
    total: int


@dataclass(frozen=True)
class IssueRow:
    """One issue as a page lists it."""

    kind: str
    thing: Shown | None
    verdict: Shown | None
    where: str
    claims: Sequence[Shown]
    note: str


@dataclass(frozen=True)
class SourceRow:
    """One source as a page lists it, or a kind of source as a whole."""

    source: Shown
    kind: Shown | None = None
    publisher: str = ""
    issued: Shown | None = None
    sources: int = 1
    claims: int = 0
    pairs: int = 0
    confirmed: int = 0
    doubts: int = 0

    @property
    def share(self) -> int:
        """Return how many per cent of the pairs others name too."""
        return round(100 * self.confirmed / self.pairs) if self.pairs else 0


@blueprint.get("/data/<release_id>/issues")
def show_issues(release_id: str) -> Response:
    """Answer /data/<id>/issues : what is known to be wrong, by kind and collection; as CSV or Turtle too."""
    release = find_kept(release_id)
    if not prefers_html(request.accept_mimetypes):
        best = request.accept_mimetypes.best_match(list(_TWINS), "text/csv")
        response = Response(status=HTTPStatus.SEE_OTHER)
        response.headers["Location"] = f"/data/{release.id}/{_TWINS[best]}"
        response.vary.add("Accept")
        return response
    lang, issues = language(), _read_issues(release)
    wanted = _only_wanted(issues)
    return respond_page(
        "releases/issues.html",
        heading=translate("issues.heading", lang, id=release.id),
        shown=release,
        collections=sorted({name for one in issues for name in one.collection.split(";") if name}),
        titles={entry["name"]: entry["title"][lang] for entry in release.manifest.get("collections", ())},
        groups=_group_kinds(issues, f"/data/{release.id}/issues", lang),
        lists=[_list_issues(origin, wanted, lang) for origin in ORIGINS],
        count=len(wanted),
        all_count=len(issues),
        downloads=[
            Download("CSV", "text/csv", f"/data/{release.id}/{ISSUES}"),
            Download("Turtle", "text/turtle", f"/data/{release.id}/issues.ttl"),
        ],
    )


@blueprint.get("/sources")
@blueprint.get(f"/sources.<any({','.join(SUFFIXES)}):suffix>")
def show_sources(suffix: str | None = None) -> Response:
    """Answer /sources : every source with its claims and what others say of its pairs; a page or a table."""
    if suffix is not None or not prefers_html(request.accept_mimetypes, QueryKind.SELECT):
        return sparql.respond(SOURCES_QUERY, lane=Lane.PAGES, format_name=suffix)
    lang, asked = language(), request.args.get("kind", "")
    rows = [_source_row(row, lang) for row in ask(SOURCES_QUERY).rows]
    kinds = _by_kind(rows)
    wanted = _kind(asked, lang) if asked else None
    chosen = [row for row in rows if wanted is None or row.kind == wanted]
    return respond_page(
        "releases/sources.html",
        heading=translate("sources.heading", lang),
        kinds=kinds,
        most=max((row.claims for row in kinds), default=1),
        rows=chosen,
        wanted=wanted,
        downloads=[Download(name.upper(), "", f"/sources.{name}") for name in SUFFIXES],
        sparql=SOURCES_QUERY,
    )


def _read_issues(release: Release) -> list[Issue]:
    try:
        return read_table(release.file(ISSUES).read_bytes())
    except (KeyError, OSError) as exc:
        raise NotFound(f"release {release.id} keeps no list of its issues") from exc


def _only_wanted(issues: Sequence[Issue]) -> list[Issue]:
    """Return the issues that ``?origin=``, ``?kind=`` and ``?collection=`` leave."""
    origin, kind, collection = (request.args.get(name, "") for name in ("origin", "kind", "collection"))
    return [
        one
        for one in issues
        if origin in {"", one.origin}
        and kind in {"", one.kind}
        and (not collection or collection in one.collection.split(";"))
    ]


def _list_issues(origin: str, wanted: Sequence[Issue], lang: str) -> tuple[str, int, list[IssueRow]]:
    """Return an origin with how many issues it has, and the first of them."""
    own = [one for one in wanted if one.origin == origin]
    return origin, len(own), [_issue_row(one, lang) for one in own[:ISSUES_SHOWN]]


def _group_kinds(issues: Sequence[Issue], path: str, lang: str) -> list[tuple[str, list[KindRow]]]:
    totals = Counter((one.origin, one.kind) for one in issues)
    numbers: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in issues:
        numbers[one.origin, one.kind].update(filter(None, one.collection.split(";")))
    groups = []
    for origin in ORIGINS:
        rows = [
            KindRow(
                origin,
                kind,
                _kind_label(origin, kind, lang),
                link(path, origin=origin, kind=kind),
                numbers[origin, kind],
                total,
            )
            for (own, kind), total in totals.items()
            if own == origin
        ]
        groups.append((origin, sorted(rows, key=lambda row: (-row.total, row.label))))
    return [(origin, rows) for origin, rows in groups if rows]


def _kind_label(origin: str, kind: str, lang: str) -> str:
    """Return the words for a kind of issue; rules have their title in English alone."""
    if origin != RULE:
        return concept_label(concept_iri("issue", kind), lang)
    return next((rule.title for rule in rules() if rule.name == kind), kind)


def _issue_row(one: Issue, lang: str) -> IssueRow:
    name = one.thing_id if lang == "id" else one.thing_en
    where = translate("issues.line", lang, file=one.file, line=one.line) if one.file else ""
    verdict = concept_iri("verdict", one.verdict)
    return IssueRow(
        kind=_kind_label(one.origin, one.kind, lang),
        thing=_thing(one.thing, name) if one.thing else None,
        verdict=Shown(concept_label(verdict, lang)) if one.verdict else None,
        where=where,
        claims=[Shown(claim, href=link(f"/claim/{claim}.html")) for claim in one.claims.split(";") if claim],
        note=one.note,
    )


def _thing(iri: str, name: str) -> Shown:
    path = page_path(iri)
    return Shown(
        name or (local_path(iri) or iri).removeprefix("/"), href=link(path) if path else iri, outside=not path
    )


def _kind(slug: str, lang: str) -> Shown:
    iri = concept_iri("source-type", slug)
    return Shown(concept_label(iri, lang), href=link("/sources", kind=slug))


def _source_row(row: Mapping[str, Cell], lang: str) -> SourceRow:
    source = row["source"].value
    return SourceRow(
        source=show(row["source"], lang, {source: row["title"].value}),
        kind=_kind(row["kind"].value.rsplit("/", 1)[1], lang),
        publisher=row["publisher"].value if "publisher" in row else "",
        issued=show(row["issued"], lang, {}) if "issued" in row else None,
        claims=int(row["claims"].value),
        pairs=int(row["pairs"].value),
        confirmed=int(row["confirmed"].value),
        doubts=int(row["doubts"].value),
    )


def _by_kind(rows: Sequence[SourceRow]) -> list[SourceRow]:
    """Return the sums of each kind of source, the most claims first. A pair counts once for each source."""
    groups: dict[Shown, list[SourceRow]] = defaultdict(list)
    for row in rows:
        if row.kind is not None:
            groups[row.kind].append(row)
    sums = [
        SourceRow(
            source=kind,
            sources=len(own),
            claims=sum(row.claims for row in own),
            pairs=sum(row.pairs for row in own),
            confirmed=sum(row.confirmed for row in own),
            doubts=sum(row.doubts for row in own),
        )
        for kind, own in groups.items()
    ]
    return sorted(sums, key=lambda row: (-row.claims, row.source.text))
