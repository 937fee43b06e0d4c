"""The kinds of row: one Pandera model each, every field with its meaning, unit and allowed values.

With what a project declares (`vocabulary`) they are the only declaration of the columns; validation, the data
dictionary and the spreadsheet form read them.
"""

from __future__ import annotations

from typing import Any

import pandera.polars as pa

RELATIONS = ("=", "≤", "≥", "~", "<", ">")
CERTAINTIES = ("high", "medium")
DOCUMENTS = (
    "article", "abstract", "letter", "meeting_abstract", "publisher_page", "journal_table", "review_table",
    "preprint_review", "label", "trial_record", "news_item", "own_records", "not_seen",
)  # fmt: skip
SPREADS = ("range", "iqr", "ci95", "sd", "not_stated")
DIRECTIONS = ("higher", "lower", "no_association", "no_evidence", "mixed")
READINGS = ("none", "agrees", "differs")
LOOKED_FOR = ("taken", "not_printed", "not_looked_for")


def described(description: str, *, unit: str = "", words: str = "", **checks: Any) -> Any:
    """A Pandera field that says what it means, in which unit, and which vocabulary gives the words that it may hold."""
    return pa.Field(description=description, metadata={"unit": unit, "words": words}, **checks)


def optional(description: str, *, unit: str = "", words: str = "", **checks: Any) -> Any:
    """The same, for a value that a source may not give."""
    return described(description, unit=unit, words=words, nullable=True, **checks)


OF_EVERY_REVIEW = (
    "Discrepancy", "SentenceWithoutRow", "Appraisal", "LookedFor", "PublishedPool", "Recommendation",
)  # fmt: skip
"""The kinds of the files that are no evidence, and that every review has."""
ADDED = ("n_locator", "second_reading", "against")
"""Columns that came after data of others were made: a file without one of them has it empty."""


class Model(pa.DataFrameModel):
    """Columns in the order of the file, no other column, nothing coerced."""

    class Config:
        strict = True
        ordered = True
        coerce = False


class Study(Model):
    """A document really read or cited: the only place a DOI, PMID or title is written."""

    study_id: str = described("Short name of the document, first author and year", unique=True)
    title: str = optional("Title of the document, where it was seen")
    authors: str = optional("First author, or the group that signs")
    year: int = optional("Year of publication", unit="year", ge=1600, le=2200)
    journal: str = optional("Journal, meeting or publisher")
    doi: str = optional("Digital object identifier, lower case", str_matches=r"^10\.[0-9]{4,9}/\S+$")
    pmid: str = optional("PubMed identifier", str_matches=r"^[0-9]{6,9}$")
    ref_number: int = optional("Number in the review's reference list", ge=1, le=999)
    about: str = optional("Studies that this document reports on, when it is not their own paper, separated by ;")
    document: str = described("What was really read of it", isin=DOCUMENTS)
    notice: str = described(
        "Correction or retraction known", isin=("none_known", "corrected", "retracted", "not_checked")
    )
    notice_checked: str = optional(
        "Day on which that was looked up", unit="ISO date", str_matches=r"^[0-9]{4}-[0-9][0-9]-[0-9][0-9]$"
    )
    note: str = optional("What a reader should know about the document")


class Cohort(Model):
    """An analysed group of patients: who they are, how many were treated, which scale graded them."""

    cohort_id: str = described("Short name of the group", unique=True)
    study_id: str = described("Study that analysed the group")
    label: str = described("Name of the group in charts and tables")
    population: str = described("The group in words close to the source's")
    age_group: str = described(
        "Age group", isin=("adult", "pediatric", "pediatric_and_young_adult", "mixed", "not_stated")
    )
    n_treated: int = optional("Patients who received the treatment", unit="patients", ge=0)
    center: str = optional("Center or network, where stated")
    origin: str = described("Published literature or a center's own records", isin=("literature", "own_center"))
    overlaps_with: str = optional("Cohorts that share patients with this one, separated by ;")
    overlap_basis: str = optional("Why they are held to overlap")
    note: str = optional("What a reader should know about the group")


