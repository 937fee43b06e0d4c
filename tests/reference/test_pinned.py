"""Our figures against metafor's, lme4's and R's own, pinned by regenerate.R; tolerances as in the README."""

from __future__ import annotations

import csv
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from icans_evidence.synthesis import intervals
from icans_evidence.synthesis.medians import pool_medians
from icans_evidence.synthesis.pooled import Choice, Pooled
from icans_evidence.synthesis.pooling import pool_proportions
from icans_evidence.synthesis.quantiles import fit_quantiles
from icans_evidence.synthesis.sensitivity import influence, leave_one_out

HERE = Path(__file__).parent
TESTS = {
    "GLMM": ["z", "t"],
    **{method: ["z", "t", "knha", "adhoc"] for method in ("DL", "PM", "REML")},
    **{method: ["z"] for method in ("FT", "GLMM_TIGHT", "PM_TIGHT")},
}
INTERVALS = {"z": ("wald", False), "t": ("t", False), "knha": ("knha", False), "adhoc": ("knha", True)}
EMPTY = {"no_event": (0.0, 1 - 0.05 ** (1 / 91)), "only_events": (0.05 ** (1 / 19), 1.0)}
"""Sets without an estimate, with the one-sided exact bound of 0 of 91 and of 19 of 19 by hand."""

SWINGING_X = [3, 1, 4, 0, 1, 0, 4, 2, 1, 0, 2, 0, 0, 1, 1, 3, 2, 0, 7, 2]
SWINGING_N = [117, 95, 108, 71, 34, 80, 106, 98, 55, 66, 57, 31, 38, 81, 58, 115, 101, 33, 102, 72]
SWINGING_TAU2 = 0.04704064

LOGIT = {"DL": 1e-6, "REML": 1e-5, "GLMM": 1e-5, "PM": 1e-4, "GLMM_TIGHT": 2e-6, "PM_TIGHT": 1e-9}
TAU2 = {"DL": 1e-4, "REML": 1e-4, "GLMM": 5e-4, "PM": 1e-3, "FT": 1e-9, "GLMM_TIGHT": 5e-6, "PM_TIGHT": 1e-9}


NOISY_SE = {"large_all", "large_none", "wide_sizes"}
"""Sets whose standard error lme4 gives with the rounding of its second differences; glmm_se.csv holds the same without."""


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@cache
def sets() -> dict[str, tuple[list[int], list[int]]]:
    found: dict[str, tuple[list[int], list[int]]] = {}
    for row in read("sets.csv"):
        x, n = found.setdefault(row["set"], ([], []))
        x.append(int(row["events"]))
        n.append(int(row["total"]))
    return found


@cache
def ours(name: str, method: str, test: str) -> Pooled:
    interval, floor = INTERVALS[test]
    return pool_proportions(*sets()[name], method.removesuffix("_TIGHT").lower(), interval, floor=floor)


def value(text: str) -> float:
    return math.nan if text in ("NA", "") else float(text)


ROWS = read("pooled.csv")
FITTED = [r for r in ROWS if r["set"] not in EMPTY]
LOGITS = [r for r in FITTED if r["method"] != "FT"]


def name_of(row: dict[str, str]) -> str:
    return f"{row['set']}-{row['method']}-{row['test']}"


def test_the_grid_of_sets_methods_and_tests_is_complete() -> None:
    pinned = [(r["set"], r["method"], r["test"]) for r in ROWS]
    wanted = {(s, m, t) for s in sets() for m, tests in TESTS.items() for t in tests}
    assert set(pinned) == wanted
    assert len(pinned) == len(wanted)
    failed = {r["set"] for r in ROWS if r["note"].startswith("error")}
    assert failed == set(EMPTY), "a set that metafor cannot fit must be declared as having no estimate"


def test_the_sets_span_what_they_must() -> None:
    sizes = {len(x) for x, _n in sets().values()}
    assert min(sizes) == 2
    assert max(sizes) == 40
    assert {"house_a", "house_b", "pritz1997"} <= set(sets())
    assert any(0 in x and sum(x) for x, _n in sets().values())
    assert any(any(a == b for a, b in zip(x, n, strict=True)) and x != n for x, n in sets().values())


@pytest.mark.parametrize("row", LOGITS, ids=name_of)
def test_logits_and_their_intervals_agree_with_metafor(row: dict[str, str]) -> None:
    p = ours(row["set"], row["method"], row["test"])
    near = LOGIT[row["method"]]
    assert p.mu == pytest.approx(float(row["mu"]), abs=near)
    if row["method"] == "GLMM_TIGHT" and row["set"] in NOISY_SE:
        near = 2e-4
    assert p.se == pytest.approx(float(row["se"]), abs=near)
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert getattr(p, name) == pytest.approx(float(row[name]), abs=near), name


@pytest.mark.parametrize("row", read("glmm_se.csv"), ids=lambda r: r["set"])
def test_the_glmms_standard_error_is_that_of_lme4s_deviance(row: dict[str, str]) -> None:
    assert ours(row["set"], "GLMM", "z").se == pytest.approx(float(row["se"]), abs=2e-6)


