"""partnerships.csv: accepted, intended and merely claimed pairs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from graph.downloads.tables.cells import (
    BASIS,
    PARTY_COLUMNS,
    Row,
    basis_cell,
    claim_cell,
    date_cells,
    domains_of,
    join,
    known_pairs,
    party_cells,
    thing_cells,
    value_cell,
    value_of,
    yes_no,
)
from graph.downloads.tables.schema.columns import (
    AGREEMENTS,
    CLAIMS,
    PARTNERSHIPS,
    Column,
    Kind,
    Table,
    date,
    integer,
    several,
    text,
    year,
)
from graph.model.conclusions import Model
from graph.model.iris import iri
from graph.triples.model import label_pair

TABLE = Table(
    PARTNERSHIPS,
    "accepted, intended and merely claimed pairs",
    (
        text("id", "last part of the address", "Q11462-Q24826"),
        Column("iri", Kind.IRI, "the address", iri("partnership", "Q11462-Q24826")),
        text("outcome", "accepted, intent (only intended) or claimed (not accepted)", "accepted"),
        text("label_en", "English label", "Surabaya – Liverpool"),
        text("label_id", "Indonesian label", "Kota Surabaya – Liverpool"),
        *PARTY_COLUMNS,
        Column("domestic", Kind.YES_NO, "both in one country; empty where one is not known", "false"),
        text("relation", "kind of relation (vocab/relation)", "sister-city"),
        text("status", "how it stood when last heard of (vocab/status)", "active"),
        date("status_as_of", "the date of what the status rests on", "2023-02"),
        year("status_as_of_year", "status_as_of", "2023"),
        text("status_as_of_basis", BASIS, "page"),
        date("since", "its beginning", "1996-03"),
        year("since_year", "since", "1996"),
        text("since_basis", BASIS, "from-report"),
        date("until", "its end", "2013"),
        year("until_year", "until", "2013"),
        text("until_basis", BASIS, "from-report"),
        several("domains", "domains of cooperation (vocab/domain)", "friendship;people-to-people"),
        several("agreements", "what was signed", "Q10103-Q38283-intent-2015", AGREEMENTS),
        integer("source_count", "independent sources", "9"),
        integer("claim_count", "claims about it", "13"),
        text("since_claim", "the claim that `since` rests on", "indonesia/F220", CLAIMS),
        text("until_claim", "the claim that `until` rests on", "indonesia/F220", CLAIMS),
        text("status_claim", "the claim that `status` rests on", "indonesia/F927", CLAIMS),
        text("relation_claim", "the claim that `relation` rests on", "indonesia/F047", CLAIMS),
        several("claims", "all claims about it", "indonesia/F276;indonesia/F277", CLAIMS),
        text("replaced_by", "the pair that was meant", "Q3741-Q120730", PARTNERSHIPS),
    ),
)


def partnership_rows(model: Model) -> Iterator[Row]:
    """Yield a row for each pair but those of which only steps are known."""
    for pair in known_pairs(model):
        status = pair.status_claim
        yield {
            **thing_cells("partnership", pair.id, partial(label_pair, pair, model)),
            "outcome": pair.outcome,
            **party_cells(pair.parties, model),
            "domestic": yes_no(model.is_domestic(pair)),
            "relation": value_cell(pair.relation),
            "relation_claim": claim_cell(pair.relation),
            "status": pair.status,
            "status_claim": status.id if status else "",
            **date_cells("status_as_of", status.as_of if status else None, "status_as_of_year"),
            **date_cells("since", value_of(pair.since), "since_year"),
            "status_as_of_basis": status.as_of_basis if status else "",
            "since_basis": basis_cell(pair.since),
            "until_basis": basis_cell(pair.until),
            "since_claim": claim_cell(pair.since),
            **date_cells("until", value_of(pair.until), "until_year"),
            "until_claim": claim_cell(pair.until),
            "domains": domains_of(pair.claims),
            "agreements": join(sorted(agreement.id for agreement in pair.agreements)),
            "source_count": str(len(pair.sources)),
            "claim_count": str(len(pair.claims)),
            "claims": join(sorted(claim.id for claim in pair.claims)),
            "replaced_by": pair.replaced_by,
        }
