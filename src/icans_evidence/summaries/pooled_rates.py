"""Results over several cohorts: pooled where the gate allows it, the reason where it does not.

One row for each planned pool, one for the mix of scales that the plan allows, one for what leaving a cohort out does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Plan, Pool
from icans_evidence.evidence.vocabulary import outcome_words
from icans_evidence.project import Project
from icans_evidence.summaries.looked_for import taken_from
from icans_evidence.summaries.poolability import Judged, candidates, headline, judge, outside
from icans_evidence.summaries.proportion_rows import ends, formed_words, ids_behind, summed
from icans_evidence.summaries.result import Result
from icans_evidence.synthesis import statements
from icans_evidence.synthesis.medians import PooledMedian, pool_medians
from icans_evidence.synthesis.pooled import Choice, Pooled
from icans_evidence.synthesis.pooling import pool_proportions
from icans_evidence.synthesis.sensitivity import SMALLEST, Influence, influence, leave_one_out

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence
    from icans_evidence.evidence.vocabulary import Vocabulary

MEDIAN_METHOD = (
    "median of the cohorts' medians, each cohort counting once; sign-test interval with its true coverage; "
    "computed by icans-evidence"
)


@dataclass(frozen=True, eq=False)
class Answer:
    """A judged pool with what was computed: `pooled` or `median` where it passes or its mix is allowed, else None."""

    judged: Judged
    pooled: Pooled | None = None
    median: PooledMedian | None = None

    @property
    def end(self) -> str:
        """The end of its result id: `pooled_mix` where scales are mixed, `pooled` otherwise."""
        return "pooled_mix" if self.judged.mix_allowed else "pooled"

    @property
    def id(self) -> str:
        """The result id of what was computed."""
        return f"{self.judged.pool.id}.{self.end}"

    @property
    def computed(self) -> bool:
        """Whether there is an estimate, with or without the mix."""
        return bool((self.pooled and self.pooled.estimate is not None) or self.median)

    @property
    def is_varied(self) -> bool:
        """Whether it is worked out what the whole hangs on: among very many cohorts none moves what a reader sees."""
        return self.judged.rows.height <= MOST_LEFT_OUT

    @cached_property
    def without_each(self) -> list[Influence]:
        """What leaving out each cohort does, in the order of the rows; how much it shifts from five cohorts on."""
        rows, choice = self.judged.rows, choice_of(self.judged)
        x, n = rows["events"].to_numpy(), rows["n_total"].to_numpy()
        if rows.height >= SMALLEST:
            return influence(x, n, choice)
        return [Influence(part, None, None, None) for part in leave_one_out(x, n, choice)]


def choice_of(judged: Judged) -> Choice:
    """How reports pool: the binomial-normal model with t on k − 1, since Wald is too narrow with few studies."""
    return Choice("glmm", "t", event=judged.pool.event)


def answers(evidence: Evidence, rows: pl.DataFrame, plan: Plan | None = None) -> list[Answer]:
    """Every planned pool, judged and, where it passes or its mix is allowed, computed."""
    pools = (plan or Project.of(evidence).plan).pools
    if rows is summed(evidence):
        return [answered(evidence, pool) for pool in pools]
    return [answer(judge(candidates(evidence, rows, pool), pool, evidence.vocabulary)) for pool in pools]


@lru_cache(maxsize=64)
def answered(evidence: Evidence, pool: Pool) -> Answer:
    """One planned pool over all rows of the evidence, worked out once for all pages that show it."""
    return answer(judge(candidates(evidence, summed(evidence), pool), pool, evidence.vocabulary))


def answer(judged: Judged) -> Answer:
    """What is computed for a judged pool."""
    if not (judged.passes or judged.mix_allowed):
        return Answer(judged)
    rows = judged.rows
    if judged.is_duration:
        return Answer(judged, median=pool_medians(rows["value"].to_list(), labels=rows["label"].to_list()))
    choice = choice_of(judged)
    pooled = pool_proportions(
        rows["events"].to_numpy(), rows["n_total"].to_numpy(), choice.method, choice.interval, event=choice.event
    )
    return Answer(judged, pooled=pooled)


def pooled_results(evidence: Evidence, rows: pl.DataFrame) -> Iterator[Result]:
    """The result rows of every planned pool: `.pooled`, where allowed `.pooled_mix`, and `.leave_one_out`."""
    found_all = answers(evidence, rows)
    if found_all:
        yield tally_row(found_all)
    for found in found_all:
        pool = found.judged.pool
        formed, selection = formed_words(found.judged.rows), taken_from(evidence, pool.table, pool.outcome)
        if found.judged.reasons:
            yield _with(refused_row(found.judged), *((formed, selection) if found.judged.rows.height else ("", "")))
        if found.computed or found.pooled is not None:
            yield _with(computed_row(found), formed, selection)
        if found.computed and found.pooled is not None:
            yield left_out_row(found)


def _with(one: Result, further: str, selection: str) -> Result:
    return replace(one, sentence=one.sentence + further + selection, selection=selection or None)


MOST_LEFT_OUT = 200
"""Cohorts up to which each is left out in turn: among more, one cohort moves nothing that a reader would see."""


def tally_row(found: list[Answer]) -> Result:
    """How many of the planned pools the gate refuses."""
    refused = sum(bool(one.judged.reasons) for one in found)
    phrase = f"{refused} of {len(found)} planned pools are refused"
    return Result(
        result_id="pools.refused", statistic="count", outcome="pools", estimate=float(refused),
        unit="count", method="the gate before pooling; see Methods", phrase=phrase, sentence=f"{phrase}.",
    )  # fmt: skip


def whom(pool: Pool, vocabulary: Vocabulary) -> str:
    """The patients that a pool counts."""
    several = len(pool.denominators) > 1
    return "patients counted differently" if several else vocabulary.denominator_words[pool.denominators[0]]


def outcome_of(judged: Judged) -> str:
    """What is pooled, of whom, and by which scale if only one is taken."""
    pool = judged.pool
    words = outcome_words(judged.vocabulary, pool.table, pool.outcome)
    words += ", median" if judged.is_duration else f", of {whom(pool, judged.vocabulary)}"
    return f"{words}, graded by {judged.vocabulary.scale_words(pool.scale)}" if pool.scale else words


def _start(judged: Judged) -> dict[str, Any]:
    rows = judged.rows
    return {
        "outcome": judged.pool.outcome, "population": whom(judged.pool, judged.vocabulary),
        "cohorts": rows.height, "row_ids": ids_behind(rows),
        "unit": "days" if judged.is_duration else "proportion",
    }  # fmt: skip


def refused_row(judged: Judged) -> Result:
    """The result that says why an outcome is not pooled, with the range over the cohorts that could have entered."""
    value = "value" if judged.is_duration else "estimate"
    low, high = ends(judged.rows[value]) if judged.rows.height else (None, None)
    why = "; and ".join(judged.reasons)
    return Result(
        **_start(judged), result_id=f"{judged.pool.id}.pooled", statistic="not pooled", low=low, high=high,
        method="the gate before pooling; see Methods", phrase="not pooled",
        sentence=f"{outcome_of(judged)}: not pooled because {why}.{_range_words(judged, low, high)}",
    )  # fmt: skip


def _range_words(judged: Judged, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    count = wording.plural(judged.rows.height, "cohort that could enter", "cohorts that could enter")
    days = wording.span(wording.number(low), wording.number(high), "days")
    span = days if judged.is_duration else wording.span(wording.percent(low), wording.percent(high))
    return f" Range over {count}: {span}.{outside(judged)}"


def computed_row(found: Answer) -> Result:
    """The result of a pool, or of the mix that the plan allows, with its intervals and how it was made."""
    judged = found.judged
    before = "if scales are mixed, as the plan allows" if judged.mix_allowed else "pooled"
    figures = _median_figures(found.median) if found.median else _count_figures(found)
    finding = figures.pop("finding")
    start = _start(judged)
    start["population"] += f": {headline(judged.rows, judged.vocabulary)}"
    return Result(
        **start, result_id=found.id, statistic=before.split(",", maxsplit=1)[0], **figures,
        sentence=f"{outcome_of(judged)}, {before}: {finding}",
    )  # fmt: skip


def _count_figures(found: Answer) -> dict[str, Any]:
    pooled, choice = found.pooled, choice_of(found.judged)
    assert pooled is not None
    start = {"n_events": pooled.n_events, "n_total": pooled.n_total}
    if pooled.estimate is None or pooled.ci_low is None or pooled.ci_high is None:
        return {**start, "phrase": "no estimate", "method": statements.MODELS[choice.method],
                "finding": f"no estimate. {pooled.sentence}"}  # fmt: skip
    said = " ".join((statements.finding(choice, pooled), *pooled.warnings))
    phrase = f"{wording.percent(pooled.estimate)} had {choice.event}"
    return {
        **start, "estimate": pooled.estimate, "ci_low": pooled.ci_low, "ci_high": pooled.ci_high,
        "pi_low": pooled.pi_low, "pi_high": pooled.pi_high, "tau2": pooled.tau2, "i2": pooled.i2, "phrase": phrase,
        "method": statements.method_sentence(choice, pooled).removeprefix("Method: ").rstrip("."),
        "finding": said[:1].lower() + said[1:],
    }  # fmt: skip


def _median_figures(median: PooledMedian) -> dict[str, Any]:
    assert median.estimate is not None
    return {
        "estimate": median.estimate, "ci_low": median.ci_low, "ci_high": median.ci_high, "low": median.range_low,
        "high": median.range_high, "method": MEDIAN_METHOD, "finding": median.sentence,
        "phrase": f"{wording.number(median.estimate)} days",
    }  # fmt: skip


def left_out_row(found: Answer) -> Result:
    """Lowest and highest pooled estimate when one cohort is left out in turn."""
    rows, judged = found.judged.rows, found.judged
    start = {
        **_start(judged), "result_id": f"{found.id}.leave_one_out", "statistic": "leave one out",
        "n_total": int(rows["n_total"].sum()), "method": f"{statements.MODELS['glmm']}; each cohort left out in turn",
    }  # fmt: skip
    if not found.is_varied:
        phrase = f"not worked out among {rows.height:,} cohorts"
        sentence = f"{outcome_of(judged)}, leaving out one cohort at a time: {phrase}."
        return Result(**start, phrase=phrase, sentence=sentence)
    estimates = enumerate(one.without.estimate for one in found.without_each)
    known = {place: estimate for place, estimate in estimates if estimate is not None}
    low, high = min(known, key=known.__getitem__), max(known, key=known.__getitem__)
    span = wording.span(wording.percent(known[low]), wording.percent(known[high]))
    names = rows["label"]
    return Result(
        **start, low=known[low], high=known[high], phrase=span,
        sentence=f"{outcome_of(judged)}: leaving out one cohort at a time moves the pooled rate over {span} "
                 f"(lowest without {names[low]}, highest without {names[high]}).",
    )  # fmt: skip
