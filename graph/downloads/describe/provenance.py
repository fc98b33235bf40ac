"""Where a release comes from: the build that made it, of which collections, by which program.

PROV-O (https://www.w3.org/TR/prov-o/), without times: a release tells the date of its data, not of a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from graph.downloads.describe.counts.void import describe_titles
from graph.downloads.describe.publication import PUBLISHER, Publication, release_iri
from graph.model.terms import A, Triple, node, text
from ontology import BASE, PREFIXES

PROJECT = "kota-kembar"
PROV, _DCTERMS = PREFIXES["prov"], PREFIXES["dcterms"]


def program_version() -> str:
    """Return the version of the program that builds, empty where it is not installed."""
    try:
        return version(PROJECT)
    except PackageNotFoundError:
        return ""


def describe_build(publication: Publication) -> Iterator[Triple]:
    """Yield the build of a release as an activity that used its collections."""
    release = node(release_iri(publication.id))
    build, program = node(f"{release.value}#build"), node(f"{release.value}#program")
    publisher = node(BASE + PUBLISHER[0])
    yield release, node(PROV + "wasGeneratedBy"), build
    yield release, node(PROV + "wasAttributedTo"), publisher
    yield build, A, node(PROV + "Activity")
    yield from describe_titles(build, "The build of this release", "Pembuatan rilis ini")
    yield build, node(PROV + "wasAssociatedWith"), program
    for info in publication.collections:
        collection = node(f"{BASE}collection/{info.name}")
        yield build, node(PROV + "used"), collection
        yield release, node(PROV + "wasDerivedFrom"), collection
        yield collection, A, node(PROV + "Entity")
        titles = dict(info.title)
        yield from describe_titles(collection, titles["en"], titles["id"])
        yield collection, node(_DCTERMS + "license"), node(info.licence)
    yield program, A, node(PROV + "SoftwareAgent")
    yield program, node(_DCTERMS + "title"), text("kembar build")
    if number := program_version():
        yield program, node(PREFIXES["dcat"] + "version"), text(number)
    yield program, node(PROV + "actedOnBehalfOf"), publisher
