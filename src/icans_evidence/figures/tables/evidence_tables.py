"""Great Tables made from the figures that the charts draw, and from the doses as sources state them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture
from icans_evidence.evidence.vocabulary import words_of
from icans_evidence.figures.display import Shown, anchor, nothing_yet
from icans_evidence.figures.drawing_cache import made
from icans_evidence.figures.rows import (
    FigureRow,
    chosen,
    described_rows,
    in_si_units,
    of_dose,
    of_duration,
    of_measurement,
    of_proportion,
)
from icans_evidence.summaries.proportion_rows import summed

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

_STYLE = re.compile(r"<style>.*?</style>\s*", re.DOTALL)
_CELL = re.compile(r'<td(?P<rest> headers="[^"]*?(?P<column>[^" ]+)"[^>]*)>(?P<words>.*?)</td>', re.DOTALL)
_OUTER = re.compile(r'(<div id="[^"]*") style="[^"]*"')


MOST_ROWS = 500
"""Rows that a table on a page shows; the files that the audit links hold all."""


def great(
    frame: pl.DataFrame,
    table_id: str,
    labels: dict[str, str],
    group: str = "",
    note: str = "",
    raw: tuple[str, ...] = (),
    figures: tuple[str, ...] = (),
    heads: Mapping[str, str] | None = None,
) -> Shown:
    """A Great Table of text cells: `labels` names the columns shown in order, the first heads its row.

    Cells are escaped except in the columns named in `raw`, whose makers escape them; `figures` are aligned at the
    right; `heads` gives the HTML of a group's head by its words. Each cell carries its column's name, so that a phone
    can show a row as a card. The site's style sheet replaces the style that Great Tables writes into each table.
    """
    if frame.is_empty():
        return nothing_yet("This table")
    if frame.height > MOST_ROWS:
        note = f"Shown are the first {MOST_ROWS} of {frame.height:,} rows; the audit's files hold all. {note}".strip()
        frame = frame.head(MOST_ROWS)
    shown = frame.select([*([group] if group else []), *labels]).with_columns(pl.all().cast(pl.String))
    told = (table_id, labels, group, note, raw, figures, dict(heads or {}))
    html = made("table", f"{told}\n{shown.write_csv()}", lambda: _as_html(shown, *told).encode()).decode()
    return Shown(html, wording.plural(frame.height, "row"))


def _as_html(
    shown: pl.DataFrame,
    table_id: str,
    labels: dict[str, str],
    group: str,
    note: str,
    raw: tuple[str, ...],
    figures: tuple[str, ...],
    heads: Mapping[str, str],
) -> str:
    """What Great Tables makes of text cells, without its style, each cell with its column's name."""
    from great_tables import GT

    columns = list(labels)
    table = GT(shown, id=table_id, rowname_col=columns[0], groupname_col=group or None)
    table = table.tab_stubhead(labels[columns[0]]).cols_label({name: labels[name] for name in columns[1:]})
    table = table.fmt(lambda cell: cell, columns=list(raw)) if raw else table
    table = table.cols_align("right", columns=list(figures)) if figures else table
    table = table.sub_missing(missing_text="")
    html = (table.tab_source_note(note) if note else table).as_raw_html()
    html = _OUTER.sub(
        rf'\1 class="table-scroll" tabindex="0" role="region" aria-label="{escape(table_id)}"', html, count=1
    )
    for words, inner in heads.items():
        html = html.replace(f">{escape(words, quote=False)}</th>", f">{inner}</th>")
    html = html.replace('data-quarto-disable-processing="false"', 'data-quarto-disable-processing="true"')
    if len(columns) > 4 or (len(columns) > 2 and not figures):  # else a phone is wide enough for the table
        html = html.replace('class="gt_table"', 'class="gt_table folding"', 1)
    return _labelled(_STYLE.sub("", html), table_id, labels)


def _labelled(html: str, table_id: str, labels: dict[str, str]) -> str:
    """The table with the name of its column in every cell, and a mark on cells that say nothing."""

    def cell(found: re.Match[str]) -> str:
        name = found["column"].removeprefix(f"{table_id}-")
        empty = " data-none" if found["words"] in ("", "–") else ""
        return f'<td data-label="{escape(labels.get(name, ""))}"{empty}{found["rest"]}>{found["words"]}</td>'

    return _CELL.sub(cell, html)


def row_link(evidence: Evidence, figure: FigureRow, words: str = "") -> str:
    """A figure, or the words given for it, as a quiet link to its row in the audit, as HTML, with what the script's
    card says of the row."""
    from icans_evidence.summaries.row_status import card_of

    row_id = figure.result or ""
    said = "".join(f' data-{name}="{escape(text)}"' for name, text in card_of(evidence, row_id).items() if text)
    link = f'href="audit.html#{anchor(row_id)}" title="{escape(figure.reported)}"'
    return f'<a class="num" {link}{said}>{escape(words or figure.figure)}</a>'


def _disputed(figure: FigureRow) -> str:
    return f"disputed: {figure.disputed}" if figure.disputed else ""


def _flags(figure: FigureRow) -> str:
    return "; ".join(filter(None, (figure.prevented, figure.formed, _disputed(figure))))


