"""The gate before pooling: each refusal, and what passes; rows written by hand, the rule in the test's name."""

from __future__ import annotations

from typing import Any

import pytest

from handmade import POOL, headline, judge, reference_rows, rows
from icans_evidence.errors import DataError
from icans_evidence.evidence.plan import Pool, read_plan
from icans_evidence.summaries.pooled_rates import answer, computed_row, refused_row
from own_project import VOCABULARY


def reasons(*changes: dict[str, Any], pool: Pool = POOL) -> tuple[str, ...]:
    return judge(rows(*changes), pool).reasons


def test_three_cohorts_counted_and_graded_alike_pass():
    assert judge(rows({}, {}, {}), POOL).passes


def test_fewer_than_three_cohorts_are_refused():
    assert reasons({}, {}) == ("fewer than three cohorts remain (2)",)
    assert reasons({}, {}, {"events": None}) == ("fewer than three cohorts remain (2)",)


def test_overlapping_cohorts_count_once_and_the_largest_is_kept():
    judged = judge(rows({}, {}, {"overlaps_with": "D"}, {"overlaps_with": "C", "n_total": 90}), POOL)
    assert sorted(judged.rows["cohort_id"]) == ["A", "B", "D"]
    assert judged.left_out.select("cohort_id", "reason").rows() == [("C", "shares patients with D")]


def test_of_the_same_patients_graded_twice_the_grading_by_astct_2019_is_kept():
    judged = judge(rows({}, {}, {"overlaps_with": "D", "scale": "cres"}, {"overlaps_with": "C"}), POOL)
    assert sorted(judged.rows["cohort_id"]) == ["A", "B", "D"]
    assert judged.passes


def test_denominators_of_different_kinds_are_refused():
    pool = Pool("ncse_frequencies", "ncse", ("severe", "other"), "NCSE", graded=False, allow_mixed_scales=True)
    changed = [{"denominator_kind": kind} for kind in ("severe", "severe", "other")]
    found = judge(rows(*changed), pool)
    assert found.reasons == (
        "the denominators are of different kinds (patients with severe neurotoxicity; the patients described)",
    )
    assert not found.mix_allowed


def test_another_denominator_than_the_planned_one_stays_out_with_its_reason():
    judged = judge(rows({}, {}, {}, {"denominator_kind": "any_neurotoxicity"}), POOL)
    assert judged.passes
    assert judged.left_out["reason"].to_list() == ["counted among patients with any neurotoxicity"]


def test_differing_scales_are_refused_where_the_outcome_depends_on_grading():
    assert reasons({}, {}, {"scale": "ctcae4"}) == (
        "grading scales differ and the outcome depends on grading (graded by ASTCT 2019 in 2 and graded by CTCAE 4 in 1)",
    )


def test_a_scale_that_is_not_stated_is_a_scale_of_its_own():
    assert "scale not stated in 1" in reasons({}, {}, {"scale": "not_stated"})[0]
    assert judge(rows(*[{"scale": "not_stated"}] * 3), POOL).passes


def test_scales_are_irrelevant_to_an_outcome_that_no_scale_decides_unless_its_denominator_does():
    pool = Pool("seizure_rates", "seizure", ("treated",), "a seizure", graded=False)
    assert judge(rows({}, {}, {"scale": "ctcae4"}), pool).passes
    among = Pool("seizure_rates", "seizure", ("any_neurotoxicity",), "a seizure", graded=False)
    changed = [{"denominator_kind": "any_neurotoxicity", "scale": s} for s in ("cres", "cres", "ctcae4")]
    assert "grading scales differ" in judge(rows(*changed), among).reasons[0]


def test_rows_that_all_are_as_cited_in_the_review_are_refused_and_one_paper_suffices():
    cited = {"source_kind": "review"}
    assert reasons(cited, cited, cited) == ("all rows are as cited in the review",)
    assert judge(rows(cited, cited, {}), POOL).passes


def test_a_centers_own_rows_never_enter():
    judged = judge(rows({}, {}, {}, {"source_kind": "own_center"}), POOL)
    assert judged.rows.height == 3
    assert "own records" in judged.left_out["reason"][0]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"relation": "≤", "events": None}, "printed as a bound"),
        ({"relation": "~"}, "printed as about"),
        ({"events": None}, "no count printed or to be rebuilt"),
        ({"cohort_id": None}, "a statement of no single cohort"),
        ({"denominator_kind": "not_stated"}, "denominator not stated"),
    ],
)
def test_a_row_that_cannot_enter_is_named_with_its_reason(change, reason):
    assert judge(rows({}, {}, {}, change), POOL).left_out["reason"].to_list() == [reason]


def test_a_pool_of_one_scale_takes_no_other():
    pool = Pool("incidence", "any_icans", ("treated",), "ICANS", scale="astct2019")
    judged = judge(rows({}, {}, {}, {"scale": "cres"}), pool)
    assert judged.passes and judged.left_out["reason"].to_list() == ["graded by CRES"]


def test_the_headline_names_what_is_the_same_and_says_mixed_or_not_stated():
    same = headline(rows({}, {}, {}))
    assert same == "Age group adults; product axi-cel; disease lymphoma; grading scale ASTCT 2019"
    mixed = rows({"age_group": "pediatric"}, {"product": "not_stated"}, {"scale": "cres", "disease": "not_stated"})
    assert headline(mixed) == (
        "Age group mixed; product axi-cel in 2 of 3, else not stated; disease lymphoma in 2 of 3, else not stated; "
        "grading scale mixed"
    )
    unknown = {"product": "not_stated", "scale": "not_stated"}
    assert "product not stated" in headline(rows(unknown)) and "scale not stated" in headline(rows(unknown))


