"""The matrix of documents and core outcomes against the rows, and what was counted against the scale that graded it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.evidence.vocabulary import NOT_STATED


def _matrix(ground: Ground) -> pl.DataFrame:
    """The matrix with the place of each cell."""
    return ground.draft["looked_for"].with_columns(file=pl.lit("looked_for"), row_id=pl.col("study_id"))


def _declared(lines: list[tuple[str, str, str]], what: str) -> pl.DataFrame:
    """Outcomes of tables with something that is declared of them."""
    return pl.DataFrame(lines, schema=dict.fromkeys(("file", "outcome", what), pl.String), orient="row")


def _held(ground: Ground) -> pl.DataFrame:
    """Each document with each core outcome that a row or a pooled estimate read in it holds: `study_id`, `core`,
    `example` (its name)."""
    named = _declared([(o.table, o.name, o.core) for o in ground.vocabulary.declared if o.core], "core")
    rows = ground.rows.select("outcome", "row_id", file=pl.col("file").cast(pl.String), study_id="read_in").drop_nulls()
    pools = ground.draft["published_pools"].select("outcome", row_id="pool_id", study_id="read_in").drop_nulls()
    pooled = pools.join(named.select("outcome", "core").unique(), on="outcome")
    both = [rows.join(named, on=["file", "outcome"]), pooled]
    return pl.concat(both, how="diagonal").group_by("study_id", "core").agg(example=pl.col("row_id").min())


@rule("gap")
def every_document_is_looked_through(ground: Ground) -> Iterator[Told]:
    """Where a review keeps the matrix, every document that a row was read in has a cell for every core outcome."""
    matrix = _matrix(ground)
    if matrix.is_empty():
        return
    read = ground.rows.select(study_id="read_in").drop_nulls().unique()
    wanted = read.join(pl.DataFrame({"core": list(ground.vocabulary.core)}), how="cross")
    lacking = wanted.join(matrix, on=["study_id", "core"], how="anti").group_by("study_id").agg(pl.col("core").sort())
    told = ground.named("studies", "study_id").join(lacking, on="study_id")
    yield Told("study_id", told.with_columns(value=pl.lit(None, pl.String)), lambda r: (
        f"{r['study_id']} has no cell in looked_for.csv for {', '.join(r['core'])}"))  # fmt: skip


@rule("gap")
def taken_means_a_row(ground: Ground) -> Iterator[Told]:
    """A core outcome that was taken from a document stands in a row read in it; one that stands in a row was taken."""
    matrix, held = _matrix(ground), _held(ground)
    cells = matrix.join(held, on=["study_id", "core"], how="left")
    empty = cells.filter((pl.col("status") == "taken") & pl.col("example").is_null())
    yield Told("status", empty, lambda r: f"no row read in {r['study_id']} holds the core outcome {r['core']}")
    there = cells.filter((pl.col("status") != "taken") & pl.col("example").is_not_null())
    yield Told("status", there, lambda r: f"row {r['example']}, read in {r['study_id']}, holds {r['core']}")


@rule("other_source", "two_values", "wording")
def what_was_counted_is_what_the_scale_counts(ground: Ground) -> Iterator[Told]:
    """A scale grades what it defines: an outcome that counts something else does not stand in a cohort graded by it."""
    counted = [(o.table, o.name, o.counted_as) for o in ground.vocabulary.declared if o.counted_as]
    named = _declared(counted, "counted_as")
    cohorts = ground.draft["cohorts"]
    if "scale" not in cohorts.columns or named.is_empty():
        return
    counts = ground.vocabulary.counted_by
    scales = cohorts.select("cohort_id", "scale").filter(pl.col("scale").is_in(list(counts)))
    scales = scales.with_columns(counts=pl.col("scale").replace_strict(counts, return_dtype=pl.String))
    rows = ground.rows.select(*PLACE, "outcome", "cohort_id").with_columns(pl.col("file").cast(pl.String))
    rows = rows.join(named, on=["file", "outcome"])
    told = rows.join(scales, on="cohort_id").filter(pl.col("counts") != pl.col("counted_as"))
    yield Told("outcome", told, lambda r: (
        f"{r['cohort_id']} is graded by {r['scale']}, which counts {r['counts']}, not {r['counted_as']}"))  # fmt: skip


@rule("gap")
def a_scale_has_its_source(ground: Ground) -> Iterator[Told]:
    """Where a review keeps the sources of its scales, a cohort whose scale is named says in which document; one whose
    scale is not stated says which were looked through, where a graded rate of it stands."""
    cohorts = ground.named("cohorts", "cohort_id")
    if not {"scale", "scale_source"} <= set(cohorts.columns) or cohorts["scale_source"].is_null().all():
        return
    named = _declared(
        [(o.table, o.name, o.counted_as) for o in ground.vocabulary.declared if o.counted_as], "counted_as"
    )
    proportions = ground.rows.filter(ground.is_of("Proportion")).with_columns(pl.col("file").cast(pl.String))
    proportions = proportions.join(named, on=["file", "outcome"], how="semi")
    rated = proportions["cohort_id"].drop_nulls().unique()
    told = cohorts.filter(
        pl.col("scale_source").is_null()
        & ((pl.col("scale") != NOT_STATED) | pl.col("cohort_id").is_in(rated.implode()))
    )  # fmt: skip
    yield Told("scale_source", told, lambda r: (
        f"no document is named for the scale {r['scale']} of {r['cohort_id']}"))  # fmt: skip
