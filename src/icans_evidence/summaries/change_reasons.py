"""Why a result moved, in words for a guideline group: which of the rows behind it came, went or changed, and how.

A reason names the row, its study and the figure before and after; where no row moved it says that the method did.
"""

from __future__ import annotations

from icans_evidence import wording
from icans_evidence.audit.releases.row_changes import CAME, CHANGED, RENAMED, WENT, Cells, Changes, RowChange, Texts
from icans_evidence.summaries.result import AGREEMENT, Result

BY_METHOD = "no row behind it changed: the plan, the method or its code did"
BY_PASSES = "a file of the two extraction passes changed, or the method or its code did"
_PLACE = (
    "extracted_by", "second_reading", "sentence", "fingerprint", "section", "locator", "n_locator", "row_id",
)  # fmt: skip
"""Columns that move no figure; they are named as a change of place."""


def reasons(before: Result | None, after: Result | None, data: Changes, old: Texts, new: Texts) -> list[str]:
    """The reasons for which a result came, went or moved, the rows behind it in their order."""
    if any(one is not None and one.statistic == AGREEMENT for one in (before, after)):
        return [BY_PASSES]
    was, now = _rows_of(before), _rows_of(after)
    by_key = data.by_key()
    behind = {id(by_key[key]): by_key[key] for key in (*now, *was) if key in by_key}
    told = [of_row(change, old, new) for change in behind.values()]
    leaning = {texts.book.rows[key][1].get("cohort_id") for texts, keys in ((old, was), (new, now)) for key in keys
               if key in texts.book.rows}  # fmt: skip
    told += [of_row(change, old, new) for change in data.of_kind(CHANGED, figures=False) if change.key in leaning]
    known = {key for change in behind.values() for key in (change.key, change.new_key)}
    if was and now:
        told += [f"row {key}{whose(new, key)} counts now" for key in now if key not in {*was, *known}]
        told += [f"row {key}{whose(old, key)} counts no more" for key in was if key not in {*now, *known}]
    if not told and not was and not now:
        return [of_all(data)]
    return told or [BY_METHOD]


def _rows_of(result: Result | None) -> list[str]:
    return result.rows if result else []


def of_row(change: RowChange, old: Texts, new: Texts) -> str:
    """One change in words: "row SEI-004 of Gust 2017 changed from 19/133 to 17/133"."""
    what = f"row {change.key}{whose(new if change.after else old, change.key)}" if change.is_figure else _entry(change)
    if change.kind == RENAMED:
        return f"row {change.key} is now {change.new_key}, with the same cells"
    if change.kind in (CAME, WENT):
        shown = figure_of(change.after or change.before) if change.is_figure else ""
        return f"{what} {change.kind}" + (f" ({shown})" if shown else "")
    before, after = figure_of(change.before), figure_of(change.after)
    if change.is_figure and before != after:
        return f"{what} changed from {before} to {after}"
    return f"{what} changed: {cells_of(change)}"


def _entry(change: RowChange) -> str:
    noun = {"cohorts": "cohort", "studies": "document", "discrepancies": "entry"}.get(change.table, "line")
    return f"{noun} {change.key}"


def cells_of(change: RowChange) -> str:
    """The cells that changed: "population adults → children, note – → …"; its place in the article in one word."""
    told = [f"{name.replace('_', ' ')} {before or '(empty)'} → {after or '(empty)'}" for name, before, after
            in change.cells if name not in _PLACE]  # fmt: skip
    place = [name for name, _, _ in change.cells if name in _PLACE]
    return "; ".join([*told, *([f"its place ({', '.join(place)})"] if place else [])])


def whose(texts: Texts, key: str) -> str:
    """The study of a row, as " of Gust 2017"; empty where the row or its cohort is not known."""
    row = texts.book.rows.get(key, ("", {}))[1]
    cohort = texts.rows.get("cohorts", {}).get(row.get("cohort_id") or "", {})
    label = cohort.get("label") or row.get("cohort_id")
    return f" of {label}" if label else ""


def figure_of(row: Cells) -> str:
    """The figure that a row holds, as short as it can be said: 19/133, 12%, 4 to 9%, 5 days, or as printed."""
    relation = row.get("relation") or ""
    sign = "" if relation in ("", "=") else f"{relation} "
    if row.get("n_events") and row.get("n_total"):
        return f"{sign}{row['n_events']}/{row['n_total']}"
    for low, high, single, unit in (
        ("percent_low", "percent_high", "percent", "%"),
        ("low", "high", "value", f" {row.get('unit') or ''}".rstrip()),
        ("amount", "amount_high", "amount", f" {row.get('unit') or ''}".rstrip()),
    ):
        if row.get(single) and not (single == "amount" and row.get(high)):
            return f"{sign}{row[single]}{unit}"
        if row.get(low) and row.get(high):
            return f"{sign}{wording.span(row[low], row[high])}{unit}"
    return row.get("reported") or row.get("direction") or "no figure"


def of_all(data: Changes) -> str:
    """How many figures came, went and changed in all: the reason for a count over the whole data."""
    counts = [(len(data.of_kind(kind)), kind) for kind in (CAME, WENT, CHANGED)]
    told = [f"{wording.plural(count, 'figure')} {kind}" for count, kind in counts if count]
    return wording.listing(told) or BY_METHOD
