"""From the model to quads: pure functions, no blank nodes, superclasses written out, one graph a triple."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from graph.model.claims import GEONAMES, Place, Regulation, Signatory
from graph.model.conclusions import Agreement, Assessment, Chosen, Event, Model, Outcome, Pair
from graph.model.dates import PartialDate
from graph.model.iris import graph_iri
from graph.model.terms import (
    LABEL,
    A,
    boolean,
    concept,
    day,
    integer,
    kk,
    node,
    own,
    partial_date,
    point,
    text,
)
from graph.model.vocabulary import concept_label
from graph.reconcile.acceptance import find_best_source
from graph.triples.claims import describe_claim, describe_collection, describe_match, describe_source
from ontology import GEO, PREFIXES, WIKIDATA

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]

_DCTERMS, _OWL, _RDFS = PREFIXES["dcterms"], PREFIXES["owl"], PREFIXES["rdfs"]
_ALT_LABEL, _REPLACED = node(PREFIXES["skos"] + "altLabel"), node(_DCTERMS + "isReplacedBy")
_CODES = {"kemendagri": "kemendagriCode", "iso": "isoCode", "geonames": "geonamesId"}
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
        yield from _in_graph(graph_iri(info.name), describe_collection(info))
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


def describe_places(model: Model) -> Iterator[Triple]:
    """Yield what is known of every place, and kk:partnerOf in both directions for accepted pairs."""
    for place in model.places.values():
        yield from _describe_place(place, model)
    for pair in model.pairs:
        if pair.outcome is Outcome.ACCEPTED:
            a, b = (own("place", party) for party in pair.parties)
            yield a, kk("partnerOf"), b
            yield b, kk("partnerOf"), a


def _describe_place(place: Place, model: Model) -> Iterator[Triple]:
    me = own("place", place.id)
    for name in _place_classes(place):
        yield me, A, kk(name)
    yield from ((me, LABEL, text(label, language)) for language, label in place.labels)
    yield from ((me, kk("nativeName"), text(name, language)) for language, name in place.native_names)
    yield from ((me, _ALT_LABEL, text(name)) for name in place.other_names)
    if place.country and not place.is_country:
        yield me, kk("country"), own("place", place.country)
    if place.level:
        yield me, kk("level"), concept("level", place.level)
    yield from ((me, kk("comparableLevel"), concept("level", one)) for one in place.level_with)
    for name, other in (("partOf", place.part_of), ("succeeds", place.succeeds)):
        if other:
            yield me, kk(name), own("place", other)
    if place.qid:
        yield me, kk("wikidataId"), text(place.qid)
        yield me, node(_OWL + "sameAs"), node(WIKIDATA[place.qid])
    yield from ((me, kk(_CODES[kind]), text(code)) for kind, code in place.codes)
    if place.population is not None:
        yield me, kk("population"), integer(place.population)
    yield from ((own("place", old), _REPLACED, me) for old in place.replaces)
    if place.geonames is None or not place.geonames.gives_point:
        yield from _describe_point(place)


def _describe_point(place: Place) -> Iterator[Triple]:
    if place.longitude:
        me = own("place", place.id)
        geometry = node(f"{me.value}#geometry")
        yield me, node(GEO["hasGeometry"]), geometry
        yield geometry, A, node(GEO["Geometry"])
        yield geometry, node(GEO["asWKT"]), point(place.longitude, place.latitude)


def describe_geonames(places: Iterable[Place]) -> Iterator[Triple]:
    """Yield what GeoNames gives for places: ids, names in their own script, points that no source states."""
    for place in places:
        entry, me = place.geonames, own("place", place.id)
        if entry is None:
            continue
        if ("geonames", str(entry.id)) not in place.codes:
            yield me, kk("geonamesId"), text(str(entry.id))
        yield me, node(_OWL + "sameAs"), node(entry.iri)
        yield from ((me, _ALT_LABEL, text(name)) for name in entry.names)
        if entry.gives_point:
            yield from _describe_point(place)


def _place_classes(place: Place) -> list[str]:
    if place.is_country:
        return ["Place", "Country"]
    return ["Place", "LocalGovernment", *(["City"] if place.is_city else [])]


def _between(places: Iterable[str], model: Model, language: str) -> str:
    return " – ".join(model.places[place].label(language) for place in places)


def label_pair(pair: Pair, model: Model, language: str) -> str:
    """Return what a Partnership or ClaimedPartnership is called: "Surabaya – Liverpool"."""
    return _between(pair.parties, model, language)


def is_domestic(pair: Pair, model: Model) -> bool | None:
    """Return whether both parties lie in one country, None where the country of one is not known."""
    first, second = (model.places[party].country for party in pair.parties)
    return first == second if first and second else None


def label_agreement(agreement: Agreement, model: Model, language: str) -> str:
    """Return what an agreement is called, by its document, its parties and the year of its signing."""
    document = concept_label("document", agreement.document_type.value, language)
    year = f" ({agreement.signed.value.year})" if agreement.signed else ""
    return f"{document}: {_between(agreement.parties, model, language)}{year}"


def _chosen(me: NamedNode, name: str, chosen: Chosen[PartialDate] | None) -> Iterator[Triple]:
    """Yield a chosen date, its integer year, and the claim that it rests on (R5)."""
    if chosen is None:
        return
    yield me, kk(name), partial_date(chosen.value)
    yield me, kk(f"{name.removesuffix('On')}Year"), integer(chosen.value.year)
    yield from _rests_on(me, name, chosen.claim.id)


def _rests_on(me: NamedNode, name: str, claim: str) -> Iterator[Triple]:
    yield me, kk(f"{name}BasedOn"), own("claim", claim)
    yield me, kk("basedOn"), own("claim", claim)


def describe_pair(pair: Pair, model: Model) -> Iterator[Triple]:
    """Yield a Partnership or a ClaimedPartnership with its agreements; nothing for a pair of steps alone."""
    if pair.outcome is Outcome.NONE:
        return
    me = own("partnership", pair.id)
    yield me, A, kk("ClaimedPartnership" if pair.outcome is Outcome.CLAIMED else "Partnership")
    yield from ((me, LABEL, text(label_pair(pair, model, lang), lang)) for lang in LANGUAGES)
    yield from ((me, kk("party"), own("place", party)) for party in pair.parties)
    if (domestic := is_domestic(pair, model)) is not None:
        yield me, kk("domestic"), boolean(domestic)
    listers = {one.listed_by for one in pair.claims if one.listed_by and one.source.part_of == str(_WIKIDATA)}
    yield from ((me, kk("listedInWikidataBy"), own("place", lister)) for lister in sorted(listers))
    if listers:
        yield me, kk("wikidataSides"), integer(len(listers))
    if best := find_best_source(pair.claims):
        yield me, kk("bestSourceType"), concept("source-type", best)
    yield me, kk("sourceCount"), integer(len(pair.sources))
    yield me, kk("claimCount"), integer(len(pair.claims))
    for domain in sorted({domain for claim in pair.claims for domain in claim.domains}):
        yield me, kk("cooperationDomain"), concept("domain", domain)
    if pair.relation is not None:
        yield me, kk("relationType"), concept("relation", pair.relation.value)
        yield from _rests_on(me, "relation", pair.relation.claim.id)
    yield from _chosen(me, "since", pair.since)
    yield from _chosen(me, "until", pair.until)
    yield from _describe_status(me, pair)
    if pair.replaced_by:
        yield me, _REPLACED, own("partnership", pair.replaced_by)
    yield from ((own("partnership", former), _REPLACED, me) for former in pair.replaces)
    for agreement in pair.agreements:
        yield me, kk("agreement"), own("agreement", agreement.id)
        yield from describe_agreement(agreement, model)


def _describe_status(me: NamedNode, pair: Pair) -> Iterator[Triple]:
    if pair.status:
        yield me, kk("status"), concept("status", pair.status)
    if pair.status_claim is not None:
        yield from _rests_on(me, "status", pair.status_claim.id)
        if pair.status_claim.as_of is not None:
            yield me, kk("statusAsOf"), partial_date(pair.status_claim.as_of)


def describe_agreement(agreement: Agreement, model: Model) -> Iterator[Triple]:
    """Yield one signed instrument with its signatures; each chosen value names its claim."""
    me = own("agreement", agreement.id)
    yield me, A, kk("Agreement")
    yield from ((own("agreement", former), _REPLACED, me) for former in agreement.replaces)
    yield from ((me, LABEL, text(label_agreement(agreement, model, lang), lang)) for lang in LANGUAGES)
    yield from ((me, kk("contractingParty"), own("place", party)) for party in agreement.parties)
    yield me, kk("agreementFamily"), concept("family", agreement.family)
    yield me, kk("documentType"), concept("document", agreement.document_type.value)
    yield from _rests_on(me, "documentType", agreement.document_type.claim.id)
    yield from _chosen(me, "signedOn", agreement.signed)
    yield me, kk("sourceCount"), integer(len({claim.source.id for claim in agreement.claims}))
    for domain in sorted({domain for claim in agreement.claims for domain in claim.domains}):
        yield me, kk("cooperationDomain"), concept("domain", domain)
    if agreement.relation is not None:
        yield me, kk("relationType"), concept("relation", agreement.relation.value)
    if agreement.term_years is not None:
        yield me, kk("termYears"), integer(agreement.term_years.value)
    if agreement.valid_until is not None:
        yield me, kk("validUntil"), partial_date(agreement.valid_until.value)
    if agreement.signed_at:
        yield me, kk("signedAt"), own("place", agreement.signed_at)
    if agreement.venue is not None:
        yield me, kk("venue"), text(agreement.venue.value)
    if agreement.follows:
        yield me, kk("follows"), own("agreement", agreement.follows)
    yield from _describe_signatures(me, agreement, model)


def _describe_signatures(me: NamedNode, agreement: Agreement, model: Model) -> Iterator[Triple]:
    for signature in agreement.signatures:
        it = own("signature", signature.id)
        yield me, kk("signature"), it
        yield it, A, kk("Signature")
        yield it, kk("onBehalfOf"), own("place", signature.party)
        yield it, kk("basedOn"), own("claim", signature.claim.id)
        if signature.person:
            yield it, kk("signedBy"), own("person", signature.person)
        if signature.role:
            yield it, kk("signedAs"), concept("role", signature.role)


def describe_people(signatories: Iterable[Signatory]) -> Iterator[Triple]:
    """Yield the office holders among the signatories, by name."""
    for one in signatories:
        if one.person:
            yield own("person", one.person), A, kk("Person")
            yield own("person", one.person), LABEL, text(one.name)


def describe_event(event: Event, model: Model) -> Iterator[Triple]:
    """Yield an event, and kk:event from the pair's partnership, or from the places where there is none."""
    me = own("event", event.id)
    year = f" ({event.happened.year})" if event.happened else ""
    yield me, A, kk("Event")
    for lang in LANGUAGES:
        kind = concept_label("event", event.event_type, lang)
        yield me, LABEL, text(f"{kind}: {_between(event.places, model, lang)}{year}", lang)
    yield me, kk("eventType"), concept("event", event.event_type)
    yield from ((me, kk("place"), own("place", place)) for place in event.places)
    if event.happened is not None:
        yield me, kk("happenedOn"), partial_date(event.happened)
        yield me, kk("happenedYear"), integer(event.happened.year)
    for domain in sorted({domain for claim in event.claims for domain in claim.domains}):
        yield me, kk("cooperationDomain"), concept("domain", domain)
    for claim in event.claims:
        for one in claim.signatories:
            if one.person:
                yield me, kk("participant"), own("person", one.person)
    yield from ((holder, kk("event"), me) for holder in _holders(event, model))


