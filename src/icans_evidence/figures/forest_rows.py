"""Rows of the pictures of pooled results: forest plots and the multiverse.

Studies are squares by their patients, a pooled rate is a diamond over its interval, a bound stays a bound; what is not
in the pool stands beneath it with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.errors import UsageError
from icans_evidence.evidence.plan import Picture
from icans_evidence.figures import chart_rows
from icans_evidence.figures.chart_rows import PERCENT, Rows
from icans_evidence.figures.charts.bands import ROW_COLUMNS, Axis
from icans_evidence.figures.coverage_rows import coverage
from icans_evidence.project import Project
from icans_evidence.summaries.poolability import headline
from icans_evidence.summaries.pooled_rates import Answer, answered, computed_row
from icans_evidence.summaries.result import Result
from icans_evidence.summaries.sensitivity_analyses import choice_words, label, subgroup_results, universe_results

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

LARGEST, SMALLEST_SQUARE = 230.0, 24.0
"""Areas in square pixels of the largest study's square, and of the smallest that can still be seen."""


def answer_for(evidence: Evidence, pool_id: str) -> Answer:
    """The planned pool of that id, judged and computed."""
    pools = {pool.id: pool for pool in Project.of(evidence).plan.pools}
    if pool_id not in pools:
        raise UsageError(f'no pool "{pool_id}" in analysis/plan.toml; there are: {", ".join(pools)}')
    return answered(evidence, pools[pool_id])


def forest(evidence: Evidence, plan: Picture) -> Rows:
    """Studies by grading scale, then what was pooled, then the rows that are not in the pool, each with its reason."""
    found = answer_for(evidence, plan.pool)
    out = [*_studies(found), *_pooled_rows(found), *_left_out(found)]
    frame = pl.DataFrame([{**dict.fromkeys(ROW_COLUMNS), **row} for row in out], schema=ROW_COLUMNS)
    said = _headline(plan, found)
    if not found.judged.is_duration:
        return frame, Axis(0, plan.upper * 100, "%", headline=said)
    tops = [value for name in ("x", "high") for value in frame[name].drop_nulls()]
    return frame, Axis(0, max(tops, default=1.0) * 1.06, " d", headline=said)


def _headline(plan: Picture, found: Answer) -> str:
    lines = [plan.title, f"{headline(found.judged.rows, found.judged.vocabulary)}."]
    if found.judged.reasons:
        lines.append(f"Not pooled, because {'; and '.join(found.judged.reasons)}.")
    if found.judged.mix_allowed and found.computed:
        lines.append("The diamond mixes the scales, as the plan allows.")
    return "\n".join(lines)


def _study_row(row: dict[str, Any], is_duration: bool) -> dict[str, Any]:
    return chart_rows.duration_row(row) if is_duration else chart_rows.proportion_row(row)


def _studies(found: Answer) -> Iterator[dict[str, Any]]:
    judged = found.judged
    by = "denominator_kind" if judged.rows["denominator_kind"].n_unique() > 1 else "scale"
    rows = judged.rows.sort("value" if judged.is_duration else "estimate", descending=not judged.is_duration)
    most = max((n for n in rows["n_total"] if n), default=1)
    parted = subgroup_results(found, by) if found.pooled is not None and by == "scale" else {}
    order = rows.group_by(by).len().sort("len", by, descending=[True, False])
    for value, count in order.iter_rows():
        words = (
            judged.vocabulary.denominator_words[value]
            if by == "denominator_kind"
            else label(judged.vocabulary, "scale", value, "scale ")
        )
        head = f"{wording.capital(words)}: {wording.plural(count, 'cohort')}"
        for row in rows.filter(pl.col(by) == value).iter_rows(named=True):
            square = {"mark": "study_rebuilt" if row.get("reconstructed") else "study", "weight": _area(row, most)}
            yield {**_study_row(row, judged.is_duration), "group": head, **square}
        if value in parted and parted[value].estimate is not None:
            drawn = _diamond(parted[value], "In a typical study of these")
            yield {**drawn, "group": head, "result": drawn["result"] if found.is_varied else None}


def _area(row: dict[str, Any], most: int) -> float:
    return max(SMALLEST_SQUARE, LARGEST * row["n_total"] / most) if row["n_total"] else 60.0


