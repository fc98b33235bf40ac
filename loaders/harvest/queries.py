"""The questions of a harvest, in SPARQL 1.1 that any endpoint with the model of Wikidata answers.

No label service, no prefix left undeclared. Each branch of a UNION repeats its VALUES, because engines that
evaluate a group from the inside out would otherwise read all of Wikidata for one branch. Languages are bound
before they are compared: QLever puts a filter on LANG() of all labels of Wikidata before it joins the items
(https://github.com/ad-freiburg/qlever/issues/2363).
The model: https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from graph.errors import ParameterError
from graph.model.iris import is_qid

PREFIXES: Mapping[str, str] = {
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "p": "http://www.wikidata.org/prop/",
    "ps": "http://www.wikidata.org/prop/statement/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "pqv": "http://www.wikidata.org/prop/qualifier/value/",
    "pr": "http://www.wikidata.org/prop/reference/",
    "prov": "http://www.w3.org/ns/prov#",
    "wikibase": "http://wikiba.se/ontology#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
}
STATEMENT = PREFIXES["wd"] + "statement/"
"""What the IRIs of statements begin with."""

_ENDING = re.compile(r"Q?[0-9]+")


class What(StrEnum):
    """What one row of an answer tells; `more` is what its last column holds, nothing where none is named."""

    RANK = "rank"
    VALUE = "value"
    START = "start"
    """A time; more: its precision, 9 a year, 10 a month, 11 a day; nothing when the time is unknown."""
    END = "end"
    POINT_IN_TIME = "point-in-time"
    URL = "url"
    """An address that a reference cites; more: the reference."""
    STATED_IN = "stated-in"
    RETRIEVED = "retrieved"
    LABEL = "label"
    ALIAS = "alias"
    NATIVE = "native"
    OFFICIAL = "official"
    """A label in an official language of the country."""
    COUNTRY = "country"
    """More: the local name of the rank, and ``ended`` after it for what is past."""
    PART_OF = "part-of"
    INSTANCE_OF = "instance-of"
    COORDINATES = "coordinates"
    POPULATION = "population"
    """More: when it was counted."""
    GEONAMES = "geonames"
    ISO = "iso"
    KEMENDAGRI = "kemendagri"
    REDIRECT = "redirect"
    """The item that this one was merged into."""


Patterns = Sequence[tuple[What, str]]

_STATEMENT = "?item p:P190 ?statement . ?statement "
_LANGUAGE = "BIND(LANG(?value) AS ?language)"
_LANGUAGES = f'{_LANGUAGE} FILTER(?language IN ("en", "id", "mul"))'


def _time(what: What, qualifier: str) -> Patterns:
    value = "wikibase:timeValue ?value ; wikibase:timePrecision ?more ."
    known = f"{_STATEMENT}pqv:{qualifier} ?time . ?time {value}"
    unknown = f"{_STATEMENT}pq:{qualifier} ?value . FILTER(!ISLITERAL(?value))"
    return [(what, known), (what, unknown)]


def _cited(reference_property: str) -> str:
    return f"{_STATEMENT}prov:wasDerivedFrom ?more . ?more pr:{reference_property} ?value ."


def _stated(name: str) -> str:
    return (
        f"?item p:{name} ?node . ?node ps:{name} ?value ; wikibase:rank ?rank . "
        "OPTIONAL { ?node pq:P582 ?ended . } "
        'BIND(CONCAT(STRAFTER(STR(?rank), "#"), IF(BOUND(?ended), " ended", "")) AS ?more)'
    )


STATEMENT_PATTERNS: Patterns = [
    (What.RANK, f"{_STATEMENT}wikibase:rank ?value ."),
    (What.VALUE, f"{_STATEMENT}ps:P190 ?value ."),
    *_time(What.START, "P580"),
    *_time(What.END, "P582"),
    *_time(What.POINT_IN_TIME, "P585"),
    (What.URL, _cited("P854")),
    (What.STATED_IN, _cited("P248")),
    (What.RETRIEVED, _cited("P813")),
]
"""What is asked of the P190 statements of an item."""

PLACE_PATTERNS: Patterns = [
    (What.LABEL, f"?item rdfs:label ?value . {_LANGUAGES}"),
    (What.ALIAS, f"?item skos:altLabel ?value . {_LANGUAGES}"),
    (What.NATIVE, "?item wdt:P1705 ?value ."),
    (
        What.OFFICIAL,
        "?item wdt:P17 ?country . ?country wdt:P37 ?official . ?official wdt:P424 ?code . "
        f"?item rdfs:label ?value . {_LANGUAGE} FILTER(?language = ?code)",
    ),
    (What.COUNTRY, _stated("P17")),
    (What.PART_OF, _stated("P131")),
    (What.INSTANCE_OF, _stated("P31")),
    (What.COORDINATES, "?item wdt:P625 ?value ."),
    (
        What.POPULATION,
        "?item p:P1082 ?node . ?node a wikibase:BestRank ; ps:P1082 ?value . "
        "OPTIONAL { ?node pq:P585 ?more . }",
    ),
    (What.GEONAMES, "?item wdt:P1566 ?value ."),
    (What.ISO, "?item wdt:P300 ?value ."),
    (What.KEMENDAGRI, "?item wdt:P2588 ?value ."),
    (What.REDIRECT, "?item owl:sameAs ?value ."),
]
"""What is asked of a place."""

NAME_PATTERNS: Patterns = [(What.LABEL, "?item rdfs:label ?value .")]
"""What is asked of a place that has no name in the languages of `PLACE_PATTERNS`."""


def number_of(item: str) -> int:
    """Return the number of an item, by which items are ordered."""
    return int(item[1:])


def subjects_query(ending: str, countries: Sequence[str]) -> str:
    """Return the query for the items with P190 whose ids end in `ending`; value: their number of statements.

    With countries (QIDs) only for the items that are in one of them now (the best rank of P17).
    Raises ParameterError for a country that is no QID.
    """
    within = f"{_values('?country', countries)} ?item wdt:P17 ?country . " if countries else ""
    if not _ENDING.fullmatch(ending):
        raise ParameterError("ending", ending, "is not the end of the id of an item")
    return _with_prefixes(
        f"""SELECT ?item (COUNT(DISTINCT ?statement) AS ?value) WHERE {{
  {within}?item p:P190 ?statement .
  FILTER(STRENDS(STR(?item), "{ending}"))
}}
GROUP BY ?item
ORDER BY ?item"""
    )


def statements_query(items: Iterable[str]) -> str:
    """Return the query for all that is known of the P190 statements of items; raises ParameterError."""
    return _union("?item ?statement", items, STATEMENT_PATTERNS)


def places_query(items: Iterable[str]) -> str:
    """Return the query for what is known of places; raises ParameterError for one that is no QID."""
    return _union("?item", items, PLACE_PATTERNS)


def names_query(items: Iterable[str]) -> str:
    """Return the query for the labels of places in all languages; raises ParameterError."""
    return _union("?item", items, NAME_PATTERNS)


def _union(columns: str, items: Iterable[str], patterns: Patterns) -> str:
    values = _values("?item", items)
    branches = "\n  UNION\n".join(
        f'  {{ {values}\n    {pattern} BIND("{what}" AS ?what) }}' for what, pattern in patterns
    )
    columns += " ?what ?value ?more"
    return _with_prefixes(f"SELECT DISTINCT {columns} WHERE {{\n{branches}\n}}\nORDER BY {columns}")


def _values(variable: str, items: Iterable[str]) -> str:
    names = []
    for item in items:
        if not is_qid(item):
            raise ParameterError("item", item, "is not the id of an item, such as Q252")
        names.append(f"wd:{item}")
    return f"VALUES {variable} {{ {' '.join(names)} }}"


def _with_prefixes(query: str) -> str:
    return "".join(f"PREFIX {name}: <{address}>\n" for name, address in PREFIXES.items()) + query
