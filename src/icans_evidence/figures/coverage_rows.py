"""Rows of the picture of simulated coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture
from icans_evidence.figures.chart_rows import Rows
from icans_evidence.figures.charts.bands import ROW_COLUMNS, Axis
from icans_evidence.project import Project
from icans_evidence.summaries.simulated_coverage import WAYS, simulated

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def coverage(evidence: Evidence, plan: Picture) -> Rows:
    """Lowest to highest simulated coverage by method and number of studies; the dashed line is 95%."""
    root, out = Project.of(evidence).root, []
    for (method, interval), name in WAYS.items():
        for row in simulated(root).filter((pl.col("method") == method) & (pl.col("interval") == interval)).to_dicts():
            span = wording.span(wording.percent_figure(row["low"]), wording.percent(row["high"]))
            out.append({
                "group": name, "label": f"{row['k']} studies", "right": span, "x": row["low"] * 100,
                "detail": f"lowest and highest of {row['cells']} combinations", "low": row["low"] * 100,
                "high": row["high"] * 100, "cut": 95.0, "mark": "counted", "relation": "=", "hover": span,
            })  # fmt: skip
    frame = pl.DataFrame([{**dict.fromkeys(ROW_COLUMNS), **row} for row in out], schema=ROW_COLUMNS)
    said = f"{plan.title}\nThe dot is the lowest coverage, the line reaches to the highest; dashed: 95%."
    return frame, Axis(0, 100, "%", headline=said)
