"""How many planted faults the checks catch, from the committed file of the last run.

The file is made by `analysis/seeded_faults.py`; nothing of it is computed here but sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
    for (kind, half, source), group in faults.group_by("kind", "half", "source", maintain_order=True):
        where = ", ".join(str(part) for part in (half, SOURCES[str(source)]) if part)
        name = ".".join(slug(str(part)) for part in (kind, half, source) if part)
        for way in WAYS:
            yield _share(f"seeded.kind.{name}.{way}", group, way, f'of the kind "{kind}" ({where})')


def _count(name: str, count: int, words: str) -> Result:
    return _result(name, float(count), f"{count:,}", f"{count:,} {words}.")


def _share(name: str, faults: pl.DataFrame, way: str, which: str) -> Result:
    caught = int(faults[way].sum())
    low, high = wilson(caught, faults.height)
    phrase = wording.proportion(caught, faults.height, low, high)
    told = f"Of the planted faults {which}, {phrase} are caught {WAYS[way]}."
    return _result(name, caught / faults.height, phrase, told)


def _result(name: str, estimate: float, phrase: str, sentence: str) -> Result:
    return Result(
        result_id=name, statistic="planted faults", outcome=name, estimate=estimate, unit="faults",
        method=f"counted in {FILE}", phrase=phrase, sentence=sentence,
    )  # fmt: skip
