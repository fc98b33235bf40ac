"""What a harvest holds, as items and twinnings: the pages that `loaders.harvest` keeps, read back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from graph.errors import CollectionError
from graph.model.iris import is_qid
from loaders.harvest.queries import PREFIXES, What, number_of
from loaders.harvest.store import HarvestStore, Row, open_store
from loaders.wikidata import model as wikidata
from loaders.wikidata.item import ALL_LANGUAGES, LANGUAGES, make_item
from loaders.wikidata.model import Found, Item, Moment, Reference, Twinning, Unreadable, Value
from loaders.wikidata.twinning import make_twinning, read_day

_TIMES = {
    What.START: wikidata.START,
    What.END: wikidata.END,
    What.POINT_IN_TIME: wikidata.POINT_IN_TIME,
}
_PROPERTIES = {
    What.NATIVE: wikidata.NATIVE_LABEL,
    What.COUNTRY: wikidata.COUNTRY,
    What.PART_OF: wikidata.PART_OF,
    What.INSTANCE_OF: wikidata.INSTANCE_OF,
    What.COORDINATES: wikidata.COORDINATES,
    What.POPULATION: wikidata.POPULATION,
    What.GEONAMES: wikidata.GEONAMES,
    What.ISO: wikidata.ISO_SUBDIVISION,
    What.KEMENDAGRI: wikidata.KEMENDAGRI,
}
_RANKED = (What.COUNTRY, What.PART_OF, What.INSTANCE_OF)

Facts = defaultdict[str, list[Row]]
"""The rows about one item or one statement by what they tell."""


def read_harvest(folder: Path) -> Iterator[Found]:
    """Yield the places of a harvest by number, then its statements by the number of their subject.

    Raises CollectionError when it is not complete, or a page is not as it was written.
    """
    store = open_store(folder)
    if store.manifest.finished is None:
        mend = "Run `kembar fetch wikidata` again: it goes on where it was."
        raise CollectionError(str(folder), "the harvest is not complete", mend)
    yield from _items(store)
    for rows in _rows(store, "statements"):
        yield from map(read_twinning, _by_statement([row for row in rows if is_qid(row.item)]))
        yield from _strangers({row.item for row in rows})


def read_twinning(rows: Sequence[Row]) -> Twinning | Unreadable:
    """Return the statement that these rows tell of."""
    facts = _by_what(rows)
    target, remarks = _target(facts)
    try:
        return make_twinning(
            rows[0].statement,
            rows[0].item,
            target,
            _rank(_first(facts, What.RANK)),
            {name: [_moment(row) for row in facts[what]] for what, name in _TIMES.items()},
            _references(facts),
            remarks=remarks,
        )
    except ValueError as exc:
        return Unreadable(0, f"statement {rows[0].statement} of {rows[0].item}: {exc}")


def read_item(qid: str, rows: Sequence[Row], redirects: Sequence[str] = ()) -> Item:
    """Return the place that these rows tell of; without a native label it has those in official languages."""
    facts = _by_what(rows)
    languages = [*LANGUAGES, ALL_LANGUAGES]
    aliases = sorted(facts[What.ALIAS], key=lambda row: languages.index(row.language))
    values = {name: [_value(row) for row in facts[what]] for what, name in _PROPERTIES.items()}
    values[wikidata.NATIVE_LABEL] = values[wikidata.NATIVE_LABEL] or [
        _value(row) for row in facts[What.OFFICIAL] if row.language not in LANGUAGES
    ]
    return make_item(
        qid,
        {row.language: row.value for row in facts[What.LABEL]},
        [row.value for row in aliases],
        values,
        redirects,
    )


def _strangers(items: Collection[str]) -> Iterator[Unreadable]:
    """Yield what stands in the place of an item and is none."""
    for item in sorted(items):
        if not is_qid(item):
            yield Unreadable(0, f"{item!r} is the id of no item")


def _items(store: HarvestStore) -> Iterator[Item | Unreadable]:
    """Yield an item for each place that is not merged into another."""
    about: dict[str, list[Row]] = defaultdict(list)
    merged: dict[str, list[str]] = defaultdict(list)
    for rows in (*_rows(store, "places"), *_rows(store, "names")):
        for row in rows:
            about[row.item].append(row)
            if row.what == What.REDIRECT:
                merged[_qid(row.value)].append(row.item)
    gone = {item for items in merged.values() for item in items}
    yield from _strangers(about)
    for qid in sorted(filter(is_qid, {*about} - gone), key=number_of):
        try:
            yield read_item(qid, about[qid], merged.get(qid, ()))
        except ValueError as exc:
            yield Unreadable(0, f"what is told of {qid} cannot be read: {exc}")


def _rows(store: HarvestStore, kind: str) -> Iterator[list[Row]]:
    for page in store.manifest.pages.values():
        if page.kind == kind:
            yield store.read(page)


def _by_statement(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows about each statement; engines order IRIs each in their own way."""
    about: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        about[number_of(row.item), row.statement].append(row)
    return [about[key] for key in sorted(about)]


def _by_what(rows: Sequence[Row]) -> Facts:
    facts: Facts = defaultdict(list)
    for row in rows:
        facts[row.what].append(row)
    return facts


def _first(facts: Facts, what: What) -> str:
    return facts[what][0].value if facts[what] else ""


def _target(facts: Facts) -> tuple[str, list[str]]:
    """Return the item that is listed, and a remark when the value is unknown or none."""
    target = _qid(_first(facts, What.VALUE))
    if target:
        return target, []
    return "", [f"the partner is {'somevalue' if facts[What.VALUE] else 'novalue'}"]


def _moment(row: Row) -> Moment:
    """Return a time; one without a precision is unknown."""
    return Moment(row.value, int(row.more)) if row.more else Moment("")


def _references(facts: Facts) -> list[Reference]:
    """Return one reference for each node that cites something; of several values of a property the first."""
    cited: dict[str, dict[str, str]] = defaultdict(dict)
    for what in (What.URL, What.STATED_IN, What.RETRIEVED):
        for row in facts[what]:
            cited[row.more].setdefault(what, row.value)
    return [
        Reference(
            url=values.get(What.URL, ""),
            stated_in=_qid(values.get(What.STATED_IN, "")),
            retrieved=read_day(values.get(What.RETRIEVED, "")),
        )
        for _, values in sorted(cited.items())
    ]


def _value(row: Row) -> Value:
    """Return one value of an item; only those of `_RANKED` come with a rank, the others are the best."""
    text = _qid(row.value) or row.value
    if row.what in _RANKED:
        rank, _, ended = row.more.partition(" ")
        return Value(text, _rank(rank), row.language, ended=bool(ended))
    time = row.more if row.more[:1].isdigit() else ""
    return Value(text, language=row.language, time=time)


def _rank(name: str) -> str:
    """Return ``preferred`` of ``http://wikiba.se/ontology#PreferredRank``."""
    return name.rpartition("#")[2].removesuffix("Rank").lower()


def _qid(iri: str) -> str:
    """Return the id of an item; an empty text for anything else."""
    name = iri.removeprefix(PREFIXES["wd"])
    return name if is_qid(name) else ""
