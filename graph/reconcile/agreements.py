"""Which claims speak of one signed instrument: rules R4 (same agreement) and R9 (succession)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.model.claims import Assertion, Claim, DateRole, Place, Signatory
from graph.model.conclusions import Agreement, Signature
from graph.model.iris import pair_id
from graph.reconcile.choose import choose_date, choose_value

FAMILIES = ("founding", "renewal", "amendment", "intent", "joint-declaration", "implementing")
"""Families of documents; where a curated key joins several, the first of this order names the agreement."""

_DOCUMENTED = frozenset({Assertion.FOUNDING, Assertion.INTENT, Assertion.CONTINUATION})


@dataclass
class _Group:
    """Claims that are taken to speak of one document, while the groups are being formed."""

    claims: list[Claim] = field(default_factory=list)

    @property
    def years(self) -> list[int]:
        """Return the years of signing that its claims state, in order."""
        return sorted(filter(None, map(_signed_year, self.claims)))

    @property
    def family(self) -> str:
        """Return the family: founding where a claim calls the document so, else the first of FAMILIES."""
        if any(claim.founds for claim in self.claims):
            return FAMILIES[0]
        return min((claim.family for claim in self.claims), key=FAMILIES.index)

    def admits(self, year: int) -> bool:
        """Return whether a claim of `year` can join: the years of signing then span one year at most."""
        years = [*self.years, year]
        return max(years) - min(years) <= 1

    def distance(self, year: int) -> int:
        """Return how many years `year` is from the nearest year of signing, 0 where none is stated."""
        return min((abs(year - signed) for signed in self.years), default=0)


def _signed_year(claim: Claim) -> int:
    return claim.date.year if claim.date is not None and claim.date_role is DateRole.SIGNED else 0


def names_document(claim: Claim) -> bool:
    """Return whether a claim says that a document exists: it has a family and asserts more than a step."""
    return bool(claim.family) and claim.assertion in _DOCUMENTED


def group_claims(claims: Iterable[Claim]) -> list[list[Claim]]:
    """R4: claims of one pair and one family of documents whose years differ by at most one are one agreement.

    A curated key overrides in both directions. An undated claim joins the family's only agreement, makes one
    where there is none, and is left out where there are several. A claim without a document is left out.
    """
    documented = sorted(
        (claim for claim in claims if names_document(claim)),
        key=lambda claim: (_signed_year(claim), claim.date is None, str(claim.date), claim.id),
    )
    keyed: dict[str, _Group] = defaultdict(_Group)
    for claim in documented:
        if claim.agreement_key:
            keyed[claim.agreement_key].claims.append(claim)
    groups = list(keyed.values())
    free = [claim for claim in documented if not claim.agreement_key]
    for claim in sorted(free, key=lambda claim: not _signed_year(claim)):
        _join(claim, groups)
    groups.sort(key=lambda group: (group.years[:1] or [9999], group.claims[0].id))
    return [group.claims for group in groups]


def _join(claim: Claim, groups: list[_Group]) -> None:
    """Put a claim without a key into the nearest group of its family, into a new one, or into none."""
    year = _signed_year(claim)
    alike = [group for group in groups if group.family == claim.family]
    if not year and len(alike) > 1:
        return
    open_to = [group for group in alike if not year or group.admits(year)]
    nearest = min(open_to, key=lambda group: group.distance(year), default=None)
    if nearest is None:
        groups.append(_Group([claim]))
    else:
        nearest.claims.append(claim)


def build_agreements(
    pair: str,
    parties: tuple[str, str],
    claims: Iterable[Claim],
    registered: Mapping[str, str],
    places: Mapping[str, Place],
) -> tuple[Agreement, ...]:
    """Return the agreements of one pair in the order of signing (undated last), each with its best values.

    `registered` maps claim ids to the agreement ids that earlier builds gave them.
    """
    taken: set[str] = set()
    agreements = []
    for group in map(_Group, group_claims(claims)):
        agreement_id = _name_agreement(pair, group, registered, taken)
        taken.add(agreement_id)
        agreements.append(_build(agreement_id, parties, group, places))
    return tuple(sorted(agreements, key=_signing_order))


def _signing_order(agreement: Agreement) -> tuple[bool, str, str]:
    return agreement.signed is None, str(agreement.signed.value) if agreement.signed else "", agreement.id


def _name_agreement(pair: str, group: _Group, registered: Mapping[str, str], taken: set[str]) -> str:
    """Return the id that a claim of the group is registered under, else a new one that is not in use."""
    ids = {registered[claim.id] for claim in group.claims if claim.id in registered}
    known = sorted(name for name in ids - taken if name.startswith(f"{pair}-"))
    if known:
        return known[0]
    signed = choose_date(group.claims, DateRole.SIGNED)
    plain = f"{pair}-{group.family}-{signed.value.year if signed else 'undated'}"
    name, number = plain, 2
    while name in taken or name in registered.values():
        name, number = f"{plain}-{number}", number + 1
    return name


def _build(
    agreement_id: str, parties: tuple[str, str], group: _Group, places: Mapping[str, Place]
) -> Agreement:
    claims = tuple(sorted(group.claims, key=lambda claim: claim.id))
    document = choose_value(claims, lambda claim: claim.document_type or None)
    assert document is not None  # noqa: S101 - the loader gives every family a document type
    venue = choose_value(claims, lambda claim: claim.venue or None)
    return Agreement(
        id=agreement_id,
        parties=parties,
        family=group.family,
        document_type=document,
        claims=claims,
        signed=choose_date(claims, DateRole.SIGNED),
        relation=choose_value(claims, lambda claim: claim.relation or None),
        term_years=choose_value(claims, lambda claim: claim.term_years),
        valid_until=choose_value(claims, lambda claim: claim.valid_until),
        venue=venue,
        signed_at=_find_place(venue.value, parties, places) if venue else "",
        signatures=_sign(agreement_id, parties, claims),
    )


def _find_place(venue: str, parties: tuple[str, str], places: Mapping[str, Place]) -> str:
    """Return the party that a venue names, or an empty text: a venue is a place only where it is a party."""
    return next((party for party in parties if venue in {name for _, name in places[party].labels}), "")


def _sign(agreement_id: str, parties: tuple[str, str], claims: Sequence[Claim]) -> tuple[Signature, ...]:
    """Return the signatures: for each party those that one claim names, the best by `_find_naming_claim`."""
    signed = [
        (signatory, claim)
        for party in parties
        if (claim := _find_naming_claim(party, claims)) is not None
        for signatory in _signatories(claim, party)
    ]
    return tuple(
        Signature(f"{agreement_id}-{number}", signatory.party, signatory.person, signatory.role, claim)
        for number, (signatory, claim) in enumerate(signed, start=1)
    )


def _find_naming_claim(party: str, claims: Sequence[Claim]) -> Claim | None:
    """Return the most trusted claim that names a person for a party, else one that names an office."""
    naming = [claim for claim in claims if _signatories(claim, party)]
    return min(naming, key=lambda c: (not _names_person(c, party), c.trust, c.id), default=None)


def _signatories(claim: Claim, party: str) -> list[Signatory]:
    return [
        signer for signer in claim.signatories if signer.party == party and (signer.person or signer.role)
    ]


def _names_person(claim: Claim, party: str) -> bool:
    return any(signatory.person for signatory in _signatories(claim, party))


def chain_agreements(agreements: Sequence[Agreement]) -> tuple[Agreement, ...]:
    """Return the agreements of one pair, each following the latest one signed in time before it."""
    chained: list[Agreement] = []
    for agreement in agreements:
        earlier = [before for before in chained if _signed_before(before, agreement)]
        chained.append(replace(agreement, follows=earlier[-1].id) if earlier else agreement)
    return tuple(chained)


def _signed_before(earlier: Agreement, later: Agreement) -> bool:
    if earlier.signed is None or later.signed is None:
        return False
    first, second = earlier.signed.value, later.signed.value
    return first < second and not first.agrees_with(second)


def follow_predecessor(
    agreements: Sequence[Agreement],
    places: Mapping[str, Place],
    by_pair: Mapping[str, Sequence[Agreement]],
) -> tuple[Agreement, ...]:
    """R9: the first agreement with a successor follows the last agreement with the party before it.

    `by_pair` are the agreements of all pairs by the id of the pair.
    """
    if not agreements:
        return ()
    first = agreements[0]
    for successor, partner in (first.parties, first.parties[::-1]):
        predecessor = places[successor].succeeds
        before = by_pair.get(pair_id(predecessor, partner), ()) if predecessor else ()
        if before:
            return (replace(first, follows=before[-1].id), *agreements[1:])
    return tuple(agreements)
