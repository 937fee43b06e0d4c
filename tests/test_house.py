"""The plan of the house: imports point down, leaves stay leaves, modules and functions stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from quick import QUICK, TESTS

SOURCE = TESTS.parent / "src" / "icans_evidence"
FLOORS = (
    {"errors"}, {"wording", "project"}, {"files"}, {"printed"}, {"evidence"}, {"synthesis", "grading"}, {"audit"},
    {"summaries"}, {"figures"}, {"pages"}, {"publishing"}, {"exchange"}, {"regenerate"}, {"cli", "reporting"},
)  # fmt: skip
"""The rooms from the ground up; a module imports from its own room and from rooms of lower floors."""
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imports_of(path: Path) -> set[str]:
    """The modules of ours that a module imports anywhere in it, inside functions too; not those for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("icans_evidence"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in NAMES else str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in NAMES}
    return found - {"icans_evidence"}


def name_of(path: Path) -> str:
    return ".".join(("icans_evidence", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")


NAMES = {name_of(path): path for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_down(path):
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    rooms = {name.split(".")[1] for name in imports_of(path)}
    upward = {other for other in rooms - {room} if FLOOR[other] >= FLOOR[room]}
    assert not upward, f"{path.relative_to(SOURCE)} imports upward: {sorted(upward)}"


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules each of which reaches every other of its group."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            for other in graph[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        return seen

    reach = {name: reached(name) for name in graph}
    groups = {frozenset(n for n in reach[name] if name in reach[n]) for name in graph if name in reach[name]}
    return sorted(sorted(group) for group in groups)


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: imports_of(path) & NAMES.keys() - {name} for name, path in NAMES.items()}
    assert not circles(graph)


def test_a_circle_would_be_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_functions_stay_small(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} outgrew its room"


def test_the_quick_selection_has_a_test_of_every_room():
    """A room is a folder of the house; its decisive tests import something of it."""
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert rooms == QUICK.keys() - {""}
    for room in rooms:
        files = [
            file for name in QUICK[room] for file in (TESTS / name, *(TESTS / name).glob("*.py")) if file.is_file()
        ]
        assert all((TESTS / name).exists() for name in QUICK[room])
        assert any(f"icans_evidence.{room}" in file.read_text(encoding="utf-8") for file in files), room


def modules_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_grading_needs_the_standard_library_only():
    heavy = {"polars", "numpy", "pandera", "altair", "pypandoc", "scipy", "narwhals"}
    assert not modules_after("from icans_evidence.grading import grade_icans") & heavy


def test_the_command_line_imports_nothing_heavy():
    assert not modules_after("import icans_evidence.cli") & {"polars", "numpy", "pandera", "altair", "great_tables"}
