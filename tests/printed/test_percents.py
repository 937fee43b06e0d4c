"""GRIM on percentages: what whole patients can print, by published examples and arithmetic shown."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from icans_evidence.printed.columns import is_printed, not_printed, with_decimals, with_digits
from icans_evidence.printed.percents import (
    CUTTING,
    EITHER,
    IMPOSSIBLE,
    NOT_INFORMATIVE,
    POSSIBLE,
    ROUNDING,
    counts_behind,
    decimals_printed,
    grim,
    percent_printed,
    prints,
    rebuilt,
)


# Brown and Heathers, The GRIM test, Soc Psychol Personal Sci 2017;8:363-369: a mean of 5.19 from 28 whole answers is
# impossible (145/28 = 5.179, 146/28 = 5.214), one of 5.18 possible. As shares of 28 in percent: 14.5 and 14.6 do not
# exist as whole counts (4/28 = 14.29, 5/28 = 17.86). The other rows are worked by hand as written.
@pytest.mark.parametrize("printed, total, verdict", [
    ("14.3", 28, POSSIBLE),  # 4/28 = 14.2857
    ("14.5", 28, IMPOSSIBLE),  # between 14.29 and 17.86
    ("35", 20, POSSIBLE),  # 7/20
    ("37", 20, IMPOSSIBLE),  # steps of 5
    ("58.9", 56, POSSIBLE),  # 33/56 = 58.93
    ("58.8", 56, IMPOSSIBLE),  # cut or rounded, 33/56 is 58.9
    ("58", 40, POSSIBLE),  # 23/40 = 57.5, half up
    ("12", 40, POSSIBLE),  # 5/40 = 12.5, half to even, or cut
    ("13", 40, POSSIBLE),  # 5/40 = 12.5, half up
    ("14", 40, IMPOSSIBLE),  # 12.5 and 15 on either side
    ("66", 3, POSSIBLE),  # 2/3 = 66.7, cut
    ("67", 3, POSSIBLE),
    ("65", 3, IMPOSSIBLE),
    ("40.0", 75, POSSIBLE),  # 30/75
    ("40.1", 75, IMPOSSIBLE),  # steps of 1.33
    ("36", 99, POSSIBLE),
    ("37", 100, NOT_INFORMATIVE),  # at whole percents everything is possible from 100 patients on
    ("37", 957, NOT_INFORMATIVE),
    ("5.0", 957, POSSIBLE),  # 48/957 = 5.02
    ("5.3", 957, POSSIBLE),  # 51/957 = 5.33
    ("37.4", 1000, NOT_INFORMATIVE),
    ("0", 7, POSSIBLE), ("100", 7, POSSIBLE), ("1", 7, IMPOSSIBLE),
])  # fmt: skip
def test_the_verdict_on_a_percentage(printed, total, verdict):
    assert grim(printed, total) == verdict


def test_the_counts_behind_a_percentage():
    assert counts_behind("7.1", 56) == [4]  # 4/56 = 7.14
    assert counts_behind("7.5", 410) == [31]  # 31/410 = 7.56, cut; 30/410 = 7.32
    assert counts_behind("50", 200) == [99, 100, 101]  # 49.5 half up, 50, and 50.5 half to even or cut


def test_cutting_off_is_told_from_rounding():
    """8/68 = 11.7647: printed 11.8 when rounded, 11.7 only when cut."""
    assert prints(8, 68, "11.8", cut=False)
    assert prints(8, 68, "11.7")
    assert not prints(8, 68, "11.7", cut=False)


@given(st.integers(1, 2000), st.data(), st.integers(0, 3))
def test_what_is_printed_from_counts_is_never_impossible(total, data, digits):
    """Whole patients, divided in integers and cut at `digits`: the witness is integer arithmetic, not our rounding."""
    count = data.draw(st.integers(0, total))
    scaled = 100 * 10**digits * count // total
    printed = f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}" if digits else str(scaled)
    assert grim(printed, total) != IMPOSSIBLE
    assert count in counts_behind(printed, total)


@pytest.mark.parametrize(
    "printed, total", [("101", 5), ("-1", 5), ("12,5", 8), ("", 5), ("nan", 5), ("1e1", 5), ("50", 0), ("9" * 60, 5)]
)
def test_no_percentage_is_refused(printed, total):
    with pytest.raises(ValueError, match="is no"):
        grim(printed, total)


def by_decimal(count: int, total: int, digits: int, way: str) -> Decimal:
    """100 × count / total at `digits` decimals, by Python's decimal: the witness of our whole-number arithmetic."""
    with localcontext(prec=60):
        return (Decimal(100) * count / total).quantize(Decimal(1).scaleb(-digits), rounding=way)


