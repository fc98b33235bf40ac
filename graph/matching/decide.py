"""From parties to decisions: which place each side of each record means, and what stays undecided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from graph.matching.known.bearers import STATED, UNKNOWN, BearerFinder, Reading
from graph.matching.known.gazetteer import Bearer
from graph.matching.known.mint import Mint
from graph.matching.known.names import read_name
from graph.matching.known.points import FAIR_KM
from graph.matching.known.reviews import MentionKey, mention_key
from graph.matching.known.scripts import script_of
from graph.matching.mentions.gather import Gathered, MentionEntry
from graph.matching.parties import Party
from graph.matching.rounds import Candidate, Matcher, list_possible
from graph.matching.scores import (
    NAMED_ALIKE,
    NEAR_NAME,
    Evidence,
    says_same_where,
    weigh_all_names,
    weigh_names,
    weigh_reading,
)
from graph.model.matches import Decision, Match, PossiblePlace
from graph.model.points import distance_km

DOUBT = 3.0
"""A party that may be a known place with so many bits, or more, is not minted: a person has to look."""
UNKNOWN_TO_ALL = 0.9
"""The most that the score of a minted place is: nobody knows a place of that name, but there may be one."""
MOST_BEARERS = 6
"""How many places of the gazetteer are shown to a person who decides."""
AS_GOOD_AS_THE_OTHER = 0.5
"""The score of places between which nothing decides."""
STATES_THE_LINK = Evidence(11.0, ("same-name", "partners-in-common", "several-candidates"))
"""That a place states the very link of a record, and no other place of that name does."""


@dataclass(frozen=True, slots=True)
class PlaceDecision:
    """Which place a mention means, or some of its records do; `place` is empty when it is undecided.

    The other fields are those of `Match`.
    """

    place: str
    decision: Decision
    score: float
    reasons: tuple[str, ...]
    candidates: tuple[PossiblePlace, ...] = ()
    bearers: tuple[int, ...] = ()


class Unclear(NamedTuple):
    """Why a party is undecided, and what it may be: places of the gazetteer, and places here."""

    reasons: tuple[str, ...]
    bearers: tuple[int, ...] = ()
    places: tuple[PossiblePlace, ...] = ()


RecordPlaces = tuple[PlaceDecision, PlaceDecision]
"""What was decided about the two parties of one record."""


class Side(NamedTuple):
    """One side of a record: the numbers of its collection, of the mention there, and of the one opposite."""

    collection: int
    entry: int
    partner: int


class Decider:
    """Decides about every mention once the rounds are over; mints ids for parties that are no known place."""

    def __init__(
        self,
        gathered: Gathered,
        matcher: Matcher,
        finder: BearerFinder,
        mint: Mint,
        iso_codes: Mapping[str, str],
    ) -> None:
        """Take what was gathered and matched; `iso_codes` are those of countries by id."""
        self._finder = finder
        self._entries, self._sides = gathered.entries, gathered.sides
        self._parties = gathered.parties
        self._matcher = matcher
        self._mint = mint
        self._iso_codes = iso_codes
        self._stated = self._stated_links()
        self._minted: dict[int, PlaceDecision] = {}

    def decide(self) -> list[list[RecordPlaces]]:
        """Return what was decided about both sides of every record, by collection."""
        self._mint_all()
        whole = [self._decide_whole(entry) for entry in self._entries]
        apart = self._decide_apart()
        decided: list[list[RecordPlaces]] = []
        for collection, sides in enumerate(self._sides):
            decided.append([])
            for a, b in sides:
                left, right = Side(collection, a, b), Side(collection, b, a)
                decided[-1].append((apart.get(left, whole[a]), apart.get(right, whole[b])))
        return decided

    def _stated_links(self) -> dict[int, set[int]]:
        """Return which parties have a link that is stated of themselves, and not of a name."""
        links: dict[int, set[int]] = defaultdict(set)
        stated = [self._find(entry) if self._is_sure(entry) else None for entry in self._entries]
        for left, right in chain.from_iterable(self._sides):
            party, partner = stated[left], stated[right]
            if party is not None and partner is not None:
                links[party].add(partner)
                links[partner].add(party)
        return links

    def _is_sure(self, entry: MentionEntry) -> bool:
        """Return whether an id, or the gazetteer, says which place a mention is."""
        reading = self._parties.as_named(entry.party).reading if entry.party is not None else UNKNOWN
        return entry.decision is Decision.STATED or reading.chosen is not None

    def _find(self, entry: MentionEntry) -> int | None:
        """Return the number of the party that a mention is by now."""
        return None if entry.party is None else self._parties.find(entry.party)

    def _decide_apart(self) -> dict[Side, PlaceDecision]:
        """Return what was decided about single records.

        A list that says "Portland" for two towns is read record by record: one whose link another Portland
        states belongs to that; then those that nobody states are undecided, unless both are one town. So are
        those of a name that several places in the country go by, whether they are known here or not, unless
        its point tells, or one of them is far larger than the others.
        """
        partners: dict[tuple[int, int], set[int]] = defaultdict(set)
        for collection, sides in enumerate(self._sides):
            for a, b in sides:
                partners[collection, a].add(b)
                partners[collection, b].add(a)
        apart: dict[Side, PlaceDecision] = {}
        for collection, number in sorted(partners, key=lambda key: self._order(key[1])):
            entry = self._entries[number]
            if entry.party is None or entry.decision is not None or self._is_sure(entry):
                continue
            party, reading = self._parties[entry.party], self._parties.as_named(entry.party).reading
            homonyms = self._find_homonyms(party, entry.mention.name)
            if homonyms or (party.place and reading.is_open and not self._is_near(entry.party)):
                in_order = sorted(partners[collection, number], key=self._order)
                decided = self._tell_apart(party, in_order, homonyms, reading)
                apart |= {Side(collection, number, partner): one for partner, one in decided.items()}
        return apart

    def _is_near(self, number: int) -> bool:
        """Return whether the point of a mention says which place it is."""
        return any("near" in merge.evidence.reasons for merge in self._parties.history(number))

    def _order(self, number: int) -> MentionKey:
        return self._entries[number].key

    def _find_homonyms(self, party: Party, name: str) -> list[Party]:
        """Return other places that go by the name of a party, of its country or of none that is known."""
        where = read_name(name).where
        alike = (self._parties[number] for number in self._parties.named_like([name]))
        return [
            item
            for item in sorted(alike, key=lambda item: item.key)
            if item is not party
            and item.place
            and not self._matcher.is_one_town(item, party)
            and item.country in {"", party.country}
            and not (where and item.where and not says_same_where(where, item.where))
            and weigh_all_names([name], item.names).bits >= NAMED_ALIKE
        ]

    def _tell_apart(
        self, party: Party, partners: Iterable[int], homonyms: Iterable[Party], reading: Reading
    ) -> dict[int, PlaceDecision]:
        """Return what was decided about records by the mention opposite, where it is not as usual.

        `reading` is that of the name as the list writes it.
        """
        links = self._stated.get(party.number, set())
        stated = {item.number: self._stated.get(item.number, set()) for item in homonyms}
        found: dict[int, PlaceDecision] = {}
        contested: list[int] = []
        unstated: list[int] = []
        for partner in partners:
            opposite = self._find(self._entries[partner])
            stating = [rival for rival, others in stated.items() if opposite in others]
            if opposite in links:
                contested += [partner] if stating else []
            elif len(stating) == 1:
                found[partner] = self._give(party, self._parties[stating[0]])
            else:
                (contested if stating else unstated).append(partner)
        if not found and not reading.is_open:
            unstated = []
        named = (self._parties[number].place for number in stated)
        places = dict.fromkeys(filter(None, (party.place, *(one.place for one in found.values()), *named)))
        between = _undecided_between(places, list_bearers(reading))
        return found | dict.fromkeys([*contested, *unstated], between)

    def _give(self, party: Party, rival: Party) -> PlaceDecision:
        """Return that a record is about a rival, which then is of the mention's country."""
        rival.country = rival.country or party.country
        return PlaceDecision(rival.place, Decision.MATCHED, STATES_THE_LINK.score, STATES_THE_LINK.reasons)

    def _decide_whole(self, entry: MentionEntry) -> PlaceDecision:
        """Return what was decided about a mention as a whole."""
        if entry.party is None and entry.decision is Decision.UNDECIDED:
            qid, geonames = entry.mention.qid, entry.mention.geonames
            possible = (PossiblePlace(qid, AS_GOOD_AS_THE_OTHER),) if qid else ()
            bearers = (int(geonames),) if geonames else ()
            return PlaceDecision("", Decision.UNDECIDED, 0.0, entry.reasons, possible, bearers)
        if entry.party is None:
            return PlaceDecision("", Decision.REVIEWED, 1.0, entry.reasons)
        party = self._parties[entry.party]
        if entry.decision is not None and party.place:
            return PlaceDecision(party.place, entry.decision, 1.0, entry.reasons)
        history = self._parties.history(entry.party)
        own = weigh_reading(self._parties.as_named(entry.party).reading)
        country = () if entry.country == entry.mention.country else ("country-by-point",)
        reasons = [
            *country,
            *own.reasons,
            *(reason for merge in history for reason in merge.evidence.reasons),
        ]
        if minted := self._minted.get(party.number):
            return replace(minted, reasons=tuple(dict.fromkeys((*minted.reasons, *reasons))))
        score = min((merge.evidence.score for merge in history), default=1.0)
        candidates = next((merge.candidates for merge in history if merge.candidates), ())
        return PlaceDecision(party.place, Decision.MATCHED, score, tuple(dict.fromkeys(reasons)), candidates)

    def _mint_all(self) -> None:
        """Mint ids for the parties that are no known place, or leave them undecided; the largest first."""
        names = self._count_names()
        unplaced = [party for party in self._parties if not party.place]
        for party in sorted(unplaced, key=lambda party: (-names[party.number].total(), party.key)):
            counts = names[party.number]
            in_order = sorted(counts, key=lambda name: (-counts[name], name))
            self._minted[party.number] = self._mint_one(party, self._matcher.rank(party), in_order)
        for number, decision in self._minted.items():
            self._parties[number].place = decision.place

    def _count_names(self) -> dict[int, Counter[str]]:
        """Return how many records use each name of each party."""
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for entry in self._entries:
            number = self._find(entry)
            if number is not None:
                counts[number][entry.mention.name] += entry.records
        return counts

    def _mint_one(self, party: Party, ranked: Sequence[Candidate], names: Sequence[str]) -> PlaceDecision:
        """Return what is decided about a party that is none of the places which it may be, `ranked`.

        It is a place of the gazetteer, or one that nobody knows and that gets an id, or it is undecided.
        """
        possible = list_possible(ranked)
        score = possible[0].score if possible else 0.0
        doubts = [place for place in ranked if place.bits >= DOUBT and place.named >= NAMED_ALIKE]
        if STATED in party.reading.reasons:
            doubts = []
        found = self._find_doubts(party, doubts) or self._find_unknown(party)
        place = "" if found else self._mint_id(party, names)
        if not place:
            found = found or Unclear(("several-candidates",))
            places = possible or found.places
            return PlaceDecision("", Decision.UNDECIDED, score, found.reasons, places, found.bearers)
        if party.reading.chosen:
            known = weigh_reading(party.reading)
            return PlaceDecision(place, Decision.MATCHED, known.score, known.reasons, possible)
        sureness = min(UNKNOWN_TO_ALL, round(1 - score, 2))
        return PlaceDecision(place, Decision.MINTED, sureness, (self._explain_new(party),), possible)

    def _find_doubts(self, party: Party, doubts: Sequence[Candidate]) -> Unclear | None:
        """Return that a party may be a place here."""
        if not doubts:
            return None
        several = ("several-candidates",) if len(doubts) > 1 else ()
        return Unclear((*doubts[0].evidence.reasons, *several), list_bearers(party.reading))

    def _find_unknown(self, party: Party) -> Unclear | None:
        """Return why a party that no place here can be is not minted all the same; None when it may be.

        The gazetteer must know it, and nobody else be that place of the gazetteer already; or it must know
        nothing that goes by its name in the country, nor by another spelling. Its name must be one that it
        can read, and no place elsewhere the only one of that name.
        """
        reading = party.reading
        if not self._finder.knows_bearers:
            return Unclear(("no-gazetteer",))
        if not self._iso_codes.get(party.country):
            return Unclear(("no-country",), list_bearers(reading))
        if reading.chosen:
            taken = any(map(self._is_placed, self._parties.of_bearer(reading.chosen.id)))
            return Unclear(("same-bearer",), list_bearers(reading)) if taken else self._find_sharing(party)
        if reading.bearers:
            return Unclear((_why_open(party),), list_bearers(reading))
        if reading.around:
            return Unclear(("other-name",), tuple(one.id for one in reading.around))
        if not any(script_of(name) == "Latn" for name in party.names):
            return Unclear(("other-script",))
        if party.is_foreign and reading.only and not self._is_far(party, reading.only):
            return Unclear(("other-country",), (reading.only.id,))
        if reading.choices > 1 and not self._finder.is_within(party.points, party.country):
            return Unclear(("other-country",))
        if alike := self._find_spelled_alike(party):
            return Unclear(("similar-name",), tuple(one.id for one in alike))
        return self._find_sharing(party)

    def _find_sharing(self, party: Party) -> Unclear | None:
        """Return that a party may be a place of another name, by the partners that both have in common."""
        sharing = self._matcher.shares_most(party)
        places = [PossiblePlace(one.place, 0.0, len(one.partners & party.partners)) for one in sharing]
        reasons = ("partners-in-common",)
        return Unclear(reasons, list_bearers(party.reading), tuple(places[:3])) if sharing else None

    def _is_placed(self, party: Party) -> bool:
        """Return whether a party is a place, known before or minted by now."""
        return bool(party.place or (party.number in self._minted and self._minted[party.number].place))

    def _is_far(self, party: Party, elsewhere: Bearer) -> bool:
        """Return whether a point says that a party is not the place of its name in another country."""
        points = party.points
        return bool(points) and all(distance_km(*point, *elsewhere.point) > FAIR_KM for point in points)

    def _find_spelled_alike(self, party: Party) -> list[Bearer]:
        """Return places that a name may be another spelling of: near its points, else one letter apart."""
        if not party.points:
            return self._finder.find_one_letter_apart(party.names, party.country)
        around = self._finder.find_near(party.points)
        return [one for one in around if any(weigh_names(n, one.name).bits >= NEAR_NAME for n in party.names)]

    def _mint_id(self, party: Party, names: Sequence[str]) -> str:
        iso, chosen = self._iso_codes[party.country], party.reading.chosen
        is_shared = party.reading.is_shared and not read_name(names[0]).where
        regions = [chosen.region] if chosen else sorted(party.regions)
        geonames = str(chosen.id) if chosen else ""
        return self._mint.mint(iso, names, regions, party.points, geonames=geonames, is_shared=is_shared)

    def _explain_new(self, party: Party) -> str:
        alike = (self._parties[number] for number in self._parties.named_like(party.names))
        elsewhere = any(namesake.country not in {"", party.country} for namesake in alike)
        return "other-country" if elsewhere else "no-candidate"


