"""Inverse-variance pooling of logits: tau² by three estimators, the weighted mean and its Q.

One data set at a time; 0.5 is added to both cells only of a study at 0 or n, as metafor's escalc does by
default.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from icans_evidence.synthesis.intervals import Floats

ROUNDS = 10_000
SCORING_STEPS = 100
SCORING_END = 1e-5
STEP_SHARES = (1.0, 0.5, 0.25)


def logits(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Each study's logit and its variance 1/events + 1/non-events, corrected by 0.5 only at 0 or n."""
    extra = np.where((x == 0) | (x == n), 0.5, 0.0)
    events, others = x + extra, n - x + extra
    return np.log(events / others), 1 / events + 1 / others


def weighted_mean(y: Floats, v: Floats, tau2: float = 0.0) -> tuple[float, float, float]:
    """(mean, its variance, weighted sum of squares around it) with weights 1/(v + tau2).

    At tau2 = 0 the third is Cochran's Q.
    """
    w = 1 / (v + tau2)
    mean = float(w @ y / w.sum())
    return mean, float(1 / w.sum()), float(w @ (y - mean) ** 2)


def typical_variance(v: Floats) -> float:
    """The typical sampling variance of k ≥ 2 studies, against which tau² is set (Higgins & Thompson 2002)."""
    w = 1 / v
    return float((len(v) - 1) * w.sum() / (w.sum() ** 2 - (w**2).sum()))


def dersimonian_laird(y: Floats, v: Floats) -> float:
    """Tau² by moments (DerSimonian & Laird 1986), 0 where Q is below its degrees of freedom."""
    w = 1 / v
    q = weighted_mean(y, v)[2]
    return max(0.0, float((q - (len(y) - 1)) / (w.sum() - (w**2).sum() / w.sum())))


def q_matching(y: Floats, v: Floats, target: float) -> float:
    """The tau² ≥ 0 at which the weighted sum of squares equals `target`, 0 where it is smaller already at 0.

    The sum falls and is convex in tau², so Newton's steps from 0 approach from one side; NaN if they do
    not end.
    """
    tau2 = 0.0
    for _ in range(ROUNDS):
        mean, _variance, q = weighted_mean(y, v, tau2)
        if q <= target:
            return tau2
        step = (q - target) / float(((y - mean) ** 2 / (v + tau2) ** 2).sum())
        if step <= 1e-14 * (tau2 + 1e-3):
            return tau2
        tau2 += step
    return math.nan


def paule_mandel(y: Floats, v: Floats) -> float:
    """Tau² at which the weighted sum of squares equals its degrees of freedom (Paule & Mandel 1982)."""
    return q_matching(y, v, len(y) - 1)


def restricted_likelihood(y: Floats, v: Floats) -> float:
    """Tau² by restricted maximum likelihood: Fisher scoring from a moment start, 0 where 0 is likelier.

    It stops, as metafor does by default, once a step is below 1e-5, so that both programs print the same figure;
    the maximum itself can lie some 1e-5 away. Where full steps swing around the maximum for ever (metafor ends
    in an error there and names `stepadj`), steps are halved. NaN if that does not help either.
    """
    for share in STEP_SHARES:
        tau2 = _fisher_scoring(y, v, share)
        if math.isfinite(tau2):
            better = _restricted_loglik(y, v, 0.0) - _restricted_loglik(y, v, tau2)
            return 0.0 if better > 1e-4 else tau2
    return math.nan


def _fisher_scoring(y: Floats, v: Floats, share: float) -> float:
    tau2 = max(0.0, float(y.var(ddof=1) - v.mean()))
    for _ in range(SCORING_STEPS):
        score, information = _restricted_score(y, v, tau2)
        step = share * score / information
        if tau2 == 0 and step < 0:
            return 0.0
        while tau2 + step < 0:
            step /= 2
        tau2 += step
        if abs(step) <= SCORING_END:
            return tau2
    return math.nan


def _restricted_score(y: Floats, v: Floats, tau2: float) -> tuple[float, float]:
    """Twice the slope of the restricted log-likelihood in tau², and twice the expected information."""
    w = 1 / (v + tau2)
    total, second, third = w.sum(), (w**2).sum(), (w**3).sum()
    squares = (w**2 * (y - w @ y / total) ** 2).sum()
    return (
        float(squares - (total - second / total)),
        float(second - 2 * third / total + (second / total) ** 2),
    )


def _restricted_loglik(y: Floats, v: Floats, tau2: float) -> float:
    _mean, variance, q = weighted_mean(y, v, tau2)
    return float(-np.log(v + tau2).sum() + np.log(variance) - q) / 2


ESTIMATORS: dict[str, Callable[[Floats, Floats], float]] = {
    "dl": dersimonian_laird,
    "pm": paule_mandel,
    "reml": restricted_likelihood,
}
