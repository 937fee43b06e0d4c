"""`analysis/results.csv`, the committed outcome of the plan: its diff is what a reviewer of a change reads."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from icans_evidence.errors import DataError
from icans_evidence.files.formula_guard import harmless_texts
from icans_evidence.files.writing import write_whole

COMMAND = "icans-evidence results --write"


def results_csv(frame: pl.DataFrame) -> str:
    """The results as CSV; floats with ten significant digits, so that the file is the same on every machine."""
    floats = [
        pl.col(name).map_elements(lambda value: f"{value:.10g}", return_dtype=pl.String)
        for name, kind in frame.schema.items()
        if kind.is_float()
    ]
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(*floats, *harmless_texts(texts)).write_csv()


def write_results(frame: pl.DataFrame, path: Path) -> None:
    """Replace the committed results in one step."""
    write_whole(path, results_csv(frame))


def check_results(frame: pl.DataFrame, path: Path) -> None:
    """DataError naming the first results that differ when the committed file is not what the data give."""
    now = results_csv(frame).splitlines()
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if now == before:
        return
    changed = sorted(set(now) ^ set(before))[:5]
    lines = [f"  {line[:160]}" for line in changed]
    raise DataError([f"{path.name} is not what the data give; run `{COMMAND}` and review its diff", *lines])
