"""The grades of a table of assessments, on polars (eager, lazy, streaming), DuckDB, Spark, pandas or pyarrow.

The expressions are built from the rows of criteria that grade one person; a row that cannot be graded keeps
its place and says why in `problem`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar, cast

import narwhals as nw
from narwhals.exceptions import DuplicateError

from icans_evidence.errors import UsageError
from icans_evidence.grading import problems
from icans_evidence.grading.assessment_columns import Column, age_column, delay_column, domain_column
from icans_evidence.grading.criteria import Condition, Domain, Instrument
from icans_evidence.grading.scales import ASSUMED, Grader, grader
from icans_evidence.wording import listing

ADDED = ("grade", "minimum", "maximum", "is_final", "decided_by", "unassessed", "problem")
SEPARATOR = ";"
Frame = TypeVar("Frame")


TWICE = "the table has more than one column of the same name: rename it before grading"
ALLOWED = "a polars DataFrame or LazyFrame, a pandas DataFrame, a pyarrow Table, a DuckDB relation or a Spark DataFrame"


@dataclass(frozen=True)
class Table:
    """The columns of one table that grading reads, each already turned into expressions."""

    by: Grader
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

    def meets(self, row: Condition) -> nw.Expr:
        """Whether a row meets a condition."""
        return self.columns[row.domain].means(row.finding, row.score_min, row.score_max)


def grade_frame(frame: Frame, scale: str = "icans", rules: Path | None = None) -> Frame:
    """The table with the columns grade, minimum, maximum, is_final, decided_by, unassessed and problem added.

    `frame` is a polars DataFrame or LazyFrame, a pandas DataFrame, a pyarrow Table, a DuckDB relation or a Spark
    DataFrame with any of the columns ice, capd, consciousness, seizure, motor, edema, age_years and developmental_delay
    (fever, hypotension and hypoxia with `scale` crs), as text or as numbers; `rules` is the folder of the tables of
    criteria, ours by default. A missing column, a null and an empty text mean "not assessed". All rows and further
    columns are kept, and their order but for a DuckDB relation and a Spark table, which have none of their own;
    `grade-table` keeps the file's there. grade is null unless final; the codes in decided_by and unassessed are joined
    by ";"; where problem is not null, all other added columns are. UsageError for any other kind of table, and for one
    with an added column already, or a column name in other case ("ICE").
    """
    by = grader(scale, rules)
    given = _known_frame(frame)
    if given.implementation.is_pandas() or given.implementation.is_pyarrow():
        from icans_evidence.grading import eager_frames

        if len(set(given.columns)) < len(given.columns):
            raise UsageError(TWICE)
        names, read = eager_frames.as_polars(frame, by.columns)
        _refuse_names(names, by)
        return cast(Frame, eager_frames.with_columns_of(frame, grade_frame(read, scale, rules).select(*ADDED)))
    schema = given.collect_schema()
    _refuse_names(list(schema), by)
    table = _table(schema, by)
    was_eager = isinstance(given, nw.DataFrame)
    lazy: Any = given.lazy()
    for step in _steps(table):
        lazy = lazy.with_columns(**step)
    lazy = lazy.select(*schema, *ADDED)
    graded: Frame = (lazy.collect() if was_eager else lazy).to_native()
    return graded


def _known_frame(frame: Any) -> Any:
    """The table as narwhals has it; UsageError for what is no table that can be graded."""
    try:
        given: Any = nw.from_native(frame)
    except DuplicateError:
        raise UsageError(TWICE) from None
    except TypeError:
        given = None
    kind = getattr(given, "implementation", None)
    known = kind is not None and (
        kind.is_polars() or kind.is_pandas() or kind.is_pyarrow() or kind.is_duckdb() or kind.is_spark_like()
    )
    if not known:
        raise UsageError(f"grade_frame takes {ALLOWED}, not {type(frame).__module__}.{type(frame).__qualname__}")
    return given


def count_cautions(graded: Any, scale: str = "icans", rules: Path | None = None) -> dict[str, int]:
    """How many rows of a graded table carry each caution of rules/cautions.csv, by its code.

    "drowsy_only" counts grades that rest on waking spontaneously alone: a sign that alert patients may have
    been recorded as drowsy. "instrument_assumed" counts rows with neither score, age nor developmental delay.
    """
    by = grader(scale, rules)
    frame: Any = nw.from_native(graded)
    schema = frame.collect_schema()
    counts: dict[str, nw.Expr] = {}
    for row in by.cautions:
        on = by.scale(row.scale)
        number = domain_column(on.domain(row.domain), schema).means("", row.score_min, row.score_max)
        carries = number & domain_column(on.domain(row.with_domain), schema).means(row.with_finding)
        carries = carries & nw.col("minimum").is_in([grade for grade in range(5) if row.allows(grade, on)])
        one = nw.when(carries).then(nw.lit(1)).otherwise(nw.lit(0)).sum()
        counts[row.code] = counts[row.code] + one if row.code in counts else one
    if by.instruments:
        given = [*(domain_column(domain, schema).given for domain in by.scores.values())]
        given += [age_column(schema).given, delay_column(schema).value.fill_null(False)]
        assumed = nw.when(~nw.any_horizontal(*given, ignore_nulls=False) & ~nw.col("minimum").is_null())
        counts[ASSUMED] = assumed.then(nw.lit(1)).otherwise(nw.lit(0)).sum()
    totals = _only_row(frame.select(**counts)) if counts else ()
    return {code: int(total or 0) for code, total in zip(counts, totals, strict=True)}


def _only_row(frame: Any) -> Any:
    """The one row of an aggregate, fetched by the engine itself so that no further package is needed."""
    native = frame.to_native()
    if frame.implementation.is_spark_like():
        return native.first()
    return native.fetchall()[0] if frame.implementation.is_duckdb() else frame.lazy().collect().row(0)


def _refuse_names(names: list[str], by: Grader) -> None:
    if taken := [name for name in names if name.lower() in ADDED]:
        raise UsageError(f"the table already has {listing(taken)}: rename it before grading")
    known = set(by.columns)
    if inexact := [name for name in names if name not in known and name.strip().lower() in known]:
        raise UsageError(f"column names must be in small letters without spaces: {listing(inexact)}")


def _table(schema: Any, by: Grader) -> Table:
    prefix = "__grading_"
    while any(name.startswith(prefix) for name in schema):
        prefix = "_" + prefix
    columns = {code: domain_column(domain, schema) for code, domain in by.domains.items()}
    return Table(by, columns, age_column(schema), delay_column(schema), prefix)


def _steps(table: Table) -> list[dict[str, nw.Expr]]:
    """The columns to add, in the order in which they build on one another."""
    read = {"grade_" + code: column.value for code, column in table.columns.items()}
    scores = table.by.scores
    if scores:
        read |= {"age": table.age.value, "delay": table.delay.value}
    steps = [
        {table.prefix + name: value for name, value in read.items()},
        {table.prefix + "fits_" + code: _fits(table, code) for code in scores},
        {table.prefix + "wrong": nw.any_horizontal(*(when for when, _ in _faults(table)), ignore_nulls=False)},
        {table.prefix + name: value for name, value in _conditions(table).items()},
        {table.prefix + name: value for name, value in _range(table).items()},
        _answers(table),
    ]
    return [step for step in steps if step]


def _fits(table: Table, instrument: str) -> nw.Expr:
    """Whether the instrument is meant for the person; always, while the age is not known."""
    rows = [row for row in table.by.instruments if row.instrument == instrument]
    return table.held("age").is_null() | _any(_within(table, row) for row in rows)


def _within(table: Table, row: Instrument) -> nw.Expr:
    age = table.held("age")
    within = age >= row.age_min_years
    if row.age_below_years is not None:
        within = within & (age < row.age_below_years)
    return within & table.held("delay").fill_null(False) if row.developmental_delay else within


def _faults(table: Table) -> list[tuple[nw.Expr, str]]:
    """Every fault that a row can have: when it has it, and its message, in the order of the messages."""
    faults, scores = [], table.by.scores
    if scores:
        faults.append((table.age.given & table.held("age").is_null(), problems.BAD_AGE))
        faults.append((table.delay.given & table.held("delay").is_null(), problems.BAD_DELAY))
    if len(scores) > 1:
        pairs = combinations((table.columns[code].given for code in scores), 2)
        faults.append((_any(one & other for one, other in pairs), problems.several_scores(table.by)))
    for code, column in table.columns.items():
        no_grade = table.grade(code).is_null()
        faults.append((column.given & no_grade, problems.not_allowed(table.by.domains[code])))
        if code in scores:
            misfit = ~no_grade & ~table.held("fits_" + code)
            faults.append((misfit, problems.wrong_instrument(table.by, code)))
    return faults


def _problem(table: Table) -> nw.Expr:
    texts = [_text_if(*fault) for fault in _faults(table)]
    return nw.when(table.held("wrong")).then(nw.concat_str(texts, separator="; ", ignore_nulls=True))


def _text_if(condition: nw.Expr, text: str) -> nw.Expr:
    return nw.when(condition).then(nw.lit(text))


def _conditions(table: Table) -> dict[str, nw.Expr]:
    """Whether the scale is closed, and whether it may turn out so, as `conditions.standing` has it."""
    entries = table.by.of_kind("entry")
    if not entries:
        return {}
    closed, may_close = zip(*(_closing(table, entry.domain) for entry in entries), strict=True)
    return {"closed": _any(closed), "may_close": _any(may_close)}


def _closing(table: Table, code: str) -> tuple[nw.Expr, nw.Expr]:
    """Whether a domain closes the scale, and whether it may: it or a mask of it may be unassessed."""
    masks = [row for row in table.by.of_kind("mask") if row.lifts == code]
    met = _any(table.meets(row) for row in table.by.of_kind("closing") if row.domain == code)
    masked = _any(table.meets(row) for row in masks) if masks else nw.lit(False)
    others = [~table.columns[row.domain].given for row in masks if row.domain != code]
    settled = ~_any(others) if others else nw.lit(True)
    return met & ~masked & settled, (met | ~table.columns[code].given) & ~masked


def _any(expressions: Iterable[nw.Expr]) -> nw.Expr:
    return reduce(lambda one, other: one | other, expressions)


def _range(table: Table) -> dict[str, nw.Expr]:
    """Both ends of the grade, null where the row has a fault, and whether no score was given.

    Nulls are filled before the maximum is taken: polars then takes a tenth of the time.
    """
    scores, shared = table.by.scores, table.by.shared
    known = [table.grade(code).fill_null(0) for code in scores]
    lows = [*known, *(table.grade(domain.code).fill_null(0) for domain in shared)]
    highs = [*known, *(table.grade(domain.code).fill_null(domain.worst) for domain in shared)]
    no_score = {}
    if scores:
        none = reduce(lambda one, other: one & other, (table.grade(code).is_null() for code in scores))
        highs += [_if_missing(table, none, domain) for domain in scores.values()]
        no_score = {"no_score": none}
    low, high = nw.max_horizontal(*lows), nw.max_horizontal(*highs)
    if table.by.of_kind("entry"):
        zero = nw.lit(0, nw.Int8)
        low = nw.when(table.held("may_close")).then(zero).otherwise(low)
        high = nw.when(table.held("closed")).then(zero).otherwise(high)
    sound = ~table.held("wrong")
    return {"low": nw.when(sound).then(low), "high": nw.when(sound).then(high), **no_score}


def _if_missing(table: Table, no_score: nw.Expr, domain: Domain) -> nw.Expr:
    """The worst that a score which was not done could add, 0 if one was done or another one is expected."""
    worst = nw.lit(domain.worst, nw.Int8)
    return nw.when(no_score & _expects(table, domain.code)).then(worst).otherwise(nw.lit(0, nw.Int8))


def _expects(table: Table, instrument: str) -> nw.Expr:
    """Whether this is the instrument of a score that was not done, as `Person.expected` has it."""
    codes = list(table.by.scores)
    fits = table.held("fits_" + instrument)
    for other in codes[codes.index(instrument) + 1 :]:
        fits = fits & ~table.held("fits_" + other)
    named = [code for code in codes if table.columns[code].kind != "absent"]
    otherwise = instrument == (named[0] if len(named) == 1 else codes[0])
    for_delay = [row.instrument for row in table.by.instruments if row.developmental_delay]
    with_delay = instrument == for_delay[0] if for_delay else otherwise
    delay = table.held("delay").fill_null(False)
    unknown = (delay & nw.lit(with_delay)) | (~delay & nw.lit(otherwise))
    return nw.when(table.held("age").is_null()).then(unknown).otherwise(fits)


def _answers(table: Table) -> dict[str, nw.Expr]:
    low, high = table.held("low"), table.held("high")
    reached = nw.when(low > 0).then(low)
    deciding = [_text_if(table.grade(code) == reached, code) for code in table.columns]
    missing = [_score_missing(table)] if table.by.scores else []
    missing += [_text_if(table.grade(d.code).is_null(), d.code) for d in table.by.shared]
    return {
        "grade": nw.when(low == high).then(low).cast(nw.Int8),
        "minimum": low.cast(nw.Int8),
        "maximum": high.cast(nw.Int8),
        "is_final": low == high,
        "decided_by": nw.when(~low.is_null()).then(_joined(deciding)),
        "unassessed": nw.when(~low.is_null()).then(_joined(missing)),
        "problem": _problem(table),
    }


def _score_missing(table: Table) -> nw.Expr:
    """The code of the score that was expected and not done."""
    codes = [_text_if(_expects(table, code), code) for code in table.by.scores]
    return nw.when(table.held("no_score")).then(nw.concat_str(codes, ignore_nulls=True))


def _joined(texts: list[nw.Expr]) -> nw.Expr:
    return nw.concat_str(texts, separator=SEPARATOR, ignore_nulls=True)
