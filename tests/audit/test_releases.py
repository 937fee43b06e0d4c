"""Two states of the data compared, and the manifest of a release: tiny projects made by hand from the small folder."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from edits import edit, write

from icans_evidence.audit import consistency
from icans_evidence.audit.releases import release_manifest
from icans_evidence.audit.releases.data_states import state_of
from icans_evidence.audit.releases.row_changes import changes, read_texts_of
from icans_evidence.audit.signatures.signing import sign
from icans_evidence.cli.releases import check_release, diff, release
from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence import load_evidence
from icans_evidence.pages import difference_page
from icans_evidence.summaries.change_reasons import BY_METHOD, reasons
from icans_evidence.summaries.collected import results
from icans_evidence.summaries.committed import write_results
from icans_evidence.summaries.differences import difference
from icans_evidence.summaries.result import Result

SMALL = Path(__file__).parents[1] / "evidence" / "small"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks of consistency have tests of their own."""
    monkeypatch.setattr(consistency, "findings", lambda evidence: [])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with its data and its committed results, under git, and the working folder."""
    root = tmp_path / "project"
    shutil.copytree(SMALL, root / "data")
    (root / "analysis").mkdir()
    (root / "reports").mkdir()
    (root / "_quarto.yml").write_text("project:\n  type: website\n")
    (root / "reports" / "index.qmd").write_text("# A page\n")
    monkeypatch.chdir(root)
    commit_results(root)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def commit_results(root: Path) -> None:
    write_results(results(load_evidence(root / "data")), root / "analysis" / "results.csv")


def git(root: Path, *words: str) -> str:
    names = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    done = subprocess.run(["git", *names, *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a state")


def drop(root: Path, table: str, row: str) -> None:
    path = root / "data" / "extracted" / f"{table}.csv"
    path.write_text(
        "".join(line for line in path.read_text("utf-8").splitlines(True) if not line.startswith(row)), "utf-8"
    )


def project_root_or_none() -> Path | None:
    """The working folder where it is a project."""
    return Path.cwd() if Path("_quarto.yml").is_file() else None


def found(old: str = "HEAD", new: str | None = None):
    root = project_root_or_none()
    with state_of(old, root) as before, state_of(new, root) as after:
        return difference(before, after, root)


def told(old: str = "HEAD", new: str | None = None) -> str:
    return "\n".join(difference_page.lines(found(old, new)))


def test_nothing_differs_from_itself(project):
    assert found().is_empty
    assert "Nothing differs." in told()
    assert run(diff, "HEAD", "--exit-code")[0] == 0


def test_a_difference_is_an_answer_and_an_exit_code_only_when_asked_for(project):
    edit(project / "data", "incidence", "INC-002", note="read again")
    assert run(diff, "HEAD")[0] == 0
    assert run(diff, "HEAD", "--exit-code")[0] == 1


def test_a_changed_count_is_said_with_the_row_the_study_and_by_how_much(project):
    """30 of 100 is 30%, 20 of 100 is 20%: ten points less. Wilson's ends by its formula, as in the committed results."""
    edit(project / "data", "incidence", "INC-002", n_events="20", reported="20 of 100")
    (line,) = [line for line in told().splitlines() if "[INC-002]" in line]
    assert line.strip() == (
        "ICANS, grade 3 or higher, all [INC-002]: 30 of 100 (30%, 95% CI 22 to 40) → 20 of 100 (20%, 95% CI 13 to 29) "
        "(−10 points) because row INC-002 of Adams 2020 changed from 30/100 to 20/100."
    )


def test_a_row_that_came_and_one_that_went_are_named_with_their_figures(project):
    drop(project, "incidence", "INC-004")
    path = project / "data" / "extracted" / "symptoms.csv"
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    added = list(rows[1])
    added[0] = "SYM-009"
    added[rows[0].index("outcome")] = "headache"
    write(path, [*rows, added])
    text = told()
    assert "went (8/20)" in next(line for line in text.splitlines() if "incidence.csv: row INC-004" in line)
    assert "symptoms.csv: row SYM-009 of Adams 2020 came" in text
    assert "INC-004 went; it was: ICANS, any grade: 8 of 20" in text


def test_a_row_under_another_name_is_one_change_and_not_two(project):
    before = read_texts_of(project / "data")
    edit(project / "data", "incidence", "INC-002", row_id="INC-020")
    (change,) = changes(before, read_texts_of(project / "data")).rows
    assert (change.kind, change.key, change.new_key) == ("renamed", "INC-002", "INC-020")


