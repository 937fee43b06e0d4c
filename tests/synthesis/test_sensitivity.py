"""What a pooled proportion hangs on: subsets fitted together are the subsets fitted alone."""

from __future__ import annotations

import numpy as np
import pytest

from icans_evidence.errors import DataError, UsageError
from icans_evidence.synthesis.pooled import Choice
from icans_evidence.synthesis.pooling import pool_proportions
from icans_evidence.synthesis.sensitivity import (
    DEFAULT,
    DEFENSIBLE,
    cumulative,
    influence,
    leave_one_out,
    multiverse,
    subgroups,
)

X = np.array([4, 11, 3, 2, 6, 0, 9, 1, 16, 5])
N = np.array([53, 133, 25, 48, 100, 30, 84, 22, 120, 67])


@pytest.mark.parametrize("choice", [Choice("glmm", "t"), Choice("reml", "knha"), Choice("pm", "wald")])
def test_leaving_out_is_pooling_the_rest(choice) -> None:
    found = leave_one_out(X, N, choice)
    for i, p in enumerate(found):
        alone = pool_proportions(np.delete(X, i), np.delete(N, i), choice.method, choice.interval)
        assert (p.mu, p.se, p.ci_low) == pytest.approx((alone.mu, alone.se, alone.ci_low), abs=1e-9)
        assert p.tau2 == pytest.approx(alone.tau2, rel=1e-6, abs=1e-10)
        assert p.k == 9


def test_leaving_out_the_only_study_with_events_leaves_a_bound() -> None:
    found = leave_one_out([0, 4, 0], [20, 30, 25])
    assert found[1].estimate is None
    assert found[1].bound_high == pytest.approx(1 - 0.05 ** (1 / 45))
    assert found[0].estimate is not None


def test_subgroups_stand_by_themselves() -> None:
    found = subgroups(X, N, list("aabbbaabba"))
    assert list(found.groups) == ["a", "b"]
    members = np.array(list("aabbbaabba")) == "a"
    assert found.groups["a"].mu == pytest.approx(pool_proportions(X[members], N[members], interval="t").mu)
    # Two groups: q is the squared difference of logits over the sum of variances.
    a, b = found.groups["a"], found.groups["b"]
    assert found.q == pytest.approx((a.mu - b.mu) ** 2 / (a.se**2 + b.se**2))
    assert found.df == 1


def test_one_subgroup_has_nothing_to_differ_from() -> None:
    found = subgroups(X, N, ["a"] * 10)
    assert (found.q, found.df, found.p) == (None, None, None)


def test_studies_of_one_year_enter_together() -> None:
    years = [2018, 2018, 2019, 2020, 2020, 2021, 2022, 2022, 2023, 2024]
    found = cumulative(X, N, years)
    assert [year for year, _p in found] == sorted(set(years))
    assert [p.k for _year, p in found] == [2, 3, 5, 6, 8, 9, 10]
    assert found[-1][1].mu == pytest.approx(pool_proportions(X, N, interval="t").mu)


@pytest.mark.parametrize("call", [influence, lambda x, n: cumulative(x, n, [1, 2, 3, 4])])
def test_below_five_studies_there_is_no_influence_and_no_accumulation(call) -> None:
    with pytest.raises(UsageError, match="with 4 studies; allowed from 5 studies on"):
        call(X[:4], N[:4])


def test_influence_is_the_shift_from_all_to_all_but_one() -> None:
    whole = pool_proportions(X, N, interval="t")
    for out, p in zip(influence(X, N), leave_one_out(X, N), strict=True):
        assert out.shift == pytest.approx(p.estimate - whole.estimate)
        assert out.cook == pytest.approx((whole.mu - p.mu) ** 2 / whole.se**2)


def test_the_multiverse_is_complete_ordered_and_marks_one_default() -> None:
    rows = {"all": np.ones(10, dtype=bool), "early": np.arange(10) < 6, "silent": X == 0}
    found = multiverse(X, N, rows)
    assert len(found) == len(DEFENSIBLE) * 3
    known = [u.pooled.estimate for u in found if u.pooled.estimate is not None]
    assert known == sorted(known)
    assert all(u.rows == "silent" for u in found[len(known) :])
    assert [(u.rows, u.choice) for u in found if u.is_default] == [("all", DEFAULT)]


def test_labels_rows_and_default_must_fit() -> None:
    with pytest.raises(DataError, match="labels: 2 entries for 10 studies; allowed is one a study"):
        subgroups(X, N, ["a", "b"])
    with pytest.raises(DataError, match='rows "all": 3 entries for 10 studies'):
        multiverse(X, N, {"all": np.ones(3, dtype=bool)})
    with pytest.raises(UsageError, match="the default is not among the rows and choices given"):
        multiverse(X, N, {"all": np.ones(10, dtype=bool)}, default=("some", DEFAULT))
