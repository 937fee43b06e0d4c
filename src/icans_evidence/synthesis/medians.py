"""Pooled medians: the median of the studies' medians, its sign-test interval and the range over studies.

A study that cannot enter is listed with the reason; what else can be made of n and a range is asked for by name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from icans_evidence import wording
from icans_evidence.errors import DataError, UsageError
from icans_evidence.synthesis.intervals import Floats, normal_quantile
from icans_evidence.synthesis.inverse_variance import restricted_likelihood, weighted_mean
from icans_evidence.synthesis.quantiles import fit_quantiles

Figures = Sequence[float | None]


@dataclass(frozen=True)
class PooledMedian:
    """A pooled median in the studies' own unit; None where it cannot be given.

    `ci_coverage` is the true coverage of the sign-test interval (a proportion, at least the level); it is
    None where there is no such interval, and for means, whose interval has only its nominal level. `excluded`
    names each study that could not enter, with the reason.
    """

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    ci_coverage: float | None
    range_low: float | None
    range_high: float | None
    k: int
    method: str
    level: float
    excluded: tuple[str, ...]
    warnings: tuple[str, ...]
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """All fields by name, ready for JSON."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


class Middle(NamedTuple):
    """An estimate with its interval and that interval's true coverage, as far as there is one."""

    estimate: float
    low: float | None = None
    high: float | None = None
    coverage: float | None = None


@dataclass(frozen=True)
class _Method:
    needs: tuple[str, ...]
    name: str
    pool: Callable[[dict[str, Floats], float], Middle]
    warning: str | None = None


