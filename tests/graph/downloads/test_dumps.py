"""Every dump is read back by rdflib, which shares no code with the writer, and compared triple by triple."""

import gzip
import hashlib
import json
import os
import resource
import subprocess
import sys

import pytest
import rdflib
import zstandard
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib.plugins.parsers.jsonld import to_rdf

from graph.downloads import dumps
from graph.downloads.core import CORE_PROPERTIES, write_core
from graph.downloads.dumps import FORMATS, read_lines, write_dump
from graph.errors import ReleaseError
from graph.store.quads import sort_quads
from tests.kit.paths import ROOT
from tests.kit.world import world_store

PARSERS = {"nq": "nquads", "trig": "trig", "nt": "nt", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
XSD = "http://www.w3.org/2001/XMLSchema#"
E = "http://example.org/"
pytestmark = [
    pytest.mark.slow,
    # rdflib's own parsers use what rdflib calls deprecated.
    pytest.mark.filterwarnings("ignore:Dataset[.].* is deprecated:DeprecationWarning:rdflib"),
]


@pytest.fixture(autouse=True)
def lexical_forms(monkeypatch):
    """Let rdflib keep "007"^^xsd:integer as it is written."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return Written(world_store(), tmp_path_factory.mktemp("dumps"))


@pytest.fixture(scope="module")
def release(bundled, tmp_path_factory):
    return Written(bundled.store, tmp_path_factory.mktemp("dumps"))


class Written:
    """Dumps on disk with the quads that they were made from."""

    def __init__(self, quads, folder):
        self.quads, self.folder = sort_quads(quads, folder / ".sorted.nq"), folder / "files"
        self.files = [file for dump in FORMATS for file in write_dump(self.quads, dump, self.folder)]

    def unzip(self, suffix):
        return gzip.decompress((self.folder / f"kota-kembar.{suffix}.gz").read_bytes())

    def text(self, suffix):
        return self.unzip(suffix).decode()


def quad(predicate, obj, graph="g", subject="s"):
    return Quad(NamedNode(E + subject), NamedNode(E + predicate), obj, NamedNode(E + graph))


def terms_of_store(quads, graphs):
    width = 4 if graphs else 3
    return sorted(tuple(_plain(term) for term in one)[:width] for one in quads)


def _plain(term):
    if isinstance(term, Literal):
        kind = "" if term.language or term.datatype.value == XSD + "string" else term.datatype.value
        return ("literal", term.value, term.language or "", kind)
    return ("iri", term.value, "", "")


def terms_of_rdflib(text, suffix, graphs):
    """All statements that rdflib reads, repeated ones too where the syntax can repeat them."""
    if graphs:
        found = rdflib.Dataset()
        found.parse(data=text, format=PARSERS[suffix])
        return sorted(tuple(_lexical(term) for term in one) for one in found.quads())
    found = rdflib.Graph()
    found.parse(data=text, format=PARSERS[suffix])
    return sorted(tuple(_lexical(term) for term in one) for one in found)


def _lexical(term):
    if isinstance(term, rdflib.Literal):
        return ("literal", str(term), term.language or "", str(term.datatype or ""))
    assert not isinstance(term, rdflib.BNode)
    return ("iri", str(term), "", "")


def assert_same(written, dump):
    expected = terms_of_store(written.quads, dump.graphs)
    assert terms_of_rdflib(written.unzip(dump.suffix), dump.suffix, dump.graphs) == expected
    return len(expected)


@pytest.mark.parametrize("dump", FORMATS, ids=lambda dump: dump.suffix)
def test_a_dump_of_the_world_is_the_world(world, dump):
    assert assert_same(world, dump) == len(world_store()) > 1000


@pytest.mark.parametrize("dump", [one for one in FORMATS if one.suffix in {"trig", "rdf"}], ids=str)
def test_a_dump_of_the_release_is_the_store(bundled, release, dump):
    assert assert_same(release, dump) == len(bundled.store) == bundled.release.manifest["counts"]["triples"]


@pytest.mark.parametrize("dump", [one for one in FORMATS if one.suffix not in {"trig", "rdf"}], ids=str)
def test_every_other_dump_of_the_release_is_the_store(bundled, release, dump):
    assert assert_same(release, dump) == len(bundled.store)


@pytest.mark.parametrize("suffix", ["nq", "nt"])
def test_a_line_is_a_statement(world, suffix):
    lines = world.text(suffix).splitlines()
    assert len(lines) == len(set(lines)) == len(world_store())
    assert lines == sorted(lines)


def test_json_ld_is_json_that_repeats_no_subject(world):
    things = json.loads(world.text("jsonld"))
    assert len({thing["@id"] for thing in things}) == len(things)
    assert len(to_rdf(things, rdflib.Dataset())) == len(world_store())


def test_turtle_and_trig_have_prefixes_and_one_block_a_subject(world):
    turtle = world.text("ttl").splitlines()
    subjects = [line for line in turtle if not line.startswith(("@prefix ", "\t"))]
    assert len(subjects) == len({one.subject for one in world.quads})
    assert "partnership:Q11462-Q24826 a kk:Partnership ;" in turtle
    trig = world.text("trig").splitlines()
    graphs = [line.removesuffix(" {") for line in trig if line.endswith(" {") and not line.startswith("\t")]
    assert graphs == sorted(set(graphs)) and len(graphs) == len({one.graph_name for one in world.quads})
    blocks = [line for line in trig if line.startswith("\t") and not line.startswith("\t\t")]
    assert len(blocks) == len({(one.graph_name, one.subject) for one in world.quads})


def test_the_manifest_states_what_lies_on_the_disk(world):
    names = [f"kota-kembar.{dump.suffix}.{end}" for dump in FORMATS for end in ("gz", "zst")]
    assert [file.name for file in world.files] == names
    assert sorted(path.name for path in world.folder.iterdir()) == sorted(names)
    for file in world.files:
        data = (world.folder / file.name).read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert (file.kind, file.encoding) == ("dump", "gzip" if file.name.endswith("gz") else "zstd")
    assert [file.media_type for file in world.files[::2]] == [
        "application/n-quads", "application/trig", "application/n-triples",
        "text/turtle", "application/rdf+xml", "application/ld+json",
    ]  # fmt: skip


@pytest.mark.parametrize("dump", FORMATS, ids=lambda dump: dump.suffix)
def test_both_compressions_hold_the_same_and_tell_no_time_and_no_name(world, dump):
    plain = world.unzip(dump.suffix)
    zipped = (world.folder / f"kota-kembar.{dump.suffix}.gz").read_bytes()
    assert zipped[:10] == bytes.fromhex("1f8b08 00 00000000 00 ff")  # no flags, no time, no system
    squeezed = (world.folder / f"kota-kembar.{dump.suffix}.zst").read_bytes()
    frame = zstandard.get_frame_parameters(squeezed)
    assert (frame.content_size, frame.has_checksum) == (len(plain), True)
    assert zstandard.ZstdDecompressor().decompress(squeezed) == plain


WRITE_WORLD = """
import sys
from pathlib import Path
from tests.kit.world import world_store
from graph.downloads.core import write_core
from graph.downloads.dumps import FORMATS, write_dump
from graph.store.quads import sort_quads
folder = Path(sys.argv[1])
quads = sort_quads(world_store(), folder / "sorted.nq")
made = [file for dump in FORMATS for file in write_dump(quads, dump, folder)]
for file in [*made, write_core(quads, folder)]:
    print(file.name, file.bytes, file.sha256)
"""


def test_the_bytes_are_the_same_in_every_process(world, tmp_path):
    """Hash seeds, time zones and locales differ; a new process also means a new seed in the serializer."""
    core = write_core(world.quads, tmp_path)
    expected = [f"{file.name} {file.bytes} {file.sha256}" for file in [*world.files, core]]
    environments = (
        {"PYTHONHASHSEED": "0", "TZ": "Asia/Jakarta", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "id_ID.UTF-8"},
        {"PYTHONHASHSEED": "4294967295", "TZ": "America/New_York", "PYTHONUTF8": "1"},
    )
    for number, environment in enumerate(environments):
        made = subprocess.run(
            [sys.executable, "-c", WRITE_WORLD, str(tmp_path / str(number))],
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.splitlines() == expected


HARD = (
    Literal(" two  spaces, \t tab, \n line, \r return, \r\n both, \" quote ' \\ backslash \\n "),
    Literal("<b>&amp;]]> {x} @prefix a: <b> ."),
    Literal("北九州市 \U0001f600 \u0085 \u2028 \u200f é"),
    Literal(""),
    Literal("Kota", language="id"),
    Literal("Kota", language="zh-hant"),
    Literal("1", datatype=NamedNode(XSD + "boolean")),
    Literal("2018-03", datatype=NamedNode(XSD + "gYearMonth")),
    Literal("-7", datatype=NamedNode(XSD + "integer")),
    Literal("POINT(112.74 -7.25)", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")),
    NamedNode(E + "a(b)'c,d;e~f%20g/h?i=j#k"),
    NamedNode("https://w3id.org/kota-kembar/claim/indonesia/F001"),
)


@pytest.mark.parametrize("dump", FORMATS, ids=lambda dump: dump.suffix)
def test_hard_texts_come_back_as_they_were(tmp_path, dump):
    written = Written([quad("p", one) for one in HARD], tmp_path)
    assert assert_same(written, dump) == len(HARD)


NUMBERS = tuple(Literal(number, datatype=NamedNode(XSD + "integer")) for number in ("+1", "-0", "007"))


@pytest.mark.parametrize("dump", FORMATS, ids=lambda dump: dump.suffix)
def test_numbers_keep_their_lexical_form(tmp_path, dump):
    written = Written([quad("p", one) for one in NUMBERS], tmp_path)
    if dump.suffix in {"ttl", "trig"}:  # rdflib reads a bare 007 as 7, so here the text itself is looked at
        assert f"<{E}p> +1 , -0 , 007 ." in written.text(dump.suffix)
    else:
        assert assert_same(written, dump) == 3


def test_a_triple_of_two_graphs_is_once_in_the_union(tmp_path):
    one, other, more = (
        quad("p", Literal("a"), "g1"),
        quad("p", Literal("a"), "g2"),
        quad("p", Literal("b"), "g1"),
    )
    written = Written([other, more, one], tmp_path)
    assert written.text("nt") == f'<{E}s> <{E}p> "a" .\n<{E}s> <{E}p> "b" .\n'
    assert written.text("nq").count("\n") == 3
    assert written.text("trig").count('"a"') == 2
    assert json.loads(written.text("jsonld")) == [
        {"@id": E + "s", E + "p": [{"@value": "a"}, {"@value": "b"}]}
    ]


def test_no_quads_make_valid_empty_files(tmp_path):
    written = Written([], tmp_path)
    for one in FORMATS:
        assert terms_of_rdflib(written.unzip(one.suffix), one.suffix, one.graphs) == []


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (quad("2018", Literal("a")), "RDF/XML cannot write the property <http://example.org/2018>"),
        (quad("p", Literal("a\x0bb")), "a text holds a control character"),
        (quad("p", Literal("a\uffff")), "a text holds a control character"),
    ],
)
def test_what_xml_cannot_hold_is_refused_and_gets_no_name(tmp_path, bad, message):
    (xml,) = (one for one in FORMATS if one.suffix == "rdf")
    with pytest.raises(ReleaseError, match=message):
        write_dump(sort_quads([bad], tmp_path / "sorted.nq"), xml, tmp_path / "files")
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.parametrize("dump", FORMATS, ids=lambda dump: dump.suffix)
def test_a_full_disk_gives_no_file_its_name(tmp_path, world, dump):
    """A limit on the size of files stops the writer like a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for most in (1 << 9, 1 << 14):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                write_dump(world.quads, dump, tmp_path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert [path.name for path in tmp_path.iterdir() if path.name[0] != "."] == []


def test_the_lines_of_a_dump_can_be_read_again(world, tmp_path):
    assert list(read_lines(world.folder)) == list(world.quads.lines())
    assert read_lines(tmp_path) is None
    (tmp_path / "kota-kembar.nq.zst").write_bytes(b"not zstandard")
    with pytest.raises(ReleaseError, match="cannot be read"):
        list(read_lines(tmp_path))


WRITE_MANY = """
import resource, sys
from hashlib import sha256
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Quad
from graph.downloads import dumps
from graph.store.quads import sort_quads
dumps.GZIP_LEVEL = dumps.ZSTD_LEVEL = 1  # what they need themselves is not the question
folder = Path(sys.argv[1])
e = "http://example.org/"
p, g = NamedNode(e + "p"), [NamedNode(e + "g1"), NamedNode(e + "g2")]
quads = (Quad(NamedNode(f"{e}thing/{n:07}"), p, Literal(sha256(b"%d" % n).hexdigest() * 4), g[n % 2])
         for n in range(150_000))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
quads = sort_quads(quads, folder / "sorted.nq")
sorted = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for dump in dumps.FORMATS:
    dumps.write_dump(quads, dump, folder)
print(sorted - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - sorted)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux alone")
def test_memory_is_bounded(tmp_path):
    """Neither the 50 MB of lines nor a dump of them are held as a whole; a run of sorted lines is."""
    made = subprocess.run(
        [sys.executable, "-c", WRITE_MANY, str(tmp_path)], capture_output=True, text=True, check=True
    )
    to_sort, to_write = map(int, made.stdout.split())
    assert to_sort < 72 * 1024
    assert to_write < 16 * 1024


def test_core_has_the_chosen_properties_of_places_and_partnerships_alone(bundled, tmp_path):
    quads = sort_quads(bundled.store, tmp_path / "sorted.nq")
    file = write_core(quads, tmp_path)
    assert (file.name, file.media_type, file.kind) == ("core.ttl", "text/turtle", "core")
    kk = "https://w3id.org/kota-kembar/ontology#"
    things = {
        one.subject
        for one in quads
        if one.predicate == CORE_PROPERTIES[0] and one.object.value in {kk + "Place", kk + "Partnership"}
    }
    chosen = [one for one in quads if one.subject in things and one.predicate in CORE_PROPERTIES]
    text = (tmp_path / "core.ttl").read_text(encoding="utf-8")
    assert terms_of_rdflib(text, "ttl", False) == terms_of_store(chosen, False)
    partners = {(one.subject, one.object) for one in chosen if one.predicate.value == kk + "partnerOf"}
    assert partners == {(b, a) for a, b in partners}
    counts = bundled.release.manifest["counts"]["partnerships"]
    assert len(partners) == 2 * counts["accepted"]
    assert text.count("a kk:Partnership ;") == counts["accepted"] + counts["intent"]


def test_core_tells_nothing_of_the_release(bundled, world, tmp_path):
    write_core(sort_quads(bundled.store, tmp_path / "sorted.nq"), tmp_path)
    text = (tmp_path / "core.ttl").read_text(encoding="utf-8")
    assert bundled.release.id not in text and bundled.release.manifest["compiled"] not in text
    assert "kk:Claim" not in text and "kk:Agreement" not in text
    head = text.split("\n\n", 1)[0]
    assert all(line.startswith("#") for line in head.splitlines())


CORE = """\
# Countries

place:Q252 a kk:Country , kk:Place ;
	rdfs:label "Indonesia"@en .


# Cities, provinces and other local governments

place:Q2 a kk:LocalGovernment , kk:Place ;
	rdfs:label "Alpha"@en , "Zeta"@id .

place:Q1 a kk:City , kk:LocalGovernment , kk:Place ;
	rdfs:label "Beta"@en , "Alfa"@id ;
	kk:country place:Q252 ;
	kk:partnerOf place:Q2 .


# Partnerships

partnership:Q1-Q2 a kk:Partnership ;
	kk:party place:Q1 , place:Q2 ;
	kk:since "2018-03"^^xsd:gYearMonth ;
	kk:status status:active ;
	kk:sourceCount 2 .
"""


def quads_of(turtle, graph):
    found = parse(turtle.encode(), RdfFormat.TURTLE)
    return [Quad(one.subject, one.predicate, one.object, NamedNode(graph)) for one in found]


def test_core_reads_like_this(tmp_path):
    base = "https://w3id.org/kota-kembar/"
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in dumps.PREFIXES.items())
    rest = """
    place:Q2 kk:partOf place:Q252 . partnership:Q1-Q2 kk:claimCount 3 ; kk:sinceYear 2018 .
    <https://w3id.org/kota-kembar/partnership/Q1-Q3> a kk:ClaimedPartnership ; rdfs:label "Not this"@en .
    """
    quads = quads_of(head + CORE + rest, base + "graph/core")
    write_core(sort_quads(quads, tmp_path / "sorted.nq"), tmp_path)
    text = (tmp_path / "core.ttl").read_text(encoding="utf-8")
    assert text.partition("\n\n\n")[2] == CORE
