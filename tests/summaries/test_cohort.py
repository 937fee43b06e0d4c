"""A center's own patients as rows of the evidence: counted by hand, small counts kept back, drawn beside the others."""

from __future__ import annotations

import csv
import importlib.util
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import command_line
from icans_evidence.errors import DataError, UsageError
from icans_evidence.evidence import load_evidence
from icans_evidence.figures.chart_rows import KINDS
from icans_evidence.grading import grade_frame
from icans_evidence.project import Project
from icans_evidence.summaries.own_center import data_with_own_rows
from icans_evidence.summaries.own_cohort import own_columns, own_rows, shown_groups, write_cohort
from icans_evidence.summaries.proportion_rows import counted, independent
from icans_evidence.summaries.small_counts import Groups

ROOT = Path(__file__).parent.parent.parent
SYNTHETIC = ROOT / "analysis" / "synthetic"
DAY_0 = date(2026, 3, 1)
WELL = {"ice": "10", "consciousness": "alert", "seizure": "none", "motor": "none", "edema": "none"}
AT = {
    0: WELL,
    1: {**WELL, "ice": "8"},
    2: {**WELL, "ice": "4"},
    3: {**WELL, "ice": "1"},
    "seizure": {**WELL, "seizure": "resolved"},
    "edema not assessed": {**WELL, "ice": "8", "edema": None},
    "nobody looked": dict.fromkeys(WELL),
    "wrong": {**WELL, "ice": "11"},
}


def rows_of(*groups, threshold=5):
    """The own rows of groups of patients: (how many, {day: findings of AT}), each infused on day 0."""
    assessed, infused = [], []
    for count, days in groups:
        for _ in range(count):
            name = f"p{len(infused)}"
            infused.append({"patient_id": name, "infused_at": DAY_0, "product": "axi-cel"})
            assessed += [
                {"patient_id": name, "assessed_at": DAY_0 + timedelta(days=day), **AT[what]}
                for day, what in days.items()
            ]
    return own_rows(grade_frame(pl.DataFrame(assessed, infer_schema_length=None)), pl.DataFrame(infused), threshold)


def found(own, outcome):
    return next((row for rows in own.rows.values() for row in rows if row.get("outcome") == outcome), None)


# 20 well on days 1 and 4; 10 mild from day 3 (grade 1), over on day 5; 8 severe: 1 on day 4, 3 on day 6, over on day 10
COHORT = ((20, {1: 0, 4: 0}), (10, {3: 1, 5: 0}), (8, {4: 1, 6: 3, 10: 0}))


def test_counts_and_medians_are_those_counted_by_hand():
    own = rows_of(*COHORT)
    any_icans, severe = found(own, "any_icans"), found(own, "severe_icans")
    assert (any_icans["n_events"], any_icans["n_total"], any_icans["relation"]) == (18, 38, "=")
    assert (severe["n_events"], severe["n_total"], severe["relation"]) == (8, 38, "=")
    # onsets: ten on day 3, eight on day 4: the middle of 18 is day 3; ends shared by ten and by eight patients
    onset = found(own, "onset_any")
    assert (onset["value"], onset["low"], onset["high"], onset["spread"], onset["n_total"]) == ("3", 3, 4, "range", 18)
    assert found(own, "onset_severe")["value"] == "6"
    # from onset to peak: 0 days in ten, 2 days in eight; duration 2 days in ten, 6 days in eight
    assert found(own, "onset_to_peak")["value"] == "0"
    assert found(own, "duration_any")["value"] == "2"
    assert (found(own, "duration_mild")["value"], found(own, "duration_severe")["value"]) == ("2", "6")
    assert found(own, "seizure") is None  # nobody had one: a count below 5


def test_a_patient_in_whom_it_was_possible_makes_the_count_a_bound():
    own = rows_of(*COHORT, (6, {3: "edema not assessed", 6: 0}))
    assert (found(own, "any_icans")["n_events"], found(own, "any_icans")["relation"]) == (24, "=")
    severe = found(own, "severe_icans")
    assert (severe["n_events"], severe["n_total"], severe["relation"]) == (8, 44, "≥")
    assert severe["percent"] == "18.2"  # 8 of 44