def pool_medians(
    medians: Figures,
    totals: Figures | None = None,
    lows: Figures | None = None,
    highs: Figures | None = None,
    *,
    method: str = "median",
    level: float = 0.95,
    labels: Sequence[str] | None = None,
    unit: str = "days",
) -> PooledMedian:
    """Pool medians, one entry a study; None or NaN where a study does not say.

    method: median (of medians; McGrath 2019, Stat Med 38:969), weighted (by `totals`), qe (quantile estimation
    from n, median and range), or luo-wan (means rebuilt from n, median and range: a sensitivity analysis that
    takes the values as normal). UsageError for an unknown method or a missing column, DataError for columns of
    unequal length.
    """
    if method not in METHODS:
        raise UsageError(f'method "{method}"; allowed: {", ".join(METHODS)}')
    normal_quantile(level)
    how = METHODS[method]
    given = {"median": medians, "n": totals, "low": lows, "high": highs}
    columns = _columns({name: given[name] for name in how.needs}, method)
    names = list(labels) if labels is not None else [f"study {i + 1}" for i in range(len(medians))]
    reasons = [_reason(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]
    excluded = tuple(f"{name}: {why}" for name, why in zip(names, reasons, strict=True) if why)
    kept = {name: np.array([v for v, why in zip(column, reasons, strict=True) if not why], dtype=float)
            for name, column in columns.items()}  # fmt: skip
    return _answer(kept, method, level, excluded, unit)


def _columns(given: dict[str, Figures | None], method: str) -> dict[str, list[float | None]]:
    missing = [name for name, column in given.items() if column is None]
    if missing:
        raise UsageError(f'method "{method}" also needs {wording.listing(missing)}')
    columns = {name: [_figure(v) for v in column] for name, column in given.items() if column is not None}
    if len({len(column) for column in columns.values()}) > 1:
        lengths = wording.listing(f"{len(column)} {name}" for name, column in columns.items())
        raise DataError([f"columns of unequal length: {lengths}; allowed is one entry a study"])
    return columns


def _figure(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _reason(study: dict[str, float | None]) -> str | None:
    """Why a study cannot enter; None where it can."""
    absent = [name for name, value in study.items() if value is None]
    if absent:
        return f"no {wording.listing(absent, 'or')}"
    n, low, high = study.get("n"), study.get("low"), study.get("high")
    fewest = 1 if low is None else 3
    if n is not None and n < fewest:
        return f"n is {n:g}, below {fewest}"
    if low is not None and high is not None and not (low <= (study["median"] or 0.0) <= high and low < high):
        return "median not inside low to high"
    return None


def sign_test_ranks(k: int, level: float = 0.95) -> tuple[int, float] | None:
    """(rank r, true coverage) of the interval from the r-th smallest to the r-th largest of k values.

    It is the narrowest that covers the median of a continuous distribution with at least `level`; None where
    even the range does not (below 6 values at 95 %). Coverage is 1 − 2·P(B < r), B binomial (k, 1/2).
    """
    found, tail = None, 0
    for rank in range(1, k // 2 + 1):
        tail += math.comb(k, rank - 1)
        coverage = 1 - 2 * tail / 2**k
        if coverage < level:
            break
        found = (rank, coverage)
    return found


def weighted_median(values: Floats, weights: Floats) -> float:
    """The value at which the sorted weights reach half; the mean of two where they hit it exactly."""
    order = np.argsort(values, kind="stable")
    values, running = values[order], np.cumsum(weights[order])
    half = running[-1] / 2
    at = int(np.searchsorted(running, half))
    if running[at] == half and at + 1 < len(values):
        return float((values[at] + values[at + 1]) / 2)
    return float(values[at])


def luo_wan(median: Floats, n: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """(mean, standard deviation) from a median, a range and n, if the values were normal.

    Mean: Luo 2018 (Stat Methods Med Res 27:1785), weight 4/(4 + n^0.75) on the mid-range. Standard deviation:
    Wan 2014 (BMC Med Res Methodol 14:135), range over twice the normal quantile of (n − 0.375)/(n + 0.25).
    """
    share = 4 / (4 + n**0.75)
    ends = np.array([normal_quantile(2 * (m - 0.375) / (m + 0.25) - 1) for m in n.tolist()])
    return share * (low + high) / 2 + (1 - share) * median, (high - low) / (2 * ends)


def _by_median(kept: dict[str, Floats], level: float) -> Middle:
    values = np.sort(kept["median"])
    ranks = sign_test_ranks(len(values), level)
    if ranks is None:
        return Middle(float(np.median(values)))
    rank, coverage = ranks
    return Middle(float(np.median(values)), float(values[rank - 1]), float(values[-rank]), coverage)


def _by_weight(kept: dict[str, Floats], level: float) -> Middle:
    return Middle(weighted_median(kept["median"], kept["n"]))


def _by_means(kept: dict[str, Floats], level: float) -> Middle:
    means, sds = luo_wan(kept["median"], kept["n"], kept["low"], kept["high"])
    return _weighted(means, sds**2 / kept["n"], level)


def _by_quantiles(kept: dict[str, Floats], level: float) -> Middle:
    rows = zip(kept["median"], kept["n"], kept["low"], kept["high"], strict=True)
    return _weighted(kept["median"], np.array([fit_quantiles(*row).variance for row in rows]), level)


def _weighted(y: Floats, v: Floats, level: float) -> Middle:
    """Inverse variance with REML, and Knapp and Hartung's interval from two studies on."""
    if len(y) == 1:
        return Middle(float(y[0]))
    from scipy.special import stdtrit

    mean, variance, q = weighted_mean(y, v, restricted_likelihood(y, v))
    half = float(stdtrit(len(y) - 1, (1 + level) / 2)) * math.sqrt(variance * q / (len(y) - 1))
    return Middle(mean, mean - half, mean + half)


METHODS = {
    "median": _Method(("median",), "median of medians", _by_median),
    "weighted": _Method(("median", "n"), "median of medians weighted by n", _by_weight),
    "qe": _Method(
        ("median", "n", "low", "high"),
        "mean of medians by quantile estimation (inverse variance, REML, Knapp–Hartung)",
        _by_quantiles,
    ),
    "luo-wan": _Method(
        ("median", "n", "low", "high"),
        "mean of means rebuilt after Luo and Wan (inverse variance, REML, Knapp–Hartung)",
        _by_means,
        "Sensitivity analysis only: it takes days as normally distributed, which times to onset rarely are.",
    ),
}


def _answer(kept: dict[str, Floats], method: str, level: float, excluded: tuple[str, ...], unit: str) -> PooledMedian:
    how, values = METHODS[method], kept["median"]
    warnings = (how.warning,) if how.warning else ()
    middle, least, most, words = None, None, None, "No study can enter, so there is nothing to pool."
    if len(values):
        middle, least, most = how.pool(kept, level), float(values.min()), float(values.max())
        ends = f"range over studies {wording.number(least, 1)} to {wording.number(most, 1)}"
        words = f"{_finding(how, len(values), middle, level, unit)}; {ends})."
    if middle and not math.isfinite(middle.estimate):
        middle, words = None, "The fit did not converge, so no number is given."
    left = (f"Not entered: {wording.listing(excluded)}.",) if excluded else ()
    return PooledMedian(
        estimate=middle.estimate if middle else None,
        ci_low=middle.low if middle else None,
        ci_high=middle.high if middle else None,
        ci_coverage=middle.coverage if middle else None,
        range_low=least, range_high=most, k=len(values), method=method, level=level,
        excluded=excluded, warnings=warnings, sentence=" ".join((words, *warnings, *left)),
    )  # fmt: skip


def _finding(how: _Method, k: int, middle: Middle, level: float, unit: str) -> str:
    """The estimate and its interval up to an open bracket, which the range closes."""
    first = f"{wording.number(middle.estimate, 1)} {unit} ({how.name} of {wording.plural(k, 'study', 'studies')}"
    if middle.low is not None and middle.high is not None:
        ends = f"{wording.number(middle.low, 1)} to {wording.number(middle.high, 1)}"
        if middle.coverage is None:
            return f"{first}; {round(level * 100)}% CI {ends}"
        return f"{first}; sign-test interval {ends}, which covers {wording.percent(middle.coverage)}"
    if how is METHODS["median"] and k > 1:
        return f"{first}; too few studies for an interval of {round(level * 100)}%"
    return first
