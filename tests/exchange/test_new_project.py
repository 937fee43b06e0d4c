"""A project of one's own: made whole or not at all, it builds empty, works under --project, and touches nothing else."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import tomllib
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from icans_evidence import load_evidence
from icans_evidence.audit.consistency import findings
from icans_evidence.cli import cli
from icans_evidence.errors import DataError, UsageError
from icans_evidence.exchange.new_project import new_project, outcome_name
from icans_evidence.exchange.project_metadata import licence_of
from icans_evidence.figures.tables.evidence_tables import rates_table
from icans_evidence.project import Project, project_here, working_in
from icans_evidence.publishing.site import build
from icans_evidence.summaries.collected import results

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "icans_evidence"
OUTCOME = "headache after lumbar puncture"
ROWS = {
    "studies": "north2021,,,2021,,,,,,article,not_checked,,\nsouth2022,,,2022,,,,,,article,not_checked,,\n",
    "cohorts": "north2021,north2021,North 2021,adults,adult,120,,literature,,,\n"
    "south2022,south2022,South 2022,adults,adult,75,,literature,,,\n",
    "incidence": "INC-001,north2021,headache_after_lumbar_puncture,24,120,20,,,,all,treated,=,24 of 120 (20%),north2021,"
    "false,,,,,Table 2,,high,,,ab\n"
    "INC-002,south2022,headache_after_lumbar_puncture,9,75,12,,,,all,treated,=,9 of 75 (12%),south2022,false,,,,,"
    "Table 1,,high,,,ab\n",
}


def run(*words: str):
    return CliRunner().invoke(cli, words, catch_exceptions=True)


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def words_of_page(path: Path) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))


HEADER = "table,outcome,words,part_of,sums_to,units,graded,si_units,cut_off_for,counts\n"


def own_outcomes(project: Path, lines: str) -> None:
    (project / "data" / "vocabulary" / "outcomes.csv").write_text(f"{HEADER}{lines}\n", encoding="utf-8")


def fill(project: Path) -> None:
    for table, lines in ROWS.items():
        with (project / "data" / "extracted" / f"{table}.csv").open("a", encoding="utf-8") as text:
            text.write(lines)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A new project of which nothing was changed."""
    return new_project(tmp_path_factory.mktemp("projects") / "my-review", "Headache", OUTCOME)


@pytest.fixture
def project(tmp_path):
    return new_project(tmp_path / "my-review", "Headache", OUTCOME)


