"""Parties that are no known place: a place of the gazetteer, one that nobody knows, or undecided."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from graph.matching.decisions.outcome import (
    PlaceDecision,
    list_bearers,
)
from graph.matching.gazetteer.bearer import Bearer, NameKind
from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.gazetteer.readings import STATED
from graph.matching.gazetteer.scripts import script_of
from graph.matching.known.mint import Mint
from graph.matching.known.names import is_cut_short, is_large, read_name
from graph.matching.known.points import FAIR_KM
from graph.matching.mentions.districts import is_district
from graph.matching.mentions.entries import Gathered
from graph.matching.mentions.joined import find_joined_towns
from graph.matching.parties import Key, Party
from graph.matching.rounds.candidates import list_possible
from graph.matching.rounds.rounds import Matcher
from graph.matching.rounds.weigh import Candidate
from graph.matching.scores import (
    NAMED_ALIKE,
    NEAR_NAME,
    OTHER_NAME,
    weigh_names,
    weigh_reading,
)
from graph.model.matches import Decision, PossiblePlace
from graph.model.points import distance_km

DOUBT = 3.0
"""A party that may be a known place with so many bits, or more, is not minted: a person has to look."""
UNKNOWN_TO_ALL = 0.9
"""The most that the score of a minted place is: nobody knows a place of that name, but there may be one."""

_YEAR = re.compile(r"\W*\b(?:1[89]|20)\d\d\b\W*")
"""A year of partnerships, which is in no name of a new place."""


class Unclear(NamedTuple):
    """Why a party is undecided, and what it may be: places of the gazetteer, and places here."""

    reasons: tuple[str, ...]
    bearers: tuple[int, ...] = ()
    places: tuple[PossiblePlace, ...] = ()


class Minter:
    """Mints ids for parties, or says why not."""

    def __init__(
        self,
        gathered: Gathered,
        matcher: Matcher,
        finder: BearerFinder,
        mint: Mint,
        iso_codes: Mapping[str, str],
    ) -> None:
        """Take what was gathered and matched; `iso_codes` are those of countries by id."""
        self._entries, self._parties = gathered.entries, gathered.parties
        self._matcher = matcher
        self._finder = finder
        self._mint = mint
        self._iso_codes = iso_codes
        self._minted: dict[int, PlaceDecision] = {}

    def mint_all(self) -> dict[int, PlaceDecision]:
        """Return what is decided about the parties that are no known place, by number."""
        names = self._count_names()
        unplaced = [party for party in self._parties if not party.place]
        for party in sorted(unplaced, key=lambda party: self._rank(party, names[party.number])):
            counts = names[party.number]
            in_order = sorted(counts, key=lambda name: (-counts[name], name))
            self._minted[party.number] = self._mint_one(party, self._matcher.chooser.rank(party), in_order)
        for number, decision in self._minted.items():
            self._parties[number].place = decision.place
        return self._minted

    def _rank(self, party: Party, names: Counter[str]) -> tuple[bool, int, Key]:
        """Return what puts parties in order: those that have an id before, then those in more records."""
        iso = self._iso_codes.get(party.country, "")
        return not self._mint.knows(iso, names), -names.total(), party.key

    def _count_names(self) -> dict[int, Counter[str]]:
        """Return how many records use each name of each party."""
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for entry in self._entries:
            if entry.party is not None:
                counts[self._parties.find(entry.party)][entry.mention.name] += entry.records
        return counts

    def _mint_one(self, party: Party, ranked: Sequence[Candidate], names: Sequence[str]) -> PlaceDecision:
        """Return what is decided about a party that is none of the places which it may be, `ranked`.

        It is a place of the gazetteer, or one that nobody knows and that gets an id, or it is undecided. A
        town by its own name is not doubted for one whose name is only like it: the gazetteer has its names.
        """
        possible = list_possible(ranked)
        score = possible[0].score if possible else 0.0
        chosen = party.reading.chosen
        least = OTHER_NAME if chosen and chosen.kind is NameKind.OWN else NAMED_ALIKE
        doubts = [place for place in ranked if place.bits >= DOUBT and place.named >= least]
        if STATED in party.reading.reasons:
            doubts = []
        found = self._find_doubts(party, doubts) or self._find_larger(party) or self._find_unknown(party)
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

    def _find_larger(self, party: Party) -> Unclear | None:
        """Return that a bare name may be the county, regency or province called so, and not a town.

        A list that says "Siak" means Siak Regency where no town has the name; where one has, the county is a
        doubt when it has the very link.
        """
        read = [read_name(name) for name in party.names]
        bare = {name.core for name in read if not name.kinds and not name.where}
        if not bare or STATED in party.reading.reasons:
            return None
        alike = sorted(self._parties.named_like(party.names) - self._minted.keys())
        larger = [other for number in alike if _is_called(other := self._parties[number], bare)]
        larger = [other for other in larger if other.place and other.country == party.country]
        if party.reading.bearers:
            larger = [other for other in larger if party.partners & other.partners]
        places = [PossiblePlace(other.place, 0.0, len(party.partners & other.partners)) for other in larger]
        reasons = ("similar-name",)
        return Unclear(reasons, list_bearers(party.reading), tuple(places[:3])) if places else None

    def _find_unknown(self, party: Party) -> Unclear | None:
        """Return why a party that no place here can be is not minted all the same; None when it may be.

        The gazetteer must know it, and nobody else be that place of the gazetteer already; or it must know
        nothing that goes by its name in the country, nor by another spelling. Its name must be one that it
        can read in full, and no place elsewhere the only one of that name.
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
        if any(self._finder.is_country(name, party.country) for name in party.names):
            return Unclear(("country-itself",))
        if dated := self._find_dated(party):
            return dated
        if not party.points and all(map(is_cut_short, party.names)):
            return Unclear(("similar-name",))
        if reading.is_region and not party.points:
            return self._find_sharing(party)
        if towns := self._find_joined(party):
            return Unclear(("several-places",), tuple(one.id for one in towns))
        if alike := self._find_spelled_alike(party):
            return Unclear(("similar-name",), tuple(one.id for one in alike))
        return self._find_new_alike(party) or self._find_sharing(party)

    def _find_dated(self, party: Party) -> Unclear | None:
        """Return that a name with a year in it is that of a place without: "Ulm 1992"."""
        without = [bare for name in party.names if (bare := _YEAR.sub(" ", name).strip()) != name]
        towns = [town for name in without for town in self._finder.towns_named(name, party.country)]
        return Unclear(("similar-name",), tuple(one.id for one in towns)) if without else None

    def _find_joined(self, party: Party) -> tuple[Bearer, ...]:
        """Return the towns of whose names a name of a party is made."""
        finder, is_located = self._finder, bool(party.points)
        found = (
            find_joined_towns(name, party.country, finder, is_located=is_located) for name in party.names
        )
        return next(filter(None, found), ())

    def _find_new_alike(self, party: Party) -> Unclear | None:
        """Return that a party may be another spelling of another new place, with a partner in common."""
        alike = [one for one in self._matcher.spellings.find_alike(party) if one.number in self._minted]
        new = [(self._minted[one.number].place, one) for one in alike]
        places = [
            PossiblePlace(place, 0.0, len(one.partners & party.partners)) for place, one in new if place
        ]
        return Unclear(("similar-name",), (), tuple(places[:3])) if places else None

    def _find_sharing(self, party: Party) -> Unclear | None:
        """Return that a party may be a place of another name, by the partners that both have in common."""
        sharing = self._matcher.sharing.shares_most(party)
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
        """Return places that a name may be another spelling of: near its points, else nearly the same.

        The name of a province is no town's: "Massa-Carrara".
        """
        if not party.points and any(map(is_district, party.names)):
            return []
        if not party.points:
            return self._finder.find_spelled_alike(party.names, party.country)
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


def _is_called(party: Party, cores: Collection[str]) -> bool:
    """Return whether a party is called so with a word that says it is more than a town: "Siak Regency"."""
    read = map(read_name, party.names)
    return any(is_large(name) and name.core in cores and not name.where for name in read)


def _why_open(party: Party) -> str:
    """Return why none of the bearers of its name is what a party means."""
    if len(party.reading.bearers) > 1:
        return "several-bearers"
    (bearer,) = party.reading.bearers.values()
    return (
        "far" if any(distance_km(*point, *bearer.point) > FAIR_KM for point in party.points) else "other-name"
    )
