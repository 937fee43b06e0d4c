"""How many planted faults the checks catch, from the committed file of the last run.

The file is made by `analysis/seeded_faults.py`; nothing of it is computed here but sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence import wording
from icans_evidence.summaries.result import Result, slug
from icans_evidence.synthesis.intervals import wilson

FILE = "analysis/seeded_faults.csv"
WAYS = {
    "caught_with": "with the article",
    "caught_without": "without the article",
    "caught_without_passes": "without the article and the extraction passes",
}
SOURCES = {"review": "rows of the review", "added": "rows of other documents"}


def read_seeded(root: Path) -> pl.DataFrame:
    """The faults of the last run: kind, half, source, whether the printed statement changed, and who caught them."""
    return pl.read_csv(root / FILE, schema_overrides={"before": pl.String, "after": pl.String, "half": pl.String})


def seeded_results(root: Path) -> Iterator[Result]:
    """Results that the methods page quotes; none where there is no file."""
    if not (root / FILE).is_file():
        return
    faults = read_seeded(root)
    printed = faults.filter(pl.col("changes_print"))
    yield _count("seeded.planted", faults.height, "faults were planted, one a copy")
    yield _share("seeded.printed.caught_with", printed, "caught_with", "that change what the review prints")
    for way in WAYS:
        yield _share(f"seeded.all.{way}", faults, way, "of all kinds")
    for one in seeded_kinds(faults):
        yield from one.caught.values()


@dataclass(frozen=True)
class SeededKind:
    """The faults of one kind, half and source (in words), and for each way of checking how many of them it catches."""

    kind: str
    half: str | None
    source: str
    planted: int
    caught: dict[str, Result]


def seeded_kinds(faults: pl.DataFrame) -> Iterator[SeededKind]:
    """The faults by kind, half and source, in the order of the file."""
    for (kind, half, source), group in faults.group_by("kind", "half", "source", maintain_order=True):
        words = SOURCES[str(source)]
        where = ", ".join(str(part) for part in (half, words) if part)
        name = ".".join(slug(str(part)) for part in (kind, half, source) if part)
        caught = {
            way: _share(f"seeded.kind.{name}.{way}", group, way, f'of the kind "{kind}" ({where})') for way in WAYS
        }
        yield SeededKind(str(kind), None if half is None else str(half), words, group.height, caught)


def _count(name: str, count: int, words: str) -> Result:
    return _result(name, float(count), f"{count:,}", f"{count:,} {words}.", unit="faults")


def _share(name: str, faults: pl.DataFrame, way: str, which: str) -> Result:
    caught = int(faults[way].sum())
    low, high = (float(end) for end in wilson(caught, faults.height))
    phrase = wording.proportion(caught, faults.height, low, high)
    told = f"Of the planted faults {which}, {phrase} are caught {WAYS[way]}."
    return _result(name, caught / faults.height, phrase, told, unit="proportion", ci_low=low, ci_high=high,
                   n_events=caught, n_total=faults.height)  # fmt: skip


def _result(name: str, estimate: float, phrase: str, sentence: str, **cells: Any) -> Result:
    return Result(
        result_id=name, statistic="planted faults", outcome=name, estimate=estimate, method=f"counted in {FILE}",
        phrase=phrase, sentence=sentence, **cells,
    )  # fmt: skip
