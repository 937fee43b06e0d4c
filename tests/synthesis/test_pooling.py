"""Pooled proportions: what must hold for any studies, and what is said where little can be."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from icans_evidence import wording
from icans_evidence.errors import DataError, UsageError
from icans_evidence.synthesis.likelihood import surface
from icans_evidence.synthesis.pooled import Choice
from icans_evidence.synthesis.pooling import mean_over_studies, pool_proportions, pool_subsets

COVERAGE = Path(__file__).parents[2] / "analysis" / "coverage.csv"
A = [4, 11, 3, 2, 6, 0, 9, 1, 16, 5], [53, 133, 25, 48, 100, 30, 84, 22, 120, 67]
WAYS = [("glmm", "wald"), ("glmm", "t"), ("reml", "knha"), ("dl", "wald"), ("pm", "t"), ("ft", "wald")]
FIGURES = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "mean", "tau2", "i2", "h2", "q")

study = st.integers(3, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
studies = st.lists(study, min_size=3, max_size=9)
calm = settings(max_examples=40, deadline=None, derandomize=True)


def one(x, n, way=("glmm", "wald")):
    """One fit by the way that leaves the interval of tau² out."""
    return pool_subsets(x, n, [np.ones(len(x), dtype=bool)], Choice(*way))[0]


@calm
@given(studies, st.randoms(use_true_random=False), st.sampled_from(WAYS))
def test_the_order_of_studies_is_irrelevant(rows, shuffler, way) -> None:
    mixed = shuffler.sample(rows, len(rows))
    first, second = one(*zip(*rows, strict=True), way), one(*zip(*mixed, strict=True), way)
    assert (first.estimate is None) == (second.estimate is None)
    for name in (name for name in FIGURES if getattr(first, name) is not None):
        assert getattr(first, name) == pytest.approx(getattr(second, name), rel=1e-6, abs=1e-8), name


@calm
@given(studies, st.sampled_from(WAYS))
def test_counting_those_without_the_event_mirrors_the_result(rows, way) -> None:
    x, n = (np.array(column) for column in zip(*rows, strict=True))
    had, had_not = one(x, n, way), one(n - x, n, way)
    assume(had.estimate is not None)
    for name, mirror in (("estimate", "estimate"), ("ci_low", "ci_high"), ("pi_low", "pi_high")):
        assert getattr(had, name) == pytest.approx(1 - getattr(had_not, mirror), abs=1e-6), name
    assert had.tau2 == pytest.approx(had_not.tau2, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("mu", "tau"), [(-5.0, 0.5), (-5.0, 2.0), (-3.0, 1.0)])
@pytest.mark.parametrize("counts", [(4000, 4000), (0, 4000), (2, 4000), (3, 7)])
def test_quadrature_agrees_with_an_independent_rule_however_odd_a_study_is(mu, tau, counts) -> None:
    # The trapezium rule on 400,001 points over ±40 standard deviations of the random effect.
    x, n = counts
    u = np.linspace(-40, 40, 400_001)
    eta = mu + tau * u
    heights = x * eta - n * np.logaddexp(0, eta) - u**2 / 2 - np.log(2 * np.pi) / 2
    dense = heights.max() + np.log(np.exp(heights - heights.max()).sum() * (u[1] - u[0]))
    pair = (np.array([[float(x)]]), np.array([[float(n)]]))
    assert surface(*pair, np.array([mu]), np.array([tau])).loglik[0] == pytest.approx(dense, abs=1e-3)


def test_a_spread_that_21_nodes_do_not_settle_is_warned_of() -> None:
    p = pool_proportions([2, 0, 24, 0, 0, 1, 0, 0], [23, 18, 24, 20, 22, 20, 14, 12])
    assert p.tau2 == pytest.approx(46.45, abs=0.05)  # metafor 3.8-1, rma.glmm(measure = "PLO", nAGQ = 21): 46.46
    (warning,) = (w for w in p.warnings if "quadrature" in w)
    # Maximum of the likelihood integrated by the trapezium rule on 24,001 points over ±12: mu −6.1174, tau² 45.367.
    assert warning.endswith("with 301 nodes it is 0.2% and tau² is 45.4.")
    assert not any("quadrature" in w for w in pool_proportions(*A).warnings)


@calm
@given(st.integers(1, 8), st.integers(1, 9), st.lists(st.integers(1, 9), min_size=2, max_size=8))
def test_without_spread_the_glmm_is_the_pooled_counts(had, had_not, sizes) -> None:
    x, n = np.array(sizes) * had, np.array(sizes) * (had + had_not)
    p = one(x, n)
    assert p.tau2 == 0
    assert p.estimate == pytest.approx(x.sum() / n.sum(), abs=1e-12)
    # The binomial information of the pooled counts, by hand: 1/events + 1/others.
    assert p.se == pytest.approx((1 / x.sum() + 1 / (n - x).sum()) ** 0.5, rel=1e-9)
    assert (p.pi_low, p.pi_high) == pytest.approx((p.ci_low, p.ci_high))


def test_one_study_gives_its_own_exact_interval_and_no_spread() -> None:
    p = pool_proportions([3], [20])
    # R 4.2.2, binom.test(3, 20)$conf.int: 0.03207094 0.37892683
    assert (p.estimate, p.ci_low, p.ci_high) == pytest.approx((0.15, 0.03207094, 0.37892683), abs=1e-8)
    assert (p.tau2, p.i2, p.q, p.pi_low) == (None,) * 4
    assert p.sentence.startswith("15% had the event in the only study (95% CI 3.2 to 38, exact; 3 of 20). One study:")


def test_two_studies_come_with_their_warning() -> None:
    p = pool_proportions([5, 21], [40, 61], interval="t")
    assert p.estimate is not None
    assert any(warning.startswith("Two studies cannot show") for warning in p.warnings)
    assert p.ci_df == p.pi_df == 1


def test_no_study_at_all() -> None:
    p = pool_proportions([], [])
    assert (p.estimate, p.k, p.sentence) == (None, 0, "No study is left, so there is nothing to pool.")


def test_no_event_gives_a_bound_called_a_bound() -> None:
    p = pool_proportions([0, 0, 0], [20, 30, 40], event="a seizure")
    # By hand: 1 − 0.05^(1/90) = 0.032738.
    assert p.bound_high == pytest.approx(0.032738, abs=1e-6)
    assert p.sentence == (
        "No study had a seizure (3 studies, 0 of 90), so there is no estimate: at most 3.3% "
        "(95% one-sided exact bound of the pooled counts, one rate for all)."
    )


@pytest.mark.parametrize("x", [[0, 10], [10, 0]])
def test_a_spread_that_runs_away_gives_no_number(x) -> None:
    # The likelihood rises towards 1/4 as tau grows without end: it has no maximum.
    p = pool_proportions(x, [10, 10])
    assert (p.estimate, p.mu, p.se, p.tau2, p.q) == (None,) * 5
    assert p.sentence == "The fit did not converge, so no number is given. (2 studies, 10 of 20.)"


def test_a_study_without_events_leaves_the_others_their_estimate() -> None:
    p = pool_proportions(*A)
    assert p.estimate is not None
    assert 0 < p.estimate < 0.2


def test_every_answer_is_plain_json() -> None:
    for x, n in (A, ([0, 0], [9, 9]), ([0, 10], [10, 10]), ([3], [9]), ([], [])):
        json.dumps(pool_proportions(x, n).as_dict(), allow_nan=False)


def test_the_mean_over_studies_is_said_when_it_is_a_point_away() -> None:
    p = pool_proportions([2, 18, 9], [40, 45, 12], interval="t")
    assert p.mean is not None
    assert abs(p.mean - p.estimate) >= 0.01
    assert "The mean over studies is " in p.sentence
    assert "The mean over studies is " not in pool_proportions(*A).sentence


def test_mean_over_studies_against_simpson() -> None:
    # An independent rule: Simpson's on 4,001 points over ±12 standard deviations.
    z = np.linspace(-12, 12, 4001)
    rule = np.where(np.arange(4001) % 2, 4.0, 2.0)
    rule[[0, -1]] = 1
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / (1 + np.exp(-(-2 + 1.3 * z)))
    assert mean_over_studies(-2, 1.69) == pytest.approx(rule @ density * 0.006 / 3, abs=1e-9)


def test_the_sentence_tells_the_method() -> None:
    p = pool_proportions(*A, interval="t", event="any ICANS")
    assert p.sentence.startswith("In a typical study 8.3% had any ICANS (95% CI 5.9 to 12; 95% prediction")
    for part in ("binomial-normal model", "logit link", "21 nodes", "no continuity correction",
                 "t on 9 degrees of freedom", "likelihood-ratio Q 12.26 on 9 df", "k = 10, n = 682", "metafor"):  # fmt: skip
        assert part in p.sentence
    knha = pool_proportions(*A, method="reml", interval="knha")
    assert "0.5 added to both cells of a study at 0 or n only" in knha.sentence
    assert "Cochran's Q 8.17 on 9 df" in knha.sentence


def test_the_wald_interval_and_few_studies_are_warned_of() -> None:
    assert any(w.startswith("The Wald interval") for w in pool_proportions(*A).warnings)
    assert pool_proportions(*A, interval="t").warnings == ()
    fewer = pool_proportions(A[0][:9], A[1][:9], interval="t")
    assert any(w.startswith("Fewer than 10 studies") for w in fewer.warnings)


def test_the_warning_of_the_wald_interval_tells_what_was_simulated() -> None:
    with COVERAGE.open(newline="", encoding="utf-8") as lines:
        rows = [r for r in csv.DictReader(lines) if (r["method"], r["interval"]) == ("glmm", "wald")]
    (warning,) = pool_proportions(*A).warnings
    for k, words in (("3", "{}% with 3 studies"), ("5", "{}% with 5"), ("20", "{}% with 20")):
        least = min(int(r["covered"]) / int(r["fitted"]) for r in rows if r["k"] == k)
        assert words.format(wording.rounded(least * 100)) in warning


def test_inverse_variance_of_rare_events_is_warned_of() -> None:
    with COVERAGE.open(newline="", encoding="utf-8") as lines:
        rows = [r for r in csv.DictReader(lines) if (r["method"], r["p"], r["k"]) == ("reml", "0.02", "20")]
    least = min(int(r["covered"]) / int(r["fitted"]) for r in rows)
    warnings = pool_proportions([1, 2, 0, 3], [60, 80, 40, 90], "reml", "knha").warnings
    assert any(f"covered as little as {wording.rounded(least * 100)}%" in w for w in warnings)
    assert not any("inverse variance" in w for w in pool_proportions(*A, "reml", "knha").warnings)


def test_the_knapp_hartung_floor_says_when_it_bites() -> None:
    # House set A with DL: Q = 8.168 on 9 degrees of freedom, a factor of 0.908 (metafor 3.8-1).
    free = pool_proportions(*A, method="dl", interval="knha")
    kept = pool_proportions(*A, method="dl", interval="knha", floor=True)
    assert (free.se / kept.se) ** 2 == pytest.approx(8.168125 / 9, abs=1e-6)
    assert any("raised to 1" in w for w in kept.warnings)
    assert any("smaller than Wald's" in w for w in free.warnings)


def test_freeman_tukey_only_with_a_warning() -> None:
    p = pool_proportions(*A, method="ft")
    assert p.estimate == pytest.approx(0.0752, abs=0.00005)  # metafor 3.8-1, measure = "PFT", transf.ipft.hm
    assert (p.mu, p.se) == (None, None)
    assert any("do not use it as the main analysis" in w for w in p.warnings)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"method": "mh"}, 'method "mh"; allowed: glmm, reml, dl, pm, ft'),
        ({"interval": "z"}, 'interval "z"; allowed: wald, t, knha'),
        ({"interval": "knha"}, 'interval "knha" with method "glmm"; allowed with glmm: wald, t'),
        ({"floor": True}, 'floor with interval "wald"; allowed only with knha'),
    ],
)
def test_unknown_choices_are_named(call, message) -> None:
    with pytest.raises(UsageError) as caught:
        pool_proportions(*A, **call)
    assert str(caught.value) == message


def test_columns_of_unequal_length() -> None:
    with pytest.raises(DataError, match="as many events as totals"):
        pool_proportions([1, 2, 3], [4, 5])


def test_r_code_repeats_the_choice() -> None:
    code = pool_proportions(*A, method="reml", interval="knha", floor=True, level=0.9).r_code
    assert code.splitlines()[-3:] == [
        'fit <- rma(measure = "PLO", xi = x, ni = n, method = "REML", test = "adhoc", level = 90)',
        "predict(fit, transf = transf.ilogit)",
        "confint(fit)",
    ]
    assert 'rma.glmm(measure = "PLO", xi = x, ni = n, nAGQ = 21, test = "z"' in pool_proportions(*A).r_code


def test_importing_the_room_loads_no_scipy() -> None:
    code = "import sys, icans_evidence.synthesis.sensitivity, icans_evidence.synthesis.medians; print('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
