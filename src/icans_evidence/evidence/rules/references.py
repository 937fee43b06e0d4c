"""Rules of reference: DOI, title, key and number name one document each, and none was counted up by a spreadsheet.

The bibliography and studies.csv must tell the same story.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.evidence.rules.draft import NO_TEXTS, Draft, Found, among, rule
from icans_evidence.files.bibtex import BIB
from icans_evidence.files.faults import shown


def _entries(draft: Draft) -> pl.DataFrame:
    """The bibliography as a frame: `line`, `key`, `doi`, `year`, `title`, `authors`; empty fields null."""
    fields = ("line", "key", "doi", "year", "title")
    types = {"line": pl.UInt32, **dict.fromkeys((*fields[1:], "authors"), pl.String)}
    rows = [[*(getattr(entry, name) or None for name in fields), entry.field("author") or None]
            for entry in draft.references or ()]  # fmt: skip
    return pl.DataFrame(rows, schema=types, orient="row")


def _repeated(frame: pl.DataFrame, table: str, column: str, value: pl.Expr) -> Found:
    """Rows whose value stands already in an earlier line."""
    named = frame.select("line", value=pl.col(column), same=value).drop_nulls("same")
    first = pl.col("line").min().over("same")
    rows = named.with_columns(other=first).filter(pl.col("line") > pl.col("other"))
    return Found(table, column, rows, lambda r: f"{shown(r['value'])} stands already in line {r['other']}")


@rule()
def a_document_stands_once(draft: Draft) -> Iterator[Found]:
    """No two studies share a DOI, PMID, number or work (title, author, year), no two references a key, DOI or work."""
    work = pl.concat_str(
        pl.col("title"), pl.col("authors").fill_null(""), pl.col("year").cast(pl.String).fill_null(""), separator="\0"
    )
    values = {"doi": pl.col("doi").str.to_lowercase(), "title": work.str.to_lowercase()}
    sources = [("studies", draft["studies"], ("doi", "pmid", "title", "ref_number"))] if "studies" in draft else []
    for table, frame, columns in [*sources, (BIB, _entries(draft), ("key", "doi", "title"))]:
        for column in columns:
            yield _repeated(frame, table, column, values.get(column, pl.col(column)))


@rule()
def no_serial_runs(draft: Draft) -> Iterator[Found]:
    """No DOI or PMID is the line above with its last number one higher, as a spreadsheet's drag leaves it."""
    sources = [("studies", draft["studies"], ("doi", "pmid"))] if "studies" in draft else []
    for table, frame, columns in [*sources, (BIB, _entries(draft), ("doi",))]:
        for column in columns:
            stem, last = pl.col(column).str.replace(r"\d+$", ""), pl.col(column).str.extract(r"(\d{1,18})$")
            above = pl.col(column).shift(1)
            split = frame.select("line", value=column, above=above, stem=stem, last=last.cast(pl.Int64))
            run = (pl.col("stem") == pl.col("stem").shift(1)) & (pl.col("last") == pl.col("last").shift(1) + 1)
            yield Found(table, column, split.filter(run), lambda r: (
                f"{shown(r['value'])} is the entry above, {r['above']}, counted up by one"))  # fmt: skip


@rule()
def reference_numbers_have_no_gap(draft: Draft) -> Iterator[Found]:
    """The reference numbers run from 1 without a gap."""
    if "studies" not in draft:
        return
    numbered = draft["studies"].select("line", "ref_number").drop_nulls().unique("ref_number").sort("ref_number")
    above = pl.col("ref_number").shift(1, fill_value=0)
    gaps = numbered.with_columns(above=above).filter(pl.col("ref_number") > pl.col("above") + 1)
    yield Found("studies", "ref_number", gaps, lambda r: (
        f'"{r["ref_number"]}" follows {r["above"]}; no study has the reference number {r["above"] + 1}'))  # fmt: skip


@rule()
def studies_and_bibliography_agree(draft: Draft) -> Iterator[Found]:
    """Every numbered study has its entry in references.bib, every entry its study, with the same DOI and year."""
    if "studies" not in draft or draft.references is None:
        return
    studies, entries = draft["studies"], _entries(draft)
    keys = entries.select(study_id="key")
    bare = studies.filter(pl.col("ref_number").is_not_null()).join(keys, on="study_id", how="anti")
    yield Found("studies", "study_id", bare, lambda r: f"{shown(r['study_id'])} has no entry in references.bib")
    lone = entries.join(studies.select(key="study_id"), on="key", how="anti")
    yield Found(BIB, "key", lone, lambda r: f"{shown(r['key'])} is no study_id of studies.csv")
    pairs = studies.join(entries.select("key", bib_doi="doi", bib_year="year"), left_on="study_id", right_on="key")
    other = pairs.filter(pl.col("doi").str.to_lowercase().ne_missing(pl.col("bib_doi")))
    yield Found("studies", "doi", other, lambda r: (
        f"{shown(r['doi'] or '')} is not the DOI in references.bib, {r['bib_doi'] or 'which has none'}"))  # fmt: skip
    years = pairs.filter(pl.col("year").cast(pl.String) != pl.col("bib_year"))
    yield Found("studies", "year", years, lambda r: f'"{r["year"]}" is not the year in references.bib, {r["bib_year"]}')


@rule()
def every_reference_is_used(draft: Draft) -> Iterator[Found]:
    """A numbered reference is cited by a row, read, or has a cohort, unless the register names it."""
    if "studies" not in draft or draft.row_ids is None:
        return
    cited = draft.cited["item"]
    used = [draft.of("read_in")["read_in"].unique(), *([draft["cohorts"]["study_id"]] if "cohorts" in draft else [])]
    number = pl.col("ref_number").cast(pl.String)
    idle = (
        draft["studies"]
        .filter(pl.col("ref_number").is_not_null())
        .with_columns(number=number, named=pl.concat_str(pl.lit("reference "), number))
    )
    told = _told(draft)
    idle = idle.filter(
        ~among("number", cited), ~among("study_id", pl.concat([*used, told]).drop_nulls()), ~among("named", told)
    )
    yield Found(
        "studies",
        "ref_number",
        idle,
        lambda r: (
            f'"{r["ref_number"]}" is cited by no row; cite it, or enter it in discrepancies.csv as reference '
            f"{r['ref_number']}"
        ),
    )


def _told(draft: Draft) -> pl.Series:
    """The references that the register names, as "reference 12" and as a study_id."""
    if "discrepancies" not in draft:
        return NO_TEXTS
    columns = ["section", "printed", "against", "why", "reading"]
    text = draft["discrepancies"].select(pl.concat_str(columns, separator=" ", ignore_nulls=True)).to_series()
    text = text.str.to_lowercase().str.replace_all(r"\b(?:references?|refs?\.?)\s*(\d+)", "reference $1")
    numbers = text.str.extract_all(r"reference \d+").explode()
    return pl.concat([numbers, text.str.extract_all(r"\b[a-z]+\d{4}[a-z]?\b").explode()]).drop_nulls()
