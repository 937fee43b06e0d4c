"""Numbers into words: rounding half up on the decimals a reader sees."""

from __future__ import annotations

import pytest

from icans_evidence import wording


@pytest.mark.parametrize(
    ("value", "digits", "words"),
    [(12.5, 0, "13"), (2.5, 0, "3"), (0.125, 2, "0.13"), (1.005, 2, "1.01"), (-0.4, 0, "0"), (1234.5, 0, "1,235")],
)
def test_rounding_is_half_up_on_the_printed_decimals(value, digits, words):
    assert wording.rounded(value, digits) == words


@pytest.mark.parametrize(
    ("fraction", "words"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.0004, "<0.1%"),
        (0.9996, ">99.9%"),
        (0.071, "7.1%"),
        (0.125, "13%"),
        (0.995, "99.5%"),
        (0.07, "7%"),
        (23 / 40, "58%"),
    ],
)
def test_a_percentage_never_rounds_to_nothing_or_to_all(fraction, words):
    assert wording.percent(fraction) == words


def test_no_event_is_said_as_a_bound():
    assert wording.proportion(0, 53, 0.0, 0.068) == "none of 53 (0%; rates up to 6.8% remain compatible with that)"


def test_a_count_is_said_with_its_interval():
    assert wording.proportion(19, 22, 0.667, 0.953) == "19 of 22 (86%, 95% CI 67 to 95.3)"


@pytest.mark.parametrize(
    ("words", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_listing_reads_as_a_sentence(words, sentence):
    assert wording.listing(words) == sentence


def test_bounds_are_said():
    assert [wording.bounded(r, "20%") for r in "=≤≥<>~"] == [
        "20%",
        "at most 20%",
        "at least 20%",
        "less than 20%",
        "more than 20%",
        "about 20%",
    ]
