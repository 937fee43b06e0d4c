"""What a pooled proportion hangs on: studies left out, subgroups, time, single studies, other choices.

The subsets of one question are fitted together. Cumulative pooling and influence need five studies.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from icans_evidence.errors import DataError, UsageError
from icans_evidence.synthesis.intervals import checked_counts
from icans_evidence.synthesis.pooled import Choice, Pooled
from icans_evidence.synthesis.pooling import pool_subsets

SMALLEST = 5
DEFAULT = Choice("glmm", "t")
DEFENSIBLE = (
    DEFAULT,
    Choice("glmm", "wald"),
    Choice("reml", "knha"),
    Choice("reml", "knha", floor=True),
    Choice("reml", "t"),
    Choice("reml", "wald"),
    Choice("pm", "knha"),
    Choice("pm", "knha", floor=True),
    Choice("dl", "knha"),
    Choice("dl", "wald"),
)
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Subgroups:
    """The pooled result of each subgroup and the test whether they differ.

    `q` is the weighted sum of squares of the subgroups' logits around their mean on `df` degrees of freedom,
    `p` its chi-squared probability; None with fewer than two subgroups that have an estimate.
    """

    groups: dict[Any, Pooled]
    q: float | None
    df: int | None
    p: float | None


@dataclass(frozen=True)
class Influence:
    """What leaving one study out does: the result without it and its shift as a proportion.

    `cook` is the squared shift of mu over its variance with all studies, `variance_ratio` the variance of mu
    without the study over that with it; None where either fit has no estimate.
    """

    without: Pooled
    shift: float | None
    cook: float | None
    variance_ratio: float | None


@dataclass(frozen=True)
class Universe:
    """One defensible analysis: which rows, which choice, what came out."""

    rows: str
    choice: Choice
    pooled: Pooled
    is_default: bool


def leave_one_out(events: ArrayLike, totals: ArrayLike, choice: Choice = DEFAULT) -> list[Pooled]:
    """The pooled result without each study in turn, in the order given."""
    x, _n = checked_counts(events, totals)
    return pool_subsets(events, totals, list(~np.eye(x.size, dtype=bool)), choice)


def subgroups(events: ArrayLike, totals: ArrayLike, labels: Sequence[Hashable], choice: Choice = DEFAULT) -> Subgroups:
    """Each label's studies pooled by themselves, with their own tau², in the order of first appearance."""
    _same_length(checked_counts(events, totals)[0].size, len(labels), "labels")
    names = list(dict.fromkeys(labels))
    masks = [np.array([label == name for label in labels]) for name in names]
    groups = dict(zip(names, pool_subsets(events, totals, masks, choice), strict=True))
    return Subgroups(groups, *_difference(list(groups.values())))


def _difference(groups: list[Pooled]) -> tuple[float | None, int | None, float | None]:
    known = [(g.mu, g.se) for g in groups if g.mu is not None and g.se is not None]
    if len(known) < 2:
        return None, None, None
    from scipy.special import chdtrc

    mu, se = np.array(known, dtype=float).T
    w = 1 / se**2
    q = float(w @ (mu - w @ mu / w.sum()) ** 2)
    return q, len(known) - 1, float(chdtrc(len(known) - 1, q))


def cumulative(
    events: ArrayLike, totals: ArrayLike, years: Sequence[Any], choice: Choice = DEFAULT
) -> list[tuple[Any, Pooled]]:
    """(year, all studies up to it pooled) for each year in order; UsageError below five studies."""
    _same_length(checked_counts(events, totals)[0].size, len(years), "years")
    _enough(len(years), "cumulative pooling")
    steps = sorted(set(years))
    masks = [np.array([year <= step for year in years]) for step in steps]
    return list(zip(steps, pool_subsets(events, totals, masks, choice), strict=True))


def influence(events: ArrayLike, totals: ArrayLike, choice: Choice = DEFAULT) -> list[Influence]:
    """What each study does to the result, in the order given; UsageError below five studies."""
    x, _n = checked_counts(events, totals)
    _enough(x.size, "influence")
    everyone = np.ones((1, x.size), dtype=bool)
    whole, *parts = pool_subsets(events, totals, [*everyone, *~np.eye(x.size, dtype=bool)], choice)
    return [_moved(whole, part) for part in parts]


def _moved(whole: Pooled, part: Pooled) -> Influence:
    if whole.estimate is None or part.estimate is None:
        return Influence(part, None, None, None)
    shift = part.estimate - whole.estimate
    if whole.mu is None or part.mu is None or not whole.se or not part.se:
        return Influence(part, shift, None, None)
    ratio = (part.se / whole.se) ** 2
    return Influence(part, shift, ((whole.mu - part.mu) / whole.se) ** 2, ratio)


def multiverse(
    events: ArrayLike,
    totals: ArrayLike,
    rows: Mapping[str, Mask],
    choices: Sequence[Choice] = DEFENSIBLE,
    default: tuple[str, Choice] | None = None,
) -> list[Universe]:
    """Every choice on every named set of rows, from the lowest estimate to the highest, none last.

    `rows` maps a name to a mask over the studies. `default` is marked; without it, the first rows and choice.
    """
    x, _n = checked_counts(events, totals)
    for name, mask in rows.items():
        _same_length(x.size, len(mask), f'rows "{name}"')
    marked = default or (next(iter(rows), ""), choices[0])
    found = [
        Universe(name, choice, pooled, (name, choice) == marked)
        for choice in choices
        for name, pooled in zip(rows, pool_subsets(events, totals, _masks(rows), choice), strict=True)
    ]
    if not any(universe.is_default for universe in found):
        raise UsageError("the default is not among the rows and choices given")
    return sorted(found, key=lambda u: (u.pooled.estimate is None, u.pooled.estimate or 0.0))


def _masks(rows: Mapping[str, Mask]) -> list[Mask]:
    return [np.asarray(mask, dtype=bool) for mask in rows.values()]


def _same_length(k: int, entries: int, name: str) -> None:
    if entries != k:
        raise DataError([f"{name}: {entries} entries for {k} studies; allowed is one a study"])


def _enough(k: int, what: str) -> None:
    if k < SMALLEST:
        raise UsageError(f"{what} with {k} studies; allowed from {SMALLEST} studies on")
