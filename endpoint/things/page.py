"""The page of one thing: what every page has, and what each kind of thing has besides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from endpoint.engine.results import Cell
from endpoint.serving.current import service
from endpoint.show.lookup import ask
from endpoint.show.present import Shown, compact, show
from endpoint.show.texts import format_date, plural, translate
from endpoint.things.describe import (
    facts,
    heading,
    links_from,
    names_of,
    outgoing_values,
    special_types,
)
from endpoint.things.parts.chain import partnership_of, read_chain
from endpoint.things.parts.evidence import (
    assessments_of,
    claims_about,
    claims_of_source,
    events_of,
    matches_of_claim,
    signatures_of_agreement,
    signatures_of_person,
    sources_of_collection,
)
from endpoint.things.parts.named_graphs import graph_text, graph_title, read_contents
from endpoint.things.parts.partners import read_partners
from endpoint.things.parts.places import domain_bars, partner_countries, peers, summary
from endpoint.things.parts.vocabularies import read_tree
from endpoint.things.rdf.schema_org import Described, describe_page
from endpoint.things.thing import Page
from ontology import BASE

# What graph/measures says of a place.
_MEASURES = {
    "kk:degree",
    "kk:betweenness",
    "kk:clustering",
    "kk:component",
    "kk:community",
    "kk:bridgeLinks",
    "kk:internationalLinks",
    "kk:domesticLinks",
}


def read_page(kind: str, iri: str, language: str) -> Page:
    """Return the page of a thing that is in the current release. Raises the QueryError tree."""
    values = outgoing_values(ask, iri)
    names = names_of(ask, (cell for cells in values.values() for cell in cells), language)
    local = iri.removeprefix(f"{BASE}{kind}/")
    title = heading(values, language) or f"{translate(f'kind.{kind}', language)} {local}"
    page = Page(kind, iri, language, values, names, title)
    _SECTIONS.get(kind, _add_nothing)(page)
    return page


def page_context(page: Page, address: str) -> dict[str, Any]:
    """Return what the template needs to write a page whose own address is `address`."""
    language = page.language
    claims = (claims_of_source if page.kind == "source" else claims_about)(ask, page.iri, language)
    if claims.count:
        page.facts_apart.add("kk:basedOn")
    described = Described(page.iri, page.title, page.values, page.names, language)
    return {
        "heading": page.title,
        "iri": page.iri,
        "kind": translate(f"kind.{page.kind}", language),
        "crumbs": page.crumbs,
        "lede": page.lede,
        "lede_language": page.lede_language,
        "facts": facts(ask, page.values, page.names, language, page.facts_apart),
        "tables": page.tables,
        "charts": page.charts,
        "claims": claims,
        "claims_heading": translate("entity.claims.of", language)
        if page.kind == "source"
        else translate("entity.claims", language),
        "claims_of_source": page.kind == "source",
        "narrow_facts": page.kind == "place",
        "assessments": assessments_of(ask, page.iri, language),
        "incoming": links_from(ask, page.iri, language, page.links_apart),
        "schema": describe_page(described, address),
        **page.more,
    }


def _add_nothing(page: Page) -> None:
    page.crumbs = [Shown(translate(f"kind.{page.kind}", page.language))]


def _add_place(page: Page) -> None:
    types = [show(cell, page.language, page.names) for cell in special_types(page.values)]
    page.crumbs = [*types[:1], *page.shown("kk:country")]
    partners = read_partners(ask, page.iri, page.language, service().release.manifest["compiled"])
    page.facts_apart |= {"kk:partnerOf", "kk:event", "kk:country"}
    page.links_apart |= {"kk:party", "kk:contractingParty", "kk:place"}
    page.add_table("events.heading", events_of(ask, page.iri, page.language))
    _add_measures(page)
    if page.is_a("Country"):
        return _add_country(page)
    page.lede = summary(partners, page.language)
    page.more["partners"] = partners
    if partners is not None:
        page.add_chart(translate("place.domains", page.language), domain_bars(partners))
    for country in page.cells("kk:country"):
        bars = peers(ask, country.value, page.iri, page.language)
        page.add_chart(
            translate("place.peers", page.language, country=page.names.get(country.value, "")), bars
        )
    return None


def _add_measures(page: Page) -> None:
    """Let the figures of the network stand apart from what the place is."""
    measures = {name: cells for name, cells in page.values.items() if compact(name) in _MEASURES}
    page.more["measures"] = facts(ask, measures, {}, page.language, ())
    page.facts_apart |= _MEASURES


def _add_country(page: Page) -> None:
    text = translate("place.peers", page.language, country=page.title)
    page.add_chart(text, peers(ask, page.iri, page.iri, page.language))
    countries = partner_countries(ask, page.iri, page.language)
    page.add_chart(translate("place.partner-countries", page.language), countries)


def _add_partnership(page: Page) -> None:
    language = page.language
    page.crumbs = page.shown("rdf:type")[:1]
    page.facts_apart |= {"kk:agreement", "kk:event", "kk:claimCount", "kk:sourceCount"}
    if all(cell.value == "false" for cell in page.cells("kk:domestic")):
        page.facts_apart.add("kk:domestic")
    if page.is_a("ClaimedPartnership"):
        page.facts_apart.add("dcterms:isReplacedBy")
        page.more |= {"claimed": True, "meant": page.shown("dcterms:isReplacedBy")}
    page.lede = " ".join([*_partnership_sentences(page), _evidence_sentence(page)])
    page.more["chain"] = read_chain(ask, page.iri, language)
    page.add_table("events.heading", events_of(ask, page.iri, language))


def _partnership_sentences(page: Page) -> list[str]:
    language = page.language
    if page.is_a("ClaimedPartnership"):
        return []
    relation = page.label("kk:relationType") or translate("pair.relation", language)
    status, as_of = page.label("kk:status"), [cell.value for cell in page.cells("kk:statusAsOf")]
    since = [cell.value for cell in page.cells("kk:since")]
    if since:
        first = translate("pair.dated", language, relation=relation, since=format_date(since[0], language))
    elif any(cell.value.endswith("/status/intent") for cell in page.cells("kk:status")):
        return [translate("pair.intent", language)]
    else:
        first = translate("pair.undated", language, relation=relation)
    if not status:
        return [first]
    if not as_of:
        return [first, translate("pair.status", language, status=status)]
    date = format_date(as_of[0], language)
    return [first, translate("pair.status-as-of", language, status=status, date=date)]


def _evidence_sentence(page: Page) -> str:
    language, count = page.language, sum(int(cell.value) for cell in page.cells("kk:sourceCount"))
    sources = plural("sources", count, language)
    return translate("pair.evidence", language, claims=page.label("kk:claimCount"), sources=sources)


def _add_agreement(page: Page) -> None:
    page.crumbs = [Shown(translate("kind.agreement", page.language))]
    page.facts_apart |= {"kk:signature", "kk:follows"}
    page.links_apart |= {"kk:agreement", "kk:follows"}
    page.add_table("signatures.heading", signatures_of_agreement(ask, page.iri, page.language))
    pair = partnership_of(ask, page.iri)
    if pair is not None:
        cell = Cell("iri", pair)
        page.crumbs.append(show(cell, page.language, names_of(ask, [cell], page.language)))
        page.more["chain"] = read_chain(ask, pair, page.language, page.iri)


def _add_claim(page: Page) -> None:
    page.crumbs = [Shown(translate("kind.claim", page.language)), *page.shown("kk:collection")]
    page.facts_apart.add("kk:collection")
    page.say("dcterms:description")
    page.add_table("claim.matches", matches_of_claim(ask, page.iri, page.language))


def _add_collection(page: Page) -> None:
    _add_nothing(page)
    page.say("dcterms:description")
    page.links_apart.add("kk:collection")
    page.add_table("collection.sources", sources_of_collection(ask, page.iri, page.language))


def _add_source(page: Page) -> None:
    _add_nothing(page)
    page.links_apart.add("kk:source")


def _add_match(page: Page) -> None:
    language = page.language
    page.crumbs = [Shown(translate("kind.match", language)), *page.shown("kk:collection")]
    page.facts_apart.add("kk:collection")
    page.title = names_of(ask, [Cell("iri", page.iri)], language).get(page.iri, page.title)
    name, collection = page.label("kk:statedName"), page.label("kk:collection")
    place = page.label("kk:matchedPlace")
    if place:
        page.lede = translate("match.found", language, name=name, collection=collection, place=place)
    else:
        page.lede = translate("match.none", language, name=name, collection=collection)


def _add_person(page: Page) -> None:
    _add_nothing(page)
    page.links_apart.add("kk:signedBy")
    page.add_table("signed.heading", signatures_of_person(ask, page.iri, page.language))


def _add_signature(page: Page) -> None:
    _add_nothing(page)
    page.title = names_of(ask, [Cell("iri", page.iri)], page.language).get(page.iri, page.title)


def _add_assessment(page: Page) -> None:
    _add_nothing(page)
    page.say("rdfs:comment")
    parts = [page.label("kk:issue"), page.label("kk:about")]
    page.title = ": ".join(part for part in parts if part) or page.title


def _add_measure(page: Page) -> None:
    _add_nothing(page)
    page.say("rdfs:comment")


def _add_word(page: Page) -> None:
    schemes = page.shown("skos:inScheme")
    page.say("skos:definition")
    page.facts_apart |= {"skos:inScheme", "skos:topConceptOf", "skos:hasTopConcept"}
    page.links_apart |= {"skos:topConceptOf"}
    kind = translate("kind.concept", page.language) if schemes else translate("kind.scheme", page.language)
    page.crumbs = [Shown(kind), *schemes]
    if not schemes:
        page.links_apart.add("skos:inScheme")
        page.more["tree"] = read_tree(ask, page.iri, page.language)


def _add_graph(page: Page) -> None:
    _add_nothing(page)
    page.title = graph_title(page.local, page.language)
    page.lede = graph_text(page.local, page.language)
    contents = read_contents(ask, page.iri, page.language)
    if contents.collection is not None:
        page.title = contents.collection.text
    page.more["contents"] = contents


_SECTIONS: dict[str, Callable[[Page], None]] = {
    "place": _add_place,
    "partnership": _add_partnership,
    "agreement": _add_agreement,
    "claim": _add_claim,
    "collection": _add_collection,
    "person": _add_person,
    "signature": _add_signature,
    "assessment": _add_assessment,
    "measure": _add_measure,
    "match": _add_match,
    "source": _add_source,
    "vocab": _add_word,
    "graph": _add_graph,
}
