"""A picture of the plan: its rows drawn in both forms, said in words, and laid beneath as a table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture as Planned
from icans_evidence.figures.chart_rows import KINDS, Rows
from icans_evidence.figures.charts.bands import FORMS, Axis
from icans_evidence.figures.display import Forms, Picture, Shown, as_json, html_table, nothing_yet
from icans_evidence.figures.forest_rows import POOLED_KINDS
from icans_evidence.figures.rows import FigureRow, drawn

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def rows_of(evidence: Evidence, plan: Planned) -> Rows:
    """The rows and the axis of a picture of any kind."""
    return {**KINDS, **POOLED_KINDS}[plan.kind](evidence, plan)


def chart(evidence: Evidence, plan: Planned) -> Shown:
    """The picture that the plan describes, in its wide and narrow forms, with its words and the data beneath."""
    shown, axis = _cut(*rows_of(evidence, plan))
    if not shown:
        return nothing_yet(plan.title)
    rows = drawn(shown)
    headline = " ".join(f"{line.rstrip('.')}." for line in axis.headline.splitlines())
    plan = replace(plan, title=headline.rstrip(".") or plan.title)
    results = [row.result for row in shown if not row.same]
    table = html_table(data_table(rows), caption=plan.title, results={"Figure": results})
    told = f"{axis}\n{rows.write_csv()}"
    words = description(plan, rows)
    return Picture(plan.id, told, partial(specs, rows, axis), plan.title, words, table + plotted(rows, axis))


def specs(rows: pl.DataFrame, axis: Axis) -> Forms:
    """The Vega-Lite specs of a picture's rows in each form; Altair is loaded when a picture is drawn, not before."""
    import altair

    from icans_evidence.figures.charts.strip import strip

    with altair.utils.schemapi.debug_mode(False):
        return {form: strip(rows, axis, form) for form in FORMS}


MOST_ROWS = 200
"""Rows that a picture draws; more cannot be read, and the real data have under a hundred."""


def _cut(rows: list[FigureRow], axis: Axis) -> Rows:
    """The first rows of a picture that would be too long, with a line that says so."""
    if len(rows) <= MOST_ROWS:
        return rows, axis
    said = f"Drawn are the first {MOST_ROWS} of {len(rows):,} rows; the audit's files hold all."
    return rows[:MOST_ROWS], replace(axis, headline="\n".join(filter(None, (axis.headline, said))))


FEW = 6
"""Rows of a group that its description names one by one; of more it names the first and the last."""


def description(plan: Planned, rows: pl.DataFrame) -> str:
    """The picture in words: what it shows, and of each group its rows, or how many with the first and the last."""
    parts = [f"{plan.title}."]
    told = rows.filter(pl.col("right").is_not_null())
    for (group,), members in told.group_by("group", maintain_order=True):
        said = [": ".join(filter(None, row)) for row in members.select("label", "right").iter_rows()]
        ends = "; ".join(said) if len(said) <= FEW else f"{len(said)} rows, first {said[0]}, last {said[-1]}"
        parts.append(f"{group}: {ends}." if group else f"{ends}.")
    return " ".join(parts)


def data_table(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a picture as the table beneath it."""
    table = _told(rows).select(
        pl.col("label").alias("Study"), pl.col("group").alias("Outcome"), pl.col("hover").alias("Figure"),
        pl.col("detail").alias("Patients"),
        pl.col("product").alias("Product"),
        pl.col("scale").alias("Scale"), pl.coalesce("flag", "note").alias("Flag"),
    )  # fmt: skip
    return table.select(name for name in table.columns if table[name].null_count() < table.height)


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that have a line of the table beneath the picture."""
    return rows.filter(~pl.col("same").fill_null(False))


def plotted(rows: pl.DataFrame, axis: Axis) -> str:
    """Every mark of a picture with its unrounded place, for the file of its data; `bound` is empty for a value."""
    bounds = {relation: words or None for relation, words in wording.BOUND_WORDS.items()}
    numbers = rows.select(
        study="label", outcome="group", patients="detail", product="product", scale="scale",
        mark="mark", bound=pl.col("relation").replace_strict(bounds, return_dtype=pl.String),
        value=pl.col("x").round_sig_figs(12),
        low=pl.col("low").round_sig_figs(12), high=pl.col("high").round_sig_figs(12),
        unit=pl.lit(axis.unit.strip() or None, pl.String),
        figure=pl.coalesce("hover", "right"), note="note", flag="flag",
    )  # fmt: skip
    kept = numbers.select(name for name in numbers.columns if numbers[name].null_count() < numbers.height)
    cells = [kept.columns, *kept.iter_rows()]
    return f'<script type="application/json" class="chart-rows">{as_json(cells)}</script>'