def _holders(event: Event, model: Model) -> list[NamedNode]:
    pair = "-".join(event.places)
    if pair in model.partnership_ids:
        return [own("partnership", pair)]
    return [own("place", place) for place in event.places]


def describe_regulation(regulation: Regulation) -> Iterator[Triple]:
    """Yield a rule of law with what it repeals and carries out."""
    me = own("regulation", regulation.id)
    yield me, A, kk("Regulation")
    yield from ((me, LABEL, text(label, language)) for language, label in regulation.labels)
    if regulation.issued is not None:
        yield me, node(_DCTERMS + "issued"), partial_date(regulation.issued)
    yield from ((me, kk("repeals"), own("regulation", other)) for other in regulation.repeals)
    yield from ((me, kk("implements"), own("regulation", other)) for other in regulation.implements)


def describe_assessment(assessment: Assessment) -> Iterator[Triple]:
    """Yield an assessment; those of the build and those made by hand differ in kk:madeBy alone."""
    me = own("assessment", assessment.id)
    yield me, A, kk("Assessment")
    if assessment.about:
        yield me, kk("about"), node(assessment.about)
    yield from ((me, kk("assesses"), own("claim", claim)) for claim in assessment.assesses)
    yield from ((me, kk("evidence"), own("claim", claim)) for claim in assessment.evidence)
    yield me, kk("verdict"), concept("verdict", assessment.verdict)
    yield me, kk("issue"), concept("issue", assessment.issue)
    yield me, node(_RDFS + "comment"), text(assessment.note, "en")
    yield from ((me, kk("correctedBy"), own("partnership", pair)) for pair in assessment.corrected_by)
    yield me, kk("madeBy"), concept("maker", assessment.maker)
    yield me, node(_DCTERMS + "issued"), day(assessment.issued)
