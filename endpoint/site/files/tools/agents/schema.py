"""What a release holds, for who writes queries: classes, properties and values, with counts."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rdflib import URIRef
from rdflib.namespace import RDFS

from endpoint.engine.results import Table
from endpoint.errors import NotFound
from endpoint.show.lookup import ask, ontology_label
from endpoint.show.values import compact
from graph.downloads.describe.counts.partitions import GRAPH, VOID_EXT
from graph.downloads.describe.counts.void import VOID
from graph.model.terms import is_iri
from ontology import PREFIXES, ontology
from queries.terms import iri_term

_CLASSES = f"""SELECT ?class ?things WHERE {{ GRAPH <{GRAPH}> {{
  ?part <{VOID}class> ?class ; <{VOID}entities> ?things }} }} ORDER BY DESC(?things) ?class"""
_USES = f"""SELECT ?class ?property ?triples ?kind ?count WHERE {{ GRAPH <{GRAPH}> {{
  {{{{binding}}}}
  ?part <{VOID}class> ?class ; <{VOID}propertyPartition> ?use .
  ?use <{VOID}property> ?property ; <{VOID}triples> ?triples .
  OPTIONAL {{
    {{ ?use <{VOID}classPartition> ?end . ?end <{VOID}class> ?kind }}
    UNION {{ ?use <{VOID_EXT}datatypePartition> ?end . ?end <{VOID_EXT}datatype> ?kind }}
    ?end <{VOID}triples> ?count
  }} }} }} ORDER BY ?class DESC(?triples) ?property DESC(?count) ?kind"""


def describe_terms(term: str) -> dict[str, Any]:
    """Return all classes with the prefixes; or a class with its properties; or a property with its classes.

    Raises NotFound for a term that this release does not use.
    """
    if not term.strip():
        rows = ask(_CLASSES).rows
        classes = [{**_describe(row["class"].value), "things": int(row["things"].value)} for row in rows]
        return {"prefixes": dict(PREFIXES), "total": len(classes), "complete": True, "classes": classes}
    iri = _expand(term.strip())
    for place, other, name in (("class", "property", "properties"), ("property", "class", "classes")):
        table = ask(_USES.replace("{{binding}}", f"VALUES ?{place} {{ {iri_term(iri)} }}"))
        if table.rows:
            uses = _group(table, other)
            return {**_describe(iri), "is": place, "total": len(uses), "complete": True, name: uses}
    raise NotFound(f"this release uses no class or property {term[:120]!r}; describe_schema() lists classes")


def _expand(term: str) -> str:
    prefix, _, local = term.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES else term
    if not is_iri(iri):
        raise NotFound(f"{term[:120]!r} is no term; write kk:Partnership or an IRI")
    return iri


def _describe(iri: str) -> dict[str, Any]:
    comments = ontology().objects(URIRef(iri), RDFS.comment)
    english = [str(comment) for comment in comments if getattr(comment, "language", None) == "en"]
    described = {"term": compact(iri), "iri": iri, "label": ontology_label(iri, "en"), "means": english}
    return {name: value for name, value in described.items() if value}


def _group(table: Table, other: str) -> list[dict[str, Any]]:
    """Return each term with its triples and, by class or datatype, the values that they have."""
    triples: dict[str, int] = {}
    values: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in table.rows:
        name = row[other].value
        triples[name] = int(row["triples"].value)
        if "kind" in row:
            values[name][compact(row["kind"].value)] = int(row["count"].value)
    return [{**_describe(name), "triples": count, "values": values[name]} for name, count in triples.items()]
