"""Sources: a row's references, document and words are those of its cohort, and of the other rows of its sentence.

A wrong reference or a wrong cohort is out of step with the study that the cohort belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from icans_evidence.audit.consistency.ground import PLACE, Ground, Told, rule
from icans_evidence.evidence.vocabulary import NOT_STATED, Terms
from icans_evidence.files.faults import nearest, shown
from icans_evidence.wording import listing


def _cited(ground: Ground) -> pl.DataFrame:
    """Rows of the review with the list of their references and the reference number of their cohort's study."""
    numbers = ground.draft["studies"].select("study_id", number=pl.col("ref_number").cast(pl.String))
    rows = ground.rows.filter("in_review").join(numbers, on="study_id", how="left", maintain_order="left")
    kept = ("cohort_id", "cites", "number", "fingerprint", "extracted_by", "section", "sentence")
    return rows.select(*PLACE, *kept, marks=pl.col("cites").str.split(";"))


@rule("reference")
def a_row_cites_the_study_of_its_cohort(ground: Ground) -> Iterator[Told]:
    """A row of the review about a cohort cites the study of that cohort, or nothing where its sentence has no mark."""
    rows = _cited(ground).filter(pl.col("cohort_id").is_not_null() & pl.col("cites").is_not_null())
    told = rows.filter(~pl.col("marks").list.contains(pl.col("number")).fill_null(False))
    yield Told("cites", told, lambda r: f"{r['cites']} does not hold {r['number']}, the study of {r['cohort_id']}")


@rule("reference")
def rows_of_a_sentence_share_its_references(ground: Ground) -> Iterator[Told]:
    """Where two or more rows of a sentence agree on its references, no other row cites one that is not among
    them, unless it is the study of its own cohort; claims, which may take one mark of several, are let pass."""
    rows = _cited(ground).drop_nulls("marks")
    mine = rows.select(*PLACE, "fingerprint", "cites", "number", mark="marks").explode("mark")
    users = mine.group_by("fingerprint", "mark").agg(users=pl.col("row_id").n_unique())
    size = rows.group_by("fingerprint").agg(rows=pl.len(), common=pl.col("cites").value_counts(sort=True).first())
    mine = mine.filter(pl.col("mark").ne_missing(pl.col("number")), ~ground.is_of("Claim"))
    told = mine.join(users, on=["fingerprint", "mark"]).join(size, on="fingerprint")
    told = told.filter((pl.col("users") == 1) & (pl.col("rows") > 1) & (pl.col("common").struct.field("count") > 1))
    yield Told("cites", told.with_columns(common=pl.col("common").struct.field("cites")), lambda r: (
        f"reference {r['mark']} is cited by this row alone; others of the sentence cite {r['common']}"))  # fmt: skip


@rule("reference")
def references_are_numbered_in_the_order_of_their_first_mention(ground: Ground) -> Iterator[Told]:
    """Within a section a reference that is cited nowhere else is not lower than one before it that is cited
    nowhere else."""
    rows = _cited(ground).drop_nulls(["marks", "sentence"])
    marks = (
        rows.select(*PLACE, "section", "sentence", "cites", mark="marks")
        .explode("mark")
        .with_columns(pl.col("mark").cast(pl.Int64))
    )
    homes = marks.group_by("mark").agg(places=pl.struct("section", "sentence").n_unique())
    lone = marks.join(homes.filter(pl.col("places") == 1), on="mark").sort("section", "sentence", "mark")
    lone = lone.with_columns(before=pl.col("mark").cum_max().shift(1).over("section"))
    yield Told("cites", lone.filter(pl.col("mark") < pl.col("before")), lambda r: (
        f"reference {r['mark']} is first cited after {r['before']} in {r['section']}"))  # fmt: skip


@rule("reference")
def a_row_is_read_in_a_document_on_its_cohort(ground: Ground) -> Iterator[Told]:
    """A row that the review does not state was read in the paper of its cohort's study, or in a document about it."""
    about = ground.draft["studies"].select(read_in="study_id", about=pl.col("about").str.split(";"))
    rows = ground.rows.filter(~pl.col("in_review")).select(*PLACE, "cohort_id", "study_id", "read_in")
    rows = rows.drop_nulls(["study_id", "read_in"]).join(about, on="read_in", how="left")
    told = rows.filter(
        (pl.col("read_in") != pl.col("study_id")) & ~pl.col("about").list.contains(pl.col("study_id")).fill_null(False)
    )
    yield Told(
        "cohort_id", told, lambda r: f"{r['read_in']} is no document on {r['study_id']}, the study of {r['cohort_id']}"
    )


