"""Great Tables made from the rows that the charts draw, from the criteria and from the doses as sources state them."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture
from icans_evidence.evidence.vocabulary import words_of
from icans_evidence.figures.display import Shown, nothing_yet
from icans_evidence.figures.drawing_cache import made
from icans_evidence.summaries.proportion_rows import counted, described

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
) -> Shown:
    """A Great Table of text cells: `labels` names the columns shown in order, the first heads its row.

    Cells are escaped except in the columns named in `raw`, whose makers escape them; `figures` are aligned at the
    right. Each cell carries its column's name, so that a phone can show a row as a card. The site's style sheet
    replaces the style that Great Tables writes into each table.
    """
    if frame.is_empty():
        return nothing_yet("This table")
    if frame.height > MOST_ROWS:
        note = f"Shown are the first {MOST_ROWS} of {frame.height:,} rows; the audit's files hold all. {note}".strip()
        frame = frame.head(MOST_ROWS)
    shown = frame.select([*([group] if group else []), *labels]).with_columns(pl.all().cast(pl.String))
    told = (table_id, labels, group, note, raw, figures)
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


def row_link(evidence: Evidence, row: dict[str, Any], words: str) -> str:
    """Words that lead to their row in the audit, as HTML; quiet, with what the script's card says of the row."""
    from icans_evidence.summaries.row_status import card_of

    said = "".join(f' data-{name}="{escape(text)}"' for name, text in card_of(evidence, row["row_id"]).items() if text)
    link = f'href="audit.html#row-{escape(row["row_id"])}" title="{escape(row["reported"])}"'
    return f'<a class="num" {link}{said}>{escape(words)}</a>'


def rates_table(evidence: Evidence, plan: Picture) -> Shown:
    """The rows of a proportions picture with counts, Wilson and Clopper–Pearson intervals, scale and place read."""
    rows = counted(evidence).filter(pl.col("outcome").is_in(plan.outcomes) & pl.col("table").is_in(plan.tables))
    if plan.denominators:
        rows = rows.filter(pl.col("denominator_kind").is_in(plan.denominators) | pl.col("denominator_kind").is_null())
    cells = [
        _rate_cells(evidence, row) for row in rows.sort("outcome", "denominator_kind", "row_id").iter_rows(named=True)
    ]
    order = {outcome: place for place, outcome in enumerate(plan.outcomes)}
    frame = pl.DataFrame(sorted(cells, key=lambda cell: order[cell["outcome"]]), infer_schema_length=None)
    labels = {
        "study": "Study", "population": "Population", "count": "n/N", "rate": "% (95% CI, Wilson)",
        "exact": "95% CI, exact", "scale": "Scale", "read": "Read in", "flag": "Flag",
    }  # fmt: skip
    if not evidence.vocabulary.scales:
        frame, labels = frame.drop("scale", strict=False), {key: of for key, of in labels.items() if key != "scale"}
    return great(frame, f"table-{plan.id}", labels, group="group", note=plan.note, raw=("rate",), figures=("count",))


def _rate_cells(evidence: Evidence, row: dict[str, Any]) -> dict[str, Any]:
    known = row["events"] is not None
    if known:
        rate = f"{wording.percent_figure(row['estimate'])} ({_ends(row['ci_low'], row['ci_high'])})"
        exact = _ends(row["exact_low"], row["exact_high"])
    else:
        share = "" if row["estimate"] is None else wording.percent_figure(row["estimate"])
        rate, exact = wording.bounded(row["relation"], share) if share else "not printed", ""
    words = words_of(row)
    whom = row["denominator_words"]
    events, total = row["n_events"] if row["events"] is None else row["events"], row["n_total"]
    ends = ["–" if figure is None else f"{figure:,}" for figure in (events, total)]
    count = "" if events is None and total is None else "/".join(ends)
    return {
        "outcome": row["outcome"], "group": f"{words}, of {whom}",
        "study": row["label"], "population": row["population"], "count": count + (" *" if row["reconstructed"] else ""),
        "rate": row_link(evidence, row, rate), "exact": exact,
        "scale": (row["scale_words"] or "") if row["cohort_id"] else "", "read": SOURCE_WORDS[row["source_kind"]],
        "flag": f"disputed: {row['disputed']}" if row["disputed"] else "",
    }  # fmt: skip


SOURCE_WORDS = {"review": "review", "paper": "the paper", "secondary": "another document", "own_center": "own records"}


def _ends(low: float, high: float) -> str:
    return f"{wording.percent_figure(low)} to {wording.percent_figure(high)}"


def durations_table(evidence: Evidence, plan: Picture) -> Shown:
    """The rows of a durations picture: statistic, spread, patients, place read."""
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in plan.tables]
    rows = described(evidence, pl.concat(frames, how="diagonal_relaxed")).filter(pl.col("outcome").is_in(plan.outcomes))
    cells = []
    for row in rows.sort("outcome", "value", "row_id", nulls_last=True).iter_rows(named=True):
        figure = "" if row["value"] is None else wording.bounded(row["relation"], wording.number(row["value"]))
        ends = "" if row["low"] is None else f"{wording.number(row['low'])} to {wording.number(row['high'])}"
        spread = {"iqr": "IQR", "ci95": "95% CI", "sd": "SD", "range": "range"}.get(row["spread"] or "", "")
        cells.append({
            "group": words_of(row),
            "study": row["label"], "population": row["population"], "statistic": row["statistic"],
            "figure": row_link(evidence, row, f"{figure or ends} {row['unit']}"),
            "spread": f"{spread} {ends}".strip() if figure else "", "n": row["n_total"],
            "read": SOURCE_WORDS[row["source_kind"]], "flag": f"disputed: {row['disputed']}" if row["disputed"] else "",
        })  # fmt: skip
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


