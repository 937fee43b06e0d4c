"""The plan of the house: imports point down, leaves stay leaves, modules and functions stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "icans_evidence"
LEAVES = {"errors", "wording", "project"}
BELOW: dict[str, set[str]] = {
    "errors": set(), "wording": set(), "project": {"errors"},
    "evidence": LEAVES, "synthesis": LEAVES, "grading": LEAVES,
    "audit": {*LEAVES, "evidence"},
    "reporting": {*LEAVES, "evidence", "synthesis", "grading", "audit"},
    "publishing": {*LEAVES, "reporting"},
    "exchange": {*LEAVES, "evidence", "synthesis", "grading", "audit", "reporting"},
    "regenerate": {*LEAVES, "evidence", "audit", "grading", "reporting", "publishing"},
    "cli": {*LEAVES, "evidence", "synthesis", "grading", "audit", "reporting", "publishing", "exchange"},
}  # fmt: skip
MODULES = sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        for name in names:
            parts = name.split(".")
            if parts[0] == "icans_evidence":
                rooms |= {parts[1]} if len(parts) > 1 else {a.name for a in getattr(node, "names", [])}
    return rooms


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_down(path):
    room = room_of(path)
    if room in ("__init__", "__main__"):
        return
    upward = imported_rooms(path) - BELOW[room] - {room}
    assert not upward, f"{path.relative_to(SOURCE)} imports upward: {sorted(upward)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_modules_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "a module outgrew its room"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} outgrew its room"


def modules_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_grading_needs_the_standard_library_only():
    heavy = {"polars", "numpy", "pandera", "altair", "pypandoc", "scipy", "narwhals"}
    assert not modules_after("from icans_evidence.grading import grade_icans") & heavy


def test_the_command_line_imports_nothing_heavy():
    assert not modules_after("import icans_evidence.cli") & {"polars", "numpy", "pandera", "altair", "great_tables"}
