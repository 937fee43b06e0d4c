"""Where a figure stands: never taken as agreement before a walk, nor after an edit; signed only while nothing changed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from icans_evidence import load_evidence
from icans_evidence.audit.row_checks.recorded_verdicts import recorded_verdicts, write_verdicts
from icans_evidence.audit.row_checks.verdicts import RowVerdict
from icans_evidence.audit.row_checks.walk import walk
from icans_evidence.audit.signatures.signing import sign
from icans_evidence.figures.tables.evidence_tables import rates_table
from icans_evidence.summaries.row_status import VERDICT_WORDS, standing, standing_results

SMALL = Path(__file__).parents[1] / "evidence" / "small"


@pytest.fixture
def data(tmp_path):
    shutil.copytree(SMALL, tmp_path / "data")
    return tmp_path / "data"


def edited(data, table, old, new):
    path = data / "extracted" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_evidence(data)


def told(evidence):
    return {row.result_id: row.estimate for row in standing_results(evidence)}


def test_without_a_walk_nothing_agrees(data):
    evidence = load_evidence(data)
    assert {row.verdict for row in standing(evidence).values()} == {"not_checkable"}
    counts = told(evidence)
    assert (counts["audit.agree"], counts["audit.not_checkable"]) == (0, len(standing(evidence)))


def test_an_edit_takes_a_row_its_verdict_and_its_signature(data):
    evidence = load_evidence(data)
    (row,) = [row for row in evidence.seizure_rates.iter_rows(named=True) if row["row_id"] == "SEI-001"]
    write_verdicts(
        evidence, [RowVerdict("SEI-001", "seizure_rates", 2, row["read_in"], "agrees")], {row["read_in"]: "x"}
    )
    sign(evidence, ["SEI-001"], "QZ")
    evidence = load_evidence(data)
    before = standing(evidence)["SEI-001"]
    assert (before.verdict_words, before.status) == ("agrees with its sentence", "verified")
    assert before.signed.startswith("QZ, ")
    assert told(evidence)["state.signed"] == 1
    after = standing(edited(data, "seizure_rates", f"SEI-001,{row['cohort_id']},", "SEI-001,,"))
    assert (after["SEI-001"].verdict, after["SEI-001"].status) == ("lapsed", "lapsed")
    assert after["SEI-001"].signed.startswith("lapsed: QZ, ")
    assert after["SEI-001"].signed.endswith("; the row was edited")


def test_every_verdict_has_its_words(evidence):
    assert {row.verdict for row in standing(evidence).values()} <= set(VERDICT_WORDS)


@pytest.mark.article
def test_the_recorded_verdicts_are_those_of_a_walk_today(evidence, article_text):
    found = {row.row_id: row.verdict for row in walk(evidence, {"cevering2026": article_text})}
    assert recorded_verdicts(evidence) == found
    assert set(found.values()) == {"agrees", "not_checkable"}


def test_a_number_in_a_table_carries_its_card(evidence, plan):
    link = re.search(
        r'<a class="num" href="audit.html#row-NCS-002"[^>]*>', rates_table(evidence, plan.pictures["ncse"]).html
    )
    told = dict(re.findall(r'data-(\w+)="([^"]*)"', link[0]))
    assert told["study"].startswith("Saw 2022")  # the review, Status Epilepticus, sentence 2: 3 of 9, its reference 28
    assert told["place"] == "cevering2026: Status Epilepticus, sentence 2"
    assert told["printed"] == "n = 33; 3 of 9"
    assert (told["verdict"], told["signed"]) == ("agrees with its sentence", "nobody yet")
