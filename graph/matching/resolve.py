"""Who is who: which place each party of a list means, and what all sources together know of that place.

Every mention is decided on evidence that is kept: stated ids, names, countries, regions, coordinates, and the
partners that both sides have in common. What is not sure is not guessed: it stays undecided, with its records
as issues, until a person or another source decides. docs/matching.md tells how.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.matching.claims import make_claims
from graph.matching.decide import Decider, RecordPlaces, make_matches
from graph.matching.gather import Gathered, Gatherer
from graph.matching.known.bearers import BearerFinder
from graph.matching.known.gazetteer import Gazetteer
from graph.matching.known.mint import Mint, RegisteredPlace
from graph.matching.known.renames import rename_places
from graph.matching.known.reviews import Review, decisions
from graph.matching.places import (
    Profile,
    add_parents,
    complete_place,
    describe_place,
    drop_dangling_links,
    merge_places,
    trusted_point,
)
from graph.matching.rounds import Matcher
from graph.model.claims import LoadedCollection, Place
from graph.model.matches import Match
from graph.model.records import ListedCollection


@dataclass(frozen=True)
class Resolution:
    """What became of curated and listed collections together.

    `collections` are the curated ones first, then the listed ones, whose claims now name places; a place is
    in the first collection that names it. `registered` are all ids ever minted, to be kept for later builds.
    """

    collections: tuple[LoadedCollection, ...]
    matches: tuple[Match, ...] = ()
    registered: dict[str, RegisteredPlace] = field(default_factory=dict)


def resolve(
    curated: Sequence[LoadedCollection],
    listed: Sequence[ListedCollection],
    countries: Mapping[str, Place],
    *,
    reviews: Iterable[Review] = (),
    registered: Mapping[str, RegisteredPlace] | None = None,
    states: Mapping[str, str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> Resolution:
    """Return the collections with every party decided or its records told as issues. Pure.

    `countries` are places by ISO code; `states` maps the ids of territories to the states that they belong
    to, as a list may name either. Raises ValueError for a register that leads in a circle.
    """
    before = dict(registered or {})
    if not listed:
        return Resolution(tuple(curated), (), before)
    resolver = _Resolver(curated, listed, countries, before)
    return resolver.resolve(reviews, states or {}, gazetteer or Gazetteer.empty())


class _Resolver:
    """One run of `resolve`."""

    def __init__(
        self,
        curated: Sequence[LoadedCollection],
        listed: Sequence[ListedCollection],
        countries: Mapping[str, Place],
        registered: Mapping[str, RegisteredPlace],
    ) -> None:
        self._curated, self._listed = curated, listed
        self._iso_codes = {place.id: iso for iso, place in countries.items()}
        self._registered = registered
        self._known = {place.id: place for place in countries.values()} | merge_places(listed)
        self._profiles: dict[str, Profile] = defaultdict(Profile)

    def resolve(
        self, reviews: Iterable[Review], states: Mapping[str, str], gazetteer: Gazetteer
    ) -> Resolution:
        finder = BearerFinder(gazetteer, self._iso_codes, states)
        gatherer = Gatherer(finder, self._iso_codes, decisions(reviews), self._registered)
        gathered = gatherer.gather(self._curated, self._listed)
        matcher = Matcher(gathered.parties, states)
        matcher.merge_bearers()
        while matcher.merge_spellings():
            pass
        matcher.run()
        curated_ids = {place.id for collection in self._curated for place in collection.places}
        mint = Mint(self._registered, curated_ids | {*gathered.places})
        decided = Decider(gathered, matcher, finder, mint, self._iso_codes).decide()
        renamed = self._rename(gathered, mint, curated_ids)
        matches = make_matches(gathered, decided)
        self._fill_profiles(gathered, decided)
        self._retire(gathered, mint)
        collections = self._collect(gathered, decided, mint.former_ids(), renamed)
        return Resolution(
            collections=tuple(
                replace(collection, matches=tuple(matches.get(collection.info.name, ())))
                for collection in collections
            ),
            matches=tuple(match for collection in self._listed for match in matches[collection.info.name]),
            registered=dict(sorted(mint.registered.items())),
        )

    def _rename(self, gathered: Gathered, mint: Mint, curated_ids: Iterable[str]) -> dict[str, str]:
        """Return the new ids of curated places that are Wikidata items by now; the register leads on."""
        parties = {place_id: gathered.parties[gathered.places[place_id]] for place_id in curated_ids}
        changed = {place_id: party for place_id, party in parties.items() if party.place != place_id}
        for place_id, party in changed.items():
            iso, name = self._iso_codes.get(party.country, ""), next(iter(party.names), "")
            mint.redirect(place_id, iso, name, party.place)
        return {place_id: party.place for place_id, party in changed.items()}

    def _fill_profiles(self, gathered: Gathered, decided: Sequence[Sequence[RecordPlaces]]) -> None:
        """Collect the names and points that lists give to places."""
        for collection, sides, placed in zip(self._listed, gathered.sides, decided, strict=True):
            for record, entries, pair in zip(collection.records, sides, placed, strict=True):
                language, trust = record.claim.source.language, record.claim.trust
                for entry, decision in zip(entries, pair, strict=True):
                    if decision.place:
                        mention = gathered.entries[entry].mention
                        point = trusted_point(mention, decision.reasons)
                        self._profiles[decision.place].add(mention, language, trust, point)

    def _retire(self, gathered: Gathered, mint: Mint) -> None:
        """Let the register lead from ids that mentions minted once to the items that they mean by now."""
        for party in gathered.parties:
            if party.has_qid:
                mint.retire(party.place, self._iso_codes.get(party.country, ""), party.names)

    def _collect(
        self,
        gathered: Gathered,
        decided: Sequence[Sequence[RecordPlaces]],
        former_ids: Mapping[str, tuple[str, ...]],
        renamed: Mapping[str, str],
    ) -> list[LoadedCollection]:
        """Return the curated collections, their places completed, then the listed ones with their claims."""
        countries = {party.place: party.country for party in gathered.parties if party.place}
        curated = [rename_places(collection, renamed) for collection in self._curated]
        taken = {place.id for collection in curated for place in collection.places}
        found = [self._complete(collection, former_ids) for collection in curated]
        for listed, placed in zip(self._listed, decided, strict=True):
            claims, issues, tally = make_claims(listed, placed)
            named = add_parents(_named_places(listed, placed), self._known)
            places = [
                self._make_place(place_id, countries.get(place_id, ""), former_ids.get(place_id, ()))
                for place_id in named
                if place_id not in taken
            ]
            taken |= {*named}
            kept = drop_dangling_links(places, taken)
            found.append(LoadedCollection(listed.info, kept, claims, issues=issues, tally=tally))
        return found

    def _complete(
        self, collection: LoadedCollection, former_ids: Mapping[str, tuple[str, ...]]
    ) -> LoadedCollection:
        places = tuple(
            complete_place(place, self._profiles[place.id], "", former_ids.get(place.id, ()))
            for place in collection.places
        )
        return replace(collection, places=places)

    def _make_place(self, place_id: str, country: str, former_ids: tuple[str, ...]) -> Place:
        profile = self._profiles[place_id]
        if place_id in self._known:
            return complete_place(self._known[place_id], profile, country, former_ids)
        return describe_place(place_id, profile, country, former_ids)


def _named_places(listed: ListedCollection, placed: Sequence[RecordPlaces]) -> Iterable[str]:
    """Return the places that the records of a list name, or all of one that has places and no records."""
    if not listed.records:
        return [place.id for place in listed.places]
    return dict.fromkeys(decision.place for pair in placed for decision in pair if decision.place)
