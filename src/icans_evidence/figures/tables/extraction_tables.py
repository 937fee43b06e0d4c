"""How far two extraction passes agree, as tables: by table, by field, and every difference with its settlement."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import polars as pl

from icans_evidence import wording
from icans_evidence.audit.extractions.comparison import Comparison, difference_cells
from icans_evidence.figures.display import Shown, quoting
from icans_evidence.figures.rows import of_rate
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.summaries.extraction_agreement import METHOD, field_agreements, field_words
from icans_evidence.summaries.result import Result

TABLE_LABELS = {
    "table": "Table", "rows_a": "Rows in a", "rows_b": "Rows in b", "agree": "Pairs that agree",
    "differ": "Pairs that differ", "across": "Pairs in two tables", "only_a": "Only in a", "only_b": "Only in b",
}  # fmt: skip
FIELD_LABELS = {
    "field": "Field", "compared": "Compared", "same": "Same", "percent": "Percent (95% CI)", "kappa": "Cohen's kappa",
    "ac1": "Gwet's AC1",
}  # fmt: skip
DIFFERENCE_LABELS = {
    "place": "Place", "field": "Differs in", "in_a": "First pass", "in_b": "Second pass", "settled": "Settled as",
    "reason": "Why", "row_id": "Row",
}  # fmt: skip


def tables_frame(comparison: Comparison) -> pl.DataFrame:
    """One line a table and one for all: rows, pairs and rows alone; columns as in TABLE_LABELS."""
    found = comparison.agreement
    return pl.DataFrame([asdict(count) for count in (*found.tables, found.total)])


def fields_frame(comparison: Comparison) -> pl.DataFrame:
    """One line a field, in words, grouped by `group`; chance-corrected measures for coded fields only."""
    lines = [
        {"group": one.group, "field": one.words, **_share_cells(one.share), "kappa": "", "ac1": "",
         **{name: result.phrase if result else "undefined" for name, result in one.corrected.items()}}
        for one in field_agreements(comparison)
    ]  # fmt: skip
    return pl.DataFrame(lines, schema=dict.fromkeys(["group", *FIELD_LABELS], pl.String))


def _share_cells(share: Result | None) -> dict[str, str]:
    if share is None:
        return {"compared": "0", "same": "0", "percent": ""}
    return {"compared": f"{share.n_total:,}", "same": f"{share.n_events:,}", "percent": of_rate(share, "").with_ends}


def differences_frame(comparison: Comparison) -> pl.DataFrame:
    """One line a difference, in words: place, field, both readings, settlement; columns as in DIFFERENCE_LABELS."""
    lines = [difference_cells(*asked) for asked in comparison.settled]
    return pl.DataFrame([
        {
            "place": _place(line), "field": field_words(line["field"]),
            "in_a": line["in_a"] or "–", "in_b": line["in_b"] or "–", "settled": _settled(line, comparison),
            "reason": line["reason"] or "", "row_id": line["row_id"] or "",
        }
        for line in lines
    ], schema=dict.fromkeys(DIFFERENCE_LABELS, pl.String))  # fmt: skip


def _place(line: dict[str, Any]) -> str:
    where = f"{line['section']}, sentence {line['sentence']}" if line["section"] else line["locator"] or "no place"
    return f"{line['table']}: {where}"


def _settled(line: dict[str, Any], comparison: Comparison) -> str:
    if line["settled"] is not None:
        return line["settled"] or "left empty"
    if not comparison.has_settlement:
        return "not settled"
    nearby = [other.difference for other in comparison.unasked if other.fingerprint == line["fingerprint"]]
    told = wording.listing(dict.fromkeys(name.replace("_", " ") for name in nearby))
    return f"paired otherwise by the third reading, which settled: {told}" if nearby else "not settled"


def tables_table(comparison: Comparison) -> Shown:
    """The count by table as a Great Table."""
    return great(tables_frame(comparison), "passes-tables", TABLE_LABELS, figures=tuple(TABLE_LABELS)[1:])


def fields_table(comparison: Comparison, linked: bool = True) -> Shown:
    """Agreement by field as a Great Table, grouped into numbers, coded fields and names; `linked` where the two passes
    are those of the project, whose audit lists the results."""
    frame = fields_frame(comparison)
    if linked:
        results = [{"percent": one.share, **one.corrected} for one in field_agreements(comparison)]
        for name in RESULTS:
            ids = [found.result_id if (found := cells.get(name)) else None for cells in results]
            links = [quoting(*pair) for pair in zip(ids, frame[name], strict=True)]
            frame = frame.with_columns(pl.Series(name, links))
    figures = ("compared", "same", *RESULTS)
    return great(frame, "passes-fields", FIELD_LABELS, "group", METHOD, RESULTS if linked else (), figures)


RESULTS = ("percent", "kappa", "ac1")
"""The columns of the table of fields that quote results."""


def differences_table(comparison: Comparison) -> Shown:
    """Every difference with its settlement as a Great Table."""
    return great(differences_frame(comparison), "passes-differences", DIFFERENCE_LABELS)
