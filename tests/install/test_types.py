"""A script that uses the package is checked by mypy as its author would: every public function says what it gives.

Witness: mypy --strict on a file beside the installed wheel, which it finds by `py.typed`.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import icans_evidence

FRAME = "polars.dataframe.frame.DataFrame"
REVEALED = {
    "__version__": ("icans_evidence.__version__", "str"),
    "load_evidence": ('icans_evidence.load_evidence("data")', "icans_evidence.evidence.load.Evidence"),
    "Evidence": ('icans_evidence.load_evidence("data").seizure_rates', FRAME),
    "Project": ('icans_evidence.Project("a").evidence', "icans_evidence.evidence.load.Evidence"),
    "results": ('icans_evidence.results(icans_evidence.load_evidence("data"))', FRAME),
    "say": ('icans_evidence.say("seizures")', "icans_evidence.figures.display.Words"),
    "chart": ('icans_evidence.chart("seizures")', "icans_evidence.figures.display.Shown"),
    "table": ('icans_evidence.table("seizures")', "icans_evidence.figures.display.Shown"),
    "build": (
        'icans_evidence.build(Path("a"), Path("a/data"), Path("a/_site"))',
        "icans_evidence.publishing.site.Built",
    ),
    "pool_proportions": ("icans_evidence.pool_proportions([1, 2], [9, 9])", "icans_evidence.synthesis.pooled.Pooled"),
    "Pooled": ("icans_evidence.pool_proportions([1, 2], [9, 9]).estimate", "float | None"),
    "Choice": ('icans_evidence.Choice("reml", "knha", floor=True)', "icans_evidence.synthesis.pooled.Choice"),
    "pool_medians": ("icans_evidence.pool_medians([4, None, 6])", "icans_evidence.synthesis.medians.PooledMedian"),
    "PooledMedian": ("icans_evidence.pool_medians([4, None, 6]).excluded", "tuple[str, ...]"),
    "grade_icans": ('icans_evidence.grade_icans({"ice": 6})', "icans_evidence.grading.grade.Grade"),
    "grade_crs": ("icans_evidence.grade_crs({})", "icans_evidence.grading.grade.Grade"),
    "score_ice": ('icans_evidence.score_ice({"year": True})', "icans_evidence.grading.ice.IceScore"),
    "easix": (
        'icans_evidence.easix(250, 1, 90, ldh_unit="U/L", creatinine_unit="mg/dL", platelets_unit="10^9/L")',
        "icans_evidence.grading.scores.Score",
    ),
    "m_easix": (
        'icans_evidence.m_easix(250, 4, 90, ldh_unit="U/L", crp_unit="mg/dL", platelets_unit="10^9/L")',
        "icans_evidence.grading.scores.Score",
    ),
    "tocilizumab_dose": ("icans_evidence.tocilizumab_dose(70)", "icans_evidence.grading.scores.TocilizumabDose"),
    "UserError": ('icans_evidence.UserError("x").exit_code', "int"),
    "DataError": ('icans_evidence.DataError(["x"]).faults', "list[str]"),
    "UsageError": ('icans_evidence.UsageError("x").exit_code', "int"),
}
"""Public name → an expression with it, and the type that a checker gives to that."""


@pytest.fixture(scope="module")
def checked(bare, tmp_path_factory):
    """What mypy says of a script with all the expressions, and of a misspelt name in its last line."""
    folder = tmp_path_factory.mktemp("downstream")
    calls = [f"reveal_type({call})" for call, _ in REVEALED.values()]
    lines = ["from pathlib import Path", "import icans_evidence", *calls, "icans_evidence.load_evidance", ""]
    (folder / "script.py").write_text("\n".join(lines), encoding="utf-8")
    python = bare.folder / "bin" / "python"
    options = ["--strict", "--python-executable", str(python), "--cache-dir=.cache", "--config-file="]
    command = [sys.executable, "-m", "mypy", *options, "script.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PATH": ""}).stdout


def test_every_public_name_has_the_type_that_its_docstring_says(checked):
    found = re.findall(r'script\.py:(\d+): note: Revealed type is "(.*)"', checked)
    revealed = {int(line): kind.replace("builtins.", "") for line, kind in found}
    assert revealed == {line: kind for line, (_, kind) in enumerate(REVEALED.values(), 3)}, checked
    assert REVEALED.keys() == {*icans_evidence.__all__, "__version__"}


def test_a_misspelt_name_is_a_fault_and_nothing_else_is(checked):
    (fault,) = [line for line in checked.splitlines() if ": error:" in line]
    assert fault.startswith(f"script.py:{len(REVEALED) + 3}: ") and '"load_evidance"' in fault
