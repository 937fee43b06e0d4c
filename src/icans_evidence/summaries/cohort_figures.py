"""Figures of cohorts as results: the proportion of each row with a count, and ranges over cohorts of one outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import outcome_words, words_of
from icans_evidence.summaries.looked_for import taken_from
from icans_evidence.summaries.proportion_rows import (
    DONE_FOR,
    DONE_FOR_WORDS,
    described,
    ends,
    formed_words,
    ids_behind,
    independent,
)
from icans_evidence.summaries.result import Result

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


def cohort_proportions(rows: pl.DataFrame) -> Iterator[Result]:
    """One result per row with a count, printed or reconstructed: estimate with Wilson and Clopper–Pearson intervals."""
    for row in rows.filter(pl.col("events").is_not_null()).iter_rows(named=True):
        yield proportion_result(row)


def proportion_result(row: Mapping[str, Any]) -> Result:
    """The result of one row with a count; its id is that of the row."""
    phrase = wording.proportion(row["events"], row["n_total"], row["ci_low"], row["ci_high"])
    words = words_of(row)
    rebuilt = (
        f"; count reconstructed from the printed percentage by {row['rebuilt_by']}" if row["reconstructed"] else ""
    )
    if row["arm_size"]:
        rebuilt += "; size of the arm rebuilt by exhaustive search"
    return Result(
        result_id=row["row_id"], statistic="proportion", outcome=row["outcome"],
        population=row["population"], cohort_id=row["cohort_id"], estimate=row["estimate"],
        ci_low=row["ci_low"], ci_high=row["ci_high"], exact_low=row["exact_low"],
        exact_high=row["exact_high"], unit="proportion", n_events=row["events"], n_total=row["n_total"],
        cohorts=1, method=f"Wilson score interval; exact: Clopper–Pearson{rebuilt}", phrase=phrase,
        sentence=f"{words}: {phrase}, {row['label']}{rebuilt}.", row_ids=row["row_id"],
    )  # fmt: skip


def proportion_ranges(evidence: Evidence, rows: pl.DataFrame) -> Iterator[Result]:
    """Lowest and highest cohort of each outcome among like denominators, over cohorts that share no patients; those
    given something to prevent it stand beside the range."""
    usable = rows.filter(
        pl.col("estimate").is_not_null() & (pl.col("relation") == "=") & pl.col("n_total").is_not_null()
        & ~pl.col("apart") & ~pl.col("unlooked")
    )  # fmt: skip
    words_for = evidence.vocabulary.denominator_words
    keys = ["table", "outcome", "denominator_kind", DONE_FOR]
    for (table, outcome, kind, reason), group in usable.group_by(keys, maintain_order=True):
        chosen = independent(group)
        if chosen.height < 2:
            continue
        name = range_id(str(table), str(outcome), str(kind), reason)
        found = range_result(chosen, name, words_for.get(str(kind), "patients"))
        yield selected(found, taken_from(evidence, str(table), str(outcome)))


def range_id(table: str, outcome: str, kind: str, reason: str | None = None) -> str:
    """The id of the range of an outcome among patients counted alike, and treated for one reason where there are."""
    return ".".join(filter(None, (table, outcome, kind, reason, "range")))


def selected(result: Result, selection: str) -> Result:
    """The result with what it says of how far its outcome was looked for."""
    return replace(result, sentence=result.sentence + selection, selection=selection or None)


def whole_words(row: Mapping[str, Any]) -> str:
    """The words for a row's outcome with what it was done for, where its table says so."""
    return " ".join(filter(None, (words_of(row), row.get(DONE_FOR_WORDS))))


def range_result(chosen: pl.DataFrame, result_id: str, whom: str) -> Result:
    """Lowest and highest of the cohorts chosen, which share no patients; `whom` are the patients counted."""
    low, high = ends(chosen["estimate"])
    patients = int(chosen["n_total"].sum())
    span = wording.span(wording.percent(low), wording.percent(high))
    count = wording.plural(chosen.height, "cohort")
    first = chosen.row(0, named=True)
    return Result(
        result_id=result_id, statistic="range over cohorts", outcome=first["outcome"],
        population=whom, low=low, high=high, unit="proportion", n_total=patients, cohorts=chosen.height,
        method="lowest and highest cohort; overlapping cohorts counted once", phrase=span,
        sentence=f"{whole_words(first)}: {span} of {whom}, over {count} ({patients:,} patients).{formed_words(chosen)}",
        row_ids=ids_behind(chosen),
    )  # fmt: skip


def duration_ranges(evidence: Evidence) -> Iterator[Result]:
    """Lowest, middle and highest of the medians that cohorts report, over cohorts that share no patients."""
    for table in evidence.vocabulary.of_kind("Duration"):
        rows = described(evidence, evidence.tables[table])
        medians = rows.filter(
            (pl.col("statistic") == "median") & (pl.col("relation") == "=") & pl.col("value").is_not_null()
            & ~pl.col("apart") & ~pl.col("unlooked")
        )  # fmt: skip
        for (outcome, unit), group in medians.group_by("outcome", "unit", maintain_order=True):
            chosen = independent(group)
            if chosen.height < 2:
                continue
            low, high = ends(chosen["value"])
            span = wording.span(wording.number(low), wording.number(high), str(unit))
            count = wording.plural(chosen.height, "cohort")
            found = Result(
                result_id=f"{table}.{outcome}.{unit}.range", statistic="range of medians", outcome=outcome,
                estimate=float(np.median(chosen["value"].to_numpy())), low=low, high=high, unit=unit,
                cohorts=chosen.height, method="lowest and highest median; overlapping cohorts counted once",
                phrase=span,
                sentence=f"{outcome_words(evidence.vocabulary, table, str(outcome))}: median {span} ({count}).",
                row_ids=";".join(chosen["row_id"]),
            )  # fmt: skip
            yield selected(found, taken_from(evidence, table, str(outcome)))
