"""Evidence turned into results: one row per statistic, with its sentence and the rows behind it.

A result is made here once; every sentence, table cell and chart label quotes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence.project import Project
from icans_evidence.summaries.arm_sizes import arm_results
from icans_evidence.summaries.claims import judged_claims
from icans_evidence.summaries.cohort_figures import cohort_proportions, duration_ranges, proportion_ranges
from icans_evidence.summaries.data_overview import state_of_data
from icans_evidence.summaries.extraction_agreement import agreement_results
from icans_evidence.summaries.looked_for import looked_results
from icans_evidence.summaries.planted_faults import seeded_results
from icans_evidence.summaries.pooled_rates import answers, pooled_results
from icans_evidence.summaries.proportion_rows import counted, summed
from icans_evidence.summaries.published import published_results
from icans_evidence.summaries.result import Result, frame_of
from icans_evidence.summaries.sensitivity_analyses import dependence_results
from icans_evidence.summaries.simulated_coverage import coverage_results

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def results(given: Evidence | Project | str | Path) -> pl.DataFrame:
    """Every result of a project in the columns of `RESULT_COLUMNS`, sorted by `result_id`.

    `given` is a Project, the folder of one, or its evidence: the plan is always that of the project around the data.
    Proportions and their intervals are in 0..1; durations in the unit of their row.
    """
    return frame_of(results_by_id(Project.of(given)).values())


def results_by_id(project: Project, passes: bool = True) -> dict[str, Result]:
    """Every result of a project by its id, in the order of the ids; without `passes` none of the extraction passes."""
    evidence = project.evidence
    rows, whole = counted(evidence), summed(evidence)
    made = [
        *cohort_proportions(rows),
        *arm_results(evidence, rows),
        *proportion_ranges(evidence, whole),
        *duration_ranges(evidence),
        *pooled_results(evidence, whole),
        *dependence_results(answers(evidence, whole)),
        *coverage_results(project.root),
        *seeded_results(project.root),
        *judged_claims(evidence, rows),
        *looked_results(evidence),
        *published_results(evidence),
        *state_of_data(evidence),
        *(agreement_results(evidence) if passes else ()),
    ]
    return {one.result_id: one for one in sorted(made, key=lambda one: one.result_id)}