class Located(Model):
    """A row with its provenance: which document it was read in, where there, and how the figure was printed."""

    row_id: str = described("Stable name of the row", unique=True, str_matches=r"^[A-Z]{3}-[0-9]{3,}$")
    cohort_id: str = optional("Group of patients the row speaks of; empty where the source names none")
    outcome: str = described("What was observed; the words allowed are those of the file")


class Proportion(Located):
    """How many of how many had it."""

    n_events: int = optional("Patients with the finding, as printed", unit="patients", ge=0)
    n_total: int = optional("Patients who could have had it, as printed", unit="patients", ge=0)
    percent: float = optional("Percentage as printed", unit="percent", ge=0, le=100)
    percent_low: float = optional("Lower end of a printed range or interval", unit="percent", ge=0, le=100)
    percent_high: float = optional("Upper end of a printed range or interval", unit="percent", ge=0, le=100)
    spread: str = optional("What the two ends are", isin=SPREADS)


class Duration(Located):
    """Days or hours from one event to another."""

    statistic: str = described("Which summary of the durations", isin=("median", "mean", "minimum", "maximum", "bound"))
    value: float = optional("The summary as printed", ge=0)
    low: float = optional("Lower end of the printed spread", ge=0)
    high: float = optional("Upper end of the printed spread", ge=0)
    spread: str = optional("What the two ends are", isin=SPREADS)
    unit: str = described("Unit as printed", words="units:time")
    n_total: int = optional("Patients behind the summary", unit="patients", ge=0)


class Measurement(Located):
    """A measured or counted quantity with its unit."""

    statistic: str = described(
        "Which summary",
        isin=("median", "mean", "percent", "count", "points", "threshold", "minimum", "maximum", "range", "not_stated"),
    )
    value: float = optional("The summary as printed")
    low: float = optional("Lower end of the printed spread")
    high: float = optional("Upper end of the printed spread")
    spread: str = optional("What the two ends are", isin=SPREADS)
    unit: str = described("Unit as printed", words="units")
    n_total: int = optional("Patients behind the summary", unit="patients", ge=0)


class Association(Located):
    """What goes with what: a threshold, a probability, a measure of discrimination or effect, or a direction."""

    factor: str = described("Exposure, marker or treatment")
    statistic: str = described(
        "Which summary",
        isin=("threshold", "sensitivity", "specificity", "probability", "proportion", "auc", "accuracy",
              "hazard_ratio", "odds_ratio", "correlation", "p_value", "median", "mean", "count", "direction"),
    )  # fmt: skip
    value: float = optional("The summary as printed")
    low: float = optional("Lower end of a printed interval or range")
    high: float = optional("Upper end of a printed interval or range")
    unit: str = optional("Unit of the summary as printed", words="units")
    threshold: float = optional("Cut-off of the factor at which the summary holds, as printed")
    threshold_unit: str = optional("Unit of that cut-off, as printed", words="units")
    direction: str = optional("Outcome with the factor present or raised", isin=DIRECTIONS)
    n_events: int = optional("Patients with the outcome, as printed", unit="patients", ge=0)
    n_total: int = optional("Patients behind the summary, as printed", unit="patients", ge=0)


class Dose(Located):
    """A dose as a source states it; never a recommendation of ours."""

    drug: str = described("Generic name of the drug")
    indication: str = described("What it is given for, with the grade where stated")
    amount: float = described("Amount of one dose, or of one day where the unit says so", ge=0)
    amount_high: float = optional("Upper end where a range is printed", ge=0)
    unit: str = described("Unit as printed", words="units")
    interval_hours: float = optional("Hours between doses", unit="hours", gt=0)
    route: str = optional("Route as printed")
    weight_min_kg: float = optional("Body weight from which it applies", unit="kg", ge=0)
    weight_below_kg: float = optional("Body weight below which it applies", unit="kg", ge=0)
    cap: float = optional("Most that one dose may be", ge=0)
    cap_unit: str = optional("Unit of that cap", words="units")
    duration_days: float = optional("Days for which it is given", unit="days", ge=0)
    repeats: str = optional("Whether, when and how often it is repeated")


