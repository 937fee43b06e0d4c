"""The assessed days of one patient divided into courses of ICANS.

A course ends with a final grade 0 that no grade follows before the next infusion; what was not assessed
ends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

MILD, SEVERE = 1, 3


@dataclass(frozen=True)
class Day:
    """The worst grade of one assessed day as a range, and the day of the last infusion before it."""

    on: date
    low: int
    high: int
    infused_on: date


@dataclass(frozen=True)
class Course:
    """One course: its day 0, its assessed days, and the day on which it ended, None if it was not seen to
    end.
    """

    day_0: date
    days: tuple[Day, ...]
    end: date | None = None

    @property
    def onset(self) -> Day | None:
        """The first day of grade 1 or more."""
        return self._first(MILD)

    @property
    def any_grade(self) -> str:
        """Whether there was ICANS: yes, possible, no, or unknown without an assessed day."""
        return self._reached(MILD)

    @property
    def severe(self) -> str:
        """Whether there was ICANS of grade 3 or 4: yes, possible, no, or unknown without an assessed day."""
        return self._reached(SEVERE)

    @property
    def onset_day(self) -> int | None:
        """Days from day 0 to the onset."""
        return self._since(self.onset)

    @property
    def severe_day(self) -> int | None:
        """Days from day 0 to the first day of grade 3 or more."""
        return self._since(self._first(SEVERE))

    @property
    def peak_minimum(self) -> int | None:
        """The highest grade that was certainly reached."""
        return max((day.low for day in self.days), default=None)

    @property
    def peak_maximum(self) -> int | None:
        """The highest grade that may have been reached."""
        return max((day.high for day in self.days), default=None)

    @property
    def peak_day(self) -> int | None:
        """Days from day 0 to the first day of the highest certain grade; None without ICANS."""
        return self._since(self._first(max(MILD, self.peak_minimum or 0)))

    @property
    def ended(self) -> bool | None:
        """Whether the course was seen to end; None without an onset."""
        return None if self.onset is None else self.end is not None

    @property
    def duration_days(self) -> int | None:
        """Days from the onset to the end, or to the last assessment if no end was seen."""
        return None if self.onset is None else ((self.end or self.days[-1].on) - self.onset.on).days

    @property
    def last_day(self) -> int | None:
        """Days from day 0 to the last assessment."""
        return self._since(self.days[-1]) if self.days else None

    @property
    def days_assessed(self) -> int:
        """How many days since day 0 have an assessment."""
        return sum(1 for day in self.days if day.on >= self.day_0)

    @property
    def days_unknown(self) -> int | None:
        """How many days from day 0 to the last assessment have none."""
        return None if self.last_day is None else self.last_day + 1 - self.days_assessed

    def _first(self, grade: int) -> Day | None:
        return next((day for day in self.days if day.low >= grade), None)

    def _since(self, day: Day | None) -> int | None:
        return None if day is None else (day.on - self.day_0).days

    def _reached(self, grade: int) -> str:
        if not self.days:
            return "unknown"
        if self._first(grade) is not None:
            return "yes"
        return "possible" if any(day.high >= grade for day in self.days) else "no"


def courses_of(days: Sequence[Day], infusions: Sequence[date]) -> Iterator[Course]:
    """The courses of one patient from assessed days and infusions in order of time; one without onset if
    there is none.

    Day 0 of a course is the last infusion before its onset; without an onset, the last infusion before the
    last assessment.
    """
    left, found = list(days), False
    while (onset := next((day for day in left if day.low >= MILD), None)) is not None:
        end = _end(left[left.index(onset) :], infusions)
        own = [day for day in left if end is None or day.infused_on <= end.infused_on]
        yield Course(onset.infused_on, tuple(own), end.on if end else None)
        left, found = left[len(own) :], True
    if not found:
        yield Course(left[-1].infused_on if left else infusions[-1], tuple(left))


def _end(days: Sequence[Day], infusions: Sequence[date]) -> Day | None:
    """The first day of a final grade 0 that no grade follows before the next infusion."""
    for place, day in enumerate(days):
        further = next((infused for infused in infusions if infused > day.infused_on), date.max)
        later = (after for after in days[place + 1 :] if after.infused_on < further)
        if day.high == 0 and not any(after.low >= MILD for after in later):
            return day
    return None
