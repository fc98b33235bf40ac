"""Triples as JSON-LD that also reads well as plain JSON: https://www.w3.org/TR/json-ld11/.

Our own terms are bare keys, those of others carry their prefix. IRIs of things are whole, so that they can be
followed without the context; texts are by language, whole numbers and booleans are JSON's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from ontology import KK, PREFIXES

Node = NamedNode | Literal
Term = Mapping[str, str]
"""How the context defines a key."""

_TYPE = PREFIXES["rdf"] + "type"
_XSD = PREFIXES["xsd"]
_NATIVE_TYPES = {_XSD + name for name in ("string", "integer", "boolean")}
_BY_LANGUAGE = {"@container": "@language"}
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def write_jsonld(triples: Sequence[Triple]) -> bytes:
    """Return the triples as one JSON-LD document, its context in it, nodes and keys in the order given.

    Raises TypeError for blank nodes and quoted triples, which the graph does not have.
    """
    values: dict[str, list[Node]] = {}
    nodes: dict[str, dict[str, list[Node]]] = {}
    for triple in triples:
        name, value = triple.predicate.value, _value(triple)
        values.setdefault(name, []).append(value)
        nodes.setdefault(_subject(triple), {}).setdefault(name, []).append(value)
    terms = {name: _define(of_name) for name, of_name in values.items() if name != _TYPE}
    graph = [_describe(subject, properties, terms) for subject, properties in nodes.items()]
    body = json.dumps(graph, ensure_ascii=False, indent=1)
    return f'{{"@context": {_write_context(terms, values.get(_TYPE, []))},\n"@graph": {body}}}\n'.encode()


def local_name(iri: str, base: str) -> str | None:
    """Return what follows `base` in an IRI when that is a plain name, else None."""
    local = iri.removeprefix(base)
    return local if iri.startswith(base) and _NAME.fullmatch(local) else None


def _subject(triple: Triple) -> str:
    if not isinstance(triple.subject, NamedNode):
        raise TypeError(f"no node of the graph is blank: {triple}")
    return triple.subject.value


def _value(triple: Triple) -> Node:
    if not isinstance(triple.object, NamedNode | Literal):
        raise TypeError(f"no value of the graph is blank or a triple: {triple}")
    return triple.object


def _define(values: Sequence[Node]) -> Term:
    """Return the definition that lets all values of a property be written as plain texts, or none."""
    if all(isinstance(value, NamedNode) for value in values):
        return {"@type": "@id"}
    literals = [value for value in values if isinstance(value, Literal)]
    kinds = {value.datatype.value for value in literals if not value.language}
    if len(literals) < len(values):
        return {}
    if any(value.language for value in literals):
        return _BY_LANGUAGE if kinds <= {_XSD + "string"} else {}
    return {"@type": _key(kinds.pop())} if len(kinds) == 1 and not kinds & _NATIVE_TYPES else {}


def _describe(
    subject: str, properties: Mapping[str, list[Node]], terms: Mapping[str, Term]
) -> dict[str, Any]:
    described: dict[str, Any] = {"@id": subject}
    for name, values in properties.items():
        if name == _TYPE:
            described["@type"] = _single_or_list([_key(value.value) for value in values])
        elif terms[name] == _BY_LANGUAGE:
            described[_key(name)] = _by_language(values)
        else:
            described[_key(name)] = _single_or_list(
                [value.value if terms[name] else _in_full(value) for value in values]
            )
    return described


def _by_language(values: Sequence[Node]) -> dict[str, Any]:
    by_language: dict[str, list[Any]] = {}
    for value in values:
        by_language.setdefault(getattr(value, "language", None) or "@none", []).append(value.value)
    return {language: _single_or_list(texts) for language, texts in by_language.items()}


def _in_full(value: Node) -> Any:
    """Return a value of whose property the context says nothing."""
    if isinstance(value, NamedNode):
        return {"@id": value.value}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    kind = value.datatype.value.removeprefix(_XSD)
    if kind == "integer" and value.value == str(int(value.value)):
        return int(value.value)
    if kind == "boolean" and value.value in {"true", "false"}:
        return value.value == "true"
    return value.value if kind == "string" else {"@value": value.value, "@type": _key(value.datatype.value)}


def _single_or_list(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _write_context(terms: Mapping[str, Term], types: Iterable[Node]) -> str:
    """Return the context as JSON, an entry a line: our name space, the prefixes in use, the terms."""
    keys = {_key(name) for name in (*terms, *(node.value for node in types))}
    keys |= {"xsd:", *(term.get("@type", "") for term in terms.values())}
    used = {
        prefix: base for prefix, base in PREFIXES.items() if any(key.startswith(f"{prefix}:") for key in keys)
    }
    entries: dict[str, object] = {"@vocab": str(KK), **used}
    entries |= {_key(name): term for name, term in terms.items() if term}
    return (
        "{" + ",\n ".join(f"{json.dumps(key)}: {json.dumps(entry)}" for key, entry in entries.items()) + "}"
    )


def _key(iri: str) -> str:
    """Return the key of a term: bare for our own, with a prefix for those of others, else the IRI."""
    bare = local_name(iri, str(KK))
    if bare is not None:
        return bare
    names = ((prefix, local_name(iri, base)) for prefix, base in PREFIXES.items())
    return next((f"{prefix}:{name}" for prefix, name in names if name is not None), iri)
