"""A column of a table of assessments, turned into what grading asks of it.

Every type that an engine may hand over has its own branch, and what no branch knows is a fault of the row:
nothing falls through to a grade.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from icans_evidence.grading.criteria import Domain
from icans_evidence.grading.problems import AGE_LIMIT, AGE_TEXT

TEXT = (nw.String, nw.Categorical, nw.Enum)


def nothing(kind: Any) -> nw.Expr:
    """A null of this type."""
    return nw.lit(None).cast(kind)


@dataclass(frozen=True)
class Column:
    """One column: `given` says whether a row has an entry, `value` is its meaning, null if it has none or a
    wrong one.

    `raw` is the column itself, as text or as a number, None if there is no such column or its type can hold
    no entry.
    """

    given: nw.Expr
    value: nw.Expr
    domain: Domain | None = None
    raw: nw.Expr | None = None
    kind: str = field(default="absent")

    def means(self, finding: str, low: float | None = None, high: float | None = None) -> nw.Expr:
        """Whether the entry is a finding, or a number from `low` to `high`."""
        matches = None
        if self.raw is not None and self.domain is not None:
            matches = _matches(self.raw, self.kind, self.domain, finding, low, high)
        return nw.lit(False) if matches is None else matches.fill_null(False)


def domain_column(domain: Domain, schema: Any) -> Column:
    """The column of a domain: its value is the grade of the row of criteria that the entry means."""
    kind, raw = _kind(domain.code, schema)
    if raw is None:
        return Column(_present(domain.code, schema), nothing(nw.Int8), domain, None, kind)
    given = ~raw.is_null() & (raw != "") if kind == "text" else ~raw.is_null()
    value = nothing(nw.Int8)
    for row in reversed(domain.rows):
        matches = _matches(raw, kind, domain, row.finding, row.score_min, row.score_max)
        if matches is not None:
            value = nw.when(matches).then(nw.lit(row.grade, nw.Int8)).otherwise(value)
    return Column(given, value, domain, raw, kind)


def age_column(schema: Any) -> Column:
    """The column age_years: its value is a number from 0 to the limit."""
    kind, raw = _kind("age_years", schema)
    if raw is None:
        return Column(_present("age_years", schema), nothing(nw.Float64))
    if kind != "text":
        years = raw.cast(nw.Float64)
        return Column(~raw.is_null(), nw.when((years >= 0) & (years <= AGE_LIMIT)).then(years))
    years = nw.when(raw.str.contains(rf"^{AGE_TEXT}\z")).then(raw).cast(nw.Float64)
    return Column(~raw.is_null() & (raw != ""), nw.when(years <= AGE_LIMIT).then(years))


def delay_column(schema: Any) -> Column:
    """The column developmental_delay: its value is true or false."""
    kind, raw = _kind("developmental_delay", schema)
    if schema.get("developmental_delay") == nw.Boolean:
        value = nw.col("developmental_delay")
        return Column(~value.is_null(), value)
    if raw is None or kind != "text":
        return Column(_present("developmental_delay", schema), nothing(nw.Boolean))
    value = nw.when(raw == "true").then(nw.lit(True)).otherwise(nw.when(raw == "false").then(nw.lit(False)))
    return Column(~raw.is_null() & (raw != ""), value)


def _kind(name: str, schema: Any) -> tuple[str, nw.Expr | None]:
    if name not in schema:
        return "absent", None
    kind, column = schema[name], nw.col(name)
    if isinstance(kind, TEXT) or kind in TEXT:
        return "text", column if kind == nw.String else column.cast(nw.String)
    if kind.is_integer():
        return "whole", column
    if kind.is_numeric():
        return "fraction", column.cast(nw.Float64)
    return "other", None


def _present(name: str, schema: Any) -> nw.Expr:
    """For a column without any possible entry: what is in it is given, and wrong."""
    return ~nw.col(name).is_null() if name in schema else nw.lit(False)


def _matches(
    raw: nw.Expr, kind: str, domain: Domain, finding: str, low: float | None, high: float | None
) -> nw.Expr | None:
    """Whether an entry means this finding, or a number from `low` to `high`; None if no entry of this type can."""
    if kind == "text":
        return raw == finding if finding else raw.is_in(domain.entries(finding, low, high))
    if finding or low is None or high is None:
        return None
    if kind == "whole":
        return raw.is_between(math.ceil(low), math.floor(high))
    return raw.is_in(domain.numbers(low, high))
