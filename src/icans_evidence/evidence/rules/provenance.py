"""Rules of place: every row says where it was read, and one place has one fingerprint.

A center's own rows have no place in any document, and say so by leaving the columns of place empty.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.evidence.rules.draft import Draft, Found, among, rule
from icans_evidence.files.faults import Say, shown

_SENTENCE = ("section", "sentence", "fingerprint")
_PLACE = (*_SENTENCE, "locator", "cites")


def _missing(why: str) -> Say:
    return lambda row: f"is missing; {why}"


def _own(draft: Draft) -> pl.Series:
    """The cohorts that are a center's own."""
    return draft["cohorts"].filter(pl.col("origin") == "own_center")["cohort_id"]


@rule()
def rows_of_the_review_say_their_sentence(draft: Draft) -> Iterator[Found]:
    """A row that the review states has its section, sentence and fingerprint."""
    for column in _SENTENCE:
        rows = draft.of("in_review", column).filter(pl.col("in_review") & pl.col(column).is_null())
        yield Found("", column, rows, _missing("a row that the review states needs it"))


@rule()
def rows_of_the_review_are_read_in_it(draft: Draft) -> Iterator[Found]:
    """Rows that the review states were read in one document, the review."""
    stated = draft.of("in_review", "read_in").filter(pl.col("in_review"))
    counts = stated["read_in"].drop_nulls().value_counts(sort=True)
    review = counts.row(0)[0] if counts.height else None
    rows = stated.filter(pl.col("read_in").ne_missing(pl.lit(review, dtype=pl.String)))
    yield Found(
        "",
        "read_in",
        rows,
        lambda r: f"{shown(r['read_in'] or '')} is not {review}, in which the other rows of the review were read",
    )


@rule()
def later_rows_say_where_they_were_read(draft: Draft) -> Iterator[Found]:
    """A row that the review does not state has the document it was read in and the place there."""
    if "cohorts" not in draft:
        return
    for column in ("read_in", "locator"):
        rows = draft.of("in_review", column).filter(~pl.col("in_review") & pl.col(column).is_null())
        rows = rows.filter(~among("cohort_id", _own(draft)))
        yield Found("", column, rows, _missing("a row that the review does not state needs it"))


@rule()
def own_rows_have_no_place(draft: Draft) -> Iterator[Found]:
    """Rows of a center's own cohort have no section, sentence, fingerprint, locator or citation."""
    if "cohorts" not in draft:
        return
    theirs = draft.of(*_PLACE).filter(among("cohort_id", _own(draft)))
    for column in _PLACE:
        rows = theirs.filter(pl.col(column).is_not_null()).select("file", "line", "cohort_id", value=column)
        yield Found(
            "",
            column,
            rows,
            lambda r: f"{shown(r['value'])} must be empty in a center's own rows (cohort {r['cohort_id']})",
        )


@rule()
def one_sentence_has_one_fingerprint(draft: Draft) -> Iterator[Found]:
    """Rows that name the same sentence of the review carry the same fingerprint."""
    place = ["section", "sentence"]
    located = draft.of(*_SENTENCE).select("file", "line", *_SENTENCE).drop_nulls()
    prints = located.group_by(*_SENTENCE).agg(rows=pl.len())
    prints = prints.sort("rows", "fingerprint", descending=[True, False])
    usual = prints.unique(place, keep="first", maintain_order=True).select(*place, usual="fingerprint")
    if usual.height == prints.height:
        return
    odd = located.join(usual, on=place).filter(pl.col("fingerprint") != pl.col("usual"))
    yield Found(
        "",
        "fingerprint",
        odd,
        lambda r: (
            f"{shown(r['fingerprint'])} is not {r['usual']}, which other rows give for {r['section']}, sentence "
            f"{r['sentence']}"
        ),
    )


@rule()
def a_sentence_with_rows_needs_no_reason(draft: Draft) -> Iterator[Found]:
    """A sentence that has a row is not listed among the sentences without one."""
    if "sentences_without_row" in draft:
        taken = draft.of("in_review", "fingerprint").filter(pl.col("in_review"))["fingerprint"].drop_nulls()
        rows = draft["sentences_without_row"].filter(among("fingerprint", taken))
        yield Found(
            "sentences_without_row",
            "fingerprint",
            rows,
            lambda r: f"{shown(r['fingerprint'])} has a row; take the sentence off this list",
        )
