"""The partnerships of a place, grouped by how they stand, each with its documents and its span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from endpoint.drawing.sphere import Position, position_of
from endpoint.drawing.timeline import POINT, Axis, Bar, make_axis
from endpoint.show.lookup import Row, Select, group_rows, text_of
from endpoint.show.texts import translate
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.parts.labels import label_cells
from endpoint.things.parts.pairs.standing import HERE, THERE, describe_side, describe_standing
from ontology import KK, VOCAB
from queries.terms import iri_term

GROUPS: dict[str, tuple[str, ...]] = {
    "active": ("active",),
    "resting": ("dormant", "suspended"),
    "listed": ("listed",),
    "unknown": ("unknown",),
    "intent": ("intent", "exploratory"),
    "ended": ("expired", "terminated", "superseded", "emeritus"),
    "claimed": (),
}
"""The groups in reading order, with the statuses that belong to each; claimed pairs have none."""

CLAIMED = "claimed"
_GROUP_OF = {status: group for group, statuses in GROUPS.items() for status in statuses}
_BARS = {
    "active": "solid",
    "resting": "fading",
    "listed": "fading",
    "unknown": "fading",
    "intent": POINT,
    "ended": "ended",
}
_DATES_DIFFER = "date-conflict"
_STATUS_DIFFERS = "status-conflict"
_NO_DATE = "9"
_MANY = 10
_FEW_DATED = 0.2
"""Of _MANY partners or more, so large a part must have a date for an axis of time to be drawn."""


@dataclass(frozen=True)
class Document:
    """One agreement in few words; `year` is empty where it has no date."""

    agreement: FormattedValue
    year: str


@dataclass(frozen=True)
class Partner:
    """One partnership, seen from one of its places; `bar` is None for a pair that is only claimed.

    `since_basis` is how `since` was worked out where no source states it; `standing` says in words how the
    pair stands, `side` whose list has it where only one side's does.
    """

    partner: FormattedValue
    country: FormattedValue | None
    partnership: FormattedValue
    relation: FormattedValue | None
    documents: tuple[Document, ...]
    since: FormattedValue | None
    since_basis: FormattedValue | None
    until: FormattedValue | None
    status: FormattedValue | None
    bar: Bar | None
    domains: tuple[FormattedValue, ...]
    sources: int
    dates_differ: bool
    status_differs: bool
    standing: str
    side: str
    position: Position | None


@dataclass(frozen=True)
class Group:
    """Partnerships that stand alike, in the order of their beginning; `key` is one of GROUPS."""

    key: str
    label: str
    partners: tuple[Partner, ...]


@dataclass(frozen=True)
class Partners:
    """All partnerships of a place, with the axis of their bars."""

    groups: tuple[Group, ...]
    axis: Axis

    @property
    def count(self) -> int:
        """Return how many there are, claimed ones among them."""
        return sum(len(group.partners) for group in self.groups)

    @property
    def is_sparse(self) -> bool:
        """Return whether so few of them have a date that an axis of time would be empty."""
        dated = sum(partner.bar is not None and partner.bar.kind != "dots" for partner in self._all())
        return self.count >= _MANY and dated < _FEW_DATED * self.count

    def by_country(self) -> list[tuple[str, list[tuple[Group, Partner]]]]:
        """Return the partners by the label of their country, those with most first, those of none last."""
        found: dict[str, list[tuple[Group, Partner]]] = {}
        for group in self.groups:
            for partner in group.partners:
                found.setdefault(partner.country.text if partner.country else "", []).append((group, partner))
        return sorted(found.items(), key=lambda item: (not item[0], -len(item[1]), item[0].casefold()))

    def _all(self) -> Iterator[Partner]:
        return (partner for group in self.groups for partner in group.partners)

    def domains(self) -> list[tuple[FormattedValue, int]]:
        """Return what the partnerships cover, with the number of each, the commonest first."""
        counts = Counter(domain for partner in self._all() for domain in partner.domains)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0].text.casefold()))


_PAIRS = """SELECT * WHERE {{
  ?partnership kk:party {place} , ?partner ; a ?class ; kk:sourceCount ?sources . FILTER(?partner != {place})
  OPTIONAL {{ ?partner kk:country ?country }}
  OPTIONAL {{ ?partnership kk:status ?status }}
  OPTIONAL {{ ?partnership kk:statusAsOf ?asOf }}
  OPTIONAL {{ ?partnership kk:since ?since }}
  OPTIONAL {{ ?partnership kk:sinceBasis ?sinceBasis }}
  OPTIONAL {{ ?partnership kk:until ?until }}
  OPTIONAL {{ ?partnership kk:relationType ?relation }}
  OPTIONAL {{ ?partner geo:hasGeometry/geo:asWKT ?point }}
}}"""
_DOCUMENTS = """SELECT ?partnership ?agreement ?type ?signed ?year WHERE {{
  ?partnership kk:party {place} ; kk:agreement ?agreement . ?agreement kk:documentType ?type .
  OPTIONAL {{ ?agreement kk:signedOn ?signed }} OPTIONAL {{ ?agreement kk:signedYear ?year }}
}} ORDER BY (!BOUND(?signed)) STR(?signed) ?agreement"""
_DOMAINS = """SELECT ?partnership ?domain WHERE {{
  ?partnership kk:party {place} ; kk:cooperationDomain ?domain }}"""
_CONFLICTS = """SELECT DISTINCT ?partnership ?issue WHERE {{
  ?partnership kk:party {place} ; kk:agreement? ?thing . ?assessment kk:about ?thing ; kk:issue ?issue }}"""
_LISTS = """SELECT DISTINCT ?partnership ?by WHERE {{
  ?partnership kk:party {place} . ?claim kk:about ?partnership ; kk:listedBy ?by .
  FILTER NOT EXISTS {{ ?claim kk:denies true }} }}"""


@dataclass(frozen=True)
class _Answers:
    """What the store says of the pairs of a place; all but `pairs` by partnership."""

    pairs: Sequence[Row]
    documents: Mapping[str, Sequence[Row]]
    domains: Mapping[str, Sequence[Row]]
    conflicts: Mapping[str, Sequence[Row]]
    lists: Mapping[str, Sequence[Row]]
    labels: Mapping[str, str]
    language: str

    def format(self, row: Row, name: str) -> FormattedValue | None:
        """Return the value of a variable for people, None when it is unbound."""
        return format_value(row[name], self.language, self.labels) if name in row else None


def read_partners(select: Select, iri: str, language: str, now: str) -> Partners | None:
    """Return the partnerships of a place, None when it has none; bars run to the date `now`."""
    answers = _ask(select, iri, language)
    if not answers.pairs:
        return None
    signed = (text_of(row, "signed") for rows in answers.documents.values() for row in rows)
    axis = make_axis([*(text_of(row, "since") for row in answers.pairs), *signed], now)
    groups = _group_pairs(answers.pairs)
    return Partners(
        tuple(
            Group(key, translate(f"partners.{key}", language), _sort_partners(rows, key, answers, axis))
            for key, rows in groups.items()
            if rows
        ),
        axis,
    )


def _ask(select: Select, iri: str, language: str) -> _Answers:
    queries = (_PAIRS, _DOCUMENTS, _DOMAINS, _CONFLICTS, _LISTS)
    pairs, *others = (select(query.format(place=iri_term(iri))).rows for query in queries)
    cells = (cell for rows in (pairs, *others) for row in rows for cell in row.values())
    labels = label_cells(select, cells, language) if pairs else {}
    documents, domains, conflicts, lists = (group_rows(rows, "partnership") for rows in others)
    return _Answers(pairs, documents, domains, conflicts, lists, labels, language)


def _group_pairs(pairs: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the pairs by the key of their group, in the order of GROUPS."""
    groups: dict[str, list[Row]] = {key: [] for key in GROUPS}
    for row in pairs:
        groups[group_of(row)].append(row)
    return groups


