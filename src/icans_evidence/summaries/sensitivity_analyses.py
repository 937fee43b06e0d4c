"""What a pooled rate hangs on: cohorts left out, subgroups, years, single cohorts, other defensible analyses.

Subgroups, years and influence are given from five cohorts on; a subgroup of fewer than three is not pooled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count
from typing import Any

import numpy as np
import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.summaries.codes import AGES
from icans_evidence.summaries.poolability import FEWEST, Judged
from icans_evidence.summaries.pooled_rates import Answer, choice_of, outcome_of, whom
from icans_evidence.summaries.proportion_rows import ids_behind, independent
from icans_evidence.summaries.result import Result, slug
from icans_evidence.synthesis import sensitivity, statements
from icans_evidence.synthesis.pooled import Choice, Pooled
from icans_evidence.synthesis.sensitivity import SMALLEST, Subgroups, Universe

BY = {
    "product": "By product", "disease": "By disease", "age_group": "By age group", "scale": "By grading scale",
    "in_references": "By whether the review cites the study",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One result among those that show what the whole hangs on: its head and name, the Cook's distance where one cohort
    is left out, and the test whether subgroups differ."""

    head: str
    name: str
    result: Result
    cook: Result | None = None
    test: Result | None = None


def arrays(rows: pl.DataFrame) -> tuple[Any, Any]:
    """Events and totals of the rows."""
    return rows["events"].to_numpy(), rows["n_total"].to_numpy()


def label(vocabulary: Vocabulary, column: str, value: Any, before: str = "") -> str:
    """A subgroup's name in words; `before` stands in front of "not stated"."""
    if column == "in_references":
        return "cited by the review" if value else "not cited by the review"
    if value == "not_stated":
        return f"{before}not stated"
    words = {"age_group": AGES, "scale": vocabulary.scales}.get(column, {})
    return words.get(value) or vocabulary.short_names(value)


@lru_cache(maxsize=64)
def steps(found: Answer) -> tuple[Step, ...]:
    """Every result that shows what a computed pool hangs on, in the order of the page."""
    rows = found.judged.rows
    if found.pooled is None or not found.is_varied:
        return ()
    made = list(_without_each(found))
    if rows.height >= SMALLEST:
        for column, head in BY.items():
            made += _subgroup_steps(found, column, head)
        made += _cumulative_steps(found)
    return tuple(made)


def dependence_results(found_all: Iterable[Answer]) -> Iterator[Result]:
    """The results that show what each computed pool hangs on, and all its defensible analyses."""
    for found in found_all:
        made = dict.fromkeys(one for step in steps(found) for one in (step.result, step.cook, step.test) if one)
        yield from made
        if found.is_varied:
            yield from (result for _, result in universe_results(found))


def _without_each(found: Answer) -> Iterator[Step]:
    rows = found.judged.rows
    for (cohort, name, row_id), part in zip(
        rows.select("cohort_id", "label", "row_id").iter_rows(), found.without_each, strict=True
    ):
        end, words, others = f"without.{cohort}", f"without {name}", rows.filter(pl.col("row_id") != row_id)
        result = _result(found, part.without, end, words, others, "leaving out one cohort", "this cohort left out")
        yield Step("Leaving out one cohort", words, result, _cook(found, part.cook, end, words))


def _cook(found: Answer, cook: float | None, end: str, words: str) -> Result | None:
    if cook is None:
        return None
    phrase = wording.rounded(cook, 2)
    return _of(
        found, found.judged.rows, result_id=f"{found.id}.{end}.cook", statistic="Cook's distance", estimate=cook,
        method="squared shift of the pooled logit without the cohort over its variance with all", phrase=phrase,
        sentence=f"{_whole(found)}, {words}: Cook's distance {phrase}.",
    )  # fmt: skip


def _subgroup_steps(found: Answer, column: str, head: str) -> Iterator[Step]:
    parted = by_group(found.judged, column)
    if parted is None:
        return
    test = _test(found, parted, column, head)
    words = f"{head}; {test.phrase}" if test else head
    for value, result in subgroup_results(found, column).items():
        yield Step(words, label(found.judged.vocabulary, column, value), result, test=test)


@lru_cache(maxsize=256)
def subgroup_results(found: Answer, column: str) -> dict[Any, Result]:
    """The result of each subgroup of at least three cohorts, by its value; empty with fewer than two of them."""
    parted = by_group(found.judged, column)
    if parted is None:
        return {}
    out: dict[Any, Result] = {}
    names = {"test"}
    for value, pooled in parted.groups.items():
        name = slug({True: "cited", False: "not cited"}.get(value, str(value)))
        others = (f"{name}_{place}" for place in count(2))
        name = next(one for one in chain([name], others) if one not in names)
        names.add(name)
        words = f"{BY[column].lower()}: {label(found.judged.vocabulary, column, value)}"
        rows = found.judged.rows.filter(pl.col(column) == value)
        out[value] = _result(found, pooled, f"by.{column}.{name}", words, rows, "subgroup", "subgroup by itself")
    return out


def _test(found: Answer, parted: Subgroups, column: str, head: str) -> Result | None:
    if parted.p is None:
        return None
    phrase = f"subgroups differ: {p_words(parted.p)}, {parted.df} df"
    rows = found.judged.rows.filter(pl.col(column).is_in(list(parted.groups)))
    return _of(
        found, rows, result_id=f"{found.id}.by.{column}.test", statistic="subgroup test", estimate=parted.p,
        method="weighted squares of the subgroups' logits around their mean, by the chi-squared distribution",
        phrase=phrase, sentence=f"{_whole(found)}, {head.lower()}; {phrase}.",
    )  # fmt: skip


