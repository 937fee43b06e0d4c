"""How far studies differ beyond chance: Q, I², H² and the intervals of tau².

Inverse variance: Q-profile; binomial-normal model: likelihood ratio and profile likelihood.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from icans_evidence.synthesis.glmm import profile
from icans_evidence.synthesis.intervals import Floats
from icans_evidence.synthesis.inverse_variance import logits, q_matching, typical_variance, weighted_mean

GRID = 16
LARGEST_TAU2 = 100.0
"""An interval reaching beyond is left open, as in metafor: on the logit scale that is any proportion."""


@dataclass(frozen=True)
class Heterogeneity:
    """Tau² with its interval, I² in percent, H², and Q on `df`; an upper end beyond 100 is infinite."""

    tau2: float
    low: float
    high: float
    typical: float
    q: float
    df: int

    def i2(self, tau2: float) -> float:
        """I² in percent at a given tau²: its share of tau² plus the typical sampling variance."""
        return 100.0 if math.isinf(tau2) else 100 * tau2 / (tau2 + self.typical)

    @property
    def h2(self) -> float:
        """H²: total over typical sampling variance."""
        return 1 + self.tau2 / self.typical


def inverse_variance_heterogeneity(y: Floats, v: Floats, tau2: float, level: float | None) -> Heterogeneity:
    """Cochran's Q and, unless `level` is None, the Q-profile interval (Viechtbauer 2007, Stat Med 26:37)."""
    low, high = (math.nan, math.nan) if level is None else q_profile(y, v, level)
    return Heterogeneity(tau2, low, high, typical_variance(v), weighted_mean(y, v)[2], len(y) - 1)


def q_profile(y: Floats, v: Floats, level: float = 0.95) -> tuple[float, float]:
    """The values of tau² at which the weighted sum of squares sits inside its central chi-squared range.

    Both ends are 0 where the studies agree more closely than chance would have them.
    """
    from scipy.special import chdtri

    tail, df = (1 - level) / 2, len(y) - 1
    low, high = (q_matching(y, v, float(chdtri(df, p))) for p in (tail, 1 - tail))
    return low, math.inf if high > LARGEST_TAU2 else high


def likelihood_ratio(x: Floats, n: Floats) -> float:
    """Twice the log-likelihood gained by giving every study its own proportion instead of a common one."""
    common = x.sum() / n.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        had = np.where(x > 0, x * np.log(x / n / common), 0.0)
        had_not = np.where(x < n, (n - x) * np.log((1 - x / n) / (1 - common)), 0.0)
    return max(0.0, float(2 * (had + had_not).sum()))


def glmm_heterogeneity(x: Floats, n: Floats, tau: float, loglik: float, level: float | None) -> Heterogeneity:
    """The likelihood-ratio Q and, unless `level` is None, the profile-likelihood interval of tau².

    I² sets tau² against the typical variance of the logits (0.5 added at 0 or n), as metafor's rma.glmm does.
    """
    low, high = (math.nan, math.nan) if level is None else profile_interval(x, n, tau, loglik, level)
    typical = typical_variance(logits(x, n)[1])
    return Heterogeneity(tau**2, low, high, typical, likelihood_ratio(x, n), len(x) - 1)


def profile_interval(x: Floats, n: Floats, tau: float, loglik: float, level: float = 0.95) -> tuple[float, float]:
    """The values of tau² whose profile log-likelihood is within half a chi-squared(1) quantile of the top."""
    from scipy.special import chdtri

    floor = loglik - float(chdtri(1, 1 - level)) / 2

    def above(taus: Floats) -> Floats:
        rows = np.ones((len(taus), 1))
        return profile(rows * x, rows * n, taus)[1].loglik - floor

    low = 0.0 if tau == 0 or above(np.zeros(1))[0] >= 0 else _crossing(above, 0.0, tau)
    far = max(math.sqrt(LARGEST_TAU2), 2 * tau)
    if above(np.array([far]))[0] >= 0:
        return low**2, math.inf
    return low**2, _crossing(above, far, tau) ** 2


def _crossing(above: Callable[[Floats], Floats], outside: float, inside: float) -> float:
    """Where `above` changes sign between a tau outside the interval and one inside, on ever finer grids."""
    while abs(outside - inside) > 1e-9 * (1 + abs(inside)):
        taus = np.linspace(inside, outside, GRID)
        first = int(np.argmax(above(taus) < 0))
        if first == 0:
            break
        inside, outside = float(taus[first - 1]), float(taus[first])
    return (inside + outside) / 2
