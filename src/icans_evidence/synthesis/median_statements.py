"""A pooled median in words: what was found, and what to beware of.

Every figure goes through `wording`; nothing is computed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icans_evidence import wording
from icans_evidence.synthesis.intervals import Floats

if TYPE_CHECKING:
    from icans_evidence.synthesis.medians import Middle

NOTHING = "No study can enter, so there is nothing to pool."
NOT_SETTLED = "The fit did not converge, so no number is given."
ONE = "One study: nothing is pooled, and nothing can be said of the spread between studies."
TWO = {
    "median": "Two studies: their median is only the middle between them.",
    "weighted": "Two studies: a weighted median is that of the larger one, or the middle between them.",
}
TWO_MEANS = "Two studies cannot show how far studies differ: the interval is hardly more than a guess."
SAME = "The studies' figures are all the same, so that no interval can be worked out."
CLOSE = (
    "The studies agree more closely than chance would have them, so that the interval is narrower than it should be."
)
CUT = "The interval would begin below 0, which no study can have, and is cut there."


def method_sentence(k: int, n: int | None = None) -> str:
    """How a median of medians is made; `n` patients where every study tells them."""
    patients = f", n = {n:,}" if n is not None else ", n not stated by every study"
    return (
        "Method: median of the studies' medians, each study counting once (no transform, no correction, no weights); "
        f"sign-test interval with its true coverage; k = {k}{patients}; computed by icans-evidence."
    )


def r_code(medians: Floats) -> str:
    """The lines of R that repeat a median of medians, its sign-test interval at 95% and that interval's coverage."""
    values = ", ".join(f"{value:g}" for value in sorted(medians))
    return (
        f"x <- c({values})\nk <- length(x)\nmedian(x)\nr <- qbinom(0.025, k, 0.5)\n"
        "if (r > 0) c(sort(x)[c(r, k + 1 - r)], 1 - 2 * pbinom(r - 1, k, 0.5)) else range(x)"
    )


def few(k: int, method: str) -> tuple[str, ...]:
    """What one study or two cannot tell."""
    return {1: (ONE,), 2: (TWO.get(method, TWO_MEANS),)}.get(k, ())


def finding(name: str, medians: Floats, middle: Middle, level: float, unit: str) -> str:
    """The estimate by the method of that name with its interval, and the range of the studies' `medians`."""
    figure, k = f"{wording.number(middle.estimate, 1)} {unit}", len(medians)
    if k == 1:
        return f"{figure} in the only study{' (rebuilt mean)' if name.startswith('mean of means') else ''}."
    span = f"{wording.number(medians.min(), 1)} to {wording.number(medians.max(), 1)}"
    words = f"{figure} ({name} of {wording.plural(k, 'study', 'studies')}"
    return f"{words}{_interval(name, middle, level)}; range over studies {span})."


def _interval(name: str, middle: Middle, level: float) -> str:
    """The interval after a semicolon, or why there is none."""
    percent = f"{round(level * 100)}%"
    if middle.low is not None and middle.high is not None:
        ends = f"{wording.number(middle.low, 1)} to {wording.number(middle.high, 1)}"
        if middle.coverage is None:
            return f"; {percent} CI {ends}"
        return f"; sign-test interval {ends}, which covers {wording.percent(middle.coverage)}"
    if name == "median of medians":
        return f"; too few studies for an interval of {percent}"
    return "; no interval is worked out for a weighted median" if "weighted" in name else ""
