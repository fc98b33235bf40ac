"""From claims, sources and collections to triples: the claim layer, one graph a collection."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from graph.matching.known.reviews import mention_key
from graph.model.claims import Assertion, Claim, CollectionInfo, DateRole, Source
from graph.model.iris import short_hash
from graph.model.matches import Match
from graph.model.terms import (
    A,
    address,
    boolean,
    concept,
    day,
    decimal,
    integer,
    kk,
    node,
    own,
    partial_date,
    text,
)
from ontology import DCAT, PREFIXES, SCHEMA

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]

_DCTERMS = PREFIXES["dcterms"]
_NOTE = node(PREFIXES["skos"] + "editorialNote")

_CONCEPTS = (
    ("documentType", "document", "document_type"),
    ("eventType", "event", "event_type"),
    ("status", "status", "status"),
    ("relationType", "relation", "relation"),
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
    """Yield one record of one source; `about` holds the IRIs of the things that it speaks of."""
    me = own("claim", claim.id)
    yield me, A, kk("Claim")
    yield me, kk("collection"), own("collection", claim.collection)
    yield me, kk("source"), own("source", claim.source.id)
    yield me, kk("assertion"), concept("assertion", claim.assertion)
    if claim.assertion is Assertion.DENIAL:
        yield me, kk("denies"), boolean(True)
    yield from ((me, kk("about"), node(thing)) for thing in about)
    yield from _describe_concepts(me, claim)
    yield from _describe_dates(me, claim)
    yield from _describe_texts(me, claim)
    yield from _describe_origin(me, claim)
    for name, place in (
        ("listedBy", claim.listed_by),
        ("provider", claim.provider),
        ("recipient", claim.recipient),
    ):
        if place:
            yield me, kk(name), own("place", place)
    yield from ((me, kk("signatory"), own("person", s.person)) for s in claim.signatories if s.person)


def _describe_concepts(me: NamedNode, claim: Claim) -> Iterator[Triple]:
    for name, scheme, attribute in _CONCEPTS:
        if slug := getattr(claim, attribute):
            yield me, kk(name), concept(scheme, slug)
    for name, scheme, attribute in _CONCEPT_LISTS:
        yield from ((me, kk(name), concept(scheme, slug)) for slug in getattr(claim, attribute))


def _describe_dates(me: NamedNode, claim: Claim) -> Iterator[Triple]:
    if claim.date is not None and claim.date_role is not None:
        yield me, kk(claim.date_role), partial_date(claim.date)
        yield me, kk(_YEARS[claim.date_role]), integer(claim.date.year)
    if claim.term_years is not None:
        yield me, kk("termYears"), integer(claim.term_years)
    if claim.valid_until is not None:
        yield me, kk("validUntil"), partial_date(claim.valid_until)
    if claim.stated_count is not None:
        yield me, kk("statedCount"), integer(claim.stated_count)
    if claim.retrieved_on is not None:
        yield me, kk("retrievedOn"), day(claim.retrieved_on)


def _describe_texts(me: NamedNode, claim: Claim) -> Iterator[Triple]:
    yield me, kk("recordedAs"), text(claim.recorded_as)
    yield me, node(_DCTERMS + "description"), text(claim.description, "en")
    if claim.stated_domains:
        yield me, kk("statedDomain"), text(claim.stated_domains)
    if claim.venue:
        yield me, kk("venue"), text(claim.venue)
    if claim.remark:
        yield me, _NOTE, text(claim.remark, "en")
    for written in claim.stated_parties:
        yield me, kk("statedParty"), text(written, claim.source.language)


def _describe_origin(me: NamedNode, claim: Claim) -> Iterator[Triple]:
    """Yield the statement that a claim repeats and what that cites; what is no address becomes a note."""
    if statement := address(claim.statement):
        yield me, kk("wikidataStatement"), statement
    for cited in claim.references:
        if found := address(cited):
            yield me, node(_DCTERMS + "references"), found
        else:
            yield me, _NOTE, text(f"It cites what is no address on the web: {cited}", "en")


def describe_source(source: Source) -> Iterator[Triple]:
    """Yield one publication: title, address, type, publisher, language and date as far as known."""
    me = own("source", source.id)
    yield me, A, kk("Source")
    yield me, node(_DCTERMS + "title"), text(source.title)
    yield me, node(_DCTERMS + "identifier"), text(source.url)
    yield me, kk("sourceType"), concept("source-type", source.source_type)
    if source.language:
        yield me, node(_DCTERMS + "language"), text(source.language)
    if page := address(source.url):
        yield me, node(SCHEMA["url"]), page
    if whole := address(source.part_of):
        yield me, node(_DCTERMS + "isPartOf"), whole
    for name, value in (("publisher", source.publisher), ("creator", source.creator)):
        if value:
            yield me, node(_DCTERMS + name), text(value)
    if source.issued is not None:
        yield me, node(_DCTERMS + "issued"), partial_date(source.issued)


def describe_collection(info: CollectionInfo) -> Iterator[Triple]:
    """Yield a collection as a dcat:Dataset; its licence travels with its claims."""
    me = own("collection", info.name)
    yield me, A, kk("Collection")
    yield me, A, node(DCAT["Dataset"])
    yield from ((me, node(_DCTERMS + "title"), text(value, lang)) for lang, value in info.title)
    yield from ((me, node(_DCTERMS + "description"), text(value, lang)) for lang, value in info.description)
    yield me, node(_DCTERMS + "license"), node(info.licence)
    yield me, node(_DCTERMS + "creator"), text(info.creator)
    yield me, node(_DCTERMS + "issued"), day(info.compiled)


def describe_match(match: Match) -> Iterator[Triple]:
    """Yield a decision which place a mention means; its id is ``match/<collection>/<12 hex>``.

    The hex is of mention and decision, because a list may write one name for two places.
    """
    collection, *known_by = mention_key(match.collection, match.mention)
    me = own("match", f"{collection}/{short_hash('|'.join([*known_by, match.decision, match.place]), 12)}")
    yield me, A, kk("Match")
    yield me, kk("collection"), own("collection", collection)
    yield me, kk("statedName"), text(match.mention.name)
    if match.mention.stated_country:
        yield me, kk("statedCountry"), text(match.mention.stated_country)
    if match.place:
        yield me, kk("matchedPlace"), own("place", match.place)
    yield me, kk("decision"), concept("decision", match.decision)
    yield me, kk("score"), decimal(match.score)
    yield from ((me, kk("matchReason"), concept("match-reason", reason)) for reason in match.reasons)
