"""Each question over each of its surfaces: the same rows wherever they are had."""

import csv
import io
import json
import re
from urllib.parse import urlencode
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet
import pytest
import yaml
from click.testing import CliRunner
from pyoxigraph import RdfFormat, Store, parse

from endpoint.cli.main import main
from endpoint.questions.page import SUFFIXES
from ontology import BASE, PREFIXES
from queries import catalogue
from tests.kit.http.site import read_page
from tests.kit.paths import TESTS

ANSWERS = json.loads((TESTS / "world" / "answers.json").read_text("utf-8"))
RESULTS = "{http://www.w3.org/2005/sparql-results#}"


def plain_rows(text: str) -> list[list[str]]:
    """The rows of a CSV as texts, and the names of the columns before them."""
    return list(csv.reader(io.StringIO(text)))


def read_json(data: bytes) -> list[list[str]]:
    result = json.loads(data)
    names = result["head"]["vars"]
    rows = result["results"]["bindings"]
    return [names, *([row.get(name, {}).get("value", "") for name in names] for row in rows)]


def read_xml(data: bytes) -> list[list[str]]:
    root = ElementTree.fromstring(data)
    names = [variable.get("name") for variable in root.iter(f"{RESULTS}variable")]
    rows = []
    for result in root.iter(f"{RESULTS}result"):
        found = {binding.get("name"): binding[0].text or "" for binding in result}
        rows.append([found.get(name, "") for name in names])
    return [names, *rows]


def read_tsv(data: bytes) -> list[list[str]]:
    """The rows of a TSV, whose cells are terms: a parser of Turtle reads them."""
    head, *lines = data.decode().rstrip("\n").split("\n")
    names = [name.removeprefix("?") for name in head.split("\t")]
    return [names, *([read_term(cell) for cell in line.split("\t")] for line in lines)]


def read_term(cell: str) -> str:
    if not cell:
        return ""
    (quad,) = parse(f"<a:a> <a:a> {cell} .".encode(), format=RdfFormat.TURTLE)
    return quad.object.value


