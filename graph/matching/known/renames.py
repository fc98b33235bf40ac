"""A curated place gets the id that is now known for it, in all that its collection says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graph.model.claims import Claim, Judgement, LoadedCollection, Place
from graph.model.iris import iri, is_qid, pair_id


def rename_places(collection: LoadedCollection, new: Mapping[str, str]) -> LoadedCollection:
    """Return a collection in which places go by their new ids; ids of agreements stay as registered."""
    if not new:
        return collection
    pairs = {
        pair_id(*claim.parties): pair_id(*(new.get(party, party) for party in claim.parties))
        for claim in collection.claims
        if len(claim.parties) == 2
    }
    return replace(
        collection,
        places=tuple(_rename_place(place, new) for place in collection.places),
        claims=tuple(_rename_claim(claim, new) for claim in collection.claims),
        judgements=tuple(_rename_judgement(judgement, pairs) for judgement in collection.judgements),
    )


def _rename_place(place: Place, new: Mapping[str, str]) -> Place:
    name = new.get(place.id, place.id)
    return replace(
        place,
        id=name,
        qid=name if is_qid(name) else place.qid,
        part_of=new.get(place.part_of, place.part_of),
        succeeds=new.get(place.succeeds, place.succeeds),
        replaces=place.replaces if name == place.id else (*place.replaces, place.id),
    )


def _rename_claim(claim: Claim, new: Mapping[str, str]) -> Claim:
    about = {iri("place", old): iri("place", name) for old, name in new.items()}
    touched = {*claim.parties, claim.listed_by, claim.provider, claim.recipient} & {*new}
    if not touched and not {*claim.about} & {*about}:
        return claim
    return replace(
        claim,
        parties=tuple(new.get(party, party) for party in claim.parties),
        about=tuple(about.get(thing, thing) for thing in claim.about),
        listed_by=new.get(claim.listed_by, claim.listed_by),
        provider=new.get(claim.provider, claim.provider),
        recipient=new.get(claim.recipient, claim.recipient),
        signatories=tuple(replace(s, party=new.get(s.party, s.party)) for s in claim.signatories),
    )


def _rename_judgement(judgement: Judgement, pairs: Mapping[str, str]) -> Judgement:
    return replace(judgement, corrected_by=tuple(pairs.get(pair, pair) for pair in judgement.corrected_by))
