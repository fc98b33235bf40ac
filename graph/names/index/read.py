"""What has a name in a release, read by SELECT queries: its places, partnerships, sources and terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graph.model.points import parse_point
from graph.names.index.countries import names_of_regions
from graph.names.index.entry import PLACE, PLACES, TYPES, Entry, Thing
from ontology import BASE, KK, PREFIXES

_WRITTEN_OUT = 4
"""Shorter names of regions are codes and short forms."""
Select = Callable[[str], Iterable[Mapping[str, str]]]
"""Answers a SELECT over all graphs with its rows as plain texts; what is unbound is left out."""

_HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
_FACTS = ("country", "partOf", "level", "wikidataId", "isoCode", "kemendagriCode", "population")
_PARTNERS = "SELECT ?place ?partner WHERE { ?place kk:partnerOf ?partner }"
_YEARS = """SELECT ?place ?partner ?year WHERE {
  ?pair kk:sinceYear ?year ; a kk:Partnership ; kk:party ?place , ?partner
  FILTER(!sameTerm(?place, ?partner)) }"""
_REPLACED = f"""SELECT ?old ?new WHERE {{ ?old dcterms:isReplacedBy ?new . ?new a kk:Place
  FILTER(STRSTARTS(STR(?old), "{PLACES}")) }}"""
_PAIRS = """SELECT ?thing ?label (LANG(?label) AS ?language) ?weight ?class ?sinceYear ?status WHERE {
  VALUES ?class { kk:Partnership kk:ClaimedPartnership } ?thing a ?class ; rdfs:label ?label .
  OPTIONAL { ?thing kk:sourceCount ?weight } OPTIONAL { ?thing kk:sinceYear ?sinceYear }
  OPTIONAL { ?thing kk:status ?status } }"""
_SOURCES = """SELECT ?thing ?label (LANG(?label) AS ?language) ?publisher ?sourceType ?url WHERE {
  ?thing a kk:Source ; dcterms:title|kk:describedAs ?label ; kk:sourceType ?sourceType .
  OPTIONAL { ?thing dcterms:publisher ?publisher } OPTIONAL { ?thing dcterms:identifier ?url } }"""
_CLAIMS = "SELECT ?source (COUNT(?claim) AS ?claims) WHERE { ?claim kk:source ?source } GROUP BY ?source"
_CONCEPTS = """SELECT ?thing ?label (LANG(?label) AS ?language) ?preferred ?scheme WHERE {
  ?thing skos:inScheme ?scheme .
  { ?thing skos:prefLabel ?label BIND(true AS ?preferred) } UNION { ?thing skos:altLabel ?label } }"""
_WORDS = f"""SELECT ?thing ?label (LANG(?label) AS ?language) ?class WHERE {{
  GRAPH <{BASE}graph/ontology> {{ ?thing rdfs:label ?label ; a ?class }}
  VALUES ?class {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }} }}"""


@dataclass(frozen=True)
class Named:
    """Everything with a name in a release, and the place of today for the id of each earlier one.

    `hidden` are names of places, by their ids, which these are found by and that are not shown.
    """

    places: tuple[Entry, ...]
    replaced: Mapping[str, str] = field(default_factory=dict)
    things: tuple[Thing, ...] = ()
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass
class _Draft:
    """What is known so far of one place."""

    classes: set[str] = field(default_factory=lambda: {PLACE})
    labels: dict[str, str] = field(default_factory=dict)
    native_names: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    levels: set[str] = field(default_factory=set)
    regions: list[str] = field(default_factory=list)
    point: tuple[float, float] | None = None
    partners: list[tuple[str, int | None]] = field(default_factory=list)

    def finish(self, place: str, official: frozenset[str]) -> Entry:
        def rank(region: str) -> tuple[bool, bool, int, str]:
            return len(region) < _WRITTEN_OUT, region not in official, len(region), region

        return Entry(
            place,
            frozenset(self.classes),
            dict(sorted(self.labels.items())),
            tuple(sorted(self.native_names)),
            tuple(sorted(self.other_names)),
            dict(sorted(self.facts.items())),
            frozenset(self.levels),
            self.point,
            tuple(sorted(self.partners, key=_earliest_first)),
            tuple(sorted(self.regions, key=rank)),
        )


_Drafts = defaultdict[str, _Draft]


def _earliest_first(partner: tuple[str, int | None]) -> tuple[bool, int, str]:
    place, year = partner
    return year is None, year or 0, place


def read_named(select: Select) -> Named:
    """Return what has a name in the release that `select` asks. Raises what `select` raises."""
    drafts: _Drafts = defaultdict(_Draft)
    _read_names(select, drafts)
    _read_facts(select, drafts)
    years = {(row["place"], row["partner"]): int(row["year"]) for row in _rows(select, _YEARS)}
    for row in _rows(select, _PARTNERS):
        year = years.get((row["place"], row["partner"]))
        drafts[_local(row["place"])].partners.append((_local(row["partner"]), year))
    replaced = {_local(row["old"]): _local(row["new"]) for row in _rows(select, _REPLACED)}
    official = names_of_regions()
    places = tuple(draft.finish(place, official) for place, draft in sorted(drafts.items()))
    things = (*_read_pairs(select), *_read_sources(select), *_read_terms(select))
    return Named(places, replaced, things, _read_hidden(select))


def _rows(select: Select, query: str) -> Iterable[Mapping[str, str]]:
    return select(_HEAD + query)


def _read_names(select: Select, drafts: _Drafts) -> None:
    for row in _rows(select, _query_values("rdfs:label", "(LANG(?value) AS ?language)")):
        drafts[_local(row["place"])].labels[row.get("language", "")] = row["value"]
    for row in _rows(select, _query_values("kk:nativeName")):
        drafts[_local(row["place"])].native_names.append(row["value"])
    for row in _rows(select, _query_values("skos:altLabel")):
        drafts[_local(row["place"])].other_names.append(row["value"])


def _read_hidden(select: Select) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in _rows(select, _query_values("skos:hiddenLabel")):
        found[_local(row["place"])].add(row["value"])
    return {place: tuple(sorted(names)) for place, names in found.items()}


def _read_facts(select: Select, drafts: _Drafts) -> None:
    for name in TYPES:
        for row in _rows(select, f"SELECT ?place WHERE {{ ?place a kk:{name} }}"):
            drafts[_local(row["place"])].classes.add(name)
    for name in _FACTS:
        for row in _rows(select, _query_values(f"kk:{name}")):
            facts, value = drafts[_local(row["place"])].facts, _local(row["value"])
            facts[name] = min(value, facts.get(name, value))
    for row in _rows(select, _query_values("kk:regionName")):
        drafts[_local(row["place"])].regions.append(row["value"])
    for row in _rows(select, _query_values("kk:comparableLevel")):
        drafts[_local(row["place"])].levels.add(_local(row["value"]))
    for row in _rows(select, _query_values("geo:hasGeometry/geo:asWKT")):
        drafts[_local(row["place"])].point = parse_point(row["value"])


def _query_values(path: str, more: str = "") -> str:
    return f"SELECT ?place ?value {more} WHERE {{ ?place a kk:Place ; {path} ?value }}"


def _read_pairs(select: Select) -> Iterator[Thing]:
    for iri, rows in _group(_rows(select, _PAIRS)):
        facts = {name: _local(rows[0][name]) for name in ("class", "sinceYear", "status") if name in rows[0]}
        yield Thing(iri, "partnership", _labels(rows), (), facts, int(rows[0].get("weight", 0)))


def _read_sources(select: Select) -> Iterator[Thing]:
    claims = {row["source"]: int(row["claims"]) for row in _rows(select, _CLAIMS)}
    for iri, rows in _group(_rows(select, _SOURCES)):
        facts = {"sourceType": _local(rows[0]["sourceType"])}
        facts |= {name: rows[0][name] for name in ("publisher", "url") if name in rows[0]}
        yield Thing(iri, "source", _labels(rows), (), facts, claims.get(iri, 0))


def _read_terms(select: Select) -> Iterator[Thing]:
    for iri, rows in _group(_rows(select, _CONCEPTS)):
        preferred = [row for row in rows if "preferred" in row]
        others = tuple(sorted({row["label"] for row in rows} - {row["label"] for row in preferred}))
        facts = {"scheme": _local(rows[0]["scheme"])}
        yield Thing(iri, "term", _labels(preferred), (*others, _local(iri)), facts)
    for iri, rows in _group(_rows(select, _WORDS)):
        if iri.startswith(str(KK)):
            local = iri.removeprefix(str(KK))
            is_class = any(row["class"].endswith("#Class") for row in rows)
            facts = {"class": "class" if is_class else "property"}
            yield Thing(iri, "term", _labels(rows), (local, f"kk:{local}"), facts)


def _labels(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return dict(sorted((row.get("language", ""), row["label"]) for row in rows))


def _group(rows: Iterable[Mapping[str, str]]) -> list[tuple[str, list[Mapping[str, str]]]]:
    """Return the rows of each thing, in the order of the things."""
    groups: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        groups[row["thing"]].append(row)
    return sorted(groups.items())


def _local(value: str) -> str:
    """Return the end of an IRI, its local name; a plain value as it is."""
    return value.rpartition("/")[2].rpartition("#")[2]