class Claim(Located):
    """A statement of the review over several studies, with the rows that should bear it out."""

    statement: str = described("The statement in our words")
    statistic: str = described(
        "What it is a statement of",
        isin=("median", "percent", "count_of_studies", "all", "none", "direction", "most", "few"),
    )
    low: float = optional("Lower end claimed")
    high: float = optional("Upper end claimed")
    unit: str = optional("Unit of the ends", words="units")
    direction: str = optional("Direction claimed, of the outcome with the factor", isin=DIRECTIONS)
    n_studies: int = optional("Number of studies claimed", unit="studies", ge=0)
    table: str = optional("File whose rows should bear it out")
    bears: str = optional("Rows that should bear it out, separated by ;")
    against: str = optional("Rows of the opposite finding, held by what is left to 100%, separated by ;")


class Provenance(Model):
    """Where a row was read; follows the columns of its kind."""

    population: str = optional("The patients counted, in words close to the source's")
    denominator_kind: str = optional("Whom n_total counts", words="denominators")
    relation: str = described("How the figure was printed: equal, a bound, or about", isin=RELATIONS)
    reported: str = described("The figures exactly as printed; trailing zeros matter")
    read_in: str = optional("Document in which the figure was really read")
    in_review: bool = described("Whether the review states it")
    cites: str = optional(
        "Reference numbers the review gives for it, separated by ;", str_matches=r"^[0-9]+(;[0-9]+)*$"
    )
    section: str = optional("Section of the review")
    sentence: int = optional("Ordinal of the sentence in that section, a hint", ge=1)
    fingerprint: str = optional(
        "Hash of the normalised sentence, which decides where it stands", str_matches=r"^[0-9a-f]{12}$"
    )
    locator: str = optional("Place in the document where there is no sentence of the review")
    n_locator: str = optional("Place in the document where n_total stands, when it stands apart from the figure")
    certainty: str = described("How sure it is that the document says so", isin=CERTAINTIES)
    second_reading: str = optional(
        "What an independent second look at the document found; empty where there was none", isin=READINGS
    )
    note: str = optional("Reading taken, conflict within the source, anything a reader should know")
    extracted_by: str = described("Which reading or readings entered the row")


class Discrepancy(Model):
    """What in a source disagrees with itself, with another source or with plausibility, and the reading taken."""

    discrepancy_id: str = described("Stable name of the entry", unique=True, str_matches=r"^D[0-9]{2,3}$")
    category: str = described(
        "What kind of disagreement",
        isin=("unit", "arithmetic", "two_values", "reference", "dose", "text_against_table",
              "abstract_against_text", "review_against_paper", "wording", "plausibility", "gap", "other_source"),
    )  # fmt: skip
    severity: str = described("What it could do to a reader", isin=("high", "medium", "low"))
    section: str = optional("Section of the review where it stands")
    sentence: int = optional("Ordinal of the sentence there, a hint", ge=1)
    fingerprint: str = optional("Hash of that sentence", str_matches=r"^[0-9a-f]{12}$")
    printed: str = described("What is printed, figures only")
    against: str = described("What it disagrees with: another place, another source, or arithmetic")
    why: str = described("Why it is suspect, in neutral words")
    reading: str = described("The reading taken in the data")
    confidence: str = described("How sure that it is a fault", isin=("high", "medium", "low"))
    rows: str = optional("Rows it touches, separated by ;")
    raised_with_authors: str = described("Whether the authors were asked", isin=("yes", "no"))
    outcome: str = described("State of the entry", isin=("open", "settled", "explained"))


