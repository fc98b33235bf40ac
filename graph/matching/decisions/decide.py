"""From parties to decisions: which place each side of each record means, and what stays undecided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.matching.decisions.apart import RecordDecider, Side
from graph.matching.decisions.new_places import Minter
from graph.matching.decisions.outcome import (
    AS_GOOD_AS_THE_OTHER,
    PlaceDecision,
    RecordPlaces,
)
from graph.matching.decisions.stated import StatedLinks
from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.known.mint import Mint
from graph.matching.known.reviews import mention_key
from graph.matching.mentions.entries import Gathered, MentionEntry
from graph.matching.rounds.rounds import Matcher
from graph.matching.scores import (
    weigh_reading,
)
from graph.model.matches import Decision, Match, PossiblePlace


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
        self._entries, self._sides = gathered.entries, gathered.sides
        self._parties = gathered.parties
        self._records = RecordDecider(gathered, matcher, StatedLinks(gathered))
        self._minter = Minter(gathered, matcher, finder, mint, iso_codes)
        self._minted: dict[int, PlaceDecision] = {}

    def decide(self) -> list[list[RecordPlaces]]:
        """Return what was decided about both sides of every record, by collection."""
        self._minted = self._minter.mint_all()
        whole = [self._decide_whole(entry) for entry in self._entries]
        apart = self._records.decide()
        decided: list[list[RecordPlaces]] = []
        for collection, sides in enumerate(self._sides):
            decided.append([])
            for a, b in sides:
                left, right = Side(collection, a, b), Side(collection, b, a)
                decided[-1].append((apart.get(left, whole[a]), apart.get(right, whole[b])))
        return decided

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
