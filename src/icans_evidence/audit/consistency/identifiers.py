"""Identifiers: a DOI, PMID, title, key, author and year name one document, in studies.csv and in references.bib
alike.

That a DOI and a year agree with the bibliography is a rule of the evidence; here stand title, PMID, journal,
author, and what an identifier says of itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.files.faults import shown
from icans_evidence.wording import listing

_MOVED = ("J Immunother Cancer", "10.1186", 2020)  # with BioMed Central until 2019, with BMJ since
_DOI_YEAR = r"[^0-9](20[0-3][0-9])(?:[^0-9]|[0-9]{6}(?:[^0-9]|$))"


def _studies(ground: Ground) -> pl.DataFrame:
    return ground.named("studies", "study_id")


def _bibliography(ground: Ground) -> pl.DataFrame:
    """The fields of references.bib that are held against studies.csv: key, title, pmid, journal, author as printed."""
    fields = ("title", "pmid", "journal", "author")
    rows = [[entry.key, *(entry.field(name) or None for name in fields)] for entry in ground.evidence.references]
    names = ["study_id", *(f"bib_{name}" for name in fields)]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").unique("study_id", keep="first")


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.to_lowercase().str.replace_all(r"[^a-z0-9]+", " ").str.strip_chars()


@rule("reference")
def titles_and_numbers_agree_with_the_bibliography(ground: Ground) -> Iterator[Told]:
    """A study has the title, PMID, journal and first author that its entry in references.bib has."""
    bibliography = _bibliography(ground)
    numbered = bibliography["bib_pmid"].null_count() < bibliography.height
    pairs = _studies(ground).join(bibliography, on="study_id")
    for column in ("title", "pmid", "journal"):
        other = pl.col(column).is_not_null() & (_plain(column) != _plain(f"bib_{column}")).fill_null(
            numbered and column == "pmid"
        )
        yield Told(column, pairs.filter(other), lambda r, c=column: (
            f"{shown(r[c])} is not the {c} in references.bib, {shown(r[f'bib_{c}'] or '')}"))  # type: ignore[misc]  # fmt: skip
    lost = pairs.filter(pl.col("pmid").is_null() & pl.col("bib_pmid").is_not_null())
    yield Told("pmid", lost, lambda r: f"is empty, but references.bib has {r['bib_pmid']}")
    surname = pairs.with_columns(first=pl.col("authors").str.extract(r"^(.*?)(?: [A-ZÀ-Þ-]{1,4})?$"))
    other = ~pl.col("bib_author").str.starts_with(pl.col("first"))
    yield Told("authors", surname.filter(other), lambda r: (
        f"{shown(r['authors'])} is not the first author in references.bib, {shown(r['bib_author'])}"))  # fmt: skip


@rule("reference")
def a_title_is_of_one_document(ground: Ground) -> Iterator[Told]:
    """No two studies share a title; two works of other authors or years may, such as an erratum or an annual report."""
    rows = _studies(ground).drop_nulls("title").with_columns(same=_plain("title"))
    told = rows.with_columns(other=pl.col("row_id").first().over("same")).filter(pl.col("row_id") != pl.col("other"))
    yield Told("title", told, lambda r: f"{shown(r['title'])} is the title of {r['other']} too; one work or two?")


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z]", "", plain)


@rule("reference")
def a_study_is_named_after_its_author_and_year(ground: Ground) -> Iterator[Told]:
    """A study_id that ends in a year ends in the year of publication, and where it begins with the surname of a first
    author, that is its own; a cohort's label carries the year of its study."""
    year = pl.col("study_id").str.extract(r"\D((?:19|20)\d\d)[a-z]*$").cast(pl.Int64)
    rows = _studies(ground).with_columns(named=year)
    told = rows.filter(pl.col("named") != pl.col("year"))
    yield Told("year", told, lambda r: f"the year is {r['year']}, but the name of the study says {r['named']}")
    names = rows.drop_nulls("authors").filter(pl.col("named").is_not_null())
    surnames = [_folded(who.rsplit(" ", 1)[0] if " " in who else who) for who in names["authors"]]
    stems = [re.sub(r"\d.*", "", key)[:6] for key in names["study_id"]]
    first = _bibliography(ground)["bib_author"].drop_nulls()
    known = {surname[:6] for surname in surnames} | {_folded(who.split(",")[0].rsplit(" ", 1)[0])[:6] for who in first}
    wrong = [stem in known and not surname.startswith(stem) for surname, stem in zip(surnames, stems, strict=True)]
    told = names.filter(pl.Series(wrong, dtype=pl.Boolean), pl.col("title").is_not_null())
    yield Told("authors", told, lambda r: f"{shown(r['authors'])} does not fit the name of the study, {r['study_id']}")
    cohorts = ground.named("cohorts", "cohort_id").join(rows.select("study_id", "year"), on="study_id", how="left")
    cohorts = cohorts.with_columns(said=pl.col("label").str.extract(r"\b((?:19|20)\d\d)\b").cast(pl.Int64))
    told = cohorts.filter((pl.col("said") != pl.col("year")) & ~pl.col("label").str.contains("in a review"))
    yield Told("label", told, lambda r: f"{shown(r['label'])} says {r['said']}, but {r['study_id']} is of {r['year']}")