class SentenceWithoutRow(Model):
    """A sentence of the review that holds a figure and has no row, with the reason."""

    section: str = described("Section of the review")
    sentence: int = described("Ordinal of the sentence there, a hint", ge=1)
    fingerprint: str = described("Hash of the sentence", str_matches=r"^[0-9a-f]{12}$")
    reason: str = described(
        "Why it has no row",
        isin=("grading_criteria", "structure", "pronoun_or_count_of_studies", "publication_data", "no_quantity"),
    )
    note: str = optional("What the figures in it are")


class Appraisal(Model):
    """A risk-of-bias item for one cohort; not_judged, like an item without a row, unless a person judged it."""

    cohort_id: str = described("Cohort appraised")
    item: str = described(
        "Item of the JBI checklist: JBI1 to JBI9 for prevalence studies, JBICS1 to JBICS10 for case series",
        str_matches=r"^(JBI[1-9]|JBICS([1-9]|10))$",
    )
    judgement: str = described("Answer", isin=("not_judged", "yes", "no", "unclear", "not_applicable"))
    by: str = optional("Initials of the person who judged")
    note: str = optional("Reason")


class LookedFor(Model):
    """Whether a core outcome was looked for in what could be seen of a document."""

    study_id: str = described("Document looked through")
    core: str = described("Core outcome looked for", words="core")
    status: str = described("What was found", isin=LOOKED_FOR)
    note: str = optional("How much of the document could be seen, or why it was not looked through")


class PublishedPool(Model):
    """A pooled estimate that others published; it stands beside ours and is never pooled again."""

    pool_id: str = described("Stable name of the estimate", unique=True, str_matches=r"^POOL-[0-9]{3,}$")
    study_id: str = described("Document that published it")
    outcome: str = described("What was pooled")
    counts: str = optional("What they count as having it, in our words")
    product: str = optional("Product or products pooled; empty where all together")
    target: str = optional("Target antigen pooled; empty where all together")
    population: str = optional("The patients pooled, in words close to the source's")
    k_studies: int = optional("Studies pooled", unit="studies", ge=0)
    n_patients: int = optional("Patients pooled", unit="patients", ge=0)
    statistic: str = described(
        "What was estimated",
        isin=("proportion", "odds_ratio", "risk_ratio", "risk_difference", "hazard_ratio", "mean_difference",
              "standardized_mean_difference", "median", "mean", "range"),
    )  # fmt: skip
    method: str = optional("How it was estimated, in our words")
    estimate: float = optional("The estimate as printed")
    low: float = optional("Lower end of the printed interval")
    high: float = optional("Upper end of the printed interval")
    spread: str = optional("What the two ends are; pi95: of a new study", isin=(*SPREADS, "pi95"))
    unit: str = optional("Unit of the estimate", words="units")
    includes: str = optional("Cohorts of this review known to be in it, separated by ;")
    reported: str = described("The figures exactly as printed; trailing zeros matter")
    read_in: str = described("Document in which it was really read")
    locator: str = described("Place in that document")
    certainty: str = described("How sure it is that the document says so", isin=CERTAINTIES)
    second_reading: str = described("What an independent second look found", isin=READINGS)
    note: str = optional("What else a reader should know")


class Recommendation(Model):
    """What a guideline, label or review advises, told in our words; never advice of this project."""

    rec_id: str = described("Stable name of the entry", unique=True, str_matches=r"^REC-[0-9]{3,}$")
    study_id: str = described("Document that advises")
    topic: str = described("What it is about", words="topics")
    grade: str = optional("Grade for which it is said, as the document writes it")
    product: str = optional("Product for which it is said; empty for any")
    status: str = described(
        "Whether the document says something about the topic", isin=("stated", "not_printed", "not_seen")
    )
    statement: str = optional("What is advised, in our words")
    figures: str = optional("Figures as printed")
    read_in: str = described("Document in which it was really read")
    locator: str = optional("Place in that document")
    certainty: str = optional("How sure it is that the document says so", isin=CERTAINTIES)
    second_reading: str = described("What an independent second look found", isin=READINGS)
    superseded_by: str = optional("Document that took its place")
    note: str = optional("What else a reader should know")
