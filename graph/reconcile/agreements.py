"""Which claims speak of one signed instrument: rules R4 (same agreement) and R9 (succession)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.model.claims import TRUST, Assertion, Claim, DateRole, Place, Signatory
from graph.model.conclusions import Agreement, Signature
from graph.model.iris import pair_id
from graph.reconcile.choose import choose_date, choose_value, drop_early_end

FAMILIES = ("founding", "renewal", "amendment", "intent", "joint-declaration", "implementing")
"""Families of documents; where a curated key joins several, the first of this order names the agreement."""

_NEWS = TRUST.index("news")
_LAST = 10_000
"""The year of groups without one, after all others."""
Registered = Mapping[str, Sequence[str]]
"""The ids of agreements that claims were registered under, by the id of the claim."""
_DOCUMENTED = frozenset({Assertion.FOUNDING, Assertion.INTENT, Assertion.CONTINUATION})


@dataclass
class _Group:
    """Claims that are taken to speak of one document, while the groups are being formed."""

    claims: list[Claim] = field(default_factory=list)

    @property
    def years(self) -> list[int]:
        """Return the years of signing of its claims, in order."""
        return sorted(filter(None, map(_signed_year, self.claims)))

    @property
    def stated_family(self) -> str:
        """Return the family that its claims state, the first of FAMILIES where a key joins several."""
        return min((claim.family for claim in self.claims), key=FAMILIES.index)

    @property
    def family(self) -> str:
        """Return the family: founding where a source of trust news or better calls that document so (R6)."""
        founds = any(claim.founds and claim.trust <= _NEWS for claim in self.claims)
        return FAMILIES[0] if founds else self.stated_family

    def admits(self, year: int) -> bool:
        """Return whether a claim of `year` can join: the years of signing then span one year at most."""
        years = [*self.years, year]
        return max(years) - min(years) <= 1

    def distance(self, year: int) -> int:
        """Return how many years `year` is from the nearest year of signing, 0 where none is known."""
        return min((abs(year - signed) for signed in self.years), default=0)


def _signed_year(claim: Claim) -> int:
    """Return the year of signing, stated or else worked out (R12); 0 where there is none."""
    date = claim.known_date
    return date.year if date is not None and claim.date_role is DateRole.SIGNED else 0


def names_document(claim: Claim) -> bool:
    """Return whether a claim says that a document exists: it has a family and asserts more than a step."""
    return bool(claim.family) and claim.assertion in _DOCUMENTED


def group_claims(claims: Iterable[Claim]) -> list[list[Claim]]:
    """R4: claims of one pair and one family of documents whose years differ by at most one are one agreement.

    A curated key overrides in both directions. Stated years are put together first, then those that were
    worked out. An undated claim joins the family's only agreement, makes one where there is none, and is left
    out where there are several. A claim without a document is left out.
    """
    documented = sorted(
        (claim for claim in claims if names_document(claim)),
        key=lambda claim: (_signed_year(claim), claim.date is None, str(claim.known_date), claim.id),
    )
    keyed: dict[str, _Group] = defaultdict(_Group)
    for claim in documented:
        if claim.agreement_key:
            keyed[claim.agreement_key].claims.append(claim)
    groups = list(keyed.values())
    free = [claim for claim in documented if not claim.agreement_key]
    for claim in sorted(free, key=_how_dated):
        _join(claim, groups)
    groups.sort(
        key=lambda group: (group.years[:1] or [_LAST], FAMILIES.index(group.family), group.claims[0].id)
    )
    return [group.claims for group in groups]


def _how_dated(claim: Claim) -> int:
    """Return 0 for a claim that states its date of signing, 1 for one worked out, 2 where none is known."""
    if not _signed_year(claim):
        return 2
    return 0 if claim.date is not None else 1


def _join(claim: Claim, groups: list[_Group]) -> None:
    """Put a claim without a key into the nearest group of its family, into a new one, or into none."""
    year = _signed_year(claim)
    alike = [group for group in groups if group.stated_family == claim.family]
    if not year and len(alike) > 1:
        return
    open_to = [group for group in alike if not year or group.admits(year)]
    nearest = min(open_to, key=lambda group: (group.distance(year), group.years), default=None)
    if nearest is None:
        groups.append(_Group([claim]))
    else:
        nearest.claims.append(claim)


def build_agreements(
    pair: str,
    parties: tuple[str, str],
    claims: Iterable[Claim],
    registered: Registered,
    places: Mapping[str, Place],
    former_pairs: Sequence[str] = (),
    doubted: Collection[str] = (),
) -> tuple[Agreement, ...]:
    """Return the agreements of one pair in the order of signing (undated last), each with its best values.

    `doubted` are ids of claims that give no value to an agreement of which another claim speaks (R2).

    `registered` maps claim ids to the agreement ids that earlier builds gave them. One that a former id of
    the pair begins with is given on under the pair's own id, and replaced by that: by one agreement, the
    first where its claims speak of several by now. One that nobody registered is replaced by what it was
    called while the pair had its former ids.
    """
    taken: set[str] = set()
    given: set[str] = set()
    agreements = []
    for group in map(_Group, group_claims(claims)):
        ids = _former_ids(group, registered, former_pairs)
        former = {name: rest for name, rest in ids.items() if name not in given}
        given |= former.keys()
        agreement_id = _name_agreement(pair, group, registered, taken, former)
        taken.add(agreement_id)
        if not any(claim.id in registered for claim in group.claims):
            rest = agreement_id.removeprefix(pair)
            former = {f"{old}{rest}": rest for old in former_pairs if f"{old}{rest}" not in given}
            given |= former.keys()
        agreement = _build(agreement_id, parties, group, places, doubted)
        agreements.append(replace(agreement, replaces=tuple(sorted(former))))
    return tuple(sorted(agreements, key=_signing_order))


def _former_ids(group: _Group, registered: Registered, former_pairs: Sequence[str]) -> dict[str, str]:
    """Return the registered ids of a group that former ids of its pair begin, each with what follows that."""
    ids = {name for claim in group.claims for name in registered.get(claim.id, ())}
    begun = [(name, pair) for name in ids for pair in former_pairs if name.startswith(f"{pair}-")]
    return {name: name.removeprefix(pair) for name, pair in sorted(begun)}


def _signing_order(agreement: Agreement) -> tuple[bool, str, str]:
    return agreement.signed is None, str(agreement.signed.value) if agreement.signed else "", agreement.id


def _name_agreement(
    pair: str, group: _Group, registered: Registered, taken: set[str], former: Mapping[str, str]
) -> str:
    """Return the id that a claim of the group is registered under, else a new one that is not in use."""
    ids = {name for claim in group.claims for name in registered.get(claim.id, ())}
    known = sorted(name for name in ids - taken if name.startswith(f"{pair}-"))
    known += [name for name in (f"{pair}{rest}" for rest in former.values()) if name not in taken]
    if known:
        return known[0]
    signed = choose_date(group.claims, DateRole.SIGNED)
    plain = f"{pair}-{group.family}-{signed.value.year if signed else 'undated'}"
    name, number = plain, 2
    in_use = taken | {known for names in registered.values() for known in names}
    while name in in_use:
        name, number = f"{plain}-{number}", number + 1
    return name


def _build(
    agreement_id: str,
    parties: tuple[str, str],
    group: _Group,
    places: Mapping[str, Place],
    doubted: Collection[str],
) -> Agreement:
    spoken = tuple(sorted(group.claims, key=lambda claim: claim.id))
    claims = tuple(claim for claim in spoken if claim.id not in doubted) or spoken
    document = choose_value(claims, lambda claim: claim.document_type or None)
    assert document is not None  # noqa: S101 - the loader gives every family a document type
    venue = choose_value(claims, lambda claim: claim.venue or None)
    signed = choose_date(claims, DateRole.SIGNED)
    valid_until = choose_value(claims, lambda claim: claim.valid_until)
    return Agreement(
        id=agreement_id,
        parties=parties,
        family=_Group([*claims]).family,
        document_type=document,
        claims=spoken,
        signed=signed,
        relation=choose_value(claims, lambda claim: claim.relation or None),
        term_years=choose_value(claims, lambda claim: claim.term_years),
        valid_until=drop_early_end(signed, valid_until),
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
    return earlier.signed.value.is_before(later.signed.value)


def follow_predecessor(
    agreements: Sequence[Agreement],
    places: Mapping[str, Place],
    by_pair: Mapping[str, Sequence[Agreement]],
) -> tuple[Agreement, ...]:
    """R9: the first agreement with a successor follows the last one with the party before it, signed earlier.

    Only a dated agreement is followed, and never one that was signed later; an undated successor follows the
    last dated one. Who came before a predecessor counts too, the nearest first.
    `by_pair` are the agreements of all pairs by the id of the pair.
    """
    if not agreements:
        return ()
    first = agreements[0]
    for before in _predecessors(first.parties, places):
        dated = [one for one in by_pair.get(pair_id(*before), ()) if one.signed is not None]
        earlier = [one for one in dated if first.signed is None or _signed_before(one, first)]
        if earlier:
            return (replace(first, follows=earlier[-1].id), *agreements[1:])
    return tuple(agreements)


def _predecessors(parties: tuple[str, str], places: Mapping[str, Place]) -> list[tuple[str, str]]:
    """Return the pairs that came before one, the nearest first: either party may succeed another, or both."""
    first, second = (_with_predecessors(party, places) for party in parties)
    steps = sorted((i + j, i, j) for i in range(len(first)) for j in range(len(second)))
    pairs = [(first[i], second[j]) for _, i, j in steps[1:]]
    return [pair for pair in pairs if pair[0] != pair[1]]


def _with_predecessors(party: str, places: Mapping[str, Place]) -> list[str]:
    """Return a party and those that it succeeds one after the other, nearest first."""
    line = [party]
    while line[-1] in places and (before := places[line[-1]].succeeds) and before not in line:
        line.append(before)
    return line
