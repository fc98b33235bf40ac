"""The house: floors that one takes in at a glance, rooms that tell their job, imports without circles."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.kit.paths import ROOT

PACKAGES = ("ontology", "graph", "loaders", "queries", "endpoint")
FILES = [path for top in (*PACKAGES, "tests", "benchmarks") for path in sorted((ROOT / top).rglob("*.py"))]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in FILES
}
FOLDERS = sorted({folder for path in FILES for folder in path.parents if ROOT in folder.parents})
ROOMS = [path for path in FILES if path.name == "__init__.py" and path.parent.parent != ROOT]
TOPS = {
    *(ROOT / top for top in (*PACKAGES, "tests", "benchmarks")),
    *(ROOT / "tests" / top for top in PACKAGES),
}
"""The top of each package, and where the tests mirror it."""
MOST_ON_A_FLOOR, MOST_AT_THE_TOP, MOST_LINES = 9, 14, 500


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path: Path) -> Iterator[str]:
    """Yield the modules of ours that a file imports anywhere in it, for types too."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in inner)


def find_circle(imports: dict[str, set[str]]) -> list[str]:
    """Return modules of which each imports the next one, and the last is the first; none if all is well."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


@pytest.mark.slow
def test_no_modules_import_each_other_in_a_circle():
    circle = find_circle({name: set(imports_of(path)) for name, path in MODULES.items()})
    assert circle == [], " imports ".join(circle)


def test_a_circle_is_told_in_its_order():
    circle = find_circle({"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set()})
    assert circle[0] == circle[-1]
    assert " ".join(circle) in {"a b c a", "b c a b", "c a b c"}


def test_a_floor_has_so_few_modules_and_rooms_that_one_finds_any():
    for folder in FOLDERS:
        things = [path.name for path in FILES if path.parent == folder and path.name != "__init__.py"]
        things += [room.name for room in FOLDERS if room.parent == folder]
        most = MOST_AT_THE_TOP if folder in TOPS else MOST_ON_A_FLOOR
        assert len(things) <= most, f"{name_of(folder)} holds {len(things)}: {' '.join(things)}"


def test_a_module_is_not_longer_than_one_can_read():
    lines = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in FILES}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_a_room_tells_its_job_and_imports_only_what_it_offers():
    for path in ROOMS:
        module = parse(path)
        assert ast.get_docstring(module), name_of(path)
        imported, offered = {"annotations"}, {"annotations"}
        for node in module.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                imported |= {alias.asname or alias.name for alias in node.names}
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                offered |= set(ast.literal_eval(node.value))
        assert imported <= offered, f"{name_of(path)} imports {imported - offered}"


def test_nothing_is_imported_on_the_way_to_a_query_process():
    assert [type(node) for node in parse(ROOT / "endpoint" / "engine" / "__init__.py").body] == [ast.Expr]
