"""From claims to one model: each pair is read by the rules R1 to R9, and what conflicts is assessed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from graph.model.claims import Assertion, Claim, DateRole, Judgement, LoadedCollection, Place
from graph.model.conclusions import Agreement, Assessment, Event, Maker, Model, Outcome, Pair
from graph.model.iris import iri, order_pair, pair_id, short_hash, slug
from graph.model.matches import Decision
from graph.model.vocabulary import top_concepts
from graph.reconcile.acceptance import accept_pair, find_displacing_pair, find_parts
from graph.reconcile.agreements import build_agreements, chain_agreements, follow_predecessor
from graph.reconcile.choose import INTENT, choose_date, choose_relation, choose_since, choose_status
from graph.reconcile.conflicts import find_conflicts


def reconcile(collections: Sequence[LoadedCollection]) -> Model:
    """Return the model of all collections together. Pure: the same collections give the same model."""
    places = {place.id: place for collection in collections for place in collection.places}
    claims = tuple(sorted((c for one in collections for c in one.claims), key=lambda c: c.id))
    judgements = [judgement for one in collections for judgement in one.judgements]
    today = max(one.info.compiled for one in collections)
    registered = {c: name for one in collections for name, ids in one.agreement_ids.items() for c in ids}
    pairs = _reconcile_pairs(claims, judgements, places, registered, today)
    events = build_events(claims)
    by_id = {claim.id: claim for claim in claims}
    assessments = [*_assess(pairs, places, today), *_judge(judgements, by_id, pairs, today)]
    return Model(
        collections=tuple(one.info for one in collections),
        places=places,
        claims=claims,
        regulations=tuple(regulation for one in collections for regulation in one.regulations),
        pairs=tuple(pairs.values()),
        events=events,
        assessments=tuple(sorted(assessments, key=lambda a: a.id)),
        about=_about(claims, pairs, events),
        matches=tuple(m for one in collections for m in one.matches if m.decision is not Decision.STATED),
    )


def _reconcile_pairs(
    claims: Iterable[Claim],
    judgements: Iterable[Judgement],
    places: Mapping[str, Place],
    registered: Mapping[str, str],
    today: dt.date,
) -> dict[str, Pair]:
    by_pair: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if len(claim.parties) == 2:
            by_pair[order_pair(*claim.parties)].append(claim)
    supported = {j.claim for j in judgements if j.verdict == "supported"}
    corrected = {j.claim: j.corrected_by[0] for j in judgements if j.corrected_by}
    outcomes = {pair_id(*p): accept_pair(own, supported) for p, own in by_pair.items()}
    accepted = {name for name, outcome in outcomes.items() if outcome is Outcome.ACCEPTED}
    parts, pairs = find_parts(places), {}
    for parties in sorted(by_pair, key=lambda p: pair_id(*p)):
        own = by_pair[parties]
        displaced = find_displacing_pair(parties, own, places, parts, accepted)
        outcome = Outcome.CLAIMED if displaced else outcomes[pair_id(*parties)]
        meant = displaced or next((corrected[c.id] for c in own if c.id in corrected), "")
        pair = _reconcile_pair(parties, outcome, own, places, registered, today)
        pairs[pair.id] = replace(pair, replaced_by=meant if outcome is Outcome.CLAIMED else "")
    return {name: _succeed(pair, pairs, places) for name, pair in pairs.items()}


def _reconcile_pair(
    parties: tuple[str, str],
    outcome: Outcome,
    claims: Sequence[Claim],
    places: Mapping[str, Place],
    registered: Mapping[str, str],
    today: dt.date,
) -> Pair:
    name = pair_id(*parties)
    agreements = chain_agreements(
        build_agreements(name, parties, claims, registered, lambda text: _find_place(text, parties, places))
    )
    pair = Pair(name, parties, outcome, tuple(claims), agreements if outcome is not Outcome.NONE else ())
    if outcome is Outcome.INTENT:
        return replace(pair, status=INTENT, relation=choose_relation(claims))
    if outcome is not Outcome.ACCEPTED:
        return pair
    status, status_claim = choose_status(claims, agreements, today)
    ended = status_claim is not None and status_claim.assertion is Assertion.ENDING
    return replace(
        pair,
        relation=choose_relation(claims),
        since=choose_since(agreements, claims),
        until=choose_date([status_claim], DateRole.UNTIL) if ended and status_claim else None,
        status=status,
        status_claim=status_claim,
    )


def _find_place(text: str, parties: tuple[str, str], places: Mapping[str, Place]) -> str:
    """Return the party that a venue names, or an empty text: a venue is a place only where it is a party."""
    return next((p for p in parties if text in {label for _, label in places[p].labels}), "")


def _succeed(pair: Pair, pairs: Mapping[str, Pair], places: Mapping[str, Place]) -> Pair:
    def agreements_of(a: str, b: str) -> Sequence[Agreement]:
        other = pairs.get(pair_id(a, b))
        return other.agreements if other else ()

    return replace(pair, agreements=follow_predecessor(pair.agreements, places, agreements_of))


def build_events(claims: Iterable[Claim]) -> tuple[Event, ...]:
    """Return the events that claims tell of: one for the same parties, type and date; an undated one each."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.event_type and claim.parties:
            groups[_event_id(claim)].append(claim)
    return tuple(
        Event(name, own[0].event_type, order_places(own[0].parties), tuple(own), own[0].date)
        for name, own in sorted(groups.items())
    )