@rule("review_against_paper", "two_values", "other_source")
def words_of_a_population_fit_its_cohort(ground: Ground) -> Iterator[Told]:
    """A product or disease named in the population of a row or of a cohort is one of the cohort's."""
    cohorts = ground.draft["cohorts"].select("cohort_id", "disease", own="population")
    rows = ground.rows.select(*PLACE, "cohort_id", "product", "population", "outcome").join(cohorts, on="cohort_id")
    own = ground.named("cohorts", "cohort_id").select(
        *PLACE, "cohort_id", "product", "population", "disease", own="label"
    )
    rows = pl.concat(
        [rows.drop("outcome").with_columns(pl.col("file").cast(pl.String)), own.select(rows.drop("outcome").columns)]
    )
    products, diseases = ground.vocabulary.products, ground.vocabulary.diseases
    for name in products:
        others = _texts_without(rows["product"], products, lambda one, name=name: one == name)  # type: ignore[misc]
        told = rows.filter(pl.col("population").str.contains(products.pattern(name)), pl.col("product").is_in(others))
        yield Told("population", told, lambda r: (
            f"{shown(r['population'])} does not fit the product of the cohort, {r['product']}"))  # fmt: skip
    for name in diseases:
        others = _texts_without(rows["disease"], diseases, lambda one, name=name: diseases.related(one, name))  # type: ignore[misc]
        told = rows.filter(pl.col("population").str.contains(diseases.pattern(name)), pl.col("disease").is_in(others),
                           ~pl.col("own").str.contains(diseases.pattern(name)))  # fmt: skip
        yield Told("population", told, lambda r: (
            f"{shown(r['population'])} does not fit the disease of the cohort, {r['disease']}"))  # fmt: skip


def _texts_without(cells: pl.Series, terms: Terms, fits: Callable[[str], bool]) -> list[str]:
    """The texts among the cells that name something, and nothing that fits."""
    texts = [text for text in cells.drop_nulls().unique() if text != NOT_STATED]
    named = {text: terms.parts(text) for text in texts}
    return [text for text, (known, unknown) in named.items() if not unknown and not any(fits(one) for one in known)]


@rule("review_against_paper", "two_values", "other_source", "wording")
def names_are_those_of_the_vocabulary(ground: Ground) -> Iterator[Told]:
    """A product or disease of a cohort is one that the vocabulary of the project knows, by its name or a synonym."""
    rows = ground.named("cohorts", "cohort_id")
    for column in ground.vocabulary.traits:
        terms = ground.vocabulary.is_name(column)
        if terms is None or not len(terms):
            continue
        unknown = {text: terms.parts(text)[1] for text in rows[column].drop_nulls().unique() if text != NOT_STATED}
        strange = {text: words for text, words in unknown.items() if words}
        told = rows.filter(pl.col(column).is_in(list(strange))).with_columns(value=pl.col(column))
        yield Told(column, told, lambda r, column=column, strange=strange, terms=terms: (  # type: ignore[misc]
            f"{listing([shown(word) for word in strange[r['value']]])} is no {column} that the vocabulary knows; "
            f"{_near(strange[r['value']][0], terms)}"))  # fmt: skip


def _near(word: str, terms: Terms) -> str:
    """The known names nearest to a word, synonyms among them; where none is near, what to do with it."""
    known = [name for one, others in terms.names.items() for name in (one, *others)]
    return nearest(word, known) or "declare it in data/vocabulary/, or write not_stated"


@rule("two_values", "arithmetic", "review_against_paper")
def words_of_a_population_fit_its_denominator(ground: Ground) -> Iterator[Told]:
    """A denominator of severe cases says so in its population, one of neurotoxicity likewise; the treated are
    not told as patients with neurotoxicity."""
    own = ground.draft["cohorts"].select("cohort_id", own="population")
    rows = ground.rows.select(*PLACE, "denominator_kind", "population", "cohort_id").join(
        own, on="cohort_id", how="left"
    )
    rows = rows.drop_nulls(["denominator_kind", "population"])
    kinds = ground.vocabulary.denominators
    for kind, words in {name: kind.population_words for name, kind in kinds.items() if kind.population_words}.items():
        told = rows.filter(pl.col("denominator_kind") == kind, ~pl.col("population").str.contains(words),
                           ~pl.col("own").fill_null("").str.contains(words))  # fmt: skip
        yield Told(
            "denominator_kind",
            told,
            lambda r: f"{shown(r['population'])} does not say that it counts {r['denominator_kind']}",
        )
    sick = (
        r"^(?:patients |those )?with (?:ICANS|neurotoxicity|severe)|^(?:mild|severe) neurotox|developed neurotoxicity"
    )
    told = rows.filter(pl.col("denominator_kind").is_in(["treated"]), pl.col("population").str.contains(sick))
    yield Told("denominator_kind", told, lambda r: f"{shown(r['population'])} are not all those treated")
