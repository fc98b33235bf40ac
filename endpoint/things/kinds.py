"""What the page of each kind of thing shows, besides what all pages have."""

from __future__ import annotations

from collections.abc import Callable

from endpoint.drawing.ring import SIZE
from endpoint.drawing.sphere import position_of
from endpoint.engine.results import Cell
from endpoint.serving.current import service
from endpoint.show.addresses import link
from endpoint.show.lookup import ask
from endpoint.show.texts import format_date, plural, translate
from endpoint.show.values import FormattedValue, format_value
from endpoint.things.ontology.concept_scheme import read_concept_tree
from endpoint.things.page import Page
from endpoint.things.parts.claims.statement import describe_reading, read_statement
from endpoint.things.parts.claims.strip import read_strips
from endpoint.things.parts.facts import specific_types
from endpoint.things.parts.labels import label_cells
from endpoint.things.parts.measures import LINK_MEASURES, MEASURES, describe_link, describe_measures
from endpoint.things.parts.pairs.chain import find_partnership, read_chain
from endpoint.things.parts.pairs.maps import describe_lists, map_pair, map_partners, read_ends
from endpoint.things.parts.pairs.partners import group_of, read_partners
from endpoint.things.parts.pairs.ring import read_ring
from endpoint.things.parts.pairs.stages import read_stages
from endpoint.things.parts.pairs.wikidata import read_wikidata_sides
from endpoint.things.parts.places import (
    chart_domains,
    chart_partner_countries,
    chart_peers,
    summarise_partners,
)
from endpoint.things.parts.related import (
    read_events,
    read_matches_of_claim,
    read_signatures_of_agreement,
    read_signatures_of_person,
    read_sources_of_collection,
)
from endpoint.things.rdf.named_graphs import graph_text, graph_title, read_contents
from endpoint.things.thing import Thing, label_in, read_values
from ontology import BASE, KK


def read_page(kind: str, iri: str, language: str) -> Page:
    """Return the page of a thing that is in the current release. Raises the QueryError tree."""
    values = read_values(ask, iri)
    labels = label_cells(ask, (cell for cells in values.values() for cell in cells), language)
    kind_label = translate(f"kind.{kind}", language)
    title = label_in(values, language) or f"{kind_label} {iri.removeprefix(f'{BASE}{kind}/')}"
    page = Page(Thing(kind, iri, language, title, values, labels), title, [FormattedValue(kind_label)])
    if add_parts := _ADD_PARTS.get(kind):
        add_parts(page)
    return page


def _add_place(page: Page) -> None:
    thing, language = page.thing, page.thing.language
    types = [format_value(cell, language, thing.labels) for cell in specific_types(thing.values)]
    page.breadcrumb = [*types[:1], *thing.formatted("kk:country")]
    page.extra["native_names"] = [
        name for name in thing.formatted("kk:nativeName") if name.text != page.title
    ]
    page.hidden_facts |= {"kk:partnerOf", "kk:event", "kk:country", "kk:nativeName"}
    page.hidden_links |= {"kk:party", "kk:contractingParty", "kk:place"}
    page.add_table("events.heading", read_events(ask, thing.iri, language))
    page.extra["fold_links"] = True
    _add_measures(page)
    if thing.is_a("Country"):
        _add_country(page)
    else:
        _add_partners(page)


def _add_measures(page: Page) -> None:
    """Say in words what the network says of the place, apart from what it is."""
    page.extra["measures"] = describe_measures(ask, page.thing)
    page.hidden_facts |= MEASURES


def _add_country(page: Page) -> None:
    iri, language = page.thing.iri, page.thing.language
    heading = translate("place.peers", language, country=page.title)
    page.add_chart(heading, chart_peers(ask, iri, iri, language))
    countries = chart_partner_countries(ask, iri, language)
    page.add_chart(translate("place.partner-countries", language), countries)