def test_a_number_written_otherwise_is_no_change_and_a_printed_zero_is_one(project):
    before = read_texts_of(project / "data")
    edit(project / "data", "incidence", "INC-001", percent="60")
    assert changes(before, read_texts_of(project / "data")).rows == []
    edit(project / "data", "incidence", "INC-001", reported="60 of 100 (60%)")
    (change,) = changes(before, read_texts_of(project / "data")).rows
    assert change.cells == (("reported", "60 of 100 (60.0%)", "60 of 100 (60%)"),)


def test_a_verdict_that_turns_is_told_with_the_row_that_turned_it(project):
    """The claim says day 5; a median of 9 days contradicts it."""
    before = next(one for one in results(load_evidence("data")).to_dicts() if one["result_id"] == "CLM-001")["phrase"]
    edit(project / "data", "onset_days", "ONS-001", value="9", low="8", high="10", reported="9 days (8–10)")
    (one,) = [one for one in found().moved if one.is_claim]
    assert (one.before.phrase, one.after.phrase) == (before, "contradicted")
    assert any("ONS-001" in reason for reason in one.because)


def test_a_signature_that_lapsed_is_named_with_its_signer_and_why(project):
    sign(load_evidence("data"), ["INC-002", "SEI-001", "INC-004"], "JD", day=date(2026, 11, 22))
    commit(project)
    edit(project / "data", "incidence", "INC-002", n_events="20", reported="20 of 100")
    edit(project / "data", "incidence", "INC-004", row_id="INC-040")
    lapsed = {row_id: (standing.by, why) for row_id, standing, why in found().lapsed}
    assert lapsed == {"INC-002": (("JD",), "the row was edited"), "INC-004": (("JD",), "the row is now INC-040")}
    text = told()
    assert "INC-002, signed by JD on 2026-11-22: no longer holds, the row was edited" in text
    assert "2 signatures no longer hold." in text


def test_a_changed_cohort_is_the_reason_of_what_moved_by_it(project):
    edit(project / "data", "cohorts", "adams2020", label="Adams and others 2020")
    (line,) = [line for line in told().splitlines() if "[INC-002]" in line]
    assert "because cohort adams2020 changed: label Adams 2020 → Adams and others 2020" in line


def test_results_that_moved_by_the_method_alone_are_told_apart(project):
    """The committed sentence of an old state was another, though its data are the same."""
    path = project / "analysis" / "results.csv"
    path.write_text(path.read_text("utf-8").replace("30 of 100 (30%, 95% CI 22 to 40)", "30 of 100 (30%)"), "utf-8")
    commit(project)
    commit_results(project)
    difference_found = found()
    assert (difference_found.moved, difference_found.by_method) == ([], ["INC-002"])
    assert "1 result read otherwise in results.csv though the data give the same today" in told()


def test_old_columns_and_tables_do_not_stop_the_comparison(project):
    """A state of long ago: no column certainty, another that is no longer, a table that is no longer."""
    path = project / "data" / "extracted" / "incidence.csv"
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    at = rows[0].index("certainty")
    write(path, [[*line[:at], *line[at + 1 :], "quality" if not n else "good"] for n, line in enumerate(rows)])
    (project / "data" / "extracted" / "old_table.csv").write_text("name,value\nx,1\nx,2\n")
    commit(project)
    write(path, rows)
    (project / "data" / "extracted" / "old_table.csv").unlink()
    edit(project / "data", "incidence", "INC-002", n_events="20", reported="20 of 100")
    commit_results(project)
    text = told()
    assert "its data do not pass the checks of today; its committed results stand" in text
    assert "incidence.csv: column certainty came, filled in 4 rows" in text
    assert "incidence.csv: column quality went, filled in 4 rows" in text
    assert "30 of 100 (30%, 95% CI 22 to 40) → 20 of 100 (20%, 95% CI 13 to 29)" in text
    assert "old_table.csv: line x went" in text
    assert [change.key for change in found().data.of_kind("changed")] == ["INC-002"]


def test_a_state_without_results_that_can_be_read_is_told_and_no_result_is_said_to_have_come(project):
    (project / "analysis" / "results.csv").unlink()
    edit(project / "data", "incidence", "INC-002", n_events="200", reported="200 of 100")
    commit(project)
    edit(project / "data", "incidence", "INC-002", n_events="20", reported="20 of 100")
    assert "it has no results that can be read, so what moved cannot be told" in told()
    assert found().moved == []