def _in_si_units(evidence: Evidence, row: dict[str, Any]) -> tuple[float | None, str]:
    """By what a value is multiplied to stand in its SI unit, and that unit; None where the vocabulary names none."""
    outcome = evidence.vocabulary.outcome(row["table"], row["outcome"])
    found = outcome.si_units.get(row["unit"]) if outcome else None
    return found or (None, "")


def laboratory_table(evidence: Evidence) -> Shown:
    """Laboratory values as printed and in SI units, with any dispute beside the figure."""
    names = evidence.vocabulary.of_kind("Measurement", background=False)
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in names]
    rows = described(evidence, pl.concat(frames, how="diagonal_relaxed")) if frames else pl.DataFrame()
    cells = []
    for row in rows.iter_rows(named=True):
        factor, unit = _in_si_units(evidence, row)
        flag = f"disputed: {row['disputed']}" if row["disputed"] else ""
        printed = f"{row['statistic']} {_measured(row, 1)} {row['unit']}"
        cells.append({
            "test": words_of(row),
            "study": row["label"], "population": row["population"], "specimen": row.get("specimen"),
            "printed": row_link(evidence, row, printed),
            "si": "" if factor is None else f"{_measured(row, factor)} {unit}", "n": row["n_total"], "flag": flag,
        })  # fmt: skip
    labels = {"test": "Test", "specimen": "Specimen", "study": "Study", "population": "Population",
              "printed": "As printed", "si": "SI units", "n": "n", "flag": "Flag"}  # fmt: skip
    return great(pl.DataFrame(cells, infer_schema_length=None), "table-laboratory", labels, raw=("printed",))


def _measured(row: dict[str, Any], factor: float) -> str:
    if row["value"] is None:
        return f"{wording.number(row['low'] * factor, 2)} to {wording.number(row['high'] * factor, 2)}"
    figure = wording.bounded(row["relation"], wording.number(row["value"] * factor, 2))
    if row["low"] is None:
        return figure
    return f"{figure} ({wording.number(row['low'] * factor, 2)} to {wording.number(row['high'] * factor, 2)})"


def doses_table(evidence: Evidence, drugs: tuple[str, ...] = (), in_handout: bool = False) -> Shown:
    """Doses as each source states them; a disputed one stands only beside its flag and the reading against it.

    In the handout no dexamethasone dose appears that rests on the review alone, nor in the flag of another drug.
    """
    frames = [evidence.tables[name] for name in evidence.vocabulary.of_kind("Dose")]
    rows = described(evidence, pl.concat(frames, how="diagonal_relaxed")).sort(
        "drug", "in_review", "row_id", descending=[False, True, False]
    )
    if drugs:
        rows = rows.filter(pl.col("drug").is_in(drugs))
    if in_handout:
        rows = rows.filter(~((pl.col("drug") == "dexamethasone") & pl.col("in_review")))
    said = "why" if in_handout else "against"  # what stands against a dose may be the dose that the handout leaves out
    against = dict(evidence.discrepancies.select("discrepancy_id", said).iter_rows())
    cells = []
    for row in rows.iter_rows(named=True):
        disputed = (row["disputed"] or "").split(", ") if row["disputed"] else []
        flag = "; ".join(f"disputed, {name}: {against[name]}" for name in disputed)
        cells.append({
            "group": wording.capital(row["drug"]), "indication": row["indication"],
            "dose": row_link(evidence, row, dose_words(row)),
            "source": "review" if row["in_review"] else row["read_in"], "flag": flag,
        })  # fmt: skip
    labels = {"indication": "Given for", "dose": "Dose as stated", "flag": "Flag", "source": "Source"}
    return great(pl.DataFrame(cells, infer_schema_length=None), "table-doses", labels, group="group", raw=("dose",))


def dose_words(row: dict[str, Any]) -> str:
    """A dose in words: amount, unit, route, interval, weight band, cap, length and repeats, as far as stated."""
    amount = wording.number(row["amount"], 2)
    if row["amount_high"] is not None:
        amount += f" to {wording.number(row['amount_high'], 2)}"
    parts = [f"{wording.bounded(row['relation'], amount)} {row['unit']}"]
    if row["route"]:
        parts.append(row["route"])
    if row["interval_hours"]:
        parts.append(f"every {wording.number(row['interval_hours'])} h")
    if row["weight_min_kg"] is not None:
        parts.append(f"from {wording.number(row['weight_min_kg'])} kg")
    if row["weight_below_kg"] is not None:
        parts.append(f"under {wording.number(row['weight_below_kg'])} kg")
    if row["cap"] is not None:
        parts.append(f"at most {wording.number(row['cap'])} {row['cap_unit'] or ''}".strip())
    if row["duration_days"] is not None:
        days = int(row["duration_days"])
        at_most = "up to " if f"up to {days} day" in row["reported"] else ""
        parts.append(f"for {at_most}{wording.plural(days, 'day')}")
    return ", ".join([" ".join(parts), *([row["repeats"]] if row["repeats"] else [])])
