"""From claims to one model: each pair is read by the rules R2 to R10, and what conflicts is assessed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from graph.model.claims import Assertion, Claim, DateRole, Judgement, LoadedCollection, Place
from graph.model.conclusions import Event, Model, Outcome, Pair
from graph.model.iris import iri, order_pair, pair_id, slug
from graph.model.matches import Decision
from graph.reconcile.acceptance import Acceptance, PairOutcome, Parties, check_circles, check_corrections
from graph.reconcile.agreements import Registered, build_agreements, chain_agreements, follow_predecessor
from graph.reconcile.assessments import assess_pairs, assess_places, convert_judgements
from graph.reconcile.choose import (
    INTENT,
    choose_date,
    choose_relation,
    choose_since,
    choose_status,
    drop_early_end,
)
from graph.reconcile.former import check_former_pairs, find_former_pairs, lead_on, read_former_pairs
from graph.reconcile.sources import merge_sources


def reconcile(collections: Sequence[LoadedCollection]) -> Model:
    """Return the model of all collections together. Pure: the same collections give the same model.

    Raises CollectionError for a correction by hand that names no pair.

    What is dated by the build bears the newest day on which a collection was compiled.
    """
    claims = merge_sources(sorted((one for c in collections for one in c.claims), key=lambda claim: claim.id))
    context = _Context(
        places={place.id: place for collection in collections for place in collection.places},
        registered=_agreements_by_claim(collections),
        former_pairs=read_former_pairs(collections),
        as_of=max(collection.info.compiled for collection in collections),
    )
    by_parties = _group_by_parties(claims)
    stated = [judgement for collection in collections for judgement in collection.judgements]
    judgements = check_corrections(stated, by_parties)
    check_former_pairs(context.former_pairs, by_parties)
    gone = {path for collection in collections for path in collection.gone}
    pairs = lead_on(_reconcile_pairs(by_parties, judgements, context), context.registered, gone)
    events = _build_events(claims, context)
    assessments = [
        *assess_pairs(pairs, context.places, context.as_of),
        *assess_places((one for c in collections for one in c.contradictions), context.as_of),
        *convert_judgements(judgements, {claim.id for claim in claims}, context.as_of),
    ]
    matches = [match for collection in collections for match in collection.matches]
    return Model(
        collections=tuple(collection.info for collection in collections),
        places=context.places,
        claims=claims,
        regulations=tuple(regulation for c in collections for regulation in c.regulations),
        pairs=tuple(pairs.values()),
        events=events,
        assessments=tuple(sorted(assessments, key=lambda assessment: assessment.id)),
        about=_link_claims(claims, pairs.values(), events),
        matches=tuple(match for match in matches if match.decision is not Decision.STATED),
        row_counts={c.info.name: c.row_counts for c in collections if c.tally},
    )


@dataclass(frozen=True)
class _Context:
    """What the rules need beside the claims of a pair; `registered` are ids of agreements by claim.

    `former_pairs` are ids that pairs had before, each with today's, where their places do not tell.
    """

    places: dict[str, Place]
    registered: Registered
    former_pairs: Mapping[str, str]
    as_of: dt.date


def _agreements_by_claim(collections: Iterable[LoadedCollection]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for agreement, claims in (entry for c in collections for entry in c.agreement_ids.items()):
        for claim in claims:
            found[claim].append(agreement)
    return found


def _group_by_parties(claims: Iterable[Claim]) -> dict[Parties, list[Claim]]:
    by_parties: dict[Parties, list[Claim]] = defaultdict(list)
    for claim in claims:
        if len(claim.parties) == 2:
            by_parties[order_pair(*claim.parties)].append(claim)
    return by_parties


def _reconcile_pairs(
    by_parties: Mapping[Parties, Sequence[Claim]], judgements: Sequence[Judgement], context: _Context
) -> dict[str, Pair]:
    """Return the pairs by id, in the order of the ids."""
    acceptance = Acceptance(by_parties, judgements, context.places)
    outcomes = {pair_id(*parties): acceptance.decide_outcome(parties) for parties in by_parties}
    check_circles(outcomes, judgements, by_parties)
    pairs = {
        pair_id(*parties): _reconcile_pair(parties, stated, outcomes[pair_id(*parties)], acceptance, context)
        for parties, stated in by_parties.items()
    }
    agreements = {name: pair.agreements for name, pair in pairs.items()}
    return {
        name: replace(
            pairs[name], agreements=follow_predecessor(agreements[name], context.places, agreements)
        )
        for name in sorted(pairs)
    }


def _reconcile_pair(
    parties: Parties,
    claims: Sequence[Claim],
    decided: PairOutcome,
    acceptance: Acceptance,
    context: _Context,
) -> Pair:
    name, outcome = pair_id(*parties), decided.outcome
    former = find_former_pairs(parties, context.places, context.former_pairs)
    build = partial(
        build_agreements,
        name,
        parties,
        registered=context.registered,
        places=context.places,
        former_pairs=former,
    )
    agreements = chain_agreements(build(claims, doubted=acceptance.doubted))
    pair = Pair(
        name,
        parties,
        outcome,
        tuple(claims),
        agreements,
        replaced_by=decided.replaced_by,
        replacement=decided.reason,
        replaces=former,
    )
    if outcome not in {Outcome.INTENT, Outcome.ACCEPTED}:
        return pair
    claims = acceptance.drop_doubted(claims)
    if len(claims) < len(pair.claims):
        agreements = build(claims)
    if outcome is Outcome.INTENT:
        return replace(pair, status=INTENT, relation=choose_relation(claims))
    status, status_claim = choose_status(claims, agreements, context.as_of)
    ended = status_claim is not None and status_claim.assertion is Assertion.ENDING
    since = choose_since(agreements, claims)
    until = choose_date([status_claim], DateRole.UNTIL) if ended and status_claim else None
    return replace(
        pair,
        relation=choose_relation(claims),
        since=since,
        until=drop_early_end(since, until),
        status=status,
        status_claim=status_claim,
    )


def _build_events(claims: Iterable[Claim], context: _Context) -> tuple[Event, ...]:
    """Return the events that claims tell of: one for the same parties, type and date; an undated one each.

    A date that was worked out stands in where none is stated, and the event says so (R12).
    """
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.event_type and claim.parties:
            groups[_event_id("-".join(_order_places(claim.parties)), claim)].append(claim)
    return tuple(_build_event(name, told, context) for name, told in sorted(groups.items()))


def _build_event(name: str, claims: Sequence[Claim], context: _Context) -> Event:
    first = claims[0]
    is_stated = any(claim.date is not None for claim in claims)
    return Event(
        name,
        first.event_type,
        _order_places(first.parties),
        tuple(claims),
        first.known_date,
        basis="" if is_stated else first.date_basis,
        replaces=tuple(_event_id(former, first) for former in _former_places(first.parties, context)),
    )


def _former_places(parties: tuple[str, ...], context: _Context) -> tuple[str, ...]:
    """Return how the ids of one place or of a pair began the ids of its events before, in order."""
    if len(parties) == 1:
        return context.places[parties[0]].replaces
    first, second = parties
    return find_former_pairs(order_pair(first, second), context.places, context.former_pairs)


def _order_places(parties: tuple[str, ...]) -> tuple[str, ...]:
    """Return one or two place ids in the order of partnership ids."""
    return order_pair(*parties) if len(parties) == 2 else parties


def _event_id(places: str, claim: Claim) -> str:
    when = str(claim.known_date) if claim.known_date is not None else slug(claim.id)
    return f"{places}-{claim.event_type}-{when}"


def _link_claims(
    claims: Iterable[Claim], pairs: Iterable[Pair], events: Iterable[Event]
) -> dict[str, tuple[str, ...]]:
    """Return the IRIs of the things that each claim is about, by the id of the claim."""
    about: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.outcome is not Outcome.NONE:
            for claim in pair.claims:
                about[claim.id].append(iri("partnership", pair.id))
        for agreement in pair.agreements:
            for claim in agreement.claims:
                about[claim.id].append(iri("agreement", agreement.id))
    for event in events:
        for claim in event.claims:
            about[claim.id].append(iri("event", event.id))
    for claim in claims:
        alone = claim.parties if len(claim.parties) == 1 or not about[claim.id] else ()
        about[claim.id] += [iri("place", place) for place in alone]
        about[claim.id] += claim.about
    return {claim: tuple(sorted(set(iris))) for claim, iris in about.items()}
