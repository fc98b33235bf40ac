"""Records that are decided one by one, because a list has one name for several places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from graph.matching.decisions.outcome import (
    PlaceDecision,
    list_bearers,
    undecided_between,
)
from graph.matching.decisions.stated import StatedLinks
from graph.matching.gazetteer.readings import Reading
from graph.matching.known.names import read_name
from graph.matching.known.reviews import MentionKey
from graph.matching.mentions.entries import Gathered
from graph.matching.parties import Party
from graph.matching.rounds.rounds import Matcher
from graph.matching.scores import (
    NAMED_ALIKE,
    Evidence,
    says_same_where,
    weigh_all_names,
)
from graph.model.matches import Decision

STATES_THE_LINK = Evidence(11.0, ("same-name", "partners-in-common", "several-candidates"))
"""That a place states the very link of a record, and no other place of that name does."""


class Side(NamedTuple):
    """One side of a record: the numbers of its collection, of the mention there, and of the one opposite."""

    collection: int
    entry: int
    partner: int


class RecordDecider:
    """Decides about the records of mentions that may be several places."""

    def __init__(self, gathered: Gathered, matcher: Matcher, stated: StatedLinks) -> None:
        """Take what was gathered and matched, and the links that are stated of parties themselves."""
        self._entries, self._sides = gathered.entries, gathered.sides
        self._parties = gathered.parties
        self._matcher = matcher
        self._stated = stated

    def decide(self) -> dict[Side, PlaceDecision]:
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
            if entry.party is None or entry.decision is not None or self._stated.is_sure(entry):
                continue
            party, reading = self._parties[entry.party], self._parties.as_named(entry.party).reading
            homonyms = self._find_homonyms(party, entry.mention.name)
            if homonyms or (party.place and reading.is_open and not self._is_near(entry.party)):
                in_order = sorted(partners[collection, number], key=self._order)
                links = {
                    one.number: self._stated.partners_elsewhere(one, collection) for one in (party, *homonyms)
                }
                decided = self._tell_apart(party, in_order, links, reading)
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
            and not self._matcher.chooser.is_one_town(item, party)
            and item.country in {"", party.country}
            and not (where and item.where and not says_same_where(where, item.where))
            and weigh_all_names([name], item.names).bits >= NAMED_ALIKE
        ]

    def _tell_apart(
        self, party: Party, partners: Iterable[int], stated: Mapping[int, set[int]], reading: Reading
    ) -> dict[int, PlaceDecision]:
        """Return what was decided about records by the mention opposite, where it is not as usual.

        `stated` are the partners that others state of the party and of those that share its name; `reading`
        is that of the name as the list writes it.
        """
        links = stated[party.number]
        stated = {number: others for number, others in stated.items() if number != party.number}
        found: dict[int, PlaceDecision] = {}
        contested: list[int] = []
        unstated: list[int] = []
        for partner in partners:
            opposite = self._stated.find(self._entries[partner])
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
        between = undecided_between(places, list_bearers(reading))
        return found | dict.fromkeys([*contested, *unstated], between)

    def _give(self, party: Party, rival: Party) -> PlaceDecision:
        """Return that a record is about a rival, which then is of the mention's country."""
        rival.country = rival.country or party.country
        return PlaceDecision(rival.place, Decision.MATCHED, STATES_THE_LINK.score, STATES_THE_LINK.reasons)
