"""The notebooks of docs/ and the lines of docs/releases.md run, and count what the CSV says."""

import csv
import json
import re
from pathlib import Path

import pytest

from tests.kit.paths import ROOT

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
PAGE = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
LINES = {
    block.split()[1].split(".")[0]: block for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
}
"""The examples of the page by the library that they import first."""


@pytest.fixture(autouse=True)
def in_a_release(bundled, monkeypatch):
    """Frictionless lets csv read cells of any length, in the whole process; that is taken back."""
    limit = csv.field_size_limit()
    monkeypatch.chdir(bundled.release.files_path)
    yield
    csv.field_size_limit(limit)


def rows_of(name):
    with Path(f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(path):
    """Run the cells of a notebook in their order; return the values it ends with."""
    values = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None), "clear the outputs"
            exec(compile("".join(cell["source"]), path.name, "exec"), values)
    return values


def accepted():
    return [row for row in rows_of("partnerships") if row["outcome"] == "accepted"]


def test_pandas():
    values, pairs = run(ROOT / "docs/notebooks/pandas.ipynb"), accepted()
    assert len(values["accepted"]) == len(pairs)
    assert values["before"] == sum("" < pair["since_year"] < "2000" for pair in pairs)
    assert values["unknown"] == sum(pair["since"] == "" for pair in pairs)
    named = [domain for pair in pairs for domain in pair["domains"].split(";") if domain]
    assert values["domains"].to_dict() == {domain: named.count(domain) for domain in set(named)}


def test_duckdb():
    values = run(ROOT / "docs/notebooks/duckdb.ipynb")
    assert values["accepted"] == len(accepted())
    stated = [row for row in rows_of("claims") if row["assertion"] in ("founding", "since") and row["date"]]
    assert sum(count for *_, count in values["stated"]) == len(stated)
    assert len(values["evidence"]) == sum(bool(row["since_claim"]) for row in rows_of("partnerships"))


def test_networkx():
    values = run(ROOT / "docs/notebooks/networkx.ipynb")
    edges = rows_of("network-edges")
    ends = [edge[end] for edge in edges for end in ("source", "target")]
    assert values["network"].number_of_edges() == len(edges)
    assert values["hubs"][0] == max(((end, ends.count(end)) for end in ends), key=lambda pair: pair[1])
    assert values["within"] == sum(edge["domestic"] == "true" for edge in edges)


def test_every_notebook_has_a_test():
    assert [path.stem for path in NOTEBOOKS] == ["duckdb", "networkx", "pandas"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("library", ["pandas", "duckdb", "polars"])
def test_three_lines_read_the_release(library):
    values = {}
    exec(LINES[library], values)
    assert values["count"] == len(accepted())


@pytest.mark.filterwarnings("ignore")
def test_three_lines_read_the_network():
    """igraph 1.0 gives edges the ids of nodes, unless they state an attribute `id`; it warns of that one."""
    values = {}
    exec(LINES["igraph"], values)
    edges = values["network"].es
    assert values["count"] == len(accepted())
    assert {*edges["id"]} == {*edges["partnership"]} == {row["id"] for row in accepted()}


@pytest.mark.filterwarnings("ignore")
def test_three_lines_read_the_packages():
    values = {}
    exec(LINES["mlcroissant"], values)
    exec(LINES["frictionless"], values)
    assert values["valid"] is True
    assert len(values["records"]) == len(rows_of("partnerships"))
