"""The reports as written: no figure is typed, no dose of the review stands without its flag."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from icans_evidence.figures.rows import dose_words
from icans_evidence.figures.tables import evidence_tables

ROOT = Path(__file__).parents[2]
HELP = ("_house.qmd", "api.qmd", "commands.qmd", "house.qmd", "howto.qmd")
"""Pages on the program: their numbers are limits and examples, none of them evidence."""
PAGES = [page for page in sorted((ROOT / "reports").glob("*.qmd")) if page.name not in HELP]
ALLOWED = [
    r"`\{python\}[^`]*`",  # quoted from a result
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}\b",
    r"\bgrades? \d(?: (?:and|or|to) \d)*(?: or higher)?\b",
    r"\b(?:under |from age |from |over )?12 years\b",  # the age that chooses the instrument is part of the grade's name
    r"\bDay 0\b",  # a name
    r"\bASTCT 2019\b", r"\b95% intervals?\b|\bline 95%",  # a scale by its name; the level of an interval
    r"\{#[^}]*\}", r"\]\([^)]*\)", r"@[\w:-]+", r"\{\{<[^>]*>\}\}", r"^#\| (?:label|output|code-fold).*$",
]  # fmt: skip


def prose(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"\A---\n.*?\n---\n", lambda m: "\n".join(re.findall(r"title: .*", m[0])), text, flags=re.DOTALL)
    text = re.sub(
        r"```\{python\}\n(.*?)```",
        lambda m: "\n".join(re.findall(r"#\| (?:fig|tbl)-cap: .*", m[1])),
        text,
        flags=re.DOTALL,
    )
    text = re.sub(r"^```(?:sh|bash|text)\n.*?^```$", " ", text, flags=re.DOTALL | re.MULTILINE)  # commands, not figures
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE | re.IGNORECASE)
    return text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_figure_is_typed_into_a_report(page):
    typed = re.findall(r".{0,30}(?<![\w-])\d[\d.,%]*.{0,20}", prose(page))
    assert not typed, f"{page.name}: quote it with say(): {typed}"


def test_a_typed_figure_would_be_found(tmp_path):
    page = tmp_path / "page.qmd"
    page.write_text(
        "---\ntitle: x\n---\n\nSeizures in 12% of patients; grade 3 or higher; March 27, 2025.\n", encoding="utf-8"
    )
    assert re.findall(r"\d+%?", prose(page)) == ["12%"]


def test_the_handout_gives_no_dexamethasone_dose_of_the_review_alone(evidence):
    everywhere, handout = (
        evidence_tables.doses_table(evidence).html,
        evidence_tables.doses_table(evidence, in_handout=True).html,
    )
    assert "1 mg/kg every 6 h" in everywhere
    assert "1 mg/kg every 6 h" not in handout


def test_the_disputed_dexamethasone_dose_stands_beside_its_flag_and_the_usual_dose(evidence):
    rows = re.findall(r"<tr>.*?</tr>", evidence_tables.doses_table(evidence).html, flags=re.DOTALL)
    line = next(row for row in rows if "1 mg/kg every 6 h" in row)
    assert "disputed" in line
    assert "10 mg" in line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_says_that_it_is_educational(page):
    text = page.read_text(encoding="utf-8")
    included = "".join((page.parent / name).read_text(encoding="utf-8") for name in re.findall(r"include (\S+)", text))
    assert page.name.startswith("_") or "Not medical advice" in text + included


def test_a_dose_is_said_as_it_is_printed(evidence):
    """The figure's note prints up to 10 days; the tocilizumab sentence prints one repeat, not one dose after a day."""
    told = {row["row_id"]: dose_words(row) for row in evidence.treatment_doses.iter_rows(named=True)}
    assert told["DOS-008"] == "200 mg every 8 h for up to 10 days"
    assert told["DOS-004"] == "12 mg/kg under 30 kg, repeated once after 24–48 hours if not improved"


def test_a_long_audit_shows_its_first_rows_and_links_all_of_them(evidence, monkeypatch):
    from icans_evidence.pages import audit_lists

    monkeypatch.setattr(audit_lists, "FIRST", 50)
    html = audit_lists.figures_list(evidence, {}, {}).html
    assert html.count("<tr id=") == 50
    assert "Shown are the first 50 of" in html
    assert 'href="../data/extracted/incidence.csv"' in html