def test_patients_never_assessed_are_no_denominator():
    own = rows_of(*COHORT, (5, {3: "wrong"}))
    assert found(own, "any_icans")["n_total"] == 38
    assert own.rows["cohorts"][0]["n_treated"] == 43
    # four of them could be told from 42 treated and 38 assessed, so neither the one nor the rows on it are given
    few = rows_of(*COHORT, (4, {3: "wrong"}))
    assert few.rows["cohorts"][0]["n_treated"] is None
    assert found(few, "any_icans") is None


def test_a_seizure_is_counted_among_the_severe_only_where_enough_are_left():
    own = rows_of((20, {1: 0}), (6, {3: 3, 5: 0}), (7, {3: "seizure", 5: 0}), (5, {3: 1, 5: 0}))
    assert (found(own, "severe_icans")["n_events"], found(own, "seizure")["n_events"]) == (13, 7)
    own = rows_of((20, {1: 0}), (4, {3: 3, 5: 0}), (7, {3: "seizure", 5: 0}), (5, {3: 1, 5: 0}))
    assert found(own, "severe_icans")["n_events"] == 11
    assert found(own, "seizure") is None  # 11 - 7 would tell of the four severe ones without a seizure


@pytest.mark.parametrize(
    ("groups", "kept_back"),
    [
        ([(20, {1: 0}), (4, {3: 1, 5: 0})], ["any_icans", "onset_any", "duration_any"]),  # a small count
        ([(4, {1: 0}), (20, {3: 1, 5: 0})], ["any_icans", "onset_any", "onset_to_peak"]),  # a small complement
        ([(20, {1: 0}), (20, {3: 1, 5: 0}), (4, {3: 3, 5: 0})], ["severe_icans", "onset_severe", "duration_severe"]),
        ([(20, {1: 0}), (4, {3: 1, 5: 0}), (20, {3: 3, 5: 0})], ["severe_icans", "duration_mild", "duration_severe"]),
        # 16 with ICANS, 6 severe, 7 mild: what is left, three possibly severe, would be told by subtraction
        ([(20, {1: 0}), (6, {3: 3, 5: 0}), (7, {3: 1, 5: 0}), (3, {3: "edema not assessed", 5: 0})], ["duration_mild"]),
    ],
)
def test_a_small_count_is_kept_back_with_what_would_give_it_away(groups, kept_back):
    own = rows_of(*groups)
    assert [outcome for outcome in kept_back if found(own, outcome)] == []
    assert all(any(line.startswith(f"{outcome}: left out") for line in own.left_out) for outcome in kept_back)
    open_to_all = rows_of(*groups, threshold=0)
    assert all(found(open_to_all, outcome) for outcome in kept_back)


def test_an_extreme_of_a_single_patient_is_kept_back():
    own = rows_of(*COHORT, (1, {9: 1, 12: 0}))
    onset = found(own, "onset_any")
    assert (onset["n_total"], onset["low"], onset["high"], onset["spread"]) == (19, None, None, None)
    assert "range" not in onset["reported"]


def test_no_two_shown_counts_leave_a_small_remainder():
    """Whatever the cohort, subtracting shown counts of nested groups never gives 1 to 4 people."""
    chance = random.Random(7)
    kinds = [{1: 0}, {3: 1, 5: 0}, {3: 3, 5: 0}, {3: "seizure", 5: 0}, {3: "edema not assessed", 5: 0}, {3: "wrong"}]
    for _ in range(60):
        own = rows_of(*[(chance.choice([0, 1, 3, 5, 8, 14]) + (kind == {1: 0}), kind) for kind in kinds])
        shown = {row["outcome"]: row["n_events"] for name in ("incidence", "seizure_rates") for row in own.rows[name]}
        shown |= {row["outcome"]: row["n_total"] for name in ("onset_days", "course_days") for row in own.rows[name]}
        total = {*(row["n_total"] for row in own.rows["incidence"]), own.rows["cohorts"][0]["n_treated"] or 0}
        pairs = [
            ("any_icans", "severe_icans"),
            ("severe_icans", "seizure"),
            ("any_icans", "seizure"),
            ("any_icans", "duration_mild"),
        ]
        gaps = [shown[a] - shown[b] for a, b in pairs if a in shown and b in shown]
        gaps += [
            whole - count
            for whole in total
            if whole
            for name, count in shown.items()
            if name in ("any_icans", "severe_icans")
        ]
        assert all(count >= 5 for count in shown.values()), shown
        assert all(gap >= 5 for gap in gaps), (shown, total)


