"""Claims recomputed: each verdict from rows made for it."""

from __future__ import annotations

import polars as pl
import pytest

from icans_evidence.summaries.claims import judge


def claim(statistic="percent", low=None, high=None, relation="=", direction=None, n_studies=None, unit="percent"):
    return {"statistic": statistic, "low": low, "high": high, "relation": relation, "direction": direction,
            "n_studies": n_studies, "unit": unit}  # fmt: skip


def rows(*values, direction=None, in_review=False):
    return pl.DataFrame(
        {"row_id": [f"X-{i}" for i in range(len(values))], "cohort_id": [f"c{i}" for i in range(len(values))],
         "in_review": [in_review] * len(values), "value": pl.Series(values, dtype=pl.Float64),
         "direction": pl.Series([direction] * len(values), dtype=pl.String)}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "found", "verdict"),
    [
        (claim(low=10, high=33), rows(10, 20, 33), "reproduced"),
        (claim(low=10, high=33), rows(15, 33), "partly"),  # no row reaches the lower end
        (claim(low=10, high=33), rows(10, 33, 60), "partly"),  # one row outside
        (claim(low=10, high=33), rows(50, 60), "contradicted"),
        (claim(high=20, relation="≤"), rows(3, 12), "reproduced"),  # a bound needs no row at its end
        (claim(low=10, high=33), rows(), "no study-level row"),
        (claim(low=10, high=33, n_studies=5), rows(10, 33), "partly"),  # two of the five studies
        (claim("all"), rows(100, 100), "reproduced"),
        (claim("all"), rows(100, 96), "partly"),
        (claim("none"), rows(4, 2), "contradicted"),
        (claim("most"), rows(57, 92), "reproduced"),
        (claim("few"), rows(2, 9.9), "reproduced"),  # few is under a tenth
        (claim("few"), rows(10, 39), "contradicted"),
        (claim("few"), rows(3, 12), "partly"),
        # a percent is rounded to half a point: 33.5 may be called 33, 33.6 may not
        (claim(low=10, high=33), rows(9.5, 20, 33.5), "reproduced"),
        (claim(low=10, high=33), rows(10, 33.6), "partly"),
        (claim(low=10, high=33), rows(9.4, 33), "partly"),
        (claim(low=10, high=33), rows(10.6, 33), "partly"),  # the lower end is not reached
        (claim(low=10, high=33), rows(10, 32.4), "partly"),
        (claim(high=20, relation="≤"), rows(20.5), "reproduced"),
        (claim(high=20, relation="≤"), rows(20.6), "contradicted"),
        # a day is counted: half a day beyond is beyond
        (claim("median", low=4, high=9, unit="days"), rows(4, 9), "reproduced"),
        (claim("median", low=4, high=9, unit="days"), rows(4, 9.4), "partly"),
        (claim("median", low=4, high=9, unit="days"), rows(3.6, 9), "partly"),
        (claim("median", low=4, high=9, unit="days"), rows(4.4, 9), "partly"),
        (claim("median", low=4, high=9, unit="days"), rows(9.5), "contradicted"),
        (claim("direction", direction="lower"), rows(None, direction="lower"), "reproduced"),
        (claim("direction", direction="lower"), rows(None, direction="higher"), "contradicted"),
        (claim("direction"), rows(None, direction="higher"), "no study-level row"),
    ],
)
def test_a_claim_is_judged_by_the_rows(stated, found, verdict):
    assert judge(stated, found)[0] == verdict


def test_rows_of_the_review_alone_are_said_to_be_so():
    assert "Only rows of the review itself" in judge(claim("most"), rows(60, in_review=True))[1]
