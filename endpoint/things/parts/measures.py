"""The measures of a place in the network, in words: its rank, what its links hold together, its group."""

from __future__ import annotations

from endpoint.serving.current import service
from endpoint.serving.releases.kept import Kept
from endpoint.show.lookup import Select
from endpoint.show.texts import format_number, plural, translate
from endpoint.things.thing import Thing

MEASURES = frozenset(
    {
        "kk:degree",
        "kk:betweenness",
        "kk:clustering",
        "kk:component",
        "kk:community",
        "kk:bridgeLinks",
        "kk:internationalLinks",
        "kk:domesticLinks",
    }
)
"""What graph/network says of a place."""
LINK_MEASURES = frozenset({"kk:distanceKm", "kk:isBridge"})
"""What it says of a pair."""
Distribution = list[tuple[float, int]]
"""The values of a measure, each with the number of places that have it."""

_VALUES = "SELECT ?value (COUNT(*) AS ?count) WHERE {{ ?place kk:{measure} ?value }} GROUP BY ?value"
_MEMBERS = "SELECT (COUNT(*) AS ?count) WHERE {{ ?place kk:{measure} {value} }}"
_distributions = Kept[Distribution]()


def describe_measures(select: Select, thing: Thing) -> list[str]:
    """Return what the network says of a place, each measure a sentence; empty for one without partners."""
    if thing.is_a("Country"):
        return _describe_country(thing)
    degree = _number(thing, "kk:degree")
    if not degree:
        return []
    language = thing.language
    sentences = [
        _rank(select, thing, "degree"),
        _bridges(thing, int(degree)),
        _rank(select, thing, "betweenness"),
    ]
    if degree > 1:
        sentences.append(_clustering(thing))
    for measure in ("component", "community"):
        value = _number(thing, f"kk:{measure}")
        if value is not None:
            (row,) = select(_MEMBERS.format(measure=measure, value=int(value))).rows
            members = format_number(row["count"].value, language)
            sentences.append(translate(f"measure.{measure}", language, number=int(value), count=members))
    return [sentence for sentence in sentences if sentence]


def describe_link(thing: Thing) -> list[str]:
    """Return what the network says of a pair: how far apart, and what stands or falls with it."""
    language, distance = thing.language, _number(thing, "kk:distanceKm")
    sentences = []
    if distance is not None:
        sentences.append(translate("measure.distance", language, km=format_number(round(distance), language)))
    for cell in thing.cells("kk:isBridge"):
        if cell.value == "true":
            sentences.append(translate("measure.is-bridge", language))
        else:
            sentences.append(translate("measure.is-no-bridge", language))
    return sentences


def _describe_country(thing: Thing) -> list[str]:
    abroad, within = _number(thing, "kk:internationalLinks"), _number(thing, "kk:domesticLinks")
    if abroad is None or within is None:
        return []
    return [
        plural("measure.abroad", int(abroad), thing.language),
        plural("measure.within", int(within), thing.language),
    ]


def _number(thing: Thing, name: str) -> float | None:
    return next((float(cell.value) for cell in thing.cells(name)), None)


def _rank(select: Select, thing: Thing, measure: str) -> str:
    """Return the place of a thing among all that have the measure; empty where it is zero."""
    value = _number(thing, f"kk:{measure}")
    if not value:
        return translate("measure.no-way-through", thing.language) if measure == "betweenness" else ""
    known = _distributions.get(service().engine, measure, lambda _: _read_distribution(select, measure))
    language, total = thing.language, sum(count for _, count in known)
    rank = 1 + sum(count for other, count in known if other > value)
    return translate(
        f"measure.{measure}",
        language,
        value=format_number(f"{value:g}", language),
        rank=format_number(rank, language),
        total=format_number(total, language),
    )


def _read_distribution(select: Select, measure: str) -> Distribution:
    rows = select(_VALUES.format(measure=measure)).rows
    return [(float(row["value"].value), int(row["count"].value)) for row in rows]


def _bridges(thing: Thing, degree: int) -> str:
    bridges, language = int(_number(thing, "kk:bridgeLinks") or 0), thing.language
    if not bridges:
        return translate("measure.no-bridge", language)
    if bridges == degree:
        return plural("measure.all-bridges", degree, language)
    return translate("measure.bridges", language, bridges=bridges, links=format_number(degree, language))


def _clustering(thing: Thing) -> str:
    share, language = _number(thing, "kk:clustering"), thing.language
    if share is None:
        return ""
    if not share:
        return translate("measure.apart", language)
    percent = format_number(round(100 * share, 1 if share < 0.01 else None), language)
    return translate("measure.clustering", language, percent=percent)
