"""How far two extraction passes agree, as results: in all, on numbers, and field by field.

The sentences of the README of the passes, of `compare-extractions` and of the pages are those of these results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from icans_evidence import wording
from icans_evidence.audit.extractions.adjudication import FILE
from icans_evidence.audit.extractions.comparison import Comparison, compare
from icans_evidence.audit.extractions.pairs import FOLDER, holds_passes
from icans_evidence.summaries.result import AGREEMENT, Result, slug

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

FIELD_WORDS = {
    "n_events": "patients with the finding", "n_total": "patients counted", "cohort_id": "cohort",
    "cites": "references", "read_in": "document", "denominator_kind": "kind of denominator",
    "statistic": "kind of summary", "in_review": "stated by the review", "n_studies": "studies claimed",
}  # fmt: skip
METHOD = (
    "A field is compared in the pairs of one table where at least one pass fills it; an empty cell against a filled "
    "one is a difference. Wilson intervals take cells as independent, which cells of one row are not. Kappa and AC1 "
    "over the categories that occur, an empty cell among them; undefined where only one category occurs."
)
GROUPS = {"numbers": "Numbers", "coded_fields": "Coded fields", "names": "Names"}
CORRECTED = {"kappa": "Cohen's kappa", "ac1": "Gwet's AC1"}
_BY_SHARE = "cells of pairs of one table that at least one pass fills; Wilson score interval, cells as independent"


@dataclass(frozen=True)
class FieldAgreement:
    """A field of a group (or all numbers together): the share of cells that are the same, and the chance-corrected
    measures of a coded field, None where one is undefined; None for `share` where no cell is compared."""

    group: str
    words: str
    share: Result | None
    corrected: dict[str, Result | None]


@lru_cache(maxsize=4)
def compared(evidence: Evidence) -> Comparison | None:
    """The two passes that lie beside the data, compared; None where there are none."""
    folder = evidence.root / FOLDER
    if not holds_passes(folder, evidence.vocabulary):
        return None
    return compare(folder / "a", folder / "b", evidence.vocabulary)


def agreement_results(evidence: Evidence) -> Iterator[Result]:
    """The results of the passes that lie beside the data; none without passes."""
    comparison = compared(evidence)
    if comparison is None or comparison.finding["positive_agreement"] is None:
        return
    yield from _whole(comparison)
    for field in field_agreements(comparison)[1:]:
        yield from (one for one in (field.share, *field.corrected.values()) if one)


def _whole(comparison: Comparison) -> Iterator[Result]:
    """The results over all rows, pairs, numbers and differences."""
    finding, total = comparison.finding, comparison.agreement.total
    pairs = wording.plural(finding["pairs"], "pair")
    yield _result(
        "rows", finding["pairs"], pairs, "pairs of rows that tell the same finding of one place", unit="count",
        sentence=f"The first pass has {wording.plural(finding['rows_a'], 'row')}, the second {finding['rows_b']:,}; "
        f"{pairs} tell the same finding, {finding['pairs_in_two_tables']:,} of them in two tables; "
        f"{finding['only_a']:,} rows stand in the first pass only, {finding['only_b']:,} in the second.",
    )  # fmt: skip
    both, narrow = (finding[f"positive_agreement{end}"] for end in ("", "_same_table"))
    how = "rows found by both of all that were found, 2a/(2a + b + c)"
    yield _result(
        "positive_agreement", both, wording.percent(both), how, unit="proportion",
        sentence=f"Positive agreement on finding a row: {wording.percent(both)}; {wording.percent(narrow)} when a pair "
        "must stand in one table.",
    )  # fmt: skip
    yield _result(
        "positive_agreement.same_table", narrow, wording.percent(narrow), f"{how}; pairs of one table alone",
        unit="proportion", sentence="Positive agreement on finding a row, when a pair must stand in one table: "
        f"{wording.percent(narrow)}.",
    )  # fmt: skip
    yield _result(
        "alike", total.agree, f"{total.agree:,} agree", "pairs of one table without a difference", unit="count",
        sentence=f"Of the pairs, {total.agree:,} agree in every field compared and {total.differ:,} of one table "
        "differ.",
    )  # fmt: skip
    if numbers := field_agreements(comparison)[0].share:
        yield numbers
    if comparison.has_settlement:
        answered = sum(settled is not None for _, settled in comparison.settled)
        yield _result(
            "settled", answered, f"{answered:,} of {len(comparison.settled):,} differences", f"lines of {FILE}",
            unit="count", sentence=f"{answered:,} of {len(comparison.settled):,} differences have their line in "
            f"{FILE}; {wording.plural(len(comparison.unasked), 'line')} of it answer no difference found here.",
        )  # fmt: skip


def _result(name: str, estimate: float, phrase: str, method: str, **cells: Any) -> Result:
    return Result(
        result_id=f"passes.{name}", statistic=AGREEMENT, outcome=name, estimate=float(estimate), phrase=phrase,
        method=method, **cells,
    )  # fmt: skip


@lru_cache(maxsize=4)
def field_agreements(comparison: Comparison) -> tuple[FieldAgreement, ...]:
    """All numbers together, then the fields of each group."""
    numbers = comparison.numbers
    share = _share("numbers", numbers, _numbers_sentence(comparison)) if numbers["compared"] else None
    made = [FieldAgreement("Numbers", "all numbers", share, {})]
    for group, fields in comparison.fields.items():
        made += [_field(GROUPS[group], line) for line in fields]
    return tuple(made)


def _share(name: str, line: dict[str, Any], sentence: str) -> Result:
    low, high = line["ci_low"] / 100, line["ci_high"] / 100
    return _result(
        name, line["percent"] / 100, _said(line), _BY_SHARE, unit="proportion", ci_low=low, ci_high=high,
        n_events=line["same"], n_total=line["compared"], sentence=sentence,
    )  # fmt: skip


def _said(line: dict[str, Any]) -> str:
    ends = wording.interval(line["ci_low"] / 100, line["ci_high"] / 100)
    return f"{wording.percent(line['percent'] / 100)}, {ends}"


def _numbers_sentence(comparison: Comparison) -> str:
    numbers = comparison.numbers
    differ = sum(a != b and "" not in (a, b) for field in comparison.agreement.numbers for a, b in field.cells)
    return (
        f"Numbers: {numbers['same']:,} of {numbers['compared']:,} cells are the same ({_said(numbers)}); in {differ:,} "
        f"the two passes give two different numbers, in {numbers['compared'] - numbers['both_filled']:,} only one "
        "gives a number."
    )


def _field(group: str, line: dict[str, Any]) -> FieldAgreement:
    words, name = field_words(line["field"]), f"field.{slug(line['field'])}"
    cells = f"{line['same']:,} of {wording.plural(line['compared'], 'cell')}"
    told = f"Two passes, {words}: the same in {cells} ({_said(line)})."
    corrected = {
        key: None if line[key] is None else _result(
            f"{name}.{key}", line[key], wording.rounded(line[key], 2),
            f"{measure} over the categories that occur, an empty cell among them",
            sentence=f"Two passes, {words}: {measure} {wording.rounded(line[key], 2)}.",
        )
        for key, measure in CORRECTED.items() if key in line
    }  # fmt: skip
    return FieldAgreement(group, words, _share(name, line, told), corrected)


def field_words(name: str) -> str:
    """A field in words."""
    return FIELD_WORDS.get(name, name.replace("_", " "))


def sentences(comparison: Comparison) -> Iterable[str]:
    """What the comparison finds, in plain sentences."""
    if comparison.finding["positive_agreement"] is None:
        yield "Neither pass has a row."
        return
    results = {one.result_id: one.sentence for one in _whole(comparison)}
    settled = results.pop("passes.settled", None)
    del results["passes.positive_agreement.same_table"]  # the sentence before says it
    yield from results.values()
    yield "Agreement of two passes is no proof that a figure is right: both may misread a sentence in the same way."
    if settled:
        yield settled
