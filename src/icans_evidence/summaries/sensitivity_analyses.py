"""What a pooled rate hangs on: cohorts left out, subgroups, years, single cohorts, other defensible analyses.

Subgroups, years and influence are given from five cohorts on; a subgroup of fewer than three is not pooled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.summaries.codes import AGES
from icans_evidence.summaries.poolability import FEWEST, Judged
from icans_evidence.summaries.pooled_rates import MOST_LEFT_OUT, Answer, choice_of
from icans_evidence.summaries.proportion_rows import independent
from icans_evidence.synthesis import sensitivity
from icans_evidence.synthesis.pooled import Pooled
from icans_evidence.synthesis.sensitivity import SMALLEST, Subgroups, Universe

BY = {
    "product": "By product", "disease": "By disease", "age_group": "By age group", "scale": "By grading scale",
    "in_references": "By whether the review cites the study",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One pooled result among those that show what the whole hangs on: its head and name, and the Cook's distance where
    one cohort is left out."""

    head: str
    name: str
    pooled: Pooled
    cook: str = ""


def arrays(rows: pl.DataFrame) -> tuple[Any, Any]:
    """Events and totals of the rows."""
    return rows["events"].to_numpy(), rows["n_total"].to_numpy()


def label(vocabulary: Vocabulary, column: str, value: Any, before: str = "") -> str:
    """A subgroup's name in words; `before` stands in front of "not stated"."""
    if column == "in_references":
        return "cited by the review" if value else "not cited by the review"
    if value == "not_stated":
        return f"{before}not stated"
    words = {"age_group": AGES, "scale": vocabulary.scales}.get(column, {})
    return words.get(value) or vocabulary.short_names(value)


def steps(found: Answer) -> Iterator[Step]:
    """Every result that shows what a computed pool hangs on, in the order of the page."""
    rows, choice = found.judged.rows, choice_of(found.judged)
    x, n = arrays(rows)
    if rows.height > MOST_LEFT_OUT:
        return
    if rows.height < SMALLEST:
        without = sensitivity.leave_one_out(x, n, choice)
        yield from (
            Step("Leaving out one cohort", f"without {name}", part)
            for name, part in zip(rows["label"], without, strict=True)
        )
        return
    for name, part in zip(rows["label"], sensitivity.influence(x, n, choice), strict=True):
        cook = "" if part.cook is None else wording.rounded(part.cook, 2)
        yield Step("Leaving out one cohort", f"without {name}", part.without, cook)
    for column, head in BY.items():
        yield from _subgroup_steps(rows, column, head, found.judged)
    dated = rows.filter(pl.col("year").is_not_null())
    if dated.height >= SMALLEST:
        for year, pooled in sensitivity.cumulative(*arrays(dated), dated["year"].to_list(), choice):
            yield Step("Cumulative, by year of the study", f"to {year}", pooled)


def _subgroup_steps(rows: pl.DataFrame, column: str, head: str, judged: Judged) -> Iterator[Step]:
    parted = by_group(rows, column, judged)
    if parted is None:
        return
    test = "" if parted.p is None else f"; subgroups differ: {p_words(parted.p)}, {parted.df} df"
    for value, pooled in parted.groups.items():
        yield Step(f"{head}{test}", label(judged.vocabulary, column, value), pooled)


def by_group(rows: pl.DataFrame, column: str, judged: Judged) -> Subgroups | None:
    """The subgroups of at least three cohorts pooled by themselves; None where fewer than two of them are there."""
    if rows.height < SMALLEST:
        return None
    large = rows.filter(pl.len().over(column) >= FEWEST)
    if large[column].n_unique() < 2:
        return None
    return sensitivity.subgroups(*arrays(large), large[column].to_list(), choice_of(judged))


def p_words(p: float) -> str:
    """A probability in words: "p = 0.03", "p < 0.001"."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {wording.rounded(p, 3 if p < 0.1 else 2)}"


def row_sets(judged: Judged) -> dict[str, pl.DataFrame]:
    """The defensible choices of rows: as planned, the smaller of overlapping cohorts, no rebuilt counts, papers only,
    no figure with an open entry in the register of discrepancies.

    A choice that gives the same rows as one before it, or fewer than three cohorts, is left out.
    """
    usable = judged.usable
    smaller = independent(usable.with_columns(n_total=-pl.col("n_total")))
    sets = {
        "rows as planned": judged.rows,
        "the smaller of overlapping cohorts": usable.filter(pl.col("row_id").is_in(smaller["row_id"].implode())),
        "without reconstructed counts": independent(usable.filter(~pl.col("reconstructed"))),
        "only the papers' own figures": independent(usable.filter(pl.col("source_kind") == "paper")),
        "without disputed figures": independent(usable.filter(pl.col("disputed").is_null())),
    }
    out: dict[str, pl.DataFrame] = {}
    for name, rows in sets.items():
        if rows.height >= FEWEST and all(set(rows["row_id"]) != set(other["row_id"]) for other in out.values()):
            out[name] = rows
    return out


def universes(judged: Judged) -> list[Universe]:
    """Every defensible estimator and interval on every defensible choice of rows, lowest first, the default marked."""
    sets = row_sets(judged)
    masks = {name: np.isin(judged.usable["row_id"].to_numpy(), rows["row_id"].to_list()) for name, rows in sets.items()}
    return sensitivity.multiverse(*arrays(judged.usable), masks)
