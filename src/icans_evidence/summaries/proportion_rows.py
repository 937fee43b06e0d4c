"""Rows of the proportion tables made ready to be summarised: counts, intervals, labels, disputes.

A printed count is taken as it is; a count rebuilt from a printed percentage is called reconstructed, and is made only
when exactly one count prints as that percentage by the rule of `printed.percents`, which the audit uses too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import NOT_STATED, OUTCOME_WORDS, Outcome, Vocabulary, outcome_words
from icans_evidence.printed.percents import percent_printed, rebuilt
from icans_evidence.summaries.arm_sizes import with_sizes
from icans_evidence.synthesis.intervals import clopper_pearson, wilson

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


@lru_cache(maxsize=4)
def counted(evidence: Evidence) -> pl.DataFrame:
    """Every row of the proportion tables with `table`, `events`, `reconstructed`, `estimate`, `ci_low`, `ci_high`
    (Wilson 95%), `exact_low`, `exact_high` (Clopper–Pearson 95%), cohort columns, `source_kind` and `disputed`.

    `rebuilt_by` says by which rule a reconstructed count was made ("rounding", "cutting", "rounding or cutting");
    `arm_size` is the size of an arm where that was rebuilt as well (see `arm_sizes`).
    Proportions are in 0..1. Rows without a denominator, and bounds, keep null intervals.
    """
    frames = [
        evidence.tables[name].with_columns(table=pl.lit(name)) for name in evidence.vocabulary.of_kind("Proportion")
    ]
    rows = pl.concat(frames, how="diagonal_relaxed") if frames else _no_rows()
    rows = with_sizes(evidence, rows)
    cells = rows.select("n_events", "n_total", "percent", "relation", "reported")
    counts = [_count(row) for row in cells.iter_rows()]
    rows = rows.with_columns(
        events=pl.Series([number for number, _ in counts], dtype=pl.Int64),
        rebuilt_by=pl.Series([rule for _, rule in counts], dtype=pl.String),
    ).with_columns(reconstructed=pl.col("rebuilt_by").is_not_null())
    return described(evidence, _with_intervals(rows))


@lru_cache(maxsize=4)
def summed(evidence: Evidence) -> pl.DataFrame:
    """The rows of `counted` and, where a cohort prints the parts of an outcome and not the whole, the whole formed of
    them: ICANS of grade 3 or higher of those of grade 3 and of grade 4. `behind` names the rows of each, `formed_of`
    the outcomes that it was formed of, null where it was printed.
    """
    rows = counted(evidence).with_columns(behind=pl.col("row_id"), formed_of=pl.lit(None, pl.String))
    made = [
        formed
        for outcome in evidence.vocabulary.declared
        for formed in _formed(rows.filter(pl.col("table") == outcome.table), outcome)
    ]
    return pl.concat([rows, *made], how="vertical") if made else rows


def _formed(rows: pl.DataFrame, outcome: Outcome) -> Iterator[pl.DataFrame]:
    """The whole of an outcome for each group that prints its parts alone, as counts of the same patients."""
    group = ["cohort_id", "read_in", "denominator_kind", "n_total"]
    have = rows.filter(pl.col("outcome") == outcome.name).select("cohort_id", "denominator_kind")
    for parts in outcome.formed_of:
        usable = rows.filter(
            pl.col("outcome").is_in(list(parts)), pl.col("events").is_not_null(), pl.col("cohort_id").is_not_null(),
            pl.col("relation") == "=",
        ).join(have, on=["cohort_id", "denominator_kind"], how="anti")  # fmt: skip
        usable = usable.unique([*group, "outcome"], keep="first", maintain_order=True)
        sums = usable.group_by(group, maintain_order=True).agg(
            k=pl.len(), first=pl.col("row_id").first(), whole=pl.col("events").sum(), ids=pl.col("row_id").str.join(";")
        )
        sums = sums.filter((pl.col("k") == len(parts)) & (pl.col("whole") <= pl.col("n_total")))
        if sums.is_empty():
            continue
        have = pl.concat([have, sums.select("cohort_id", "denominator_kind")])
        base = usable.join(sums.select("whole", "ids", row_id="first"), on="row_id", maintain_order="left")
        base = base.drop("estimate", "ci_low", "ci_high", "exact_low", "exact_high").with_columns(
            outcome=pl.lit(outcome.name), events=pl.col("whole"), n_events=pl.col("whole"), behind=pl.col("ids"),
            percent=pl.lit(None, pl.Float64), formed_of=pl.lit(" and ".join(parts)),
            **{OUTCOME_WORDS: pl.lit(wording.capital(outcome.words))},
        )  # fmt: skip
        yield _with_intervals(base).select(rows.columns)


def ids_behind(rows: pl.DataFrame) -> str:
    """The ids of the rows behind some rows, those of which a whole was formed among them, parted by semicolons."""
    return ";".join(rows["behind" if "behind" in rows.columns else "row_id"])


def formed_words(rows: pl.DataFrame) -> str:
    """A sentence, with a blank before it, on the rows of `summed` that were formed; empty where none was."""
    formed = rows["formed_of"].is_not_null().sum() if "formed_of" in rows.columns else 0
    if not formed:
        return ""
    return f" In {wording.plural(int(formed), 'cohort')} the count is that of the grades printed apart."


def _count(row: tuple[int | None, int | None, float | None, str, str]) -> tuple[int | None, str | None]:
    """The count printed, or else rebuilt and by which rule; none for a bound and where not exactly one count fits."""
    n_events, n_total, percent, relation, reported = row
    if relation != "=" or not n_total:
        return None, None
    if n_events is not None or percent is None:
        return n_events, None
    return rebuilt(percent_printed(percent, reported), n_total) or (None, None)


def _with_intervals(rows: pl.DataFrame) -> pl.DataFrame:
    fits = rows.filter(pl.col("events").is_not_null()).select("row_id", "events", "n_total")
    x, n = fits["events"].to_numpy(), fits["n_total"].to_numpy()
    (low, high), (exact_low, exact_high) = wilson(x, n), clopper_pearson(x, n)
    ends = {"ci_low": low, "ci_high": high, "exact_low": exact_low, "exact_high": exact_high}
    intervals = fits.select("row_id").with_columns(pl.Series(name, values) for name, values in ends.items())
    printed = pl.when(pl.col("percent").is_not_null()).then(pl.col("percent") / 100)
    estimate = (pl.col("events") / pl.col("n_total")).fill_null(printed)
    return rows.join(intervals, on="row_id", how="left", maintain_order="left").with_columns(estimate=estimate)


def _not_looked_through(evidence: Evidence) -> list[str]:
    """The documents in which a core outcome was not looked for: what was taken from them is a selection."""
    return evidence.looked_for.filter(pl.col("status") == "not_looked_for")["study_id"].unique().to_list()


DONE_FOR, DONE_FOR_WORDS = "done_for", "done_for_words"
"""Why something was done to patients: the value of the column with listed words that a project declares for a table of
proportions, and how it is said. Figures for different reasons never stand in one range."""


def _reasons(vocabulary: Vocabulary, rows: pl.DataFrame) -> list[pl.Expr]:
    """The columns DONE_FOR and DONE_FOR_WORDS: null in tables without such a column."""
    listed = {
        column.name
        for name in vocabulary.of_kind("Proportion")
        for column in vocabulary.tables[name].columns
        if ";" in column.words and column.name in rows.columns
    }
    reason = pl.coalesce(*listed) if listed else pl.lit(None, pl.String)
    values = rows.select(reason.alias(DONE_FOR))[DONE_FOR].unique().drop_nulls()
    said = {value: vocabulary.reason_words(value) for value in values}
    words = reason.replace_strict(said, default=None, return_dtype=pl.String)
    return [reason.alias(DONE_FOR), words.alias(DONE_FOR_WORDS)]


def described(evidence: Evidence, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with what a reader must see beside a figure: `label`, `product`, `scale`, `disease`, `age_group`,
    `n_treated`, `overlaps_with`, `prophylaxis`, `apart` (it sets the cohort beside natural incidence), `unlooked`
    (read in a document that was not looked through for every core outcome), `source_kind`
    (review, paper or secondary), `disputed` (entries of the register), the words of the vocabulary (`product_words`,
    `scale_words`, `denominator_words`; null where the project declares no such trait), `scale_rank` (the place of the
    scale there), `done_for`, `done_for_words` (what it was done for), `prevented_by` and, where rows name
    their `table`, `outcome_words`.
    """
    rows = worded(evidence, rows) if "table" in rows.columns else rows
    cohorts = evidence.cohorts.select(
        "cohort_id",
        "study_id",
        "label",
        "product",
        "scale",
        "prophylaxis",
        "disease",
        "age_group",
        "n_treated",
        "overlaps_with",
        "origin",
    )
    studies = evidence.studies.select(read_in="study_id", about="about", read_year="year")
    own = pl.col("about").is_null()
    source_kind = (
        pl.when(pl.col("origin") == "own_center").then(pl.lit("own_center"))
        .when(pl.col("in_review")).then(pl.lit("review"))
        .when(own).then(pl.lit("paper")).otherwise(pl.lit("secondary"))
    )  # fmt: skip
    return (
        rows.join(cohorts, on="cohort_id", how="left", maintain_order="left")
        .join(studies, on="read_in", how="left", maintain_order="left")
        .with_columns(
            apart=pl.col("prophylaxis").is_in(list(evidence.vocabulary.apart)).fill_null(False),
            unlooked=pl.col("read_in").is_in(_not_looked_through(evidence)).fill_null(False),
        )
        .with_columns(source_kind=source_kind, label=pl.col("label").fill_null("As the review states"))
        .join(disputes(evidence), on="row_id", how="left", maintain_order="left")
        .with_columns(_words(evidence.vocabulary, "denominator_kind" in rows.columns))
        .with_columns(_reasons(evidence.vocabulary, rows))
    )


