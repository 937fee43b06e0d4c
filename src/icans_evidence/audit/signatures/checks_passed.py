"""Which checks a row passes and which flag it: the rules of the data, unexcused, and the checks of consistency.

A rule from which the register excuses a row, or a finding that it names, flags that row all the same: a signature says
what its signer could see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from icans_evidence.audit.row_checks.verdicts import AGREES, DISAGREES, MOVED, NOT_FOUND
from icans_evidence.evidence.rules import RULES, Draft

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

ARTICLE = "figures stand in the sentence"
"""The check of a row against its sentence in the reader's own copy of the article."""
_AGAINST = (DISAGREES, MOVED, NOT_FOUND)


@dataclass(frozen=True)
class RowChecks:
    """The names of all checks, for each row that any of them flags the names of those, and the rows that agree with
    their sentence in the article by its recorded verdict; without a verdict that check neither passes nor flags."""

    names: tuple[str, ...]
    failing: Mapping[str, frozenset[str]]
    agreeing: frozenset[str] = frozenset()

    def passed(self, row_id: str) -> tuple[str, ...]:
        """The checks that the row passes, in their order."""
        flagged = self.failing.get(row_id, frozenset())
        passed = [name for name in self.names if name not in flagged]
        return (*passed, ARTICLE) if row_id in self.agreeing else tuple(passed)


@lru_cache(maxsize=4)
def row_checks(evidence: Evidence) -> RowChecks:
    """Every check over all rows of valid evidence; what a check merely notes is no flag."""
    from icans_evidence.audit import consistency
    from icans_evidence.audit.row_checks import recorded_verdicts

    failing: dict[str, set[str]] = {}
    told = [(finding.row_id, finding.rule) for finding in consistency.findings(evidence) if finding.severity != "note"]
    verdicts = recorded_verdicts.recorded_verdicts(evidence)
    told += [(row_id, ARTICLE) for row_id, verdict in verdicts.items() if verdict in _AGAINST]
    for row_id, name in (*_broken_rules(evidence), *told):
        failing.setdefault(row_id, set()).add(name)
    names = dict.fromkeys([*(rule.name for rule in RULES), *(rule.name for rule in consistency.RULES)])
    agreeing = frozenset(row_id for row_id, verdict in verdicts.items() if verdict == AGREES)
    return RowChecks(tuple(names), {row_id: frozenset(found) for row_id, found in failing.items()}, agreeing)


def _broken_rules(evidence: Evidence) -> list[tuple[str, str]]:
    """Row and rule wherever an excusable rule is broken; the others hold in all evidence that could be read."""
    tables = {name: frame.with_row_index("line", offset=2) for name, frame in evidence.tables.items()}
    draft = Draft(tables, evidence.vocabulary, evidence.references)
    found = []
    for rule in RULES:
        if rule.excusable:
            for broken in rule.run(draft):
                rows = broken.rows
                found += [(row_id, rule.name) for row_id in rows["row_id"].drop_nulls()] if rows.height else []
    return found
