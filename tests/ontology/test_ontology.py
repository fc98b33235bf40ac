"""The ontology and the vocabulary: complete in both languages, without loose ends, one with the code."""

import re
from urllib.parse import urlparse

import pytest
from rdflib import BNode, Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS, VANN

import ontology as words
from graph.model.claims import TRUST, Assertion
from graph.model.conclusions import Maker
from graph.reconcile.agreements import FAMILIES
from ontology import BASE, KK, ONTOLOGY_IRI, SCHEMA, VOCAB, concepts, ontology, read_text, rules, vocabulary
from tests.kit.paths import TESTS

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
TERMS = sorted({str(t) for kind in KINDS for t in ontology().subjects(RDF.type, kind)})
PROPERTIES = sorted(
    {str(p) for kind in KINDS[1:3] for p in ontology().subjects(RDF.type, kind) if str(p).startswith(str(KK))}
)
SCHEMES = sorted(str(scheme).removeprefix(str(VOCAB)) for scheme in vocabulary().subjects(SKOS.hasTopConcept))
CONCEPTS = sorted(str(concept) for concept in vocabulary().subjects(RDF.type, SKOS.Concept))
LINK_HOSTS = {"eurovoc.europa.eu", "vocabularies.unesco.org", "metadata.un.org", "www.wikidata.org"}
MAPPINGS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
DEFINED_SCHEMES = {
    "assertion", "document", "event", "family", "issue", "level",
    "maker", "relation", "role", "source-type", "stage", "status", "verdict",
}  # fmt: skip
RULE_TERMS = {
    "R1": KK.assertion,
    "R2": KK.partnerOf,
    "R3": KK.sourceType,
    "R4": KK.agreement,
    "R5": KK.basedOn,
    "R6": KK.since,
    "R7": KK.status,
    "R8": KK.ClaimedPartnership,
    "R9": KK.follows,
    "R10": KK.until,
    "R11": KK.Place,
    "R12": KK.derivedOn,
}


def languages(graph, subject, predicate):
    return sorted(getattr(value, "language", None) or "" for value in graph.objects(subject, predicate))


def kk_terms(text):
    return {str(KK) + name for name in re.findall(r"(?<![\w:/])kk:([A-Za-z]\w*)", text)}


def test_the_header_names_version_licence_and_prefix():
    graph, me = ontology(), URIRef(ONTOLOGY_IRI)
    assert str(graph.value(me, OWL.versionIRI)) == BASE + "ontology/0.1.0"
    assert str(graph.value(me, OWL.versionInfo)) == "0.1.0"
    assert languages(graph, me, DCTERMS.title) == languages(graph, me, DCTERMS.description) == ["en", "id"]
    assert "publicdomain/zero" in str(graph.value(me, DCTERMS.license))
    assert str(graph.value(me, DCTERMS.creator)) == "Kota Kembar"
    assert str(graph.value(me, VANN.preferredNamespacePrefix)) == "kk"
    assert str(graph.value(me, VANN.preferredNamespaceUri)) == str(KK)


@pytest.mark.parametrize("name", ["kembar.ttl", "vocabulary.ttl"])
def test_there_are_no_blank_nodes(name):
    graph = Graph().parse(data=read_text(name), format="turtle")
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_has_label_and_definition_in_both_languages(term):
    assert term.startswith(str(KK))
    assert languages(ontology(), URIRef(term), RDFS.label) == ["en", "id"]
    assert languages(ontology(), URIRef(term), SKOS.definition) == ["en", "id"]
    assert (URIRef(term), RDFS.isDefinedBy, URIRef(ONTOLOGY_IRI)) in ontology()


def test_labels_tell_terms_of_one_kind_apart():
    for kind in KINDS:
        for language in ("en", "id"):
            labels = [
                str(label)
                for term in ontology().subjects(RDF.type, kind)
                for label in ontology().objects(term, RDFS.label)
                if label.language == language
            ]
            assert len(labels) == len(set(labels)), (kind, language)


@pytest.mark.parametrize("prop", PROPERTIES)
def test_a_property_has_a_domain_and_a_range(prop):
    graph, node = ontology(), URIRef(prop)
    assert set(graph.objects(node, RDFS.domain)) | set(graph.objects(node, SCHEMA.domainIncludes))
    assert set(graph.objects(node, RDFS.range)) | set(graph.objects(node, SCHEMA.rangeIncludes))


def test_terms_that_terms_speak_of_are_defined():
    spoken = {str(o) for o in ontology().objects() if str(o).startswith(str(KK))} - {str(KK)}
    assert spoken <= set(TERMS)


def test_concept_properties_and_only_they_name_a_scheme():
    graph = ontology()
    valued = {p for p in graph.subjects(RDFS.range, SKOS.Concept) if str(p).startswith(str(KK))}
    assert set(graph.subjects(KK.scheme)) == valued
    assert {str(s) for s in graph.objects(None, KK.scheme)} == {str(VOCAB) + scheme for scheme in SCHEMES}


