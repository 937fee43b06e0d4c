"""The comparison of two passes as lines for a terminal, as the tables of a README and as a page of its own.

Nothing is counted here; every figure is one of `summaries.extraction_agreement`.
"""

from __future__ import annotations

from html import escape

import polars as pl

from icans_evidence.audit.extractions.comparison import Comparison
from icans_evidence.figures.tables import extraction_tables as tables
from icans_evidence.pages.plain_page import plain_page
from icans_evidence.summaries.extraction_agreement import METHOD, sentences

BEGIN, END = "<!-- comparison: begin -->", "<!-- comparison: end -->"
COMMAND = "icans-evidence compare-extractions data/extraction_passes/a data/extraction_passes/b --markdown"


def lines(comparison: Comparison) -> list[str]:
    """The comparison for a terminal: sentences, then the tables as aligned columns."""
    parts = [
        (tables.tables_frame(comparison), tables.TABLE_LABELS),
        (tables.fields_frame(comparison), tables.FIELD_LABELS),
    ]
    out = list(sentences(comparison))
    for frame, labels in parts:
        out += ["", *_columns(frame, labels)]
    out += ["", METHOD, ""]
    for row in tables.differences_frame(comparison).iter_rows(named=True):
        settled = f" → {row['settled']}" if comparison.has_settlement else ""
        out.append(f"{row['place']}: {row['field']}: {row['in_a']} | {row['in_b']}{settled}")
    return out


def _columns(frame: pl.DataFrame, labels: dict[str, str]) -> list[str]:
    rows = [list(labels.values()), *_cells(frame, labels)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cells(frame: pl.DataFrame, labels: dict[str, str]) -> list[list[str]]:
    return [["" if cell is None else str(cell) for cell in row] for row in frame.select(*labels).iter_rows()]


def markdown(comparison: Comparison) -> str:
    """The sentences and both tables as Markdown, as data/extraction_passes/README.md holds them between its marks."""
    parts = [" ".join(sentences(comparison))]
    for frame, labels in (
        (tables.tables_frame(comparison), tables.TABLE_LABELS),
        (tables.fields_frame(comparison).drop("group"), tables.FIELD_LABELS),
    ):
        head = f"| {' | '.join(labels.values())} |"
        rule = "|---|" + "---:|" * (len(labels) - 1)
        rows = [f"| {' | '.join(row)} |" for row in _cells(frame, labels)]
        parts.append("\n".join([head, rule, *rows]))
    return "\n\n".join([*parts, METHOD])


def between_marks(text: str, comparison: Comparison) -> str:
    """A README with the comparison between its marks replaced; ValueError without the marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN} and {END} are missing")
    return f"{before}{BEGIN}\n\n{markdown(comparison)}\n\n{END}{after}"


def page(comparison: Comparison) -> str:
    """The comparison as a page of HTML that needs no other file."""
    told = "\n".join(f"<p>{escape(sentence)}</p>" for sentence in sentences(comparison))
    parts = {
        "What was found": told,
        "By table": tables.tables_table(comparison).html,
        "By field": tables.fields_table(comparison, linked=False).html,
        "Every difference": tables.differences_table(comparison).html,
    }
    return plain_page("Two extraction passes compared", parts)
