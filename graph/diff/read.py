"""One claim, partnership or agreement of a store, in the form in which releases are compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from graph.diff.types import Counts, Rename, Thing
from graph.model.conclusions import Maker, Outcome
from graph.model.iris import graph_iri
from graph.model.terms import LABEL, REPLACED, A, concept, kk
from ontology import PREFIXES

Term = NamedNode | BlankNode | Literal | Triple
Values = dict[str, list[Term]]
"""Predicate IRI to objects, of one subject."""
Facets = dict[str, tuple[str, ...]]
"""Name of a property to its sorted values; a property without a value is left out."""

ABOUT, ASSESSES, SIGNATURE, SOURCE = (kk(name) for name in ("about", "assesses", "signature", "source"))

_CORE = NamedNode(graph_iri("core"))
_KK, _DCTERMS = PREFIXES["kk"], PREFIXES["dcterms"]
_PARTNERSHIP, _CLAIMED, _AGREEMENT, _CLAIM = (
    kk(name) for name in ("Partnership", "ClaimedPartnership", "Agreement", "Claim")
)
_INTENT = concept("status", "intent")
_CURATOR = concept("maker", Maker.CURATOR)
_CLASSES = {
    _PARTNERSHIP: Thing.PARTNERSHIP,
    _CLAIMED: Thing.PARTNERSHIP,
    _AGREEMENT: Thing.AGREEMENT,
}
_READ = {
    Thing.PARTNERSHIP: (
        "party", "relationType", "since", "until", "status", "statusAsOf", "cooperationDomain",
        "isReplacedBy",
    ),
    Thing.AGREEMENT: (
        "contractingParty", "agreementFamily", "documentType", "signedOn", "signedAt", "venue",
        "relationType", "termYears", "validUntil", "follows", "cooperationDomain",
    ),
}  # fmt: skip
_IRIS = {"isReplacedBy": REPLACED.value}
"""Compared properties that are not of the ontology."""

COMPARED = {thing: ("outcome", *names, "signatory") for thing, names in _READ.items()}
"""The compared properties in the order of a diff; labels, counts and kk:basedOn follow from others."""

_DERIVED = {A.value, ABOUT.value, _KK + "collection"} | {
    f"{_KK}{name}Year" for name in ("signed", "since", "until", "asOf", "happened")
}
"""Properties of a claim that its id, its other properties or its pair give it."""


@dataclass(frozen=True)
class ClaimRecord:
    """A claim as one store has it; `source` is the address of its source."""

    facets: Facets
    about: tuple[str, ...]
    source: str
    description: str

    def rename(self, names: Mapping[str, str]) -> ClaimRecord:
        """Return the claim with IRIs as they are now, `names` by those of before."""
        return replace(
            self, facets=_rename_facets(self.facets, names), about=_rename_values(self.about, names)
        )


@dataclass(frozen=True)
class ThingRecord:
    """A partnership or an agreement as one store has it."""

    thing: Thing
    label: str
    facets: Facets

    def rename(self, names: Mapping[str, str]) -> ThingRecord:
        """Return the thing with IRIs as they are now, `names` by those of before."""
        return replace(self, facets=_rename_facets(self.facets, names))


def _rename_facets(facets: Facets, names: Mapping[str, str]) -> Facets:
    return {name: _rename_values(values, names) for name, values in facets.items()}


def _rename_values(values: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({names.get(value, value) for value in values}))


def read_renames(old: Store, new: Store) -> Iterator[Rename]:
    """Yield the things of the old store that go by another IRI in the new one, ordered by that of before.

    Those without a name follow from others: the signatures of an agreement.
    """
    replaced = {
        quad.subject: quad.object
        for quad in new.quads_for_pattern(None, REPLACED, None, _CORE)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    }
    for before, after in sorted(replaced.items(), key=lambda pair: pair[0].value):
        label = _label(_values(new, after, _CORE))
        if label and _is_thing(old, before) and not _is_thing(new, before):
            yield Rename(before.value, after.value, label)


def _is_thing(store: Store, node: NamedNode) -> bool:
    return next(store.quads_for_pattern(node, A, None, _CORE), None) is not None


def count_things(store: Store) -> Counts:
    """Return how many partnerships (by outcome), agreements and claims a store holds."""
    intent = _count(store, kk("status"), _INTENT, _CORE)
    return Counts(
        accepted=_count(store, A, _PARTNERSHIP, _CORE) - intent,
        intent=intent,
        claimed=_count(store, A, _CLAIMED, _CORE),
        agreements=_count(store, A, _AGREEMENT, _CORE),
        claims=_count(store, A, _CLAIM, None),
    )


def _count(store: Store, predicate: NamedNode, value: NamedNode, graph: NamedNode | None) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, predicate, value, graph))


def read_claim(store: Store, node: NamedNode) -> ClaimRecord | None:
    """Return a claim with the type of its source and the verdicts of curators; None when it is no claim."""
    values = _values(store, node)
    if _CLAIM not in values.get(A.value, ()):
        return None
    facets = {_local(name): _texts(terms) for name, terms in values.items() if name not in _DERIVED}
    source = next((term for term in values.get(SOURCE.value, ()) if isinstance(term, NamedNode)), None)
    of_source = _values(store, source) if source else {}
    further = {"sourceType": of_source.get(_KK + "sourceType", []), **_read_judgements(store, node)}
    facets |= {name: _texts(terms) for name, terms in further.items() if terms}
    about = _texts(values.get(ABOUT.value, ()))
    address, description = _DCTERMS + "identifier", _DCTERMS + "description"
    return ClaimRecord(facets, about, _first(of_source, address), _first(values, description))


def _read_judgements(store: Store, claim: NamedNode) -> Values:
    """Return the verdicts of curators on a claim; assessments by the build are consequences, never causes."""
    found: Values = defaultdict(list)
    for quad in store.quads_for_pattern(None, ASSESSES, claim):
        values = _values(store, quad.subject) if isinstance(quad.subject, NamedNode) else {}
        if _CURATOR in values.get(_KK + "madeBy", ()):
            for name in ("verdict", "correctedBy"):
                found[name] += values.get(_KK + name, [])
    return found


def read_thing(store: Store, node: NamedNode) -> ThingRecord | None:
    """Return a partnership or an agreement with the values compared; None when it is neither."""
    values = _values(store, node, _CORE)
    classes = values.get(A.value, [])
    thing = next((_CLASSES[c] for c in classes if isinstance(c, NamedNode) and c in _CLASSES), None)
    if thing is None:
        return None
    read = {name: values.get(_IRIS.get(name, _KK + name), []) for name in _READ[thing]}
    facets = {name: _texts(terms) for name, terms in read.items() if terms}
    if thing is Thing.PARTNERSHIP:
        facets["outcome"] = (_outcome(classes, read["status"]).value,)
    elif signatories := _signatories(store, values):
        facets["signatory"] = _texts(signatories)
    return ThingRecord(thing, _label(values), facets)


def _outcome(classes: Sequence[Term], status: Sequence[Term]) -> Outcome:
    """R2 as the graph shows it: claimed by its class, intent by its status, else accepted."""
    if _CLAIMED in classes:
        return Outcome.CLAIMED
    return Outcome.INTENT if _INTENT in status else Outcome.ACCEPTED


def _signatories(store: Store, agreement: Values) -> list[Term]:
    """Return who signed: the person, or the role where no person is named."""
    found: list[Term] = []
    for signature in agreement.get(SIGNATURE.value, []):
        values = _values(store, signature, _CORE) if isinstance(signature, NamedNode) else {}
        found += values.get(_KK + "signedBy") or values.get(_KK + "signedAs", [])
    return found


def _values(store: Store, node: NamedNode, graph: NamedNode | None = None) -> Values:
    values: Values = {}
    for quad in store.quads_for_pattern(node, None, None, graph):
        values.setdefault(quad.predicate.value, []).append(quad.object)
    return values


def _texts(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(sorted({term.value for term in terms if not isinstance(term, Triple)}))


def _first(values: Values, predicate: str) -> str:
    return next(iter(_texts(values.get(predicate, ()))), "")


def _label(values: Values) -> str:
    labels = [term for term in values.get(LABEL.value, ()) if isinstance(term, Literal)]
    english = [term for term in labels if term.language == "en"]
    return next(iter(_texts(english or labels)), "")


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[1]
