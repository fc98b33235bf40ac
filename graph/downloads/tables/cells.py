"""The cells that several tables write alike; all are texts, empty for "not known" or "does not apply"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import zip_longest
from operator import attrgetter
from typing import TypeVar

from graph.downloads.tables.schema.columns import PLACES, text
from graph.model.claims import Claim
from graph.model.conclusions import Chosen, Model, Outcome, Pair
from graph.model.dates import PartialDate
from graph.model.iris import iri

T = TypeVar("T")
Row = dict[str, str]
"""The cells of one row by their columns."""

BASIS = "how it was worked out where no source states it (vocab/date-basis)"
"""What the column beside a chosen date holds."""
PARTY_COLUMNS = (
    text("party_a", "one of the two places", "Q11462", PLACES),
    text("party_a_name_en", "its English name", "Surabaya"),
    text("party_a_name_id", "its Indonesian name", "Kota Surabaya"),
    text("party_a_country", "its country, ISO 3166-1 alpha-2", "ID"),
    text("party_b", "the other place", "Q24826", PLACES),
    text("party_b_name_en", "its English name", "Liverpool"),
    text("party_b_name_id", "its Indonesian name", "Liverpool"),
    text("party_b_country", "its country, ISO 3166-1 alpha-2", "GB"),
)
"""The columns that `party_cells` fills."""


def known_pairs(model: Model) -> list[Pair]:
    """Return the pairs by id, without those of which only steps are known."""
    known = (pair for pair in model.pairs if pair.outcome is not Outcome.NONE)
    return sorted(known, key=attrgetter("id"))


def thing_cells(kind: str, local: str, label: Callable[[str], str]) -> Row:
    """Return the cells that name a thing; `label` gives its label in a language."""
    return {"id": local, "iri": iri(kind, local), "label_en": label("en"), "label_id": label("id")}


def party_cells(parties: tuple[str, ...], model: Model) -> Row:
    """Return the cells of two, one or no parties, in the order given."""
    sides = zip_longest(("party_a", "party_b"), parties, fillvalue="")
    return {name: cell for side, party in sides for name, cell in _party(side, party, model).items()}


def _party(side: str, party: str, model: Model) -> Row:
    return {
        side: party,
        f"{side}_name_en": place_name(party, model, "en"),
        f"{side}_name_id": place_name(party, model, "id"),
        f"{side}_country": country_code(party, model),
    }


def place_name(place: str, model: Model, language: str) -> str:
    """Return the label of a place by its id, empty for none."""
    return model.places[place].label(language) if place else ""


def country_code(place: str, model: Model) -> str:
    """Return the ISO 3166-1 alpha-2 code of the country of a place, or of a country itself."""
    country = model.places[place].country if place else ""
    return dict(model.places[country].codes).get("iso", "") if country else ""


def value_of(chosen: Chosen[T] | None) -> T | None:
    """Return a chosen value without its claim."""
    return None if chosen is None else chosen.value


def value_cell(chosen: Chosen[T] | None) -> str:
    """Return a chosen value as text."""
    return cell(None if chosen is None else chosen.value)


def claim_cell(chosen: Chosen[T] | None) -> str:
    """Return the id of the claim that a chosen value rests on."""
    return "" if chosen is None else chosen.claim.id


def basis_cell(chosen: Chosen[T] | None) -> str:
    """Return how a chosen date was worked out, empty for a stated one."""
    return "" if chosen is None else chosen.basis


def date_cells(name: str, date: PartialDate | None, year: str) -> Row:
    """Return a date in the column `name`, as precise as it is known, and its year in the column `year`."""
    return {name: cell(date), year: "" if date is None else str(date.year)}


def cell(value: object) -> str:
    """Return a value as text."""
    return "" if value is None else str(value)


def yes_no(value: bool | None) -> str:
    """Return true or false, empty when not known."""
    return "" if value is None else "true" if value else "false"


def join(values: Iterable[str]) -> str:
    """Return several values in one cell."""
    return ";".join(value.replace(";", ",") for value in values)


def domains_of(claims: Iterable[Claim]) -> str:
    """Return the domains of cooperation that claims state, each once."""
    return join(sorted({domain for claim in claims for domain in claim.domains}))


def describe_signatory(name: str, role: str, party: str, model: Model) -> str:
    """Return name, office and place of a signatory as far as known."""
    return ", ".join(part for part in (name, role, place_name(party, model, "en")) if part)
