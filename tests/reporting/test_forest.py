"""Forest plots, what results hang on, and certainty: rows written by hand, figures against pinned ones."""

from __future__ import annotations

import polars as pl
import pytest
from handmade import POOL, reference_rows, rows

from icans_evidence.reporting import dependence, forest
from icans_evidence.reporting.certainty import CASE_SERIES, DOMAIN_WORDS, PREVALENCE, Certainty
from icans_evidence.reporting.gate import judge
from icans_evidence.reporting.plan import DOMAINS, Downgrade
from icans_evidence.reporting.pooled_results import answer, plan_in_force
from icans_evidence.reporting.strip import FORMS, ROW_COLUMNS, Axis, strip

WORDS = {"population": "patients", "disputed": None, "ci_low": 0.1, "ci_high": 0.4, "n_treated": 40, "year": 2020}


def full(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with the columns that a picture needs besides."""
    return frame.with_columns(pl.lit(value).alias(name) for name, value in WORDS.items()).with_columns(
        in_references=pl.col("n_total") > 0
    )


def drawn(frame: pl.DataFrame, pool=POOL) -> list[dict]:
    found = answer(judge(full(frame), pool))
    return [*forest._studies(found), *forest._pooled_rows(found), *forest._left_out(found)]


def test_studies_are_squares_by_patients_and_open_where_the_count_is_reconstructed():
    made = drawn(rows({"n_total": 160}, {}, {"reconstructed": True}))
    marks = {row["label"]: (row["mark"], row["weight"]) for row in made if row["mark"].startswith("study")}
    assert {name: mark for name, (mark, _) in marks.items()} == {"A": "study", "B": "study", "C": "study_rebuilt"}
    assert marks["A"][1] == pytest.approx(4 * marks["B"][1])


def test_the_pooled_row_is_a_diamond_over_its_interval_and_a_prediction_bar():
    """Witness: tests/reference/pooled.csv, house_a, GLMM, t, in percent."""
    made = {row["mark"]: row for row in drawn(reference_rows("house_a"))}
    diamond, bar = made["diamond"], made["prediction"]
    assert [diamond[k] for k in ("x", "low", "high")] == pytest.approx([8.25561, 5.86247, 11.50626], abs=2e-4)
    assert [bar[k] for k in ("low", "high")] == pytest.approx([5.40322, 12.41615], abs=2e-4)


def test_a_bound_stays_a_bound_and_stands_below_the_pool_with_its_reason():
    made = drawn(rows({}, {}, {}, {"relation": "≤", "events": None}))
    assert made[-1]["group"] == "Not in the pool"
    assert (made[-1]["relation"], made[-1]["detail"]) == ("≤", "printed as a bound")


def test_a_refused_outcome_is_drawn_without_a_diamond_unless_its_mix_is_allowed():
    assert "diamond" not in {row["mark"] for row in drawn(rows({}, {}))}
    mixed = drawn(rows({}, {}, {"scale": "cres"}))
    assert [row["group"] for row in mixed if row["mark"] == "diamond"] == ["If the scales are mixed"]


def test_sixty_studies_fit_without_touching_in_both_forms():
    many = [{**dict.fromkeys(ROW_COLUMNS), "group": "g", "label": f"Study {i}", "right": "1/2 · 50%", "x": 50.0,
             "mark": "study", "weight": 60.0, "relation": "="} for i in range(60)]  # fmt: skip
    frame = pl.DataFrame(many, schema=ROW_COLUMNS)
    for form in FORMS:
        height = strip(frame, Axis(0, 100, "%"), form)["height"]
        assert height >= 60 * 36


def test_subgroups_and_years_need_five_cohorts_and_leaving_one_out_does_not():
    three = {step.head for step in dependence.steps(answer(judge(full(rows({}, {}, {})), POOL)))}
    assert three == {"Leaving out one cohort"}
    halves = [{"product": name} for name in ("a", "a", "a", "b", "b", "b")]
    six = {step.head.split(";")[0] for step in dependence.steps(answer(judge(full(rows(*halves)), POOL)))}
    assert six == {"Leaving out one cohort", "By product", "Cumulative, by year of the study"}


def test_a_subgroup_of_fewer_than_three_cohorts_is_not_pooled():
    few = [{"product": name} for name in ("a", "a", "a", "a", "b", "b")]
    assert dependence.by_group(full(rows(*few)), "product", judge(full(rows(*few)), POOL)) is None


def test_the_multiverse_marks_one_default_and_never_repeats_a_choice_of_rows():
    some = rows({}, {}, {}, {"reconstructed": True})
    assert list(dependence.row_sets(judge(some, POOL))) == ["rows as planned", "without reconstructed counts"]
    found = dependence.universes(judge(some, POOL))
    assert [(u.rows, u.choice.method, u.choice.interval) for u in found if u.is_default] == [
        ("rows as planned", "glmm", "t")
    ]
    estimates = [u.pooled.estimate for u in found]
    assert estimates == sorted(estimates)


def entry(domain: str, steps: int) -> Downgrade:
    return Downgrade("r", domain, steps, "a reason {prediction}", "A. Reader")


def test_no_certainty_word_is_given_while_a_domain_is_not_judged():
    open_one = Certainty({name: None if name == "imprecision" else entry(name, 0) for name in DOMAINS})
    assert (open_one.word, open_one.said()) == (None, "not judged")
    assert open_one.why(0.1, 0.6).endswith("Not judged: imprecision.")


@pytest.mark.parametrize(
    ("steps", "word"), [(0, "high"), (1, "moderate"), (2, "low"), (3, "very low"), (5, "very low")]
)
def test_cohorts_start_high_and_each_step_lowers_the_word(steps, word):
    """GRADE for prognosis (Iorio 2015, BMJ 350:h870): cohorts start at high certainty."""
    parts = [1] * steps + [0] * (5 - steps)
    judged = Certainty({name: entry(name, step) for name, step in zip(DOMAINS, parts, strict=True)})
    assert judged.word == word
    assert "10 to 60%" in judged.why(0.1, 0.6)


def test_the_checklists_are_whole():
    """JBI: 9 items for prevalence studies, 10 for case series; GRADE: 5 domains."""
    assert (len(PREVALENCE), len(CASE_SERIES), len(DOMAIN_WORDS)) == (9, 10, 5)


def test_declared_steps_for_inconsistency_follow_the_plans_rule(evidence):
    from icans_evidence.reporting.summaries import results

    found = {row["result_id"]: row for row in results(evidence).iter_rows(named=True)}
    for one in plan_in_force().downgrades:
        if one.domain == "inconsistency" and found[one.result]["pi_low"] is not None:
            width = found[one.result]["pi_high"] - found[one.result]["pi_low"]
            assert one.steps == (2 if width > 0.6 else 1 if width > 0.3 else 0), one.result
