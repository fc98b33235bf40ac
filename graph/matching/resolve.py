"""Who is who: which place each party of a list means, and what all sources together know of that place.

Every mention is decided on evidence that is kept: stated ids, names, countries, regions, coordinates, and the
partners that both sides have in common. What is not sure is not guessed: it stays undecided, with its records
as issues, until a person or another source decides. docs/matching.md tells how.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from graph.matching.decisions.claims import make_claims
from graph.matching.decisions.contradictions import ContradictionFinder
from graph.matching.decisions.decide import Decider, make_matches
from graph.matching.decisions.outcome import RecordPlaces
from graph.matching.gazetteer.finder import BearerFinder, UninformedFinder
from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.circles import break_circles
from graph.matching.known.descriptions import CURATED, Description
from graph.matching.known.mint import Mint, RegisteredPlace
from graph.matching.known.names import normalize_name, read_name, sound_of
from graph.matching.known.points import own_points, point_of
from graph.matching.known.renames import rename_places
from graph.matching.known.reviews import Review, decisions
from graph.matching.mentions.entries import Gathered
from graph.matching.mentions.gather import Gatherer
from graph.matching.mentions.ids import Conflict, without_conflicts
from graph.matching.places import PlaceWriter, Profile, drop_dangling_links
from graph.matching.rounds.rounds import Matcher
from graph.matching.scores import weigh_names
from graph.model.claims import LoadedCollection, Place
from graph.model.iris import mint_place_id
from graph.model.matches import Decision, Match
from graph.model.records import ListedCollection

_REMEMBERED = (normalize_name, sound_of, read_name, weigh_names)
"""What remembers the names that it was given, 50 MB for 20,000 places."""


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
    listed: Iterable[ListedCollection],
    countries: Mapping[str, Place],
    *,
    reviews: Iterable[Review] = (),
    registered: Mapping[str, RegisteredPlace] | None = None,
    states: Mapping[str, str] | None = None,
    gazetteer: Gazetteer | None = None,
) -> Resolution:
    """Return the collections with every party decided or its records told as issues. Pure.

    `countries` are places by ISO code; `states` maps the ids of territories to the states that they belong
    to, as a list may name either. Without a `gazetteer` nobody knows how many places go by a name, and none
    is decided by it. Raises ValueError for a register that leads in a circle.
    """
    before, lists = dict(registered or {}), [*listed]
    if not lists:
        return Resolution(tuple(curated), (), before)
    resolved = _Resolver(curated, lists, countries, before, states or {}).resolve(reviews, gazetteer)
    _forget_names()
    return resolved


class _Resolver:
    """One run of `resolve`; the lists given are taken out one by one, as they become claims."""

    def __init__(
        self,
        curated: Sequence[LoadedCollection],
        listed: list[ListedCollection],
        countries: Mapping[str, Place],
        registered: Mapping[str, RegisteredPlace],
        states: Mapping[str, str],
    ) -> None:
        self._curated, self._listed = curated, listed
        self._countries = {place.id: place for place in countries.values()}
        self._iso_codes = {place.id: iso for iso, place in countries.items()}
        self._registered = registered
        self._states = states
        self._described: dict[str, list[Description]] = defaultdict(list)
        self._profiles: dict[str, Profile] = defaultdict(Profile)

    def resolve(self, reviews: Iterable[Review], gazetteer: Gazetteer | None) -> Resolution:
        finder = self._make_finder(gazetteer)
        gathered = self._gather(finder, reviews)
        matcher = Matcher(gathered.parties, self._states)
        matcher.match()
        curated_ids = {place.id for collection in self._curated for place in collection.places}
        mint = Mint(self._registered, curated_ids | {*gathered.places})
        decided = Decider(gathered, matcher, finder, mint, self._iso_codes).decide()
        _forget_names()
        matches = make_matches(gathered, decided)
        renamed = self._rename(gathered, mint, curated_ids)
        self._retire(gathered, finder, mint)
        self._keep_reviews(gathered, finder, mint)
        self._describe(renamed, gathered.conflicts)
        self._fill_profiles(gathered, decided)
        names, parties = [listed.info.name for listed in self._listed], [*gathered.parties]
        del gathered, matcher  # what only decides who is who: the places take its room
        writer = PlaceWriter(
            self._described, self._profiles, parties, mint.former_ids(), self._states, gazetteer
        )
        contradicting = ContradictionFinder(self._described, self._profiles, parties, self._states, gazetteer)
        collections = self._collect(writer, contradicting, decided, renamed)
        return Resolution(
            collections=tuple(
                replace(collection, matches=tuple(matches.get(collection.info.name, ())))
                for collection in collections
            ),
            matches=tuple(match for name in names for match in matches[name]),
            registered=dict(sorted(mint.registered.items())),
        )

    def _make_finder(self, gazetteer: Gazetteer | None) -> BearerFinder:
        if gazetteer is None:
            return UninformedFinder(self._iso_codes, self._states)
        return BearerFinder(gazetteer, self._iso_codes, self._states)

    def _gather(self, finder: BearerFinder, reviews: Iterable[Review]) -> Gathered:
        gatherer = Gatherer(finder, self._iso_codes, decisions(reviews), self._registered, self._states)
        return gatherer.gather(self._curated, self._listed)

    def _rename(self, gathered: Gathered, mint: Mint, curated_ids: Iterable[str]) -> dict[str, str]:
        """Return the new ids of curated places that are Wikidata items by now; the register leads on."""
        parties = {place_id: gathered.parties[gathered.places[place_id]] for place_id in curated_ids}
        changed = {place_id: party for place_id, party in parties.items() if party.place != place_id}
        for place_id, party in changed.items():
            iso, name = self._iso_codes.get(party.country, ""), next(iter(party.names), "")
            mint.redirect(place_id, iso, name, party.place)
        return {place_id: party.place for place_id, party in changed.items()}

    def _retire(self, gathered: Gathered, finder: BearerFinder, mint: Mint) -> None:
        """Let the register lead from ids that mentions minted once to the items that they mean by now."""
        written: dict[int, set[str]] = defaultdict(set)
        for entry in gathered.entries:
            if entry.party is not None:
                written[gathered.parties.find(entry.party)].add(entry.mention.name)
        for party in gathered.parties:
            if party.has_qid:
                names = sorted({*party.names, *written[party.number]})
                iso, chosen = self._iso_codes.get(party.country, ""), party.reading.chosen
                geonames = str(chosen.id) if chosen else ""
                is_ambiguous = partial(finder.is_ambiguous, country=party.country)
                mint.retire(party.place, iso, names, geonames, is_ambiguous)

    def _keep_reviews(self, gathered: Gathered, finder: BearerFinder, mint: Mint) -> None:
        """Let the register lead from the id of a mention to where a person says, whatever it said before.

        A mention that is new has its own id. One whose name persons took for two places leads to neither.
        """
        meant: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entry in gathered.entries:
            if entry.decision is not Decision.REVIEWED or entry.party is None:
                continue
            iso, name = self._iso_codes.get(entry.country, ""), entry.mention.name
            if iso and not finder.is_ambiguous(name, entry.country):
                meant[iso, name].add(gathered.parties[entry.party].place)
        for (iso, name), places in sorted(meant.items()):
            minted, (place, *others) = mint_place_id(iso, name), sorted(places)
            is_other = place != minted and minted in gathered.places
            if place and not others and not is_other:
                mint.keep(minted, iso, name, "" if place == minted else place)

    def _describe(self, renamed: Mapping[str, str], conflicts: frozenset[Conflict]) -> None:
        """Collect what collections say of places; the curated ones go by the ids that they have by now."""
        for collection in self._curated:
            for place in rename_places(collection, renamed).places:
                self._described[place.id].append(Description(CURATED, collection.info.name, place))
        for listed in self._listed:
            trust = listed.trust
            for said in (without_conflicts(place, conflicts) for place in listed.places):
                if said and said.id not in self._countries:
                    self._described[said.id].append(Description(trust, listed.info.name, said))
        for country in self._countries.values():
            self._described[country.id] = [Description(CURATED, "", country)]

    def _fill_profiles(self, gathered: Gathered, decided: Sequence[Sequence[RecordPlaces]]) -> None:
        """Collect the names, points and countries that lists give to places.

        A point is that of a place when the mention as a whole means it, and nothing says that it is mistaken.
        """
        for collection, sides, placed in zip(self._listed, gathered.sides, decided, strict=True):
            own = own_points(mention for record in collection.records for mention in record.parties)
            for record, entries, pair in zip(collection.records, sides, placed, strict=True):
                claim = record.claim
                for mention, number, decision in zip(record.parties, entries, pair, strict=True):
                    entry = gathered.entries[number]
                    if not decision.place or entry.party is None:
                        continue
                    profile = self._profiles[decision.place]
                    point = point_of(entry.mention)
                    is_whole = not {"far", "several-candidates"} & {*decision.reasons}
                    is_its = is_whole and point in gathered.parties.as_named(entry.party).points
                    profile.add(entry.mention, claim.source.language, claim.trust, point if is_its else None)
                    profile.countries.add(entry.country, claim.trust, claim=claim.id)
                    if decision.decision is Decision.STATED and (given := point_of(mention)) in own:
                        profile.beside_ids[given].append(claim.id)

    def _collect(
        self,
        writer: PlaceWriter,
        contradicting: ContradictionFinder,
        decided: Sequence[Sequence[RecordPlaces]],
        renamed: Mapping[str, str],
    ) -> list[LoadedCollection]:
        """Return the curated collections, their places completed, then the listed ones with their claims."""
        curated = [rename_places(collection, renamed) for collection in self._curated]
        taken = {place.id for collection in curated for place in collection.places}
        found = [
            replace(one, places=tuple(writer.write(place.id) for place in one.places)) for one in curated
        ]
        claimed = []
        for placed in decided:
            listed = self._listed.pop(0)
            claimed.append((make_claims(listed, placed), _named_places(listed, placed)))
        for claims, mentioned in claimed:
            named = writer.add_parents(mentioned)
            places = [writer.write(place_id) for place_id in named if place_id not in taken]
            taken |= {*named}
            kept = drop_dangling_links(places, taken)
            found.append(replace(claims, places=kept))
        found = break_circles(found, curated)
        contradictions = tuple(contradicting.find(writer.written.values(), found))
        found[0] = replace(found[0], contradictions=contradictions)
        return found


def _forget_names() -> None:
    """Forget the names that were read so far: the next step asks for others, and later ones for none."""
    for remembered in _REMEMBERED:
        remembered.cache_clear()


def _named_places(listed: ListedCollection, placed: Sequence[RecordPlaces]) -> Iterable[str]:
    """Return the places that the records of a list name, or all of one that has places and no records."""
    if not listed.records:
        return [place.id for place in listed.places]
    return dict.fromkeys(decision.place for pair in placed for decision in pair if decision.place)
