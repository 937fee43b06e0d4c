"""Whether a found sentence stands where its rows say: the same section, the same ordinal.

A copy may cut its text otherwise than the one the rows were read in; then neighbouring sentences are shifted alike, and
only one that is shifted otherwise than its neighbours has moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection

from icans_evidence.audit.row_checks.held_figures import Row
from icans_evidence.audit.source.article import Sentence
from icans_evidence.audit.source.sentence_index import Copy

_NEAR = 20
"""Places of a section that are looked at on either side of one for the shift of its neighbours."""


class Places:
    """Where the sentences of a copy are expected, given the section, ordinal and fingerprint of all its rows."""

    def __init__(self, copy: Copy, places: Collection[tuple[str, int, str]]) -> None:
        self.sections = set(copy.by_section)
        self.named: dict[str, set[str]] = defaultdict(set)
        self.shifts: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for section, ordinal, fingerprint in sorted(set(places)):
            self.named[section].add(fingerprint)
            for sentence in copy.by_fingerprint.get(fingerprint, ()):
                if sentence.section == section and sentence.ordinal:
                    self.shifts[section].append((ordinal, fingerprint, sentence.ordinal - ordinal))

    def best(self, found: list[Sentence], row: Row) -> tuple[Sentence, str]:
        """The one of several alike that stands where the row says, and, where none does, how it differs."""
        section, ordinal = row["section"] or "", row["sentence"] or 0
        shifts = self._expected(section, ordinal, row["fingerprint"])
        for sentence in found:
            if sentence.section == section and sentence.ordinal - ordinal in shifts:
                return sentence, ""
        unplaced = next((sentence for sentence in found if not sentence.ordinal), None)
        if unplaced is not None or self._is_wanting(section):
            return unplaced or found[0], ""
        nearest = next((sentence for sentence in found if sentence.section == section), found[0])
        what = "at another place of its section" if nearest.section == section else "in another section"
        return nearest, f"the sentence stands {what}"

    def _expected(self, section: str, ordinal: int, fingerprint: str) -> set[int]:
        """By how much the ordinals of the sentences next to one are shifted, and not at all."""
        places = self.shifts[section]
        at = bisect_left(places, (ordinal + 1, "", 0))
        earlier = reversed(places[max(0, at - _NEAR) : at])
        before = next((shift for _, other, shift in earlier if other != fingerprint), 0)
        after = next((shift for _, other, shift in places[at : at + _NEAR] if other != fingerprint), 0)
        return {0, before, after}

    def _is_wanting(self, section: str) -> bool:
        """Whether the copy lacks a section that rows of several sentences name, and so cannot show its place."""
        return section not in self.sections and len(self.named[section]) > 1
