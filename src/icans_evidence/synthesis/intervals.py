"""Confidence intervals of one study's proportion, and the exact bound when none or all had the event.

Each function takes counts as scalars or as arrays of one shape and answers (low, high) in that shape, as
proportions in 0..1; 0/n and n/n are ordinary input.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from icans_evidence.errors import DataError, UsageError

Floats = NDArray[np.float64]
LARGEST = 1_000_000_000
"""Counts and days beyond are taken as slips of the pen."""
Ends = tuple[Any, Any]
"""Two floats for scalar counts, two float arrays for array counts."""


@cache
def normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile: 1.959964 for a level of 0.95; UsageError outside 0..1."""
    if not 0 < level < 1:
        raise UsageError(f"level is {level}; allowed: a number between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf((1 + level) / 2)


def checked_counts(events: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    """Both counts as float arrays of one shape; DataError names every pair that is not 0 ≤ events ≤ total.

    Counts are whole numbers and a total is at least 1; a missing value is a fault.
    """
    try:
        x, n = np.broadcast_arrays(np.asarray(events, dtype=float), np.asarray(totals, dtype=float))
    except (TypeError, ValueError):
        raise DataError(["events and totals: allowed are whole numbers, as many events as totals"]) from None
    fine = (n >= 1) & (x >= 0) & (x <= n) & (x == np.floor(x)) & (n == np.floor(n)) & (n <= LARGEST)
    if not fine.all():
        rows = np.flatnonzero(~fine.ravel())
        raise DataError([_fault(int(i), float(x.ravel()[i]), float(n.ravel()[i])) for i in rows])
    return x, n


def _fault(row: int, events: float, total: float) -> str:
    allowed = f"allowed are whole numbers with 0 ≤ events ≤ total and 1 ≤ total ≤ {LARGEST:,}"
    return f"study {row + 1}: {events:g} events of {total:g}; {allowed}"


def wilson(events: ArrayLike, totals: ArrayLike, level: float = 0.95) -> Ends:
    """Wilson's score interval without continuity correction (Wilson 1927, J Am Stat Assoc 22:209)."""
    x, n = checked_counts(events, totals)
    z = normal_quantile(level)
    center, half = _score(x, n, z)
    return _ends(x, n, center - half, center + half)


def _score(x: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    p = x / n
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (p + z * z / (2 * n)) / (1 + z * z / n), half


def agresti_coull(events: ArrayLike, totals: ArrayLike, level: float = 0.95) -> Ends:
    """Agresti and Coull's interval around Wilson's center, clipped to 0..1 (Am Stat 1998;52:119).

    At 0/n and n/n the end is what the formula gives after clipping, which need not be 0 or 1 for a low level.
    """
    x, n = checked_counts(events, totals)
    z = normal_quantile(level)
    center = (x + z * z / 2) / (n + z * z)
    half = z * np.sqrt(center * (1 - center) / (n + z * z))
    return _plain(np.clip(center - half, 0, 1)), _plain(np.clip(center + half, 0, 1))


def clopper_pearson(events: ArrayLike, totals: ArrayLike, level: float = 0.95) -> Ends:
    """Clopper and Pearson's exact interval (Biometrika 1934;26:404): each tail at most (1 − level)/2.

    For 0/n the high end is therefore a one-sided 97.5 % limit; `exact_bound` gives the one-sided 95 % limit.
    """
    x, n = checked_counts(events, totals)
    normal_quantile(level)
    tail = (1 - level) / 2
    low = _beta_quantile(np.where(x > 0, x, 1), n - x + 1, tail)
    high = _beta_quantile(x + 1, np.where(x < n, n - x, 1), 1 - tail)
    return _ends(x, n, low, high)


def jeffreys(events: ArrayLike, totals: ArrayLike, level: float = 0.95) -> Ends:
    """The equal-tailed interval under Jeffreys' prior, the low end 0 at 0/n and the high end 1 at n/n.

    Source: Brown, Cai and DasGupta, Stat Sci 2001;16:101; the other end stays the (1 ± level)/2 quantile.
    """
    x, n = checked_counts(events, totals)
    normal_quantile(level)
    tail = (1 - level) / 2
    low = _beta_quantile(x + 0.5, n - x + 0.5, tail)
    high = _beta_quantile(x + 0.5, n - x + 0.5, 1 - tail)
    return _ends(x, n, low, high)


def rule_of_three_bound(total: int, level: float = 0.95) -> float:
    """The exact one-sided upper limit of the proportion when none of `total` had the event.

    It is 1 − (1 − level)^(1/total), which "3/n" approximates. Clopper and Pearson's two-sided interval at 0/n
    reaches higher, since it keeps half of 1 − level for a lower tail that cannot occur.
    """
    checked_counts(0, total)
    normal_quantile(level)
    return float(-np.expm1(np.log1p(-level) / total))


def exact_bound(events: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """The one-sided exact bound as (low, high): (0, upper limit) for no event, (lower limit, 1) for all.

    UsageError for any other count: there the data have an estimate and need no bound.
    """
    checked_counts(events, total)
    if events not in (0, total):
        raise UsageError(f"{events} events of {total}; a bound is for no event or for events in all")
    reach = rule_of_three_bound(total, level)
    return (0.0, reach) if events == 0 else (1 - reach, 1.0)


def _beta_quantile(a: Floats, b: Floats, tail: float) -> Floats:
    from scipy.special import betaincinv

    return np.asarray(betaincinv(a, b, tail))


def _ends(x: Floats, n: Floats, low: Floats, high: Floats) -> Ends:
    """The ends with exact 0 at 0/n and exact 1 at n/n, where rounding or an empty tail leaves a trace."""
    low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    return _plain(np.where(x == 0, 0.0, low)), _plain(np.where(x == n, 1.0, high))


def _plain(values: Floats) -> Any:
    return float(values) if np.ndim(values) == 0 else values
