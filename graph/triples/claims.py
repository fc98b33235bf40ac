"""From claims, sources and collections to triples: the claim layer, one graph a collection."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from graph.matching.known.reviews import mention_key
from graph.model.claims import Assertion, Claim, CollectionInfo, DateRole, RowCounts, Source
from graph.model.iris import short_hash
from graph.model.matches import Match
from graph.model.terms import (
    A,
    Triple,
    address,
    boolean,
    concept,
    day,
    decimal,
    integer,
    kk,
    node,
    partial_date,
    resource,
    text,
)
from ontology import DCAT, PREFIXES, SCHEMA

_DCTERMS = PREFIXES["dcterms"]
_NOTE = node(PREFIXES["skos"] + "editorialNote")

_CONCEPTS = (
    ("documentType", "document", "document_type"),
    ("eventType", "event", "event_type"),
    ("status", "status", "status"),
    ("relationType", "relation", "relation"),
    ("dateBasis", "date-basis", "date_basis"),
)
"""Single-valued fields of a claim: property, scheme, attribute."""

_CONCEPT_LISTS = (
    ("cooperationDomain", "domain", "domains"),
    ("activityType", "activity", "activities"),
    ("benefit", "benefit", "benefits"),
    ("challenge", "challenge", "challenges"),
    ("motive", "motive", "motives"),
    ("stage", "stage", "stages"),
)
"""Many-valued fields of a claim: property, scheme, attribute."""

_YEARS = {
    DateRole.SIGNED: "signedYear",
    DateRole.SINCE: "sinceYear",
    DateRole.UNTIL: "untilYear",
    DateRole.AS_OF: "asOfYear",
    DateRole.HAPPENED: "happenedYear",
}


def describe_claim(claim: Claim, about: tuple[str, ...]) -> Iterator[Triple]:
    """Yield one claim of one source; `about` holds the IRIs of the things that it is about."""
    subject = resource("claim", claim.id)
    yield subject, A, kk("Claim")
    yield subject, kk("collection"), resource("collection", claim.collection)
    yield subject, kk("source"), resource("source", claim.source.id)
    yield subject, kk("assertion"), concept("assertion", claim.assertion)
    if claim.assertion is Assertion.DENIAL:
        yield subject, kk("denies"), boolean(True)
    yield from ((subject, kk("about"), node(thing)) for thing in about)
    yield from _describe_concepts(subject, claim)
    yield from _describe_dates(subject, claim)
    yield from _describe_texts(subject, claim)
    yield from _describe_origin(subject, claim)
    for name, place in (
        ("listedBy", claim.listed_by),
        ("provider", claim.provider),
        ("recipient", claim.recipient),
    ):
        if place:
            yield subject, kk(name), resource("place", place)
    yield from (
        (subject, kk("signatory"), resource("person", s.person)) for s in claim.signatories if s.person
    )


def _describe_concepts(subject: NamedNode, claim: Claim) -> Iterator[Triple]:
    for name, scheme, attribute in _CONCEPTS:
        if slug := getattr(claim, attribute):
            yield subject, kk(name), concept(scheme, slug)
    for name, scheme, attribute in _CONCEPT_LISTS:
        yield from ((subject, kk(name), concept(scheme, slug)) for slug in getattr(claim, attribute))


def _describe_dates(subject: NamedNode, claim: Claim) -> Iterator[Triple]:
    if claim.date is not None and claim.date_role is not None:
        yield subject, kk(claim.date_role), partial_date(claim.date)
        yield subject, kk(_YEARS[claim.date_role]), integer(claim.date.year)
    if claim.derived is not None:
        yield subject, kk("derivedOn"), partial_date(claim.derived)
        yield subject, kk("derivedYear"), integer(claim.derived.year)
    if claim.term_years is not None:
        yield subject, kk("termYears"), integer(claim.term_years)
    if claim.valid_until is not None:
        yield subject, kk("validUntil"), partial_date(claim.valid_until)
    if claim.stated_count is not None:
        yield subject, kk("statedCount"), integer(claim.stated_count)
    if claim.retrieved_on is not None:
        yield subject, kk("retrievedOn"), day(claim.retrieved_on)
    if claim.readings:
        yield subject, kk("readings"), integer(claim.readings)


def _describe_texts(subject: NamedNode, claim: Claim) -> Iterator[Triple]:
    yield subject, kk("recordedAs"), text(claim.recorded_as, claim.recorded_in)
    yield subject, node(_DCTERMS + "description"), text(claim.description, "en")
    if claim.stated_domains:
        yield subject, kk("statedDomain"), text(claim.stated_domains)
    if claim.venue:
        yield subject, kk("venue"), text(claim.venue)
    if claim.remark:
        yield subject, _NOTE, text(claim.remark, "en")
    for written in claim.stated_parties:
        yield subject, kk("statedParty"), text(written, claim.source.language)


def _describe_origin(subject: NamedNode, claim: Claim) -> Iterator[Triple]:
    """Yield the statement that a claim repeats and what that cites; what is no address becomes a note."""
    if statement := address(claim.statement):
        yield subject, kk("wikidataStatement"), statement
    for cited in claim.references:
        if found := address(cited):
            yield subject, node(_DCTERMS + "references"), found
        else:
            yield subject, _NOTE, text(f"It cites what is no address on the web: {cited}", "en")


def describe_source(source: Source) -> Iterator[Triple]:
    """Yield one publication: title, address, type, publisher, language and date as far as known.

    What we call it where its own title is not known is no title (R12).
    """
    subject = resource("source", source.id)
    yield subject, A, kk("Source")
    if source.title:
        yield subject, node(_DCTERMS + "title"), text(source.title)
    else:
        yield subject, kk("describedAs"), text(source.described_as)
    yield subject, node(_DCTERMS + "identifier"), text(source.url)
    yield subject, kk("sourceType"), concept("source-type", source.source_type)
    if source.language:
        yield subject, node(_DCTERMS + "language"), text(source.language)
    if page := address(source.url):
        yield subject, node(SCHEMA["url"]), page
    if whole := address(source.part_of):
        yield subject, node(_DCTERMS + "isPartOf"), whole
    if source.copy_of:
        yield subject, kk("copyOf"), resource("source", source.copy_of)
    for name, value in (("publisher", source.publisher), ("creator", source.creator)):
        if value:
            yield subject, node(_DCTERMS + name), text(value)
    if source.issued is not None:
        yield subject, node(_DCTERMS + "issued"), partial_date(source.issued)


_ROW_COUNTS = {
    "rowCount": "rows", "decidedRowCount": "decided", "mintedRowCount": "minted",
    "undecidedRowCount": "undecided", "repeatedRowCount": "repeated", "issueRowCount": "with_issue",
}  # fmt: skip
"""The properties of a collection that say what became of its rows, and the counts."""


def describe_collection(info: CollectionInfo, rows: RowCounts | None) -> Iterator[Triple]:
    """Yield a collection as a dcat:Dataset; its licence travels with its claims."""
    subject = resource("collection", info.name)
    yield subject, A, kk("Collection")
    yield subject, A, node(DCAT["Dataset"])
    yield from ((subject, node(_DCTERMS + "title"), text(value, lang)) for lang, value in info.title)
    yield from (
        (subject, node(_DCTERMS + "description"), text(value, lang)) for lang, value in info.description
    )
    yield subject, node(_DCTERMS + "license"), node(info.licence)
    yield subject, node(_DCTERMS + "creator"), text(info.creator)
    yield subject, node(_DCTERMS + "issued"), day(info.compiled)
    if rows:
        yield from ((subject, kk(name), integer(getattr(rows, field))) for name, field in _ROW_COUNTS.items())


def describe_match(match: Match) -> Iterator[Triple]:
    """Yield a decision which place a mention means; its id is ``match/<collection>/<12 hex>``.

    The hex is of mention and decision, because a list may write one name for two places.
    """
    collection, *known_by = mention_key(match.collection, match.mention)
    subject = resource(
        "match", f"{collection}/{short_hash('|'.join([*known_by, match.decision, match.place]), 12)}"
    )
    yield subject, A, kk("Match")
    yield subject, kk("collection"), resource("collection", collection)
    yield subject, kk("statedName"), text(match.mention.name)
    if match.mention.stated_country:
        yield subject, kk("statedCountry"), text(match.mention.stated_country)
    if match.place:
        yield subject, kk("matchedPlace"), resource("place", match.place)
    yield subject, kk("decision"), concept("decision", match.decision)
    yield subject, kk("score"), decimal(match.score)
    yield from ((subject, kk("matchReason"), concept("match-reason", reason)) for reason in match.reasons)
