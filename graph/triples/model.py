"""From the model to quads: pure functions, no blank nodes, superclasses written out, one graph a triple."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Quad

from graph.model.claims import GEONAMES, Regulation, Signatory
from graph.model.conclusions import Agreement, Assessment, Chosen, Event, Model, Outcome, Pair, Signature
from graph.model.dates import PartialDate
from graph.model.iris import graph_iri
from graph.model.terms import (
    LABEL,
    REPLACED,
    A,
    Triple,
    boolean,
    concept,
    day,
    integer,
    kk,
    node,
    partial_date,
    resource,
    text,
)
from graph.model.vocabulary import concept_label
from graph.reconcile.acceptance import find_best_source
from graph.triples.claims import describe_claim, describe_collection, describe_match, describe_source
from graph.triples.places import describe_geonames, describe_places
from ontology import PREFIXES, WIKIDATA

_DCTERMS, _RDFS = PREFIXES["dcterms"], PREFIXES["rdfs"]
_WIKIDATA = WIKIDATA["Q2013"]
"""What the sources that give statements of Wikidata are part of."""
LANGUAGES = ("en", "id")


def build_quads(model: Model) -> Iterator[Quad]:
    """Yield every quad of the model; the same quad may come twice, a triple never in two graphs."""
    core = graph_iri("core")
    yield from _in_graph(core, describe_places(model))
    yield from _in_graph(graph_iri(GEONAMES), describe_geonames(model.places.values()))
    for pair in model.pairs:
        yield from _in_graph(core, describe_pair(pair, model))
    for event in model.events:
        yield from _in_graph(core, describe_event(event, model))
    for regulation in model.regulations:
        yield from _in_graph(core, describe_regulation(regulation))
    for info in model.collections:
        yield from _in_graph(graph_iri(info.name), describe_collection(info, model.row_counts.get(info.name)))
    seen: set[str] = set()
    for claim in model.claims:
        yield from _in_graph(core, describe_people(claim.signatories))
        graph = graph_iri(claim.collection)
        yield from _in_graph(graph, describe_claim(claim, model.about[claim.id]))
        if claim.source.id not in seen:
            seen.add(claim.source.id)
            yield from _in_graph(graph, describe_source(claim.source))
    for match in model.matches:
        yield from _in_graph(graph_iri(match.collection), describe_match(match))
    for assessment in model.assessments:
        yield from _in_graph(graph_iri("assessments"), describe_assessment(assessment))


def _in_graph(graph: str, triples: Iterable[Triple]) -> Iterator[Quad]:
    name = NamedNode(graph)
    return (Quad(s, p, o, name) for s, p, o in triples)


def _between(places: Iterable[str], model: Model, language: str) -> str:
    return " – ".join(model.places[place].label(language) for place in places)


def label_pair(pair: Pair, model: Model, language: str) -> str:
    """Return what a Partnership or ClaimedPartnership is called: "Surabaya – Liverpool"."""
    return _between(pair.parties, model, language)


def label_agreement(agreement: Agreement, model: Model, language: str) -> str:
    """Return what an agreement is called, by its document, its parties and the year of its signing."""
    document = concept_label("document", agreement.document_type.value, language)
    year = f" ({agreement.signed.value.year})" if agreement.signed else ""
    return f"{document}: {_between(agreement.parties, model, language)}{year}"


def _chosen(subject: NamedNode, name: str, chosen: Chosen[PartialDate] | None) -> Iterator[Triple]:
    """Yield a chosen date, its integer year, the claim that it rests on (R5), and its basis (R12)."""
    if chosen is None:
        return
    yield subject, kk(name), partial_date(chosen.value)
    yield subject, kk(f"{name.removesuffix('On')}Year"), integer(chosen.value.year)
    yield from _rests_on(subject, name, chosen.claim.id)
    yield from _basis(subject, name, chosen.basis)


def _basis(subject: NamedNode, name: str, basis: str) -> Iterator[Triple]:
    """Yield how a date was come by that the source of its claim does not state; nothing for a stated one."""
    if basis:
        yield subject, kk(f"{name}Basis"), concept("date-basis", basis)


def _rests_on(subject: NamedNode, name: str, claim: str) -> Iterator[Triple]:
    yield subject, kk(f"{name}BasedOn"), resource("claim", claim)
    yield subject, kk("basedOn"), resource("claim", claim)


def describe_pair(pair: Pair, model: Model) -> Iterator[Triple]:
    """Yield a Partnership or a ClaimedPartnership with its agreements; nothing for a pair of steps alone."""
    if pair.outcome is Outcome.NONE:
        return
    subject = resource("partnership", pair.id)
    yield subject, A, kk("ClaimedPartnership" if pair.outcome is Outcome.CLAIMED else "Partnership")
    yield from ((subject, LABEL, text(label_pair(pair, model, lang), lang)) for lang in LANGUAGES)
    yield from ((subject, kk("party"), resource("place", party)) for party in pair.parties)
    if (domestic := model.is_domestic(pair)) is not None:
        yield subject, kk("domestic"), boolean(domestic)
    listers = {c.listed_by for c in pair.claims if c.listed_by and c.source.part_of == str(_WIKIDATA)}
    yield from ((subject, kk("listedInWikidataBy"), resource("place", lister)) for lister in sorted(listers))
    if listers:
        yield subject, kk("wikidataSides"), integer(len(listers))
    if best := find_best_source(pair.claims):
        yield subject, kk("bestSourceType"), concept("source-type", best)
    yield subject, kk("sourceCount"), integer(len(pair.sources))
    yield subject, kk("claimCount"), integer(len(pair.claims))
    for domain in sorted({domain for claim in pair.claims for domain in claim.domains}):
        yield subject, kk("cooperationDomain"), concept("domain", domain)
    if pair.relation is not None:
        yield subject, kk("relationType"), concept("relation", pair.relation.value)
        yield from _rests_on(subject, "relation", pair.relation.claim.id)
    yield from _chosen(subject, "since", pair.since)
    yield from _chosen(subject, "until", pair.until)
    yield from _describe_status(subject, pair)
    if pair.replaced_by:
        yield subject, REPLACED, resource("partnership", pair.replaced_by)
    yield from ((resource("partnership", former), REPLACED, subject) for former in pair.replaces)
    for agreement in pair.agreements:
        yield subject, kk("agreement"), resource("agreement", agreement.id)
        yield from describe_agreement(agreement, model)


def _describe_status(subject: NamedNode, pair: Pair) -> Iterator[Triple]:
    if pair.status:
        yield subject, kk("status"), concept("status", pair.status)
    if pair.status_claim is not None:
        yield from _rests_on(subject, "status", pair.status_claim.id)
        if pair.status_claim.as_of is not None:
            yield subject, kk("statusAsOf"), partial_date(pair.status_claim.as_of)
            yield from _basis(subject, "statusAsOf", pair.status_claim.as_of_basis)


def describe_agreement(agreement: Agreement, model: Model) -> Iterator[Triple]:
    """Yield one signed instrument with its signatures; each chosen value names its claim."""
    subject = resource("agreement", agreement.id)
    yield subject, A, kk("Agreement")
    yield from ((resource("agreement", former), REPLACED, subject) for former in agreement.replaces)
    yield from ((subject, LABEL, text(label_agreement(agreement, model, lang), lang)) for lang in LANGUAGES)
    yield from ((subject, kk("contractingParty"), resource("place", party)) for party in agreement.parties)
    yield subject, kk("agreementFamily"), concept("family", agreement.family)
    yield subject, kk("documentType"), concept("document", agreement.document_type.value)
    yield from _rests_on(subject, "documentType", agreement.document_type.claim.id)
    yield from _chosen(subject, "signedOn", agreement.signed)
    yield subject, kk("sourceCount"), integer(len({claim.source.witness for claim in agreement.claims}))
    for domain in sorted({domain for claim in agreement.claims for domain in claim.domains}):
        yield subject, kk("cooperationDomain"), concept("domain", domain)
    if agreement.relation is not None:
        yield subject, kk("relationType"), concept("relation", agreement.relation.value)
    if agreement.term_years is not None:
        yield subject, kk("termYears"), integer(agreement.term_years.value)
    if agreement.valid_until is not None:
        yield subject, kk("validUntil"), partial_date(agreement.valid_until.value)
    if agreement.signed_at:
        yield subject, kk("signedAt"), resource("place", agreement.signed_at)
    if agreement.venue is not None:
        yield subject, kk("venue"), text(agreement.venue.value)
    if agreement.follows:
        yield subject, kk("follows"), resource("agreement", agreement.follows)
    for signature in agreement.signatures:
        yield subject, kk("signature"), resource("signature", signature.id)
        yield from _describe_signature(signature)
        for former in agreement.replaces:
            name = former + signature.id.removeprefix(agreement.id)
            yield resource("signature", name), REPLACED, resource("signature", signature.id)


def _describe_signature(signature: Signature) -> Iterator[Triple]:
    subject = resource("signature", signature.id)
    yield subject, A, kk("Signature")
    yield subject, kk("onBehalfOf"), resource("place", signature.party)
    yield subject, kk("basedOn"), resource("claim", signature.claim.id)
    if signature.person:
        yield subject, kk("signedBy"), resource("person", signature.person)
    if signature.role:
        yield subject, kk("signedAs"), concept("role", signature.role)


def describe_people(signatories: Iterable[Signatory]) -> Iterator[Triple]:
    """Yield the office holders among the signatories, by name."""
    for signatory in signatories:
        if signatory.person:
            subject = resource("person", signatory.person)
            yield subject, A, kk("Person")
            yield subject, LABEL, text(signatory.name)


def describe_event(event: Event, model: Model) -> Iterator[Triple]:
    """Yield an event, and kk:event from the pair's partnership, or from the places where there is none."""
    subject = resource("event", event.id)
    year = f" ({event.happened.year})" if event.happened else ""
    yield subject, A, kk("Event")
    yield from ((resource("event", former), REPLACED, subject) for former in event.replaces)
    for lang in LANGUAGES:
        kind = concept_label("event", event.event_type, lang)
        yield subject, LABEL, text(f"{kind}: {_between(event.places, model, lang)}{year}", lang)
    yield subject, kk("eventType"), concept("event", event.event_type)
    yield from ((subject, kk("place"), resource("place", place)) for place in event.places)
    if event.happened is not None:
        yield subject, kk("happenedOn"), partial_date(event.happened)
        yield subject, kk("happenedYear"), integer(event.happened.year)
        yield from _basis(subject, "happenedOn", event.basis)
    for domain in sorted({domain for claim in event.claims for domain in claim.domains}):
        yield subject, kk("cooperationDomain"), concept("domain", domain)
    for claim in event.claims:
        for signatory in claim.signatories:
            if signatory.person:
                yield subject, kk("participant"), resource("person", signatory.person)
    yield from ((holder, kk("event"), subject) for holder in _holders(event, model))


