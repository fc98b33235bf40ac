"""Which claims speak of one signed instrument: rules R4 (same agreement) and R9 (succession)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.model.claims import Assertion, Claim, DateRole, Place
from graph.model.conclusions import Agreement, Signature
from graph.model.iris import slug
from graph.reconcile.acceptance import rank_trust
from graph.reconcile.choose import choose_date, choose_value

FAMILIES = ("founding", "renewal", "amendment", "intent", "joint-declaration", "implementing")
"""Families of documents; where a curated key joins several, the first of this order names the agreement."""

_DOCUMENTED = frozenset({Assertion.FOUNDING, Assertion.INTENT, Assertion.CONTINUATION})


@dataclass
class _Cluster:
    """Claims that are taken to speak of one document, while the groups are being formed."""

    claims: list[Claim] = field(default_factory=list)

    @property
    def years(self) -> list[int]:
        return sorted(_signed_year(claim) for claim in self.claims if _signed_year(claim))

    @property
    def family(self) -> str:
        founding = any(claim.founds for claim in self.claims)
        return FAMILIES[0] if founding else min((c.family for c in self.claims), key=FAMILIES.index)

    def distance(self, year: int) -> int | None:
        """Return by how many years `year` is off, or None when it would stretch the group over one year."""
        years = [*self.years, year]
        return min(abs(year - own) for own in years[:-1] or years) if max(years) - min(years) <= 1 else None


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
    clusters: dict[str, _Cluster] = {}
    for claim in documented:
        if claim.agreement_key:
            clusters.setdefault(claim.agreement_key, _Cluster()).claims.append(claim)
    groups = list(clusters.values())
    free = [claim for claim in documented if not claim.agreement_key]
    for claim in sorted(free, key=lambda claim: not _signed_year(claim)):
        _join(claim, groups)
    return [group.claims for group in sorted(groups, key=lambda g: (g.years[:1] or [9999], g.claims[0].id))]


def _join(claim: Claim, groups: list[_Cluster]) -> None:
    year = _signed_year(claim)
    family = [group for group in groups if group.family == claim.family]
    if year:
        near = [(off, n) for n, group in enumerate(family) if (off := group.distance(year)) is not None]
        if near:
            family[min(near)[1]].claims.append(claim)
            return
    elif family:
        if len(family) == 1:
            family[0].claims.append(claim)
        return
    groups.append(_Cluster([claim]))


def build_agreements(
    pair: str,
    parties: tuple[str, str],
    claims: Iterable[Claim],
    registered: Mapping[str, str],
    find_place: Callable[[str], str],
) -> tuple[Agreement, ...]:
    """Return the agreements of one pair in the order of signing (undated last), each with its best values.

    `registered` maps claim ids to the agreement ids that earlier builds gave them; `find_place` turns a venue
    that is the name of a place into its id, or gives an empty text.
    """
    taken: set[str] = set()
    agreements = []
    for group in group_claims(claims):
        agreement_id = _name_agreement(pair, _Cluster(group), registered, taken)
        taken.add(agreement_id)
        agreements.append(_build(agreement_id, parties, _Cluster(group), find_place))
    return tuple(sorted(agreements, key=_signing_order))


def _signing_order(agreement: Agreement) -> tuple[bool, str, str]:
    return agreement.signed is None, str(agreement.signed.value) if agreement.signed else "", agreement.id


def _name_agreement(pair: str, group: _Cluster, registered: Mapping[str, str], taken: set[str]) -> str:
    ids = {registered[claim.id] for claim in group.claims if claim.id in registered}
    known = sorted(name for name in ids - taken if name.startswith(f"{pair}-"))
    if known:
        return known[0]
    signed = choose_date(group.claims, DateRole.SIGNED)
    plain = f"{pair}-{group.family}-{signed.value.year if signed else 'undated'}"
    name, n = plain, 2
    while name in taken or name in registered.values():
        name, n = f"{plain}-{n}", n + 1
    return name


def _build(
    agreement_id: str, parties: tuple[str, str], group: _Cluster, find_place: Callable[[str], str]
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
        signed_at=find_place(venue.value) if venue else "",
        signatures=_sign(agreement_id, parties, claims),
    )


def _sign(agreement_id: str, parties: tuple[str, str], claims: Sequence[Claim]) -> tuple[Signature, ...]:
    """Return the signatures: for each party, those that the most trusted claim naming one names."""
    signatures: list[Signature] = []
    for party in parties:
        naming = [c for c in claims if any(s.party == party and (s.person or s.role) for s in c.signatories)]
        by_name = [c for c in naming if any(s.party == party and s.person for s in c.signatories)] or naming
        if not by_name:
            continue
        claim = min(by_name, key=lambda c: (rank_trust(c), c.id))
        signatures += [
            Signature(f"{agreement_id}-{slug(s.person or s.role)}", party, s.person, s.role, claim)
            for s in claim.signatories
            if s.party == party and (s.person or s.role)
        ]
    return tuple(replace(s, id=f"{agreement_id}-{n}") for n, s in enumerate(signatures, start=1))


def chain_agreements(agreements: Sequence[Agreement]) -> tuple[Agreement, ...]:
    """Return the agreements of one pair, each following the latest one signed in time before it."""
    chained: list[Agreement] = []
    for agreement in agreements:
        earlier = [one for one in chained if _signed_before(one, agreement)]
        chained.append(replace(agreement, follows=earlier[-1].id) if earlier else agreement)
    return tuple(chained)


def _signed_before(earlier: Agreement, later: Agreement) -> bool:
    if earlier.signed is None or later.signed is None:
        return False
    return earlier.signed.value < later.signed.value and not earlier.signed.value.agrees_with(
        later.signed.value
    )


def follow_predecessor(
    agreements: Sequence[Agreement],
    places: Mapping[str, Place],
    agreements_of: Callable[[str, str], Sequence[Agreement]],
) -> tuple[Agreement, ...]:
    """R9: the first agreement with a successor follows the last agreement with the party before it."""
    if not agreements or agreements[0].follows:
        return tuple(agreements)
    first = agreements[0]
    for new, stays in (first.parties, first.parties[::-1]):
        old = places[new].succeeds
        before = agreements_of(old, stays) if old else ()
        if before:
            return (replace(first, follows=before[-1].id), *agreements[1:])
    return tuple(agreements)