@rule("reference")
def a_doi_fits_its_journal_and_year(ground: Ground) -> Iterator[Told]:
    """A DOI that carries a year carries that of publication or one of the two before; one whose stem belongs to
    a journal, or whose journal has one publisher's prefix, belongs to that journal."""
    rows = _studies(ground).drop_nulls("doi")
    rows = rows.with_columns(in_doi=pl.col("doi").str.extract(_DOI_YEAR).cast(pl.Int64))
    late = ~(pl.col("year") - pl.col("in_doi")).is_between(0, 2)
    yield Told(
        "doi", rows.filter(late), lambda r: f"{shown(r['doi'])} carries {r['in_doi']}, but the study is of {r['year']}"
    )
    stem = pl.concat_str(
        pl.col("doi").str.extract(r"^(10\.\d+)/"), pl.col("doi").str.extract(r"/([a-z.]*[a-z]{2})"), separator="/"
    )
    rows = rows.drop_nulls("journal").with_columns(stem=stem, prefix=pl.col("doi").str.extract(r"^(10\.\d+)/"))
    for key, value, least in (("stem", "journal", 1), ("journal", "prefix", 2)):
        part = rows.drop_nulls(key)
        votes = part.group_by(key, value).agg(k=pl.len()).sort("k", value, descending=[True, False])
        usual = votes.group_by(key, maintain_order=True).agg(
            usual=pl.col(value).first(), k=pl.col("k").first(), n=pl.len()
        )
        told = part.join(usual, on=key).filter((pl.col(value) != pl.col("usual")) & (pl.col("k") >= least))
        told = told.filter(
            ~((pl.col("journal") == _MOVED[0]) & (pl.col("prefix") == _MOVED[1]) & (pl.col("year") < _MOVED[2]))
        )
        yield Told("doi", told, lambda r, a=key, b=value: (
            f"{a} {shown(r[a])} goes with {b} {shown(r['usual'])} elsewhere, not {shown(r[b])}"))  # type: ignore  # fmt: skip


@rule("reference")
def pmids_rise_with_the_years(ground: Ground) -> Iterator[Told]:
    """PubMed counts upwards: no PMID is above that of a study two or more years later (a paper may stand in PubMed a
    year before its issue); of two that conflict, the one that conflicts with most others is told."""
    rows = _studies(ground).drop_nulls(["pmid", "year"])
    rows = rows.select(*PLACE, "year", pmid=pl.col("pmid").cast(pl.Int64, strict=False)).drop_nulls("pmid")
    pairs = rows.join(rows.select(other="row_id", their_year="year", theirs="pmid"), how="cross")
    gap = pl.col("their_year") - pl.col("year")
    after, before = pl.col("pmid") > pl.col("theirs"), pl.col("pmid") < pl.col("theirs")
    odd = ((gap >= 2) & after) | ((gap <= -2) & before)
    told = pairs.filter(odd).group_by(PLACE, maintain_order=True).agg(
        pl.col("pmid", "year").first(), conflicts=pl.len(), other=pl.col("other").first()
    )  # fmt: skip
    told = told.filter(2 * pl.col("conflicts") >= pl.col("conflicts").max())
    yield Told("pmid", told, lambda r: (
        f"{r['pmid']} does not fit {r['year']} beside {r['conflicts']} others, {r['other']} among them"))  # fmt: skip


@rule("reference")
def no_identifier_is_another_counted_up(ground: Ground) -> Iterator[Told]:
    """No DOI or PMID anywhere in the file is another's with its last number one or two higher."""
    for column in ("doi", "pmid"):
        rows = _studies(ground).drop_nulls(column).select(
            *PLACE, column, stem=pl.col(column).str.replace(r"\d+$", ""),
            last=pl.col(column).str.extract(r"(\d{1,15})$").cast(pl.Int64),
        )  # fmt: skip
        near = rows.join(rows.select("stem", "last", other=column), on="stem")
        step = pl.col("last") - pl.col("last_right")
        yield Told(column, near.filter(step.is_between(1, 2)), lambda r, c=column: (
            f"{shown(r[c])} is {r['other']} counted up"))  # type: ignore[misc]  # fmt: skip


@rule("reference")
def parts_of_a_study_are_declared(ground: Ground) -> Iterator[Told]:
    """A cohort named after another with an underscore is a part of it, and says in overlaps_with that they overlap."""
    rows = ground.named("cohorts", "cohort_id").with_columns(whole=pl.col("cohort_id").str.extract(r"^(.*)_[^_]+$"))
    told = rows.filter(pl.col("whole").is_in(rows["cohort_id"].implode()))
    listed = pl.col("overlaps_with").fill_null("").str.split(";").list.contains(pl.col("whole"))
    yield Told(
        "overlaps_with",
        told.filter(~listed),
        lambda r: f"{r['cohort_id']} does not say that it overlaps with {r['whole']}",
    )


@rule("reference", "review_against_paper")
def a_product_has_its_target(ground: Ground) -> Iterator[Told]:
    """The target of a cohort is that of its products, as the vocabulary has it."""
    words = ground.vocabulary
    rows = ground.named("cohorts", "cohort_id")
    named = {text: words.products.parts(text)[0] for text in rows["product"].drop_nulls().unique()}
    targets = {text: sorted({words.target_of[name] for name in names if name in words.target_of})
               for text, names in named.items()}  # fmt: skip
    for text, expected in targets.items():
        told = rows.filter(pl.col("product") == text, ~pl.col("target").is_in([*expected, "mixed"]))
        if expected:
            yield Told("target", told, lambda r, t=expected: (
                f"{r['product']} is directed at {listing(t)}, not {r['target']}"))  # type: ignore[misc]  # fmt: skip


@rule("wording", "reference")
def no_two_cohorts_share_a_label(ground: Ground) -> Iterator[Told]:
    """Cohorts can be told apart by their labels in every chart, table and list."""
    rows = ground.named("cohorts", "cohort_id")
    first = pl.col("cohort_id").first().over("label")
    told = rows.with_columns(other=first).filter(pl.col("other") != pl.col("cohort_id"))
    yield Told("label", told, lambda r: f"{shown(r['label'])} is the label of {r['other']} too")
