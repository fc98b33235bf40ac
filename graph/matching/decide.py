"""From parties to decisions: which place each side of each record means, and what stays undecided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.matching.gather import Gathered, Seen
from graph.matching.known.mint import Mint
from graph.matching.known.names import read_name
from graph.matching.known.reviews import MentionKey, mention_key
from graph.matching.parties import Party
from graph.matching.rounds import Candidate, Matcher, score_places
from graph.matching.scores import NAMED_ALIKE, Evidence, says_same_where, weigh_all_names
from graph.model.matches import Decision, Match

DOUBT = 3.0
"""A party that may be a known place with so many bits, or more, is not minted: a person has to look."""
AS_GOOD_AS_THE_OTHER = 0.5
"""The score of places between which nothing decides."""
ITS_OWN_LINK = Evidence(11.0, ("same-name", "partners-in-common", "several-candidates"))
"""That a place states the very link of a record, and no other place of that name does."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about a mention, or about some of its records; `place` is empty when undecided."""

    place: str
    decision: Decision
    score: float
    reasons: tuple[str, ...]
    candidates: tuple[tuple[str, float], ...] = ()


class Decider:
    """Decides about every mention once the rounds are over; mints ids for parties that are no known place."""

    def __init__(self, gathered: Gathered, matcher: Matcher, mint: Mint, isos: Mapping[str, str]) -> None:
        """Take what was gathered and matched."""
        self._gathered = gathered
        self._parties = gathered.parties
        self._matcher = matcher
        self._mint = mint
        self._isos = isos
        self._stated = self._stated_links()
        self._minted: dict[int, Outcome] = {}

    def decide(self) -> list[list[tuple[Outcome, Outcome]]]:
        """Return the outcomes of both sides of every record, by collection."""
        self._mint_all()
        whole = [self._outcome(seen) for seen in self._gathered.seen]
        apart = self._records_apart()
        return [
            [(apart.get((n, a, b)) or whole[a], apart.get((n, b, a)) or whole[b]) for a, b in sides]
            for n, sides in enumerate(self._gathered.sides)
        ]

    def _stated_links(self) -> dict[int, set[int]]:
        """Return which parties have a link that the items themselves state."""
        links: dict[int, set[int]] = defaultdict(set)
        for sides in self._gathered.sides:
            for pair in sides:
                one, other = (self._gathered.seen[number] for number in pair)
                if one.decision is Decision.STATED and other.decision is Decision.STATED:
                    a, b = self._parties.find(one.party), self._parties.find(other.party)
                    links[a].add(b)
                    links[b].add(a)
        return links

    def _records_apart(self) -> dict[tuple[int, int, int], Outcome]:
        """Return outcomes of single records, by collection, mention and partner.

        A list that says "Portland" for two towns is read record by record: one whose link another Portland
        states belongs to that; then those that nobody states are undecided, unless both are one town.
        """
        found: dict[tuple[int, int, int], Outcome] = {}
        partners: dict[tuple[int, int], list[int]] = defaultdict(list)
        for n, sides in enumerate(self._gathered.sides):
            for a, b in sides:
                partners[n, a].append(b)
                partners[n, b].append(a)
        for n, number in sorted(partners, key=lambda one: self._order(one[1])):
            rivals = self._rivals(self._gathered.seen[number])
            if rivals:
                others = sorted(set(partners[n, number]), key=self._order)
                found |= {(n, number, b): one for b, one in self._tell_apart(number, others, rivals).items()}
        return found

    def _order(self, number: int) -> MentionKey:
        seen = self._gathered.seen[number]
        return mention_key(seen.collection, seen.mention)

    def _rivals(self, seen: Seen) -> list[Party]:
        """Return other items of the name of a mention, of its country or of none that is known."""
        if seen.party < 0 or seen.decision is not None:
            return []
        own = self._parties[seen.party]
        where = read_name(seen.mention.name).where
        alike = (self._parties[one] for one in self._parties.named_like([seen.mention.name]))
        return [
            other
            for other in sorted(alike, key=lambda one: one.key)
            if other is not own
            and other.has_qid
            and other.country in {"", own.country}
            and not (where and other.where and not says_same_where(where, other.where))
            and weigh_all_names([seen.mention.name], other.names).bits >= NAMED_ALIKE
        ]

    def _tell_apart(self, number: int, others: Iterable[int], rivals: Iterable[Party]) -> dict[int, Outcome]:
        """Return the outcomes of the records of a mention, by partner, that are not those of the mention.

        Items that share stated links with the mention's own place are the same town, and no rivals.
        """
        own = self._parties[self._gathered.seen[number].party]
        own_links = self._stated.get(own.number, set())
        links = {one.number: self._stated.get(one.number, set()) for one in rivals}
        found: dict[int, Outcome] = {}
        open_ones: list[int] = []
        for b in others:
            partner = self._gathered.seen[b].party
            root = self._parties.find(partner) if partner >= 0 else -1
            if root in own_links:
                continue
            theirs = [one for one, states in links.items() if root in states and not states & own_links]
            if len(theirs) == 1:
                found[b] = self._give(own, self._parties[theirs[0]])
            elif not theirs:
                open_ones.append(b)
        if not found:
            return {}
        places = dict.fromkeys([own.place] * bool(own.place) + [one.place for one in found.values()])
        return found | dict.fromkeys(open_ones, _open_between(places))

    def _give(self, own: Party, rival: Party) -> Outcome:
        """Return that a record is about a rival, which then is of the mention's country."""
        rival.country = rival.country or own.country
        return Outcome(rival.place, Decision.MATCHED, ITS_OWN_LINK.score, ITS_OWN_LINK.reasons)

    def _outcome(self, seen: Seen) -> Outcome:
        """Return what was decided about a mention as a whole."""
        if seen.party < 0:
            return Outcome("", Decision.REVIEWED, 1.0, seen.reasons)
        if seen.decision is not None:
            return Outcome(self._parties[seen.party].place, seen.decision, 1.0, seen.reasons)
        history = self._parties.history(seen.party)
        root = self._parties[seen.party]
        reasons = tuple(dict.fromkeys(reason for join in history for reason in join.evidence.reasons))
        if root.number in self._minted:
            minted = self._minted[root.number]
            return Outcome(
                minted.place,
                minted.decision,
                minted.score,
                tuple(dict.fromkeys((*minted.reasons, *reasons))),
                minted.candidates,
            )
        score = min((join.evidence.score for join in history), default=1.0)
        candidates = next((join.candidates for join in history if join.candidates), ())
        return Outcome(root.place, Decision.MATCHED, score, reasons, candidates)

    def _mint_all(self) -> None:
        """Mint ids for the parties that are no known place, or leave them undecided."""
        weights: dict[int, int] = defaultdict(int)
        for seen in self._gathered.seen:
            if seen.party >= 0:
                weights[self._parties.find(seen.party)] += seen.records
        names = self._names()
        open_ones = [party for party in self._parties if not party.place]
        for party in sorted(open_ones, key=lambda one: (-weights[one.number], one.key)):
            ranked = self._matcher.rank(party)
            self._minted[party.number] = self._mint_one(party, ranked, names[party.number])
        for number, outcome in self._minted.items():
            self._parties[number].place = outcome.place

    def _mint_one(self, party: Party, ranked: list[Candidate], names: list[str]) -> Outcome:
        candidates = score_places(ranked)
        doubts = [one for one in ranked if one.bits >= DOUBT and one.named >= NAMED_ALIKE]
        iso = self._isos.get(party.country, "")
        place = "" if doubts else self._mint.mint(iso, names, party.regions, party.points)
        if place:
            best = candidates[0][1] if candidates else 0.0
            return Outcome(place, Decision.MINTED, round(1 - best, 2), (self._why_new(party),), candidates)
        reasons = doubts[0].evidence.reasons if doubts else () if iso else ("no-country",)
        more = ("several-candidates",) if len(doubts) > 1 else ()
        return Outcome(
            "", Decision.UNDECIDED, candidates[0][1] if candidates else 0.0, (*reasons, *more), candidates
        )

    def _why_new(self, party: Party) -> str:
        alike = (self._parties[one] for one in self._parties.named_like(party.names))
        elsewhere = any(one.country and one.country != party.country for one in alike)
        return "other-country" if elsewhere else "no-candidate"

    def _names(self) -> dict[int, list[str]]:
        """Return the names of each party, the one that most records use first."""
        counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for seen in self._gathered.seen:
            if seen.party >= 0:
                counts[self._parties.find(seen.party)][seen.mention.name] += seen.records
        return defaultdict(
            list, {number: sorted(own, key=lambda name: (-own[name], name)) for number, own in counts.items()}
        )


def _open_between(places: Iterable[str]) -> Outcome:
    candidates = tuple((place, AS_GOOD_AS_THE_OTHER) for place in list(places)[:3])
    return Outcome("", Decision.UNDECIDED, AS_GOOD_AS_THE_OTHER, ("several-candidates",), candidates)


def make_matches(gathered: Gathered, outcomes: list[list[tuple[Outcome, Outcome]]]) -> dict[str, list[Match]]:
    """Return the decisions by collection: one for each mention, or each part of one that was told apart."""
    counts: dict[tuple[int, Outcome], int] = defaultdict(int)
    for sides, decided in zip(gathered.sides, outcomes, strict=True):
        for numbers, pair in zip(sides, decided, strict=True):
            for number, outcome in zip(numbers, pair, strict=True):
                counts[number, outcome] += 1
    found: dict[str, list[Match]] = defaultdict(list)
    for (number, one), records in counts.items():
        seen = gathered.seen[number]
        found[seen.collection].append(
            Match(
                seen.collection,
                seen.mention,
                one.place,
                one.decision,
                one.score,
                one.reasons,
                one.candidates,
                records,
            )
        )
    for matches in found.values():
        matches.sort(key=lambda match: (mention_key(match.collection, match.mention), match.place))
    return found
