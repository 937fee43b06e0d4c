"""Figures found in a sentence: what counts as one, with its bound and its unit of percent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from icans_evidence.printed.figures import find_figures


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
