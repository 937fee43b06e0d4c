"""The figures of a picture, one function per kind of picture: which rows, in which order, on which axis.

A bound is never drawn as a point, a reconstructed count says so, and an open discrepancy marks the figure it touches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence.evidence.plan import Picture
from icans_evidence.evidence.vocabulary import words_of
from icans_evidence.figures import rows as figures
from icans_evidence.figures.charts.bands import Axis
from icans_evidence.figures.rows import FigureRow, chosen, described_rows
from icans_evidence.summaries.cohort_figures import range_result
from icans_evidence.summaries.proportion_rows import counted, independent

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

Rows = tuple[list[FigureRow], Axis]
PERCENT = Axis(0, 100, "%")


def proportions(evidence: Evidence, plan: Picture) -> Rows:
    """Rates by outcome and denominator, highest first, with Wilson intervals where a count is known."""
    kinds = evidence.vocabulary.denominators
    order = pl.col("denominator_kind").replace_strict(
        {kind: place for place, kind in enumerate(kinds)}, default=len(kinds)
    )
    rows = chosen(counted(evidence), plan).sort("position", order, pl.col("estimate").neg(), "row_id", nulls_last=True)
    shown = rows.filter(pl.col("estimate").is_not_null()).iter_rows(named=True)
    return [figures.of_proportion(row) for row in shown], Axis(0, plan.upper * 100, "%")


def overview(evidence: Evidence, plan: Picture) -> Rows:
    """One line per outcome: every cohort that shares no patients with another as a dot, their range at the right."""
    rows = chosen(counted(evidence), plan)
    rows = rows.filter((pl.col("relation") == "=") & pl.col("estimate").is_not_null() & pl.col("n_total").is_not_null())
    out: list[FigureRow] = []
    for _, group in rows.sort("position", "denominator_kind").group_by(
        "position", "denominator_kind", maintain_order=True
    ):
        out += _overview_line(independent(group), group.filter(pl.col("source_kind") == "own_center"))
    return out, PERCENT


def _overview_line(those: pl.DataFrame, own: pl.DataFrame) -> list[FigureRow]:
    if those.is_empty():
        return []
    first = those.row(0, named=True)
    name = f"{first['table']}.{first['outcome']}.{first['denominator_kind']}.range"
    line = figures.of_range(range_result(those, name, first["denominator_words"]), words_of(first))
    if those.height == 1:  # no range; the line leads to its one row
        line = replace(line, result=first["row_id"])
    dots = [figures.of_proportion(row) for row in those.sort("estimate").iter_rows(named=True)]
    theirs = [figures.of_proportion(row) for row in own.iter_rows(named=True)]
    shown = [
        FigureRow(label=None, same=True, x=dot.x, mark=mark, hover=f"{dot.label}: {dot.hover}")
        for mark, points in (("cohort", dots), ("own_center", theirs))
        for dot in points
    ]
    return [line, *shown]


def durations(evidence: Evidence, plan: Picture) -> Rows:
    """Medians with the spread printed with them, earliest first."""
    rows = chosen(described_rows(evidence, plan.tables), plan).filter(pl.col("unit") == plan.unit)
    rows = rows.sort("position", pl.col("value").fill_null(pl.col("low")), "row_id", nulls_last=True)
    out = [figures.of_duration(row) for row in rows.iter_rows(named=True)]
    top = max((value for row in out for value in (row.x, row.high) if value is not None), default=1.0)
    return out, Axis(0, max(top * 1.06, 1), " d" if plan.unit == "days" else f" {plan.unit}")


def laboratory(evidence: Evidence, plan: Picture) -> Rows:
    """Medians with their ranges, each on a scale of its own from zero, against the cut-off the source used."""
    rows = chosen(described_rows(evidence, plan.tables), plan).sort("position", "row_id")
    cuts = plan_cut_offs(evidence)
    return [figures.of_measurement(row, cuts.get(row["outcome"])) for row in rows.iter_rows(named=True)], Axis(0, 100)


def plan_cut_offs(evidence: Evidence) -> dict[str, float]:
    """For a measured outcome the cut-off of the finding that the vocabulary names for it, as printed there."""
    found: dict[str, float] = {}
    for outcome in evidence.vocabulary.declared:
        frame = evidence.tables[outcome.table]
        if outcome.cut_off_for and "cut_off" in frame.columns:
            for cut_off in frame.filter(pl.col("outcome") == outcome.name)["cut_off"].drop_nulls():
                digits = "".join(sign for sign in cut_off.split(" ")[0] if sign.isdigit() or sign == ".")
                if digits:
                    found.setdefault(outcome.cut_off_for, float(digits))
    return found


def directions(evidence: Evidence, plan: Picture) -> Rows:
    """What each study found with the exposure: outcome lower, no difference, higher; grouped by outcome."""
    rows = chosen(described_rows(evidence, plan.tables), plan)
    rows = rows.filter(pl.col("direction").is_not_null()).sort("position", "direction", "row_id")
    heads = tuple(figures.DIRECTION_WORDS[name] for name in figures.DIRECTION_COLUMNS)
    return [figures.of_direction(row) for row in rows.iter_rows(named=True)], Axis(-0.4, 2.4, columns=heads)


def thresholds(evidence: Evidence, plan: Picture) -> Rows:
    """Probability or sensitivity in percent at each cut-off of a marker, highest first within a marker."""
    shown = chosen(described_rows(evidence, plan.tables), plan).filter(
        (pl.col("unit") == "percent") & pl.col("value").is_not_null()
        & pl.col("statistic").is_in(["probability", "sensitivity", "specificity", "proportion", "auc", "accuracy"])
    ).sort("position", "factor", pl.col("value").neg(), "row_id")  # fmt: skip
    return sorted(map(figures.of_threshold, shown.iter_rows(named=True)), key=lambda row: row.group or ""), PERCENT


KINDS: dict[str, Callable[..., Rows]] = {
    "overview": overview,
    "proportions": proportions,
    "durations": durations,
    "laboratory": laboratory,
    "directions": directions,
    "thresholds": thresholds,
}
