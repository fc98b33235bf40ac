"""The value types of the claim layer: what one source says, kept as it was said."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from graph.model.dates import PartialDate
from graph.model.matches import Match

TRUST: tuple[str, ...] = (
    "agreement-text",
    "government-site",
    "register",
    "document-copy",
    "news",
    "academic",
    "association",
    "knowledge-base",
    "encyclopedia",
    "blog",
    "opinion",
)
"""R3: the types of sources from the most to the least trusted."""

REPORT_DAY = "report-day"
"""R12: the basis of a date that is the day of the report; any other basis says how a date was worked out."""


GEONAMES = "geonames"
"""The collection that what GeoNames gives belongs to."""


class Assertion(StrEnum):
    """R1: what a claim asserts about its pair."""

    FOUNDING = "founding"
    SINCE = "since"
    INTENT = "intent"
    CONTINUATION = "continuation"
    LISTING = "listing"
    ENDING = "ending"
    STATUS = "status"
    STEP = "step"
    DENIAL = "denial"
    CONTEXT = "context"


class DateRole(StrEnum):
    """What the date of a claim is the date of; each is a property of the ontology."""

    SIGNED = "signedOn"
    SINCE = "since"
    UNTIL = "until"
    AS_OF = "asOf"
    HAPPENED = "happenedOn"


@dataclass(frozen=True, slots=True)
class Source:
    """One publication that states something; `part_of` is the IRI of what it is a part or a snapshot of.

    `title` is its own; where that is not known, `described_as` says what it is in our words. `copy_of` is the
    id of the source whose text it repeats, near enough to be no second witness. `compiled` is the day of the
    data of a list, which stands in where nobody states when it was issued.
    """

    id: str
    url: str
    title: str
    publisher: str
    language: str
    source_type: str
    issued: PartialDate | None = None
    creator: str = ""
    note: str = ""
    part_of: str = ""
    described_as: str = ""
    copy_of: str = ""
    compiled: PartialDate | None = None

    @property
    def name(self) -> str:
        """Return its title, or what we call it where its own title is not known."""
        return self.title or self.described_as

    @property
    def witness(self) -> str:
        """Return the id of the source that it counts as: what it copies, else its own."""
        return self.copy_of or self.id


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed, or led a delegation, for one party: a person in office, or only the office."""

    party: str
    person: str = ""
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One record of one source, after its parties were matched to places.

    `parties` holds two place ids for a claim about a pair, one for a claim about a place, none for a claim
    about the practice; `about` holds further IRIs that it is about (regulations, concepts).
    Names of concepts are slugs of the scheme that the field is named for. `date` is what the source states,
    `derived` what was worked out, both of what `date_role` says; `date_basis` says how, or that the date is
    the day of the report (R12). `readings` is how often the source was read for this, 0 where nobody counted.
    `recorded_in` is the language of `recorded_as`, empty where nobody states it or it is of none.
    `statement` is the IRI of the statement of a knowledge base that the claim repeats, `references` the
    addresses which that cites itself.
    """

    id: str
    collection: str
    source: Source
    assertion: Assertion
    recorded_as: str
    description: str
    parties: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    stated_parties: tuple[str, ...] = ()
    listed_by: str = ""
    date: PartialDate | None = None
    date_role: DateRole | None = None
    derived: PartialDate | None = None
    date_basis: str = ""
    document_type: str = ""
    family: str = ""
    event_type: str = ""
    status: str = ""
    relation: str = ""
    term_years: int | None = None
    valid_until: PartialDate | None = None
    venue: str = ""
    signatories: tuple[Signatory, ...] = ()
    domains: tuple[str, ...] = ()
    stated_domains: str = ""
    activities: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    motives: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    provider: str = ""
    recipient: str = ""
    stated_count: int | None = None
    recorded_in: str = "en"
    agreement_key: str = ""
    founds: bool = False
    retrieved_on: dt.date | None = None
    remark: str = ""
    readings: int = 0
    statement: str = ""
    references: tuple[str, ...] = ()

    @property
    def known_date(self) -> PartialDate | None:
        """Return the date that it states, else the one that was worked out."""
        return self.date or self.derived

    @property
    def lists_own(self) -> bool:
        """Return whether it is on the list of a party itself or of a register of its country (R7).

        Whose list it is counts, not who prints it; a knowledge base, an encyclopedia or a directory of low
        trust that keeps a page for a party is not that party.
        """
        own = bool(self.listed_by) and self.trust < TRUST.index("knowledge-base")
        return self.assertion is Assertion.LISTING and (own or self.source.source_type == "register")

    @property
    def as_of(self) -> PartialDate | None:
        """Return the day that a claim speaks of: its own date; of a listing without one, that of the list."""
        of_list = self.source.issued or self.source.compiled
        return self.known_date or (of_list if self.assertion is Assertion.LISTING else None)

    @property
    def as_of_basis(self) -> str:
        """Return the basis of `as_of` where the source does not state it (R12), else an empty text."""
        if self.known_date is None and self.as_of is not None and self.source.issued is None:
            return "report-day"
        return self.date_basis if self.date is None or self.derived is None else ""

    @property
    def trust(self) -> int:
        """Return the rank of the source's type, 0 the most trusted (R3)."""
        return TRUST.index(self.source.source_type)


