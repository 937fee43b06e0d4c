"""How many planted faults the checks catch, kind by kind, from the committed file of the last run.

The file is made by `analysis/seeded_faults.py`; nothing of it is computed when a page is made but sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from icans_evidence import wording
from icans_evidence.figures.display import Shown
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.summaries.result import Result
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
        result_id=name, statistic="standing", outcome=name, estimate=estimate, unit="faults",
        method=f"counted in {FILE}", phrase=phrase, sentence=sentence,
    )  # fmt: skip


def seeded_table(root: Path) -> Shown:
    """One line a kind, half and source: planted, and caught in each of the three ways."""
    groups = read_seeded(root).group_by("kind", "half", "source", maintain_order=True)
    found = groups.agg(pl.len().alias("planted"), *(pl.col(way).sum() for way in WAYS))
    frame = found.with_columns(
        half=pl.col("half").fill_null("–"),
        kind=pl.col("kind").map_elements(wording.capital, return_dtype=pl.String),
        source=pl.col("source").replace_strict(SOURCES),
    )
    labels = {"kind": "Fault", "half": "Changed", "source": "In", "planted": "Planted"}
    labels |= {way: wording.capital(f"caught {words}") for way, words in WAYS.items()}
    note = (
        "Caught: validation or a check raises an alarm that the real data do not raise. Rows of other documents have "
        "no article at hand."
    )
    return great(frame, "seeded-faults", labels, note=note, figures=("planted", *WAYS))
