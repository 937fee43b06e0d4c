"""The rules that hold between cells, rows and tables, gathered in the order in which they are printed.

A row that the register of discrepancies names is a finding, not a fault, for the rules that say so.
"""

from __future__ import annotations

from collections.abc import Iterator

from icans_evidence.evidence.rules import identity, provenance, quantities, references, reported
from icans_evidence.evidence.rules.draft import RULES, Draft, Found, Rule, among
from icans_evidence.files.faults import Faults

__all__ = ["RULES", "Draft", "Found", "Rule", "broken", "run_rules"]

_ORDER = [room.__name__ for room in (identity, quantities, reported, provenance, references)]
RULES.sort(key=lambda rule: _ORDER.index(rule.run.__module__))


def run_rules(draft: Draft, faults: Faults) -> None:
    """Run every rule and tell its faults."""
    for rule in RULES:
        for found in broken(rule, draft):
            faults.among(found.table, found.column, found.rows, found.say)


def broken(rule: Rule, draft: Draft) -> Iterator[Found]:
    """What breaks one rule, table by table, without the rows that the register excuses from it."""
    for found in rule.run(draft):
        rows = found.rows
        if rule.excusable and not rows.is_empty():
            rows = rows.filter(~among("row_id", draft.registered))
        if rows.is_empty():
            continue
        if found.table:
            yield found._replace(rows=rows)
        else:
            for (table,), part in rows.partition_by("file", as_dict=True, maintain_order=True).items():
                yield found._replace(table=str(table), rows=part)
