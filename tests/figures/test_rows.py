"""Figures of charts and tables: the same words for the same result, each with its place in the audit."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from icans_evidence.figures.charts.pictures import chart, rows_of
from icans_evidence.figures.display import anchor
from icans_evidence.figures.rows import drawn, of_rate
from icans_evidence.figures.tables.evidence_tables import durations_table, rates_table
from icans_evidence.figures.tables.planted_table import seeded_table
from icans_evidence.figures.tables.synthesis_tables import dependence_table, findings_table
from icans_evidence.pages.audit_lists import figures_list, results_list
from icans_evidence.project import Project
from icans_evidence.summaries.collected import results_by_id
from own_project import ROOT

LINK = re.compile(r'class="num" href="audit.html#([^"]+)"[^>]*>(.*?)</a>')
FIGURES = Path(__file__).parents[2] / "src" / "icans_evidence" / "figures"


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(ROOT)


@pytest.fixture(scope="module")
def known(project):
    return results_by_id(project)


@pytest.fixture(scope="module")
def listed(project, known):
    html = figures_list(project.evidence, known, {}).html + results_list(known).html
    return set(re.findall(r' id="([^"]+)"', html))


def links(html: str) -> dict[str, str]:
    return {name: unescape(words) for name, words in LINK.findall(html)}


def test_every_figure_of_every_picture_leads_to_its_place_in_the_audit(project, listed):
    for name, plan in project.plan.pictures.items():
        figures, _ = rows_of(project.evidence, plan)
        told = [row for row in figures if not row.same and row.mark != "prediction" and (row.result or not plan.by)]
        found = LINK.findall(chart(project.evidence, plan).html)
        assert len(found) == len(told) > 0 and {place for place, _ in found} <= listed, name


def test_picture_and_table_say_the_same_of_a_row(project):
    """The table puts a rate as "86 (67 to 95)"; the picture says "19 of 22 (86%, 95% CI 67 to 95)", or "all 48" and
    "none of 53", where the interval has one end to say."""
    pairs = 0
    for name, plan in project.plan.pictures.items():
        if plan.kind not in ("proportions", "durations"):
            continue
        make = rates_table if plan.kind == "proportions" else durations_table
        table, picture = links(make(project.evidence, plan).html), links(chart(project.evidence, plan).html)
        assert picture.keys() <= table.keys(), name
        for place, words in picture.items():
            said = re.findall(r"[\d.,]+", table[place])
            if not words.startswith(("all ", "none ")):
                pairs += 1
                assert set(said) <= set(re.findall(r"[\d.,]*\d", words)), (place, words, table[place])
    assert pairs > 100


def test_what_is_drawn_is_what_the_result_holds(project, known):
    """Unrounded, in percent; words apart."""
    for name, plan in project.plan.pictures.items():
        for row in rows_of(project.evidence, plan)[0]:
            result = known.get(row.result or "")
            if (
                row.x is not None
                and not row.formed
                and result
                and result.estimate is not None
                and result.ci_low is not None
            ):
                scale = 100 if result.unit == "proportion" else 1
                assert (row.x, row.low, row.high) == pytest.approx(
                    (result.estimate * scale, result.ci_low * scale, result.ci_high * scale)
                ), name


def test_the_test_of_subgroups_leads_to_its_result(project, known, listed):
    tests = 0
    for pool in project.plan.pools:
        found = links(dependence_table(project.evidence, pool.id).html)
        ids = [name for name in known if re.fullmatch(rf"{re.escape(pool.id)}\.pooled(_mix)?\.by\.\w+\.test", name)]
        assert all(found[anchor(name)] == known[name].phrase for name in ids)
        assert {anchor(name) for name in ids} <= listed
        tests += len(ids)
    assert tests > 3


def test_the_counts_of_planted_faults_caught_lead_to_their_results(known, listed):
    """Witness: the lines of analysis/seeded_faults.csv, three ways of checking for each kind, half and source."""
    with (ROOT / "analysis" / "seeded_faults.csv").open(newline="", encoding="utf-8") as lines:
        kinds = {(row["kind"], row["half"], row["source"]) for row in csv.DictReader(lines)}
    found = links(seeded_table(ROOT).html)
    assert len(found) == 3 * len(kinds) and found.keys() <= listed
    by_place = {anchor(name): one for name, one in known.items()}
    for place, words in found.items():
        one = by_place[place]
        assert int(words) == one.n_events == round(one.estimate * one.n_total)


def test_every_line_of_the_summary_of_findings_leads_to_its_result(project, known, listed):
    found = links(findings_table(project.evidence).html)
    assert found.keys() == {anchor(name) for name in known if re.search(r"\.pooled(_mix)?$", name)} <= listed


def test_a_rate_without_an_estimate_has_no_mark(known):
    one = next(one for one in known.values() if one.statistic == "subgroup")
    row = of_rate(replace(one, estimate=None), "x")
    assert (row.right, row.mark, row.with_ends) == ("no estimate", None, "no estimate")
    assert drawn([row])["x"].to_list() == [None]


def test_nothing_but_the_rows_words_a_figure():
    """Doses by weight and the ages of cases are computed by the grading, not results of the evidence."""
    words = re.compile(r"wording\.(percent|percent_figure|number|interval|proportion|bounded|span|rounded)\b")
    allowed = {"rows.py", "grading_tables.py"}
    found = [path.name for path in FIGURES.rglob("*.py") if words.search(path.read_text("utf-8"))]
    assert set(found) == allowed