@dataclass(frozen=True, slots=True)
class GeoNamesEntry:
    """What GeoNames gives for a place: its id there, names, and, when `gives_point`, the place's point.

    `id` is None where GeoNames has no such place, only its seat, and where it is not sure which one it is.
    `names` are in the place's own script, `further` those in other languages and scripts, and former ones.
    `regions` are names and codes of the state or province that it lies in.
    """

    id: int | None
    names: tuple[str, ...] = ()
    gives_point: bool = False
    further: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def iri(self) -> str | None:
        """Return the IRI that GeoNames gives it."""
        return f"https://sws.geonames.org/{self.id}/" if self.id is not None else None


@dataclass(frozen=True, slots=True)
class Place:
    """A territory that can be a party, or that another place is part of.

    `country` is empty when nobody knows it; `labels` are English and Indonesian, or one without a language
    (an empty tag) where no source says what the place is called in English; `other_names` are further names,
    in no order of preference; `replaces` are ids that were minted for it before its own id was known.
    """

    id: str
    country: str
    labels: tuple[tuple[str, str], ...]
    level: str = ""
    level_with: tuple[str, ...] = ()
    is_city: bool = False
    is_country: bool = False
    native_names: tuple[tuple[str, str], ...] = ()
    part_of: str = ""
    succeeds: str = ""
    qid: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    longitude: str = ""
    latitude: str = ""
    population: int | None = None
    other_names: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    geonames: GeoNamesEntry | None = None

    @property
    def geonames_id(self) -> str:
        """Return the id in GeoNames, empty when it is not known."""
        own = dict(self.codes).get("geonames", "")
        return own or (str(self.geonames.id) if self.geonames and self.geonames.id is not None else "")

    def label(self, language: str) -> str:
        """Return the label in `language`, else the English one, else the first."""
        by_language = dict(self.labels)
        return by_language.get(language) or by_language.get("en") or self.labels[0][1]

    def is_level_with(self, other: Place) -> bool:
        """Return whether both are of one administrative level; an unknown level is level with any."""
        return not self.level_with or not other.level_with or bool({*self.level_with} & {*other.level_with})


@dataclass(frozen=True, slots=True)
class Regulation:
    """A rule of law or administration that the practice rests on; the rest are ids of other ones."""

    id: str
    labels: tuple[tuple[str, str], ...]
    issued: PartialDate | None = None
    repeals: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """An assessment made by hand, a row of a collection's judgements.csv.

    `verdict` and `issue` are slugs of the schemes of these names, `evidence` ids of claims, `corrected_by`
    ids of the pairs that were meant.
    """

    id: str
    claim: str
    verdict: str
    issue: str
    note: str
    evidence: tuple[str, ...] = ()
    corrected_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """That sources disagree about a place: the slug of the issue, a note, and the claims of both sides.

    Those `against` what the place is said to be are assessed, those for it are the evidence.
    """

    place: str
    issue: str
    note: str
    against: tuple[str, ...]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowIssue:
    """A row that became no claim, or not all that it says: where it stands (`line` from 1), and why.

    `kind` is a slug of the scheme issue, `reason` a sentence.
    """

    collection: str
    row: str
    file: str
    line: int
    kind: str
    reason: str


@dataclass(frozen=True)
class CollectionInfo:
    """What is stated about a collection as a whole (its collection.toml)."""

    name: str
    title: tuple[tuple[str, str], ...]
    description: tuple[tuple[str, str], ...]
    licence: str
    creator: str
    compiled: dt.date


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What became of the rows of a collection.

    `decided` rows became claims or say something else that counts; of these `minted` name a place that nobody
    knows. `undecided` wait because of a place, `repeated` say the same as an earlier one. Rows `with_issue`
    include those that became a claim without a part that is unsound.
    """

    rows: int = 0
    decided: int = 0
    minted: int = 0
    undecided: int = 0
    repeated: int = 0
    with_issue: int = 0


@dataclass(frozen=True)
class LoadedCollection:
    """All that one collection gives to a build. Each row of its statements is in `tally` exactly once.

    `minted_rows` are those of a list that name a place which nobody knows.
    `former_pairs` maps ids that pairs had before to those that they have now, where the ids of their places
    do not tell.
    `gone` says of paths of our IRIs (``event/…``) that led to a thing once why there is none any more.
    `names` are further ones that its tables use, each with the id of its place.
    """

    info: CollectionInfo
    places: tuple[Place, ...]
    claims: tuple[Claim, ...]
    judgements: tuple[Judgement, ...] = ()
    regulations: tuple[Regulation, ...] = ()
    issues: tuple[RowIssue, ...] = ()
    agreement_ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tally: dict[str, int] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    former_pairs: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    contradictions: tuple[Contradiction, ...] = ()
    minted_rows: int = 0
    names: tuple[tuple[str, str], ...] = ()

    @property
    def row_counts(self) -> RowCounts:
        """Return what became of its rows."""
        rows, kinds = sum(self.tally.values()), Counter(issue.kind for issue in self.issues)
        return RowCounts(
            rows=rows,
            decided=rows - self.tally.get("issue", 0),
            minted=self.minted_rows,
            undecided=kinds["undecided-place"],
            repeated=kinds["repeated-row"],
            with_issue=len({(issue.file, issue.line, issue.row) for issue in self.issues}),
        )