def test_a_result_over_several_rows_names_each_that_moved_it_and_each_that_counts_anew(project):
    old = read_texts_of(project / "data")
    edit(project / "data", "incidence", "INC-001", n_events="50", percent="50.0", reported="50 of 100 (50.0%)")
    edit(project / "data", "incidence", "INC-004", n_events="10", reported="10 of 20")
    new = read_texts_of(project / "data")
    before, after = (
        Result(result_id="r", statistic="s", sentence="", row_ids=ids)
        for ids in ("INC-001;INC-002;INC-004", "INC-004;INC-001;INC-003")
    )
    assert reasons(before, after, changes(old, new), old, new) == [
        "row INC-004 of Center X changed from 8/20 to 10/20",
        "row INC-001 of Adams 2020 changed from 60/100 to 50/100",
        "row INC-003 of Baker 2021 counts now",
        "row INC-002 of Adams 2020 counts no more",
    ]
    assert reasons(before, before, changes(old, old), old, old) == [BY_METHOD]


def test_folders_of_a_project_and_of_data_are_compared_outside_any_project(project, tmp_path, monkeypatch):
    shutil.copytree(project / "data", tmp_path / "elsewhere")
    edit(project / "data", "incidence", "INC-002", n_events="20", reported="20 of 100")
    monkeypatch.chdir(tmp_path)
    assert "row INC-002 of Adams 2020 changed from 30/100 to 20/100" in told("elsewhere", "project")
    with pytest.raises(UsageError, match="git revisions are read inside a project only"):
        told("HEAD", "project")


@pytest.mark.parametrize("name", ["no-such-tag", "--output=x", "-n", "HEAD:data", "HEAD~99", ""])
def test_a_name_that_is_neither_folder_nor_revision_is_refused(project, name):
    with pytest.raises(UsageError, match="neither a folder nor a revision"):
        found(name)


def test_a_folder_without_data_is_refused(project):
    with pytest.raises(UsageError, match="holds neither"):
        found("reports")


def test_reading_a_revision_changes_nothing_in_the_project(project):
    edit(project / "data", "incidence", "INC-002", n_events="20", reported="20 of 100")
    before = git(project, "status", "--porcelain"), {p: p.stat().st_mtime_ns for p in project.rglob("*.csv")}
    told()
    after = git(project, "status", "--porcelain"), {p: p.stat().st_mtime_ns for p in project.rglob("*.csv")}
    assert before == after


def test_a_link_in_a_revision_is_not_followed(project, tmp_path):
    (tmp_path / "secret.csv").write_text("row_id\nINC-777\n")
    (project / "data" / "extracted" / "link.csv").symlink_to(tmp_path / "secret.csv")
    commit(project)
    with state_of("HEAD", Path.cwd()) as state:
        assert not (state.data / "extracted" / "link.csv").exists()


def test_json_and_page_say_the_same_and_text_is_escaped(project):
    edit(project / "data", "incidence", "INC-002", population="<i>all</i>", n_events="20", reported="20 of 100")
    done = CliRunner().invoke(diff, ["HEAD", "--json", "--html", "page.html"])
    answer = json.loads(done.stdout)
    assert answer["different"] is True
    assert answer["figures"]["changed"][0]["cells"] == [
        {"column": "n_events", "before": "30", "after": "20"},
        {"column": "population", "before": "all", "after": "<i>all</i>"},
        {"column": "reported", "before": "30 of 100", "after": "20 of 100"},
    ]
    page = Path("page.html").read_text("utf-8")
    assert "<i>" not in page and "&lt;i&gt;all" in page
    assert "reads as an HTML tag" in answer["new"]["troubles"][0]


def run(command, *words):
    """Exit code and output of a command; a user's mistake is its message."""
    done = CliRunner().invoke(command, list(words), standalone_mode=False)
    if isinstance(done.exception, DataError | UsageError):
        return done.exception.exit_code, str(done.exception)
    assert done.exception is None, done.exception
    return done.return_value or 0, done.output


def test_a_release_that_was_written_is_whole(project):
    code, said = run(release, "0.1.0")
    assert (code, "no site, since none is built" in said) == (0, True)
    assert run(check_release) == (0, f"release 0.1.0: {count(project)} files checked, all as released\n")


def count(project: Path) -> int:
    manifest = json.loads((project / "release.json").read_text("utf-8"))
    return len(manifest["inputs"]) + len(manifest["outputs"])


def test_each_file_missing_changed_or_added_is_named(project):
    run(release, "0.1.0")
    (project / "reports" / "index.qmd").unlink()
    edit(project / "data", "incidence", "INC-002", note="edited")
    (project / "reports" / "new.qmd").write_text("# New\n")
    (project / "analysis" / "results.csv").write_text("result_id\n")
    code, said = run(check_release)
    assert code == 1
    assert said.splitlines()[:-1] == [
        "missing: reports/index.qmd",
        "changed: analysis/results.csv",
        "changed: data/extracted/incidence.csv",
        "added: reports/new.qmd",
    ]


