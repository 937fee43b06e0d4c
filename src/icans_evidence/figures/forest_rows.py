"""Rows of the pictures of pooled results: forest plots and the multiverse.

Studies are squares by their patients, a pooled rate is a diamond over its interval, a bound stays a bound; what is not
in the pool stands beneath it with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.errors import UsageError
from icans_evidence.evidence.plan import Picture
from icans_evidence.figures.chart_rows import PERCENT, Rows
from icans_evidence.figures.charts.bands import Axis
from icans_evidence.figures.coverage_rows import coverage
from icans_evidence.figures.rows import FigureRow, of_duration, of_median, of_prediction, of_proportion, of_rate
from icans_evidence.project import Project
from icans_evidence.summaries.poolability import headline
from icans_evidence.summaries.pooled_rates import Answer, answered, computed_row
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
    said = _headline(plan, found)
    if not found.judged.is_duration:
        return out, Axis(0, plan.upper * 100, "%", headline=said)
    tops = [value for row in out for value in (row.x, row.high) if value is not None]
    return out, Axis(0, max(tops, default=1.0) * 1.06, " d", headline=said)


def _headline(plan: Picture, found: Answer) -> str:
    lines = [plan.title, f"{headline(found.judged.rows, found.judged.vocabulary)}."]
    if found.judged.reasons:
        lines.append(f"Not pooled, because {'; and '.join(found.judged.reasons)}.")
    if found.judged.mix_allowed and found.computed:
        lines.append("The diamond mixes the scales, as the plan allows.")
    return "\n".join(lines)


def _study_row(row: dict[str, Any], is_duration: bool) -> FigureRow:
    return of_duration(row) if is_duration else of_proportion(row)


def _studies(found: Answer) -> Iterator[FigureRow]:
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
            mark = "study_rebuilt" if row.get("reconstructed") else "study"
            yield replace(_study_row(row, judged.is_duration), group=head, mark=mark, weight=_area(row, most))
        if value in parted and parted[value].estimate is not None:
            yield replace(of_rate(parted[value], "In a typical study of these", linked=found.is_varied), group=head)


def _area(row: dict[str, Any], most: int) -> float:
    return max(SMALLEST_SQUARE, LARGEST * row["n_total"] / most) if row["n_total"] else 60.0


def _pooled_rows(found: Answer) -> Iterator[FigureRow]:
    """The diamond and the prediction bar, or the pooled median, under a head that says whether scales are mixed."""
    if not found.computed:
        return
    head = "If the scales are mixed" if found.judged.mix_allowed else "Pooled"
    result = computed_row(found)
    if found.median is not None:
        yield replace(of_median(result, found.median.ci_coverage), group=head)
        return
    made = (of_rate(result, "In a typical study"), of_prediction(result))
    yield from (replace(row, group=head) for row in made if row)


def _left_out(found: Answer) -> Iterator[FigureRow]:
    """Rows with a figure that are not in the pool: drawn as in every other picture, the reason in their second line."""
    judged = found.judged
    value = "value" if judged.is_duration else "estimate"
    rows = judged.left_out.filter(pl.col(value).is_not_null())
    if judged.pool.scale:  # the cohorts of other scales stand in the picture of all of them
        rows = rows.filter(pl.col("scale") == judged.pool.scale)
    for row in rows.sort("reason", value, descending=[False, True]).iter_rows(named=True):
        yield replace(_study_row(row, judged.is_duration), group="Not in the pool", detail=row["reason"])


def multiverse(evidence: Evidence, plan: Picture) -> Rows:
    """Every defensible analysis of an outcome that passes the gate, from the lowest estimate to the highest."""
    found = answer_for(evidence, plan.pool)
    if not found.judged.passes:
        raise UsageError(f"picture {plan.id}: {plan.pool} does not pass the gate, so there is nothing to vary")
    out = []
    for universe, result in universe_results(found):
        name = choice_words(universe.choice)
        where = f"{universe.rows} ({wording.plural(result.cohorts or 0, 'cohort')})"
        named = f"{name} (the default)" if universe.is_default else name
        row = of_rate(result, name if result.estimate is None else named, where, found.is_varied)
        out.append(replace(row, mark="pooled" if universe.is_default else "counted") if row.mark else row)
    said = f"{plan.title}\n{headline(found.judged.rows, found.judged.vocabulary)}."
    return out, Axis(0, plan.upper * 100, PERCENT.unit, headline=said)


POOLED_KINDS: dict[str, Callable[..., Rows]] = {"forest": forest, "multiverse": multiverse, "coverage": coverage}
