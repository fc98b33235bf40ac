"""The numbers of a release: what its manifest states and its front page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from graph.model.claims import LoadedCollection
from graph.model.conclusions import Maker, Model, Outcome
from graph.model.matches import Decision


def count_model(model: Model) -> dict[str, Any]:
    """Return the counts of a model.

    Shares are from 0 to 1, three decimals, of the accepted partnerships: with a beginning; with one that was
    worked out (R12); with two or more independent sources. `share_read_twice` is of the claims whose readings
    somebody counted, and there only where there are such claims.
    """
    outcomes = Counter(pair.outcome for pair in model.pairs)
    accepted = [pair for pair in model.pairs if pair.outcome is Outcome.ACCEPTED]
    linked = {party for pair in accepted for party in pair.parties}
    return {
        "places": sum(not place.is_country for place in model.places.values()),
        "countries": sum(place.is_country for place in model.places.values()),
        "places_with_partner": len(linked),
        "countries_with_partner": len({model.places[place].country for place in linked} - {""}),
        "partnerships": {
            outcome.value: outcomes[outcome] for outcome in Outcome if outcome is not Outcome.NONE
        },
        "agreements": sum(len(pair.agreements) for pair in model.pairs),
        "events": len(model.events),
        "claims": len(model.claims),
        "sources": len({claim.source.id for claim in model.claims}),
        "share_dated": _share(sum(pair.since is not None for pair in accepted), len(accepted)),
        "share_worked_out": _share(
            sum(pair.since is not None and bool(pair.since.basis) for pair in accepted), len(accepted)
        ),
        "share_two_sources": _share(sum(len(pair.sources) > 1 for pair in accepted), len(accepted)),
        **_share_read_twice(model),
        "conflicts": dict(
            sorted(Counter(a.issue for a in model.assessments if a.maker is Maker.BUILD).items())
        ),
        "assessments_by_hand": sum(a.maker is Maker.CURATOR for a in model.assessments),
    }


def _share_read_twice(model: Model) -> dict[str, float]:
    readings = [claim.readings for claim in model.claims if claim.readings]
    return {"share_read_twice": _share(readings.count(2), len(readings))} if readings else {}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def describe_rows(collection: LoadedCollection) -> dict[str, Any]:
    """Return what became of the rows of a collection, as shares from 0 to 1, and how sure the matches are.

    The scores of matches, without those where the list itself states the place, are counted by tenths.
    """
    counts = asdict(collection.row_counts)
    rows = counts.pop("rows")
    placed = [match for match in collection.matches if match.place and match.decision is not Decision.STATED]
    scores = Counter(min(9, int(match.score * 10)) for match in placed)
    return {
        "shares": {name: _share(count, rows) for name, count in counts.items()},
        "scores": {f"{tenth / 10:.1f}": scores[tenth] for tenth in sorted(scores)},
    }


def describe_collections(collections: Sequence[LoadedCollection]) -> list[dict[str, Any]]:
    """Return what the manifest states of each collection: title, licence, date, tally, claims, issues."""
    return [
        {
            "name": collection.info.name,
            "title": dict(collection.info.title),
            "licence": collection.info.licence,
            "compiled": collection.info.compiled.isoformat(),
            "rows": sum(collection.tally.values()),
            "tally": collection.tally,
            **describe_rows(collection),
            "claims": len(collection.claims),
            "sources": len({claim.source.id for claim in collection.claims}),
            "issues": [
                {"row": i.row, "file": i.file, "line": i.line, "kind": i.kind, "reason": i.reason}
                for i in collection.issues
            ],
        }
        for collection in collections
    ]
