"""Figures as charts draw them and tables print them: one FigureRow for each, made from its result.

A figure that has no result of its own (a percentage printed without a count, a median, a dose) is made from its row of
the data, by whose name it goes. What a figure says in words is said here, and nowhere else in this room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture
from icans_evidence.evidence.vocabulary import words_of
from icans_evidence.figures.charts.bands import ROW_COLUMNS
from icans_evidence.summaries.cohort_figures import proportion_result, whole_words
from icans_evidence.summaries.proportion_rows import described
from icans_evidence.summaries.result import Result

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One figure. `result` is the id of the result, or of the row of the data, that the audit lists; None where there
    is none to lead to.

    In words: `figure` alone ("12%", "at most 20 days"), `ends` of its interval or spread, `count` where it is known,
    `right` all of it beside a mark, `hover` in a sentence. Whose it is: `group`, `label` (`study` without where it was
    read), `detail`, `population`, `patients`, `product`, `scale`. What a reader must see: `note` and `flag` of a
    chart, `disputed` (entries of the register), `formed` (a count added up of grades), `prevented` (what the cohort was
    given to prevent it). To draw: `mark` with `x`, `low`, `high` and `cut` in the unit of the axis, `weight` its area,
    `relation` as printed, `same` on the line of the row before, `in_columns` whether count, figure and ends have
    columns of their own.
    """

    label: str | None
    right: str | None = None
    result: str | None = None
    group: str | None = None
    study: str = ""
    detail: str | None = None
    population: str | None = None
    patients: str = ""
    product: str | None = None
    scale: str | None = None
    read: str = ""
    reported: str = ""
    statistic: str = ""
    unit: str = ""
    figure: str = ""
    ends: str | None = None
    exact: str = ""
    ahead: str = ""
    count: str | None = None
    cohorts: int | None = None
    hover: str | None = None
    note: str | None = None
    flag: str | None = None
    disputed: str | None = None
    formed: str = ""
    prevented: str = ""
    mark: str | None = None
    x: float | None = None
    low: float | None = None
    high: float | None = None
    cut: float | None = None
    weight: float | None = None
    relation: str = "="
    same: bool | None = None
    in_columns: bool = False

    @property
    def share(self) -> str | None:
        """The figure where it has a column of its own beside its count."""
        return self.figure if self.in_columns else None

    @property
    def interval(self) -> str | None:
        """The ends where they have a column of their own."""
        return self.ends if self.in_columns else None

    @property
    def with_ends(self) -> str:
        """The figure with its ends: "12% (7.1 to 20)"."""
        return f"{self.figure} ({self.ends})" if self.ends else self.figure


def drawn(rows: Iterable[FigureRow]) -> pl.DataFrame:
    """The rows in the columns that a chart draws."""
    return pl.DataFrame([{name: getattr(row, name) for name in ROW_COLUMNS} for row in rows], schema=ROW_COLUMNS)


def chosen(rows: pl.DataFrame, plan: Picture) -> pl.DataFrame:
    """The rows that a picture, or its table, shows, with the `position` of their outcome in the plan."""
    order = {outcome: position for position, outcome in enumerate(plan.outcomes)}
    kept = rows.filter(pl.col("outcome").is_in(plan.outcomes) & pl.col("table").is_in(plan.tables))
    if plan.denominators:
        kept = kept.filter(pl.col("denominator_kind").is_in(plan.denominators) | pl.col("denominator_kind").is_null())
    return kept.with_columns(position=pl.col("outcome").replace_strict(order, return_dtype=pl.Int64))


def described_rows(evidence: Evidence, tables: Iterable[str]) -> pl.DataFrame:
    """The rows of tables under each other, with what a reader must see beside a figure."""
    frames = [evidence.tables[name].with_columns(table=pl.lit(name)) for name in tables]
    return described(evidence, pl.concat(frames, how="diagonal_relaxed")) if frames else pl.DataFrame()


# of rows of the data ------------------------------------------------------------

SOURCE_WORDS = {"review": "review", "paper": "the paper", "secondary": "another document", "own_center": "own records"}
SPREADS = {"range": "range", "iqr": "IQR", "ci95": "95% CI", "sd": "SD"}


def joined(*words: str | None) -> str | None:
    """Parts of a line that are said, with a dot between them."""
    return " · ".join(word for word in words if word) or None


PREVENTED = "given something to prevent it"
"""How cohorts are called that stand beside those of natural incidence."""
NO_STUDY = "not of a single study"