def test_the_manifest_holds_inputs_rules_and_outputs_and_its_bytes_are_equal_each_time(project):
    first = release_manifest.manifest_of(project, "0.1.0")
    for path in project.rglob("*.csv"):
        path.touch()
    assert release_manifest.manifest_of(project, "0.1.0").text == first.text
    assert "data/extracted/incidence.csv" in first.inputs
    assert "icans_evidence/grading/rules/astct2019_icans.csv" in first.inputs
    assert "reports/index.qmd" in first.inputs
    assert list(first.outputs) == ["analysis/results.csv"]


def test_a_hash_is_the_sha256_of_the_file(project):
    """SHA-256 of "abc" as printed in FIPS 180-2, appendix B.1."""
    (project / "reports" / "index.qmd").write_bytes(b"abc")
    assert release_manifest.manifest_of(project, "0.1.0").inputs["reports/index.qmd"] == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_site_is_held_against_the_manifest_only_where_it_is_built(project):
    (project / "_site").mkdir()
    (project / "_site" / "index.html").write_text("<p>A page</p>")
    run(release, "0.1.0")
    (project / "_site" / "index.html").write_text("<p>Another</p>")
    assert run(check_release)[1].splitlines()[0] == "changed: _site/index.html"
    shutil.rmtree(project / "_site")
    code, said = run(check_release)
    assert (code, said.splitlines()[0]) == (0, "the site is not built here; its files were not checked")


@pytest.mark.parametrize(
    ("version", "why"),
    [("1", "is no version"), ("v0.1.0", "is no version"), ("0.1", "is no version"), ("0.1.0.0", "is no version"),
     ("01.2.3", "is no version"), ("", "is no version"), ("0.2.0", "data/VERSION says 0.1.0, not 0.2.0")],
)  # fmt: skip
def test_a_version_that_is_none_or_not_that_of_the_data_is_refused(project, version, why):
    code, said = run(release, version)
    assert (code, why in said) == (2, True)
    assert not (project / "release.json").exists()


def test_stale_results_and_faulty_data_are_not_released(project):
    edit(project / "data", "incidence", "INC-002", n_events="20", reported="20 of 100")
    assert "results.csv is not what the data give" in run(release, "0.1.0")[1]
    edit(project / "data", "incidence", "INC-002", n_events="200", reported="200 of 100")
    assert run(release, "0.1.0")[0] == 1
    assert not (project / "release.json").exists()


def test_a_version_once_released_is_not_released_with_other_files(project):
    run(release, "0.1.0")
    assert run(release, "0.1.0")[0] == 0, "the same files may be released again"
    (project / "reports" / "index.qmd").write_text("# Another page\n")
    code, said = run(release, "0.1.0")
    assert (code, "raise data/VERSION" in said) == (1, True)
    assert run(release, "0.1.0", "--replace")[0] == 0
    assert run(check_release)[0] == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not json", "is not JSON"),
        ("[]", "no manifest of format 1"),
        ('{"format": 9}', "no manifest of format 1"),
        ('{"format": 1, "inputs": {"a": "short"}, "outputs": {}}', "64 digits"),
        ('{"format": 1, "inputs": ["a"], "outputs": {}}', "64 digits"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_manifest_that_is_none_is_said_to_be_none(project, text, why):
    (project / "bad.json").write_text(text)
    code, said = run(check_release, "bad.json")
    assert (code, why in said) == (1, True)


def test_a_manifest_cannot_make_a_file_elsewhere_be_read(project, tmp_path):
    run(release, "0.1.0")
    manifest = json.loads((project / "release.json").read_text("utf-8"))
    manifest["inputs"]["../secret"] = "0" * 64
    (project / "release.json").write_text(json.dumps(manifest))
    (tmp_path / "secret").write_text("kept")
    assert run(check_release)[1].splitlines()[0] == "missing: ../secret"


def test_a_link_among_the_files_is_refused(project, tmp_path):
    (tmp_path / "elsewhere").write_text("x")
    (project / "reports" / "link.qmd").symlink_to(tmp_path / "elsewhere")
    code, said = run(release, "0.1.0")
    assert (code, "is a symbolic link" in said) == (1, True)


def test_no_release_without_a_manifest_says_how_to_write_one(project):
    code, said = run(check_release)
    assert (code, "write one with icans-evidence release" in said) == (2, True)
