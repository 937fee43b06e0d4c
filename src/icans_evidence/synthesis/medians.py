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
from icans_evidence.synthesis import median_statements
from icans_evidence.synthesis.intervals import LARGEST, Floats, normal_quantile
from icans_evidence.synthesis.inverse_variance import restricted_likelihood, weighted_mean
from icans_evidence.synthesis.quantiles import fit_quantiles, luo_wan

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
    """An estimate with its interval and that interval's true coverage as far as there is one, and what to beware of."""

    estimate: float
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    warnings: tuple[str, ...] = ()


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

    method: median (of medians; McGrath 2019, doi 10.1002/sim.8013), weighted (by `totals`), qe (quantile estimation
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
    names = [name or f"study {i + 1}" for i, name in enumerate(labels or [""] * len(medians))]
    reasons = [_reason(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]
    excluded = tuple(f"{name}: {why}" for name, why in zip(names, reasons, strict=True) if why)
    kept = {name: np.array([v for v, why in zip(column, reasons, strict=True) if not why], dtype=float)
            for name, column in columns.items()}  # fmt: skip
    return _answer(kept, method, level, excluded, unit)


def _columns(given: dict[str, Figures | None], method: str) -> dict[str, list[float | None]]:
    missing = [name for name, column in given.items() if column is None]
    if missing:
        raise UsageError(f'method "{method}" also needs {wording.listing(missing)}')
    columns = {
        name: [None if v is None or math.isnan(v) else float(v) for v in column]
        for name, column in given.items() if column is not None
    }  # fmt: skip
    if len({len(column) for column in columns.values()}) > 1:
        lengths = wording.listing(f"{len(column)} {name}" for name, column in columns.items())
        raise DataError([f"columns of unequal length: {lengths}; allowed is one entry a study"])
    faults = [
        f"study {row + 1}: {name} is {v:g}; allowed are numbers up to {LARGEST:,}"
        for name, column in columns.items() for row, v in enumerate(column) if v is not None and abs(v) > LARGEST
    ]  # fmt: skip
    if faults:
        raise DataError(faults)
    return columns


def _reason(study: dict[str, float | None]) -> str | None:
    """Why a study cannot enter, the first that holds; None where it can."""
    absent = [name for name, value in study.items() if value is None]
    if absent:
        return f"no {wording.listing(absent, 'or')}"
    known = {name: value for name, value in study.items() if value is not None}
    low, median, high = known.get("low", -math.inf), known["median"], known.get("high", math.inf)
    fewest = 3 if "low" in known else 1
    tests = (
        ("n" in known and known["n"] < fewest, f"n is {known.get('n', 0):g}, below {fewest}"),
        (low > high, "low is above high"),
        (median < low, "median is below low"),
        (median > high, "median is above high"),
        (low == high, "low and high are the same, so nothing is known of the spread"),
    )
    return next((words for holds, words in tests if holds), None)


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
    """Inverse variance with REML, and Knapp and Hartung's interval from two studies on, unless all figures agree."""
    if len(y) == 1:
        return Middle(float(y[0]))
    from scipy.special import stdtrit

    tau2 = restricted_likelihood(y, v)
    mean, variance, q = weighted_mean(y, v, tau2)
    factor = q / (len(y) - 1)
    if np.ptp(y) == 0:
        return Middle(mean, warnings=(median_statements.SAME,))
    half = float(stdtrit(len(y) - 1, (1 + level) / 2)) * math.sqrt(variance * factor)
    close = (median_statements.CLOSE,) if factor < 1 and tau2 == 0 else ()
    return Middle(mean, mean - half, mean + half, warnings=close)


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
    k, ends = len(values), (float(values.min()), float(values.max())) if len(values) else (None, None)
    middle = _cut(how.pool(kept, level), kept) if k else None
    settled = middle if middle and math.isfinite(middle.estimate) else None
    words, said = median_statements.NOT_SETTLED if k else median_statements.NOTHING, ()
    if settled:
        words = median_statements.finding(how.name, values, settled, level, unit)
        said = (*median_statements.few(k, method), *settled.warnings, *((how.warning,) if how.warning else ()))
    left = (f"Not entered: {wording.listing(excluded)}.",) if excluded else ()
    return PooledMedian(
        estimate=settled.estimate if settled else None,
        ci_low=settled.low if settled else None,
        ci_high=settled.high if settled else None,
        ci_coverage=settled.coverage if settled else None,
        range_low=ends[0], range_high=ends[1], k=k, method=method, level=level,
        excluded=excluded, warnings=said, sentence=" ".join((words, *said, *left)),
    )  # fmt: skip


def _cut(middle: Middle, kept: dict[str, Floats]) -> Middle:
    """An interval that begins below 0 begins at 0, and says so, where no study has a figure below 0."""
    if middle.low is None or middle.low >= 0 or min(column.min() for column in kept.values()) < 0:
        return middle
    return middle._replace(low=0.0, warnings=(*middle.warnings, median_statements.CUT))