def group_head(row: Mapping[str, Any]) -> str:
    """What a group counts: the outcome, what it was done for, of whom, and whether something was given to prevent."""
    apart = f", {PREVENTED}" if row.get("apart") else ""
    part = f": {row['part']}" if row.get("part") and not row.get("apart") else ""
    return f"{whole_words(row)}, of {row['denominator_words']}{apart}{part}"


def _prevented(row: Mapping[str, Any]) -> str:
    return f"given {row['prevented_by'].rstrip(',')}" if row.get("apart") else ""


def _formed(row: Mapping[str, Any]) -> str:
    return "grades printed apart, added" if row.get("formed_of") else ""


def _whose(row: Mapping[str, Any]) -> dict[str, Any]:
    """Study, patients, product, scale and register of a row; a statement of no single study says whose it is."""
    read = {"review": ", in the review", "own_center": ", own records"}.get(row["source_kind"], "")
    of_cohort = bool(row["cohort_id"])
    return {
        "result": row["row_id"], "study": row["label"], "label": f"{row['label']}{read if of_cohort else ''}",
        "population": row["population"], "read": SOURCE_WORDS[row["source_kind"]], "reported": row["reported"],
        "product": row["product_words"] if of_cohort else NO_STUDY,
        "prevented": _prevented(row), "formed": _formed(row),
        "scale": row["scale_words"] if of_cohort else None,
        "disputed": row["disputed"], "flag": f"disputed, see {row['disputed']}" if row["disputed"] else None,
        "relation": row["relation"],
    }  # fmt: skip


def _mark(row: Mapping[str, Any], of_cohort: str = "counted") -> str:
    if row["source_kind"] == "own_center":
        return "own_center"
    return "apart" if row.get("apart") else of_cohort if row["cohort_id"] else "context"


def of_proportion(row: Mapping[str, Any]) -> FigureRow:
    """The rate of a row of `counted`: with its interval where there is a count, printed or rebuilt, else as printed."""
    some = row["denominator_kind"] not in ("treated", "not_stated") and row["n_treated"] is not None
    detail = joined(_prevented(row), row["population"], f"cohort of {row['n_treated']:,} treated" if some else "")
    start = {**_whose(row), "group": group_head(row), "detail": detail, "in_columns": True}
    if row["events"] is None:
        share = "" if row["estimate"] is None else wording.bounded(row["relation"], wording.percent(row["estimate"]))
        counts = ["–" if count is None else f"{count:,}" for count in (row["n_events"], row["n_total"])]
        patients = "/".join(counts) if set(counts) != {"–"} else ""
        return FigureRow(
            **start, figure=share, right=share, hover=share, patients=patients, x=_points(row["estimate"]),
            mark=_mark(row, "printed"),
        )  # fmt: skip
    result = proportion_result(row)
    count, share = f"{result.n_events:,}/{result.n_total:,}", wording.percent(row["estimate"])
    rebuilt = "reconstructed" if row["reconstructed"] else None
    start["flag"] = joined(rebuilt if row["disputed"] else "", start["flag"])
    return FigureRow(
        **start, figure=share, count=count, patients=f"{count} *" if rebuilt else count, right=f"{count} · {share}",
        ends=_percents(result.ci_low, result.ci_high), exact=_percents(result.exact_low, result.exact_high) or "",
        hover=result.phrase, note=joined(rebuilt, _formed(row)), mark=_mark(row, rebuilt or "counted"),
        x=_points(result.estimate), low=_points(result.ci_low), high=_points(result.ci_high),
    )  # fmt: skip


def of_duration(row: Mapping[str, Any]) -> FigureRow:
    """A median or another summary of days with the spread printed with it."""
    ends = _numbers(row["low"], row["high"])
    value = None if row["value"] is None else wording.bounded(row["relation"], wording.number(row["value"]))
    spread = f"{SPREADS.get(row['spread'] or '', '')} {ends or ''}".strip()
    figure = f"{value} ({spread})" if value and ends else value or ends or row["reported"]
    n = f"n = {row['n_total']:,}" if row["n_total"] else "n not stated"
    return FigureRow(
        **_whose(row), group=words_of(row) + (f", {PREVENTED}" if row.get("apart") else ""),
        detail=joined(_prevented(row), row["population"], n), statistic=row["statistic"],
        unit=row["unit"] or "", figure=f"{value or ends or ''} {row['unit']}", ends=spread if value else "",
        patients="" if row["n_total"] is None else str(row["n_total"]), right=figure, mark=_mark(row),
        hover=f"{row['statistic']} {figure} {row['unit']}, {n}" if value or ends else f"{figure}, {n}",
        x=row["value"], low=row["low"], high=row["high"],
    )  # fmt: skip


