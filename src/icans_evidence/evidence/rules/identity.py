"""Rules of names: what one table names must stand in another, and stand there once.

Whether a name is known is an anti-join; the nearest known name is looked up only for those that are not.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.evidence.rules.draft import Draft, Found, among, items, rule
from icans_evidence.files.faults import Say, allowed, nearest, shown

_MANY = 500


def _unknown(frame: pl.DataFrame, column: str, known: pl.Series) -> pl.DataFrame:
    """Rows whose `column` holds a name that is not among `known`, as `value`."""
    kept = [name for name in ("file", "line") if name in frame.columns]
    names = frame.select(*kept, value=column).drop_nulls("value")
    return names.join(known.alias("value").to_frame(), on="value", how="anti")


def _is_no(what: str, known: pl.Series | None = None) -> Say:
    """How an unknown name is said, with the nearest of the `known` ones where these are few enough to look through."""
    words = [] if known is None or known.len() > _MANY else known.to_list()

    def say(row: dict[str, str]) -> str:
        near = nearest(row["value"], words)
        return f"{shown(row['value'])} is no {what}{near and '; ' + near}"

    return say


@rule()
def every_cohort_has_its_study(draft: Draft) -> Iterator[Found]:
    """A cohort's study, and the study that a document is about, stand in studies.csv."""
    if "studies" not in draft:
        return
    known = draft["studies"]["study_id"].drop_nulls()
    for table, column in (("cohorts", "study_id"), ("studies", "about")):
        if table in draft:
            rows = _unknown(items(draft[table], column), "item", known)
            yield Found(table, column, rows, _is_no("study_id of studies.csv", known))


@rule()
def documents_of_other_files_are_known(draft: Draft) -> Iterator[Found]:
    """The documents that were looked through, that pooled, advise or name a scale stand in studies.csv."""
    if "studies" not in draft:
        return
    known = draft["studies"]["study_id"].drop_nulls()
    naming = {
        "looked_for": ("study_id",), "published_pools": ("study_id", "read_in"),
        "recommendations": ("study_id", "read_in", "superseded_by"), "cohorts": ("scale_source",),
    }  # fmt: skip
    for table, columns in naming.items():
        for column in [name for name in columns if table in draft and name in draft[table].columns]:
            rows = _unknown(items(draft[table], column), "item", known)
            yield Found(table, column, rows, _is_no("study_id of studies.csv", known))
    if "cohorts" in draft and "published_pools" in draft:
        cohorts = draft["cohorts"]["cohort_id"].drop_nulls()
        rows = _unknown(items(draft["published_pools"], "includes"), "item", cohorts)
        yield Found("published_pools", "includes", rows, _is_no("cohort_id of cohorts.csv", cohorts))


@rule()
def a_cell_of_the_matrix_stands_once(draft: Draft) -> Iterator[Found]:
    """A document and a core outcome stand together once in looked_for.csv."""
    if "looked_for" not in draft:
        return
    first = pl.col("line").min().over("study_id", "core")
    rows = draft["looked_for"].with_columns(other=first).filter(pl.col("line") > pl.col("other"))
    yield Found("looked_for", "core", rows, lambda r: (
        f"{shown(r['core'])} of {r['study_id']} stands already in line {r['other']}"))  # fmt: skip


@rule()
def every_row_has_its_cohort(draft: Draft) -> Iterator[Found]:
    """A row's cohort, and a cohort that is appraised, stand in cohorts.csv."""
    if "cohorts" not in draft:
        return
    known = draft["cohorts"]["cohort_id"].drop_nulls()
    yield Found("", "cohort_id", _unknown(draft.of(), "cohort_id", known), _is_no("cohort_id of cohorts.csv", known))
    if "appraisal" in draft:
        rows = _unknown(draft["appraisal"], "cohort_id", known)
        yield Found("appraisal", "cohort_id", rows, _is_no("cohort_id of cohorts.csv", known))


@rule()
def every_row_has_its_document(draft: Draft) -> Iterator[Found]:
    """The document a row was read in stands in studies.csv."""
    if "studies" in draft:
        known = draft["studies"]["study_id"].drop_nulls()
        yield Found(
            "", "read_in", _unknown(draft.of("read_in"), "read_in", known), _is_no("study_id of studies.csv", known)
        )


@rule()
def cited_numbers_are_references(draft: Draft) -> Iterator[Found]:
    """A reference number that a row cites is the ref_number of a study."""
    if "studies" in draft:
        known = draft["studies"]["ref_number"].drop_nulls().cast(pl.String)
        unknown = draft.cited.filter(~among("item", known))
        rows = draft.of("cites").join(unknown, on="cites")
        yield Found("", "cites", rows, lambda r: f"{shown(r['item'])} is no ref_number of studies.csv")


