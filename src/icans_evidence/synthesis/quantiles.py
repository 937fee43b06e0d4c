"""What n, the median and the range tell of a study: how precise its median is, or a mean rebuilt from them.

Quantile estimation (McGrath 2020, doi 10.1002/bimj.201900036) fits four families to the figures and takes the closest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from icans_evidence.synthesis.intervals import Floats, normal_quantile

SMALLEST_DAY = 0.01
"""What stands for a minimum of 0, as in metamedian: three of the families have no 0."""


@dataclass(frozen=True)
class Fitted:
    """The closest family, its distance (sum of squares) and the variance of the study's median under it."""

    family: str
    distance: float
    variance: float


@dataclass(frozen=True)
class _Family:
    """Quantiles of unit scale at a shape, and the log-density there times x, so that any scale can be put in."""

    shapes: tuple[float, float]
    quantile: Callable[[Floats, float], Floats]
    density: Callable[[float, float], float]


def _log_normal(p: Floats, shape: float) -> Floats:
    from scipy.special import ndtri

    return np.asarray(np.exp(shape * ndtri(p)))


def _gamma(p: Floats, shape: float) -> Floats:
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, p))


def _weibull(p: Floats, shape: float) -> Floats:
    return (-np.log1p(-p)) ** (1 / shape)


FAMILIES = {
    "log-normal": _Family(
        (1e-3, 10), _log_normal, lambda x, s: math.exp(-((math.log(x) / s) ** 2) / 2) / (x * s * math.sqrt(2 * math.pi))
    ),
    "gamma": _Family((1e-3, 1e3), _gamma, lambda x, a: math.exp((a - 1) * math.log(x) - x - math.lgamma(a))),
    "weibull": _Family((1e-2, 1e3), _weibull, lambda x, a: math.exp(math.log(a) + (a - 1) * math.log(x) - x**a)),
}


def fit_quantiles(median: float, n: float, low: float, high: float) -> Fitted:
    """The family whose quantiles at 1/n, 1/2 and 1 − 1/n lie closest to low, median and high (n ≥ 3).

    A negative low leaves only the normal. The variance of a median is 1/(4·n·f²), f the density at the median.
    """
    from scipy.special import ndtri

    p = np.array([1 / n, 0.5, 1 - 1 / n])
    seen = np.array([low, median, high], dtype=float)
    seen[seen == 0] = SMALLEST_DAY
    # For the normal, least squares has a closed form: the mean of the three, and the half range over the quantile.
    spread = (seen[2] - seen[0]) / (2 * float(ndtri(p[2])))
    normal = ((seen - seen.mean() - spread * ndtri(p)) ** 2).sum()
    fits = [Fitted("normal", float(normal), math.pi * spread**2 / (2 * n))]
    if seen.min() > 0:
        fits += [_fit(name, family, p, seen, n) for name, family in FAMILIES.items()]
    return min(fits, key=lambda fit: fit.distance)


def _fit(name: str, family: _Family, p: Floats, seen: Floats, n: float) -> Fitted:
    """Least squares in scale and shape: at a given shape the best scale is a ratio, so one dimension is left."""

    def scaled(log_shape: float) -> tuple[float, float]:
        unit = family.quantile(p, math.exp(log_shape))
        scale = float(unit @ seen / (unit @ unit))
        return float(((scale * unit - seen) ** 2).sum()), scale

    with np.errstate(all="ignore"):
        log_shape = _lowest(lambda s: scaled(s)[0], *(math.log(end) for end in family.shapes))
        distance, scale = scaled(log_shape)
        shape = math.exp(log_shape)
        middle = float(family.quantile(np.array([0.5]), shape)[0])
        f = family.density(middle, shape) / scale
    return Fitted(name, distance if math.isfinite(distance) else math.inf, 1 / (4 * n * f**2))


def _lowest(distance: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of one variable is lowest: the best of a grid, then ever finer grids around it."""
    for _ in range(12):
        grid = np.linspace(low, high, 41)
        values = np.array([distance(at) for at in grid])
        best = int(np.argmin(np.where(np.isfinite(values), values, np.inf)))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 40)]
    return float((low + high) / 2)


def luo_wan(median: Floats, n: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """(mean, standard deviation) from a median, a range and n, if the values were normal.

    Mean: Luo 2018 (Stat Methods Med Res; arXiv:1505.05687), weight 4/(4 + n^0.75) on the mid-range. Standard deviation:
    Wan 2014 (BMC Med Res Methodol 14:135), range over twice the normal quantile of (n − 0.375)/(n + 0.25).
    """
    share = 4 / (4 + n**0.75)
    ends = np.array([normal_quantile(2 * (m - 0.375) / (m + 0.25) - 1) for m in n.tolist()])
    return share * (low + high) / 2 + (1 - share) * median, (high - low) / (2 * ends)