def test_every_term_in_shapes_rules_vocabulary_and_world_is_defined():
    world = TESTS / "world" / "world.trig"
    texts = {"shapes.ttl": read_text("shapes.ttl"), "vocabulary.ttl": read_text("vocabulary.ttl")}
    texts |= {rule.name: rule.query for rule in rules()}
    texts["world.trig"] = world.read_text(encoding="utf-8")
    undefined = {name: sorted(kk_terms(text) - set(TERMS)) for name, text in texts.items()}
    assert {name: terms for name, terms in undefined.items() if terms} == {}


@pytest.mark.parametrize(("name", "term"), RULE_TERMS.items())
def test_a_rule_of_reconciliation_stands_beside_its_term(name, term):
    notes = [note for note in ontology().objects(term, SKOS.scopeNote) if str(note).startswith(f"{name}. ")]
    assert sorted(note.language for note in notes) == ["en", "id"]
    assert all(len(note) > 100 and note.endswith(".") for note in notes)


def test_there_are_no_other_rules_than_these():
    notes = [str(note) for note in ontology().objects(None, SKOS.scopeNote)]
    assert sorted(note.split(".", 1)[0] for note in notes) == sorted([*RULE_TERMS, *RULE_TERMS])


def test_r3_reads_the_same_in_words_data_and_code():
    notes = [str(note) for note in ontology().objects(KK.sourceType, SKOS.scopeNote)]
    assert len(notes) == 2
    assert all(note.rstrip(".").split(": ")[1].split(", ") == list(TRUST) for note in notes)
    graph = vocabulary()
    ranked = {
        slug: int(graph.value(URIRef(iri), KK.trustRank)) for slug, iri in concepts("source-type").items()
    }
    assert ranked == {slug: rank for rank, slug in enumerate(TRUST, start=1)}


def test_the_schemes_of_the_code_are_the_schemes_of_the_vocabulary():
    assert set(concepts("assertion")) == {str(one) for one in Assertion}
    assert set(concepts("maker")) == {str(one) for one in Maker}
    assert set(concepts("family")) == set(FAMILIES)


def test_every_scheme_has_labels_and_a_definition():
    graph = vocabulary()
    assert {VOCAB[scheme] for scheme in SCHEMES} == set(graph.subjects(RDF.type, SKOS.ConceptScheme))
    for scheme in SCHEMES:
        assert languages(graph, VOCAB[scheme], SKOS.prefLabel) == ["en", "id"], scheme
        assert languages(graph, VOCAB[scheme], SKOS.definition) == ["en", "id"], scheme


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_concept_is_well_formed(concept):
    graph, node = vocabulary(), URIRef(concept)
    scheme, slug = concept.removeprefix(str(VOCAB)).split("/")
    assert [str(s) for s in graph.objects(node, SKOS.inScheme)] == [str(VOCAB) + scheme]
    assert [str(n) for n in graph.objects(node, SKOS.notation)] == [slug]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert languages(graph, node, SKOS.prefLabel) == ["en", "id"]
    is_top = (node, SKOS.topConceptOf, VOCAB[scheme]) in graph
    assert is_top == ((VOCAB[scheme], SKOS.hasTopConcept, node) in graph)
    assert is_top != ((node, SKOS.broader, None) in graph)
    if scheme in DEFINED_SCHEMES:
        assert languages(graph, node, SKOS.definition) == ["en", "id"]


def test_broader_stays_in_the_scheme_and_makes_no_circle():
    graph = vocabulary()
    for narrow, broad in graph.subject_objects(SKOS.broader):
        assert graph.value(narrow, SKOS.inScheme) == graph.value(broad, SKOS.inScheme)
        assert narrow not in set(graph.transitive_objects(broad, SKOS.broader))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_preferred_labels_tell_the_concepts_of_a_scheme_apart(scheme):
    graph = vocabulary()
    labels = [
        (label.language, str(label).casefold())
        for iri in concepts(scheme).values()
        for label in graph.objects(URIRef(iri), SKOS.prefLabel)
    ]
    assert len(labels) == len(set(labels))


def test_only_indonesian_and_english_are_spoken():
    for graph in (ontology(), vocabulary()):
        assert {getattr(o, "language", None) for o in graph.objects()} == {None, "en", "id"}


def test_links_lead_only_to_known_vocabularies_and_say_one_thing_each():
    links = [link for mapping in MAPPINGS for link in vocabulary().subject_objects(mapping)]
    assert {urlparse(str(target)).netloc for _, target in links} == LINK_HOSTS
    assert {urlparse(str(target)).scheme for _, target in links} <= {"http", "https"}
    assert len(links) == len(set(links)), "one target under two mappings"


def test_concepts_gives_slugs_and_refuses_an_unknown_scheme():
    assert concepts("verdict")["disputed"] == BASE + "vocab/verdict/disputed"
    assert list(concepts("verdict")) == ["disputed", "partly-supported", "refuted", "supported", "unverified"]
    with pytest.raises(KeyError):
        concepts("no-such-scheme")


@pytest.mark.parametrize(
    "text",
    [
        "#+ title: T\n#+ severity: fatal\n#+ mend: M\nSELECT ?thing {}",
        "#+ title: T\n#+ severity: warning\nSELECT ?thing {}",
    ],
)
def test_a_rule_without_a_sound_header_is_refused(text, tmp_path):
    path = tmp_path / "rule.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"rule\.rq: header needs"):
        words._read_rule(path)
