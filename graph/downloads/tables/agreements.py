"""agreements.csv: signed documents.

`id`, `iri`; `partnership` id, `outcome` of it; `label_en`, `label_id`; `party_a`, `party_b` as in
partnerships.csv; `document_type`; `family` founding, intent, renewal, amendment, joint-declaration ...;
`relation`; `signed_on`, `signed_year`, `signed_on_basis` how it was worked out where no source states it;
`signed_at` id of a place, `signed_at_name_en`; `venue` as stated; `term_years`; `valid_until`,
`valid_until_year`; `domains`; `signatories` name, office, place as far as known; `follows` id of the
agreement before; `source_count`; `signed_on_claim`, `document_type_claim` the claim that this value rests
on; `claims` ids of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from graph.downloads.tables.cells import (
    PARTY_COLUMNS,
    Row,
    basis_cell,
    claim_cell,
    date_cells,
    describe_signatory,
    domains_of,
    join,
    known_pairs,
    party_cells,
    place_name,
    thing_cells,
    value_cell,
    value_of,
)
from graph.model.claims import Claim
from graph.model.conclusions import Agreement, Model, Pair
from graph.triples.model import label_agreement

_COLUMNS = f"""
    id iri partnership outcome label_en label_id {PARTY_COLUMNS} document_type family relation
    signed_on signed_year signed_on_basis signed_at signed_at_name_en venue
    term_years valid_until valid_until_year domains signatories follows
    source_count signed_on_claim document_type_claim claims
    """
COLUMNS = tuple(_COLUMNS.split())


def agreement_rows(model: Model) -> Iterator[Row]:
    """Yield a row for each agreement, those of claimed pairs too."""
    signed = ((agreement, pair) for pair in known_pairs(model) for agreement in pair.agreements)
    for agreement, pair in sorted(signed, key=lambda row: row[0].id):
        yield _agreement_row(agreement, pair, model)


def _agreement_row(agreement: Agreement, pair: Pair, model: Model) -> Row:
    return {
        **thing_cells("agreement", agreement.id, partial(label_agreement, agreement, model)),
        "partnership": pair.id,
        "outcome": pair.outcome,
        **party_cells(agreement.parties, model),
        "document_type": agreement.document_type.value,
        "document_type_claim": agreement.document_type.claim.id,
        "family": agreement.family,
        "relation": value_cell(agreement.relation),
        **date_cells("signed_on", value_of(agreement.signed), "signed_year"),
        "signed_on_basis": basis_cell(agreement.signed),
        "signed_on_claim": claim_cell(agreement.signed),
        "signed_at": agreement.signed_at,
        "signed_at_name_en": place_name(agreement.signed_at, model, "en"),
        "venue": value_cell(agreement.venue),
        "term_years": value_cell(agreement.term_years),
        **date_cells("valid_until", value_of(agreement.valid_until), "valid_until_year"),
        "domains": domains_of(agreement.claims),
        "signatories": join(
            describe_signatory(_person_name(s.claim, s.person), s.role, s.party, model)
            for s in agreement.signatures
        ),
        "follows": agreement.follows,
        "source_count": str(len({claim.source.witness for claim in agreement.claims})),
        "claims": join(sorted(claim.id for claim in agreement.claims)),
    }


def _person_name(claim: Claim, person: str) -> str:
    """Return the name of a signatory of a claim by the person's id; empty for an office alone."""
    return next((s.name for s in claim.signatories if person and s.person == person), "")