def _why_open(party: Party) -> str:
    """Return why none of the bearers of its name is what a party means."""
    if len(party.reading.bearers) > 1:
        return "several-bearers"
    (bearer,) = party.reading.bearers.values()
    return (
        "far" if any(distance_km(*point, *bearer.point) > FAIR_KM for point in party.points) else "other-name"
    )


def _undecided_between(places: Iterable[str], bearers: tuple[int, ...]) -> PlaceDecision:
    possible = tuple(PossiblePlace(place, AS_GOOD_AS_THE_OTHER) for place in list(places)[:3])
    reasons = ("several-candidates",)
    return PlaceDecision("", Decision.UNDECIDED, AS_GOOD_AS_THE_OTHER, reasons, possible, bearers)


def list_bearers(reading: Reading) -> tuple[int, ...]:
    """Return the GeoNames ids of the bearers of a name, the one that was chosen first, then the larger."""
    chosen = [reading.chosen.id] if reading.chosen else []
    by_size = sorted(reading.bearers.values(), key=lambda one: (-one.population, one.id))
    return tuple(dict.fromkeys([*chosen, *(one.id for one in by_size)]))[:MOST_BEARERS]


def make_matches(gathered: Gathered, decided: Sequence[Sequence[RecordPlaces]]) -> dict[str, list[Match]]:
    """Return the decisions by collection: one for each mention, or each part of one that was told apart."""
    counts: Counter[tuple[int, PlaceDecision]] = Counter()
    for sides, placed in zip(gathered.sides, decided, strict=True):
        for entries, pair in zip(sides, placed, strict=True):
            counts.update(zip(entries, pair, strict=True))
    matches: dict[str, list[Match]] = defaultdict(list)
    for (number, decided_as), records in counts.items():
        entry = gathered.entries[number]
        made = Match(
            entry.collection,
            entry.mention,
            decided_as.place,
            decided_as.decision,
            decided_as.score,
            decided_as.reasons,
            decided_as.candidates,
            records,
            decided_as.bearers,
        )
        matches[entry.collection].append(made)
    for of_collection in matches.values():
        of_collection.sort(key=lambda match: (mention_key(match.collection, match.mention), match.place))
    return matches