def _diamond(pooled: Result, name: str, detail: str = "") -> dict[str, Any]:
    assert pooled.estimate is not None and pooled.ci_low is not None and pooled.ci_high is not None
    ends = f"{wording.percent_figure(pooled.ci_low)} to {wording.percent_figure(pooled.ci_high)}"
    return {
        "label": name, "detail": detail or wording.plural(pooled.cohorts or 0, "cohort"), "relation": "=",
        "right": f"{wording.percent(pooled.estimate)} ({ends})", "share": wording.percent(pooled.estimate),
        "interval": ends, "x": pooled.estimate * 100,
        "low": pooled.ci_low * 100, "high": pooled.ci_high * 100, "mark": "diamond",
        "hover": f"{wording.percent(pooled.estimate)} ({wording.interval(pooled.ci_low, pooled.ci_high)})",
        "count": f"{pooled.n_events:,}/{pooled.n_total:,}", "result": pooled.result_id,
    }  # fmt: skip


def _pooled_rows(found: Answer) -> Iterator[dict[str, Any]]:
    """The diamond and the prediction bar, or the pooled median, under a head that says whether scales are mixed."""
    mixed = found.judged.mix_allowed
    head = "If the scales are mixed" if mixed else "Pooled"
    pooled, median = found.pooled, found.median
    if pooled is not None and pooled.estimate is not None:
        yield {**_diamond(computed_row(found), "In a typical study"), "group": head}
        if pooled.pi_low is not None and pooled.pi_high is not None:
            ends = f"{wording.percent_figure(pooled.pi_low)} to {wording.percent_figure(pooled.pi_high)}%"
            yield {
                "group": head, "label": "In a new study", "detail": "95% prediction interval", "right": ends,
                "x": pooled.estimate * 100, "low": pooled.pi_low * 100, "high": pooled.pi_high * 100,
                "mark": "prediction", "relation": "=", "hover": f"95% prediction interval {ends}",
            }  # fmt: skip
    elif median is not None and median.estimate is not None:
        known = median.ci_low is not None and median.ci_high is not None
        ends = f"{wording.number(median.ci_low or 0)} to {wording.number(median.ci_high or 0)}" if known else ""
        covers = f"sign-test interval, covers {wording.percent(median.ci_coverage)}" if median.ci_coverage else ""
        right = f"{wording.number(median.estimate)}{f' ({ends})' if ends else ''}"
        yield {
            "group": head, "label": f"Median of {median.k} medians", "detail": covers, "right": right,
            "x": median.estimate, "low": median.ci_low, "high": median.ci_high, "relation": "=",
            "mark": "diamond" if known else "pooled", "hover": f"{right} days",
        }  # fmt: skip


def _left_out(found: Answer) -> Iterator[dict[str, Any]]:
    """Rows with a figure that are not in the pool: drawn as in every other picture, the reason in their second line."""
    judged = found.judged
    value = "value" if judged.is_duration else "estimate"
    rows = judged.left_out.filter(pl.col(value).is_not_null())
    if judged.pool.scale:  # the cohorts of other scales stand in the picture of all of them
        rows = rows.filter(pl.col("scale") == judged.pool.scale)
    for row in rows.sort("reason", value, descending=[False, True]).iter_rows(named=True):
        yield {**_study_row(row, judged.is_duration), "group": "Not in the pool", "detail": row["reason"]}


def multiverse(evidence: Evidence, plan: Picture) -> Rows:
    """Every defensible analysis of an outcome that passes the gate, from the lowest estimate to the highest."""
    found = answer_for(evidence, plan.pool)
    if not found.judged.passes:
        raise UsageError(f"picture {plan.id}: {plan.pool} does not pass the gate, so there is nothing to vary")
    out = []
    for universe, result in universe_results(found):
        name = choice_words(universe.choice)
        where = f"{universe.rows} ({wording.plural(result.cohorts or 0, 'cohort')})"
        if result.estimate is None:
            none = {"right": "no estimate", "relation": "=", "result": result.result_id}
            out.append({"label": name, "detail": where, **none})
            continue
        mark = {"mark": "pooled" if universe.is_default else "counted"}
        named = f"{name} (the default)" if universe.is_default else name
        out.append({**_diamond(result, named, where), **mark})
    more = {} if found.is_varied else {"result": None}
    frame = pl.DataFrame([{**dict.fromkeys(ROW_COLUMNS), **row, **more} for row in out], schema=ROW_COLUMNS)
    said = f"{plan.title}\n{headline(found.judged.rows, found.judged.vocabulary)}."
    return frame, Axis(0, plan.upper * 100, PERCENT.unit, headline=said)


POOLED_KINDS: dict[str, Callable[..., Rows]] = {"forest": forest, "multiverse": multiverse, "coverage": coverage}
