"""What a row should hold beside what it holds: a count its whole, a range both ends, a median its spread.

The sentence or `reported` prints it, and the row does not hold it: one value was dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from icans_evidence.audit.row_checks.figures_of_row import WHOLE, WORD, Case, Check, Difference
from icans_evidence.printed.number_words import NONE_WORDS
from icans_evidence.printed.sentence import MEASURES, TIMES, fold

_SPREAD = re.compile(r"\b(?:range|iqr|interquartile range|ci)\W{0,3}$")
_NO_WHOLE = re.compile(r"not printed|no denominator|not in the sentence|not stated|no total", re.I)


def counts_are_whole(case: Case) -> Iterator[Difference]:
    """A count stands with its whole or its note says that none is printed; "all of them" is held as a count."""
    row = case.row
    events, total, reported = row.get("n_events"), row.get("n_total"), fold(row["reported"]).casefold()
    if "percent" not in row or row["percent"] is not None:
        return
    if events is not None and total is None and not _NO_WHOLE.search(row.get("note") or ""):
        yield Difference(
            "n_total", case.printed_figures, "", "a count without its whole, and the note does not say why"
        )
    held = {value for one in case.held for value in (one.low, one.high)}
    extra = [
        figure.text for part, _ in case.parts
        for figure, unit in zip(part.reading.figures, part.reading.units, strict=True)
        if unit in ("", "patients") and not set(figure.values) <= held
    ]  # fmt: skip
    if events is not None and total is None and extra:
        yield Difference("n_total", "; ".join(extra), "", "a figure is reported that could be the whole")
    said = WHOLE.search(reported) or set(WORD.findall(reported)) & NONE_WORDS
    if events is None and total is not None and said:
        yield Difference("n_events", row["reported"], "", "all or none of them is printed and not held as a count")


def both_ends_are_held(case: Case) -> Iterator[Difference]:
    """A range has both its ends; one end alone is a bound, and a dose by weight holds that weight."""
    row = case.row
    for low, high in (("low", "high"), ("percent_low", "percent_high")):
        if low in row and (row[low] is None) != (row[high] is None) and row["relation"] == "=":
            missing = low if row[low] is None else high
            yield Difference(missing, case.printed_figures, "", "a range needs both ends, and no bound is held")
    if "weight_min_kg" in row and row["weight_min_kg"] is None and row["weight_below_kg"] is None:
        weights = [part.text for part, _ in case.parts if "kg" in part.reading.units]
        if weights:
            yield Difference("weight_below_kg", "; ".join(weights), "", "the weight reported is not held")


def cut_offs_are_held(case: Case) -> Iterator[Difference]:
    """A reported measure, such as "501 pg/mL", is held as a figure or a threshold, not in the note alone."""
    row = case.row
    if "threshold" not in row or row["threshold"] is not None or row.get("value") is None:
        return
    held = {value for one in case.held for value in (one.low, one.high)}
    for part, _ in case.parts:
        for figure, unit in zip(part.reading.figures, part.reading.units, strict=True):
            if unit in MEASURES - TIMES and not set(figure.values) <= held:
                yield Difference("threshold", part.text, "", "the cut-off reported is not held")


def a_spread_stands_with_its_figure(case: Case) -> Iterator[Difference]:
    """A median printed with its range is held with its range, and a range so printed with its median."""
    row = case.row
    if row.get("statistic") not in ("median", "mean") or "spread" not in row:
        return
    figures = case.reading.figures
    for i, (figure, follows) in enumerate(pairwise(figures)):
        gap = case.reading.lower[figure.end : follows.start]
        if follows.high is None or not _SPREAD.search(gap):
            continue
        if row.get("value") is not None and i == _first(case, "value") and row.get("low") is None:
            yield Difference("low", follows.text, "", "the sentence prints a range with the figure")
        if row.get("value") is None and _first(case, "low") == i + 1:
            yield Difference("value", figure.text, "", "the sentence prints a figure with the range")


def _first(case: Case, column: str) -> int | None:
    found = next((case.matches(held) for held in case.held if held.column == column), [])
    return found[0] if found else None


CHECKS: tuple[Check, ...] = (
    counts_are_whole, both_ends_are_held, cut_offs_are_held, a_spread_stands_with_its_figure,
)  # fmt: skip