def _holders(event: Event, model: Model) -> list[NamedNode]:
    pair = "-".join(event.places)
    if pair in model.partnership_ids:
        return [resource("partnership", pair)]
    return [resource("place", place) for place in event.places]


def describe_regulation(regulation: Regulation) -> Iterator[Triple]:
    """Yield a rule of law with what it repeals and carries out."""
    subject = resource("regulation", regulation.id)
    yield subject, A, kk("Regulation")
    yield from ((subject, LABEL, text(label, language)) for language, label in regulation.labels)
    if regulation.issued is not None:
        yield subject, node(_DCTERMS + "issued"), partial_date(regulation.issued)
    yield from ((subject, kk("repeals"), resource("regulation", old)) for old in regulation.repeals)
    yield from ((subject, kk("implements"), resource("regulation", law)) for law in regulation.implements)


def describe_assessment(assessment: Assessment) -> Iterator[Triple]:
    """Yield an assessment; those of the build and those made by hand differ in kk:madeBy alone."""
    subject = resource("assessment", assessment.id)
    yield subject, A, kk("Assessment")
    if assessment.about:
        yield subject, kk("about"), node(assessment.about)
    yield from ((subject, kk("assesses"), resource("claim", claim)) for claim in assessment.assesses)
    yield from ((subject, kk("evidence"), resource("claim", claim)) for claim in assessment.evidence)
    yield subject, kk("verdict"), concept("verdict", assessment.verdict)
    yield subject, kk("issue"), concept("issue", assessment.issue)
    yield subject, node(_RDFS + "comment"), text(assessment.note, "en")
    yield from (
        (subject, kk("correctedBy"), resource("partnership", pair)) for pair in assessment.corrected_by
    )
    yield subject, kk("madeBy"), concept("maker", assessment.maker)
    yield subject, node(_DCTERMS + "issued"), day(assessment.issued)
