"""Small counts kept back, with every count that would give one away by subtraction.

A group is shown only if it, and what is left of each shown group that holds it, has at least the threshold of people.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Groups:
    """Nested groups of people, entered from the widest inwards; zero counts as small. A threshold of 0 shows all."""

    threshold: int
    counts: dict[str, int] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    @property
    def reason(self) -> str:
        """Why something was left out; it tells nothing of which count was small."""
        return f"as a count or its complement is below {self.threshold}"

    def enter(
        self,
        name: str,
        count: int,
        within: tuple[str, ...] = (),
        may_be_all: tuple[str, ...] = (),
        rest: int = 0,
    ) -> None:
        """Enter a group that lies `within` others, or in others of which it may be the whole.

        `rest` are people in neither this group nor its shown counterpart; some but few of them keep it back.
        """
        self.counts[name] = count
        small = count < self.threshold or 0 < rest < self.threshold
        left = [self.counts[other] - count for other in within if other in self.shown]
        extra = [self.counts[other] - count for other in may_be_all if other in self.shown]
        small |= any(people < self.threshold for people in left)
        small |= any(0 < people < self.threshold for people in extra)
        if not small:
            self.shown.add(name)

    def hold(self, name: str, count: int) -> None:
        """Enter a group that is not shown whatever its size."""
        self.counts[name] = count
        self.shown.discard(name)

    def count(self, name: str) -> int:
        """How many people are in the group, shown or not."""
        return self.counts[name]

    def may_show(self, name: str) -> bool:
        """Whether the count of the group may leave the center."""
        return name in self.shown
