"""What a range or pool may be taken from: natural incidence, documents looked through, wholes formed of their parts.

Expected values are counted by hand over the CSV files, or printed by an outsider's exhaustive search (arms of 300).
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import pytest

from icans_evidence.evidence import Evidence, load_evidence
from icans_evidence.evidence.vocabulary_files import read_vocabulary
from icans_evidence.summaries.arm_sizes import fitting_splits, splits
from icans_evidence.summaries.cohort_figures import proportion_ranges
from icans_evidence.summaries.collected import results
from icans_evidence.summaries.looked_for import NOT_EVERYWHERE, taken_from
from icans_evidence.summaries.proportion_rows import counted, summed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def live() -> Evidence:
    return load_evidence(ROOT / "data")


def lines(name: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "extracted" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def with_cells(evidence: Evidence, table: str, where: pl.Expr, **cells: Any) -> Evidence:
    frame = evidence.tables[table]
    changed = frame.with_columns(
        pl.when(where).then(pl.lit(value, frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    )
    return replace(evidence, tables=MappingProxyType({**evidence.tables, table: changed}))


def range_of(evidence: Evidence, outcome: str) -> Any:
    found = {one.result_id: one for one in proportion_ranges(evidence, summed(evidence))}
    return found[f"incidence.{outcome}.treated.range"]


def test_arms_of_300_have_the_one_split_that_an_outsider_found():
    """224 and 76: 44, 17, 3 and 6 patients print as 19.6, 7.6, 3.9 and 7.9%."""
    arms = [{"severe": "19.6", "crs": "7.6"}, {"severe": "3.9", "crs": "7.9"}]
    assert list(fitting_splits(300, arms, {})) == [(224, 76)]
    assert [round(100 * x / n, 1) for x, n in ((44, 224), (17, 224), (3, 76), (6, 76))] == [19.6, 7.6, 3.9, 7.9]


def test_the_whole_decides_where_several_splits_give_the_arms_percentages():
    """27 of 59 and 9 of 42 are 46 and 21%, and together 36 of 101, 36%; without the 36 other splits fit as well."""
    arms = [{"any": "46"}, {"any": "21"}]
    assert list(fitting_splits(101, arms, {"any": "36"})) == [(59, 42)]
    assert len(list(fitting_splits(101, arms, {}))) > 1


def test_percentages_cut_off_are_not_taken_for_rounded_ones():
    """20 of 36 is 55.6%, which rounds to 56 and not to the 55 printed beside a 77% that 38 of 49 would round to 78."""
    arms = [{"icans": "55", "crs": "86"}, {"icans": "15", "crs": "54"}]
    assert list(fitting_splits(49, arms, {"icans": "45", "crs": "77"})) == []


def test_sizes_are_used_where_one_split_fits_and_called_rebuilt(live):
    found = {split.whole: split.sizes for split in splits(live, counted(live))}
    assert found["uk2022"] == {"uk2022_axi": 224, "uk2022_tisa": 76}
    assert found["pennisi2020_dlbcl"] == {}
    arm = counted(live).filter((pl.col("cohort_id") == "uk2022_tisa") & (pl.col("outcome") == "severe_crs"))
    assert arm.select("events", "n_total", "arm_size").rows() == [(6, 76, 76)]


def test_severe_is_formed_where_grades_3_and_4_are_printed_apart_and_not_where_it_is_printed(live):
    """ELIANA: 10 of 75 of grade 3, none of grade 4."""
    rows = summed(live).filter(pl.col("outcome") == "severe_neurologic_events")
    grades = [
        row
        for row in lines("incidence")
        if row["cohort_id"] == "eliana" and "neurologic_events_grade" in row["outcome"]
    ]
    assert {(row["outcome"], row["n_events"]) for row in grades} == {
        ("neurologic_events_grade_3", "10"), ("neurologic_events_grade_4", "0"),
    }  # fmt: skip
    printed = [
        row
        for row in lines("incidence")
        if row["cohort_id"] == "eliana" and row["outcome"] == "severe_neurologic_events"
    ]
    formed = rows.filter((pl.col("cohort_id") == "eliana") & pl.col("formed_of").is_not_null())
    assert formed.height == (0 if printed else 1)
    whole = summed(live).filter(pl.col("formed_of").is_not_null())
    have = counted(live).select("cohort_id", "denominator_kind", "outcome")
    assert whole.join(have, on=["cohort_id", "denominator_kind", "outcome"], how="semi").is_empty()
    for row in whole.iter_rows(named=True):
        parts = counted(live).filter(pl.col("row_id").is_in(row["behind"].split(";")))
        assert (parts["events"].sum(), set(parts["n_total"])) == (row["events"], {row["n_total"]})


def test_a_cohort_given_corticosteroids_to_prevent_it_is_in_no_range_of_natural_incidence(live):
    assert {r["cohort_id"]: r["prophylaxis"] for r in lines("cohorts")}["oluwole2021"] == "corticosteroids"
    own = {row["row_id"] for row in lines("incidence") if row["cohort_id"] == "oluwole2021"}
    assert own and not own & set(range_of(live, "any_neurologic_events").row_ids.split(";"))
    natural = with_cells(live, "cohorts", pl.col("cohort_id") == "oluwole2021", prophylaxis="none")
    assert own & set(range_of(natural, "any_neurologic_events").row_ids.split(";"))


def test_figures_of_a_document_not_looked_through_leave_the_range(live):
    row = next(r for r in lines("incidence") if r["row_id"] in range_of(live, "any_icans").row_ids.split(";"))
    document = row["read_in"]
    here = (pl.col("study_id") == document) & (pl.col("core") == "onset")
    unlooked = with_cells(live, "looked_for", here, status="not_looked_for")
    assert row["row_id"] not in range_of(unlooked, "any_icans").row_ids.split(";")


def test_a_range_says_over_how_many_documents_its_outcome_was_looked_for(live):
    cells = [row for row in lines("looked_for") if row["core"] == "any_neurotoxicity"]
    looked = sum(row["status"] != "not_looked_for" for row in cells)
    taken = sum(row["status"] == "taken" for row in cells)
    where = f"all {len(cells)}" if looked == len(cells) else f"{looked} of {len(cells)}"
    said = taken_from(live, "incidence", "any_icans")
    assert f"looked for in {where} documents, printed in {taken}" in said
    assert taken_from(live, "csf_findings", "pleocytosis") == NOT_EVERYWHERE


def test_no_range_or_pool_of_the_review_is_shown_without_saying_over_what(live):
    shown = results(ROOT).filter(pl.col("statistic").is_in(["range over cohorts", "range of medians"]))
    assert shown.height > 50
    for sentence in shown["sentence"]:
        assert "looked for in" in sentence or NOT_EVERYWHERE.strip() in sentence


def test_a_project_without_a_matrix_says_nothing_of_it():
    small = ROOT / "tests" / "evidence" / "small"
    assert taken_from(load_evidence(small), "incidence", "any_icans") == ""


def test_every_document_has_every_core_outcome_and_few_were_not_looked_for():
    cores = list(read_vocabulary(ROOT / "data").core)
    by_document: dict[str, dict[str, str]] = {}
    for row in lines("looked_for"):
        by_document.setdefault(row["study_id"], {})[row["core"]] = row["status"]
    assert all(sorted(found) == sorted(cores) for found in by_document.values())
    statuses = [status for found in by_document.values() for status in found.values()]
    assert statuses.count("not_looked_for") <= len(statuses) / 10


def test_the_figures_are_as_many_and_as_near_to_their_source_as_the_protocol_asks():
    words = read_vocabulary(ROOT / "data")
    rows = [r for name in words.located if words.tables[name].kind != "Claim" for r in lines(name)]
    assert len(rows) >= 1250
    studies = {row["study_id"]: row for row in lines("studies")}
    themselves = sum(
        studies[row["read_in"]]["document"] not in ("review_table", "news_item", "preprint_review", "publisher_page")
        and not studies[row["read_in"]]["about"]
        for row in rows
    )
    assert themselves / len(rows) >= 0.6


def test_every_cohort_with_a_graded_rate_says_which_document_names_its_scale_or_was_looked_through():
    words = read_vocabulary(ROOT / "data")
    graded = {outcome.name for outcome in words.declared if outcome.table == "incidence" and outcome.counted_as}
    rated = {row["cohort_id"] for row in lines("incidence") if row["outcome"] in graded and row["cohort_id"]}
    assert len(rated) > 100
    assert [row["cohort_id"] for row in lines("cohorts") if row["cohort_id"] in rated and not row["scale_source"]] == []
