"""claims.csv: what one source says, never changed by what others say.

`id`, `iri`; `collection`, `licence` of the collection; `partnership`, `agreements`, `events` ids of what it
is about, `about` addresses of all else; `party_a`, `party_b` as in partnerships.csv, in the
order stated; `stated_parties` as written; `listed_by` id of the place whose page says so; `assertion` what it
asserts (founding, since, intent, continuation, listing, ending, status, step, denial, context); `recorded_as`
kind as recorded; `date_of` what the date is of (signedOn, since, until, asOf, happenedOn), `date`, `year` as
stated; `derived`, `derived_year` worked out, `date_basis` how, or that the date is the day of the report;
`document_type`, `event_type`, `status`, `relation`; `term_years`; `valid_until`, `valid_until_year`; `venue`;
`signatories`; `domains`, `stated_domains` as written; `activities`, `benefits`, `challenges`, `motives`,
`stages`; `provider`, `recipient` ids of who helps whom; `stated_count` a number that it states;
`description`, `remark` in our words; `readings` how often its source was read; `source` id, `source_url`,
`source_title` its own, `source_described_as` what we call one without, `source_publisher`, `source_creator`,
`source_type`, `source_language`, `source_issued`, `source_copy_of` id of the source whose text it repeats;
`retrieved_on`; `statement` of Wikidata that the claim repeats, `references` addresses that this cites.
"""

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
from graph.model.claims import Source
from graph.model.conclusions import Model
from graph.model.iris import iri
from ontology import BASE

_COLUMNS = f"""
    id iri collection licence partnership agreements events about {PARTY_COLUMNS} stated_parties
    listed_by assertion recorded_as date_of date year derived derived_year date_basis
    document_type event_type status relation term_years valid_until valid_until_year venue signatories
    domains stated_domains activities
    benefits challenges motives stages provider recipient stated_count description remark readings
    source source_url source_title source_described_as source_publisher source_creator source_type
    source_language source_issued source_copy_of retrieved_on statement references
    """
COLUMNS = tuple(_COLUMNS.split())


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