def group_of(row: Row) -> str:
    """Return the group of a pair by its class and status; raises KeyError for a status of no group."""
    if row["class"].value == str(KK.ClaimedPartnership):
        return CLAIMED
    if "status" not in row:
        return "unknown"
    return _GROUP_OF[row["status"].value.removeprefix(f"{VOCAB}status/")]


def _sort_partners(rows: Sequence[Row], group: str, answers: _Answers, axis: Axis) -> tuple[Partner, ...]:
    """Return the partners of one group by the beginning of the pair or its first document, then by label."""
    dated = []
    for row in rows:
        partner = _partner(row, group, answers, axis)
        begins = text_of(row, "since") or _first_signed(answers.documents.get(row["partnership"].value, ()))
        dated.append((begins or _NO_DATE, partner.partner.text.casefold(), partner))
    return tuple(partner for *_, partner in sorted(dated, key=lambda entry: entry[:2]))


def _partner(row: Row, group: str, answers: _Answers, axis: Axis) -> Partner:
    pair, language, labels = row["partnership"].value, answers.language, answers.labels
    issues = {conflict["issue"].value.rsplit("/", 1)[1] for conflict in answers.conflicts.get(pair, ())}
    domains = (format_value(domain["domain"], language, labels) for domain in answers.domains.get(pair, ()))
    documents = answers.documents.get(pair, ())
    partner, status = row["partner"], answers.format(row, "status")
    listing = {THERE if by["by"] == partner else HERE for by in answers.lists.get(pair, ())}
    return Partner(
        partner=format_value(partner, language, labels),
        country=answers.format(row, "country"),
        partnership=format_value(row["partnership"], language, labels),
        relation=answers.format(row, "relation"),
        documents=tuple(_document(document, answers) for document in documents),
        since=answers.format(row, "since"),
        since_basis=answers.format(row, "sinceBasis"),
        until=answers.format(row, "until"),
        status=status,
        bar=_bar(row, documents, axis, group),
        domains=tuple(sorted(domains, key=lambda domain: domain.text.casefold())),
        sources=int(row["sources"].value),
        dates_differ=_DATES_DIFFER in issues,
        status_differs=_STATUS_DIFFERS in issues,
        standing=describe_standing(row, group, status.text if status else "", listing, language),
        side=describe_side(listing, language),
        position=position_of(text_of(row, "point")),
    )


def _document(row: Row, answers: _Answers) -> Document:
    document_type = answers.labels.get(row["type"].value, "")
    agreement = format_value(row["agreement"], answers.language, {row["agreement"].value: document_type})
    return Document(agreement, text_of(row, "year"))


def _bar(row: Row, documents: Sequence[Row], axis: Axis, group: str) -> Bar | None:
    """Return the span of a pair, None for a claimed one; without a known end it fades to the last news."""
    if group == CLAIMED:
        return None
    start, end = text_of(row, "since"), text_of(row, "until")
    if group == "intent":
        declared = _first_signed(documents)
        return axis.bar(POINT, declared) if declared else None
    if group == "ended" and not end:
        return axis.bar("fading", start, text_of(row, "asOf"))
    return axis.bar(_BARS[group], start, end)


def _first_signed(documents: Sequence[Row]) -> str:
    return min((document["signed"].value for document in documents if "signed" in document), default="")