def read_xlsx(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [[as_text(cell) for cell in row] for row in sheet.iter_rows()]


def as_text(cell) -> str:
    assert cell.data_type != "f"
    if cell.value is None:
        return ""
    if cell.is_date:
        return cell.value.date().isoformat()
    if cell.data_type == "b":
        return str(cell.value).lower()
    if isinstance(cell.value, str) and cell.value.startswith(BASE):
        assert cell.hyperlink.target == cell.value
    return str(cell.value)


def read_parquet(data: bytes) -> list[list[str]]:
    table = pyarrow.parquet.read_table(io.BytesIO(data))
    assert b"Release" in table.schema.metadata
    columns = [[plain_value(value) for value in column.to_pylist()] for column in table.columns]
    return [table.column_names, *(list(row) for row in zip(*columns, strict=True))]


def plain_value(value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


READERS = {
    "parquet": read_parquet,
    "csv": lambda data: plain_rows(data.decode()),
    "tsv": read_tsv,
    "json": read_json,
    "xml": read_xml,
    "xlsx": read_xlsx,
}


@pytest.fixture(scope="module")
def truth(app):
    """The rows of each question, columns first, by its slug: as the store itself gives them."""
    client = app.test_client()
    return {slug: plain_rows(client.get(f"/queries/{slug}.csv?{given(slug)}").text) for slug in catalogue()}


def given(slug: str, **more: str) -> str:
    return urlencode({**ANSWERS[slug]["given"], **more})


def test_every_surface_is_read_here():
    assert set(READERS) == set(SUFFIXES)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("slug", list(catalogue()))
def test_a_question_has_the_same_rows_in_every_format(client, truth, slug, suffix):
    response = client.get(f"/queries/{slug}.{suffix}?{given(slug)}")
    assert response.status_code == 200
    assert normal(READERS[suffix](response.data)) == normal(truth[slug])


def normal(rows: list[list[str]]) -> list[list[str]]:
    """Rows in which numbers are written one way: a spreadsheet has 0.5 where the store has 0.50."""
    return [[f"{float(cell):g}" if re.fullmatch(r"-?[0-9]+\.[0-9]+", cell) else cell for cell in row]
            for row in rows]  # fmt: skip


@pytest.mark.parametrize("slug", list(catalogue()))
def test_the_plain_sparql_of_a_question_gives_its_rows_at_the_endpoint(client, truth, slug):
    sparql = client.get(f"/queries/{slug}.rq?{given(slug)}")
    assert sparql.mimetype == "application/sparql-query"
    answer = client.post("/sparql", data={"query": sparql.text, "format": "csv"})
    assert plain_rows(answer.text) == truth[slug]


@pytest.mark.slow
@pytest.mark.parametrize("slug", list(catalogue()))
def test_the_page_and_the_terminal_count_the_same_rows(client, truth, slug, app):
    count = len(truth[slug]) - 1
    page = read_page(client, f"/queries/{slug}?{given(slug, lang='en')}")
    words = " ".join(page.words("b"))
    assert f"{count} row" in words or (count == 0 and "No rows" in " ".join(page.words("p")))
    home = app.extensions["kembar"].config.home
    options = [f"--{name}={value}" for name, value in ANSWERS[slug]["given"].items()]
    shown = CliRunner().invoke(main, ["--home", str(home), "query", slug, *options, "--format", "table"])
    assert shown.exit_code == 0, shown.output
    assert f"{count} row" in shown.stderr


@pytest.fixture(scope="module")
def store(app):
    from endpoint.serving.current import service

    with app.app_context():
        return Store.read_only(str(service().release.store_path))


def run(store: Store, sparql: str) -> list[list[str]]:
    found = store.query(sparql, use_default_graph_as_union=True)
    names = [variable.value for variable in found.variables]
    rows = [[row[name] for name in names] for row in found]
    return [names, *([term.value if term is not None else "" for term in row] for row in rows)]


def fill_as_grlc(template: str, values: dict[str, str]) -> str:
    """Put values into a file as grlc 1.3 does (gquery.rewrite_query): texts in the place of variables."""
    head = "\n".join(line[2:] for line in template.splitlines() if line.startswith("#+"))
    header = yaml.safe_load(head)
    defaults = {name: str(value) for entry in header["defaults"] for name, value in entry.items()}
    body = "\n".join(line for line in template.splitlines() if not line.startswith("#+"))
    for found in set(re.findall(r"\?_[a-zA-Z0-9]+(?:_[a-z]+)?", body)):
        name, _, suffix = found.removeprefix("?_").partition("_")
        value = values.get(name) or defaults[name]
        term = f"<{value}>" if suffix == "iri" else value if suffix == "integer" else f'"{value}"'
        body = re.sub(re.escape(found) + r"\b", lambda _, term=term: term, body)
    return body


@pytest.mark.parametrize("slug", list(catalogue()))
def test_a_file_for_grlc_gives_the_same_rows(client, store, truth, slug):
    response = client.get(f"/queries/grlc/{slug}.rq")
    listed = yaml.safe_load(client.get("/queries/grlc.yml").text)["queries"]
    assert (f"http://localhost/queries/grlc/{slug}.rq" in listed) == (slug != "chain-of-partners")
    if slug == "chain-of-partners":
        assert response.status_code == 404
        return
    needed = {p.name: ANSWERS[slug]["given"][p.name] for p in catalogue()[slug].parameters if p.required}
    values = {p.name: iri_of(p, needed[p.name]) for p in catalogue()[slug].parameters if p.required}
    rows = run(store, fill_as_grlc(response.text, values))
    assert rows == plain_rows(client.get(f"/queries/{slug}.csv?{urlencode(needed)}").text)


def iri_of(parameter, value: str) -> str:
    names = {"Busan": "Q16520", "Bandung": "Q10389", "Jakarta": "Q3630", "Surabaya": "Q11462"}
    if parameter.kind in {"place", "country"}:
        return f"{BASE}place/{names.get(value, value)}"
    return f"{BASE}vocab/domain/{value}" if parameter.kind == "domain" else value


def test_the_examples_are_those_of_sib_and_give_rows(client, store):
    turtle = client.get("/.well-known/sparql-examples", headers={"Accept": "text/turtle"})
    assert turtle.mimetype == "text/turtle"
    examples = Store()
    examples.load(turtle.data, RdfFormat.TURTLE)
    # As https://github.com/sib-swiss/sparql-editor asks an endpoint for its examples and prefixes.
    found = examples.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT DISTINCT ?sq ?comment ?query WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; "
        'sh:select|sh:ask|sh:construct ?query . FILTER(LANG(?comment) = "en") } ORDER BY ?sq'
    )
    rows = {row["sq"].value.rsplit("/", 1)[1]: row for row in found}
    assert sorted(rows) == sorted(set(catalogue()) - {"chain-of-partners"})
    for slug, row in rows.items():
        assert row["comment"].value == catalogue()[slug].summary["en"]
        asked = client.get(f"/queries/{slug}.csv?{urlencode(catalogue()[slug].examples)}")
        assert run(store, row["query"].value) == plain_rows(asked.text)
    prefixes = examples.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?prefix ?namespace WHERE { "
        "?any sh:declare ?one . ?one sh:namespace ?namespace ; sh:prefix ?prefix }"
    )
    assert {row["prefix"].value: row["namespace"].value for row in prefixes} == dict(PREFIXES)


def test_a_workbook_has_types_links_its_question_and_no_formula(client):
    address = "/queries/partners-of-a-city.xlsx?city=Q11462"
    first, again = client.get(address), client.get(address)
    assert first.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert first.data == again.data
    known = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    other = client.get("/queries/partners-of-a-city.json?city=Q11462").headers["ETag"]
    assert client.get(address, headers={"If-None-Match": other}).data == first.data
    book = openpyxl.load_workbook(io.BytesIO(first.data))
    assert book.sheetnames == ["Answer", "About"]
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Question"] == "Who are the partners of a city, since when, and how well attested?"
    assert about["City or other place (city)"] == "Q11462"
    assert about["Rows"] == "2 of 2"
    assert about["Release"] == "2026-11-21-0a1b2c3d"
    assert about["Source and licence: Indonesian places"] == "https://creativecommons.org/licenses/by/4.0/"
    assert about["The same rows again"].endswith("/queries/partners-of-a-city.csv?city=Q11462")
    assert "kk:partnerOf" in about["SPARQL"]
    sources = [row[6] for row in book["Answer"].iter_rows(min_row=2)]
    assert [type(cell.value) for cell in sources] == [int, int]


def test_a_workbook_may_be_asked_for_by_accept_and_in_indonesian(client):
    accept = {"Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    answer = client.get("/queries/growth-by-year?lang=id&limit=2", headers=accept)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Jawaban", "Tentang"]
    assert answer.headers["X-Kembar-Total"] == "5"
    about = {row[0].value: row[1].value for row in book["Tentang"].iter_rows()}
    assert about["Baris"] == "2 dari 5"
