"""What a person decided about a mention: the last word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.matching.known.points import point_of
from graph.model.matches import Mention

NEW, NONE = "new", "none"
"""Decisions that name no place: it is one that nobody has an id for; it is no local government at all."""
GEONAMES = "geonames:"
"""Begins a decision by a GeoNames id."""

MentionKey = tuple[str, str, str, str, str, str]
"""The collection, and what tells the mentions of one collection apart."""


@dataclass(frozen=True, slots=True)
class Review:
    """One decision: `place` is a Wikidata id, a minted id, a GeoNames id after GEONAMES, NEW or
    NONE; the rest is the mention's."""

    collection: str
    name: str
    place: str
    country: str = ""
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    qid: str = ""
    geonames: str = ""

    @property
    def key(self) -> MentionKey:
        """Return the key of the mention that was decided."""
        where = (self.latitude, self.longitude)
        mention = Mention(self.name, self.country, "", self.region, self.qid, *where, geonames=self.geonames)
        return mention_key(self.collection, mention)


def mention_key(collection: str, mention: Mention) -> MentionKey:
    """Return what a mention is known by: collection, name, country, region, ids and point."""
    point = point_of(mention)
    where = f"{point.latitude:.6f} {point.longitude:.6f}" if point else ""
    ids = mention.qid + (f" {GEONAMES}{mention.geonames}" if mention.geonames else "")
    return (collection, mention.name, mention.country, mention.region, ids, where)


def decisions(reviews: Iterable[Review]) -> dict[MentionKey, str]:
    """Return the places that a person decided on, by mention; of two reviews the later one counts."""
    return {review.key: review.place for review in reviews}