def rates_table(evidence: Evidence, plan: Picture) -> Shown:
    """The rows of a proportions picture with counts, Wilson and Clopper–Pearson intervals, scale and place read."""
    rows = chosen(summed(evidence), plan).sort(
        "position", "denominator_kind", "apart", "done_for_words", "product_words", "row_id", nulls_last=True
    )
    cells = [_rate_cells(evidence, of_proportion(row)) for row in rows.iter_rows(named=True)]
    frame = pl.DataFrame(cells, infer_schema_length=None)
    labels = {
        "study": "Study", "population": "Population", "product": "Product", "count": "n/N",
        "rate": "% (95% CI, Wilson)", "exact": "95% CI, exact", "scale": "Scale", "read": "Read in", "flag": "Flag",
    }  # fmt: skip
    for name, known in (("scale", evidence.vocabulary.scales), ("product", evidence.vocabulary.products)):
        if not known:
            frame, labels = frame.drop(name, strict=False), {key: of for key, of in labels.items() if key != name}
    return great(frame, f"table-{plan.id}", labels, group="group", note=plan.note, raw=("rate",), figures=("count",))


def _rate_cells(evidence: Evidence, figure: FigureRow) -> dict[str, Any]:
    rate = figure.with_ends.replace("%", "") or "not printed"  # the head of the column has the sign
    return {
        "group": figure.group, "study": figure.study, "population": figure.population, "count": figure.patients,
        "rate": row_link(evidence, figure, rate), "exact": figure.exact, "scale": figure.scale or "",
        "product": figure.product or "", "read": figure.read, "flag": _flags(figure),
    }  # fmt: skip


def durations_table(evidence: Evidence, plan: Picture) -> Shown:
    """The rows of a durations picture: statistic, spread, patients, place read."""
    rows = described_rows(evidence, plan.tables).filter(pl.col("outcome").is_in(plan.outcomes))
    figures = map(of_duration, rows.sort("outcome", "value", "row_id", nulls_last=True).iter_rows(named=True))
    cells = [
        {
            "group": figure.group, "study": figure.study, "population": figure.population,
            "statistic": figure.statistic, "figure": row_link(evidence, figure), "spread": figure.ends,
            "n": figure.patients, "read": figure.read, "flag": _flags(figure),
        }
        for figure in figures
    ]  # fmt: skip
    labels = {"study": "Study", "population": "Population", "statistic": "Statistic", "figure": "Figure",
              "spread": "Spread", "n": "n", "read": "Read in", "flag": "Flag"}  # fmt: skip
    return great(
        pl.DataFrame(cells, infer_schema_length=None),
        f"table-{plan.id}",
        labels,
        group="group",
        raw=("figure",),
        figures=("n",),
    )


def laboratory_table(evidence: Evidence) -> Shown:
    """Laboratory values as printed and in SI units, with any dispute beside the figure."""
    rows = described_rows(evidence, evidence.vocabulary.of_kind("Measurement", background=False))
    cells = []
    for row in rows.iter_rows(named=True):
        figure = of_measurement(row)
        cells.append({
            "test": words_of(row), "study": figure.study, "population": figure.population,
            "specimen": row.get("specimen"), "printed": row_link(evidence, figure), "si": in_si_units(evidence, row),
            "n": figure.patients, "flag": _disputed(figure),
        })  # fmt: skip
    labels = {"test": "Test", "specimen": "Specimen", "study": "Study", "population": "Population",
              "printed": "As printed", "si": "SI units", "n": "n", "flag": "Flag"}  # fmt: skip
    return great(pl.DataFrame(cells, infer_schema_length=None), "table-laboratory", labels, raw=("printed",))


def doses_table(evidence: Evidence, drugs: tuple[str, ...] = (), in_handout: bool = False) -> Shown:
    """Doses as each source states them; a disputed one stands only beside its flag and the reading against it.

    In the handout no dexamethasone dose appears that rests on the review alone, nor in the flag of another drug.
    """
    rows = described_rows(evidence, evidence.vocabulary.of_kind("Dose")).sort(
        "drug", "in_review", "row_id", descending=[False, True, False]
    )
    if drugs:
        rows = rows.filter(pl.col("drug").is_in(drugs))
    if in_handout:
        rows = rows.filter(~((pl.col("drug") == "dexamethasone") & pl.col("in_review")))
    said = "why" if in_handout else "against"  # what stands against a dose may be the dose that the handout leaves out
    against = dict(evidence.discrepancies.select("discrepancy_id", said).iter_rows())
    cells = []
    for figure in map(of_dose, rows.iter_rows(named=True)):
        disputed = figure.disputed.split(", ") if figure.disputed else []
        cells.append({
            "group": figure.group, "indication": figure.label, "dose": row_link(evidence, figure),
            "source": figure.read, "flag": "; ".join(f"disputed, {name}: {against[name]}" for name in disputed),
        })  # fmt: skip
    labels = {"indication": "Given for", "dose": "Dose as stated", "flag": "Flag", "source": "Source"}
    return great(pl.DataFrame(cells, infer_schema_length=None), "table-doses", labels, group="group", raw=("dose",))
