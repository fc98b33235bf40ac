"""From collections to parties: every mention, every curated place, every stated id, and all their links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

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

Sides = list[tuple[int, int]]
"""The numbers of the two mentions that each record of a collection names."""


@dataclass(slots=True)
class MentionEntry:
    """One distinct mention of one collection. `decision` is None as long as the rounds have to find it.

    `party` is the number of its party, None for a mention that a person said is no local government.
    """

    collection: str
    mention: Mention
    party: int | None = None
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    records: int = 0

    @property
    def key(self) -> MentionKey:
        """Return what tells it from every other mention."""
        return mention_key(self.collection, self.mention)


@dataclass(slots=True)
class Gathered:
    """The parties and the distinct mentions; `sides` are by collection, `places` are parties by place id."""

    parties: Parties
    entries: list[MentionEntry] = field(default_factory=list)
    sides: list[Sides] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)


class Gatherer:
    """Makes parties of all that the collections say."""

    def __init__(
        self,
        iso_codes: Mapping[str, str],
        decided: Mapping[MentionKey, str],
        registered: Mapping[str, RegisteredPlace],
    ) -> None:
        """Know the ISO codes of countries by id, what persons decided, and the ids minted before."""
        self._iso_codes = iso_codes
        self._decided = decided
        self._registered = registered
        self._gathered = Gathered(Parties())

    def gather(self, curated: Sequence[LoadedCollection], listed: Sequence[ListedCollection]) -> Gathered:
        """Return all parties with their links; places of curated collections come before listed ones."""
        parties, numbers = self._gathered.parties, self._gathered.places
        described = (*(collection.places for collection in curated), *(table.places for table in listed))
        for place in chain(*described):
            self._add_place(place)
        for claim in (claim for collection in curated for claim in collection.claims):
            if len(claim.parties) == 2:
                parties.link(*(numbers[party] for party in claim.parties))
        for collection in listed:
            self._add_records(collection)
        return self._gathered

    def _add_place(self, place: Place) -> None:
        parties, numbers = self._gathered.parties, self._gathered.places
        names = [place.label("en"), *(name for _, name in (*place.labels, *place.native_names))]
        names += place.other_names
        if place.id in numbers:
            parties.add_names(parties[numbers[place.id]], names)
            return
        party = parties.add((place.id,), names, place.country, place.id)
        party.is_large = place.level in _LARGE and "city" not in place.level_with
        if place.latitude and place.longitude:
            party.points = (Point(float(place.latitude), float(place.longitude)),)
        numbers[place.id] = party.number

    def _add_records(self, listed: ListedCollection) -> None:
        """Add the records of one collection, each distinct mention once."""
        trusted = trusted_points(mention for record in listed.records for mention in record.parties)
        numbers: dict[MentionKey, int] = {}
        sides = []
        for record in listed.records:
            first, second = record.parties
            a = self._add_mention(listed.info.name, first, trusted, numbers)
            b = self._add_mention(listed.info.name, second, trusted, numbers)
            sides.append((a, b))
        self._gathered.sides.append(sides)
        self._find_parties(numbers.values())
        for a, b in sides:
            party, partner = self._gathered.entries[a].party, self._gathered.entries[b].party
            if party is not None and partner is not None:
                self._gathered.parties.link(party, partner)

    def _add_mention(
        self, collection: str, mention: Mention, trusted: frozenset[Point], numbers: dict[MentionKey, int]
    ) -> int:
        """Count one use of a mention and return its number; `numbers` are those of its collection so far."""
        if point_of(mention) not in trusted:
            mention = replace(mention, latitude=None, longitude=None)
        entries = self._gathered.entries
        number = numbers.setdefault(mention_key(collection, mention), len(entries))
        if number == len(entries):
            entries.append(MentionEntry(collection, mention))
        entries[number].records += 1
        return number

    def _find_parties(self, numbers: Iterable[int]) -> None:
        """Give each mention its party, in an order that does not depend on that of the records."""
        entries = [self._gathered.entries[number] for number in numbers]
        for entry in sorted(entries, key=lambda entry: entry.key):
            place, entry.decision, entry.reasons = self._known_place(entry)
            if place != NONE:
                party = self._party_of(place, entry.mention) if place else self._new_party(entry)
                entry.party = party.number

    def _known_place(self, entry: MentionEntry) -> tuple[str, Decision | None, tuple[str, ...]]:
        """Return the place that a mention surely means, empty when it is open, and how it is known."""
        mention = entry.mention
        minted = mint_place_id(self._iso_codes.get(mention.country, ""), mention.name)
        if decided := self._decided.get(entry.key):
            place = minted if decided == NEW else decided
            return current_id(place, self._registered), Decision.REVIEWED, ("reviewed",)
        if mention.qid:
            return current_id(mention.qid, self._registered), Decision.STATED, ("stated-id",)
        today = current_id(minted, self._registered)
        return (today, Decision.MATCHED, ("registered",)) if is_qid(today) else ("", None, ())

    def _party_of(self, place: str, mention: Mention) -> Party:
        parties, numbers = self._gathered.parties, self._gathered.places
        if place not in numbers:
            numbers[place] = parties.add((place,), [], "", place).number
        party = parties[numbers[place]]
        parties.add_names(party, (mention.name, *mention.other_names))
        party.country = party.country or mention.country
        return party

    def _new_party(self, entry: MentionEntry) -> Party:
        mention = entry.mention
        names = (mention.name, *mention.other_names)
        party = self._gathered.parties.add(entry.key, names, mention.country)
        party.regions = frozenset([normalize_name(mention.region)] if mention.region else ())
        point = point_of(mention)
        party.points = (point,) if point else ()
        return party
