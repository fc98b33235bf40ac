"""The known issues of a release: counted by kind and collection, and listed by origin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from endpoint.errors import NotFound
from endpoint.releases import summary
from endpoint.serving.pinned import find_kept
from endpoint.show.addresses import LANGUAGE, language, link, local_path, page_path
from endpoint.show.lookup import concept_label
from endpoint.show.rendering import Download, respond
from endpoint.show.tables import read_choice
from endpoint.show.texts import translate
from endpoint.show.values import FormattedValue
from endpoint.sparql.negotiation import prefers_html
from graph.downloads.quality import ORIGINS, RULE, Issue, read_table
from graph.errors import ParameterError
from graph.model.iris import concept_iri
from graph.store.releases import Release
from ontology import concepts, rules
from queries.mistakes import Mistake

blueprint = Blueprint("issues", __name__)

ISSUES_SHOWN = 300
"""A page lists no more issues of one origin than this, and says so; the downloads hold all."""
_ORIGIN, _KIND, _COLLECTION = "origin", "kind", "collection"
_FILE_OF = {"text/csv": summary.ISSUES, "text/turtle": "issues.ttl"}


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
    """One issue as a page lists it; `where` is the line of a table, empty for what is of no table."""

    kind: str
    thing: FormattedValue | None
    verdict: FormattedValue | None
    where: str
    claims: Sequence[FormattedValue]
    note: str


@blueprint.get("/data/<release_id>/issues")
def show_issues(release_id: str) -> Response:
    """Answer /data/<id>/issues : what is known to be wrong, by kind and collection; as CSV or Turtle too."""
    release = find_kept(release_id)
    if not prefers_html(request.accept_mimetypes):
        return _see_file(release)
    lang, issues = language(), _read_issues(release)
    wanted = _filter_issues(issues, release)
    return respond(
        "releases/issues.html",
        heading=translate("issues.heading", lang, id=release.id),
        shown=release,
        collections=sorted({name for issue in issues for name in _collections_of(issue)}),
        titles={entry["name"]: entry["title"][lang] for entry in release.manifest.get("collections", ())},
        groups=_count_kinds(issues, f"/data/{release.id}/issues", lang),
        lists=[_list_issues(origin, wanted, lang) for origin in ORIGINS],
        count=len(wanted),
        all_count=len(issues),
        downloads=[
            Download("CSV", "text/csv", f"/data/{release.id}/{summary.ISSUES}"),
            Download("Turtle", "text/turtle", f"/data/{release.id}/issues.ttl"),
        ],
    )


def _see_file(release: Release) -> Response:
    """Return 303 to the file of issues that a program prefers; who asks for some of them is refused."""
    for name, value in request.args.items():
        if value and name != LANGUAGE:
            raise ParameterError(name[:50], value[:50], Mistake.UNKNOWN, query="/issues.*", choices="-")
    best = request.accept_mimetypes.best_match(list(_FILE_OF), "text/csv")
    response = Response(status=HTTPStatus.SEE_OTHER)
    response.headers["Location"] = f"/data/{release.id}/{_FILE_OF[best]}"
    response.vary.add("Accept")
    return response


def _read_issues(release: Release) -> list[Issue]:
    try:
        return read_table(release.read(summary.ISSUES))
    except KeyError as exc:
        raise NotFound(f"release {release.id} keeps no list of its issues") from exc


def _collections_of(issue: Issue) -> list[str]:
    return [name for name in issue.collection.split(";") if name]


def _filter_issues(issues: Sequence[Issue], release: Release) -> list[Issue]:
    """Return the issues that ``?origin=``, ``?kind=`` and ``?collection=`` leave, which may be none.

    Raises ParameterError for what the release does not know.
    """
    names = {entry["name"] for entry in release.manifest.get("collections", ())}
    origin = read_choice(_ORIGIN, ORIGINS)
    kind = read_choice(_KIND, {*concepts("issue"), *(issue.kind for issue in issues)})
    collection = read_choice(_COLLECTION, names.union(*map(_collections_of, issues)))
    return [
        issue
        for issue in issues
        if origin in {"", issue.origin}
        and kind in {"", issue.kind}
        and (not collection or collection in _collections_of(issue))
    ]


def _list_issues(origin: str, issues: Sequence[Issue], lang: str) -> tuple[str, int, list[IssueRow]]:
    """Return an origin with how many issues it has, and the first of them."""
    of_origin = [issue for issue in issues if issue.origin == origin]
    return origin, len(of_origin), [_issue_row(issue, lang) for issue in of_origin[:ISSUES_SHOWN]]


def _count_kinds(issues: Sequence[Issue], path: str, lang: str) -> list[tuple[str, list[KindRow]]]:
    """Return (origin, rows) of the origins that have issues, the kinds with most issues first."""
    totals = Counter((issue.origin, issue.kind) for issue in issues)
    numbers: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for issue in issues:
        numbers[issue.origin, issue.kind].update(_collections_of(issue))
    rows = [
        KindRow(
            origin,
            kind,
            _kind_label(origin, kind, lang),
            link(path, origin=origin, kind=kind),
            numbers[origin, kind],
            total,
        )
        for (origin, kind), total in totals.items()
    ]
    rows.sort(key=lambda row: (-row.total, row.label))
    groups = [(origin, [row for row in rows if row.origin == origin]) for origin in ORIGINS]
    return [(origin, of_origin) for origin, of_origin in groups if of_origin]


def _kind_label(origin: str, kind: str, lang: str) -> str:
    """Return the words for a kind of issue; rules have their title in English alone."""
    if origin != RULE:
        return concept_label(concept_iri("issue", kind), lang)
    return next((rule.title for rule in rules() if rule.name == kind), kind)


def _issue_row(issue: Issue, lang: str) -> IssueRow:
    label = issue.thing_id if lang == "id" else issue.thing_en
    verdict = concept_iri("verdict", issue.verdict)
    claims = [claim for claim in issue.claims.split(";") if claim]
    return IssueRow(
        kind=_kind_label(issue.origin, issue.kind, lang),
        thing=_format_thing(issue.thing, label) if issue.thing else None,
        verdict=FormattedValue(concept_label(verdict, lang)) if issue.verdict else None,
        where=translate("issues.line", lang, file=issue.file, line=issue.line) if issue.file else "",
        claims=[FormattedValue(claim, href=link(f"/claim/{claim}.html")) for claim in claims],
        note=issue.note,
    )


def _format_thing(iri: str, label: str) -> FormattedValue:
    path = page_path(iri)
    text = label or (local_path(iri) or iri).removeprefix("/")
    return FormattedValue(text, href=link(path) if path else iri, external=not path)
