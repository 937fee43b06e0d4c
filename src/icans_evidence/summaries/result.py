"""One result: a statistic with its sentence, how it was made and the rows behind it.

Its fields are the columns of `analysis/results.csv`, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One statistic. Proportions and their intervals are in 0..1, durations in `unit`; what does not apply is None.

    `phrase` is the figure in words, a part of `sentence` where it can be quoted alone; `row_ids` are parted by
    semicolons. `selection` is the last part of the sentence of a range or pool, on how far the outcome was looked for:
    where `short` is shown without it, it stands in a note beside.
    """

    result_id: str
    statistic: str
    outcome: str | None = None
    population: str | None = None
    cohort_id: str | None = None
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    exact_low: float | None = None
    exact_high: float | None = None
    pi_low: float | None = None
    pi_high: float | None = None
    tau2: float | None = None
    i2: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    n_events: int | None = None
    n_total: int | None = None
    cohorts: int | None = None
    method: str | None = None
    phrase: str | None = None
    sentence: str
    row_ids: str | None = None
    selection: str | None = None

    @property
    def rows(self) -> list[str]:
        """The ids of the rows behind it."""
        return [name.strip() for name in (self.row_ids or "").split(";") if name.strip()]

    @property
    def short(self) -> str:
        """The sentence without the part on how far the outcome was looked for."""
        return self.sentence.removesuffix(self.selection or "").rstrip()

    @property
    def is_variation(self) -> bool:
        """Whether it shows what another result hangs on: a part of its rows, or another analysis of them."""
        return self.statistic in VARIATIONS


VARIATIONS = frozenset({
    "leaving out one cohort", "Cook's distance", "subgroup", "subgroup test", "cumulative by year",
    "defensible analysis",
})  # fmt: skip
AGREEMENT = "agreement of two passes"
"""The statistic of results over the extraction passes, which a state of the data may lack."""
_POLARS = {"str": pl.String, "float": pl.Float64, "int": pl.Int64}
RESULT_COLUMNS: dict[str, Any] = {one.name: _POLARS[str(one.type).partition(" ")[0]] for one in fields(Result)}
"""The columns of a frame of results with their types."""


def frame_of(results: Iterable[Result]) -> pl.DataFrame:
    """The results in the columns of `RESULT_COLUMNS`, sorted by `result_id`."""
    lines = [tuple(getattr(one, name) for name in RESULT_COLUMNS) for one in results]
    return pl.DataFrame(lines, schema=RESULT_COLUMNS, orient="row").sort("result_id")


def slug(words: str) -> str:
    """Words as a part of a result's id: small letters and digits, anything else an underscore."""
    return re.sub(r"\W+", "_", words.lower()).strip("_") or "other"
