"""How often pooled intervals hold the truth, from the committed simulation `analysis/coverage.csv`.

For each method, interval and number of studies: the lowest and highest coverage over all simulated rates and spreads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence import wording
from icans_evidence.summaries.result import Result

WAYS = {
    ("glmm", "wald"): "Binomial-normal model, Wald",
    ("glmm", "t"): "Binomial-normal model, t on k − 1",
    ("reml", "knha"): "REML, Knapp–Hartung",
}


PATIENTS = (30, 120)
"""Patients of the smallest and largest simulated study, as in analysis/coverage.py; a test compares them."""


def cells(root: Path) -> pl.DataFrame:
    """The committed file as it is, one row for each simulated combination; empty without the file."""
    path = root / "analysis" / "coverage.csv"
    return pl.read_csv(path).filter(pl.col("fitted") > 0) if path.is_file() else pl.DataFrame()


def simulated(root: Path) -> pl.DataFrame:
    """`method`, `interval`, `k`, `low`, `high`, `cells`, `replicates`: as proportions; empty without the file."""
    rows = cells(root)
    if rows.is_empty():
        return rows
    share = pl.col("covered") / pl.col("fitted")
    return rows.group_by("method", "interval", "k", maintain_order=True).agg(
        low=share.min(), high=share.max(), cells=pl.len(), replicates=pl.col("replicates").max()
    )


def design(root: Path) -> str:
    """What was simulated, in words."""
    rows = cells(root)
    ends = {name: (rows[name].to_list()[0], rows[name].to_list()[-1]) for name in ("p", "tau", "k")}
    rates = wording.span(*(wording.percent(value) for value in ends["p"]))
    spreads = wording.span(*(wording.number(value) for value in ends["tau"]))
    studies = f"{wording.span(*(str(value) for value in ends['k']))} studies"
    patients = f"{wording.span(*(str(value) for value in PATIENTS))} patients"
    return f"rates of {rates}, standard deviations of logits of {spreads}, {studies} of {patients}"


def coverage_results(root: Path) -> Iterator[Result]:
    """What was simulated, and one result for each method, interval and number of studies, for the methods page."""
    if cells(root).is_empty():
        return
    yield Result(
        result_id="coverage.design", statistic="simulated coverage", outcome="coverage",
        phrase=design(root),
        method="analysis/coverage.py", sentence=f"Simulated were {design(root)}.",
    )  # fmt: skip
    yield from (result for _, result in coverage_by_way(root))


def coverage_by_way(root: Path) -> Iterator[tuple[dict[str, Any], Result]]:
    """Each line of `simulated` with its result."""
    for row in simulated(root).iter_rows(named=True):
        way = WAYS[row["method"], row["interval"]]
        span = wording.span(wording.percent(row["low"]), wording.percent(row["high"]))
        yield row, Result(
            result_id=f"coverage.{row['method']}.{row['interval']}.{row['k']}", statistic="simulated coverage",
            outcome="coverage", low=row["low"], high=row["high"], unit="proportion", phrase=span,
            method=f"simulation of {row['cells']} combinations of rate and spread, {row['replicates']:,} runs each",
            sentence=f"{way}, {row['k']} studies: simulated 95% intervals held the truth in {span} of runs.",
        )  # fmt: skip
