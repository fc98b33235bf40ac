"""The folder of a release as Data Package, Croissant and RO-Crate: each judged by its own tool."""

import csv
import json
import shutil

import pytest

from graph.downloads.tables.schema.columns import Kind
from graph.downloads.tables.tables import ALL
from graph.store.files import hash_file

CRATE_CONTEXT = "https://w3id.org/ro/crate/1.2/context"
SCHEMA = "http://schema.org/"
pytestmark = pytest.mark.filterwarnings("ignore")  # what these tools use is old in places


@pytest.fixture(scope="module")
def files(bundled):
    return bundled.release.files_path


@pytest.fixture(autouse=True)
def cells_as_long_as_before():
    """Frictionless lets csv read cells of any length, in the whole process."""
    limit = csv.field_size_limit()
    yield
    csv.field_size_limit(limit)


def read(files, name):
    return json.loads((files / name).read_text(encoding="utf-8"))


def count_rows(files, table):
    with (files / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def test_the_data_package_tells_every_column_and_what_it_refers_to(files):
    resources = {resource["name"]: resource for resource in read(files, "datapackage.json")["resources"]}
    assert list(resources) == [table.name for table in ALL]
    for table in ALL:
        resource = resources[table.name]
        path = files / resource["path"]
        assert (resource["bytes"], resource["hash"]) == (path.stat().st_size, f"sha256:{hash_file(path)}")
        assert tuple(field["name"] for field in resource["schema"]["fields"]) == table.names
    pairs = resources["partnerships"]["schema"]
    assert pairs["primaryKey"] == ["id"]
    assert {"fields": ["party_a"], "reference": {"resource": "places", "fields": ["id"]}} in pairs[
        "foreignKeys"
    ]
    lists = {column.name for column in ALL[1].columns if column.kind is Kind.LIST}
    assert not lists & {key["fields"][0] for key in pairs["foreignKeys"]}


def test_each_file_of_the_folder_is_told_with_its_checksum(bundled, files):
    """The crate names all that lies in the folder but itself and what changed; Croissant what is content."""
    stated = {file.name: file for file in bundled.release.files}
    crate = {node["@id"]: node for node in read(files, "ro-crate-metadata.json")["@graph"]}
    parts = {part["@id"] for part in crate["./"]["hasPart"]}
    changes = {name for name, file in stated.items() if file.kind == "changes"}
    assert parts == set(stated) - changes - {"ro-crate-metadata.json"}
    assert {name: crate[name]["sha256"] for name in parts} == {n: stated[n].sha256 for n in parts}
    objects = {node["@id"]: node for node in read(files, "croissant.json")["distribution"]}
    described = {name for name, file in stated.items() if file.kind == "description"}
    assert set(objects) == set(stated) - changes - described
    assert {name: node["sha256"] for name, node in objects.items()} == {n: stated[n].sha256 for n in objects}


@pytest.mark.slow
def test_frictionless_finds_the_package_valid(files):
    from frictionless import Package

    report = Package(str(files / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])[:5]
    counted = {task.name: task.stats["rows"] for task in report.tasks}
    assert counted == {table.name: count_rows(files, table.name) for table in ALL}


@pytest.mark.slow
def test_frictionless_notices_a_place_that_is_not_there(files, tmp_path):
    from frictionless import Package

    folder = tmp_path / "files"
    shutil.copytree(files, folder)
    table = (folder / "places.csv").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines(keepends=True) if not line.startswith("Q11462,")]
    (folder / "places.csv").write_text("".join(lines), encoding="utf-8")
    report = Package(str(folder / "datapackage.json")).validate()
    kinds = {error.type for task in report.tasks for error in task.errors}
    assert {"hash-count", "foreign-key"} <= kinds


@pytest.mark.slow
def test_mlcroissant_reads_every_record(files):
    import mlcroissant

    dataset = mlcroissant.Dataset(str(files / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    for table in ALL:
        records = list(dataset.records(table.name))
        assert len(records) == count_rows(files, table.name)
    place = next(r for r in dataset.records("places") if r["places/id"] == b"Q1030")
    assert place["places/country"] == b"NA"  # Namibia, not "not available"


@pytest.mark.slow
def test_the_validator_of_ro_crate_finds_nothing_that_must_be_otherwise(files, monkeypatch):
    import requests
    from rocrate_validator import models, services
    from rocrate_validator.utils.http import HttpRequester

    def answer(self, url, **kwargs):
        response = requests.Response()
        response.url, response.status_code = url, 200 if url == CRATE_CONTEXT else 404
        response.headers["Content-Type"] = "application/ld+json"
        response._content = json.dumps(_context(files)).encode()
        return response

    monkeypatch.setattr(HttpRequester, "get", answer, raising=False)
    monkeypatch.setattr(HttpRequester, "head", answer, raising=False)
    settings = services.ValidationSettings(
        rocrate_uri=str(files),
        profile_identifier="ro-crate-1.2",
        requirement_severity=models.Severity.REQUIRED,
    )
    result = services.validate(settings)
    assert result.passed(), [issue.message for issue in result.get_issues()]


def _context(files):
    """What the context of RO-Crate, which is on the web, says of the terms in use: schema.org but for two."""
    nodes = read(files, "ro-crate-metadata.json")["@graph"]
    terms = {key for node in nodes for key in node if not key.startswith("@")} | {n["@type"] for n in nodes}
    others = {"File": SCHEMA + "MediaObject", "conformsTo": "http://purl.org/dc/terms/conformsTo"}
    return {"@context": {term: SCHEMA + term for term in terms} | others}