def _no_rows() -> pl.DataFrame:
    """A frame without rows that has the columns of proportions."""
    from icans_evidence.evidence.schemas import base_columns, numeric_columns

    numbers = numeric_columns()
    columns = {name: pl.Float64 if name in numbers else pl.String for name in base_columns("Proportion", located=True)}
    return pl.DataFrame(schema={**columns, "in_review": pl.Boolean, "table": pl.String})


def _words(vocabulary: Vocabulary, counted_of: bool) -> list[pl.Expr]:
    """The columns of words that `described` adds."""
    unnamed = (pl.col("product") == NOT_STATED).fill_null(True)
    short = pl.col("product")
    for name, brief in vocabulary.short.items():
        short = short.str.replace_all(name, brief, literal=True)
    product = (
        pl.when(unnamed).then(pl.lit("product not stated")).otherwise(short.str.replace_all("_", " ", literal=True))
    )
    scales = list(vocabulary.scales)
    scale = pl.col("scale").replace_strict(dict(vocabulary.scales), default=pl.col("scale"), return_dtype=pl.String)
    rank = pl.col("scale").replace_strict(
        {name: place for place, name in enumerate(scales)}, default=len(scales), return_dtype=pl.Int64
    )
    whom = pl.lit("patients")
    if counted_of:
        words = dict(vocabulary.denominator_words)
        whom = pl.col("denominator_kind").replace_strict(words, default="patients", return_dtype=pl.String)
    nothing = pl.lit(None, pl.String)
    prevented = pl.col("prophylaxis").replace_strict(
        dict(vocabulary.prophylaxis), default=pl.col("prophylaxis"), return_dtype=pl.String
    )
    return [
        (product if "product" in vocabulary.traits else nothing).alias("product_words"),
        (scale if "scale" in vocabulary.traits else nothing).alias("scale_words"),
        prevented.alias("prevented_by"), rank.alias("scale_rank"), whom.alias("denominator_words"),
    ]  # fmt: skip


