"""The agreement of the two passes as results: their figures, their ids in the audit, and what `diff` says of them."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from html import unescape

import pytest

from icans_evidence.audit.extractions.comparison import compare
from icans_evidence.audit.releases.data_states import state_of
from icans_evidence.exchange.new_project import new_project
from icans_evidence.figures.tables.extraction_tables import FIELD_LABELS, fields_table
from icans_evidence.pages.audit_lists import results_list
from icans_evidence.project import Project
from icans_evidence.summaries.collected import results_by_id
from icans_evidence.summaries.differences import difference
from icans_evidence.summaries.result import AGREEMENT
from own_project import ROOT, VOCABULARY

PASSES = ROOT / "data" / "extraction_passes"


@pytest.fixture(scope="module")
def known():
    return results_by_id(Project(ROOT))


def test_positive_agreement_and_the_share_of_equal_numbers_by_hand(known):
    """Rows of the files less pairs are the rows of one pass alone; 2a/(2a + b + c). Wilson by its formula."""
    rows = [sum(len(path.read_text("utf-8").splitlines()) - 1 for path in (PASSES / side).glob("*.csv")
                if path.stem != "sentences_without_row") for side in "ab"]  # fmt: skip
    pairs = known["passes.rows"].estimate
    assert known["passes.positive_agreement"].estimate == pytest.approx(2 * pairs / sum(rows))
    numbers, z = known["passes.numbers"], 1.959963984540054
    n, p = numbers.n_total, numbers.n_events / numbers.n_total
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    middle, whole = p + z * z / (2 * n), 1 + z * z / n
    assert [numbers.ci_low, numbers.ci_high] == pytest.approx([(middle - half) / whole, (middle + half) / whole])
    assert f"{numbers.n_events} of {numbers.n_total} cells are the same ({numbers.phrase})" in numbers.sentence


def test_every_figure_of_the_table_of_fields_leads_to_its_result(known):
    html = fields_table(compare(PASSES / "a", PASSES / "b", VOCABULARY)).html
    links = re.findall(r'class="num" href="audit.html#([^"]+)"', html)
    cells = re.findall(r'<td data-label="([^"]*)"(?! data-none)[^>]*>(.*?)</td>', html)
    figures = [
        text for label, text in cells if unescape(label) in list(FIELD_LABELS.values())[3:] and text != "undefined"
    ]
    assert len(links) == len(figures) > 40
    assert set(re.findall(r' id="([^"]+)"', results_list(known).html)) >= set(links)


def test_a_project_without_passes_has_no_such_result(tmp_path):
    found = results_by_id(Project(new_project(tmp_path / "review", "Headache")))
    assert not any(one.statistic == AGREEMENT for one in found.values())


def copied(folder, *left_out):
    for part in ("data", "analysis"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns(*left_out))
    return folder


def moved(old, new, root=None):
    with state_of(old, root) as before, state_of(new, root) as after:
        return {one.result_id: one for one in difference(before, after, root).moved}


def test_a_state_without_passes_is_not_said_to_have_lost_them(tmp_path):
    copied(tmp_path / "with"), copied(tmp_path / "without", "extraction_passes")
    assert moved(str(tmp_path / "without"), str(tmp_path / "with")) == {}


def test_a_revision_is_read_without_passes_and_tells_nothing_of_them(tmp_path):
    root = copied(tmp_path / "project")
    shutil.copy(ROOT / "_quarto.yml", root)
    git = ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], check=True)
    assert moved("HEAD", None, root) == {}


def test_a_figure_read_otherwise_by_a_pass_moves_the_agreement_in_diff(tmp_path):
    """One number on which both passes agree, changed in the second: one cell fewer is the same."""
    copied(tmp_path / "before"), copied(tmp_path / "after")
    path = tmp_path / "after" / "data" / "extraction_passes" / "b" / "ncse_frequencies.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    changed = next(row for row in rows if (row["n_events"], row["n_total"]) == ("3", "9"))
    changed["n_total"] = "8"
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    one = moved(str(tmp_path / "before"), str(tmp_path / "after"))["passes.numbers"]
    assert (one.before.n_events - one.after.n_events, one.after.n_total) == (1, one.before.n_total)
    assert "extraction passes" in one.because[0]
