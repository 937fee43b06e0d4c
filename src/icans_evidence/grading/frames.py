"""The ICANS grades of a table of assessments, on polars (eager, lazy, streaming), DuckDB or Spark.

The expressions are built from the rows of criteria that grade one person; a row that cannot be graded keeps
its place and says why in `problem`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar, cast

import narwhals as nw

from icans_evidence.errors import UsageError
from icans_evidence.grading import problems
from icans_evidence.grading.assessment_columns import Column, age_column, delay_column, domain_column
from icans_evidence.grading.criteria import SCORES, Instrument, cautions, instruments, scale, shared_domains
from icans_evidence.grading.entries import one_row_each
from icans_evidence.wording import listing

ADDED = ("grade", "minimum", "maximum", "is_final", "decided_by", "unassessed", "problem")
PERSON = ("age_years", "developmental_delay")
SEPARATOR = ";"
Frame = TypeVar("Frame")


@dataclass(frozen=True)
class Table:
    """The columns of one table that grading reads, each already turned into expressions."""

    columns: dict[str, Column]
    age: Column
    delay: Column
    prefix: str

    def held(self, name: str) -> nw.Expr:
        """A value worked out in an earlier step."""
        return nw.col(self.prefix + name)

    def grade(self, code: str) -> nw.Expr:
        """The grade of a domain, null if it was not assessed or not allowed."""
        return self.held("grade_" + code)


def grade_frame(frame: Frame) -> Frame:
    """The table with the columns grade, minimum, maximum, is_final, decided_by, unassessed and problem added.

    `frame` is a polars DataFrame or LazyFrame, a DuckDB relation or a Spark DataFrame with any of the columns
    ice, capd, consciousness, seizure, motor, edema, age_years and developmental_delay, as text or as numbers. A
    missing column, a null and an empty text mean "not assessed". All rows and further columns are kept, and on
    polars their order; a DuckDB relation or a Spark table has no order of its own, and `grade-table` keeps the
    file's there. grade is null unless final; the codes in decided_by and unassessed are joined by ";"; where
    problem is not null, all other added columns are. UsageError if the table has one of the added columns
    already, or a column name in other case ("ICE").
    """
    given: Any = nw.from_native(cast(Any, frame))
    schema = given.collect_schema()
    _refuse_names(list(schema))
    table = _table(schema)
    was_eager = isinstance(given, nw.DataFrame)
    lazy: Any = given.lazy()
    for step in _steps(table):
        lazy = lazy.with_columns(**step)
    lazy = lazy.select(*schema, *ADDED)
    graded: Frame = (lazy.collect() if was_eager else lazy).to_native()
    return graded


def count_cautions(graded: Any) -> dict[str, int]:
    """How many rows of a graded table carry each caution of rules/cautions.csv, by its code.

    "drowsy_only" counts grades that rest on waking spontaneously alone: a sign that alert patients may have
    been recorded as drowsy. "instrument_assumed" counts rows with neither score, age nor developmental delay.
    """
    frame: Any = nw.from_native(graded)
    schema = frame.collect_schema()
    counts: dict[str, nw.Expr] = {}
    for row in cautions():
        instrument = next(one for one in one_row_each() if one.scale == row.scale).instrument
        score = domain_column(scale(row.scale).domain(instrument), schema)
        drowsy = domain_column(scale(row.scale).domain("consciousness"), schema)
        carries = score.is_any(row.scores) & drowsy.is_text(row.consciousness)
        carries = carries & nw.col("minimum").is_in([grade for grade in range(5) if row.allows(grade)])
        one = nw.when(carries).then(nw.lit(1)).otherwise(nw.lit(0)).sum()
        counts[row.code] = counts[row.code] + one if row.code in counts else one
    given = [*(domain_column(scale(row.scale).domain(row.instrument), schema).given for row in one_row_each())]
    given += [age_column(schema).given, delay_column(schema).value.fill_null(False)]
    assumed = nw.when(~nw.any_horizontal(*given, ignore_nulls=False) & ~nw.col("minimum").is_null())
    counts[problems.ASSUMED_CODE] = assumed.then(nw.lit(1)).otherwise(nw.lit(0)).sum()
    totals = _only_row(frame.select(**counts))
    return {code: int(total or 0) for code, total in zip(counts, totals, strict=True)}


def _only_row(frame: Any) -> Any:
    """The one row of an aggregate, fetched by the engine itself so that no further package is needed."""
    native = frame.to_native()
    if frame.implementation.is_spark_like():
        return native.first()
    return native.fetchall()[0] if frame.implementation.is_duckdb() else frame.lazy().collect().row(0)


def _refuse_names(names: list[str]) -> None:
    if taken := [name for name in names if name.lower() in ADDED]:
        raise UsageError(f"the table already has {listing(taken)}: rename it before grading")
    known = {*PERSON, *SCORES, *(domain.code for domain in shared_domains())}
    if inexact := [name for name in names if name not in known and name.strip().lower() in known]:
        raise UsageError(f"column names must be in small letters without spaces: {listing(inexact)}")


def _table(schema: Any) -> Table:
    prefix = "__grading_"
    while any(name.startswith(prefix) for name in schema):
        prefix = "_" + prefix
    domains = [scale(row.scale).domain(row.instrument) for row in one_row_each()] + list(shared_domains())
    columns = {domain.code: domain_column(domain, schema) for domain in domains}
    age = age_column(schema)
    delay = delay_column(schema)
    return Table(columns, age, delay, prefix)


def _steps(table: Table) -> list[dict[str, nw.Expr]]:
    """The columns to add, in the order in which they build on one another."""
    read = {"grade_" + code: column.value for code, column in table.columns.items()}
    read |= {"age": table.age.value, "delay": table.delay.value}
    return [
        {table.prefix + name: value for name, value in read.items()},
        {table.prefix + "fits_" + code: _fits(table, code) for code in SCORES},
        {table.prefix + "wrong": nw.any_horizontal(*(when for when, _ in _faults(table)), ignore_nulls=False)},
        {table.prefix + name: value for name, value in _range(table).items()},
        _answers(table),
    ]


def _fits(table: Table, instrument: str) -> nw.Expr:
    """Whether the instrument is meant for the person; always, while the age is not known."""
    rows = [row for row in instruments() if row.instrument == instrument]
    fits = reduce(lambda one, other: one | other, (_within(table, row) for row in rows))
    return table.held("age").is_null() | fits


def _within(table: Table, row: Instrument) -> nw.Expr:
    age = table.held("age")
    within = age >= row.age_min_years
    if row.age_below_years is not None:
        within = within & (age < row.age_below_years)
    return within & table.held("delay").fill_null(False) if row.developmental_delay else within


def _faults(table: Table) -> list[tuple[nw.Expr, str]]:
    """Every fault that a row can have: when it has it, and its message, in the order of the messages."""
    faults = [(table.age.given & table.held("age").is_null(), problems.BAD_AGE)]
    faults.append((table.delay.given & table.held("delay").is_null(), problems.BAD_DELAY))
    both = reduce(lambda one, other: one & other, (table.columns[code].given for code in SCORES))
    faults.append((both, problems.BOTH_SCORES))
    for code, column in table.columns.items():
        no_grade = table.grade(code).is_null()
        faults.append((column.given & no_grade, problems.not_allowed(column.domain)))
        if code in SCORES:
            misfit = ~no_grade & ~table.held("fits_" + code)
            faults.append((misfit, problems.wrong_instrument(code)))
    return faults


def _problem(table: Table) -> nw.Expr:
    told = [_text_if(*fault) for fault in _faults(table)]
    return nw.when(table.held("wrong")).then(nw.concat_str(told, separator="; ", ignore_nulls=True))


def _text_if(condition: nw.Expr, text: str) -> nw.Expr:
    return nw.when(condition).then(nw.lit(text))


def _range(table: Table) -> dict[str, nw.Expr]:
    """Both ends of the grade, null where the row has a fault, and whether neither ICE nor CAPD was given.

    Nulls are filled before the maximum is taken: polars then takes a tenth of the time.
    """
    scores = one_row_each()
    no_score = reduce(lambda one, other: one & other, (table.grade(row.instrument).is_null() for row in scores))
    known = [table.grade(row.instrument).fill_null(0) for row in scores]
    could_be = [_if_missing(table, no_score, row) for row in scores]
    lows = [*known, *(table.grade(domain.code).fill_null(0) for domain in shared_domains())]
    highs = [*known, *could_be, *(table.grade(d.code).fill_null(d.worst) for d in shared_domains())]
    sound = ~table.held("wrong")
    low, high = (nw.when(sound).then(nw.max_horizontal(*ends)) for ends in (lows, highs))
    return {"low": low, "high": high, "no_score": no_score}


def _if_missing(table: Table, no_score: nw.Expr, row: Instrument) -> nw.Expr:
    """The worst that a score which was not done could add, 0 if one was done or another one is expected."""
    worst = nw.lit(scale(row.scale).domain(row.instrument).worst, nw.Int8)
    return nw.when(no_score & _expects(table, row.instrument)).then(worst).otherwise(nw.lit(0, nw.Int8))


def _expects(table: Table, instrument: str) -> nw.Expr:
    """Whether this is the instrument of a score that was not done, as `Person.expected` has it."""
    later = SCORES[SCORES.index(instrument) + 1 :]
    fits = table.held("fits_" + instrument)
    for other in later:
        fits = fits & ~table.held("fits_" + other)
    named = [code for code in SCORES if table.columns[code].kind != "absent"]
    for_delay = nw.lit(any(row.developmental_delay and row.instrument == instrument for row in instruments()))
    otherwise = nw.lit(instrument == (named[0] if len(named) == 1 else SCORES[0]))
    delay = table.held("delay").fill_null(False)
    unknown = (delay & for_delay) | (~delay & otherwise)
    return nw.when(table.held("age").is_null()).then(unknown).otherwise(fits)


def _answers(table: Table) -> dict[str, nw.Expr]:
    low, high = table.held("low"), table.held("high")
    reached = nw.when(low > 0).then(low)
    deciding = [_text_if(table.grade(code) == reached, code) for code in table.columns]
    others = [_text_if(table.grade(d.code).is_null(), d.code) for d in shared_domains()]
    return {
        "grade": nw.when(low == high).then(low).cast(nw.Int8),
        "minimum": low.cast(nw.Int8),
        "maximum": high.cast(nw.Int8),
        "is_final": low == high,
        "decided_by": nw.when(~low.is_null()).then(_joined(deciding)),
        "unassessed": nw.when(~low.is_null()).then(_joined([_score_missing(table), *others])),
        "problem": _problem(table),
    }


def _score_missing(table: Table) -> nw.Expr:
    """The code of the score that was expected and not done."""
    codes = [_text_if(_expects(table, code), code) for code in SCORES]
    return nw.when(table.held("no_score")).then(nw.concat_str(codes, ignore_nulls=True))


def _joined(texts: list[nw.Expr]) -> nw.Expr:
    return nw.concat_str(texts, separator=SEPARATOR, ignore_nulls=True)
