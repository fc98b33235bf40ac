"""agreements.csv: signed documents."""

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
from graph.model.claims import Claim
from graph.model.conclusions import Agreement, Model, Pair
from graph.model.iris import iri
from graph.triples.model import label_agreement

TABLE = Table(
    AGREEMENTS,
    "signed documents",
    (
        text("id", "last part of the address", "Q10084-Q18970-founding-1996"),
        Column("iri", Kind.IRI, "the address", iri("agreement", "Q10084-Q18970-founding-1996")),
        text("partnership", "the pair that signed it", "Q10084-Q18970", PARTNERSHIPS),
        text("outcome", "accepted, intent or claimed, of that pair", "accepted"),
        text("label_en", "English label", "Letter of intent: Batam – Gimje (2011)"),
        text("label_id", "Indonesian label", "Pernyataan kehendak kerja sama: Kota Batam – Gimje (2011)"),
        *PARTY_COLUMNS,
        text("document_type", "kind of document (vocab/document)", "mou"),
        text("family", "founding, intent, renewal, amendment, joint-declaration …", "founding"),
        text("relation", "kind of relation (vocab/relation)", "sister-city"),
        date("signed_on", "when it was signed", "1996-03"),
        year("signed_year", "signed_on", "1996"),
        text("signed_on_basis", BASIS, "sequence"),
        text("signed_at", "where it was signed", "Q10084", PLACES),
        text("signed_at_name_en", "the English name of that place", "Vlissingen"),
        text("venue", "where it was signed, as stated", "Vlissingen"),
        integer("term_years", "for how many years", "5"),
        date("valid_until", "the end of its term", "2021"),
        year("valid_until_year", "valid_until", "2021"),
        several("domains", "domains of cooperation (vocab/domain)", "economy;environment;health"),
        several("signatories", "name, office and place, as far as known", "Dicky Wattimena, mayor, Ambon"),
        text("follows", "the agreement before it", "Q10084-Q18970-intent-1989", AGREEMENTS),
        integer("source_count", "independent sources", "1"),
        text("signed_on_claim", "the claim that `signed_on` rests on", "indonesia/F220", CLAIMS),
        text("document_type_claim", "the claim that `document_type` rests on", "indonesia/F220", CLAIMS),
        several("claims", "all claims about it", "indonesia/F220", CLAIMS),
    ),
)


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