def _add_partners(page: Page) -> None:
    thing, language = page.thing, page.thing.language
    partners = read_partners(ask, thing.iri, language, service().release.manifest["compiled"])
    page.lede = summarise_partners(partners, language)
    page.extra["partners"] = partners
    here = next((position_of(cell.value) for cell in thing.cells("geo:asWKT")), None)
    page.extra["map"] = map_partners(page.title, here, partners)
    page.extra |= {"ring": read_ring(ask, thing.iri, language), "ring_size": SIZE}
    if partners is not None:
        page.add_chart(translate("place.domains", language), chart_domains(partners))
    for country in thing.cells("kk:country"):
        heading = translate("place.peers", language, country=thing.labels.get(country.value, ""))
        page.add_chart(heading, chart_peers(ask, country.value, thing.iri, language))


def _add_partnership(page: Page) -> None:
    thing, language = page.thing, page.thing.language
    page.breadcrumb = thing.formatted("rdf:type")[:1]
    page.hidden_facts |= {"kk:agreement", "kk:event", "kk:claimCount", "kk:sourceCount"}
    page.hidden_facts |= {"kk:wikidataSides", "kk:listedInWikidataBy"}
    if all(cell.value == "false" for cell in thing.cells("kk:domestic")):
        page.hidden_facts.add("kk:domestic")
    if thing.is_a("ClaimedPartnership"):
        page.hidden_facts.add("dcterms:isReplacedBy")
        page.extra |= {"claimed": True, "meant": thing.formatted("dcterms:isReplacedBy")}
    page.hidden_facts |= LINK_MEASURES
    page.extra["measures"] = describe_link(thing)
    ends = read_ends(ask, thing.iri, language)
    sentences = (*_partnership_sentences(thing), describe_lists(ends, language), _evidence_sentence(thing))
    page.lede = " ".join(sentence for sentence in sentences if sentence)
    page.extra["pair_map"] = map_pair(ends, _group_of(thing))
    page.extra["wikidata_sides"] = read_wikidata_sides(ask, thing.iri, language)
    page.extra["stages"] = read_stages(ask, thing.iri, language)
    page.extra["chain"] = read_chain(ask, thing.iri, language)
    page.extra["strips"] = read_strips(ask, thing.iri, language)
    page.add_table("events.heading", read_events(ask, thing.iri, language))


def _group_of(thing: Thing) -> str:
    """Return the key of the group that a pair belongs to by its class and status."""
    name = "ClaimedPartnership" if thing.is_a("ClaimedPartnership") else "Partnership"
    row = {"class": Cell("iri", str(KK[name]))}
    if status := thing.cells("kk:status"):
        row["status"] = status[0]
    return group_of(row)


def _partnership_sentences(thing: Thing) -> list[str]:
    language = thing.language
    if thing.is_a("ClaimedPartnership"):
        return []
    relation = thing.first("kk:relationType") or translate("pair.relation", language)
    status, as_of = thing.first("kk:status"), [cell.value for cell in thing.cells("kk:statusAsOf")]
    since = [cell.value for cell in thing.cells("kk:since")]
    if since:
        first = translate("pair.dated", language, relation=relation, since=format_date(since[0], language))
    elif any(cell.value.endswith("/status/intent") for cell in thing.cells("kk:status")):
        return [translate("pair.intent", language)]
    else:
        first = translate("pair.undated", language, relation=relation)
    if not status:
        return [first]
    if not as_of:
        return [first, translate("pair.status", language, status=status)]
    date = format_date(as_of[0], language)
    return [first, translate("pair.status-as-of", language, status=status, date=date)]


def _evidence_sentence(thing: Thing) -> str:
    language, count = thing.language, sum(int(cell.value) for cell in thing.cells("kk:sourceCount"))
    sources = plural("sources", count, language)
    return translate("pair.evidence", language, claims=thing.first("kk:claimCount"), sources=sources)


def _add_agreement(page: Page) -> None:
    iri, language = page.thing.iri, page.thing.language
    page.hidden_facts |= {"kk:signature", "kk:follows"}
    page.hidden_links |= {"kk:agreement", "kk:follows"}
    page.add_table("signatures.heading", read_signatures_of_agreement(ask, iri, language))
    page.extra["strips"] = read_strips(ask, iri, language)
    partnership = find_partnership(ask, iri)
    if partnership is not None:
        cell = Cell("iri", partnership)
        page.breadcrumb.append(format_value(cell, language, label_cells(ask, [cell], language)))
        page.extra["chain"] = read_chain(ask, partnership, language, here=iri)


