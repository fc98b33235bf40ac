"""partnerships.csv: accepted, intended and merely claimed pairs.

`id`, `iri`; `outcome` accepted, intent (only intended) or claimed (somebody says so, we do not accept it);
`label_en`, `label_id`; `party_a`, `party_b` ids of places, each with `_name_en`, `_name_id`, `_country`;
`domestic` both in one country; `relation` kind of relation; `status`, `status_as_of`, `status_as_of_year`;
`since`, `since_year`, `until`, `until_year`; `status_as_of_basis`, `since_basis`, `until_basis` how these
were come by where no source states them; `domains` of cooperation; `agreements` ids; `source_count`,
`claim_count`; `since_claim`, `until_claim`, `status_claim`, `relation_claim` the claim that this value rests
on; `claims` ids of all; `replaced_by` id of the pair that was meant.
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
    domains_of,
    join,
    known_pairs,
    party_cells,
    thing_cells,
    value_cell,
    value_of,
    yes_no,
)
from graph.model.conclusions import Model
from graph.triples.model import label_pair

_COLUMNS = f"""
    id iri outcome label_en label_id {PARTY_COLUMNS} domestic relation
    status status_as_of status_as_of_year status_as_of_basis since since_year since_basis
    until until_year until_basis domains agreements
    source_count claim_count since_claim until_claim status_claim relation_claim claims replaced_by
    """
COLUMNS = tuple(_COLUMNS.split())


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
