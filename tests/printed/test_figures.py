"""Figures found in a sentence: what counts as one, with its bound and its unit of percent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from icans_evidence.printed.columns import is_printed
from icans_evidence.printed.figures import find_figures
from icans_evidence.printed.pairs import count_with_percent, first_range, part_and_whole, stated_total


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("aphasia came first in 19 of 22 patients", [(19, None, "="), (22, None, "=")]),
        ("a group (n = 53)", [(53, None, "=")]),
        ("median 3, range 0–35", [(3, None, "="), (0, 35, "=")]),
        ("a temperature ≥38.9 °C", [("38.9", None, "≥")]),
        ("ferritin of 2,000 ng/mL", [(2000, None, "=")]),
        ("seen in 20% or fewer", [(20, None, "≤")]),
        ("10 or more days", [(10, None, "≥")]),
        ("as many as up to 70% had it", [(70, None, "≤")]),
        ("from 10% to 33% of them", [(10, None, "="), (33, None, "=")]),
        ("given twice daily", [(2, None, "=")]),
        ("three of them", [(3, None, "=")]),
        ("less than 25,000/mL", [(25000, None, "<")]),
        ("6,831,388 and 1\u2009803", [(6831388, None, "="), (1803, None, "=")]),
        ("12·0, 12,5 and 0,125", [("12.0", None, "="), ("12.5", None, "="), ("0.125", None, "=")]),
        ("days 1,2,3", [(1, None, "="), (2, None, "="), (3, None, "=")]),
        ("P = .031", [("0.031", None, "=")]),
        ("12h; 3D; 4x", [(12, None, "=")]),
        ("38°C or higher", [(38, None, "≥")]),
        ("twenty-one of sixty", [(21, None, "="), (60, None, "=")]),
        ("7%; 95% CI 2–17", [(7, None, "="), (2, 17, "=")]),
        ("icans_grade_4", [(4, None, "=")]),
        ("5 × 10⁹", [(5, None, "=")]),
    ],
)
def test_a_figure_is_found_with_its_bound(sentence, expected):
    found = [(f.low, f.high, f.relation) for f in find_figures(sentence)]
    assert found == [(Decimal(str(low)), high and Decimal(str(high)), relation) for low, high, relation in expected]


@pytest.mark.parametrize(
    "sentence", ["CD19 and IL-6", "T2 hyperintensity", "4-1BB", "phase 1 trial", "one study found", "CTLA4"]
)
def test_a_digit_in_a_name_is_no_figure(sentence):
    assert list(find_figures(sentence)) == []


def test_a_percentage_knows_that_it_is_one():
    first, second = find_figures("92% of 12")
    assert (first.is_percent, second.is_percent) == (True, False)


@pytest.mark.parametrize("text, percents", [
    ("12.0 percent of 43", ["12.0"]), ("12.0–15.0%", ["12.0", "15.0"]), ("twelve per cent", ["12"]),
    ("12 percentage points", []), ("12,125%", ["12.125"]), ("12.0 (%)", ["12.0"]), ("12٫0٪", ["12.0"]),
])  # fmt: skip
def test_a_percent_sign_is_known_in_its_forms(text, percents):
    assert [str(v) for figure in find_figures(text) if figure.is_percent for v in figure.values] == percents


@pytest.mark.parametrize("text, listed", [
    ("40.0 and 20%", ["40.0"]), ("40.0, 20 or 10%", ["40.0", "20"]), ("31 of 45; 68.9%", []), ("40.0 mg and 20%", []),
])  # fmt: skip
def test_a_list_shares_the_sign_at_its_end(text, listed):
    assert [str(figure.low) for figure in find_figures(text) if figure.in_list] == listed


def test_figures_that_are_printed_together():
    assert part_and_whole("12 days; 18 out of the 1,045") == (18, 1045)
    assert part_and_whole("5/43; 11.6%") == (5, 43)
    assert part_and_whole("40% of 43") is None
    assert stated_total("7 of 29; Ｎ＝１,803") == 1803
    assert count_with_percent("31 of the 45; 68.9%") == (31, 45, Decimal("68.9"))
    assert count_with_percent("45; 73 percent; n = 60") == (45, None, Decimal(73))
    assert first_range("5 days; range 10—1") == (10, 1)
    assert first_range("10% to 33%") == (10, 33)


@pytest.mark.parametrize("text, value, holds", [
    ("half of them", 50, True), ("none of nine", 0, True), ("a single patient", 1, True), ("all", 100, True),
    ("CD19", 19, False), ("phase 2 trial", 2, False), ("grade 3", 3, True), ("12,5 %", 12.5, True), ("13 of 9", 3, False),
])  # fmt: skip
def test_a_share_stands_in_a_text(text, value, holds):
    assert is_printed(text, value, share=True) == holds


def test_half_is_fifty_of_a_percentage_only():
    assert not is_printed("half of them", 50)
    assert is_printed("half a day", 0.5)
