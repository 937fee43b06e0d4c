"""One study's interval: published figures, hand-worked limits, and what must hold for any counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icans_evidence.errors import DataError, UsageError
from icans_evidence.synthesis.intervals import (
    agresti_coull,
    clopper_pearson,
    exact_bound,
    jeffreys,
    rule_of_three_bound,
    wilson,
)

ALL = [wilson, clopper_pearson, jeffreys, agresti_coull]

# Newcombe 1998, Stat Med 17:857, Table I: score method without correction, and exact method, to four decimals.
NEWCOMBE = [
    (wilson, 81, 263, 0.2553, 0.3662),
    (wilson, 15, 148, 0.0624, 0.1605),
    (wilson, 0, 20, 0.0, 0.1611),
    (wilson, 1, 29, 0.0061, 0.1718),
    (clopper_pearson, 81, 263, 0.2527, 0.3676),
    (clopper_pearson, 15, 148, 0.0578, 0.1617),
    (clopper_pearson, 0, 20, 0.0, 0.1684),
    (clopper_pearson, 1, 29, 0.0009, 0.1776),
]


@pytest.mark.parametrize(("interval", "x", "n", "low", "high"), NEWCOMBE)
def test_published_limits(interval, x, n, low, high) -> None:
    assert interval(x, n) == pytest.approx((low, high), abs=0.00005)


def test_agresti_coull_is_clipped_at_zero_of_twenty() -> None:
    # By hand: z² = 3.8415, center 1.9207/23.8415 = 0.08056, half width 1.96·√(0.08056·0.91944/23.8415) = 0.10925.
    low, high = agresti_coull(0, 20)
    assert low == 0
    assert high == pytest.approx(0.08056 + 0.10925, abs=0.00002)


@pytest.mark.parametrize("interval", ALL)
def test_no_event_starts_at_zero_and_all_events_end_at_one(interval) -> None:
    assert interval(0, 12)[0] == 0
    assert interval(12, 12)[1] == 1
    assert 0 < interval(0, 12)[1] < 1


@pytest.mark.parametrize("interval", ALL)
def test_arrays_answer_as_their_scalars_do(interval) -> None:
    low, high = interval([0, 3, 7], [5, 9, 7])
    singles = [interval(0, 5), interval(3, 9), interval(7, 7)]
    assert np.column_stack([low, high]).tolist() == [list(pair) for pair in singles]


def test_rule_of_three_bound_is_the_one_sided_limit() -> None:
    # 1 − 0.05^(1/100): e^(−2.995732/100) = 0.970487, so 0.029513; "3/n" would say 0.03.
    assert rule_of_three_bound(100) == pytest.approx(0.029513, abs=1e-6)
    assert (1 - rule_of_three_bound(17)) ** 17 == pytest.approx(0.05)
    assert exact_bound(0, 17) == (0.0, rule_of_three_bound(17))
    assert exact_bound(17, 17) == pytest.approx((0.05 ** (1 / 17), 1.0))


def test_a_bound_is_refused_where_there_is_an_estimate() -> None:
    with pytest.raises(UsageError, match="1 events of 17; a bound is for no event or for events in all"):
        exact_bound(1, 17)


def test_impossible_counts_are_all_named_at_once() -> None:
    with pytest.raises(DataError) as caught:
        wilson([1, 9, 2.5, float("nan")], [4, 4, 4, 4])
    assert str(caught.value).splitlines() == [
        "study 2: 9 events of 4; allowed are whole numbers with 0 ≤ events ≤ total and 1 ≤ total ≤ 1,000,000,000",
        "study 3: 2.5 events of 4; allowed are whole numbers with 0 ≤ events ≤ total and 1 ≤ total ≤ 1,000,000,000",
        "study 4: nan events of 4; allowed are whole numbers with 0 ≤ events ≤ total and 1 ≤ total ≤ 1,000,000,000",
        "3 faults",
    ]


def test_a_level_outside_zero_to_one_is_refused() -> None:
    with pytest.raises(UsageError, match=r"level is 95; allowed: a number between 0 and 1, such as 0\.95"):
        wilson(1, 4, level=95)


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(counts, st.integers(2, 9), st.sampled_from(ALL))
def test_a_larger_study_with_the_same_proportion_has_a_narrower_interval(pair, times, interval) -> None:
    x, n = pair
    low, high = interval(x, n)
    closer_low, closer_high = interval(x * times, n * times)
    assert closer_high - closer_low < high - low


@settings(max_examples=100, deadline=None, derandomize=True)
@given(counts, st.sampled_from(ALL))
def test_counting_the_others_mirrors_the_interval(pair, interval) -> None:
    x, n = pair
    low, high = interval(x, n)
    assert interval(n - x, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    assert 0 <= low <= x / n <= high <= 1
