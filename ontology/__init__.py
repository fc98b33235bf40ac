"""The words of Kota Kembar: namespaces, and the only readers of the ontology, vocabulary, shapes and rules.

Everything here is read from the Turtle and ``.rq`` files beside this module; nothing is repeated in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD

BASE = "https://w3id.org/kota-kembar/"
"""The base of every IRI minted here. The server answers the same paths on its own host."""

ONTOLOGY_IRI = BASE + "ontology"
KK = Namespace(ONTOLOGY_IRI + "#")
VOCAB = Namespace(BASE + "vocab/")
WIKIDATA = Namespace("http://www.wikidata.org/entity/")
SCHEMA = Namespace("http://schema.org/")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
SH = Namespace("http://www.w3.org/ns/shacl#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")

PREFIXES: dict[str, str] = {
    "kk": str(KK),
    "place": BASE + "place/",
    "partnership": BASE + "partnership/",
    "agreement": BASE + "agreement/",
    "claim": BASE + "claim/",
    "source": BASE + "source/",
    "graph": BASE + "graph/",
    "domain": BASE + "vocab/domain/",
    "document": BASE + "vocab/document/",
    "status": BASE + "vocab/status/",
    "relation": BASE + "vocab/relation/",
    "level": BASE + "vocab/level/",
    "issue": BASE + "vocab/issue/",
    "sourcetype": BASE + "vocab/source-type/",
    "assertion": BASE + "vocab/assertion/",
    "verdict": BASE + "vocab/verdict/",
    "datebasis": BASE + "vocab/date-basis/",
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "owl": str(OWL),
    "xsd": str(XSD),
    "skos": str(SKOS),
    "dcterms": str(DCTERMS),
    "prov": str(PROV),
    "geo": str(GEO),
    "schema": str(SCHEMA),
    "dcat": str(DCAT),
    "wd": str(WIKIDATA),
}
"""The prefixes that every page, canned query and Turtle answer uses, in the order they are written."""

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Rule:
    """One constraint on the whole store: a SELECT that returns what breaks it (no row: it holds)."""

    name: str
    title: str
    fatal: bool
    mend: str
    query: str


@dataclass(frozen=True)
class Breach:
    """One rule that does not hold, with the rows that show it."""

    rule: Rule
    rows: tuple[dict[str, str], ...]
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For the first things that break it, the ids of the claims (rows of tables) that they rest on."""

    @property
    def things(self) -> tuple[str, ...]:
        """Return the IRIs of what breaks the rule, each once, in order."""
        return tuple(dict.fromkeys(row["thing"] for row in self.rows if "thing" in row))


def read_text(name: str) -> str:
    """Return a file of this package as text: ``kembar.ttl``, ``vocabulary.ttl`` or ``shapes.ttl``."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def ontology() -> Graph:
    """Return ``kembar.ttl`` parsed. Shared: do not change it."""
    return Graph().parse(data=read_text("kembar.ttl"), format="turtle")


@cache
def vocabulary() -> Graph:
    """Return ``vocabulary.ttl`` parsed. Shared: do not change it."""
    return Graph().parse(data=read_text("vocabulary.ttl"), format="turtle")


@cache
def concepts(scheme: str) -> dict[str, str]:
    """Return the concepts of one scheme: slug to IRI, e.g. ``concepts("domain")["trade"]``.

    Raises KeyError when there is no such scheme.
    """
    scheme_iri = VOCAB[scheme]
    if (scheme_iri, RDF.type, SKOS.ConceptScheme) not in vocabulary():
        raise KeyError(scheme)
    found = (str(c) for c in vocabulary().subjects(SKOS.inScheme, scheme_iri) if isinstance(c, URIRef))
    return {iri.rsplit("/", 1)[1]: iri for iri in sorted(found)}


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule of ``rules/*.rq``, ordered by name.

    A rule file opens with ``#+ title:``, ``#+ severity:`` (violation or warning) and ``#+ mend:`` lines;
    its SELECT binds ``?thing`` and may bind ``?value`` and ``?detail``.
    """
    return tuple(_read_rule(path) for path in sorted((_FOLDER / "rules").glob("*.rq")))


def _read_rule(path: Path) -> Rule:
    text = path.read_text(encoding="utf-8")
    lines = (line[2:].strip() for line in text.split("\n") if line.startswith("#+") and ": " in line)
    header = dict(line.split(": ", 1) for line in lines)
    missing = {"title", "severity", "mend"} - header.keys()
    if missing or header["severity"] not in {"violation", "warning"}:
        raise ValueError(f"{path.name}: header needs title, severity (violation or warning) and mend")
    return Rule(path.stem, header["title"], header["severity"] == "violation", header["mend"], text)
