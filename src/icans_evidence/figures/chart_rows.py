"""Evidence rows turned into the rows of a picture, one function per kind of picture.

A bound is never drawn as a point, a reconstructed count says so, and an open discrepancy marks the figure it touches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture
from icans_evidence.evidence.vocabulary import words_of
from icans_evidence.figures.charts.bands import ROW_COLUMNS, Axis
from icans_evidence.summaries.proportion_rows import counted, described, independent

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

Rows = tuple[pl.DataFrame, Axis]
PERCENT = Axis(0, 100, "%")


def _framed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    blank = dict.fromkeys(ROW_COLUMNS)
    return pl.DataFrame([{**blank, **row} for row in rows], schema=ROW_COLUMNS)


def _chosen(rows: pl.DataFrame, plan: Picture) -> pl.DataFrame:
    order = {outcome: position for position, outcome in enumerate(plan.outcomes)}
    kept = rows.filter(pl.col("outcome").is_in(plan.outcomes) & pl.col("table").is_in(plan.tables))
    if plan.denominators:
        kept = kept.filter(pl.col("denominator_kind").is_in(plan.denominators) | pl.col("denominator_kind").is_null())
    return kept.with_columns(position=pl.col("outcome").replace_strict(order, return_dtype=pl.Int64))


def _flag(row: dict[str, Any]) -> str | None:
    return f"disputed, see {row['disputed']}" if row["disputed"] else None


def _detail(*words: str | None) -> str | None:
    return " · ".join(word for word in words if word) or None


def _who(row: dict[str, Any]) -> dict[str, str | None]:
    """Product and scale of the cohort; a statement of no single study says whose it is."""
    if not row["cohort_id"]:
        return {"product": "not of a single study", "scale": None}
    return {"product": row["product_words"], "scale": row["scale_words"]}


def _study(row: dict[str, Any]) -> str:
    """The cohort's name, and where its figure was read if that is not a document of its own."""
    read = {"review": ", in the review", "own_center": ", own records"}.get(row["source_kind"], "")
    return f"{row['label']}{read if row['cohort_id'] else ''}"


def proportions(evidence: Evidence, plan: Picture) -> Rows:
    """Rates by outcome and denominator, highest first, with Wilson intervals where a count is known."""
    kinds = evidence.vocabulary.denominators
    order = pl.col("denominator_kind").replace_strict(
        {kind: place for place, kind in enumerate(kinds)}, default=len(kinds)
    )
    rows = _chosen(counted(evidence), plan).sort("position", order, pl.col("estimate").neg(), "row_id", nulls_last=True)
    out = [proportion_row(row) for row in rows.filter(pl.col("estimate").is_not_null()).iter_rows(named=True)]
    return _framed(out), Axis(0, plan.upper * 100, "%")


def proportion_row(row: dict[str, Any]) -> dict[str, Any]:
    whom = row["denominator_words"]
    share = wording.bounded(row["relation"], wording.percent(row["estimate"]))
    known = row["events"] is not None
    mark = "reconstructed" if row["reconstructed"] else "counted" if known else "printed"
    mark = "own_center" if row["source_kind"] == "own_center" else mark if row["cohort_id"] else "context"
    of = f"{row['events']:,}/{row['n_total']:,} · " if known else ""
    return {
        "group": f"{words_of(row)}, of {whom}", "label": _study(row),
        "detail": _detail(row["population"], _cohort_size(row)),
        "note": "reconstructed" if row["reconstructed"] else None, **_who(row),
        "flag": _detail("reconstructed" if row["reconstructed"] and row["disputed"] else "", _flag(row)),
        "right": f"{of}{share}", "x": row["estimate"] * 100, "mark": mark, "share": share,
        "count": f"{row['events']:,}/{row['n_total']:,}" if known else None, "interval": _interval(row),
        "low": _points(row["ci_low"]), "high": _points(row["ci_high"]), "relation": row["relation"],
        "hover": wording.proportion(row["events"], row["n_total"], row["ci_low"], row["ci_high"]) if known else share,
    }  # fmt: skip


def _cohort_size(row: dict[str, Any]) -> str:
    """How many were treated in the cohort, where the rate counts only some of them."""
    some = row["denominator_kind"] not in ("treated", "not_stated") and row["n_treated"] is not None
    return f"cohort of {row['n_treated']:,} treated" if some else ""


def _interval(row: dict[str, Any]) -> str | None:
    if row["ci_low"] is None or row["ci_high"] is None:
        return None
    return wording.span(wording.percent_figure(row["ci_low"]), wording.percent_figure(row["ci_high"]))


