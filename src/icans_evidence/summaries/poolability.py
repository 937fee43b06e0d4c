"""The gate before pooling: which rows of an outcome could be pooled, and every reason why they are not.

A row that does not enter is named with its reason; a pool is refused unless nothing stands against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Pool
from icans_evidence.evidence.vocabulary import NOT_STATED, Vocabulary
from icans_evidence.summaries.codes import AGES
from icans_evidence.summaries.proportion_rows import described, independent

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

FEWEST = 3


@dataclass(frozen=True, eq=False)
class Judged:
    """A planned pool before the gate: all rows fit to enter; of these the `rows` that would, one a cohort and no
    patient twice; the rows left out, each with its `reason`; and what stands against pooling, `scales_differ` apart
    from the rest because the plan may allow that mix.
    """

    pool: Pool
    usable: pl.DataFrame
    rows: pl.DataFrame
    left_out: pl.DataFrame
    against: tuple[str, ...]
    scales_differ: str | None
    vocabulary: Vocabulary

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason against pooling; empty where the outcome passes the gate."""
        return (*self.against, *([self.scales_differ] if self.scales_differ else []))

    @property
    def passes(self) -> bool:
        """Whether nothing stands against pooling."""
        return not self.reasons

    @property
    def mix_allowed(self) -> bool:
        """Whether only the differing scales stand against pooling, and the plan allows that mix to be computed."""
        return bool(self.scales_differ) and not self.against and self.pool.allow_mixed_scales

    @property
    def patients(self) -> str:
        """Patients and cohorts, as "1,234 (12)"; "or more" where a cohort does not say its number."""
        numbers = self.rows["n_total"]
        total = sum(n for n in numbers if n)
        more = " or more" if numbers.null_count() else ""
        return f"{total:,}{more} ({numbers.len()})" if total else f"({numbers.len()})"

    @property
    def is_duration(self) -> bool:
        """Whether medians of days are pooled, not counts."""
        return self.vocabulary.tables[self.pool.table].kind == "Duration"


def candidates(evidence: Evidence, rows: pl.DataFrame, pool: Pool) -> pl.DataFrame:
    """All rows of the pool's outcome, with `year` of the cohort's study and `in_references` (the review cites it).

    `rows` are the counted rows of the proportion tables; durations are read from their own table.
    """
    if evidence.vocabulary.tables[pool.table].kind == "Duration":
        table = evidence.tables[pool.table].with_columns(table=pl.lit(pool.table))
        rows = described(evidence, table.filter(pl.col("statistic").is_in(["median", "bound"])))
        rows = rows.with_columns(behind=pl.col("row_id"))
    here = rows.filter((pl.col("table") == pool.table) & (pl.col("outcome") == pool.outcome))
    studies = evidence.studies.select("study_id", "year", in_references=pl.col("ref_number").is_not_null())
    kind = pl.col("denominator_kind").fill_null("not_stated")
    return here.join(studies, on="study_id", how="left", maintain_order="left").with_columns(denominator_kind=kind)


def judge(found: pl.DataFrame, pool: Pool, vocabulary: Vocabulary) -> Judged:
    """The rows of `found` (see `candidates`) parted into those that could enter and those left out, and judged."""
    reasons = [_reason(row, pool, vocabulary) for row in found.iter_rows(named=True)]
    marked = found.with_columns(reason=pl.Series(reasons, dtype=pl.String))
    usable = marked.filter(pl.col("reason").is_null()).drop("reason")
    chosen = independent(usable)
    entered = set(chosen["row_id"])
    spare = usable.filter(~pl.col("row_id").is_in(entered))
    said = [_spare_reason(row, chosen) for row in spare.iter_rows(named=True)]
    left_out = pl.concat(
        [marked.filter(pl.col("reason").is_not_null()), spare.with_columns(reason=pl.Series(said, dtype=pl.String))]
    )
    against, scales = _against(chosen, vocabulary), _differing_scales(chosen, pool, vocabulary)
    return Judged(pool, usable, chosen, left_out, against, scales, vocabulary)