@pytest.fixture(scope="module")
def site(empty, tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "_site"
    with working_in(empty):
        build(empty, empty / "data", out, "pandoc")
    return out


def test_every_table_is_there_and_empty(empty):
    evidence = load_evidence(empty / "data")
    assert set(evidence.tables) == {
        "studies", "cohorts", "incidence", "durations", "measurements", "associations", "doses", "context", "claims",
        "discrepancies", "sentences_without_row", "appraisal", "looked_for", "published_pools", "recommendations",
    }  # fmt: skip
    assert not any(frame.height for frame in evidence.tables.values())


@pytest.mark.parametrize("page", ["index", "evidence", "flow", "audit", "methods"])
def test_the_reports_build_before_there_is_a_row_and_say_so(site, page):
    words = words_of_page(site / "reports" / f"{page}.html")
    assert "Not medical advice" in words
    expected = {"index": f"{OUTCOME.capitalize()}: no row yet.", "evidence": f"Patients with {OUTCOME}: no row yet.",
                "flow": "Records screened: not counted yet", "audit": "Every figure: no row yet."}  # fmt: skip
    assert expected.get(page, "Nobody has described yet") in words


OURS = re.compile(r"ICANS|CAR T|[Nn]eurotoxicity\b(?<!any_neurotoxicity)|CRS|[Ii]nfusion|[Ss]eizure|[Ee]ncephalopathy")
"""Words of our review; `any_neurotoxicity` and the names of scales are codes that a column may hold in every project."""


@pytest.mark.parametrize("page", ["index", "evidence", "flow", "audit", "methods"])
def test_no_page_of_a_new_project_speaks_of_our_review(site, page):
    assert OURS.findall(words_of_page(site / "reports" / f"{page}.html")) == []


def test_no_file_that_a_browser_loads_names_our_review(site):
    for path in (*site.rglob("*.js"), *site.rglob("*.css")):
        assert "ICANS evidence" not in path.read_text(encoding="utf-8"), path.name


def test_a_form_of_a_new_project_offers_its_own_outcomes_alone(empty, tmp_path):
    """The sheets are those of the documents, the groups, the file of its one outcome, and the two registers."""
    done = run("--project", str(empty), "template", str(tmp_path / "form.xlsx"))
    assert done.exit_code == 0 and f"--project {empty} import {tmp_path / 'form.xlsx'}" in done.output
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    assert book.sheetnames == [
        "How to", "studies", "cohorts", "incidence", "discrepancies", "appraisal", "looked_for", "published_pools",
        "recommendations", "Columns", "Lists",
    ]  # fmt: skip
    said = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    assert (
        OURS.findall(said) == [] and "comes with the first outcome that data/vocabulary/outcomes.csv declares" in said
    )
    assert book["incidence"]["C2"].value == "headache_after_lumbar_puncture"


def test_the_examples_of_that_form_are_passed_over(project, tmp_path):
    run("--project", str(project), "template", str(tmp_path / "form.xlsx"))
    done = run("--project", str(project), "import", str(tmp_path / "form.xlsx"))
    assert done.output.splitlines() == ["8 example rows passed over", "nothing was written"]


def test_what_a_new_project_exports_bears_its_own_title_and_no_licence_of_ours(project, tmp_path):
    fill(project)
    for to in ("datapackage", "parquet", "bibtex", "xlsx"):
        done = run("--project", str(project), "export", "--to", to, "-o", str(tmp_path / to))
        assert done.exit_code == 0, (to, done.output)
    package = json.loads((tmp_path / "datapackage" / "datapackage.json").read_text(encoding="utf-8"))
    assert (package["name"], package["title"], "licenses" in package) == ("headache", "Headache", False)
    resource = next(one for one in package["resources"] if one["name"] == "incidence")
    assert resource["title"] == "How many had it"
    assert pl.read_parquet_metadata(tmp_path / "parquet" / "incidence.parquet").keys() >= {"title", "notice"}
    assert "licence" not in pl.read_parquet_metadata(tmp_path / "parquet" / "incidence.parquet")
    assert "@misc{north2021," in (tmp_path / "bibtex" / "references.bib").read_text(encoding="utf-8")


@pytest.mark.parametrize("words, name", [
    ("The data are under CC BY 4.0, the code under MIT.", "CC-BY-4.0"), ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
    ("Public domain\n(CC0\n1.0)", "CC0-1.0"), ("Choose one before you publish, and write it here.", None),
])  # fmt: skip
def test_a_licence_is_the_one_that_the_readme_names(tmp_path, words, name):
    (tmp_path / "README.md").write_text(f"# The data\n\n## Licence\n\n{words}\n\n## On\n\nx\n", encoding="utf-8")
    found = licence_of(tmp_path)
    assert (found["name"] if found else None) == name


def test_a_project_may_lie_where_names_have_blanks_and_letters_of_any_language(tmp_path):
    made = new_project(tmp_path / "meine Übersicht 1" / "頭痛 a'b", "Kopfschmerz")
    for words in (["validate"], ["results", "--write"], ["build", "--engine", "pandoc"], ["export", "--to", "bibtex", "-o", str(tmp_path / "b")]):  # fmt: skip
        done = run("--project", str(made), *words)
        assert done.exit_code == 0, (words, done.output)


def test_the_font_goes_along_with_its_licence(site, empty):
    for folder in (site / "reports" / "assets" / "fonts", empty / "theme" / "fonts"):
        assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8").upper()


def test_what_quarto_reads_is_what_the_pages_of_icans_are_rendered_with(empty):
    ours = yaml.safe_load(re.sub(r"src/icans_evidence/publishing/(theme/)?", lambda found: "theme/",
                                 (ROOT / "_quarto.yml").read_text(encoding="utf-8")))  # fmt: skip
    text = (empty / "_quarto.yml").read_text(encoding="utf-8")
    theirs = yaml.safe_load(text)
    for part in ("filters", "format", "csl", "execute", "lang", "link-citations", "brand"):
        assert theirs[part] == ours[part], f"run `make regenerate`: {part}"
    for name in re.findall(r"theme/[\w./-]+", text):
        assert (empty / name).exists(), name


def test_rows_give_a_range_in_the_words_of_the_project(project):
    fill(project)
    found = {row["result_id"]: row for row in results(load_evidence(project / "data")).iter_rows(named=True)}
    # 9 of 75 is 12%, 24 of 120 is 20%; 75 + 120 = 195
    assert found["incidence.headache_after_lumbar_puncture.treated.range"]["sentence"] == (
        "Headache after lumbar puncture: 12% to 20% of patients treated, over 2 cohorts (195 patients)."
    )


def test_a_project_without_scales_has_no_column_for_them(project):
    fill(project)
    evidence = load_evidence(project / "data")
    page = rates_table(evidence, Project(project).plan.pictures["main"]).html
    assert ">Population<" in page and ">Scale<" not in page


@pytest.mark.parametrize(("declared", "asked"), [("mmol/L", []), ("", ["MEA-001"])])
def test_a_unit_declared_for_an_outcome_is_one_of_its_medians(project, declared, asked):
    """Serum glucose, 5.4 mmol/L: a unit of the review's own, which no list of ours names."""
    own_outcomes(project, f"incidence,pain,pain,,,,,,,\nmeasurements,glucose,serum glucose,,,{declared},,,,")
    extracted = project / "data" / "extracted"
    for name, cells in {
        "studies": {"study_id": "lee2005", "title": "Sugar", "authors": "Lee A", "year": "2005", "document": "article",
                    "notice": "not_checked"},
        "cohorts": {"cohort_id": "lee2005", "study_id": "lee2005", "label": "Lee 2005", "population": "adults",
                    "age_group": "adult", "n_treated": "60", "origin": "literature"},
        "measurements": {"row_id": "MEA-001", "cohort_id": "lee2005", "outcome": "glucose", "statistic": "median",
                         "value": "5.4", "unit": "mmol/L", "n_total": "60", "population": "adults",
                         "denominator_kind": "treated", "relation": "=", "reported": "n = 60; median 5.4 mmol/L",
                         "read_in": "lee2005", "in_review": "false", "locator": "Table 1", "certainty": "high",
                         "extracted_by": "AB"},
    }.items():  # fmt: skip
        path = extracted / f"{name}.csv"
        columns = path.read_text(encoding="utf-8").strip().split(",")
        line = ",".join(cells.get(column, "") for column in columns)
        path.write_text(f"{','.join(columns)}\n{line}\n", encoding="utf-8")
    told = findings(load_evidence(project / "data"))
    assert [one.row_id for one in told if one.rule == "a statistic has its unit"] == asked


def test_two_projects_in_one_process_keep_their_own_words(project, tmp_path):
    other = new_project(tmp_path / "other", "Headache", OUTCOME)
    own_outcomes(other, "incidence,headache_after_lumbar_puncture,cephalgia,,,,,,,")
    said = []
    for folder in (project, other, project):
        if not load_evidence(folder / "data").incidence.height:
            fill(folder)
        frame = results(load_evidence(folder / "data"))
        said.append(frame.filter(frame["result_id"] == "INC-002")["sentence"][0].split(":")[0])
    assert said == [OUTCOME.capitalize(), "Cephalgia", OUTCOME.capitalize()]


def test_an_outcome_that_nobody_declared_is_a_fault(project):
    fill(project)
    (project / "data" / "vocabulary" / "outcomes.csv").write_text(HEADER, encoding="utf-8")
    with pytest.raises(DataError, match=r'incidence\.csv:2 outcome: "headache_after_lumbar_puncture" is no outcome'):
        load_evidence(project / "data")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("incidenc,a,b,,,,,,,", 'outcomes.csv:2 table: "incidenc" is no file of outcomes; did you mean incidence?'),
        ("incidence,Any Pain,b,,,,,,,", 'outcomes.csv:2 outcome: "Any Pain" is no name'),
        ("incidence,pain,,,,,,,,", "outcomes.csv:2 words: is missing"),
        (
            "incidence,pain,a,,,,,,,\nincidence,pain,b,,,,,,,",
            'outcomes.csv:3 outcome: "pain" of incidence stands already in line 2',
        ),
        ("incidence,pain", "outcomes.csv:2: 2 cells where 10 are needed"),
        ("incidence,pain,a,ache,,,,,,", 'outcomes.csv:2 part_of: "ache" is no outcome; allowed: pain'),
        (
            "incidence,pain,a,,,mgg,,,,",
            'outcomes.csv:2 units: "mgg" is no unit of vocabulary/units.csv; did you mean mg or',
        ),
        ("incidence,pain,a,,,,maybe,,,", 'outcomes.csv:2 graded: "maybe" is neither true nor false'),
        ("studies,pain,a,,,,,,,", 'outcomes.csv:2 table: "studies" is no file of outcomes'),
    ],
)
def test_a_fault_of_the_outcomes_names_its_line(project, line, fault):
    own_outcomes(project, line)
    with pytest.raises(DataError) as found:
        load_evidence(project / "data")
    assert fault in str(found.value)


