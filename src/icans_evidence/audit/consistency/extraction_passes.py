"""The raw extraction passes as witnesses: a settled row of the review has nothing that no pass read and nobody settled.

The two passes are committed as made; without them this is said as a note, and nothing is taken as agreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.audit.extractions.adjudication import FILE
from icans_evidence.audit.extractions.pairs import FOLDER
from icans_evidence.files.faults import shown

SETTLED, RENAMED = FILE, "renamed.csv"
FIGURES = (
    "n_events", "n_total", "percent", "percent_low", "percent_high", "value", "low", "high", "threshold", "n_studies",
    "amount", "amount_high", "interval_hours", "weight_min_kg", "weight_below_kg", "cap", "duration_days",
)  # fmt: skip
WORDS = ("cohort_id", "outcome", "statistic", "spread", "unit", "threshold_unit", "cap_unit", "denominator_kind",
         "relation",
         "direction", "cites", "drug", "specimen")  # fmt: skip


def _read(path: Path) -> pl.DataFrame | None:
    return pl.read_csv(path, infer_schema=False) if path.is_file() else None


def _passes(ground: Ground) -> pl.DataFrame:
    """The rows of both passes under each other, as text: file, fingerprint, section, sentence, and FIGURES and
    WORDS."""
    kept = ("fingerprint", "section", "sentence", "reported", *FIGURES, *WORDS)
    schema = {"pass": pl.String, "file": pl.String, **dict.fromkeys(kept, pl.String)}
    parts = [pl.DataFrame(schema=schema)]
    for name in ("a", "b"):
        for table in ground.vocabulary.located:
            frame = _read(ground.evidence.root / FOLDER / name / f"{table}.csv")
            if frame is not None:
                cells = [
                    column if column in frame.columns else pl.lit(None, pl.String).alias(column) for column in kept
                ]
                parts.append(frame.select(pl.lit(name).alias("pass"), pl.lit(table).alias("file"), *cells))
    return pl.concat(parts)


def _settled(root: Path) -> pl.DataFrame:
    """What was settled: row_id, column, text; a row that changed its table or stands in one pass only has no column."""
    frame = _read(root / FOLDER / SETTLED)
    if frame is None:
        return pl.DataFrame(schema=dict.fromkeys(("row_id", "column", "text"), pl.String))
    return frame.drop_nulls("row_id").select("row_id", column="difference", text="settled")


def _renamed(root: Path) -> dict[str, str]:
    """Words of the passes that have another name since they were made, and that name."""
    frame = _read(root / FOLDER / RENAMED)
    return {} if frame is None else dict(frame.select("word", "now").iter_rows())


def _rows(ground: Ground) -> pl.DataFrame:
    """The settled rows of the review that a pass entered, their cells as text as a pass writes them."""
    by_pass = pl.col("extracted_by").fill_null("").str.contains("pass_")
    return ground.rows.filter(pl.col("in_review") & by_pass).with_columns(pl.col("file").cast(pl.String))


@rule()
def a_row_of_the_review_stands_where_a_pass_read_it(ground: Ground) -> Iterator[Told]:
    """The sentence of a settled row is one that a pass read, in that section and at that ordinal."""
    passes = _passes(ground)
    if passes.is_empty():
        first = ground.named("cohorts", "cohort_id").head(1).select(*PLACE)
        yield Told("cohort_id", first, lambda r: f"{FOLDER} is missing: no row was held against the passes", "note")
        return
    rows = _rows(ground).select(*PLACE, "fingerprint", "section", "sentence")
    unread = rows.join(passes, on="fingerprint", how="anti")
    yield Told("fingerprint", unread, lambda r: f"no pass read a row at the sentence {r['fingerprint']}")
    places = passes.select("fingerprint", "section", "sentence").unique()
    text = rows.with_columns(pl.col("sentence").cast(pl.String)).join(unread, on="row_id", how="anti")
    moved = text.join(places, on=["fingerprint", "section", "sentence"], how="anti")
    yield Told(
        "section", moved, lambda r: f"the passes read that sentence elsewhere than in {r['section']}, {r['sentence']}"
    )


@rule()
def a_row_of_the_review_holds_what_a_pass_read(ground: Ground) -> Iterator[Told]:
    """Every figure and coded word of a settled row was read at its sentence by one of the two passes, or
    settled.csv says why it stands."""
    passes = _passes(ground)
    if passes.is_empty():
        return
    rows = _rows(ground)
    settled, later = _settled(ground.evidence.root), _renamed(ground.evidence.root)
    for column in (name for name in (*FIGURES, *WORDS) if name in rows.columns):
        # claims have directions since the passes were made
        asked = rows.filter(~ground.is_of("Claim")) if column == "direction" else rows
        yield from _unread(column, asked, passes, settled, later)


@rule()
def a_figure_that_both_passes_read_is_held(ground: Ground) -> Iterator[Told]:
    """A figure that both passes hold in a column at a sentence is held there as often as in the pass with fewer, unless
    settled.csv speaks of that sentence and column."""
    passes = _passes(ground)
    if passes.is_empty():
        return
    rows = _rows(ground)
    settled = _read(ground.evidence.root / FOLDER / SETTLED)
    spoken = passes.clear() if settled is None else settled
    for column in FIGURES:
        number = pl.col(column).cast(pl.Float64, strict=False)
        keys = ["file", "fingerprint", "number"]
        read = passes.select("pass", *keys[:2], number=number).drop_nulls().group_by("pass", *keys).len()
        both = read.group_by(keys).agg(times=pl.col("len").min(), k=pl.len()).filter(pl.col("k") == 2)
        held = rows.select(*PLACE, "fingerprint", number=number)
        counts = held.drop_nulls().group_by(keys).agg(held=pl.len())
        short = both.join(counts, on=keys, how="left").filter(pl.col("held").fill_null(0) < pl.col("times"))
        if settled is not None:
            short = short.join(spoken.filter(pl.col("difference") == column), on="fingerprint", how="anti")
        blamed = held.filter(pl.col("number").is_null()).unique(
            ["file", "fingerprint"], keep="first", maintain_order=True
        )
        told = blamed.drop("number").join(short, on=["file", "fingerprint"]).with_columns(value="number")
        yield Told(column, told, lambda r, c=column: f"both passes read {c} {r['value']:g} at this sentence")  # type: ignore


def _unread(
    column: str, rows: pl.DataFrame, passes: pl.DataFrame, settled: pl.DataFrame, later: dict[str, str]
) -> Iterator[Told]:
    """Cells of one column that no pass read: among rows of the sentence with the same figures where there are such."""
    number = column in FIGURES
    cell = pl.col(column).cast(pl.Float64, strict=False) if number else pl.col(column).replace(later)
    held = rows.select(*PLACE, "fingerprint", pl.col(column), figures=_figures(), text=cell).drop_nulls("text")
    read = passes.select("fingerprint", figures=_figures(), text=cell)
    keys = ["fingerprint"] if number else ["fingerprint", "figures"]
    known = held.join(read, on=keys, how="semi")
    near = known.join(read, on=[*keys, "text"], how="anti")
    far = held.join(known, on="row_id", how="anti").join(read, on=["fingerprint", "text"], how="anti")
    lone = pl.concat([near, far])
    same = pl.col("text").cast(pl.Float64, strict=False) if number else pl.col("text").replace(later)
    told = settled.filter(pl.col("column") == column).select("row_id", text=same).drop_nulls("text")
    lone = lone.join(told, on=["row_id", "text"], how="anti")
    if column in ("outcome", "statistic"):  # a row that changed its table changed its words
        lone = lone.join(settled.filter(pl.col("column") == "table"), on="row_id", how="anti")
    yield Told(column, lone, lambda r: f"{shown(r[column])} was read at this sentence by neither pass, nor settled")


def _figures() -> pl.Expr:
    cells = [pl.col(name).cast(pl.Float64, strict=False).cast(pl.String).fill_null("") for name in FIGURES]
    return pl.concat_str(cells, separator="|")
