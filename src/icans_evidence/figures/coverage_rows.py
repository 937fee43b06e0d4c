"""Rows of the picture of simulated coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icans_evidence.evidence.plan import Picture
from icans_evidence.figures.chart_rows import Rows
from icans_evidence.figures.charts.bands import Axis
from icans_evidence.figures.rows import of_coverage
from icans_evidence.project import Project
from icans_evidence.summaries.simulated_coverage import WAYS, coverage_by_way

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def coverage(evidence: Evidence, plan: Picture) -> Rows:
    """Lowest to highest simulated coverage by method and number of studies; the dashed line is 95%."""
    lines = list(coverage_by_way(Project.of(evidence).root))
    out = [
        of_coverage(result, name, line["k"], line["cells"])
        for way, name in WAYS.items()
        for line, result in lines
        if (line["method"], line["interval"]) == way
    ]
    said = f"{plan.title}\nThe dot is the lowest coverage, the line reaches to the highest; dashed: 95%."
    return out, Axis(0, 100, "%", headline=said)
