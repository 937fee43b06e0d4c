"""The faults that an assessment can have, in words shared by the grader of one person and the grader of
tables.

A message names the column and what is allowed in it, never the value that was found: values belong to
patients.
"""

from __future__ import annotations

from icans_evidence.grading.criteria import Domain, instruments

AGE_LIMIT = 120
AGE_TEXT = r"[0-9]{1,3}(\.[0-9]{1,9})?"
BAD_AGE = f"age_years must be a number from 0 to {AGE_LIMIT} (empty if not known)"
BAD_DELAY = "developmental_delay must be true or false (empty if not known)"
ASSUMED_CODE = "instrument_assumed"
ASSUMED = (
    "Neither a score nor an age: the missing score is taken as ICE, the one for adults, or as CAPD if the table has "
    "that column alone."
)
BOTH_SCORES = "ice and capd are both given: only one of them may be"


def not_allowed(domain: Domain) -> str:
    """The message for an entry that the domain does not know."""
    return f"{domain.code} must be {domain.allowed} (empty if not assessed)"


def groups(instrument: str) -> str:
    """For whom an instrument is meant, in words: "under 12 years, or 12 years and over with developmental
    delay".
    """
    return ", or ".join(row.group for row in instruments() if row.instrument == instrument)


def wrong_instrument(instrument: str) -> str:
    """The message for a score that is not meant for this age."""
    rows = [row for row in instruments() if row.instrument == instrument]
    condition = " (developmental_delay true)" if any(row.developmental_delay for row in rows) else ""
    return f"{instrument} is for {groups(instrument)}{condition}"