def _points(value: float | None) -> float | None:
    return None if value is None else value * 100


def overview(evidence: Evidence, plan: Picture) -> Rows:
    """One line per outcome: every cohort that shares no patients with another as a dot, their range at the right."""
    rows = _chosen(counted(evidence), plan)
    rows = rows.filter((pl.col("relation") == "=") & pl.col("estimate").is_not_null() & pl.col("n_total").is_not_null())
    out: list[dict[str, Any]] = []
    for _, group in rows.sort("position", "denominator_kind").group_by(
        "position", "denominator_kind", maintain_order=True
    ):
        out += _overview_line(independent(group), group.filter(pl.col("source_kind") == "own_center"))
    return _framed(out), PERCENT


def _overview_line(chosen: pl.DataFrame, own: pl.DataFrame) -> list[dict[str, Any]]:
    if chosen.is_empty():
        return []
    dots = [proportion_row(row) for row in chosen.sort("estimate").iter_rows(named=True)]
    low, high = dots[0]["x"], dots[-1]["x"]
    first = chosen.row(0, named=True)
    words = words_of(first)
    whom = first["denominator_words"]
    ends = wording.span(wording.percent_figure(low / 100), wording.percent_figure(high / 100)) + "%"
    line = {
        "group": None, "label": words, "right": ends, "relation": "=", "low": low, "high": high,
        "detail": f"of {whom} · {wording.plural(len(dots), 'cohort')}", "hover": ends,
    }  # fmt: skip
    theirs = [proportion_row(row) for row in own.iter_rows(named=True)]
    shown = [
        {"same": True, "x": dot["x"], "mark": mark, "relation": "=", "hover": f"{dot['label']}: {dot['hover']}"}
        for mark, those in (("cohort", dots), ("own_center", theirs))
        for dot in those
    ]
    return [line, *shown]


def durations(evidence: Evidence, plan: Picture) -> Rows:
    """Medians with the spread printed with them, earliest first."""
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in plan.tables]
    rows = _chosen(described(evidence, pl.concat(frames, how="diagonal_relaxed")), plan)
    rows = rows.filter(pl.col("unit") == plan.unit).sort(
        "position", pl.col("value").fill_null(pl.col("low")), "row_id", nulls_last=True
    )
    out = [duration_row(row) for row in rows.iter_rows(named=True)]
    top = max((value for row in out for value in (row["x"], row["high"]) if value is not None), default=1.0)
    return _framed(out), Axis(0, max(top * 1.06, 1), " d" if plan.unit == "days" else f" {plan.unit}")


def duration_row(row: dict[str, Any]) -> dict[str, Any]:
    words = words_of(row)
    spread = {"range": "range", "iqr": "IQR", "ci95": "95% CI", "sd": "SD"}.get(row["spread"] or "", "")
    ends = None
    if row["low"] is not None and row["high"] is not None:
        ends = f"{wording.number(row['low'])} to {wording.number(row['high'])}"
    value = None if row["value"] is None else wording.bounded(row["relation"], wording.number(row["value"]))
    figure = f"{value} ({spread} {ends})" if value and ends else value or ends or row["reported"]
    n = f"n = {row['n_total']:,}" if row["n_total"] else "n not stated"
    return {
        "group": words, "label": _study(row), "detail": _detail(row["population"], n), **_who(row),
        "flag": _flag(row),
        "right": figure, "x": row["value"], "low": row["low"], "high": row["high"], "relation": row["relation"],
        "mark": "own_center" if row["source_kind"] == "own_center" else "counted" if row["cohort_id"] else "context",
        "hover": f"{row['statistic']} {figure} {row['unit']}, {n}" if value or ends else f"{figure}, {n}",
    }  # fmt: skip


def laboratory(evidence: Evidence, plan: Picture) -> Rows:
    """Medians with their ranges, each on a scale of its own from zero, against the cut-off the source used."""
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in plan.tables]
    rows = _chosen(described(evidence, pl.concat(frames, how="diagonal_relaxed")), plan)
    cuts = plan_cut_offs(evidence)
    out = []
    for row in rows.sort("position", "row_id").iter_rows(named=True):
        cut = cuts.get(row["outcome"])
        top = max(v for v in (row["value"], row["high"], cut) if v is not None) * 1.04
        figure = f"{wording.number(row['value'])} {row['unit']}"
        if row["low"] is not None:
            figure = f"{wording.number(row['value'])} ({wording.number(row['low'])} to {wording.number(row['high'])})"
        cut_words = f"cut-off {wording.number(cut)}" if cut else ""
        out.append(
            {
                "group": f"{words_of(row)}, {row['unit']}",
                "label": _study(row),
                "detail": _detail(row["population"], cut_words),
                **_who(row),
                "flag": _flag(row),
                "right": figure,
                "x": 100 * row["value"] / top,
                "low": _share(row["low"], top),
                "high": _share(row["high"], top),
                "cut": _share(cut, top),
                "relation": row["relation"],
                "mark": "counted",
                "hover": f"{row['statistic']} {figure} {row['unit']} {cut_words}".strip(),
            }
        )
    return _framed(out), Axis(0, 100)


