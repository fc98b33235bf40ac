"""From collections to parties: every mention, every curated place, every stated id, and all their links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.known.descriptions import CURATED, CountryVotes
from graph.matching.known.mint import RegisteredPlace, current_id
from graph.matching.known.names import normalize_name
from graph.matching.known.points import Point, point_of, trusted_points
from graph.matching.known.reviews import GEONAMES, NEW, NONE, MentionKey, mention_key
from graph.matching.mentions.entries import Gathered, MentionEntry
from graph.matching.mentions.ids import find_conflicts, is_of_other_bearer, without_conflicts
from graph.matching.mentions.read import PartyReader, is_own
from graph.matching.mentions.several import find_several
from graph.matching.mentions.telling import are_telling
from graph.matching.parties import Parties, Party, one_set
from graph.model.claims import LoadedCollection, Place
from graph.model.iris import is_qid, mint_place_id
from graph.model.matches import Decision, Mention
from graph.model.records import ListedCollection

_LARGE = {"country", "province", "regency", "metro-region"}


class Gatherer:
    """Makes parties of all that the collections say."""

    def __init__(
        self,
        finder: BearerFinder,
        iso_codes: Mapping[str, str],
        decided: Mapping[MentionKey, str],
        registered: Mapping[str, RegisteredPlace],
        states: Mapping[str, str],
    ) -> None:
        """Know a gazetteer, ISO codes of countries by id, what persons decided, ids minted before, states."""
        self._finder = finder
        self._iso_codes = iso_codes
        self._decided = decided
        self._registered = registered
        self._states = states
        self._gathered = Gathered(Parties())
        self._curated: set[str] = set()
        self._stated: dict[int, str] = {}
        self._beside: dict[int, set[str]] = defaultdict(set)
        self._of_geonames: dict[str, int] = {}
        self._looked_up: set[int] = set()
        self._votes: dict[int, CountryVotes] = defaultdict(CountryVotes)

    def gather(self, curated: Sequence[LoadedCollection], listed: Sequence[ListedCollection]) -> Gathered:
        """Return all parties with their links, read with the gazetteer."""
        parties, numbers = self._gathered.parties, self._gathered.places
        self._gathered.conflicts = find_conflicts(curated, listed, self._finder)
        for collection in curated:
            for place in collection.places:
                self._curated.add(place.id)
                self._add_place(place, CURATED)
        for collection in curated:
            for name, place_id in collection.names:
                self._add_name(parties[numbers[place_id]], name)
        for table in listed:
            trust = table.trust
            for said in (without_conflicts(place, self._gathered.conflicts) for place in table.places):
                if said:
                    self._add_place(said, trust)
        for claim in (claim for collection in curated for claim in collection.claims):
            if len(claim.parties) == 2:
                a, b = (numbers[party] for party in claim.parties)
                parties.link(a, b)
                self._gathered.links.append((a, b))
        for table in listed:
            self._add_records(table)
        for country in self._iso_codes.keys() & numbers.keys():
            parties[numbers[country]].is_large = True
        reader = PartyReader(parties, self._finder)
        for number, votes in self._votes.items():
            parties[number].country = reader.choose_country(parties[number], votes)
        for party in parties:
            is_telling = party.number not in self._looked_up
            reader.read(party, self._stated_id(party), is_telling=is_telling)
        return self._gathered

    def _stated_id(self, party: Party) -> str:
        """Return the GeoNames id that is stated of a party, or stands beside those mentions that have one."""
        beside = self._beside.get(party.number, ())
        return self._stated.get(party.number) or (next(iter(beside)) if len(beside) == 1 else "")

    def _add_place(self, place: Place, trust: int) -> None:
        parties, numbers = self._gathered.parties, self._gathered.places
        names = [place.label("en"), *(name for _, name in (*place.labels, *place.native_names))]
        names = [part for name in (*names, *place.other_names) for part in self._split(name, place.country)]
        if place.id not in numbers:
            numbers[place.id] = parties.add((place.id,), [], "", place.id).number
        party = parties[numbers[place.id]]
        parties.add_names(party, names)
        if place.level in _LARGE and "city" not in place.level_with:
            party.is_large, party.level = True, party.level or place.level
        if place.latitude and place.longitude:
            party.points = (*party.points, Point(float(place.latitude), float(place.longitude)))
        self._votes[party.number].add(place.country, trust)
        if place.geonames_id:
            self._stated[party.number] = place.geonames_id
            self._of_geonames.setdefault(place.geonames_id, party.number)

    def _add_name(self, party: Party, name: str) -> None:
        """Let a place go by a name that a curated table uses for it.

        Not by one that a town in its country has as its own: the table says of a statement that it means the
        province, or one of the homonyms, and no list has to mean it too.
        """
        if self._finder.knows_bearers and not is_own(self._finder.read([name], party.country)):
            self._gathered.parties.add_names(party, [name])

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
        entries = [self._gathered.entries[number] for number in numbers.values()]
        self._find_parties(entries, listed.trust, are_telling(entries, self._finder))
        for a, b in sides:
            party, partner = self._gathered.entries[a].party, self._gathered.entries[b].party
            if party is not None and partner is not None:
                self._gathered.parties.link(party, partner)

    def _add_mention(
        self, collection: str, mention: Mention, trusted: frozenset[Point], numbers: dict[MentionKey, int]
    ) -> int:
        """Count one use of a mention and return its number; `numbers` are those of its collection so far."""
        point = point_of(mention)
        if point not in trusted:
            mention, point = replace(mention, latitude=None, longitude=None), None
        entries = self._gathered.entries
        number = numbers.setdefault(mention_key(collection, mention), len(entries))
        if number == len(entries):
            entries.append(MentionEntry(collection, mention, self._country_of(mention, point)))
        entry = entries[number]
        entry.mention = min(entry.mention, mention, key=_in_words)
        entry.records += 1
        return number

    def _country_of(self, mention: Mention, point: Point | None) -> str:
        """Return the country that is stated, else that of the place of its id, else that of its point."""
        known = self._finder.bearer(mention.geonames)
        of_id = self._finder.country_of(known) if known else ""
        return mention.country or of_id or (self._finder.country_at(point) if point else "")

    def _find_parties(self, entries: Iterable[MentionEntry], trust: int, are_telling: bool) -> None:
        """Give each mention its party, in an order that does not depend on that of the records."""
        for entry in sorted(entries, key=lambda entry: entry.key):
            place, entry.decision, entry.reasons = self._known_place(entry)
            if place == NONE or entry.decision is Decision.UNDECIDED:
                continue
            is_id = place and not place.startswith(GEONAMES)
            if is_id:
                party = self._party_of(place, entry, trust)
            else:
                party = self._party_by_geonames(place.removeprefix(GEONAMES), entry)
            entry.party = party.number
            if entry.mention.geonames:
                self._beside[party.number].add(entry.mention.geonames)
            point = point_of(entry.mention)
            if point and (are_telling or not is_id):
                party.points = (*party.points, point)
            if not are_telling and not is_id:
                self._looked_up.add(party.number)

    def _known_place(self, entry: MentionEntry) -> tuple[str, Decision | None, tuple[str, ...]]:
        """Return the place that a mention surely means, empty when it is open, and how it is known.

        The register leads from a bare name that several places bear to none of them, and a mention that a
        person says is new nowhere. Where the id of a curated place leads is found anew in each build, so that
        the first one decides as the next. A cell that names several places means none of them.
        """
        mention = entry.mention
        minted = mint_place_id(self._iso_codes.get(entry.country, ""), mention.name)
        if decided := self._decided.get(entry.key):
            place = minted if decided == NEW else current_id(decided, self._registered)
            return place, Decision.REVIEWED, ("reviewed",)
        if mention.qid or mention.geonames:
            return self._stated_place(mention)
        is_located = point_of(mention) is not None
        if find_several(mention.name, entry.country, self._finder, is_located=is_located):
            return "", Decision.UNDECIDED, ("several-places",)
        today = "" if minted in self._curated else current_id(minted, self._registered)
        if is_qid(today) and not self._finder.is_ambiguous(mention.name, entry.country):
            return today, Decision.MATCHED, ("registered",)
        return "", None, ()

    def _stated_place(self, mention: Mention) -> tuple[str, Decision | None, tuple[str, ...]]:
        """Return the place of the id that a mention states, or that its name is that of another place.

        An id of GeoNames that nobody knows says nothing.
        """
        is_other = is_of_other_bearer(mention, self._finder, self._states)
        if is_other or (mention.qid, mention.name) in self._gathered.conflicts:
            return "", Decision.UNDECIDED, ("id-conflict",)
        if mention.qid:
            return current_id(mention.qid, self._registered), Decision.STATED, ("stated-id",)
        if mention.geonames in self._of_geonames or self._finder.bearer(mention.geonames):
            return f"{GEONAMES}{mention.geonames}", Decision.STATED, ("stated-id",)
        return "", None, ()

    def _party_by_geonames(self, geonames: str, entry: MentionEntry) -> Party:
        """Return the party of a place of GeoNames, or a new one when no id is stated."""
        if geonames not in self._of_geonames:
            party = self._new_party(entry)
            if geonames:
                self._stated[party.number] = geonames
                self._of_geonames[geonames] = party.number
            return party
        party = self._gathered.parties[self._of_geonames[geonames]]
        self._gathered.parties.add_names(party, self._split_all(entry))
        party.lists = one_set(party.lists | {entry.collection})
        return party

    def _party_of(self, place: str, entry: MentionEntry, trust: int) -> Party:
        parties, numbers = self._gathered.parties, self._gathered.places
        if place not in numbers:
            numbers[place] = parties.add((place,), [], "", place).number
        party = parties[numbers[place]]
        parties.add_names(party, self._split_all(entry))
        self._votes[party.number].add(entry.country, trust, entry.records)
        return party

    def _new_party(self, entry: MentionEntry) -> Party:
        mention = entry.mention
        party = self._gathered.parties.add(entry.key, self._split_all(entry), entry.country)
        party.lists = one_set(frozenset([entry.collection]))
        party.regions = one_set(frozenset([normalize_name(mention.region)] if mention.region else ()))
        party.region_codes = one_set(self._finder.region_codes(mention.region, entry.country))
        return party

    def _split_all(self, entry: MentionEntry) -> Iterator[str]:
        for name in (entry.mention.name, *entry.mention.other_names):
            yield from self._split(name, entry.country)

    def _split(self, name: str, country: str) -> tuple[str, ...]:
        return (name,) if name.isalpha() else self._finder.split_names(name, country)


def _in_words(mention: Mention) -> tuple[str, tuple[str, ...]]:
    """Return what rows of one mention may say differently: of "England" and "United Kingdom" one is kept."""
    return mention.stated_country, mention.other_names
