"""Claims of the review over several studies, each recomputed from the rows that should bear it out.

Verdicts: reproduced, partly (which bound or study is missing), contradicted, no study-level row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.summaries.proportion_rows import ends
from icans_evidence.summaries.result import Result

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

VERDICTS = ("reproduced", "partly", "contradicted", "no study-level row")


TOLERANCE = {"percent": 0.5}
"""How far a row may lie beyond a claimed end. Percents: half a point, since 69.6% is called 70%, and claims
print whole percents. Days and every other unit: nothing, since a day is counted and not
rounded: a median of 9.5 days is not within 9.
"""


def judged_claims(evidence: Evidence, rows: pl.DataFrame) -> Iterator[Result]:
    """One result per claim: its verdict as `statistic`'s words, what the rows give as `low` and `high`, and why."""
    values = _values(evidence, rows)
    for claim in evidence.claims.iter_rows(named=True):
        bearing, opposite = _names(claim["bears"]), _names(claim["against"])
        other_way = values.filter(pl.col("row_id").is_in(opposite)).with_columns(value=100 - pl.col("value"))
        found = pl.concat([values.filter(pl.col("row_id").is_in(bearing)), other_way])
        bearing += opposite
        verdict, reason = judge(claim, found)
        low, high = ends(found["value"]) if found["value"].drop_nulls().len() else (None, None)
        yield Result(
            result_id=claim["row_id"], statistic="claim", outcome=claim["outcome"], low=low, high=high,
            unit=claim["unit"], cohorts=found["cohort_id"].n_unique() if found.height else 0,
            method="recomputed from the rows named", phrase=verdict,
            sentence=f"{claim['statement'].rstrip('.')}: {verdict}. {reason}", row_ids=";".join(bearing) or None,
        )  # fmt: skip


def _names(cell: str | None) -> list[str]:
    return [name.strip() for name in (cell or "").split(";") if name.strip()]


def judge(claim: dict[str, Any], found: pl.DataFrame) -> tuple[str, str]:
    """The verdict on one claim from the values (`value`, `cohort_id`) of the rows that should bear it out."""
    if found.is_empty():
        return "no study-level row", "No row of a single study bears on it in what was read."
    by_figure = claim["statistic"] in ("median", "percent") and (claim["low"] is not None or claim["high"] is not None)
    measure = _range if by_figure else _in_words if claim["statistic"] in SHARES else _direction
    verdict, reason = measure(claim, found)
    if found["in_review"].all():
        reason += " Only rows of the review itself bear on it."
    studies, claimed = found["cohort_id"].n_unique(), claim["n_studies"]
    if claimed and studies < claimed:
        have = "has" if studies == 1 else "have"
        short = f"{wording.plural(studies, 'study', 'studies')} of the {claimed} claimed {have} a row."
        return ("partly" if verdict == "reproduced" else verdict), f"{reason} {short}"
    return verdict, reason


def _range(claim: dict[str, Any], found: pl.DataFrame) -> tuple[str, str]:
    """A claimed range: reproduced when the rows reach both its ends and none lies outside."""
    values = found["value"].drop_nulls()
    if values.is_empty():
        return "no study-level row", "The rows that bear on it carry no comparable figure."
    unit = {"percent": "%"}.get(claim["unit"] or "", f" {claim['unit'] or ''}".rstrip())
    shown = wording.span(*map(wording.number, ends(values))) + unit
    slack = TOLERANCE.get(claim["unit"], 0)
    inside = values.filter(
        (values >= (claim["low"] if claim["low"] is not None else float("-inf")) - slack)
        & (values <= (claim["high"] if claim["high"] is not None else float("inf")) + slack)
    )
    if inside.is_empty():
        return "contradicted", f"The rows give {shown}."
    if inside.len() < values.len():
        outside = values.len() - inside.len()
        return "partly", f"The rows give {shown}; {wording.plural(outside, 'row')} outside what is claimed."
    missing = [
        end for end, name in (("lower", "low"), ("upper", "high"))
        if claim[name] is not None and claim["relation"] == "=" and abs(_end(values, name) - claim[name]) > slack
    ]  # fmt: skip
    if missing:
        return "partly", f"The rows give {shown}; no row reaches the {wording.listing(missing)} end."
    return "reproduced", f"The rows give {shown}."


def _end(values: pl.Series, name: str) -> float:
    return ends(values)[0 if name == "low" else 1]


SHARES = {"all": lambda percent: percent >= 100, "none": lambda percent: percent <= 0,
          "most": lambda percent: percent > 50, "few": lambda percent: percent < 10}  # fmt: skip
"""What a claim in words asks of a percentage; few is read as under a tenth."""


def _in_words(claim: dict[str, Any], found: pl.DataFrame) -> tuple[str, str]:
    """A claim of all, none, most or few, held against the rows' percentages."""
    values = found["value"].drop_nulls()
    if values.is_empty():
        return "no study-level row", "The rows that bear on it carry no comparable figure."
    kept = sum(SHARES[claim["statistic"]](value) for value in values)
    verdict = "reproduced" if kept == values.len() else "contradicted" if kept == 0 else "partly"
    return verdict, f"The rows give {wording.span(*map(wording.number, ends(values)))}%."


def _direction(claim: dict[str, Any], found: pl.DataFrame) -> tuple[str, str]:
    """A claimed direction, held against the directions of the rows; mixed evidence needs two that differ."""
    pointing = found["direction"].drop_nulls().to_list()
    if not pointing or claim["direction"] is None:
        return "no study-level row", "The rows that bear on it carry no comparable direction."
    told = wording.listing(sorted({direction.replace("_", " ") for direction in pointing}))
    if claim["direction"] == "mixed":
        return ("reproduced" if len(set(pointing)) > 1 else "partly"), f"The rows point {told}."
    kept = pointing.count(claim["direction"])
    verdict = "reproduced" if kept == len(pointing) else "contradicted" if kept == 0 else "partly"
    return verdict, f"The rows point {told}: {kept} of {len(pointing)} as claimed."


def _values(evidence: Evidence, rows: pl.DataFrame) -> pl.DataFrame:
    """Every row that a claim may rest on as `row_id`, `cohort_id`, `value` (percent or the row's unit), `direction`."""
    proportions = rows.select(
        "row_id", "cohort_id", "in_review", value=pl.col("estimate") * 100, direction=pl.lit(None, pl.String)
    )
    durations = [
        evidence.tables[name].select("row_id", "cohort_id", "in_review", "value", direction=pl.lit(None, pl.String))
        for name in evidence.vocabulary.of_kind("Duration", "Measurement")
    ]
    associations = [
        evidence.tables[name].select("row_id", "cohort_id", "in_review", "value", "direction")
        for name in evidence.vocabulary.of_kind("Association")
    ]
    return pl.concat([proportions, *durations, *associations], how="vertical_relaxed")
