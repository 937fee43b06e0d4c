"""The plan of the house: imports point down, leaves stay leaves, modules and functions stay small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from icans_evidence.evidence.vocabulary_files import read_vocabulary
from quick import QUICK, TESTS

SOURCE = TESTS.parent / "src" / "icans_evidence"
FLOORS = (
    {"errors"}, {"wording"}, {"files"}, {"printed"}, {"evidence"}, {"project"}, {"synthesis", "grading"}, {"audit"},
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


def words_of_the_review() -> re.Pattern[str]:
    """Products, targets, diseases and outcomes of this review, with their synonyms."""
    words = read_vocabulary(SOURCE.parents[1] / "data")
    terms = [name for one in (words.products, words.diseases) for name, others in one.names.items()
             for name in (name, *others)]  # fmt: skip
    targets = set(words.targets) - {"mixed", "other", "not_stated"}
    outcomes = [outcome.name for outcome in words.declared if "_" in outcome.name]
    plain = {"ALL"}  # an English word, in whatever case
    names = sorted({*terms, *targets, *words.short.values(), *outcomes, "ncse"} - plain, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.I)


def test_no_module_outside_the_grading_names_what_a_review_is_about():
    """Code, comments, docstrings and help alike: what a review is about is data of the project. The grading speaks of
    what it grades."""
    pattern = words_of_the_review()
    assert pattern.search("of those given Axi-Cel") and not pattern.search("all rows")
    found = [
        f"{path.relative_to(SOURCE)}:{number}: {match[0]}"
        for path in MODULES
        if room_of(path) != "grading"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := pattern.search(line))
    ]
    assert found == []


DOORS = ("cli", "pages", "publishing", "project.py", "regenerate.py")
"""Where the surroundings of the process may be asked for; what lies below is told."""
_ASKS = re.compile(r"os\.environ|os\.getcwd|Path\.cwd\(|\bproject_here\(|\bproject_in_force\(")


def test_nobody_below_the_doors_asks_where_he_is():
    asking = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in MODULES
        if path.relative_to(SOURCE).parts[0] not in DOORS and path.parent.name != "theme"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if _ASKS.search(line)
    ]
    assert asking == []
