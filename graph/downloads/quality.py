"""Quality as data: every problem that is known of a release, in one table and as RDF.

Three kinds: rows of the tables that became no claim or not whole, things that break a rule that should
hold, and assessments of claims. Vocabularies: https://www.w3.org/TR/vocab-dqv/, https://www.w3.org/TR/shacl/,
https://www.w3.org/TR/annotation-vocab/, https://www.w3.org/TR/tabular-metadata/ (rows).
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from graph.downloads.describe.publication import file_iri, release_iri
from graph.downloads.tables.issues import TABLE
from graph.downloads.tables.schema.parquet import write_typed
from graph.downloads.turtle import write_turtle
from graph.model.claims import LoadedCollection
from graph.model.conclusions import Assessment, Model
from graph.model.iris import iri
from graph.model.terms import LABEL, A, Triple, concept, integer, node, resource, text
from graph.store.files import ReleaseFile, write_file
from ontology import PREFIXES, SH, Breach

DQV = "http://www.w3.org/ns/dqv#"
OA = "http://www.w3.org/ns/oa#"
CSVW = "http://www.w3.org/ns/csvw#"

ROW, RULE, BUILD, CURATOR = "row", "rule", "build", "curator"
ORIGINS = (ROW, RULE, BUILD, CURATOR)
"""Where an issue comes from: a row without a claim, a rule, an assessment by the build, one by a person."""

_METRICS = {
    ROW: ("Rows that became no claim, or not whole", "Baris yang tidak, atau tidak utuh, menjadi klaim"),
    RULE: ("Things that break a rule that should hold", "Hal yang melanggar aturan yang semestinya berlaku"),
    BUILD: ("Assessments made by the build", "Penilaian oleh sistem"),
    CURATOR: ("Assessments made by hand", "Penilaian oleh kurator"),
}


@dataclass(frozen=True)
class Issue:
    """One line of issues.csv.

    `kind` is a slug of vocab/issue, or the name of a rule; `verdict` only for assessments. `thing` is an
    IRI with its labels, `claims` and `collection` are names joined by ``;``. `file`, `line` (1 is the
    header) and `row` say where a row stands. What does not apply is empty.
    """

    origin: str
    collection: str
    kind: str
    verdict: str
    thing: str
    thing_en: str
    thing_id: str
    claims: str
    file: str
    line: str
    row: str
    note: str


COLUMNS = TABLE.names


def write_issues(release_id: str, issues: Sequence[Issue], folder: Path) -> list[ReleaseFile]:
    """Write the issues as CSV, Parquet and Turtle and return what the manifest states of them.

    The same arguments give the same bytes.
    """
    turtle = write_turtle(describe_issues(release_id, issues), _prefixes())
    return [
        write_file(folder, "issues.csv", write_table(issues), "text/csv", "issues"),
        write_typed(TABLE, folder, "issues"),
        write_file(folder, "issues.ttl", turtle, "text/turtle", "issues"),
    ]


@dataclass(frozen=True)
class Noted:
    """What is known before the rules are asked: issues of rows and claims, without the labels of things.

    `about` gives for each claim the IRIs of what it is about.
    """

    issues: Sequence[Issue]
    about: Mapping[str, Sequence[str]]


def note_issues(model: Model, collections: Sequence[LoadedCollection]) -> Noted:
    """Return the issues of rows, and the assessments by the build and by hand."""
    assessed = (_assessment_issue(assessment, model) for assessment in model.assessments)
    return Noted([*_row_issues(collections), *assessed], model.about)


def find_issues(noted: Noted, breaches: Iterable[Breach], quads: Iterable[Quad]) -> list[Issue]:
    """Return all issues: rows, rules, assessments by the build, then by hand; each group by its values.

    `quads` give the labels of things.
    """
    found = [*noted.issues, *_rule_issues(breaches, _claims_by_thing(noted.about))]
    labels = _labels({issue.thing for issue in found}, quads)
    labelled = (_with_labels(issue, labels.get(issue.thing, {})) for issue in found)
    return sorted(labelled, key=lambda issue: (ORIGINS.index(issue.origin), *asdict(issue).values()))


def write_table(issues: Iterable[Issue]) -> bytes:
    """Return issues as CSV, UTF-8, one line each under the columns of `COLUMNS`."""
    text_file = io.StringIO()
    table = csv.writer(text_file, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows(asdict(issue).values() for issue in issues)
    return text_file.getvalue().encode()


def read_table(body: bytes) -> list[Issue]:
    """Return the issues of a table that `write_table` wrote."""
    rows = csv.DictReader(io.StringIO(body.decode(), newline=""))
    return [Issue(**{name: row[name] for name in COLUMNS}) for row in rows]


def count_issues(issues: Iterable[Issue]) -> dict[tuple[str, str], int]:
    """Return the number of issues by origin and kind, in the order of `ORIGINS`, then of kinds."""
    counts = Counter((issue.origin, issue.kind) for issue in issues)
    return dict(sorted(counts.items(), key=lambda item: (ORIGINS.index(item[0][0]), item[0][1])))


def _issue(origin: str, **values: str) -> Issue:
    return Issue(**(dict.fromkeys(COLUMNS, "") | values | {"origin": origin}))


def _row_issues(collections: Iterable[LoadedCollection]) -> Iterator[Issue]:
    for collection in collections:
        for row in collection.issues:
            yield _issue(
                ROW,
                collection=row.collection,
                kind=row.kind,
                file=row.file,
                line=str(row.line),
                row=row.row,
                note=row.reason,
            )


def _rule_issues(breaches: Iterable[Breach], about: Mapping[str, Sequence[str]]) -> Iterator[Issue]:
    for breach in breaches:
        for row in breach.rows:
            thing = row.get("thing", "")
            claims = about.get(thing, ())
            details = [value for name in ("detail", "value") if (value := row.get(name))]
            yield _issue(
                RULE,
                collection=_collections_of(claims),
                kind=breach.rule.name,
                thing=thing,
                claims=";".join(claims),
                note="; ".join([breach.rule.title, *details]),
            )


def _assessment_issue(assessment: Assessment, model: Model) -> Issue:
    things = [thing for claim in assessment.assesses for thing in model.about.get(claim, ())]
    return _issue(
        str(assessment.maker),
        collection=_collections_of(assessment.assesses),
        kind=assessment.issue,
        verdict=assessment.verdict,
        thing=assessment.about or _choose_thing(things),
        claims=";".join(assessment.assesses),
        note=assessment.note,
    )


def _choose_thing(things: Sequence[str]) -> str:
    """Return the partnership among the things that a claim is about, else the first, else nothing."""
    pairs = [thing for thing in things if thing.startswith(iri("partnership", ""))]
    return next(iter(pairs or things), "")


def _collections_of(claims: Iterable[str]) -> str:
    return ";".join(sorted({claim.split("/")[0] for claim in claims}))


def _claims_by_thing(about: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for claim, things in sorted(about.items()):
        found[iri("claim", claim)].append(claim)
        for thing in things:
            found[thing].append(claim)
    return found


def _labels(things: set[str], quads: Iterable[Quad]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in quads:
        subject, label = quad.subject, quad.object
        if quad.predicate != LABEL or not isinstance(subject, NamedNode) or subject.value not in things:
            continue
        if isinstance(label, Literal):
            found[subject.value][label.language or ""] = label.value
    return found


def _with_labels(issue: Issue, labels: Mapping[str, str]) -> Issue:
    return Issue(
        **(asdict(issue) | {f"thing_{language}": labels.get(language, "") for language in ("en", "id")})
    )


def _prefixes() -> dict[str, str]:
    shared = {name: PREFIXES[name] for name in ("dcterms", "prov", "rdfs")}
    return shared | {"sh": str(SH), "dqv": DQV, "oa": OA, "csvw": CSVW}


def describe_issues(release_id: str, issues: Sequence[Issue]) -> Iterator[Triple]:
    """Yield the rows as quality annotations, the rules as a SHACL report, and the numbers of each kind.

    The assessments themselves are in the graph (kk:Assessment) and only counted here.
    """
    document = file_iri(release_id, "issues.ttl")
    broken = [issue for issue in issues if issue.origin == RULE]
    report = node(f"{document}#report")
    yield report, A, node(SH["ValidationReport"])
    yield report, node(SH["conforms"]), Literal(not broken)
    results = {node(f"{document}#{issue.kind}-{n}"): issue for n, issue in enumerate(broken, start=1)}
    yield from ((report, node(SH["result"]), result) for result in results)
    for result, issue in results.items():
        yield from _describe_breach(result, issue)
    for issue in issues:
        if issue.origin == ROW:
            yield from _describe_row(node(f"{document}#{issue.collection}-{issue.row}"), issue)
    yield from _describe_counts(document, release_id, issues)


def _describe_breach(subject: NamedNode, issue: Issue) -> Iterator[Triple]:
    yield subject, A, node(SH["ValidationResult"])
    yield subject, node(SH["resultSeverity"]), node(SH["Warning"])
    yield subject, node(SH["sourceConstraintComponent"]), node(SH["SPARQLConstraintComponent"])
    yield subject, node(PREFIXES["dcterms"] + "identifier"), text(issue.kind)
    if issue.thing:
        yield subject, node(SH["focusNode"]), node(issue.thing)
    yield subject, node(SH["resultMessage"]), text(issue.note, "en")
    for claim in filter(None, issue.claims.split(";")):
        yield subject, node(PREFIXES["prov"] + "wasDerivedFrom"), resource("claim", claim)


def _describe_row(subject: NamedNode, issue: Issue) -> Iterator[Triple]:
    yield subject, A, node(DQV + "QualityAnnotation")
    yield subject, node(OA + "hasTarget"), resource("collection", issue.collection)
    yield subject, node(OA + "hasBody"), concept("issue", issue.kind)
    yield subject, node(PREFIXES["dcterms"] + "identifier"), text(issue.row)
    yield subject, node(PREFIXES["dcterms"] + "source"), text(issue.file)
    yield subject, node(CSVW + "rownum"), integer(int(issue.line))
    yield subject, node(PREFIXES["rdfs"] + "comment"), text(issue.note, "en")


def _describe_counts(document: str, release_id: str, issues: Iterable[Issue]) -> Iterator[Triple]:
    for origin, titles in _METRICS.items():
        metric = node(f"{document}#{origin}")
        yield metric, A, node(DQV + "Metric")
        yield from (
            (metric, LABEL, text(title, lang)) for title, lang in zip(titles, ("en", "id"), strict=True)
        )
    for (origin, kind), number in count_issues(issues).items():
        count = node(f"{document}#count-{origin}-{kind}")
        yield count, A, node(DQV + "QualityMeasurement")
        yield count, node(DQV + "computedOn"), node(release_iri(release_id))
        yield count, node(DQV + "isMeasurementOf"), node(f"{document}#{origin}")
        counted = text(kind) if origin == RULE else concept("issue", kind)
        yield count, node(PREFIXES["dcterms"] + "subject"), counted
        yield count, node(DQV + "value"), integer(number)
