"""Who is who: which place each party of a list means, and what all sources together know of that place.

Every mention is decided on evidence that is kept: stated ids, names, countries, regions, coordinates, and the
partners that both sides have in common. What is not sure is not guessed: it stays undecided, with its records
as issues, until a person or another source decides. docs/matching.md tells how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.matching.claims import make_claims
from graph.matching.decide import Decider, Outcome, make_matches
from graph.matching.gather import Gathered, Gatherer, iso_codes
from graph.matching.known.mint import Mint, RegisteredPlace
from graph.matching.known.renames import rename_places
from graph.matching.known.reviews import Review, decisions
from graph.matching.places import (
    Hearsay,
    complete_place,
    describe_place,
    trusted_point,
    with_parents,
    without_strangers,
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
) -> Resolution:
    """Return the collections with every party decided or its records told as issues. Pure.

    `countries` are places by ISO code; `states` maps the ids of territories to the states that they belong
    to, as a list may name either. Raises ValueError for a register that leads in a circle.
    """
    before = dict(registered or {})
    if not listed:
        return Resolution(tuple(curated), (), before)
    return _Resolver(curated, listed, countries, before).resolve(reviews, states or {})


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
        self._isos = iso_codes(countries)
        self._registered = registered
        self._known = {place.id: place for place in countries.values()}
        self._known |= {place.id: place for one in reversed(listed) for place in one.places}
        self._hearsay = Hearsay()

    def resolve(self, reviews: Iterable[Review], states: Mapping[str, str]) -> Resolution:
        gathered = Gatherer(self._isos, decisions(reviews), self._registered).gather(
            self._curated, self._listed
        )
        matcher = Matcher(gathered.parties, states)
        while matcher.join_spellings():
            pass
        matcher.run()
        own = {place.id for one in self._curated for place in one.places}
        mint = Mint(self._registered, own | {*gathered.places})
        outcomes = Decider(gathered, matcher, mint, self._isos).decide()
        renamed = self._rename(gathered, mint, own)
        matches = make_matches(gathered, outcomes)
        self._listen(gathered, outcomes)
        self._retire(gathered, mint)
        collections = self._collections(gathered, outcomes, mint.replaced(), renamed)
        named = {one.info.name: tuple(matches[one.info.name]) for one in self._listed}
        return Resolution(
            collections=tuple(replace(one, matches=named.get(one.info.name, ())) for one in collections),
            matches=tuple(match for own_matches in named.values() for match in own_matches),
            registered=dict(sorted(mint.registered.items())),
        )

    def _rename(self, gathered: Gathered, mint: Mint, own: Iterable[str]) -> dict[str, str]:
        """Return the new ids of curated places that are Wikidata items by now; the register leads on."""
        now = {name: gathered.parties[gathered.places[name]] for name in own}
        renamed = {name: party.place for name, party in now.items() if party.place != name}
        for name, place in renamed.items():
            first = next(iter(now[name].names), "")
            mint.lead(name, self._isos.get(now[name].country, ""), first, place)
        return renamed

    def _listen(self, gathered: Gathered, outcomes: Sequence[Sequence[tuple[Outcome, Outcome]]]) -> None:
        """Collect the names and points that lists give to places."""
        for listed, sides, decided in zip(self._listed, gathered.sides, outcomes, strict=True):
            for record, numbers, pair in zip(listed.records, sides, decided, strict=True):
                source = record.claim.source
                for number, outcome in zip(numbers, pair, strict=True):
                    if outcome.place:
                        mention = gathered.seen[number].mention
                        where = trusted_point(mention, outcome.reasons)
                        self._hearsay.hear(outcome.place, mention, source.language, record.claim.trust, where)

    def _retire(self, gathered: Gathered, mint: Mint) -> None:
        """Let the register lead from ids that mentions minted once to the items that they mean by now."""
        for party in gathered.parties:
            if party.has_qid:
                mint.retire(party.place, self._isos.get(party.country, ""), party.names)

    def _collections(
        self,
        gathered: Gathered,
        outcomes: Sequence[Sequence[tuple[Outcome, Outcome]]],
        replaced: Mapping[str, tuple[str, ...]],
        renamed: Mapping[str, str],
    ) -> list[LoadedCollection]:
        countries = {party.place: party.country for party in gathered.parties if party.place}
        found = [rename_places(one, renamed) for one in self._curated]
        taken = {place.id for one in found for place in one.places}
        found = [
            replace(
                one,
                places=tuple(
                    complete_place(place, self._hearsay[place.id], "", replaced.get(place.id, ()))
                    for place in one.places
                ),
            )
            for one in found
        ]
        for listed, decided in zip(self._listed, outcomes, strict=True):
            claims, issues, tally = make_claims(listed, decided)
            new = with_parents(_named(listed, decided), self._known)
            places = [
                self._place(name, countries.get(name, ""), replaced.get(name, ()))
                for name in new
                if name not in taken
            ]
            taken |= {*new}
            found.append(
                LoadedCollection(
                    info=listed.info,
                    places=without_strangers(places, taken),
                    claims=claims,
                    issues=issues,
                    tally=tally,
                )
            )
        return found

    def _place(self, name: str, country: str, replaces: tuple[str, ...]) -> Place:
        heard = self._hearsay[name]
        if name in self._known:
            return complete_place(self._known[name], heard, country, replaces)
        return describe_place(name, heard, country, replaces)


def _named(listed: ListedCollection, decided: Sequence[tuple[Outcome, Outcome]]) -> Iterable[str]:
    """Return the places that the records of a list name, or all of one that has places and no records."""
    if not listed.records:
        return [place.id for place in listed.places]
    return dict.fromkeys(outcome.place for pair in decided for outcome in pair if outcome.place)
