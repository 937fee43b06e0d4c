"""What a check of the audit tells: which rule, how grave, where, which value, and why a person should look.

A finding never changes data; where the register of discrepancies already speaks of the matter, the finding names
the entry.
"""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("error", "question", "note")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that a check tells of one row.

    `rule` is the name of the check; `severity` is "error" (cannot be true as it stands), "question" (a person
    must look) or "note" (worth knowing, nothing to settle). `table` is the file without its ending, `line` the
    line there (2 is the first row), `row_id` the row's own name (a study_id or cohort_id in those files),
    `column` and `value` the cell that is questioned, `reason` one sentence. `register` is the entry of
    discrepancies.csv that names this row for this matter, or "".
    """

    rule: str
    severity: str
    table: str
    line: int
    row_id: str
    column: str
    value: str
    reason: str
    register: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person has still to settle it: more than a note, and not in the register."""
        return self.severity != "note" and not self.register