def order_places(parties: tuple[str, ...]) -> tuple[str, ...]:
    """Return one or two place ids in the order of partnership ids."""
    return order_pair(*parties) if len(parties) == 2 else parties


def _event_id(claim: Claim) -> str:
    when = str(claim.date) if claim.date is not None else slug(claim.id)
    return f"{'-'.join(order_places(claim.parties))}-{claim.event_type}-{when}"


def _about(
    claims: Iterable[Claim], pairs: Mapping[str, Pair], events: Iterable[Event]
) -> dict[str, tuple[str, ...]]:
    things: dict[str, list[str]] = defaultdict(list)
    for pair in pairs.values():
        if pair.outcome is not Outcome.NONE:
            for claim in pair.claims:
                things[claim.id].append(iri("partnership", pair.id))
        for agreement in pair.agreements:
            for claim in agreement.claims:
                things[claim.id].append(iri("agreement", agreement.id))
    for event in events:
        for claim in event.claims:
            things[claim.id].append(iri("event", event.id))
    for claim in claims:
        alone = claim.parties if len(claim.parties) == 1 or not things[claim.id] else ()
        things[claim.id] += [iri("place", place) for place in alone]
        things[claim.id] += claim.about
    return {name: tuple(sorted(set(iris))) for name, iris in things.items()}


def _assess(pairs: Mapping[str, Pair], places: Mapping[str, Place], today: dt.date) -> list[Assessment]:
    found = []
    for pair in pairs.values():
        for about, issue, claims, why in find_conflicts(pair, top_concepts):
            ids = tuple(claim.id for claim in claims)
            verdict = "unverified" if issue in {"low-trust", "unsupported"} else "disputed"
            found.append(_assessment(about, ids, ids, verdict, issue, why, today))
        if pair.replaced_by and _levels_differ(pair, places):
            found.append(_displaced(pair, pairs, places, today))
    return found


def _levels_differ(pair: Pair, places: Mapping[str, Place]) -> bool:
    first, second = (places[party] for party in pair.parties)
    return not first.is_level_with(second)


def _displaced(
    pair: Pair, pairs: Mapping[str, Pair], places: Mapping[str, Place], today: dt.date
) -> Assessment:
    meant = pairs[pair.replaced_by]
    names = " and ".join(places[party].label("en") for party in meant.parties)
    why = f"A one-way claim across administrative levels; the accepted pair is {names}."
    ids = tuple(claim.id for claim in pair.claims)
    proof = tuple(claim.id for claim in meant.claims)
    made = _assessment(
        iri("partnership", pair.id), ids, proof, "partly-supported", "level-mismatch", why, today
    )
    return replace(made, corrected_by=(pair.replaced_by,))


def _assessment(
    about: str,
    assesses: tuple[str, ...],
    evidence: tuple[str, ...],
    verdict: str,
    issue: str,
    why: str,
    on: dt.date,
) -> Assessment:
    name = short_hash(f"{about}|{issue}|{'|'.join(assesses)}", 12)
    return Assessment(name, about, assesses, evidence, verdict, issue, why, Maker.BUILD, on)


def _judge(
    judgements: Iterable[Judgement], claims: Mapping[str, Claim], pairs: Mapping[str, Pair], today: dt.date
) -> list[Assessment]:
    return [
        Assessment(
            id=short_hash(f"{j.claim}|{j.issue}|{j.id}", 12),
            about="",
            assesses=(j.claim,),
            evidence=j.evidence,
            verdict=j.verdict,
            issue=j.issue,
            note=j.note,
            maker=Maker.CURATOR,
            issued=today,
            corrected_by=tuple(pair for pair in j.corrected_by if pair in pairs),
        )
        for j in judgements
        if j.claim in claims
    ]
