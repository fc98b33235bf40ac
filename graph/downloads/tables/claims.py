"""claims.csv: what one source says, never changed by what others say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from graph.downloads.tables.cells import (
    PARTY_COLUMNS,
    Row,
    cell,
    date_cells,
    describe_signatory,
    join,
    party_cells,
)
from graph.downloads.tables.schema.columns import (
    AGREEMENTS,
    CLAIMS,
    PARTNERSHIPS,
    PLACES,
    Column,
    Kind,
    Table,
    date,
    integer,
    several,
    text,
    year,
)
from graph.model.claims import Assertion, Source
from graph.model.conclusions import Model
from graph.model.iris import iri
from ontology import BASE

_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
TABLE = Table(
    CLAIMS,
    "what one source says, never changed by what others say",
    (
        text("id", "last part of the address", "indonesia/F220"),
        Column("iri", Kind.IRI, "the address", iri("claim", "indonesia/F220")),
        text("collection", "the collection that it belongs to", "indonesia"),
        Column("licence", Kind.IRI, "of the collection", _CC0),
        text("partnership", "the pair that it is about", "Q11462-Q24826", PARTNERSHIPS),
        several("agreements", "the documents that it is about", "Q11462-Q24826-intent-2017", AGREEMENTS),
        several("events", "the events that it is about", "Q11462-launch-founding-articles-s18a"),
        several("about", "addresses of all else that it is about", "https://w3id.org/kota-kembar/place/Q84"),
        *PARTY_COLUMNS,
        several("stated_parties", "the parties as written", "Surabaya;Liverpool"),
        text("listed_by", "the place whose page says so", "Q11462", PLACES),
        text("assertion", f"what it asserts: {', '.join(Assertion)}", "founding"),
        text("recorded_as", "the kind as recorded", "LoI"),
        text("date_of", "what `date` or `derived` is of", "signedOn"),
        date("date", "as stated", "2017"),
        year("year", "date", "2017"),
        date("derived", "a date that was worked out", "2024"),
        year("derived_year", "derived", "2024"),
        text("date_basis", "how, or that it is the day of the report (vocab/date-basis)", "count"),
        text("document_type", "kind of document (vocab/document)", "statement-of-intent"),
        text("event_type", "kind of event (vocab/event)", "visit"),
        text("status", "the status that it states (vocab/status)", "active"),
        text("relation", "kind of relation (vocab/relation)", "sister-city"),
        integer("term_years", "for how many years", "5"),
        date("valid_until", "the end of the term", "2005"),
        year("valid_until_year", "valid_until", "2005"),
        text("venue", "where, as stated", "London"),
        several("signatories", "name, office and place, as far as known", "Tri Rismaharini, mayor, Surabaya"),
        several("domains", "domains of cooperation (vocab/domain)", "culture;education;economy"),
        text("stated_domains", "the domains as written", "budaya; pendidikan; ekonomi"),
        several("activities", "what is done (vocab/activity)", "student-exchange"),
        several("benefits", "what it is good for (vocab/benefit)", "international-relations"),
        several("challenges", "what stands in the way (vocab/challenge)", "cultural-differences"),
        several("motives", "why (vocab/motive)", "reconciliation"),
        several("stages", "how far (vocab/stage)", "negotiation-signing"),
        text("provider", "the place that helps", "Q8684", PLACES),
        text("recipient", "the place that is helped", "Q3630", PLACES),
        integer("stated_count", "a number that it states", "11"),
        text("description", "in our words", "Calls Surabaya a metropolitan city."),
        text("remark", "what is to be known of it", "Neither a date nor a document is named."),
        integer("readings", "how often its source was read for it", "2"),
        text("source", "id of the source", "ngopibareng-id-b59769"),
        Column("source_url", Kind.IRI, "its address", "urn:kota-kembar:founding-article:000"),
        text("source_title", "its own title", "Sister cities of Surabaya"),
        text("source_described_as", "what we call one without a title", "Surabaya - Liverpool: LoI"),
        text("source_publisher", "who published it", "ngopibareng.id"),
        text("source_creator", "who wrote it", "Mariyam Abduh Bavana"),
        text("source_type", "kind of source (vocab/source-type)", "opinion"),
        text("source_language", "BCP 47", "id"),
        date("source_issued", "when it was published", "2018-05"),
        text("source_copy_of", "id of the source whose text it repeats", "owra-net-18308a"),
        Column("retrieved_on", Kind.DAY, "when it was fetched", "2026-10-28"),
        text("statement", "the statement of Wikidata that it repeats", "Q11462$8d2c1a6e"),
        several("references", "addresses that this statement cites", "https://example.org/partners"),
    ),
)

_PLAIN = (
    "listed_by", "recorded_as", "document_type", "event_type", "status", "relation", "venue",
    "stated_domains", "provider", "recipient", "description", "remark", "statement", "date_basis",
)  # fmt: skip
_LISTS = ("domains", "activities", "benefits", "challenges", "motives", "stages", "references")


def claim_rows(model: Model) -> Iterator[Row]:
    """Yield a row for each claim."""
    licences = {info.name: info.licence for info in model.collections}
    for claim in sorted(model.claims, key=attrgetter("id")):
        yield {
            "id": claim.id,
            "iri": iri("claim", claim.id),
            "collection": claim.collection,
            "licence": licences[claim.collection],
            **_about_cells(model.about[claim.id]),
            **party_cells(claim.parties, model),
            "stated_parties": join(claim.stated_parties),
            "assertion": claim.assertion,
            "date_of": cell(claim.date_role),
            **date_cells("date", claim.date, "year"),
            **date_cells("derived", claim.derived, "derived_year"),
            **date_cells("valid_until", claim.valid_until, "valid_until_year"),
            **{name: getattr(claim, name) for name in _PLAIN},
            **{name: join(getattr(claim, name)) for name in _LISTS},
            "term_years": cell(claim.term_years),
            "stated_count": cell(claim.stated_count),
            "readings": cell(claim.readings or None),
            "signatories": join(
                describe_signatory(s.name, s.role, s.party, model) for s in claim.signatories
            ),
            **_source_cells(claim.source),
            "retrieved_on": cell(claim.retrieved_on),
        }


def _about_cells(about: Iterable[str]) -> Row:
    """Return what a claim is about by kind: ids in the columns of the tables, addresses of all else."""
    found: dict[str, list[str]] = {"partnership": [], "agreement": [], "event": [], "": []}
    for thing in about:
        kind, _, local = thing.removeprefix(BASE).partition("/")
        known = kind in found
        found[kind if known else ""].append(local if known else thing)
    return {
        "partnership": join(found["partnership"]),
        "agreements": join(found["agreement"]),
        "events": join(found["event"]),
        "about": join(found[""]),
    }


def _source_cells(source: Source) -> Row:
    return {
        "source": source.id,
        "source_url": source.url,
        "source_title": source.title,
        "source_described_as": source.described_as,
        "source_publisher": source.publisher,
        "source_creator": source.creator,
        "source_type": source.source_type,
        "source_language": source.language,
        "source_issued": cell(source.issued),
        "source_copy_of": source.copy_of,
    }