def test_a_pool_that_passes_gives_the_binomial_normal_model_with_t_as_metafor_does():
    """Witness: tests/reference/pooled.csv, house_a, GLMM, t (metafor 3.8-1, rma.glmm(measure = "PLO", nAGQ = 21))."""
    row = computed_row(answer(judge(reference_rows("house_a"), POOL)))
    expected = {"estimate": 0.0825561207503, "ci_low": 0.0586246988267, "ci_high": 0.11506261914,
                "pi_low": 0.0540322397621, "pi_high": 0.124161496535}  # fmt: skip
    assert {name: getattr(row, name) for name in expected} == pytest.approx(expected, abs=2e-6)
    assert row.tau2 == pytest.approx(0.0138950502036, rel=5e-4)
    assert row.result_id == "incidence.any_icans.treated.pooled"
    assert "in a typical study 8.3% had ICANS" in row.sentence
    assert "t on 9 degrees of freedom" in row.method


def test_below_ten_studies_the_sentence_warns():
    assert "Fewer than 10 studies" in computed_row(answer(judge(reference_rows("eight_high"), POOL))).sentence
    assert "Fewer than 10" not in computed_row(answer(judge(reference_rows("house_a"), POOL))).sentence


def test_a_refused_outcome_gives_its_reason_and_range_and_the_allowed_mix_says_that_it_is_one():
    judged = judge(rows({"estimate": 0.2, "events": 8}, {}, {"scale": "cres", "estimate": 0.5, "events": 20}), POOL)
    refused, mix = refused_row(judged), computed_row(answer(judged))
    assert (refused.result_id, refused.phrase) == ("incidence.any_icans.treated.pooled", "not pooled")
    assert "not pooled because grading scales differ" in refused.sentence
    assert refused.sentence.endswith("Range over 3 cohorts that could enter: 20% to 50%.")
    assert refused.estimate is None
    assert mix.result_id == "incidence.any_icans.treated.pooled_mix"
    assert "if scales are mixed, as the plan allows" in mix.sentence


def test_the_range_of_a_refused_pool_says_which_cohorts_with_a_figure_are_not_in_it():
    """So that it does not contradict a range over all cohorts that stands elsewhere."""
    unlike = {"denominator_kind": "not_stated", "estimate": 0.9}
    judged = judge(rows({}, {"estimate": 0.5}, unlike, {"relation": "≤", "events": None}, {"overlaps_with": "A"}), POOL)
    assert refused_row(judged).sentence.endswith(
        "Range over 2 cohorts that could enter: 25% to 50%. "
        "With a figure, but left out: 1 cohort (denominator not stated) and 1 cohort (printed as a bound)."
    )


def test_a_mix_that_the_plan_does_not_allow_is_not_computed():
    pool = Pool("incidence", "any_icans", ("treated",), "ICANS")
    found = answer(judge(rows({}, {}, {"scale": "cres"}), pool))
    assert found.pooled is None and not found.computed


def test_pooling_without_any_event_gives_a_bound_and_no_estimate():
    """By hand: 1 − 0.05^(1/120) = 2.47%."""
    none = {"events": 0, "estimate": 0.0}
    row = computed_row(answer(judge(rows(none, none, none), POOL)))
    assert row.estimate is None and "at most 2.5%" in row.sentence


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('table = "incidence"\noutcome = "any_icans"\nevent = "ICANS"', "denominators is missing"),
        ('table = "nothing"\noutcome = "x"\ndenominators = ["treated"]\nevent = "x"', 'no table "nothing"'),
        ('table = "incidence"\noutcome = "x"\ndenominators = ["treated"]\nevent = "x"', 'no outcome "x" in incidence'),
        ('table = "incidence"\noutcome = "any_icans"\ndenominators = ["all"]\nevent = "x"', 'denominator "all"'),
        ('table = "incidence"\noutcome = "any_icans"\ndenominators = "treated"\nevent = "x"', "a list of texts"),
        (
            'table = "incidence"\noutcome = "any_icans"\ndenominators = ["treated"]\nevent = "x"\nmix = true',
            "unknown entry mix",
        ),
    ],
)
def test_a_pool_of_the_plan_that_is_not_understood_is_named(tmp_path, entry, said):
    path = tmp_path / "plan.toml"
    path.write_text(f"[[pool]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(DataError, match="pool") as fault:
        read_plan(path, VOCABULARY)
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("outcome", "line", "graded"),
    [
        ("death", "", False),
        ("any_icans", "", True),
        ("death", "graded = true", True),
        ("any_icans", "graded = false", False),
    ],
)
def test_a_pool_that_does_not_say_has_what_the_vocabulary_says_of_grading(tmp_path, outcome, line, graded):
    """outcomes.csv: a scale decides ICANS and does not decide death; a line of the plan goes before it."""
    path = tmp_path / "plan.toml"
    entry = f'table = "incidence"\noutcome = "{outcome}"\ndenominators = ["treated"]\nevent = "x"\n{line}'
    path.write_text(f"[[pool]]\n{entry}\n", encoding="utf-8")
    assert [pool.graded for pool in read_plan(path, VOCABULARY).pools] == [graded]