def _cumulative_steps(found: Answer) -> Iterator[Step]:
    dated = found.judged.rows.filter(pl.col("year").is_not_null())
    if dated.height < SMALLEST:
        return
    for year, pooled in sensitivity.cumulative(*arrays(dated), dated["year"].to_list(), choice_of(found.judged)):
        rows, words = dated.filter(pl.col("year") <= year), f"to {year}"
        result = _result(
            found, pooled, f"to.{year}", words, rows, "cumulative by year", "cohorts of studies to that year"
        )
        yield Step("Cumulative, by year of the study", words, result)


def _result(
    found: Answer, pooled: Pooled, end: str, words: str, rows: pl.DataFrame, statistic: str, how: str
) -> Result:
    """One analysis over the rows named: `end` ends its id, `words` say what was varied, `how` in the method."""
    phrase = "no estimate"
    if pooled.estimate is not None and pooled.ci_low is not None and pooled.ci_high is not None:
        phrase = f"{wording.percent(pooled.estimate)} ({wording.interval(pooled.ci_low, pooled.ci_high)})"
    return _of(
        found, rows, result_id=f"{found.id}.{end}", statistic=statistic, estimate=pooled.estimate,
        ci_low=pooled.ci_low, ci_high=pooled.ci_high, pi_low=pooled.pi_low, pi_high=pooled.pi_high, tau2=pooled.tau2,
        i2=pooled.i2, unit="proportion", n_events=pooled.n_events, n_total=pooled.n_total,
        method=f"{statements.MODELS[pooled.method]}; {how}", phrase=phrase,
        sentence=f"{_whole(found)}, {words}: {phrase}, {wording.plural(pooled.k, 'cohort')}.",
    )  # fmt: skip


def _of(found: Answer, rows: pl.DataFrame, **cells: Any) -> Result:
    pool = found.judged.pool
    return Result(
        outcome=pool.outcome, population=whom(pool, found.judged.vocabulary), cohorts=rows.height,
        row_ids=ids_behind(rows), **cells,
    )  # fmt: skip


def _whole(found: Answer) -> str:
    return f"{outcome_of(found.judged)}, {'scales mixed' if found.judged.mix_allowed else 'pooled'}"


@lru_cache(maxsize=256)
def by_group(judged: Judged, column: str) -> Subgroups | None:
    """The subgroups of at least three cohorts pooled by themselves; None where fewer than two of them are there."""
    rows = judged.rows
    if rows.height < SMALLEST:
        return None
    large = rows.filter(pl.len().over(column) >= FEWEST)
    if large[column].n_unique() < 2:
        return None
    return sensitivity.subgroups(*arrays(large), large[column].to_list(), choice_of(judged))


def p_words(p: float) -> str:
    """A probability in words: "p = 0.03", "p < 0.001"."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {wording.rounded(p, 3 if p < 0.1 else 2)}"


def row_sets(judged: Judged) -> dict[str, pl.DataFrame]:
    """The defensible choices of rows: as planned, the smaller of overlapping cohorts, no rebuilt counts, papers only,
    no figure with an open entry in the register of discrepancies.

    A choice that gives the same rows as one before it, or fewer than three cohorts, is left out.
    """
    usable = judged.usable
    smaller = independent(usable.with_columns(n_total=-pl.col("n_total")))
    sets = {
        "rows as planned": judged.rows,
        "the smaller of overlapping cohorts": usable.filter(pl.col("row_id").is_in(smaller["row_id"].implode())),
        "without reconstructed counts": independent(usable.filter(~pl.col("reconstructed"))),
        "only the papers' own figures": independent(usable.filter(pl.col("source_kind") == "paper")),
        "without disputed figures": independent(usable.filter(pl.col("disputed").is_null())),
    }
    out: dict[str, pl.DataFrame] = {}
    for name, rows in sets.items():
        if rows.height >= FEWEST and all(set(rows["row_id"]) != set(other["row_id"]) for other in out.values()):
            out[name] = rows
    return out


def universes(judged: Judged) -> list[Universe]:
    """Every defensible estimator and interval on every defensible choice of rows, lowest first, the default marked."""
    sets = row_sets(judged)
    masks = {name: np.isin(judged.usable["row_id"].to_numpy(), rows["row_id"].to_list()) for name, rows in sets.items()}
    return sensitivity.multiverse(*arrays(judged.usable), masks)


def choice_words(choice: Choice) -> str:
    """An analysis in a few words: "binomial-normal model, t"."""
    model = {"glmm": "binomial-normal model", "reml": "REML", "pm": "Paule–Mandel", "dl": "DerSimonian–Laird"}
    interval = {"wald": "Wald", "t": "t", "knha": "Knapp–Hartung"}[choice.interval]
    return f"{model[choice.method]}, {interval}{', floor' if choice.floor else ''}"


@lru_cache(maxsize=64)
def universe_results(found: Answer) -> tuple[tuple[Universe, Result], ...]:
    """Every defensible analysis of an outcome that passes the gate with its result, lowest first; else none."""
    judged = found.judged
    if not judged.passes or found.pooled is None:
        return ()
    sets = row_sets(judged)
    return tuple((one, _universe_result(found, one, sets[one.rows])) for one in universes(judged))


def _universe_result(found: Answer, one: Universe, rows: pl.DataFrame) -> Result:
    choice = one.choice
    interval = f"{choice.interval}_floor" if choice.floor else choice.interval
    how, end = choice_words(choice), f"universe.{choice.method}.{interval}.{slug(one.rows.replace(chr(39), ''))}"
    return _result(found, one.pooled, end, f"{one.rows}, {how}", rows, "defensible analysis", f"{how}; {one.rows}")
