"""A project gives the same from wherever it is asked: from its folder, another project, or an empty folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from icans_evidence import Project, chart, load_evidence, results, say, table
from icans_evidence.cli import cli
from icans_evidence.errors import UsageError
from own_project import ROOT

OTHER_PLAN = """[[pool]]
table = "incidence"
outcome = "death"
denominators = ["treated"]
event = "died"
graded = false
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    """This project without its pages."""
    folder = tmp_path_factory.mktemp("here")
    for name in ("data", "analysis"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copyfile(ROOT / "_quarto.yml", folder / "_quarto.yml")
    return folder


@pytest.fixture(scope="module")
def other(here, tmp_path_factory) -> Path:
    """The same data under another plan."""
    folder = tmp_path_factory.mktemp("other") / "project"
    shutil.copytree(here, folder)
    (folder / "analysis" / "plan.toml").write_text(OTHER_PLAN, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def expected(here) -> list[dict]:
    return results(Project(here)).to_dicts()


def printed(*words: str) -> list[dict]:
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


@pytest.mark.parametrize("given", ["project", "data folder", "evidence", "path"])
def test_results_are_the_same_from_any_folder(here, expected, tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    made = {
        "project": lambda: Project(here), "data folder": lambda: Project(here / "data"), "path": lambda: here,
        "evidence": lambda: load_evidence(here / "data"),
    }[given]()  # fmt: skip
    assert results(made).to_dicts() == expected


def test_results_of_evidence_are_the_same_inside_another_project(here, other, expected, monkeypatch):
    monkeypatch.chdir(other)
    assert results(load_evidence(here / "data")).to_dicts() == expected


def test_the_data_named_bring_their_own_plan_whatever_project_is_named(here, other, expected, monkeypatch, tmp_path):
    """Before, the plan of the project in force was applied to other data without a word."""
    for folder in (tmp_path, other):
        monkeypatch.chdir(folder)
        for first in ([], ["--project", str(other)]):
            assert printed(*first, "results", "--json", "--data", str(here / "data")) == expected


def test_another_plan_gives_other_results(here, other, expected):
    """So that the tests above could fail."""
    found = {row["result_id"] for row in results(Project(other)).to_dicts()}
    assert {"incidence.death.treated.pooled"} <= found and found != {row["result_id"] for row in expected}


def test_charts_tables_and_sentences_take_a_project(here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    project = Project(here)
    assert "<svg" in chart("seizures", project=project).html
    assert "<table" in table("seizures", project=str(here)).html
    assert str(say("NCS-002", project=project)).startswith("Nonconvulsive status epilepticus: ")
    with pytest.raises(UsageError, match=r"no _quarto\.yml in"):
        chart("seizures")


def test_a_project_needs_data(tmp_path):
    with pytest.raises(UsageError, match="is not a folder; name the folder that holds extracted/"):
        Project(tmp_path)


def test_a_signed_row_that_is_gone_is_named(here, tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(here, folder)
    run = CliRunner().invoke
    assert run(cli, ["--project", str(folder), "sign", "SYM-002", "--by", "JD"]).exit_code == 0
    path = folder / "data" / "extracted" / "symptoms.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("SYM-002,")]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8")
    for name in ("claims", "discrepancies"):  # nothing else may name the row that goes
        other = folder / "data" / "extracted" / f"{name}.csv"
        other.write_text(other.read_text(encoding="utf-8").replace("SYM-002", "SYM-001"), encoding="utf-8")
    for command in ("validate", "audit"):
        done = run(cli, ["--project", str(folder), command])
        assert "verification.csv: SYM-002, signed by JD on " in done.output, (command, done.output[-500:])
    gone = json.loads(run(cli, ["--project", str(folder), "audit", "--json"]).output)["signatures_without_row"]
    assert [(one["row_id"], one["by"]) for one in gone] == [("SYM-002", "JD")]
