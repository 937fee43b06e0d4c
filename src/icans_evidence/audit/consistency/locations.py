"""Place: a sentence of the review has one section and ordinal, and the rows of a file follow the order of the article.

A row that was moved is out of step with its neighbours in the file, or with the other rows of its sentence.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule


def _placed(ground: Ground) -> pl.DataFrame:
    """Rows of the review, the register and the list of sentences without a row, each with its place."""
    columns = (*PLACE, "section", "sentence", "fingerprint")
    rows = ground.rows.filter("in_review").select(*columns, "extracted_by").with_columns(pl.col("file").cast(pl.String))
    register = ground.named("discrepancies", "discrepancy_id").select(*columns)
    listed = ground.named("sentences_without_row", "fingerprint").select(*columns)
    return pl.concat([rows, register, listed], how="diagonal").drop_nulls(["section", "sentence", "fingerprint"])


@rule()
def one_fingerprint_has_one_place(ground: Ground) -> Iterator[Told]:
    """Rows, register and list that carry one fingerprint name one section and sentence."""
    rows = _placed(ground)
    places = rows.group_by("fingerprint", "section", "sentence").agg(k=pl.len())
    usual = places.sort("k", "section", "sentence", descending=[True, False, False]).unique("fingerprint", keep="first")
    usual = usual.select("fingerprint", usual_section="section", usual_sentence="sentence")
    told = rows.join(usual, on="fingerprint").filter(
        (pl.col("section") != pl.col("usual_section")) | (pl.col("sentence") != pl.col("usual_sentence"))
    )
    yield Told("section", told, lambda r: (
        f"{r['section']}, sentence {r['sentence']}, has the fingerprint of {r['usual_section']}, "
        f"sentence {r['usual_sentence']}"))  # fmt: skip


@rule()
def one_place_has_one_fingerprint(ground: Ground) -> Iterator[Told]:
    """A section and sentence named by rows, register and list has one fingerprint in all of them."""
    rows, keys = _placed(ground), ["section", "sentence"]
    prints = rows.group_by(*keys, "fingerprint").agg(k=pl.len()).sort("k", "fingerprint", descending=[True, False])
    usual = prints.unique(keys, keep="first").select(*keys, usual="fingerprint")
    told = rows.join(usual, on=keys).filter(pl.col("fingerprint") != pl.col("usual"))
    yield Told("fingerprint", told, lambda r: (
        f"{r['fingerprint']} is not {r['usual']}, which others give for {r['section']}, sentence "
        f"{r['sentence']}"))  # fmt: skip


def _in_order(ground: Ground) -> pl.DataFrame:
    """Rows of the review in the order of their files; rows that a later reader added at the end are left out."""
    later = pl.col("extracted_by").fill_null("").str.contains("third_reader")
    return ground.rows.filter(pl.col("in_review") & ~later).select(*PLACE, "section", "sentence").drop_nulls()


@rule()
def sections_stand_together_in_a_file(ground: Ground) -> Iterator[Told]:
    """In a file the rows of one section stand together: a row of another section between two of one is questioned."""
    rows = _in_order(ground)
    above, below = (pl.col("section").shift(step).over("file") for step in (1, -1))
    stretch = (pl.col("section") != pl.col("section").shift(1)).fill_null(True).cum_sum().over("file")
    runs = rows.with_columns(stretch=stretch, above=above, below=below)
    first = runs.group_by("file", "section").agg(first=pl.col("stretch").first(), runs=pl.col("stretch").n_unique())
    back = runs.join(first, on=["file", "section"]).filter(
        (pl.col("runs") > 1) & (pl.col("stretch") != pl.col("first"))
    )
    between = runs.filter((pl.col("above") == pl.col("below")) & (pl.col("section") != pl.col("above")))
    told = pl.concat([between.select(*PLACE, "section", "above"), back.select(*PLACE, "section", "above")])
    told = told.unique(PLACE, maintain_order=True)
    yield Told(
        "section",
        told,
        lambda r: f"a row of {r['section']} stands apart from the others of its section, after {r['above']}",
    )


@rule()
def sentences_rise_within_a_section(ground: Ground) -> Iterator[Told]:
    """Within a section the rows of a file follow the sentences."""
    rows = _in_order(ground).with_columns(above=pl.col("sentence").shift(1).over("file", "section"))
    told = rows.filter(pl.col("sentence") < pl.col("above"))
    yield Told(
        "sentence", told, lambda r: f"sentence {r['sentence']} stands below sentence {r['above']} of {r['section']}"
    )


@rule()
def files_agree_on_the_order_of_sections(ground: Ground) -> Iterator[Told]:
    """Where a file has two sections in one order and twice as many files have them in the other, the section
    that is out of step with most others in that file is questioned."""
    rows = _in_order(ground)
    firsts = rows.group_by("file", "section", maintain_order=True).agg(at=pl.col("line").min())
    pairs = firsts.join(firsts, on="file", suffix="_b").filter(pl.col("at") < pl.col("at_b"))
    keys = ["section", "section_b"]
    votes = pairs.group_by(keys).agg(votes=pl.len())
    against = votes.rename({"section": "section_b", "section_b": "section", "votes": "against"})
    odd = pairs.join(votes, on=keys).join(against, on=keys).filter(pl.col("against") >= 2 * pl.col("votes"))
    counts = odd.group_by("file", name=pl.concat_list(*keys)).len().explode("name").group_by("file", "name").len()
    most = counts.filter(pl.col("len") == pl.col("len").max().over("file"))
    told = rows.join(most, left_on=["file", "section"], right_on=["file", "name"]).unique(
        ["file", "section"], keep="first"
    )
    yield Told("section", told.select(*PLACE, "section"), lambda r: (
        f"{r['section']} stands in this file in another order of sections than in the other files"))  # fmt: skip


@rule()
def tables_and_figures_have_a_locator(ground: Ground) -> Iterator[Told]:
    """A row of the review in a table or figure says where there, and a row in a section of text has no locator."""
    rows = ground.rows.filter("in_review").select(*PLACE, "section", "locator").drop_nulls("section")
    framed = pl.col("section").str.contains(r"^(?:Table|Figure)\b")
    bare = rows.filter(framed & pl.col("locator").is_null())
    yield Told("section", bare, lambda r: f"a row in {r['section']} says where in it; the locator is empty")
    astray = rows.filter(~framed & pl.col("locator").is_not_null())
    yield Told("section", astray, lambda r: f"the locator is {r['locator']}, but the section {r['section']}")
