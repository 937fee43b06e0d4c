"""A center's own patients as rows of the evidence: counts and medians in the columns of the literature.

No patient leaves in them: a small count is left out together with what would give it away by subtraction.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.schemas import base_columns
from icans_evidence.evidence.vocabulary import TRAITS
from icans_evidence.files.csv_writing import csv_text
from icans_evidence.files.formula_guard import harmless
from icans_evidence.files.replacement import replace_files
from icans_evidence.grading import count_cautions, grade_frame
from icans_evidence.grading.course import MEASURES, course, summary
from icans_evidence.grading.frames import ADDED
from icans_evidence.grading.rule_files import RULES
from icans_evidence.grading.scales import grader
from icans_evidence.grading.table_files import Graded, read_table
from icans_evidence.summaries.small_counts import Groups

OWN = "own_center"
FIRST_ROW = 9001
ANSWERS = ("unknown", "no", "possible", "yes")


@dataclass(frozen=True)
class OwnRow:
    """Which row of evidence a measure of the course becomes: its file, kind and outcome, the group of patients that it
    counts, and the words for them."""

    measure: str
    table: str
    kind: str
    prefix: str
    outcome: str
    group: str
    population: str
    denominator_kind: str


@cache
def declared_rows() -> tuple[OwnRow, ...]:
    """The rows of `grading/rules/own_rows.csv`."""
    with (RULES / "own_rows.csv").open("r", encoding="utf-8") as text:
        return tuple(OwnRow(**row) for row in csv.DictReader(text))


@cache
def own_columns() -> dict[str, list[str]]:
    """The files that `write_cohort` writes, and their columns."""
    kinds = {row.table: row.kind for row in declared_rows()}
    cohorts = base_columns("Cohort", located=False)
    return {
        "studies": base_columns("Study", located=False), "cohorts": [*cohorts, *TRAITS],
        **{table: base_columns(kind, located=True) for table, kind in kinds.items()},
    }  # fmt: skip


MEASURED = "whole days between assessed days; Kaplan–Meier, courses not seen to end are censored"


@dataclass
class OwnRows:
    """The rows by file, and one line for each that was left out."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in own_columns()})
    left_out: list[str] = field(default_factory=list)

    def add(self, table: str, **cells: Any) -> None:
        """One row of data, with its name and its provenance: the center's own records, no place in a document."""
        number = FIRST_ROW + len(self.rows[table])
        provenance = {
            "read_in": OWN,
            "in_review": "false",
            "certainty": "high",
            "extracted_by": "icans-evidence cohort",
        }
        prefix = next(row.prefix for row in declared_rows() if row.table == table)
        row_id = f"{prefix}-{number}"
        self.rows[table].append({"row_id": row_id, "cohort_id": OWN, **provenance, **cells})


@dataclass(frozen=True)
class Made:
    """What `write_cohort` did: rows written, lines on what was left out, and how the grading went."""

    rows: int
    left_out: tuple[str, ...]
    graded: Graded


def write_cohort(assessments: Path, infusions: Path, out: Path, threshold: int = 5) -> Made:
    """Grade a center's assessments and write its rows of evidence to the folder `out`, one CSV per file.

    Counts below `threshold` (zero among them), counts whose complement is below it, and extremes of fewer patients
    than that are left out. DataError names rows and columns of a table, never values.
    """
    read = read_table(assessments)
    graded = grade_frame(read.drop([name for name in ADDED if name in read.columns]))
    own = own_rows(graded, read_table(infusions), threshold)
    replace_files(out, {f"{table}.csv": _as_csv(table, rows) for table, rows in own.rows.items()})
    count = sum(len(own.rows[table]) for table in list(own_columns())[2:])
    return Made(count, tuple(own.left_out), _graded(graded))


def _as_csv(table: str, rows: list[dict[str, Any]]) -> bytes:
    names = own_columns()[table]
    cells = ([row.get(name, "") for name in names] for row in rows)
    return csv_text([names, *([harmless(c) if isinstance(c, str) else c for c in row] for row in cells)]).encode()


