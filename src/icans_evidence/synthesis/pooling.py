"""Pooled proportions: counts of several studies in, one typical proportion with its intervals out.

What the data cannot carry is None and is said: no estimate where no study, or everybody, had the event, where
one study stands alone (no spread), or where a fit does not converge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from icans_evidence.synthesis import statements
from icans_evidence.synthesis.estimates import Estimate, estimate_all, logistic
from icans_evidence.synthesis.heterogeneity import Heterogeneity
from icans_evidence.synthesis.intervals import (
    Floats,
    checked_counts,
    clopper_pearson,
    exact_bound,
    normal_quantile,
)
from icans_evidence.synthesis.pooled import Choice, Pooled


def pool_proportions(
    events: ArrayLike,
    totals: ArrayLike,
    method: str = "glmm",
    interval: str = "wald",
    *,
    level: float = 0.95,
    floor: bool = False,
    event: str = "the event",
) -> Pooled:
    """Pool `events` of `totals` (one entry a study, whole numbers).

    method: glmm (default), reml, dl, pm, or ft with a warning; interval: wald (default, for parity with
    metafor), t on k − 1, or knha (not with glmm), with `floor` keeping the Knapp–Hartung factor at 1 or
    more; `event` is what the sentence calls the event. DataError for impossible counts, UsageError for an
    unknown choice.
    """
    choice = Choice(method, interval, level, floor, event)
    x, n = checked_counts(events, totals)
    x, n = np.atleast_1d(x), np.atleast_1d(n)
    (fit,) = estimate_all([(x, n)], choice, spread=True)
    return _assemble(x, n, choice, fit)


def pool_subsets(
    events: ArrayLike, totals: ArrayLike, masks: Sequence[NDArray[np.bool_]], choice: Choice
) -> list[Pooled]:
    """One pooled result for each mask over the same studies, fitted together; tau² without its interval."""
    x, n = checked_counts(events, totals)
    subsets = [(x[mask], n[mask]) for mask in masks]
    fits = estimate_all(subsets, choice, spread=False)
    return [_assemble(*subset, choice, fit) for subset, fit in zip(subsets, fits, strict=True)]


def critical_value(interval: str, k: int, level: float) -> tuple[float, int | None]:
    """The quantile that multiplies the standard error, and its degrees of freedom (None: normal)."""
    if interval == "wald":
        return normal_quantile(level), None
    from scipy.special import stdtrit

    return float(stdtrit(k - 1, (1 + level) / 2)), k - 1


def mean_over_studies(mu: float, tau2: float) -> float:
    """The mean proportion when logits are normal with mean mu and variance tau2 (61 Gauss–Hermite nodes)."""
    points, weights = _nodes()
    logits = mu + math.sqrt(2 * tau2) * points
    return float(weights @ (0.5 + 0.5 * np.tanh(logits / 2)) / math.sqrt(math.pi))


@cache
def _nodes() -> tuple[Floats, Floats]:
    points, weights = np.polynomial.hermite.hermgauss(61)
    return points, weights


def _assemble(x: Floats, n: Floats, choice: Choice, fit: Estimate | None) -> Pooled:
    bare = _bare(x, n, choice)
    if not len(x):
        return replace(bare, sentence="No study is left, so there is nothing to pool.")
    if x.sum() in (0, n.sum()):
        return _bounded(bare, choice)
    if len(x) == 1:
        return _alone(bare, choice)
    if fit is None:
        sentence = f"{statements.NOT_SETTLED} ({statements.counted(bare.k, bare.n_events, bare.n_total)}.)"
        return replace(bare, sentence=sentence, warnings=(statements.NOT_SETTLED,))
    return _spoken(_filled(bare, choice, fit), choice, fit.warnings)


def _bare(x: Floats, n: Floats, choice: Choice) -> Pooled:
    """The counts and the choice; every figure still None."""
    blank = dict.fromkeys(Pooled.__dataclass_fields__)
    known = {
        "k": len(x), "n_events": int(x.sum()), "n_total": int(n.sum()), "method": choice.method,
        "interval": choice.interval, "level": choice.level, "sentence": "", "warnings": (),
        "r_code": statements.r_code(choice, x, n),
    }  # fmt: skip
    return Pooled(**{**blank, **known})  # type: ignore[arg-type]


def _bounded(bare: Pooled, choice: Choice) -> Pooled:
    bound = exact_bound(bare.n_events, bare.n_total, choice.level)
    words = statements.bound_sentence(choice, bare.k, bare.n_events, bare.n_total, bound)
    return replace(bare, bound_low=bound[0], bound_high=bound[1], sentence=words)


def _alone(bare: Pooled, choice: Choice) -> Pooled:
    """One study: its own proportion and exact interval; mu and se as its logit, nothing about spread."""
    x, n = bare.n_events, bare.n_total
    low, high = clopper_pearson(x, n, choice.level)
    alone = replace(
        bare, estimate=x / n, ci_low=low, ci_high=high, mu=math.log(x / (n - x)),
        se=math.sqrt(1 / x + 1 / (n - x)), interval="clopper-pearson",
    )  # fmt: skip
    return _spoken(alone, choice, (statements.ONE,))


def _filled(bare: Pooled, choice: Choice, fit: Estimate) -> Pooled:
    times, df = critical_value(choice.interval, bare.k, choice.level)
    ahead = math.sqrt(fit.se**2 + fit.spread.tau2)
    back = fit.back or logistic
    logit_scale = fit.back is None
    return replace(
        bare,
        estimate=back(fit.mu),
        ci_low=back(fit.mu - times * fit.se), ci_high=back(fit.mu + times * fit.se),
        pi_low=back(fit.mu - times * ahead), pi_high=back(fit.mu + times * ahead),
        mean=mean_over_studies(fit.mu, fit.spread.tau2) if logit_scale else None,
        mu=fit.mu if logit_scale else None, se=fit.se if logit_scale else None,
        ci_df=df, pi_df=df, **_spread_fields(fit.spread),
    )  # fmt: skip


def _spread_fields(spread: Heterogeneity) -> dict[str, Any]:
    known = not math.isnan(spread.low)
    return {
        "tau2": spread.tau2,
        "tau2_low": spread.low if known else None,
        "tau2_high": spread.high if known and math.isfinite(spread.high) else None,
        "i2": spread.i2(spread.tau2),
        "i2_low": spread.i2(spread.low) if known else None,
        "i2_high": spread.i2(spread.high) if known else None,
        "h2": spread.h2,
        "q": spread.q,
        "q_df": spread.df,
    }


def _spoken(pooled: Pooled, choice: Choice, warnings: tuple[str, ...]) -> Pooled:
    few = () if pooled.k == 1 or pooled.k >= 10 else (statements.TWO if pooled.k == 2 else statements.FEW,)
    wald = (statements.WALD,) if choice.interval == "wald" and pooled.k > 1 else ()
    said = (*wald, *few, *warnings)
    parts = (statements.finding(choice, pooled), *said, statements.method_sentence(choice, pooled))
    return replace(pooled, warnings=said, sentence=" ".join(parts))
