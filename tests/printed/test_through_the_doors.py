"""One reader behind every door: what `audit` says of a printed percentage, `validate` and `results` say too.

A cohort of 43 is planted in the small data. 5/43 = 11.63, 6/43 = 13.95, 17/43 = 39.53, 18/43 = 41.86: no whole number of
43 prints as 12.0 or 40.0, rounded or cut, while 12 is 5 rounded (11.63) and 14.0 is 6 rounded (13.95).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from command_line import run
from icans_evidence.evidence import load_evidence
from icans_evidence.summaries.proportion_rows import counted
from own_project import ROOT

COHORT = (
    "carter2022,adams2020,Carter 2022,adults,axicabtagene ciloleucel,CD19,lymphoma,adult,43,astct2019,,literature,,,\n"
)
ROW = (
    'INC-900,carter2022,any_icans,{events},43,{percent},,,,all,treated,=,"{reported}",news2021,false,,,,,'
    "third paragraph,high,,by hand\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "evidence" / "small", tmp_path / "data")
    (tmp_path / "_quarto.yml").touch()
    (tmp_path / "analysis").mkdir()
    pool = '[[pool]]\ntable = "incidence"\noutcome = "any_icans"\ndenominators = ["treated"]\nevent = "ICANS"\n'
    plan = f'[review]\nstudy_id = "cevering2026"\n\n{pool}allow_mixed_scales = true\n'
    (tmp_path / "analysis" / "plan.toml").write_text(plan, encoding="utf-8")
    with (tmp_path / "data" / "extracted" / "cohorts.csv").open("a", encoding="utf-8") as file:
        file.write(COHORT)
    return tmp_path


def plant(project: Path, percent: str, reported: str, events: str = "") -> None:
    with (project / "data" / "extracted" / "incidence.csv").open("a", encoding="utf-8") as file:
        file.write(ROW.format(percent=percent, reported=reported, events=events))


def audited(project: Path) -> list[str]:
    return [line for line in run("audit", folder=project).stdout.splitlines() if "INC-900" in line]


def resulting(project: Path) -> list[dict]:
    done = run("results", "--json", folder=project)
    assert done.exit_code == 0, done.stderr
    return [row for row in json.loads(done.stdout) if "INC-900" in (row["row_ids"] or "")]


IMPOSSIBLE = [
    ("12.0", "12.0 percent; n = 43"), ("12.0", "12·0%; n = 43"), ("12.0", "12.0–15.0%; n = 43"),
    ("40.0", "40.0 and 20%; n = 43"), ("12.0", "12,0%; n = 43"), ("12.0", "１２．０％; n = 43"),
    ("12.0", "12.0 per cent; n = 43"), ("12.0", "12.0 per-cent; n = 43"), ("12.0", "12.0 pct; n = 43"),
    ("12.0", "n = 43 (12.0%)"), ("12.0", "(12.0%); n = 43"), ("12.0", "12.0—15.0%; n = 43"),
    ("12.0", "12.0-15.0%; n = 43"), ("12.0", "12.0 to 15.0 percent; n = 43"), ("12.0", "12.0\u00a0%; n = 43"),
    ("12.0", "12.0\u2009%; n\u00a0=\u00a043"), ("12.0", "12.0\u202f%; n = 43"), ("40.0", "40.0, 20 and 10%; n = 43"),
    ("12.0", "33% (12.0%); n = 43"), ("12.0", "12.0% to 15.0%; n = 43"), ("15.0", "12–15.0%; n = 43"),
    ("12.0", "12.0; n = 43"), ("12.0", "12∙0 Percent; n = 43"), ("12.0", "12.00%; n = 43"),
]  # fmt: skip


@pytest.mark.parametrize("percent, reported", IMPOSSIBLE, ids=[reported for _, reported in IMPOSSIBLE])
def test_what_the_audit_calls_impossible_is_neither_rebuilt_nor_pooled(project, percent, reported):
    plant(project, percent, reported)
    assert run("validate", folder=project).exit_code == 0
    assert any("no whole number of 43 patients prints as" in line for line in audited(project))
    assert [row for row in resulting(project) if row["result_id"] == "INC-900"] == []
    assert [row["statistic"] for row in resulting(project)] == ["range over cohorts"]


@pytest.mark.parametrize("percent, reported, count, rule", [
    ("12", "12%; n = 43", 5, "rounding"),  # 11.63; cut it would be 11
    ("12", "12 per cent; n = 43", 5, "rounding"),
    ("12", "12; n = 43", 5, "rounding"),
    ("14.0", "14·0%; n = 43", 6, "rounding"),  # 13.95, cut 13.9
    ("13.9", "13,9%; n = 43", 6, "cutting"),  # rounded it would be 14.0
    ("11.6", "11.6 to 20.0%; n = 43", 5, "rounding or cutting"),  # 11.63
])  # fmt: skip
def test_the_only_count_is_rebuilt_and_the_row_says_by_which_rule(project, percent, reported, count, rule):
    plant(project, percent, reported)
    row = next(row for row in resulting(project) if row["result_id"] == "INC-900")
    assert (row["n_events"], row["n_total"]) == (count, 43)
    assert row["method"].endswith(f"; count reconstructed from the printed percentage by {rule}")
    assert f"; count reconstructed from the printed percentage by {rule}." in row["sentence"]
    assert not any("no whole number" in line for line in audited(project))
    assert any("comes only from cutting off" in line for line in audited(project)) == (rule == "cutting")


def test_of_two_counts_that_fit_neither_is_taken(project):
    """56/101 = 55.45 rounds to 55 and 56/101 cuts to 55; 55/101 = 54.46 does neither; of 83, 18/83 = 21.69 rounds to
    22 and 19/83 = 22.89 cuts to 22."""
    plant(project, "22", "22%; n = 83")
    file = project / "data" / "extracted" / "incidence.csv"
    file.write_text(file.read_text("utf-8").replace(",43,22,", ",83,22,"), "utf-8")
    cohorts = project / "data" / "extracted" / "cohorts.csv"
    cohorts.write_text(cohorts.read_text("utf-8").replace(",43,astct", ",83,astct"), "utf-8")
    rows = counted(load_evidence(project / "data"))
    assert rows.filter(row_id="INC-900").select("events", "rebuilt_by").row(0) == (None, None)


@pytest.mark.parametrize("reported", ["5 of 43; 12.0%", "5/43, 12.0 percent", "5 of 43 (12·0%)", "five of 43; 12,0 %"])
def test_validation_holds_counts_to_the_same_digits(project, reported):
    """5/43 = 11.6 at one decimal; "12%" of 5 of 43 passes."""
    plant(project, "12.0", reported, events="5")
    done = run("validate", folder=project)
    assert done.exit_code == 1
    assert '"12" does not agree with 5 of 43, which is 11.63' in done.stderr


def test_validation_takes_the_whole_percentage_of_the_same_counts(project):
    plant(project, "12", "5 of 43 (12%)", events="5")
    assert run("validate", folder=project).exit_code == 0