def of_measurement(row: Mapping[str, Any], cut: float | None = None) -> FigureRow:
    """A measured value with its range, on a scale of its own from zero, against the cut-off the source used."""
    top = max((v for v in (row["value"], row["high"], cut) if v is not None), default=1.0) * 1.04 or 1.0
    figure = _measured(row, 1)
    cut_words = f"cut-off {wording.number(cut)}" if cut else ""
    x, low, high, at = (None if v is None else 100 * v / top for v in (row["value"], row["low"], row["high"], cut))
    return FigureRow(
        **_whose(row), group=f"{words_of(row)}, {row['unit']}", detail=joined(row["population"], cut_words),
        statistic=row["statistic"], figure=f"{row['statistic']} {figure} {row['unit']}",
        right=figure if row["low"] is not None else f"{figure} {row['unit']}", mark="counted",
        patients="" if row["n_total"] is None else str(row["n_total"]),
        hover=f"{row['statistic']} {figure} {row['unit']} {cut_words}".strip(), x=x, low=low, high=high, cut=at,
    )  # fmt: skip


def _measured(row: Mapping[str, Any], factor: float) -> str:
    ends = None
    if row["low"] is not None:
        ends = f"{wording.number(row['low'] * factor, 2)} to {wording.number(row['high'] * factor, 2)}"
    if row["value"] is None:
        return ends or ""
    figure = wording.bounded(row["relation"], wording.number(row["value"] * factor, 2))
    return f"{figure} ({ends})" if ends else figure


def in_si_units(evidence: Evidence, row: Mapping[str, Any]) -> str:
    """A measured value in the SI unit that the vocabulary names for its own; "" where it names none."""
    outcome = evidence.vocabulary.outcome(row["table"], row["outcome"])
    found = outcome.si_units.get(row["unit"]) if outcome else None
    return f"{_measured(row, found[0])} {found[1]}" if found else ""


DIRECTION_COLUMNS = ("lower", "no_association", "higher")
DIRECTION_WORDS = {
    "lower": "lower", "no_association": "no association found", "no_evidence": "no evidence either way",
    "higher": "higher", "mixed": "mixed",
}  # fmt: skip


def of_direction(row: Mapping[str, Any]) -> FigureRow:
    """What a study found with an exposure: the outcome lower, no association, higher, or mixed, with the printed P. No
    evidence either way has words and no mark."""
    words, said = words_of(row), DIRECTION_WORDS[row["direction"]]
    if row["statistic"] == "p_value" and row["value"] is not None:
        said += f", P {row['relation']} {row['value']:g}"
    places = {name: float(place) for place, name in enumerate(DIRECTION_COLUMNS)} | {"mixed": 1.0}
    cited = f" (refs {row['cites'].replace(';', ', ')})" if row["cites"] and not row["cohort_id"] else ""
    factor = row["factor"].replace("_", " ")
    start = {**_whose(row), "product": None, "scale": None, "relation": "="}
    start["label"] = wording.capital(factor)
    return FigureRow(
        **start, group=words, detail=f"{row['label']}{cited}", figure=said, right=said,
        x=places.get(row["direction"]),
        mark="counted" if row["cohort_id"] else "context", hover=f"{words}: {said} with {factor}",
    )  # fmt: skip


def of_threshold(row: Mapping[str, Any]) -> FigureRow:
    """A probability, sensitivity or the like in percent at a cut-off of a marker."""
    words, statistic = words_of(row), {"auc": "AUC"}.get(row["statistic"], row["statistic"])
    factor = wording.capital(row["factor"].replace("_", " "))
    if row["threshold"] is not None:
        factor += f", {wording.number(row['threshold'])} {row['threshold_unit'] or ''}".rstrip()
    figure, whose = f"{statistic} {wording.number(row['value'])}%", _whose(row)
    detail = joined(whose.pop("label"), row["population"])
    return FigureRow(
        **whose, label=factor, group=f"{words}, {statistic}", detail=detail, statistic=statistic, figure=figure,
        right=figure, hover=f"{figure} for {words}", mark="counted" if row["cohort_id"] else "context",
        x=row["value"], low=row["low"], high=row["high"],
    )  # fmt: skip


def of_dose(row: Mapping[str, Any]) -> FigureRow:
    """A dose as its source states it."""
    return FigureRow(
        label=row["indication"], result=row["row_id"], group=wording.capital(row["drug"]), figure=dose_words(row),
        read="review" if row["in_review"] else row["read_in"], reported=row["reported"], disputed=row["disputed"],
    )  # fmt: skip


def dose_words(row: Mapping[str, Any]) -> str:
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


# of results alone ---------------------------------------------------------------


