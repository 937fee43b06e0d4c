"""GRIM on percentages: what whole patients can print, by published examples and arithmetic shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icans_evidence.printed.percents import IMPOSSIBLE, NOT_INFORMATIVE, POSSIBLE, counts_behind, grim, prints


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