def test_a_picture_of_an_outcome_that_is_not_declared_is_a_fault(project):
    plan = project / "analysis" / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"headache_after', '"headach_after', 1), encoding="utf-8")
    with pytest.raises(DataError, match='picture overview: no outcome "headach_after_lumbar_puncture"'):
        _ = Project(project).plan


@pytest.mark.parametrize("already", ["notes.txt", ".hidden"])
def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path, already):
    (tmp_path / already).write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=f"not empty, it holds {re.escape(already)}"):
        new_project(tmp_path)
    assert tree(tmp_path) == {already: hashlib.sha256(b"mine").hexdigest()}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file; name a folder"):
        new_project(tmp_path / "x")


def test_the_folder_one_stands_in_becomes_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    assert run("new", ".").exit_code == 0
    assert tmp_path.stat().st_ino == before and project_here() == tmp_path


def test_nothing_is_left_when_making_it_fails(tmp_path, monkeypatch):
    def fails(folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("icans_evidence.exchange.new_project.write_theme", fails)
    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        new_project(tmp_path / "my-review")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ["`{python} 1`", "a\nb", "{{< include x >}}", "x" * 121, "<b>", "mail@example.org"])
def test_a_title_that_a_page_would_run_or_read_as_markup_is_refused(tmp_path, title):
    with pytest.raises(UsageError, match=r"title .* is not allowed"):
        new_project(tmp_path / "my-review", title)
    assert list(tmp_path.iterdir()) == []


