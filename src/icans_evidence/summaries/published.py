"""Pooled estimates that others published, as results: they stand beside ours and are never pooled again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.summaries.data_overview import document_words
from icans_evidence.summaries.result import Result

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

ENDS = {"ci95": "95% CI", "pi95": "95% prediction interval", "range": "range", "iqr": "IQR", "sd": "SD"}


def published_id(pool_id: str) -> str:
    """The id of the result of a published estimate."""
    return f"published.{pool_id}"


def published_results(evidence: Evidence) -> Iterator[Result]:
    """One result for each published estimate; proportions in 0..1, as ours."""
    for row in evidence.published_pools.iter_rows(named=True):
        share = 1.0 if row["unit"] == "none" else 0.01
        of = share if is_share(row) else 1.0
        estimate, low, high = (None if row[name] is None else row[name] * of for name in ("estimate", "low", "high"))
        phrase = estimate_words(row)
        whom = ", ".join(filter(None, (evidence.vocabulary.short_names(row["product"] or ""), row["population"])))
        yield Result(
            result_id=published_id(row["pool_id"]), statistic="published estimate", outcome=row["outcome"],
            population=row["population"], estimate=estimate, low=low, high=high,
            ci_low=low if row["spread"] == "ci95" else None, ci_high=high if row["spread"] == "ci95" else None,
            pi_low=low if row["spread"] == "pi95" else None, pi_high=high if row["spread"] == "pi95" else None,
            unit="proportion" if is_share(row) else row["unit"], n_total=row["n_patients"], cohorts=row["k_studies"],
            method=f"published by {document_words(evidence, row['study_id'])}; {row['method'] or 'method not seen'}",
            phrase=phrase,
            sentence=f"{wording.capital(row['counts'] or row['outcome'].replace('_', ' '))}"
            f"{f' ({whom})' if whom else ''}: {phrase}{_size(row)}; published by others, "
            f"{document_words(evidence, row['study_id']).rstrip('.')}.",
        )  # fmt: skip


def is_share(row: dict[str, Any]) -> bool:
    """Whether a published estimate is a share of patients, in percent or of one."""
    return row["statistic"] in ("proportion", "range") and row["unit"] in ("percent", "none")


def estimate_words(row: dict[str, Any]) -> str:
    """A published estimate with its ends in the precision printed: "26.9% (95% CI 21.7 to 32.7)"."""
    of, sign = (100, "%") if row["unit"] == "none" and is_share(row) else (1, "%" if is_share(row) else "")
    figures = [None if row[name] is None else wording.number(row[name] * of, 2) for name in ("estimate", "low", "high")]
    estimate, low, high = figures
    ends = f"{low} to {high}" if low is not None and high is not None else ""
    name = ENDS.get(row["spread"] or "", "")
    if estimate is None:
        return f"{name} {ends}{sign}".strip() if ends else "no figure printed"
    before = "" if is_share(row) else f"{row['statistic'].replace('_', ' ')} "
    return f"{before}{estimate}{sign}" + (f" ({name} {ends})" if ends else "")


def _size(row: dict[str, Any]) -> str:
    said = [
        wording.plural(row["k_studies"], "study", "studies") if row["k_studies"] else "",
        f"{row['n_patients']:,} patients" if row["n_patients"] else "",
    ]
    return f", from {' with '.join(filter(None, said))}" if any(said) else ""


def published_for(evidence: Evidence, outcome: str) -> pl.DataFrame:
    """The published estimates of an outcome: of that name, or of another that answers the same core outcome and counts
    the same thing."""
    answers: dict[str, set[tuple[str, str]]] = {}
    for one in evidence.vocabulary.declared:  # several tables may declare an outcome of one name
        answers.setdefault(one.name, set()).update({(one.core, one.counted_as)} if one.core else ())
    ours = answers.get(outcome, set())

    def alike(name: str) -> bool:
        return name == outcome or bool(ours & answers.get(name, set()))

    names = [name for name in evidence.published_pools["outcome"].unique() if alike(name)]
    return evidence.published_pools.filter(pl.col("outcome").is_in(names))
