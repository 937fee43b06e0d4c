"""The handouts: each clinical statement names the row, the rule or the review that bears it, and the cards say no less.

Witness: the criteria of the review's Table 2 and the rows of the data, by their names.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from icans_evidence.figures.tables.grading_tables import criteria_card, ice_card
from icans_evidence.grading.criteria import ice_items

PAGE = Path(__file__).parents[2] / "reports" / "_handout.qmd"
CLINICAL = ("Recognize", "Tell at once", "Work up", "Manage", "Warn")
OURS = "Follow the protocol of the center that gave the cells"
"""The one piece of advice that is ours: to leave doses to the center; it names the register besides."""
BEARS = re.compile(
    r"audit\.qmd#(?:claim|row)-[A-Z]{3}-\d+|audit\.qmd#D\d+|grading\.qmd#sec-criteria|@cevering2026|\bsay\("
)


def statements() -> list[str]:
    """Every list item of the clinical sections, on one line."""
    sections = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = []
    for heading, text in zip(sections[::2], sections[1::2], strict=True):
        if heading in CLINICAL:
            items = re.split(r"^- ", text, flags=re.MULTILINE)[1:]
            found += [" ".join(re.split(r"\n(?!  )", item)[0].split()) for item in items]
    return found


def test_the_clinical_sections_are_all_there():
    headings = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(CLINICAL) < set(headings)
    assert len(statements()) == 16


@pytest.mark.parametrize("statement", statements(), ids=lambda statement: statement[:40])
def test_a_clinical_statement_names_what_bears_it(statement):
    assert BEARS.search(statement) or statement.startswith(OURS)


def test_the_rows_named_are_there(evidence):
    page = PAGE.read_text(encoding="utf-8")
    held = {name for table in evidence.tables.values() if "row_id" in table.columns for name in table["row_id"]}
    assert set(re.findall(r"#(?:claim|row)-([A-Z]{3}-\d+)", page)) <= held
    assert set(re.findall(r"audit\.qmd#claim-([\w-]+)", page)) <= set(evidence.claims["row_id"])
    assert set(re.findall(r"audit\.qmd#(D\d+)", page)) <= set(evidence.discrepancies["discrepancy_id"])


def test_no_handout_gives_a_dose_of_a_steroid():
    assert not re.search(r"\bdexamethasone\b|\bmethylprednisolone\b|\bmg\b", PAGE.read_text(encoding="utf-8"))


def test_the_card_says_what_grade_0_needs_all_of():
    """Review, Grading ICANS Severity: 10 points are grade 0; Table 2 has no other finding below grade 1."""
    last = re.findall(r"<tr>.*?</tr>", criteria_card("adult").html, re.DOTALL)[-1]
    assert re.sub(r"<[^>]+>|\s+", " ", last).split()[0] == "0"
    assert (
        "All of: ICE 10; alert; no seizure; no deep focal weakness; no sign of brain edema or raised pressure" in last
    )


def test_the_card_of_ice_says_how_to_keep_it_comparable():
    notes = [item.note for item in ice_items() if item.note]
    assert len(notes) == 2
    assert all(note in ice_card().html for note in notes)


def test_the_page_says_what_an_ice_of_0_is():
    """Review, Grading ICANS Severity: awake but globally aphasic is grade 3, not to be aroused is grade 4."""
    words = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert "No ICE point at all is grade 3 in a person who is awake and grade 4 in one who cannot be woken." in words


def test_trainees_have_the_criteria_of_every_case():
    """Half of the cases are graded by CAPD, whose bands the table for adults does not have."""
    page = PAGE.read_text(encoding="utf-8")
    for_trainees = "".join(re.findall(r'when-meta="audience\.trainee"\}(.*?)^:::$', page, re.DOTALL | re.MULTILINE))
    assert 'criteria("child")' in for_trainees