def test_quotation_marks_in_titles_and_outcomes_stand_everywhere(tmp_path):
    made = new_project(tmp_path / "r", 'The "new" drug: 5% or more', 'death, "all causes"')
    assert yaml.safe_load((made / "_quarto.yml").read_text(encoding="utf-8"))["website"]["title"] == (
        'The "new" drug: 5% or more'
    )
    with (made / "analysis" / "plan.toml").open("rb") as plan:
        assert tomllib.load(plan)["pool"][0]["event"] == 'death, "all causes"'
    assert load_evidence(made / "data").outcomes["incidence"]["death_all_causes"] == 'death, "all causes"'


@pytest.mark.parametrize(
    ("words", "name"),
    [("headache after puncture", "headache_after_puncture"), ("Any bleeding, grade ≥3", "any_bleeding_grade_3"),
     ("30-day death", "outcome_30_day_death"), ("the main outcome", "main_outcome"), ("頭痛", "outcome")],
)  # fmt: skip
def test_an_outcome_gets_a_name_that_the_data_can_hold(words, name):
    assert outcome_name(words) == name


def test_commands_work_in_the_named_project_and_touch_nothing_else(project, tmp_path, monkeypatch):
    fill(project)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    before = tree(PACKAGE)
    name = os.path.relpath(project)
    for words in (["validate"], ["results", "--write"], ["results", "--check"], ["show", "INC-002"],
                  ["build", "--engine", "pandoc"], ["sign", "INC-002", "--by", "JD"]):  # fmt: skip
        done = run("--project", name, *words)
        assert done.exit_code == 0, (words, done.output, done.exception)
    assert tree(PACKAGE) == before
    assert list(elsewhere.iterdir()) == []
    assert (project / "analysis" / "results.csv").is_file() and (project / "_site" / "index.html").is_file()
    assert "12% to 20% of patients treated" in words_of_page(project / "_site" / "reports" / "index.html")


