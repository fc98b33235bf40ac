"""The partnerships of a place, grouped by how they stand, each with its documents and its span."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from endpoint.engine.results import Cell, Table
from endpoint.show.labels import Select
from endpoint.show.present import Shown, show
from endpoint.show.texts import translate
from endpoint.things.describe import names_of
from endpoint.things.parts.timeline import POINT, Axis, Bar, make_axis
from ontology import KK, VOCAB
from queries.terms import iri_term

Row = Mapping[str, Cell]

GROUPS: dict[str, tuple[str, ...]] = {
    "active": ("active",),
    "resting": ("dormant", "suspended"),
    "unknown": ("unknown",),
    "intent": ("intent", "exploratory"),
    "ended": ("expired", "terminated", "superseded", "emeritus"),
    "claimed": (),
}
"""The groups in reading order, with the statuses that belong to each; claimed pairs have none."""

CLAIMED = "claimed"
_BARS = {"active": "solid", "resting": "fading", "unknown": "fading", "intent": POINT, "ended": "ended"}
_DATES_DIFFER = "date-conflict"
_STATUS_DIFFERS = "status-conflict"


@dataclass(frozen=True)
class Document:
    """One agreement in few words; `year` is empty where it has no date."""

    name: Shown
    year: str


@dataclass(frozen=True)
class Partner:
    """One partnership, seen from one of its places."""

    partner: Shown
    country: Shown | None
    partnership: Shown
    relation: Shown | None
    documents: tuple[Document, ...]
    since: Shown | None
    until: Shown | None
    status: Shown | None
    bar: Bar | None
    domains: tuple[Shown, ...]
    sources: int
    dates_differ: bool
    status_differs: bool


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

    def domains(self) -> list[tuple[Shown, int]]:
        """Return what the partnerships cover, with the number of each, the commonest first."""
        found = Counter(d for group in self.groups for partner in group.partners for d in partner.domains)
        return sorted(found.items(), key=lambda item: (-item[1], item[0].text.casefold()))


_PAIRS = """SELECT * WHERE {{
  ?partnership kk:party {place} , ?partner ; a ?class ; kk:sourceCount ?sources . FILTER(?partner != {place})
  OPTIONAL {{ ?partner kk:country ?country }}
  OPTIONAL {{ ?partnership kk:status ?status }}
  OPTIONAL {{ ?partnership kk:statusAsOf ?asOf }}
  OPTIONAL {{ ?partnership kk:since ?since }}
  OPTIONAL {{ ?partnership kk:until ?until }}
  OPTIONAL {{ ?partnership kk:relationType ?relation }}
}}"""
_DOCUMENTS = """SELECT ?partnership ?agreement ?type ?signed ?year WHERE {{
  ?partnership kk:party {place} ; kk:agreement ?agreement . ?agreement kk:documentType ?type .
  OPTIONAL {{ ?agreement kk:signedOn ?signed ; kk:signedYear ?year }}
}} ORDER BY (!BOUND(?signed)) STR(?signed) ?agreement"""
_DOMAINS = """SELECT ?partnership ?domain WHERE {{
  ?partnership kk:party {place} ; kk:cooperationDomain ?domain }}"""
_CONFLICTS = """SELECT DISTINCT ?partnership ?issue WHERE {{
  ?partnership kk:party {place} ; kk:agreement? ?thing . ?assessment kk:about ?thing ; kk:issue ?issue }}"""


def read_partners(select: Select, iri: str, language: str, now: str) -> Partners | None:
    """Return the partnerships of a place, None when it has none; bars run to the date `now`."""
    tables = [
        select(query.format(place=iri_term(iri))) for query in (_PAIRS, _DOCUMENTS, _DOMAINS, _CONFLICTS)
    ]
    pairs, documents, domains, conflicts = tables
    if not pairs.rows:
        return None
    by_pair = {
        "documents": _by_partnership(documents),
        "domains": _by_partnership(domains),
        "conflicts": _by_partnership(conflicts),
    }
    names = names_of(
        select, (cell for table in tables for row in table.rows for cell in row.values()), language
    )
    axis = make_axis(
        [_text(row, name) for table, name in ((pairs, "since"), (documents, "signed")) for row in table.rows],
        now,
    )
    grouped: dict[str, list[tuple[tuple[str, str], Partner]]] = {key: [] for key in GROUPS}
    for row in pairs.rows:
        own = {name: rows[row["partnership"].value] for name, rows in by_pair.items()}
        group = group_of(row)
        partner = _partner(row, own, names, language, axis, group)
        order = (
            _text(row, "since") or _first_signed(own["documents"]) or "9",
            partner.partner.text.casefold(),
        )
        grouped[group].append((order, partner))
    groups = (
        Group(
            key,
            translate(f"partners.{key}", language),
            tuple(one for _, one in sorted(found, key=lambda f: f[0])),
        )
        for key, found in grouped.items()
        if found
    )
    return Partners(tuple(groups), axis)


def group_of(row: Row) -> str:
    """Return the group of a pair by its class and status; raises KeyError for a status of no group."""
    if row["class"].value == str(KK.ClaimedPartnership):
        return CLAIMED
    if "status" not in row:
        return "unknown"
    status = row["status"].value.removeprefix(f"{VOCAB}status/")
    return {one: group for group, statuses in GROUPS.items() for one in statuses}[status]


def _by_partnership(table: Table) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        found[row["partnership"].value].append(row)
    return found


def _partner(
    row: Row,
    own: Mapping[str, Sequence[Row]],
    names: Mapping[str, str],
    language: str,
    axis: Axis,
    group: str,
) -> Partner:
    def shown(name: str) -> Shown | None:
        return show(row[name], language, names) if name in row else None

    issues = {conflict["issue"].value.rsplit("/", 1)[1] for conflict in own["conflicts"]}
    domains = (show(one["domain"], language, names) for one in own["domains"])
    return Partner(
        partner=show(row["partner"], language, names),
        country=shown("country"),
        partnership=show(row["partnership"], language, names),
        relation=shown("relation"),
        documents=tuple(_document(one, names, language) for one in own["documents"]),
        since=shown("since"),
        until=shown("until"),
        status=shown("status"),
        bar=_bar(row, own["documents"], axis, group),
        domains=tuple(sorted(domains, key=lambda domain: domain.text.casefold())),
        sources=int(row["sources"].value),
        dates_differ=_DATES_DIFFER in issues,
        status_differs=_STATUS_DIFFERS in issues,
    )


def _document(row: Row, names: Mapping[str, str], language: str) -> Document:
    agreement = show(row["agreement"], language, {row["agreement"].value: names.get(row["type"].value, "")})
    return Document(agreement, _text(row, "year") or "")


def _bar(row: Row, documents: Sequence[Row], axis: Axis, group: str) -> Bar | None:
    """Return the span of a pair, None for a claimed one; without a known end it fades to the last news."""
    if group == CLAIMED:
        return None
    start, end = _text(row, "since"), _text(row, "until")
    if group == "intent":
        declared = _first_signed(documents)
        return axis.bar(POINT, declared, None) if declared else None
    if group == "ended" and end is None:
        return axis.bar("fading", start, _text(row, "asOf"))
    return axis.bar(_BARS[group], start, end)


def _first_signed(documents: Sequence[Row]) -> str | None:
    return min((one["signed"].value for one in documents if "signed" in one), default=None)


def _text(row: Row, name: str) -> str | None:
    return row[name].value if name in row else None
