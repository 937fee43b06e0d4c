"""Pooled medians, with every expected figure worked by hand or printed by other software."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icans_evidence.errors import DataError, UsageError
from icans_evidence.synthesis.median_statements import method_sentence, r_code
from icans_evidence.synthesis.medians import pool_medians, sign_test_ranks, weighted_median
from icans_evidence.synthesis.quantiles import fit_quantiles, luo_wan


def test_the_median_of_medians_with_its_sign_test_interval() -> None:
    # k = 8: P(B = 0) = 1/256, P(B ≤ 1) = 9/256, so rank 1 covers 254/256 and rank 2 only 238/256 = 93 %.
    p = pool_medians([4, 6, 5, 7, 3, 9, 8, 2])
    assert (p.estimate, p.ci_low, p.ci_high, p.range_low, p.range_high) == (5.5, 2, 9, 2, 9)
    assert p.ci_coverage == 254 / 256
    assert p.sentence == (
        "5.5 days (median of medians of 8 studies; sign-test interval 2 to 9, which covers 99.2%; "
        "range over studies 2 to 9)."
    )


@pytest.mark.parametrize(
    ("k", "expected"),
    [
        (5, None),  # the whole range covers 30/32 = 93.75 %
        (6, (1, 62 / 64)),
        (8, (1, 254 / 256)),
        (9, (2, 1 - 2 * (1 + 9) / 512)),
        (10, (2, 1 - 2 * (1 + 10) / 1024)),
        (12, (3, 1 - 2 * (1 + 12 + 66) / 4096)),
    ],
)
def test_true_coverage_by_hand(k, expected) -> None:
    assert sign_test_ranks(k) == expected


def test_coverage_is_what_counting_all_sign_patterns_gives() -> None:
    rank, coverage = sign_test_ranks(9)
    inside = [rank <= sum(signs) <= 9 - rank for signs in itertools.product((0, 1), repeat=9)]
    assert coverage == sum(inside) / 2**9


def test_the_lines_of_r_repeat_the_result() -> None:
    # R 4.2.2 run on these lines: 5.5, then 2 9 0.9921875; with 4, 5, 6: 5, then 4 6.
    code = r_code(np.array([4, 6, 5, 7, 3, 9, 8, 2.0]))
    assert code.splitlines()[0] == "x <- c(2, 3, 4, 5, 6, 7, 8, 9)"
    assert "qbinom(0.025, k, 0.5)" in code
    assert "k = 8, n = 310;" in method_sentence(8, 310)


def test_below_six_studies_the_range_stands_alone() -> None:
    p = pool_medians([4, 5, 6])
    assert (p.estimate, p.ci_low, p.ci_high, p.ci_coverage) == (5, None, None, None)
    assert (p.range_low, p.range_high) == (4, 6)
    assert "too few studies for an interval of 95%; range over studies 4 to 6" in p.sentence


def test_who_cannot_enter_is_listed_with_the_reason() -> None:
    p = pool_medians(
        [4, None, 6, 7], [10, 12, None, 30], [1, 1, 1, 8], [9, 9, 9, 12], method="luo-wan", labels=["A", "B", "C", "D"]
    )
    assert p.excluded == ("B: no median", "C: no n", "D: median is below low")
    assert p.sentence.endswith("Not entered: B: no median, C: no n and D: median is below low.")
    assert p.k == 1
    assert pool_medians([4], [2], [1], [9], method="qe").excluded == ("study 1: n is 2, below 3",)


@pytest.mark.parametrize(
    ("study", "reason"),
    [
        ((5, 20, 8, 2), "low is above high"),
        ((5, 20, 6, 9), "median is below low"),
        ((5, 20, 1, 4), "median is above high"),
        ((5, 20, 5, 5), "low and high are the same, so nothing is known of the spread"),
        ((5, 2, 1, 9), "n is 2, below 3"),
        ((5, 0, 1, 9), "n is 0, below 3"),
        ((None, 20, None, 9), "no median or low"),
    ],
)
def test_each_reason_why_a_study_cannot_enter(study, reason) -> None:
    p = pool_medians(*([value] for value in study), method="qe", labels=["A"])
    assert (p.k, p.excluded) == (0, (f"A: {reason}",))


def test_a_study_without_a_name_is_named_by_its_place() -> None:
    assert pool_medians([4, None], labels=["A", ""]).excluded == ("study 2: no median",)


@pytest.mark.parametrize("method", ["median", "weighted", "qe"])
def test_one_study_is_not_pooled(method) -> None:
    p = pool_medians([5], [20], [1], [10], method=method)
    assert (p.estimate, p.ci_low, p.ci_high, p.k) == (5, None, None, 1)
    assert p.sentence == (
        "5 days in the only study. One study: nothing is pooled, and nothing can be said of the spread between studies."
    )


@pytest.mark.parametrize("method", ["median", "weighted", "qe", "luo-wan"])
def test_two_studies_come_with_a_warning(method) -> None:
    p = pool_medians([5, 9], [20, 30], [1, 2], [10, 40], method=method)
    assert p.estimate is not None
    assert p.warnings[0].startswith("Two studies")
    assert p.warnings[0] in p.sentence


def test_an_interval_never_begins_below_zero_days() -> None:
    # R 4.2.2: each family's quantiles fitted to the three figures by optim() from several starts, variances 0.6140643 and
    # 2.8040146 by qlnorm/qgamma/qweibull and their densities; metafor 3.8-1, rma(yi = c(5, 9), vi, test = "knha"):
    # 6.72625621 (-18.44699089 to 31.89950331).
    p = pool_medians([5, 9], [20, 30], [1, 2], [10, 40], method="qe")
    assert (p.estimate, p.ci_low, p.ci_high) == pytest.approx((6.726256, 0, 31.899503), abs=1e-3)
    assert "is cut there" in p.sentence
    below = pool_medians([-5, 9], [20, 30], [-9, 2], [10, 40], method="qe")
    assert below.ci_low < 0


def test_studies_that_all_agree_have_no_interval_of_no_width() -> None:
    p = pool_medians([5, 5, 5], [20, 30, 40], [1, 2, 1], [10, 40, 9], method="qe")
    assert (p.estimate, p.ci_low, p.ci_high) == (5, None, None)
    assert "no interval can be worked out" in p.sentence


def test_a_weighted_median_says_that_it_has_no_interval() -> None:
    assert (
        "no interval is worked out for a weighted median"
        in pool_medians([4, 6, 9], [1, 2, 3], method="weighted").sentence
    )


def test_figures_beyond_all_reason_are_named() -> None:
    with pytest.raises(DataError, match=r"study 2: median is 1e\+308; allowed are numbers up to 1,000,000,000"):
        pool_medians([4, 1e308])


def test_nothing_to_pool() -> None:
    p = pool_medians([None, float("nan")])
    assert (p.estimate, p.range_low, p.k) == (None, None, 0)
    assert p.sentence.startswith("No study can enter, so there is nothing to pool. Not entered: study 1: no median")


def test_weighted_median_by_hand() -> None:
    # Sorted 2 (10), 4 (30), 9 (20): half of 60 is reached inside the second.
    assert pool_medians([9, 2, 4], [20, 10, 30], method="weighted").estimate == 4
    # Sorted 2 (10), 4 (20), 9 (30): half of 60 is hit exactly after the second, so between 4 and 9.
    assert pool_medians([9, 2, 4], [30, 10, 20], method="weighted").estimate == 6.5


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(0, 60), min_size=1, max_size=12), st.integers(1, 50))
def test_equal_weights_give_the_plain_median(values, weight) -> None:
    values = np.array(values)
    assert weighted_median(values, np.full(len(values), float(weight))) == pytest.approx(np.median(values))


def test_rebuilt_means_as_other_software_prints_them() -> None:
    # metaBLUE 1.0.0, documented examples: Luo.mean(c(1,4,10), 30, "S1") 4.356748, Wan.std(…) 2.205578.
    mean, sd = luo_wan(*(np.array([v]) for v in (4.0, 30.0, 1.0, 10.0)))
    assert mean[0] == pytest.approx(4.356748, abs=1e-6)
    assert sd[0] == pytest.approx(2.205578, abs=1e-6)


def test_quantile_estimation_takes_the_closest_family() -> None:
    # Figures laid exactly on a Weibull of shape 2 and scale 10 at 1/n, 1/2, 1 − 1/n with n = 20, by hand:
    # 10·√(−ln(1 − p)) = 2.26481, 8.32555, 17.30818; its density there is 2/10·0.832555·e^(−0.693147) = 0.0832555.
    fit = fit_quantiles(8.32555, 20, 2.26481, 17.30818)
    assert fit.family == "weibull"
    assert fit.distance < 1e-8
    assert fit.variance == pytest.approx(1 / (4 * 20 * 0.0832555**2), rel=1e-4)


def test_quantile_estimation_with_a_negative_value_is_normal() -> None:
    # Symmetric around 1 at ±4 with n = 10: sigma 4/1.2815516 = 3.1212168, variance of the median π·sigma²/(2n).
    fit = fit_quantiles(1, 10, -3, 5)
    assert fit.family == "normal"
    assert fit.variance == pytest.approx(3.14159265 * 3.1212168**2 / 20, rel=1e-6)


def test_rebuilt_means_are_called_a_sensitivity_analysis() -> None:
    p = pool_medians([4, 6, 5], [30, 40, 50], [1, 1, 2], [10, 14, 9], method="luo-wan")
    assert p.ci_low < p.estimate < p.ci_high
    assert p.ci_coverage is None
    assert p.warnings[0].startswith("Sensitivity analysis only")


def test_faults_are_named() -> None:
    with pytest.raises(UsageError, match='method "mean"; allowed: median, weighted, qe, luo-wan'):
        pool_medians([1], method="mean")
    with pytest.raises(UsageError, match='method "luo-wan" also needs low and high'):
        pool_medians([1], [2], method="luo-wan")
    with pytest.raises(DataError, match="columns of unequal length: 2 median and 1 n"):
        pool_medians([1, 2], [3], method="weighted")