@pytest.mark.parametrize("row", FITTED, ids=name_of)
def test_heterogeneity_agrees_with_metafor(row: dict[str, str]) -> None:
    p = ours(row["set"], row["method"], row["test"])
    near = TAU2[row["method"]]
    assert p.tau2 == pytest.approx(float(row["tau2"]), rel=near, abs=1e-8)
    assert p.i2 == pytest.approx(float(row["i2"]), rel=near, abs=1e-5)
    assert p.h2 == pytest.approx(float(row["h2"]), rel=near)
    assert p.q == pytest.approx(float(row["q"]), rel=1e-8, abs=1e-8)
    assert p.q_df == int(row["q_df"])


@pytest.mark.parametrize("row", [r for r in FITTED if r["tau2_low"] != "NA"], ids=name_of)
def test_the_intervals_of_tau2_and_i2_agree(row: dict[str, str]) -> None:
    p = ours(row["set"], row["method"], row["test"])
    near = 5e-5 if row["method"] == "GLMM" else 1e-6
    assert_end(p.tau2_low, row["tau2_low"], near)
    assert_end(p.tau2_high, row["tau2_high"], near)
    if p.tau2_high is not None and row["i2_high"] != "NA":
        assert_end(p.i2_low, row["i2_low"], near)
        assert_end(p.i2_high, row["i2_high"], near)


def assert_end(end: float | None, pinned: str, near: float) -> None:
    if math.isnan(value(pinned)) or value(pinned) > 100:
        assert end is None, "an interval of tau² beyond 100 is left open"
    else:
        assert end == pytest.approx(value(pinned), rel=near, abs=1e-6)


@pytest.mark.parametrize("row", [r for r in FITTED if r["method"] == "FT"], ids=name_of)
def test_freeman_tukey_agrees_with_metafor(row: dict[str, str]) -> None:
    p = ours(row["set"], "FT", "z")
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert getattr(p, name) == pytest.approx(value(row[name]), abs=1e-9), name


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize("method", ["glmm", "reml", "dl", "pm", "ft"])
def test_where_there_is_no_estimate_a_bound_stands_by_itself(name: str, method: str) -> None:
    p = pool_proportions(*sets()[name], method)
    assert (p.estimate, p.ci_low, p.ci_high, p.mu, p.se, p.tau2) == (None,) * 6
    assert (p.bound_low, p.bound_high) == pytest.approx(EMPTY[name], abs=1e-12)


@pytest.mark.parametrize("row", read("single.csv"), ids=lambda r: f"{r['kind']}-{r['events']}of{r['total']}")
def test_one_studys_intervals_agree_with_r(row: dict[str, str]) -> None:
    x, n, kind = int(row["events"]), int(row["total"]), row["kind"]
    found = intervals.exact_bound(x, n) if kind == "bound" else getattr(intervals, kind)(x, n)
    assert found == pytest.approx((float(row["low"]), float(row["high"])), rel=1e-9, abs=1e-12)


def test_leave_one_out_agrees_with_one_fit_at_a_time_in_metafor() -> None:
    found = leave_one_out(*sets()["house_b"], Choice("glmm", "wald"))
    pinned = read("left_out.csv")
    assert [p.mu for p in found] == pytest.approx([float(r["glmm_mu"]) for r in pinned], abs=1e-5)
    assert [p.se for p in found] == pytest.approx([float(r["glmm_se"]) for r in pinned], abs=1e-5)
    assert [p.tau2 for p in found] == pytest.approx([float(r["glmm_tau2"]) for r in pinned], rel=5e-4)


def test_influence_agrees_with_metafor() -> None:
    found = influence(*sets()["house_b"], Choice("reml", "wald"))
    pinned = read("left_out.csv")
    cook = np.array([i.cook for i in found], dtype=float)
    assert cook == pytest.approx(np.array([float(r["reml_cook"]) for r in pinned]), rel=1e-3, abs=1e-5)
    ratio = [i.variance_ratio for i in found]
    assert ratio == pytest.approx([float(r["reml_variance_ratio"]) for r in pinned], rel=1e-4)


def test_reml_settles_with_half_steps_where_full_steps_swing() -> None:
    # metafor 3.8-1, rma(measure = "PLO", method = "REML"): an error; with control = list(stepadj = 0.5,
    # maxiter = 1000) tau² is as below.
    p = pool_proportions(SWINGING_X, SWINGING_N, "reml")
    assert p.tau2 == pytest.approx(SWINGING_TAU2, rel=1e-4)


@pytest.mark.parametrize("row", read("medians.csv"), ids=lambda r: f"{r['low']}-{r['median']}-{r['high']}")
def test_quantile_estimation_agrees_with_metamedian(row: dict[str, str]) -> None:
    fit = fit_quantiles(*(float(row[name]) for name in ("median", "n", "low", "high")))
    assert fit.family == row["family"]
    assert math.sqrt(fit.variance) == pytest.approx(float(row["se"]), rel=1e-3)


def test_pooling_by_quantile_estimation_agrees_with_metamedian() -> None:
    rows, (pinned,) = read("medians.csv"), read("medians_pooled.csv")
    columns = ([float(r[name]) for r in rows] for name in ("median", "n", "low", "high"))
    p = pool_medians(*columns, method="qe")
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(p, name) == pytest.approx(float(pinned[name]), abs=1e-3), name