@rule()
def overlaps_are_mutual(draft: Draft) -> Iterator[Found]:
    """Cohorts that share patients name each other, never themselves, and say why they are held to overlap."""
    if "cohorts" not in draft:
        return
    cohorts = draft["cohorts"]
    known = cohorts["cohort_id"].drop_nulls()
    pairs = items(cohorts, "overlaps_with").join(cohorts.select("line", "cohort_id"), on="line")
    unknown = _unknown(pairs, "item", known)
    yield Found("cohorts", "overlaps_with", unknown, _is_no("cohort_id of cohorts.csv", known))
    itself = pl.col("item") == pl.col("cohort_id")
    yield Found("cohorts", "overlaps_with", pairs.filter(itself), lambda r: f"{shown(r['item'])} is the cohort itself")
    mirrored = pairs.select(item="cohort_id", cohort_id="item")
    lone = pairs.filter(among("item", known) & ~itself).join(mirrored, on=["item", "cohort_id"], how="anti")
    yield Found("cohorts", "overlaps_with", lone,
                lambda r: f"{shown(r['item'])} does not name {r['cohort_id']} in its own overlaps_with")  # fmt: skip
    bare = cohorts.filter(pl.col("overlaps_with").is_not_null() & pl.col("overlap_basis").is_null())
    yield Found("cohorts", "overlap_basis", bare, lambda r: "is missing; an overlap needs its reason")


@rule()
def row_ids_carry_the_prefix_of_their_file(draft: Draft) -> Iterator[Found]:
    """A row_id begins with the three letters of its file, so that no two files share a name."""
    prefix = pl.col("file").replace_strict(_prefixes(draft), return_dtype=pl.String)
    wrong = draft.of().select("file", "line", "row_id", prefix=prefix)
    wrong = wrong.filter(~pl.col("row_id").str.starts_with(pl.col("prefix")))
    yield Found("", "row_id", wrong, lambda r: f"{shown(r['row_id'])} does not begin with {r['prefix']}")


@rule()
def outcomes_belong_to_their_file(draft: Draft) -> Iterator[Found]:
    """A row's outcome is one of those declared for its file."""
    outcomes = draft.vocabulary.outcomes
    pairs = [(table, outcome) for table in draft.located for outcome in outcomes[table]]
    types = {"file": draft.of().schema["file"], "value": pl.String()}
    known = pl.DataFrame(pairs, schema=types, orient="row")
    rows = draft.of("outcome").select("file", "line", value="outcome").drop_nulls("value")
    yield Found(
        "",
        "outcome",
        rows.join(known, on=["file", "value"], how="anti"),
        lambda r: f"{shown(r['value'])} is no outcome of this file; {allowed(r['value'], outcomes[r['file']])}",
    )


@rule()
def claims_name_rows_that_exist(draft: Draft) -> Iterator[Found]:
    """The rows that should bear out a claim exist and stand in the file it names."""
    of_claims = draft.vocabulary.of_kind("Claim")
    homes = pl.Series([table for table in draft.located if table not in of_claims], dtype=pl.String)
    for table in of_claims:
        if table in draft:
            yield from _wrong_names(draft, table, homes)


def _prefixes(draft: Draft) -> dict[str, str]:
    return {table: f"{draft.vocabulary.tables[table].prefix}-" for table in draft.located}


def _wrong_names(draft: Draft, table: str, homes: pl.Series) -> Iterator[Found]:
    claims = draft[table]
    yield Found(table, "table", _unknown(claims, "table", homes), _is_no("file of rows", homes))
    prefix = pl.col("home").replace_strict(_prefixes(draft), default=None, return_dtype=pl.String)
    for column in ("bears", "against"):
        named = items(claims, column).join(claims.select("line", home="table"), on="line")
        astray = named.filter(~pl.col("item").str.starts_with(prefix))
        yield Found(table, column, astray, lambda r: f"{shown(r['item'])} is no row of {r['home']}.csv")
        if draft.row_ids is not None:
            lost = _unknown(named.join(astray, on=["line", "item"], how="anti"), "item", draft.row_ids)
            yield Found(table, column, lost, _is_no("row_id of any file"))


@rule()
def the_register_names_rows_that_exist(draft: Draft) -> Iterator[Found]:
    """The rows that a discrepancy touches exist."""
    if "discrepancies" in draft and draft.row_ids is not None:
        lost = _unknown(items(draft["discrepancies"], "rows"), "item", draft.row_ids)
        yield Found("discrepancies", "rows", lost, _is_no("row_id of any file"))
