"""From collections to parties: every mention, every curated place, every stated id, and all their links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.matching.known.mint import RegisteredPlace, current_id
from graph.matching.known.names import normalize_name
from graph.matching.known.points import Point, point_of, trusted_points
from graph.matching.known.reviews import NEW, NONE, MentionKey, mention_key
from graph.matching.parties import Parties, Party
from graph.model.claims import LoadedCollection, Place
from graph.model.iris import is_qid, mint_place_id
from graph.model.matches import Decision, Mention
from graph.model.records import ListedCollection

_LARGE = {"country", "province", "regency", "metro-region"}


@dataclass(slots=True)
class Seen:
    """One distinct mention of one collection. `decision` is None as long as the rounds have to find it.

    `party` is the number of its party, -1 for a mention that a person said is no local government.
    """

    collection: str
    mention: Mention
    party: int = -1
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    records: int = 0


@dataclass(slots=True)
class Gathered:
    """The parties, the distinct mentions, and for each record of each collection the two that it names."""

    parties: Parties
    seen: list[Seen] = field(default_factory=list)
    sides: list[list[tuple[int, int]]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)


class Gatherer:
    """Makes parties of all that the collections say."""

    def __init__(
        self,
        isos: Mapping[str, str],
        decided: Mapping[MentionKey, str],
        registered: Mapping[str, RegisteredPlace],
    ) -> None:
        """Know the ISO codes of countries by id, what persons decided, and the ids minted before."""
        self._isos = isos
        self._decided = decided
        self._registered = registered
        self._gathered = Gathered(Parties())

    def gather(self, curated: Sequence[LoadedCollection], listed: Sequence[ListedCollection]) -> Gathered:
        """Return all parties with their links; places of curated collections come before listed ones."""
        known = [place for one in curated for place in one.places]
        known += [place for one in listed for place in one.places]
        for place in known:
            self._add_place(place)
        for one in curated:
            for claim in one.claims:
                if len(claim.parties) == 2:
                    self._gathered.parties.link(*(self._gathered.places[party] for party in claim.parties))
        for each in listed:
            self._add_records(each)
        return self._gathered

    def _add_place(self, place: Place) -> None:
        parties = self._gathered.parties
        names = [place.label("en"), *(name for _, name in place.labels)]
        names += [*(name for _, name in place.native_names), *place.other_names]
        if place.id in self._gathered.places:
            parties.add_names(parties[self._gathered.places[place.id]], names)
            return
        party = parties.add((place.id,), names, place.country, place.id)
        party.large = place.level in _LARGE and not {"city"} & {*place.level_with}
        if place.latitude and place.longitude:
            party.points = (Point(float(place.latitude), float(place.longitude)),)
        self._gathered.places[place.id] = party.number

    def _add_records(self, listed: ListedCollection) -> None:
        """Add the records of one collection, each distinct mention once."""
        trusted = trusted_points(mention for record in listed.records for mention in record.parties)
        known: dict[MentionKey, int] = {}
        sides = []
        for record in listed.records:
            numbers = [self._see(listed.info.name, mention, trusted, known) for mention in record.parties]
            sides.append((numbers[0], numbers[1]))
        self._gathered.sides.append(sides)
        self._make_parties({number for pair in sides for number in pair})
        for pair in sides:
            parties = [self._gathered.seen[number].party for number in pair]
            if -1 not in parties:
                self._gathered.parties.link(*parties)

    def _see(
        self, collection: str, mention: Mention, trusted: frozenset[Point], known: dict[MentionKey, int]
    ) -> int:
        if point_of(mention) not in trusted:
            mention = replace(mention, latitude=None, longitude=None)
        key = mention_key(collection, mention)
        if key not in known:
            known[key] = len(self._gathered.seen)
            self._gathered.seen.append(Seen(collection, mention))
        self._gathered.seen[known[key]].records += 1
        return known[key]

    def _make_parties(self, numbers: Iterable[int]) -> None:
        """Give each mention its party, in an order that does not depend on that of the records."""
        chosen = [self._gathered.seen[number] for number in numbers]
        for seen in sorted(chosen, key=lambda one: mention_key(one.collection, one.mention)):
            key = mention_key(seen.collection, seen.mention)
            place, seen.decision, seen.reasons = self._known_place(seen.mention, self._decided.get(key, ""))
            if place == NONE:
                continue
            party = self._party_of(place, seen.mention) if place else self._new_party(key, seen.mention)
            seen.party = party.number

    def _known_place(self, mention: Mention, decided: str) -> tuple[str, Decision | None, tuple[str, ...]]:
        """Return the place that a mention surely means, empty when it is open, and how it is known."""
        minted = mint_place_id(self._isos.get(mention.country, ""), mention.name)
        if decided:
            place = minted if decided == NEW else decided
            return (current_id(place, self._registered), Decision.REVIEWED, ("reviewed",))
        if mention.qid:
            return (current_id(mention.qid, self._registered), Decision.STATED, ("stated-id",))
        now = current_id(minted, self._registered)
        return (now, Decision.MATCHED, ("registered",)) if is_qid(now) else ("", None, ())

    def _party_of(self, place: str, mention: Mention) -> Party:
        parties, places = self._gathered.parties, self._gathered.places
        if place not in places:
            places[place] = parties.add((place,), [], "", place).number
        party = parties[places[place]]
        parties.add_names(party, (mention.name, *mention.other_names))
        party.country = party.country or mention.country
        return party

    def _new_party(self, key: MentionKey, mention: Mention) -> Party:
        names = (mention.name, *mention.other_names)
        party = self._gathered.parties.add(key, names, mention.country)
        party.regions = frozenset([normalize_name(mention.region)] if mention.region else ())
        point = point_of(mention)
        party.points = (point,) if point else ()
        return party


def iso_codes(countries: Mapping[str, Place]) -> dict[str, str]:
    """Return the ISO 3166-1 alpha-2 code of each country by the id of its place."""
    return {place.id: iso for iso, place in countries.items()}