def own_rows(graded: pl.DataFrame, infusions: pl.DataFrame, threshold: int = 5) -> OwnRows:
    """The rows of evidence of a graded table and its infusions; see `write_cohort` for what is left out."""
    courses = course(graded, infusions)
    patients = _answers(courses, "any", "severe").join(
        _answers(course(_seizures(graded), infusions), "any").rename({"any": "seizure"}), on="patient_id"
    )
    groups = shown_groups(_counts(patients, courses), threshold)
    own = OwnRows()
    _identify(own, groups, infusions)
    _add_proportions(own, groups, patients)
    _add_durations(own, groups, courses)
    return own


def _answers(courses: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """One row per patient: the strongest answer of any of the courses."""
    rank = {answer: place for place, answer in enumerate(ANSWERS)}
    strongest = [pl.col(c).replace_strict(rank, return_dtype=pl.Int8).max() for c in columns]
    back = [pl.col(c).replace_strict(dict(enumerate(ANSWERS)), return_dtype=pl.String) for c in columns]
    return courses.group_by("patient_id", maintain_order=True).agg(strongest).with_columns(back)


def _seizures(graded: pl.DataFrame) -> pl.DataFrame:
    """The same rows with 1 for a seizure and 0 for none in place of the grade; 0 to 1 where nobody looked."""
    seen = {code: min(1, row.grade) for code, row in grader().domains["seizure"].by_code.items()}
    found = pl.col("seizure").cast(pl.String) if "seizure" in graded.columns else pl.lit(None, pl.String)
    least = found.replace_strict(seen, default=None, return_dtype=pl.Int8)
    sound = pl.col("minimum").is_not_null()
    return graded.with_columns(
        minimum=pl.when(sound).then(least.fill_null(0)), maximum=pl.when(sound).then(least.fill_null(1))
    )


def _counts(patients: pl.DataFrame, courses: pl.DataFrame) -> dict[str, int]:
    """How many patients are in each group that a row may count; the last three are of first courses."""
    first = courses.filter(pl.col("course") == 1, pl.col("any") == "yes")
    return {
        "treated": patients.height, "assessed": patients.filter(pl.col("any") != "unknown").height,
        **{column: patients.filter(pl.col(column) == "yes").height for column in ("any", "severe", "seizure")},
        "first_severe": first.filter(pl.col("severe") == "yes").height,
        "mild": first.filter(pl.col("severe") == "no").height,
        "possibly_severe": first.filter(pl.col("severe") == "possible").height,
    }  # fmt: skip


def shown_groups(counts: dict[str, int], threshold: int) -> Groups:
    """The groups of patients that rows may count, each within those that hold it.

    Severe and mild first courses are shown both or neither: beside the count of all, either gives the other away. Where
    some were possibly severe and others severe only later, the three together would tell who was which.
    """
    groups = Groups(threshold)
    groups.enter("treated", counts["treated"])
    groups.enter("assessed", counts["assessed"], may_be_all=("treated",))
    groups.enter("any", counts["any"], within=("assessed",))
    groups.enter("severe", counts["severe"], within=("assessed", "any"))
    groups.enter("seizure", counts["seizure"], within=("assessed", "any", "severe"))
    rest, became_severe = counts["possibly_severe"], counts["severe"] - counts["first_severe"]
    if groups.may_show("any") and groups.may_show("severe") and not (rest and became_severe):
        groups.enter("first_severe", counts["first_severe"], within=("assessed", "any"), may_be_all=("severe",))
        groups.enter("mild", counts["mild"], within=("assessed", "any"), rest=rest)
    if not (groups.may_show("first_severe") and groups.may_show("mild")):
        groups.hold("first_severe", counts["first_severe"])
        groups.hold("mild", counts["mild"])
    return groups


def _identify(own: OwnRows, groups: Groups, infusions: pl.DataFrame) -> None:
    common = infusions.group_by("product").agg(n=pl.col("patient_id").n_unique()).drop_nulls("product").sort("product")
    products = [name for name, n in common.select("product", "n").iter_rows() if n >= groups.threshold and name]
    treated = groups.count("treated") if groups.may_show("assessed") else None
    own.rows["studies"].append({
        "study_id": OWN, "title": "The center's own records", "authors": "Own center", "document": "own_records",
        "notice": "not_checked", "note": "Made by icans-evidence cohort; no row stands for a single patient.",
    })  # fmt: skip
    own.rows["cohorts"].append({
        "cohort_id": OWN, "study_id": OWN, "label": "Own center", "population": "patients of the center's own records",
        "product": wording.listing(products) or "not_stated", "target": "not_stated", "disease": "not_stated",
        "prophylaxis": "not_stated",
        "age_group": "not_stated", "n_treated": treated, "scale": "astct2019", "origin": OWN,
        "note": f"Counts below {groups.threshold}, and what would give them away, are left out.",
    })  # fmt: skip


def _add_proportions(own: OwnRows, groups: Groups, patients: pl.DataFrame) -> None:
    total = groups.count("assessed")
    for row in (row for row in declared_rows() if row.measure == "share"):
        table, outcome, group = row.table, row.outcome, row.group
        if not (groups.may_show("assessed") and groups.may_show(group)):
            own.left_out.append(f"{outcome}: left out, {groups.reason}")
            continue
        events = groups.count(group)
        open_ones = patients.filter(pl.col(group) == "possible").height > 0
        share = wording.rounded(100 * events / total, 1)
        own.add(
            table, outcome=outcome, n_events=events, n_total=total, percent=share if open_ones else None,
            population=row.population, denominator_kind=row.denominator_kind, relation="≥" if open_ones else "=",
            reported=f"{events} of {total}" + (f" ({share}%), possible in others" if open_ones else ""),
            note="In others it was possible, as domains were not assessed." if open_ones else None,
        )  # fmt: skip


def _add_durations(own: OwnRows, groups: Groups, courses: pl.DataFrame) -> None:
    declared = {row.measure: row for row in declared_rows()}
    for row in summary(courses).iter_rows(named=True):
        own_row = declared[row["measure"]]
        table, outcome, group = own_row.table, own_row.outcome, own_row.group
        if not groups.may_show(group):
            own.left_out.append(f"{outcome}: left out, {groups.reason}")
            continue
        if row["median"] is None:
            own.left_out.append(f"{outcome}: left out, too few courses were seen to end for a median")
            continue
        shared = _extremes_are_shared(courses, row, groups.threshold)
        low, high = (row["lowest"], row["highest"]) if shared else (None, None)
        value = wording.number(row["median"])
        ends = f"; range {low} to {high}" if shared else ""
        own.add(
            table, outcome=outcome, statistic="median", value=value, low=low, high=high,
            spread="range" if shared else None, unit="days", n_total=row["n"], population=own_row.population,
            denominator_kind=own_row.denominator_kind, relation="=",
            reported=f"n = {row['n']}; median {value} days{ends}", note=MEASURED,
        )  # fmt: skip


def _extremes_are_shared(courses: pl.DataFrame, row: dict[str, Any], threshold: int) -> bool:
    """Whether at least so many patients lie at either end that it tells of no single one."""
    if row["highest_is_censored"]:
        return False
    start, end, severe = MEASURES[row["measure"]]
    first = courses.filter(pl.col("course") == 1, pl.col("any") == "yes", pl.col(end).is_not_null())
    if severe:
        first = first.filter(pl.col("severe") == severe)
    days = first[end] - first[start] if start else first[end]
    return all((days == row[name]).sum() >= threshold for name in ("lowest", "highest"))


def _graded(graded: pl.DataFrame) -> Graded:
    bad = graded.with_row_index("row", offset=1).filter(pl.col("problem").is_not_null()).select("row", "problem")
    texts = grader().caution_texts
    return Graded(
        graded.height,
        bad.height,
        tuple(f"row {row}: {text}" for row, text in bad.head(20).iter_rows()),
        {texts[code]: count for code, count in count_cautions(graded).items() if count},
    )
