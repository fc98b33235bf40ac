"""What the gazetteer says of a party, by all its names, regions and points together."""

from __future__ import annotations

from graph.matching.gazetteer.bearer import NameKind
from graph.matching.gazetteer.finder import BearerFinder
from graph.matching.gazetteer.readings import NEAR, UNKNOWN, Reading
from graph.matching.gazetteer.scripts import script_of
from graph.matching.known.descriptions import CountryVotes
from graph.matching.known.names import normalize_name, read_name, squeeze
from graph.matching.known.points import FAIR_KM
from graph.matching.parties import Parties, Party, one_set
from graph.matching.scores import NEAR_NAME, weigh_names
from graph.model.points import distance_km

SAME_POINT_KM = 3.0
"""So near lie two points of one town, and hardly ever two towns with names that differ by a letter."""


class PartyReader:
    """Reads parties with the gazetteer, and notes what it says in them."""

    def __init__(self, parties: Parties, finder: BearerFinder) -> None:
        """Know the parties and a gazetteer."""
        self._parties = parties
        self._finder = finder

    def choose_country(self, party: Party, votes: CountryVotes) -> str:
        """Return the country of a place: of several one in which its points lie, or something of its name."""
        named = votes.countries
        confirmed: list[str] = []
        if len(named) > 1:
            around = {self._finder.country_at(point) for point in party.points}
            confirmed = [one for one in named if one in around]
            confirmed = confirmed or [one for one in named if self._finder.is_borne(party.names, one)]
        return votes.choose(confirmed[0] if len(confirmed) == 1 else "")

    def read(self, party: Party, stated: str, *, is_telling: bool) -> None:
        """Let a party be what the gazetteer says; points too far from that place are mistakes.

        A looked-up point says nothing of a name that several places bear.
        """
        said = (note for name in party.names for note in read_name(name).inside)
        codes = (self._finder.region_codes(note, party.country) for note in said)
        party.region_codes = one_set(party.region_codes.union(*codes))
        reading = self._finder.find(stated, party.names, party.country) if stated else UNKNOWN
        if reading.chosen is None and not party.is_large:
            reading = self._finder.read(
                party.names, party.country, sorted(party.regions), party.points, is_telling=is_telling
            )
            reading = reading if reading.bearers else self._find_spelling(party) or reading
            if not (party.place or is_own(reading)) and self._is_of_region(party, reading):
                reading = Reading(is_region=True)
        self._parties.read(party, reading)
        if reading.chosen:
            town = reading.chosen.point
            near = (point for point in party.points if distance_km(*point, *town) <= FAIR_KM)
            party.points = tuple(sorted({town, *near}))
        elif reading.is_ambiguous and reading.bearers and not is_telling:
            party.points = ()

    def _is_of_region(self, party: Party, reading: Reading) -> bool:
        """Return whether a name that is no town's own is that of a province or the like here, in full.

        GeoNames has some of them among the further names of their capitals ("Daerah Istimewa Yogyakarta"). In
        other scripts than Latin a capital may be called as its province is.
        """
        is_latin = any(script_of(name) == "Latn" for name in party.names)
        if not self._finder.knows_bearers or (reading.bearers and not is_latin):
            return False
        known = (self._parties[number] for number in self._parties.alike(party))
        full = {squeeze(normalize_name(name)) for name in party.names}
        large = (one for one in known if one.is_large and one.country == party.country)
        return any(squeeze(normalize_name(name)) in full for one in large for name in one.names)

    def _find_spelling(self, party: Party) -> Reading | None:
        """Return that a party is the one place at its point whose name is its own in another spelling.

        A name that says where it is may be that of a part of the town at the point, or of another town.
        """
        if party.where:
            return None
        around = {one.id: one for one in self._finder.find_near(party.points, SAME_POINT_KM)}
        spelled = [
            one
            for one in around.values()
            if self._finder.country_of(one) == party.country
            and not read_name(one.name).where
            and any(weigh_names(name, one.name).bits >= NEAR_NAME for name in party.names)
        ]
        if len(spelled) != 1:
            return None
        chosen = spelled[0]._replace(kind=NameKind.ROMANIZED)
        return Reading({chosen.id: chosen}, chosen, (NEAR,))


def is_own(reading: Reading) -> bool:
    """Return whether a place of the gazetteer goes by a name as its own."""
    return any(one.kind is NameKind.OWN for one in reading.bearers.values())
