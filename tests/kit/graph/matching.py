"""Small worlds to match: lists of pairs written as text, places known beforehand, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.matching.gazetteer.index import Gazetteer
from graph.matching.known.mint import RegisteredPlace
from graph.matching.known.reviews import Review
from graph.matching.resolve import Resolution, resolve
from graph.model.claims import Assertion, Claim, CollectionInfo, LoadedCollection, Place, Source
from graph.model.matches import Decision, Match, Mention
from graph.model.records import ListedCollection, Record

COUNTRIES = {
    iso: Place(qid, qid, (("en", name), ("id", name)), is_country=True, qid=qid, codes=(("iso", iso),))
    for iso, qid, name in (
        ("AR", "Q414", "Argentina"), ("AT", "Q40", "Austria"), ("BE", "Q31", "Belgium"),
        ("BY", "Q184", "Belarus"),
        ("CH", "Q39", "Switzerland"),
        ("CN", "Q148", "China"), ("DE", "Q183", "Germany"), ("DK", "Q35", "Denmark"),
        ("FI", "Q33", "Finland"),
        ("FO", "Q4628", "Faroe Islands"), ("FR", "Q142", "France"), ("GB", "Q145", "United Kingdom"),
        ("ID", "Q252", "Indonesia"), ("IN", "Q668", "India"), ("IT", "Q38", "Italy"),
        ("JP", "Q17", "Japan"), ("NO", "Q20", "Norway"), ("PR", "Q1183", "Puerto Rico"),
        ("KR", "Q884", "South Korea"), ("MA", "Q1028", "Morocco"), ("RU", "Q159", "Russia"),
        ("SE", "Q34", "Sweden"), ("UA", "Q212", "Ukraine"), ("US", "Q30", "United States"),
    )
}  # fmt: skip
STATES = {"Q4628": "Q35", "Q1183": "Q30"}
EMPTY = Gazetteer.empty()


def country(iso: str) -> str:
    """The id of a country's place."""
    return COUNTRIES[iso].id if iso else ""


def at(name: str, iso: str = "", point: tuple[float, float] | None = None, **more: str) -> Mention:
    """A mention as a list makes it."""
    latitude, longitude = point or (None, None)
    return Mention(name, country(iso), latitude=latitude, longitude=longitude, **more)  # type: ignore[arg-type]


def item(qid: str, name: str) -> Mention:
    """A mention as a knowledge base without countries makes it."""
    return Mention(name, qid=qid)


def listed(
    name: str,
    *pairs: tuple[Mention, Mention],
    places: Sequence[Place] = (),
    language: str = "en",
    kind: str = "",
) -> ListedCollection:
    """A list of pairs, one to a row, from line 2 on; with ids it is a knowledge base unless told."""
    has_ids = any(one.qid for pair in pairs for one in pair)
    kind = kind or ("knowledge-base" if has_ids else "encyclopedia")
    source = Source(f"s-{name}", f"https://example.org/{name}", name, "", language, kind)
    records = tuple(
        Record(
            Claim(f"{name}/L{line}", name, source, Assertion.CONTINUATION, "listed", "Listed."),
            pair, f"{name}/list.csv", line, 0 if pair[0].qid else None,
        )
        for line, pair in enumerate(pairs, start=2)
    )  # fmt: skip
    return ListedCollection(_info(name), records, tuple(places), rows=len(pairs))


def items(*links: str) -> ListedCollection:
    """A knowledge base of statements: ``items("Q1 Berlin - Q2 Paris", ...)``, without countries."""
    pairs = [tuple(item(*end.split(" ", 1)) for end in link.split(" - ")) for link in links]
    return listed("items", *pairs, language="de")  # type: ignore[arg-type]


def curated(*places: Place, claims: Iterable[tuple[str, str]] = ()) -> LoadedCollection:
    """A curated collection of places, with a claim for each pair of ids."""
    source = Source("s-curated", "https://example.org/curated", "Curated", "", "en", "government-site")
    made = tuple(
        Claim(f"curated/C{n}", "curated", source, Assertion.FOUNDING, "MoU", "Signed.", pair)
        for n, pair in enumerate(claims, start=1)
    )
    return LoadedCollection(_info("curated"), places, made)


def known(place: str, name: str, iso: str, **more: object) -> Place:
    """A place that a table knows."""
    values: dict[str, object] = {"country": country(iso), "labels": (("en", name), ("id", name)), **more}
    return Place(place, **values)  # type: ignore[arg-type]


def _info(name: str) -> CollectionInfo:
    texts = (("en", name), ("id", name))
    return CollectionInfo(name, texts, texts, "https://example.org/licence", "Test", dt.date(2026, 1, 31))


@dataclass(frozen=True)
class Outcomes:
    """What a run made of the mentions and records, in short words."""

    resolution: Resolution

    def places(self, name: str, iso: str = "", collection: str = "list") -> list[str]:
        """The places of a mention, sorted; an empty text for what is undecided."""
        return sorted(match.place for match in self.matches(name, iso, collection))

    def matches(self, name: str, iso: str = "", collection: str = "list") -> list[Match]:
        """The decisions about a mention."""
        return [
            one
            for one in self.resolution.matches
            if one.collection == collection and one.mention.name == name
            and (not iso or one.mention.country == country(iso))
        ]  # fmt: skip

    def decisions(self, name: str, iso: str = "") -> list[Decision]:
        """How a mention of the list was decided."""
        return sorted(match.decision for match in self.matches(name, iso))

    def place(self, name: str) -> Place:
        """A place by its id."""
        return next(p for one in self.resolution.collections for p in one.places if p.id == name)

    def collection(self, name: str) -> LoadedCollection:
        """A collection by its name."""
        return next(one for one in self.resolution.collections if one.info.name == name)


def run(
    *collections: ListedCollection,
    own: Sequence[LoadedCollection] = (),
    reviews: Sequence[Review] = (),
    registered: Mapping[str, RegisteredPlace] | None = None,
    gazetteer: Gazetteer | None = EMPTY,
) -> Outcomes:
    """Match collections with the countries and states of this kit, and a gazetteer that knows no place."""
    return Outcomes(
        resolve(
            own,
            collections,
            COUNTRIES,
            reviews=reviews,
            registered=registered,
            states=STATES,
            gazetteer=gazetteer,
        )
    )


def only(got: Outcomes, name: str, iso: str = "", collection: str = "list") -> Match:
    """The one match of a mention."""
    (match,) = got.matches(name, iso, collection)
    return match


def geonames(got: Outcomes, place: str) -> int | None:
    """The GeoNames id of a place, None when it has none."""
    entry = got.place(place).geonames
    return entry.id if entry else None
