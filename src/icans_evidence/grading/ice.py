"""The ICE score from its ten items.

An item that was not asked is not a wrong answer: it widens the score to a range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from icans_evidence.errors import UsageError
from icans_evidence.grading.criteria import ice_items
from icans_evidence.wording import listing


@dataclass(frozen=True)
class IceScore:
    """ICE points: `minimum` if every item not asked were failed, `maximum` if every one were passed."""

    domain: ClassVar[str] = "ice"
    minimum: int
    maximum: int
    unanswered: tuple[str, ...]

    @property
    def score(self) -> int | None:
        """The score from 0 to 10, or None while an item is unanswered."""
        return None if self.unanswered else self.minimum

    @property
    def words(self) -> str:
        """ "ICE 8", or "ICE 6 to 8" while items are unanswered."""
        return f"ICE {self.minimum}" + (f" to {self.maximum}" if self.unanswered else "")

    @property
    def sentence(self) -> str:
        """The score in words, with the items that were not asked."""
        if not self.unanswered:
            return f"{self.words}."
        return f"{self.words}; not asked: {listing(item.replace('_', ' ') for item in self.unanswered)}."


def score_ice(items: Mapping[str, bool | None]) -> IceScore:
    """The ICE score of answered items: True passed, False failed, None or absent not asked.

    Codes of the items: year, month, city, hospital, object_1, object_2, object_3, command, sentence,
    counting. UsageError for another code or another value. Source: rules/ice_items.csv.
    """
    known = {row.item: row.points for row in ice_items()}
    if unknown := [item for item in items if item not in known]:
        raise UsageError(f"not an ICE item: {listing(map(str, unknown))}; items are {listing(known)}")
    if bad := [item for item, passed in items.items() if passed is not None and not isinstance(passed, bool)]:
        raise UsageError(f"{listing(bad)}: an ICE item is True, False, or None if it was not asked")
    unanswered = tuple(item for item in known if items.get(item) is None)
    minimum = sum(points for item, points in known.items() if items.get(item))
    return IceScore(minimum, minimum + sum(known[item] for item in unanswered), unanswered)