def test_zero_is_small_unless_nothing_is():
    groups = Groups(5)
    groups.enter("all", 30)
    groups.enter("none", 0, within=("all",))
    groups.enter("every", 30, within=("all",))
    assert groups.shown == {"all"}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    write_cohort(SYNTHETIC / "assessments.csv", SYNTHETIC / "infusions.csv", folder)
    return folder


def test_the_synthetic_cohort_is_what_its_script_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("synthetic_cohort", ROOT / "analysis" / "synthetic_cohort.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write(tmp_path)
    for name in ("assessments.csv", "infusions.csv"):
        assert (tmp_path / name).read_bytes() == (SYNTHETIC / name).read_bytes()
    with (SYNTHETIC / "infusions.csv").open(encoding="utf-8") as text:
        assert len(list(csv.DictReader(text))) == 200


def test_own_rows_pass_every_check_and_name_no_patient(own):
    with data_with_own_rows(ROOT / "data", own) as folder:
        evidence = load_evidence(folder)
    before = load_evidence(ROOT / "data")
    assert evidence.version == f"{before.version}+own"
    rows = evidence.incidence.filter(pl.col("cohort_id") == "own_center")
    assert rows.height == 2
    assert rows.select("section", "sentence", "fingerprint", "locator", "cites").null_count().sum_horizontal()[0] == 10
    written = "".join((own / f"{name}.csv").read_text(encoding="utf-8") for name in own_columns())
    assert "S001" not in written and "S200" not in written


def test_own_rows_are_drawn_and_change_nothing_that_the_literature_says(own):
    with data_with_own_rows(ROOT / "data", own) as folder:
        evidence = load_evidence(folder)
    pictures = Project(ROOT).plan.pictures
    for name, outcomes in (("incidence", 2), ("onset", 2), ("course", 4), ("seizures", 1)):
        rows, _ = KINDS[pictures[name].kind](evidence, pictures[name])
        own_rows = [row for row in rows if row.mark == "own_center"]
        assert len(own_rows) == outcomes, name
        assert all(row.label.startswith("Own center") for row in own_rows)
    before = independent(counted(load_evidence(ROOT / "data")))
    assert independent(counted(evidence))["row_id"].to_list() == before["row_id"].to_list()


def test_a_graded_table_is_graded_anew(tmp_path, own):
    graded = grade_frame(pl.read_csv(SYNTHETIC / "assessments.csv", infer_schema=False))
    graded.with_columns(minimum=pl.lit(4), maximum=pl.lit(4)).write_csv(tmp_path / "graded.csv")
    write_cohort(tmp_path / "graded.csv", SYNTHETIC / "infusions.csv", tmp_path / "again")
    for name in own_columns():
        assert (tmp_path / "again" / f"{name}.csv").read_bytes() == (own / f"{name}.csv").read_bytes()


def test_folders_that_are_no_cohort_are_refused(tmp_path, own):
    with (
        pytest.raises(UsageError, match=r"has no studies.csv; name a folder made by"),
        data_with_own_rows(ROOT / "data", tmp_path),
    ):
        pass
    shutil.copytree(own, tmp_path / "own")
    (tmp_path / "own" / "incidence.csv").write_text("a,b\n")
    with pytest.raises(DataError, match="columns must be row_id"), data_with_own_rows(ROOT / "data", tmp_path / "own"):
        pass


def test_the_command_tells_problems_by_row_alone(tmp_path):
    (tmp_path / "a.csv").write_text("patient_id,assessed_at,ice\nSECRET,2026-03-02,SECRET\n,2026-03-02,8\n")
    (tmp_path / "i.csv").write_text("patient_id,infused_at,product\nSECRET,SECRET,x\n")
    arguments = ["cohort", tmp_path / "a.csv", "--infusions", tmp_path / "i.csv", "-o", tmp_path / "out"]
    done = command_line.run(*arguments, env={"ICANS_EVIDENCE_TRACE": ""})
    assert done.exit_code == 1
    assert "assessments row 2 patient_id: must not be empty" in done.stderr
    assert "SECRET" not in done.stderr + done.stdout
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("any_icans", range(0, 17, 2))
def test_no_count_below_the_threshold_can_be_worked_out_from_those_shown(any_icans):
    """Of 16 assessed patients, every split into severe and mild: severe and mild together are all with ICANS, so two of
    the three give the third, and each of them with the 16 gives its complement."""
    for severe in range(any_icans + 1):
        groups = [(16 - any_icans, {1: 0}), (any_icans - severe, {3: 1, 5: 0}), (severe, {3: 3, 5: 0})]
        own = rows_of(*[group for group in groups if group[0]])
        told = {}
        for outcome, name in (("any_icans", "any"), ("severe_icans", "severe")):
            if row := found(own, outcome):
                told[name] = row["n_events"]
        for outcome, name in (
            ("onset_any", "any"),
            ("onset_severe", "severe"),
            ("duration_severe", "severe"),
            ("duration_mild", "mild"),
        ):
            if row := found(own, outcome):
                told[name] = row["n_total"]
        if len(told) == 2:
            third = ({"any", "severe", "mild"} - set(told)).pop()
            parts = (
                sum(told.values()) if third == "any" else told["any"] - sum(v for k, v in told.items() if k != "any")
            )
            told[third] = parts
        assert all(count >= 5 and 16 - count >= 5 for count in told.values()), (severe, told)


PATIENTS = ("unknown", "none", "possible", "mild", "mild_then_severe", "possibly_severe", "severe", "seizure",
         "possibly_then_severe", "mild_then_seizure")  # fmt: skip
SHOWN_GROUPS = ("treated", "assessed", "any", "severe", "seizure", "first_severe", "mild")


def splits(people, kinds):
    """Every way to divide so many people over so many kinds of patients."""
    if kinds == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in splits(people - first, kinds - 1):
            yield (first, *rest)


def groups_in(world):
    """The groups of a world by hand: whose first course was mild, severe or possibly so, and what came later."""
    of = dict(zip(PATIENTS, world, strict=True))
    later = of["mild_then_severe"] + of["mild_then_seizure"] + of["possibly_then_severe"]
    first = of["severe"] + of["seizure"]
    mild = of["mild"] + of["mild_then_severe"] + of["mild_then_seizure"]
    possibly = of["possibly_severe"] + of["possibly_then_severe"]
    return {
        "treated": sum(world), "assessed": sum(world) - of["unknown"], "any": first + mild + possibly,
        "severe": first + later, "seizure": of["seizure"] + of["mild_then_seizure"], "first_severe": first,
        "mild": mild, "possibly_severe": possibly,
    }  # fmt: skip


def test_no_number_of_patients_below_the_threshold_follows_from_all_that_is_shown():
    """Threshold 2, up to 8 patients of ten kinds: whatever is shown, at least two worlds fit it that differ in each
    number which a single patient would make 1. What is shown includes whether a rate is a bound."""
    worlds = [world for people in range(1, 9) for world in splits(people, len(PATIENTS))]
    groups = [groups_in(world) for world in worlds]
    kinds = np.array(worlds)
    shown = np.array([[group[name] for name in SHOWN_GROUPS] for group in groups])
    bounds = np.array([[world[2] > 0, world[2] + world[5] > 0] for world in worlds])
    told = set()
    for place, group in enumerate(groups):
        made = shown_groups(group, 2)
        if made.may_show("assessed"):
            values = tuple(group[name] if made.may_show(name) else None for name in SHOWN_GROUPS)
            told.add((values, tuple(bool(b) if made.may_show(n) else None
                                    for b, n in zip(bounds[place], ("any", "severe"), strict=True))))  # fmt: skip
    assert len(told) > 100
    for values, relations in told:
        fits = np.ones(len(worlds), dtype=bool)
        for column, value in enumerate(values):
            fits &= True if value is None else shown[:, column] == value
        for column, relation in enumerate(relations):
            fits &= True if relation is None else bounds[:, column] == relation
        for quantity in (*kinds[fits].T, *shown[fits].T, (shown[:, 3] - shown[:, 5])[fits]):
            assert not (quantity == 1).all(), (values, relations)


def test_a_row_with_neither_score_nor_age_is_a_caution_and_not_a_fault(tmp_path):
    (tmp_path / "a.csv").write_text(
        "patient_id,assessed_at,ice,consciousness\np1,2026-03-02,,alert\n", encoding="utf-8"
    )
    (tmp_path / "i.csv").write_text("patient_id,infused_at,product\np1,2026-03-01,axi-cel\n", encoding="utf-8")
    made = write_cohort(tmp_path / "a.csv", tmp_path / "i.csv", tmp_path / "own")
    ((text, count),) = made.graded.cautions.items()
    assert text.startswith("Neither a score nor an age") and count == 1