def test_the_project_named_is_in_force_for_one_command_only(project, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert run("--project", str(project), "validate").exit_code == 0
    assert project_here() == ROOT


def test_a_folder_inside_a_project_is_no_project(project, monkeypatch):
    monkeypatch.chdir(project)
    done = run("--project", "data", "validate")
    assert isinstance(done.exception, UsageError) and '"data" is no project' in str(done.exception)


def test_a_project_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("--project", "nowhere", "validate")
    assert isinstance(done.exception, UsageError) and 'project "nowhere" is no folder' in str(done.exception)


def test_the_project_is_named_once(project):
    done = run("--project", str(project), "--project", str(project), "validate")
    assert done.exit_code == 2 and "given more than once: --project" in done.output


def test_an_update_begins_with_the_rows_the_plan_and_the_licence_of_what_it_updates(tmp_path):
    made = new_project(tmp_path / "update", "ICANS, update", update_of=ROOT)
    ours, theirs = load_evidence(ROOT / "data"), load_evidence(made / "data")
    assert all(theirs.tables[name].equals(frame) for name, frame in ours.tables.items())
    assert list(Project(made).plan.pictures) == list(Project(ROOT).plan.pictures)
    for page in ("README.md", "reports/methods.qmd"):
        assert "began as those of ICANS evidence" in (made / page).read_text(encoding="utf-8")
        assert "CC BY 4.0" in (made / page).read_text(encoding="utf-8")
    assert "previous_studies,," in (made / "data" / "flow.csv").read_text(encoding="utf-8")


def test_an_update_takes_no_outcome_of_its_own(project, tmp_path):
    with pytest.raises(UsageError, match="leave --outcome out"):
        new_project(tmp_path / "update", outcome="fever", update_of=project)


def test_a_folder_that_cannot_be_filled_is_left_as_it_was(tmp_path, monkeypatch):
    real = Path.rename

    def fails_on_the_reports(path, target):
        if path.name == "reports" and Path(target).parent == tmp_path / "mine":
            raise OSError(errno.EACCES, "Permission denied")
        return real(path, target)

    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(Path, "rename", fails_on_the_reports)
    with pytest.raises(UsageError, match="cannot be written: Permission denied"):
        new_project(tmp_path / "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"] and list((tmp_path / "mine").iterdir()) == []


def test_a_page_of_an_update_shows_what_its_plan_draws(project, tmp_path):
    fill(project)
    made = new_project(tmp_path / "update", "Headache, again", update_of=project)
    with working_in(made):
        build(made, made / "data", tmp_path / "_site", "pandoc")
    evidence = words_of_page(tmp_path / "_site" / "reports" / "evidence.html")
    assert "Patients with headache after lumbar puncture" in evidence and "North 2021" in evidence
