"""The figures of a picture, one function per kind of picture: which rows, in which order, on which axis.

A bound is never drawn as a point, a reconstructed count says so, and an open discrepancy marks the figure it touches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture
from icans_evidence.evidence.vocabulary import NOT_STATED
from icans_evidence.figures import rows as figures
from icans_evidence.figures.charts.bands import Axis
from icans_evidence.figures.rows import NO_STUDY, PREVENTED, FigureRow, chosen, described_rows, group_head
from icans_evidence.summaries.cohort_figures import range_id, range_result, whole_words
from icans_evidence.summaries.proportion_rows import independent, summed

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

Rows = tuple[list[FigureRow], Axis]
PERCENT = Axis(0, 100, "%")


def proportions(evidence: Evidence, plan: Picture) -> Rows:
    """Rates by outcome and denominator, highest first, with Wilson intervals where a count is known.

    Cohorts given something to prevent the outcome are a group of their own; so is each trait where the plan says `by`.
    """
    kinds = evidence.vocabulary.denominators
    order = pl.col("denominator_kind").replace_strict(
        {kind: place for place, kind in enumerate(kinds)}, default=len(kinds)
    )
    rows = _parted(evidence, chosen(summed(evidence), plan), plan).sort(
        "position", order, "apart", "done_for_words", "part_place", pl.col("estimate").neg(), "row_id",
        nulls_last=True,
    )  # fmt: skip
    shown = rows.filter(pl.col("estimate").is_not_null()).iter_rows(named=True)
    return [figures.of_proportion(row) for row in shown], Axis(0, plan.upper * 100, "%")


def _parted(evidence: Evidence, rows: pl.DataFrame, plan: Picture) -> pl.DataFrame:
    """Rows with `part`, the words of the trait that the plan parts them by, and `part_place`, its place in the order of
    the vocabulary; what several names or none is given for comes after the single ones."""
    if not plan.by:
        return rows.with_columns(part=pl.lit(None, pl.String), part_place=pl.lit(0))
    words = f"{plan.by}_words" if f"{plan.by}_words" in rows.columns else plan.by
    named = rows.with_columns(part=pl.col(words).fill_null(NO_STUDY).str.replace_all("_", " ", literal=True))
    terms = evidence.vocabulary.is_name(plan.by)
    if terms is None:
        return named.with_columns(part_place=pl.lit(0))
    singles = {evidence.vocabulary.short_names(name): place for place, name in enumerate(terms)}
    several = ~pl.col("part").is_in(list(singles)) & pl.col(plan.by).str.contains(r", | or ")
    part = pl.when(several).then(pl.lit(f"several {plan.by}s together")).otherwise(pl.col("part"))
    last = pl.when(several).then(1).when(pl.col(plan.by).fill_null(NOT_STATED) == NOT_STATED).then(2).otherwise(0)
    place = pl.col("part").replace_strict(singles, default=None, return_dtype=pl.Int32)
    return named.with_columns(part=part, part_place=pl.coalesce(place, last + len(singles)))


def overview(evidence: Evidence, plan: Picture) -> Rows:
    """One line per outcome: every cohort that shares no patients with another as a dot, their range at the right.

    Cohorts given something to prevent it are left out; where the plan says `by` they have a line of their own.
    """
    rows = chosen(summed(evidence), plan)
    rows = rows.filter((pl.col("relation") == "=") & pl.col("estimate").is_not_null())
    rows = rows if plan.by else rows.filter(pl.col("n_total").is_not_null())
    out: list[FigureRow] = []
    keys = ["position", "denominator_kind", "done_for_words"]
    for _, group in rows.sort(keys, nulls_last=True).group_by(keys, maintain_order=True):
        own = group.filter(pl.col("source_kind") == "own_center")
        natural = independent(group.filter(~pl.col("apart") & ~pl.col("unlooked")))
        out += _lines_by_part(evidence, group, plan) if plan.by else _overview_line(natural, own)
    return out, Axis(0, plan.upper * 100, "%")


def _lines_by_part(evidence: Evidence, group: pl.DataFrame, plan: Picture) -> list[FigureRow]:
    """A group of lines: one for each product or other trait, and one for cohorts given something to prevent it."""
    parted = _parted(evidence, group.filter(pl.col("cohort_id").is_not_null()), plan).sort("part_place", "part")
    head = group_head({**group.row(0, named=True), "apart": False})
    parts = parted.filter(~pl.col("apart") & ~pl.col("unlooked")).partition_by("part", maintain_order=True)
    lines: list[FigureRow] = []
    for label, some in [*((str(part["part"][0]), part) for part in parts), (PREVENTED, parted.filter("apart"))]:
        those = independent(some)
        if those.height:
            cohorts = wording.plural(those.height, "cohort") if those.height > 1 else those["label"][0]
            first, *dots = _overview_line(those, some.filter(pl.col("source_kind") == "own_center"))
            result = first.result if those.height == 1 else None  # the audit lists no range of a part
            line = replace(first, group=head, label=label, detail=f"{cohorts} · {_patients(those)}", result=result)
            lines += [line, *dots]
    return lines


def _patients(those: pl.DataFrame) -> str:
    """How many patients cohorts have together, as far as that is printed."""
    known = int(those["n_total"].sum())
    if not known:
        return "n not printed"
    return f"{known:,} patients" + (" or more" if those["n_total"].null_count() else "")


MOST_AREA, LEAST_AREA, AREA = 420.0, 26.0, 0.6
"""Areas in square pixels of the dot of a cohort: the largest and smallest drawn, and for each patient between them."""


def _area(patients: int | None) -> float | None:
    return None if patients is None else min(max(patients * AREA, LEAST_AREA), MOST_AREA)


def _overview_line(those: pl.DataFrame, own: pl.DataFrame) -> list[FigureRow]:
    if those.is_empty():
        return []
    first = those.row(0, named=True)
    name = range_id(first["table"], first["outcome"], first["denominator_kind"], first["done_for"])
    line = figures.of_range(range_result(those, name, first["denominator_words"]), whole_words(first))
    if those.height == 1:  # no range; the line leads to its one row
        line = replace(line, result=first["row_id"])
    return [line, *_dots(those, "apart" if first["apart"] else "cohort"), *_dots(own, "own_center")]


def _dots(those: pl.DataFrame, mark: str) -> list[FigureRow]:
    """A dot a cohort on the line above; one whose number of patients is not printed is open."""
    return [
        FigureRow(
            label=None, same=True, x=dot.x, hover=f"{dot.label}: {dot.hover}", weight=_area(size),
            mark="printed" if mark == "cohort" and size is None else mark,
        )
        for dot, size in (
            (figures.of_proportion(row), None if mark == "own_center" else row["n_total"])
            for row in those.sort("estimate").iter_rows(named=True)
        )
    ]  # fmt: skip


def durations(evidence: Evidence, plan: Picture) -> Rows:
    """Medians with the spread printed with them, earliest first."""
    rows = chosen(described_rows(evidence, plan.tables), plan).filter(pl.col("unit") == plan.unit)
    rows = rows.sort("position", "apart", pl.col("value").fill_null(pl.col("low")), "row_id", nulls_last=True)
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
