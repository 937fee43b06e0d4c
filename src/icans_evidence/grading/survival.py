"""The Kaplan–Meier median of durations, some of which were still running when last seen.

Worked in whole fractions, so that a curve that meets one half exactly is seen to do so. Standard library
only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

HALF = Fraction(1, 2)


def median(durations: Sequence[float], ended: Sequence[bool]) -> float | None:
    """The time at which the Kaplan–Meier curve falls to one half; None if it never does.

    Where the curve stays at exactly one half until a later end, the middle between the two times, so that
    without censoring this is the ordinary median; where no later end follows, the time at which one half was
    reached (R's survfit averages it with the last censored time). A duration censored at the time of an end still
    counts as at risk then.
    """
    ends = Counter(time for time, end in zip(durations, ended, strict=True) if end)
    left = Fraction(1)
    halfway: float | None = None
    for time in sorted(ends):
        if halfway is not None:
            return (halfway + time) / 2
        left *= 1 - Fraction(ends[time], sum(1 for duration in durations if duration >= time))
        if left < HALF:
            return float(time)
        if left == HALF:
            halfway = float(time)
    return halfway