WAYS = {ROUND_HALF_UP: ROUNDING, ROUND_HALF_EVEN: ROUNDING, ROUND_DOWN: CUTTING}
FORMS = [
    "{0}%", "{0} %", "{0}\u00a0%", "{0}\u2009percent", "{0} per cent of {1}", "({0}%)", "{1} patients; {0}%",
    "{0}–100.0%", "{0} to 100 percent", "{0} and 100%", "{0}, 3 and 100 %", "n = {1}; {0} pct",
]  # fmt: skip
POINTS = [lambda text: text, lambda text: text.replace(".", "·"), lambda text: text.replace(".", ","),
          lambda text: text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.%"})]  # fmt: skip


@given(st.integers(1, 3000), st.data(), st.integers(0, 2), st.sampled_from(sorted(WAYS)), st.sampled_from(FORMS),
       st.sampled_from(POINTS))  # fmt: skip
def test_every_printed_form_leads_back_to_its_count_or_to_none(total, data, digits, way, form, point):
    count = data.draw(st.integers(0, total))
    share = by_decimal(count, total, digits, way)
    assume(share not in (3, 100) or "100" not in form)  # "100.0 and 100%" prints it in two ways
    text = form.format(point(str(share)), total)
    printed = percent_printed(float(share), text)
    assert printed == str(share)
    assert count in counts_behind(printed, total)
    assert rebuilt(printed, total) is None or rebuilt(printed, total).number == count


@given(st.integers(1, 400), st.integers(0, 2), st.data())
def test_counts_behind_are_those_that_decimal_arithmetic_gives(total, digits, data):
    number = data.draw(st.integers(0, 100 * 10**digits))
    printed = str(Decimal(number).scaleb(-digits))
    rules = {
        count: {rule for way, rule in WAYS.items() if by_decimal(count, total, digits, way) == Decimal(printed)}
        for count in range(total + 1)
    }
    fits = {count: found for count, found in rules.items() if found}
    assert counts_behind(printed, total) == list(fits)
    names = {frozenset((ROUNDING,)): ROUNDING, frozenset((CUTTING,)): CUTTING}
    only = [(count, names.get(frozenset(found), EITHER)) for count, found in fits.items()]
    assert rebuilt(printed, total) == (only[0] if len(only) == 1 else None)
    assert (grim(printed, total) == IMPOSSIBLE) <= (rebuilt(printed, total) is None)


@pytest.mark.parametrize("printed, total, expected", [
    ("12.0", 43, None),  # 5/43 = 11.6, 6/43 = 14.0
    ("40.0", 43, None),  # 17/43 = 39.5, 18/43 = 41.9
    ("55", 53, (29, ROUNDING)),  # 54.72; 30/53 = 56.6
    ("85.7", 56, (48, EITHER)),  # 85.714
    ("7", 200, None),  # 6.5, 7.0 and, cut, 7.5
    ("22", 83, None),  # 18/83 = 21.7 rounded, 19/83 = 22.9 cut
    ("50", 3, None),
    ("0", 40, (0, EITHER)), ("100", 40, (40, EITHER)),
    ("7.5", 410, (31, CUTTING)),  # 7.561; 30/410 = 7.317
    ("0.1", 6_831_388, None),
])  # fmt: skip
def test_a_count_is_rebuilt_only_when_it_is_the_only_one(printed, total, expected):
    assert rebuilt(printed, total) == expected


@pytest.mark.parametrize("value, text, decimals", [
    (85.0, "85.0%", 1), (85.0, "85%", 0), (7.5, "7.5% of 12%", 1), (12.0, "12.0–15.0%; n = 43", 1),
    (40.0, "40.0 and 20%", 1), (20.0, "40.0 and 20%", 0), (12.0, "12%; 12.0 mg", 0), (12.0, "12.00; n = 43", 2),
    (12.0, "112.0; 12%", 0), (12.5, "twelve", 1), (12.0, "twelve percent", 0),
])  # fmt: skip
def test_the_decimals_are_those_of_the_figure_that_equals_the_value(value, text, decimals):
    assert decimals_printed(value, text) == decimals


CELLS = st.text(st.sampled_from(list("0123456789.,%–-; n=()/·<≥aDx\u2009")), max_size=14)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0, 4.0, 4.5, 10.0, 12.0, 100.0]), CELLS), min_size=1, max_size=30))
def test_a_column_is_read_as_its_cells_are(cells):
    """The search for digits in a whole column never says other than the reader of one cell."""
    frame = pl.DataFrame(cells, schema=["percent", "reported"], orient="row").with_row_index("line")
    decimals = with_decimals(frame, "percent", "reported", "decimals")["decimals"].to_list()
    assert decimals == [decimals_printed(value, text) for value, text in cells]
    left = not_printed(with_digits(frame, "reported", "d"), "percent", "d", "reported", pl.lit(False))
    assert left["line"].to_list() == [i for i, (v, t) in enumerate(cells) if not is_printed(t, v, share=True)]