def _add_claim(page: Page) -> None:
    page.breadcrumb += page.thing.formatted("kk:collection")
    page.hidden_facts |= {"kk:collection", "kk:source", "kk:readings"}
    page.hidden_links.add("kk:basedOn")
    page.use_as_lede("dcterms:description")
    page.extra["statement"] = read_statement(ask, page.thing)
    page.extra["reading"] = describe_reading(page.thing)
    page.add_table("claim.matches", read_matches_of_claim(ask, page.thing.iri, page.thing.language))


def _add_collection(page: Page) -> None:
    page.use_as_lede("dcterms:description")
    page.hidden_links.add("kk:collection")
    sources = read_sources_of_collection(ask, page.thing.iri, page.thing.language)
    whole = link("/sources", collection=page.thing.local) + "#list"
    page.add_table("collection.sources", sources, whole)


def _add_source(page: Page) -> None:
    """Head a source whose title nobody knows with its publisher; what we call it comes after that (R12)."""
    page.hidden_links.add("kk:source")
    if page.thing.cells("kk:describedAs"):
        page.title = page.thing.text("dcterms:publisher") or page.title
        page.use_as_lede("kk:describedAs")


def _add_match(page: Page) -> None:
    thing = page.thing
    page.breadcrumb += thing.formatted("kk:collection")
    page.hidden_facts.add("kk:collection")
    _use_label_as_title(page)
    name, collection = thing.first("kk:statedName"), thing.first("kk:collection")
    place = thing.first("kk:matchedPlace")
    if place:
        page.lede = translate("match.found", thing.language, name=name, collection=collection, place=place)
    else:
        page.lede = translate("match.none", thing.language, name=name, collection=collection)


def _add_person(page: Page) -> None:
    page.hidden_links.add("kk:signedBy")
    signatures = read_signatures_of_person(ask, page.thing.iri, page.thing.language)
    page.add_table("signed.heading", signatures)


def _use_label_as_title(page: Page) -> None:
    """Head the page with the label that others give the thing, which has none of its own."""
    iri = page.thing.iri
    page.title = label_cells(ask, [Cell("iri", iri)], page.thing.language).get(iri, page.title)


def _add_assessment(page: Page) -> None:
    page.use_as_lede("rdfs:comment")
    parts = [page.thing.first("kk:issue"), page.thing.first("kk:about")]
    page.title = ": ".join(part for part in parts if part) or page.title


def _add_measure(page: Page) -> None:
    page.use_as_lede("rdfs:comment")


def _add_concept(page: Page) -> None:
    """Add what the page of a concept shows, or that of a concept scheme, which is in none itself."""
    thing = page.thing
    schemes = thing.formatted("skos:inScheme")
    page.use_as_lede("skos:definition")
    page.hidden_facts |= {"skos:inScheme", "skos:topConceptOf", "skos:hasTopConcept"}
    page.hidden_links.add("skos:topConceptOf")
    language = thing.language
    kind = translate("kind.concept", language) if schemes else translate("kind.scheme", language)
    page.breadcrumb = [FormattedValue(kind), *schemes]
    if not schemes:
        page.hidden_links.add("skos:inScheme")
        page.extra["tree"] = read_concept_tree(ask, thing.iri, thing.language)


def _add_graph(page: Page) -> None:
    thing = page.thing
    contents = read_contents(ask, service().release, thing.iri, thing.language)
    page.title = contents.collection.text if contents.collection else graph_title(thing.local, thing.language)
    page.lede = graph_text(thing.local, thing.language)
    page.extra["contents"] = contents


_ADD_PARTS: dict[str, Callable[[Page], None]] = {
    "place": _add_place,
    "partnership": _add_partnership,
    "agreement": _add_agreement,
    "claim": _add_claim,
    "collection": _add_collection,
    "person": _add_person,
    "signature": _use_label_as_title,
    "assessment": _add_assessment,
    "measure": _add_measure,
    "match": _add_match,
    "source": _add_source,
    "vocab": _add_concept,
    "graph": _add_graph,
}
