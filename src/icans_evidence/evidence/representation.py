"""The evidence as a notebook or a terminal shows it: what was read and how much of it, never the rows themselves."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from icans_evidence.files.faults import nearest
from icans_evidence.wording import plural

if TYPE_CHECKING:
    from icans_evidence.evidence.load import Evidence

_MOST_TABLES, _LONGEST = 20, 60


def one_line(evidence: Evidence) -> str:
    """`Evidence: 14 tables, 1,210 rows, data 0.1.0 of 2026-11-22, read from data`."""
    rows = sum(frame.height for frame in evidence.tables.values())
    version = f"data {_cut(evidence.version)} of {evidence.version_date}"
    return (
        f"Evidence: {plural(len(evidence.tables), 'table')}, {plural(rows, 'row')}, {version}, "
        f"read from {_cut(str(evidence.root))}"
    )


def as_html(evidence: Evidence) -> str:
    """The line and each table with its number of rows; the longest list is cut, and says so."""
    counted = [(name, frame.height) for name, frame in evidence.tables.items()]
    rows = [f"<tr><td>{escape(_cut(name))}</td><td>{height:,}</td></tr>" for name, height in counted[:_MOST_TABLES]]
    more = len(counted) - _MOST_TABLES
    rest = [f"<p>and {plural(more, 'more table')}</p>"] if more > 0 else []
    head = "<thead><tr><th>table</th><th>rows</th></tr></thead>"
    table = f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"
    return "\n".join([f"<p>{escape(one_line(evidence))}</p>", table, *rest])


def no_such_table(evidence: Evidence, name: str) -> AttributeError:
    """The error for an attribute that the evidence does not have, with the names nearest to it."""
    names = dict.fromkeys([*evidence.tables, "root", "version", "version_date", "references", "outcomes"])
    hint = nearest(name, names) or f"there are: {', '.join(list(evidence.tables)[:_MOST_TABLES])}"
    return AttributeError(f"the evidence has no table {name!r}; {hint}", name=name)


def _cut(text: str) -> str:
    """A text short enough to be shown, its end where it is a long path."""
    return text if len(text) <= _LONGEST else f"…{text[1 - _LONGEST :]}"
