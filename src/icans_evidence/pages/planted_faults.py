"""How many planted faults the checks catch, kind by kind, from the committed file of the last run.

The file is made by `analysis/seeded_faults.py`; nothing of it is computed when a page is made but sums.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from icans_evidence import wording
from icans_evidence.figures.display import Shown
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.summaries.planted_faults import SOURCES, WAYS, read_seeded


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