def of_rate(result: Result, label: str, detail: str = "", linked: bool = True) -> FigureRow:
    """A pooled rate, or another share with its interval, and where a new study would lie; `linked` where the audit
    lists the result."""
    start: dict[str, Any] = {"label": label, "detail": detail or wording.plural(result.cohorts or 0, "cohort"),
             "result": result.result_id if linked else None, "cohorts": result.cohorts}  # fmt: skip
    low, high = result.ci_low, result.ci_high
    if result.estimate is None or low is None or high is None:
        return FigureRow(**start, figure="no estimate", right="no estimate")
    figure, ends = wording.percent(result.estimate), _percents(low, high)
    known = result.n_events is not None and result.n_total is not None
    return FigureRow(
        **start, figure=figure, ends=ends, ahead=_ahead(result), right=f"{figure} ({ends})", mark="diamond",
        count=f"{result.n_events:,}/{result.n_total:,}" if known else None, in_columns=True,
        hover=f"{figure} ({wording.interval(low, high)})", x=result.estimate * 100, low=low * 100, high=high * 100,
    )  # fmt: skip


def _ahead(result: Result) -> str:
    ends = _percents(result.pi_low, result.pi_high)
    return f"{ends}%" if ends else ""


def of_prediction(result: Result) -> FigureRow | None:
    """Where the rate of a new study would lie; None where that is not known."""
    if result.estimate is None or result.pi_low is None or result.pi_high is None:
        return None
    ends = _ahead(result)
    return FigureRow(
        label="In a new study", detail="95% prediction interval", figure=ends, right=ends, mark="prediction",
        x=result.estimate * 100, low=result.pi_low * 100, high=result.pi_high * 100,
        hover=f"95% prediction interval {ends}",
    )  # fmt: skip


def of_refusal(result: Result) -> FigureRow:
    """A pool that the gate refuses: no figure, and its result says why."""
    return FigureRow(label=result.outcome, result=result.result_id, figure=result.phrase or "", cohorts=result.cohorts)


def of_median(result: Result, coverage: float | None = None) -> FigureRow:
    """A median of medians in days; `coverage` is that of its interval."""
    ends = _numbers(result.ci_low, result.ci_high)
    right = wording.number(result.estimate or 0) + (f" ({ends})" if ends else "")
    return FigureRow(
        label=f"Median of {result.cohorts} medians", result=result.result_id, figure=result.phrase or "", ends=ends,
        right=right,
        detail=f"sign-test interval, covers {wording.percent(coverage)}" if coverage else "", hover=f"{right} days",
        x=result.estimate, low=result.ci_low, high=result.ci_high, mark="diamond" if ends else "pooled",
    )  # fmt: skip


def of_range(result: Result, label: str) -> FigureRow:
    """Lowest and highest rate over cohorts."""
    assert result.low is not None and result.high is not None
    ends = wording.span(wording.percent_figure(result.low), wording.percent_figure(result.high)) + "%"
    return FigureRow(
        label=label, result=result.result_id, right=ends, figure=ends, hover=ends, low=result.low * 100,
        high=result.high * 100, detail=f"of {result.population} · {wording.plural(result.cohorts or 0, 'cohort')}",
    )  # fmt: skip


def of_coverage(result: Result, way: str, studies: int, combinations: int) -> FigureRow:
    """Lowest and highest simulated coverage of a way to pool, for a number of studies; the cut-off is 95%."""
    assert result.low is not None and result.high is not None
    span = wording.span(wording.percent_figure(result.low), wording.percent(result.high))
    return FigureRow(
        group=way, label=f"{studies} studies", detail=f"lowest and highest of {combinations} combinations",
        result=result.result_id, figure=span, right=span, hover=span, x=result.low * 100, low=result.low * 100,
        high=result.high * 100, cut=95.0, mark="counted",
    )  # fmt: skip


def of_result(result: Result) -> FigureRow:
    """A result by its phrase."""
    return FigureRow(label=result.statistic, result=result.result_id, figure=result.phrase or "")


def of_count(result: Result) -> FigureRow:
    """How many of the cases of a share have what it counts."""
    return FigureRow(label=result.statistic, result=result.result_id, figure=f"{result.n_events:,}")


def _percents(low: float | None, high: float | None) -> str | None:
    """The ends of an interval in percent, without the sign."""
    if low is None or high is None:
        return None
    return f"{wording.percent_figure(low)} to {wording.percent_figure(high)}"


def _numbers(low: float | None, high: float | None) -> str | None:
    return None if low is None or high is None else f"{wording.number(low)} to {wording.number(high)}"


def _points(value: float | None) -> float | None:
    return None if value is None else value * 100