def worded(evidence: Evidence, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the words for their outcome, which the project may have declared."""
    pairs = rows.select("table", "outcome").unique(maintain_order=True)
    words = [outcome_words(evidence.vocabulary, table, outcome) for table, outcome in pairs.iter_rows()]
    named = pairs.with_columns(pl.Series(OUTCOME_WORDS, words, dtype=pl.String))
    return rows.join(named, on=["table", "outcome"], how="left", maintain_order="left")


def disputes(evidence: Evidence) -> pl.DataFrame:
    """Rows named by open entries of the register: `row_id`, `disputed` (their ids, joined by a comma)."""
    return (
        evidence.discrepancies.filter((pl.col("outcome") == "open") & pl.col("rows").is_not_null())
        .select("discrepancy_id", row_id=pl.col("rows").str.split(";"))
        .explode("row_id")
        .with_columns(pl.col("row_id").str.strip_chars())
        .group_by("row_id", maintain_order=True)
        .agg(disputed=pl.col("discrepancy_id").sort().str.join(", "))
    )


def independent(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of cohorts that share no patients: of cohorts declared to overlap the one with most patients is kept, and
    of several rows of one cohort the paper's own before a secondary report before the review, then the larger n.

    Of groups of one size that are the same patients graded twice, the one whose scale stands first in the vocabulary.
    A center's own rows are left out: they are drawn beside the literature and never change what it says.
    """
    rank = pl.col("source_kind").replace_strict({"paper": 0, "secondary": 1, "review": 2}, return_dtype=pl.Int64)
    ordered = (
        rows.filter(pl.col("cohort_id").is_not_null() & (pl.col("source_kind") != "own_center"))
        .with_columns(rank=rank)
        .sort("rank", pl.col("n_total").fill_null(0).neg(), "row_id")
        .unique("cohort_id", keep="first", maintain_order=True)
        .sort(pl.col("n_total").fill_null(0).neg(), pl.col("scale_rank").fill_null(99), "row_id")
    )
    kept: list[str] = []
    for cohort, overlaps in ordered.select("cohort_id", "overlaps_with").iter_rows():
        if not set(kept) & set((overlaps or "").split(";")):
            kept.append(cohort)
    return ordered.filter(pl.col("cohort_id").is_in(kept)).drop("rank")


def ends(values: pl.Series) -> tuple[float, float]:
    """Lowest and highest of a series that is not empty."""
    numbers = [float(value) for value in values.drop_nulls()]
    return min(numbers), max(numbers)