def _reason(row: dict[str, Any], pool: Pool, vocabulary: Vocabulary) -> str | None:
    """Why a row cannot enter by itself, the first that holds; None where it can."""
    kind, is_duration = row["denominator_kind"], vocabulary.tables[pool.table].kind == "Duration"
    whom = "denominator not stated" if kind == NOT_STATED else f"counted among {vocabulary.denominator_words[kind]}"
    bound = "printed as about" if row["relation"] == "~" else "printed as a bound"
    tests = (
        (not row["cohort_id"], "a statement of no single cohort"),
        (row["source_kind"] == "own_center", "a center's own records, drawn beside the literature"),
        (row["apart"], f"given {vocabulary.prophylaxis.get(row['prophylaxis'], 'something')} to prevent it"),
        (row["unlooked"], "read in a document that was not looked through for every core outcome"),
        (kind not in pool.denominators, whom),
        (bool(pool.scale) and row["scale"] != pool.scale, _scale_words(row["scale"] or NOT_STATED, vocabulary)),
        (row["relation"] != "=", bound),
        (is_duration and (row.get("value") is None or row.get("unit") != "days"), "no median in days"),
        (not is_duration and row.get("events") is None, "no count printed or to be rebuilt"),
    )
    return next((words for holds, words in tests if holds), None)


def _spare_reason(row: dict[str, Any], chosen: pl.DataFrame) -> str:
    if row["cohort_id"] in set(chosen["cohort_id"]):
        return "another row of the same cohort enters"
    shared = chosen.filter(pl.col("cohort_id").is_in((row["overlaps_with"] or "").split(";")))
    return f"shares patients with {wording.listing(shared['label'])}"


def _against(chosen: pl.DataFrame, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What stands against pooling these rows, grading scales apart."""
    found = []
    if chosen.height < FEWEST:
        found.append(f"fewer than three cohorts remain ({chosen.height})")
    words = vocabulary.denominator_words
    kinds = sorted(set(chosen["denominator_kind"]), key=list(words).index)
    if len(kinds) > 1:
        found.append(f"the denominators are of different kinds ({'; '.join(words[k] for k in kinds)})")
    if chosen.height and (chosen["source_kind"] == "review").all():
        found.append("all rows are as cited in the review")
    return tuple(found)


def _differing_scales(chosen: pl.DataFrame, pool: Pool, vocabulary: Vocabulary) -> str | None:
    graded = {name for name, kind in vocabulary.denominators.items() if kind.graded}
    depends = "scale" in vocabulary.traits and (pool.graded or bool(graded & set(chosen["denominator_kind"])))
    counts = chosen.group_by("scale").len().sort("len", "scale", descending=[True, False])
    if not depends or counts.height < 2:
        return None
    said = wording.listing(f"{_scale_words(scale, vocabulary)} in {count}" for scale, count in counts.iter_rows())
    return f"grading scales differ and the outcome depends on grading ({said})"


def _scale_words(scale: str, vocabulary: Vocabulary) -> str:
    return "scale not stated" if scale == NOT_STATED else f"graded by {vocabulary.scale_words(scale)}"


def outside(judged: Judged) -> str:
    """A sentence on the further cohorts that have a figure and yet no part in the pool or its range, by reason."""
    known = judged.left_out.filter(
        pl.col("value" if judged.is_duration else "estimate").is_not_null()
        & pl.col("cohort_id").is_not_null() & (pl.col("source_kind") != "own_center")
        & ~pl.col("cohort_id").is_in(judged.rows["cohort_id"].implode()) & ~pl.col("reason").str.starts_with("shares ")
    ).unique("cohort_id", keep="first", maintain_order=True)  # fmt: skip
    counts = known.group_by("reason").len().sort("len", "reason", descending=[True, False])
    said = [f"{wording.plural(count, 'cohort')} ({reason})" for reason, count in counts.iter_rows()]
    return f" With a figure, but left out: {wording.listing(said)}." if said else ""


HEADED = {"age_group": "age group", "product": "product", "disease": "disease", "scale": "grading scale"}


def headline(rows: pl.DataFrame, vocabulary: Vocabulary) -> str:
    """Whom a pool is about: "Adults; product mixed; disease not stated; grading scale ASTCT 2019".

    A column with several values, or with a value that is itself a mixture, is mixed; one never stated is not stated.
    """
    parts = [
        _named(rows[column], column, words, vocabulary)
        for column, words in HEADED.items()
        if rows.height and (column == "age_group" or column in vocabulary.traits)
    ]
    return wording.capital("; ".join(parts))


def _named(values: pl.Series, column: str, words: str, vocabulary: Vocabulary) -> str:
    stated = sorted(set(values) - {"not_stated"})
    known = int((values != "not_stated").sum())
    if not stated:
        return f"{words} not stated"
    partly = known < len(values)
    if len(stated) > 1 or stated == ["mixed"]:
        return f"{words} mixed" + (f" (not stated in {len(values) - known} of {len(values)})" if partly else "")
    known_words = {"age_group": AGES, "scale": vocabulary.scales}.get(column, {})
    name = known_words.get(stated[0]) or vocabulary.short_names(stated[0])
    return f"{words} {name}" + (f" in {known} of {len(values)}, else not stated" if partly else "")
