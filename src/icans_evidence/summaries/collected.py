"""Evidence turned into results: one row per statistic, with its sentence and the rows behind it.

A result is made here once; every sentence, table cell and chart label quotes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import outcome_words, words_of
from icans_evidence.project import Project
from icans_evidence.summaries.claims import judged_claims
from icans_evidence.summaries.data_overview import state_of_data
from icans_evidence.summaries.extraction_agreement import agreement_results
from icans_evidence.summaries.planted_faults import seeded_results
from icans_evidence.summaries.pooled_rates import answers, pooled_results
from icans_evidence.summaries.proportion_rows import counted, described, ends, independent
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
    rows = counted(evidence)
    made = [
        *cohort_proportions(rows),
        *proportion_ranges(rows, evidence.vocabulary.denominator_words),
        *duration_ranges(evidence),
        *pooled_results(evidence, rows),
        *dependence_results(answers(evidence, rows)),
        *coverage_results(project.root),
        *seeded_results(project.root),
        *judged_claims(evidence, rows),
        *state_of_data(evidence),
        *(agreement_results(evidence) if passes else ()),
    ]
    return {one.result_id: one for one in sorted(made, key=lambda one: one.result_id)}


def cohort_proportions(rows: pl.DataFrame) -> Iterator[Result]:
    """One result per row with a count, printed or reconstructed: estimate with Wilson and Clopper–Pearson intervals."""
    for row in rows.filter(pl.col("events").is_not_null()).iter_rows(named=True):
        phrase = wording.proportion(row["events"], row["n_total"], row["ci_low"], row["ci_high"])
        words = words_of(row)
        rebuilt = (
            f"; count reconstructed from the printed percentage by {row['rebuilt_by']}" if row["reconstructed"] else ""
        )
        yield Result(
            result_id=row["row_id"], statistic="proportion", outcome=row["outcome"],
            population=row["population"], cohort_id=row["cohort_id"], estimate=row["estimate"],
            ci_low=row["ci_low"], ci_high=row["ci_high"], exact_low=row["exact_low"],
            exact_high=row["exact_high"], unit="proportion", n_events=row["events"], n_total=row["n_total"],
            cohorts=1, method=f"Wilson score interval; exact: Clopper–Pearson{rebuilt}", phrase=phrase,
            sentence=f"{words}: {phrase}, {row['label']}{rebuilt}.", row_ids=row["row_id"],
        )  # fmt: skip


def proportion_ranges(rows: pl.DataFrame, words_for: Mapping[str, str]) -> Iterator[Result]:
    """Lowest and highest cohort of each outcome among like denominators, over cohorts that share no patients."""
    usable = rows.filter(
        pl.col("estimate").is_not_null() & (pl.col("relation") == "=") & pl.col("n_total").is_not_null()
    )
    for (table, outcome, kind), group in usable.group_by("table", "outcome", "denominator_kind", maintain_order=True):
        chosen = independent(group)
        if chosen.height < 2:
            continue
        low, high = ends(chosen["estimate"])
        patients = int(chosen["n_total"].sum())
        span = wording.span(wording.percent(low), wording.percent(high))
        count = wording.plural(chosen.height, "cohort")
        whom = words_for.get(str(kind), "patients")
        words = words_of(chosen.row(0, named=True))
        yield Result(
            result_id=f"{table}.{outcome}.{kind}.range", statistic="range over cohorts", outcome=outcome,
            population=whom, low=low, high=high, unit="proportion", n_total=patients, cohorts=chosen.height,
            method="lowest and highest cohort; overlapping cohorts counted once", phrase=span,
            sentence=f"{words}: {span} of {whom}, over {count} ({patients:,} patients).",
            row_ids=";".join(chosen["row_id"]),
        )  # fmt: skip


def duration_ranges(evidence: Evidence) -> Iterator[Result]:
    """Lowest, middle and highest of the medians that cohorts report, over cohorts that share no patients."""
    for table in evidence.vocabulary.of_kind("Duration"):
        rows = described(evidence, evidence.tables[table])
        medians = rows.filter(
            (pl.col("statistic") == "median") & (pl.col("relation") == "=") & pl.col("value").is_not_null()
        )
        for (outcome, unit), group in medians.group_by("outcome", "unit", maintain_order=True):
            chosen = independent(group)
            if chosen.height < 2:
                continue
            low, high = ends(chosen["value"])
            span = wording.span(wording.number(low), wording.number(high), str(unit))
            count = wording.plural(chosen.height, "cohort")
            yield Result(
                result_id=f"{table}.{outcome}.{unit}.range", statistic="range of medians", outcome=outcome,
                estimate=float(np.median(chosen["value"].to_numpy())), low=low, high=high, unit=unit,
                cohorts=chosen.height, method="lowest and highest median; overlapping cohorts counted once",
                phrase=span,
                sentence=f"{outcome_words(evidence.vocabulary, table, str(outcome))}: median {span} ({count}).",
                row_ids=";".join(chosen["row_id"]),
            )  # fmt: skip
