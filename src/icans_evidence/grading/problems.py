"""The faults that an assessment can have, in words shared by the grader of one person and the grader of
tables.

A message names the column and what is allowed in it, never the value that was found: values belong to
patients.
"""

from __future__ import annotations

from icans_evidence.grading.criteria import Domain
from icans_evidence.grading.scales import Grader
from icans_evidence.wording import listing

AGE_LIMIT = 120
AGE_TEXT = r"[0-9]{1,3}(\.[0-9]{1,9})?"
BAD_AGE = f"age_years must be a number from 0 to {AGE_LIMIT} (empty if not known)"
BAD_DELAY = "developmental_delay must be true or false (empty if not known)"


def not_allowed(domain: Domain) -> str:
    """The message for an entry that the domain does not know."""
    return f"{domain.code} must be {domain.allowed} (empty if not assessed)"


def several_scores(by: Grader) -> str:
    """The message for scores of more than one instrument."""
    if len(by.scores) == 2:
        return f"{listing(by.scores)} are both given: only one of them may be"
    return f"of {listing(by.scores)} only one may be given"


def wrong_instrument(by: Grader, instrument: str) -> str:
    """The message for a score that is not meant for this age."""
    rows = [row for row in by.instruments if row.instrument == instrument]
    condition = " (developmental_delay true)" if any(row.developmental_delay for row in rows) else ""
    return f"{instrument} is for {by.groups(instrument)}{condition}"


def not_asked(by: Grader, column: str) -> str:
    """The message for an age or a delay where everybody is graded alike."""
    return f"{column} is not asked for by {by.name}, which grades everybody alike: leave it out"
