"""Certainty of a pooled rate after GRADE for prognosis, and the risk of bias behind it.

No certainty word is printed while any domain is not judged; an item without a row in appraisal.csv is not judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import DOMAINS, Downgrade, Plan
from icans_evidence.summaries.poolability import Judged

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

LEVELS = ("very low", "low", "moderate", "high")
DOMAIN_WORDS = {
    "risk_of_bias": "risk of bias", "inconsistency": "inconsistency", "indirectness": "indirectness",
    "imprecision": "imprecision", "publication_bias": "publication bias",
}  # fmt: skip
PREVALENCE = {
    "JBI1": "sampling frame fits the population", "JBI2": "patients recruited in a fitting way",
    "JBI3": "sample large enough", "JBI4": "patients and setting described",
    "JBI5": "whole sample covered by the analysis", "JBI6": "valid way to find the condition",
    "JBI7": "condition measured alike in all", "JBI8": "fitting statistics",
    "JBI9": "response rate fair, or dealt with",
}  # fmt: skip
CASE_SERIES = {
    "JBICS1": "clear criteria for inclusion", "JBICS2": "condition measured alike in all",
    "JBICS3": "valid way to find the condition", "JBICS4": "consecutive patients", "JBICS5": "complete inclusion",
    "JBICS6": "patients described", "JBICS7": "clinical course described", "JBICS8": "outcome or follow-up reported",
    "JBICS9": "site described", "JBICS10": "fitting statistics",
}  # fmt: skip
SYMBOLS = {"yes": "+", "no": "−", "unclear": "?", "not_applicable": "n/a", "not_judged": "○"}
"""How a judgement is shown besides its color: met, not met, unclear, does not apply, nobody has judged it."""


@dataclass(frozen=True)
class Certainty:
    """What was judged of one pooled result: for each GRADE domain its downgrade, or None where nobody judged it."""

    domains: dict[str, Downgrade | None]

    @property
    def open(self) -> list[str]:
        """The domains that are not judged, in words."""
        return [DOMAIN_WORDS[name] for name, entry in self.domains.items() if entry is None]

    @property
    def word(self) -> str | None:
        """The level of certainty: cohorts start at the highest; None while a domain is not judged."""
        if self.open:
            return None
        steps = sum(entry.steps for entry in self.domains.values() if entry)
        return LEVELS[max(0, len(LEVELS) - 1 - steps)]

    def said(self) -> str:
        """The certainty for a table: its word, or that it is not judged."""
        return self.word or "not judged"

    def why(self, low: float | None, high: float | None) -> str:
        """Each judged domain with its steps and reason, then those that wait; the ends are the prediction interval."""
        ends = "" if low is None or high is None else f"{wording.percent_figure(low)} to {wording.percent(high)}"
        judged = [
            f"{wording.capital(DOMAIN_WORDS[name])}: {f'−{entry.steps}' if entry.steps else 'no downgrade'}, "
            f"{entry.reason.replace('{prediction}', ends)} ({entry.by})."
            for name, entry in self.domains.items()
            if entry
        ]
        waiting = [f"Not judged: {wording.listing(self.open)}."] if self.open else []
        return " ".join([*judged, *waiting])


def items_for(judged: Judged) -> dict[str, str]:
    """The checklist for a pool's cohorts: prevalence items where all treated are counted, case-series items elsewhere,
    since patients chosen for having neurotoxicity cannot show how often it occurs."""
    return PREVALENCE if judged.pool.denominators == ("treated",) else CASE_SERIES


def appraised(evidence: Evidence, cohort_ids: list[str], items: dict[str, str]) -> dict[str, dict[str, str]]:
    """For each cohort the judgement of each item; `not_judged` where appraisal.csv has no row."""
    rows = evidence.appraisal.filter(pl.col("cohort_id").is_in(cohort_ids))
    known = {(cohort, item): answer for cohort, item, answer in rows.select("cohort_id", "item", "judgement").rows()}
    return {cohort: {item: known.get((cohort, item), "not_judged") for item in items} for cohort in cohort_ids}


def certainty(evidence: Evidence, plan: Plan, judged: Judged, result_id: str) -> Certainty:
    """The declared downgrades of a result; risk of bias counts only when every item of every cohort is judged."""
    declared = {entry.domain: entry for entry in plan.downgrades if entry.result == result_id}
    answers = appraised(evidence, judged.rows["cohort_id"].to_list(), items_for(judged))
    if any("not_judged" in items.values() for items in answers.values()):
        declared.pop("risk_of_bias", None)
    return Certainty({name: declared.get(name) for name in DOMAINS})
