"""Sizes of arms that a document does not print, where one split of its patients alone gives every percentage printed.

Every split of the whole is tried; a split fits when in each arm each percentage is that of a whole number of patients,
rounded, and where the whole prints the same outcome, the arms' numbers add up to one that prints so. A percentage cut
off is not taken for a rounded one. Sizes are used where exactly one split fits, and are called rebuilt wherever shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from icans_evidence import wording
from icans_evidence.printed.percents import counts_behind, percent_printed, prints
from icans_evidence.summaries.result import Result

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

ARM_OF = "arm_of"
"""The column of cohorts that names the cohort of which a group is an arm; a project may declare it."""
MOST = 3000
"""Patients up to which every split is tried."""
Figures = Mapping[str, str]  # outcome → percentage as printed


class Split(NamedTuple):
    """The arms of a cohort with their sizes in every split that fits."""

    whole: str
    total: int
    arms: tuple[str, ...]
    fits: tuple[tuple[int, ...], ...]

    @property
    def sizes(self) -> dict[str, int]:
        """The size of each arm; empty unless exactly one split fits."""
        return dict(zip(self.arms, self.fits[0], strict=True)) if len(self.fits) == 1 else {}


def fitting_splits(total: int, arms: Sequence[Figures], whole: Figures) -> Iterator[tuple[int, ...]]:
    """Every split of `total` patients into arms that gives all the percentages printed of the arms and of the whole.

    >>> list(fitting_splits(300, [{"a": "19.6", "b": "7.6"}, {"a": "3.9", "b": "7.9"}], {}))
    [(224, 76)]
    """
    for cuts in combinations(range(1, total), len(arms) - 1):
        sizes = tuple(end - start for start, end in zip((0, *cuts), (*cuts, total), strict=True))
        counts = [{name: _rounded(text, size) for name, text in arm.items()}
                  for arm, size in zip(arms, sizes, strict=True)]  # fmt: skip
        if all(found for arm in counts for found in arm.values()) and all(
            _adds_up([arm[name] for arm in counts], _rounded(text, total))
            for name, text in whole.items()
            if all(name in arm for arm in counts)
        ):
            yield sizes


def _rounded(text: str, total: int) -> list[int]:
    return [count for count in counts_behind(text, total) if prints(count, total, text, cut=False)]


def _adds_up(parts: Iterable[list[int]], wanted: list[int]) -> bool:
    sums = {0}
    for counts in parts:
        sums = {one + count for one in sums for count in counts}
    return not sums.isdisjoint(wanted)


def splits(evidence: Evidence, rows: pl.DataFrame) -> Iterator[Split]:
    """The arms of each cohort whose arms have no printed size, with the splits that fit. `rows` are proportions."""
    cohorts = evidence.cohorts
    if ARM_OF not in cohorts.columns:
        return
    totals = dict(cohorts.select("cohort_id", "n_treated").iter_rows())
    arms = cohorts.filter(pl.col(ARM_OF).is_not_null(), pl.col("n_treated").is_null())
    for (whole,), group in arms.group_by(ARM_OF, maintain_order=True):
        total, names = totals.get(str(whole)), tuple(group["cohort_id"])
        if total and total <= MOST and len(names) == 2:
            printed = [_figures(rows, name) for name in names]
            fits = tuple(fitting_splits(total, printed, _figures(rows, str(whole)))) if all(printed) else ()
            yield Split(str(whole), total, names, fits)


def _figures(rows: pl.DataFrame, cohort: str) -> dict[str, str]:
    """The percentages of a cohort's treated patients as printed, by outcome."""
    treated = pl.col("denominator_kind") == "treated"
    own = rows.filter(
        pl.col("cohort_id") == cohort, treated, pl.col("percent").is_not_null(), pl.col("relation") == "="
    )
    cells = own.select("table", "outcome", "percent", "reported").iter_rows()
    return {f"{table}.{outcome}": percent_printed(percent, text) for table, outcome, percent, text in cells}


def with_sizes(evidence: Evidence, rows: pl.DataFrame) -> pl.DataFrame:
    """Proportions with `arm_size`, the rebuilt size of the arm where no total is printed, also as n_total."""
    sizes = {name: size for split in splits(evidence, rows) for name, size in split.sizes.items()}
    size = pl.col("cohort_id").replace_strict(sizes, default=None, return_dtype=pl.Int64)
    lacks = pl.col("n_total").is_null() & (pl.col("denominator_kind") == "treated")
    rows = rows.with_columns(arm_size=pl.when(lacks).then(size))
    return rows.with_columns(n_total=pl.coalesce("n_total", "arm_size"))


def arm_results(evidence: Evidence, rows: pl.DataFrame) -> Iterator[Result]:
    """One result for each cohort whose arms have no printed size: the only split that fits, or how many fit."""
    labels = dict(evidence.cohorts.select("cohort_id", "label").iter_rows())
    for split in splits(evidence, rows):
        sizes = split.sizes
        named = wording.listing(f"{labels[name]} {size}" for name, size in sizes.items())
        found = f"of {split.total} patients {named}" if sizes else f"{len(split.fits):,} splits of {split.total} fit"
        told = "the only split that gives every percentage printed" if sizes else "sizes are not rebuilt"
        yield Result(
            result_id=f"arms.{split.whole}", statistic="sizes of arms", outcome="arms", cohort_id=split.whole,
            n_total=split.total, unit="patients", cohorts=len(split.arms),
            method="exhaustive search over all splits", phrase=found,
            sentence=f"Arms of {labels[split.whole]}, sizes not printed: {found}; {told}.",
        )  # fmt: skip
