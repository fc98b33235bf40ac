"""What pairs and agreements were called before: no published IRI is lost while its thing is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import product

from graph.errors import CollectionError
from graph.model.claims import LoadedCollection, Place
from graph.model.conclusions import Agreement, Pair
from graph.model.iris import pair_id
from graph.reconcile.acceptance import Parties
from graph.reconcile.agreements import Registered


def read_former_pairs(collections: Iterable[LoadedCollection]) -> dict[str, str]:
    """Return the ids that the collections say pairs had before, each with today's."""
    return {former: now for one in collections for former, now in one.former_pairs.items()}


def check_former_pairs(former_pairs: Mapping[str, str], by_parties: Iterable[Parties]) -> None:
    """Raise CollectionError for a former id of a pair that leads to no pair, or is one itself."""
    pairs = {pair_id(*parties) for parties in by_parties}
    for former, now in former_pairs.items():
        if now not in pairs or former in pairs:
            what = f"{former} cannot lead to {now}: it is no pair, or {former} is one itself"
            raise CollectionError("former_pairs.csv", what, "Mend the row.")


def find_former_pairs(
    parties: Parties, places: Mapping[str, Place], former_pairs: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the ids that a pair had before: under the former ids of its places, and others, in order.

    What `former_pairs` says of an id outweighs what its places tell, as when one place turned out to be two.
    """
    own = pair_id(*parties)
    former = [(party, *places[party].replaces) for party in parties]
    told = {pair_id(*ids) for ids in product(*former)} - {own} - former_pairs.keys()
    return tuple(sorted(told | {old for old, now in former_pairs.items() if now == own}))


def lead_on(pairs: Mapping[str, Pair], registered: Registered, gone: Collection[str]) -> dict[str, Pair]:
    """Return the pairs, where each registered agreement that is no more leads to that of its first claim.

    Its claims may have gone to another pair, as when a place was split. `gone` are the paths of what leads
    nowhere on purpose.
    """
    agreements = [agreement for name in sorted(pairs) for agreement in pairs[name].agreements]
    taken = {name for agreement in agreements for name in (agreement.id, *agreement.replaces)}
    taken |= {path.removeprefix("agreement/") for path in gone}
    former: dict[str, str] = {}
    for claim, agreement in sorted((claim.id, one.id) for one in agreements for claim in one.claims):
        for name in registered.get(claim, ()):
            if name not in taken:
                former.setdefault(name, agreement)
    moved = {*former.values()}
    return {
        name: replace(pair, agreements=tuple(_add_former(one, former) for one in pair.agreements))
        if any(one.id in moved for one in pair.agreements)
        else pair
        for name, pair in pairs.items()
    }


def _add_former(agreement: Agreement, former: Mapping[str, str]) -> Agreement:
    added = [name for name, now in former.items() if now == agreement.id]
    return replace(agreement, replaces=tuple(sorted((*agreement.replaces, *added)))) if added else agreement