def _share(value: float | None, top: float) -> float | None:
    return None if value is None else 100 * value / top


def plan_cut_offs(evidence: Evidence) -> dict[str, float]:
    """For a measured outcome the cut-off of the finding that the vocabulary names for it, as printed there."""
    found: dict[str, float] = {}
    for outcome in evidence.vocabulary.declared:
        frame = evidence.tables[outcome.table]
        if outcome.cut_off_for and "cut_off" in frame.columns:
            for cut_off in frame.filter(pl.col("outcome") == outcome.name)["cut_off"].drop_nulls():
                digits = "".join(sign for sign in cut_off.split(" ")[0] if sign.isdigit() or sign == ".")
                if digits:
                    found.setdefault(outcome.cut_off_for, float(digits))
    return found


DIRECTION_COLUMNS = ("lower", "no_association", "higher")
DIRECTION_HEADS = ("lower", "no difference", "higher")
DIRECTION_WORDS = {"lower": "lower", "no_association": "no difference", "higher": "higher", "mixed": "mixed"}


def directions(evidence: Evidence, plan: Picture) -> Rows:
    """What each study found with the exposure: outcome lower, no difference, higher; grouped by outcome."""
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in plan.tables]
    rows = _chosen(described(evidence, pl.concat(frames, how="diagonal_relaxed")), plan)
    rows = rows.filter(pl.col("direction").is_not_null()).sort("position", "direction", "row_id")
    out = []
    for row in rows.iter_rows(named=True):
        words = words_of(row)
        column = {"mixed": 1.0}.get(row["direction"]) or float(DIRECTION_COLUMNS.index(row["direction"]))
        found = DIRECTION_WORDS[row["direction"]]
        cited = f" (refs {row['cites'].replace(';', ', ')})" if row["cites"] else ""
        out.append({
            "group": words, "label": wording.capital(row["factor"].replace("_", " ")),
            "detail": f"{row['label']}{cited if not row['cohort_id'] else ''}", "flag": _flag(row),
            "right": found, "x": column, "relation": "=", "mark": "counted" if row["cohort_id"] else "context",
            "hover": f"{words}: {found} with {row['factor'].replace('_', ' ')}",
        })  # fmt: skip
    return _framed(out), Axis(-0.4, 2.4, columns=DIRECTION_HEADS)


def thresholds(evidence: Evidence, plan: Picture) -> Rows:
    """Probability or sensitivity in percent at each cut-off of a marker, highest first within a marker."""
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in plan.tables]
    rows = _chosen(described(evidence, pl.concat(frames, how="diagonal_relaxed")), plan)
    shown = rows.filter(
        (pl.col("unit") == "percent") & pl.col("value").is_not_null()
        & pl.col("statistic").is_in(["probability", "sensitivity", "specificity", "proportion", "auc", "accuracy"])
    ).sort("position", "factor", pl.col("value").neg(), "row_id")  # fmt: skip
    out = []
    for row in shown.iter_rows(named=True):
        words = words_of(row)
        factor = wording.capital(row["factor"].replace("_", " "))
        if row["threshold"] is not None:
            factor += f", {wording.number(row['threshold'])} {row['threshold_unit'] or ''}".rstrip()
        statistic = {"auc": "AUC"}.get(row["statistic"], row["statistic"])
        figure = f"{statistic} {wording.number(row['value'])}%"
        out.append(
            {
                "group": f"{words}, {statistic}",
                "label": factor,
                "detail": _detail(_study(row), row["population"]),
                **_who(row),
                "flag": _flag(row),
                "right": figure,
                "x": row["value"],
                "low": row["low"],
                "high": row["high"],
                "relation": row["relation"],
                "mark": "counted" if row["cohort_id"] else "context",
                "hover": f"{figure} for {words}",
            }
        )
    return _framed(out).sort("group", maintain_order=True), PERCENT


KINDS: dict[str, Callable[..., Rows]] = {
    "overview": overview,
    "proportions": proportions,
    "durations": durations,
    "laboratory": laboratory,
    "directions": directions,
    "thresholds": thresholds,
}
