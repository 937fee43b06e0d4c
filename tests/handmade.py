"""Evidence rows written by hand for the tests of pooling: one common row, and what differs from it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence.evidence.plan import Pool
from icans_evidence.summaries import poolability
from own_project import VOCABULARY

REFERENCE = Path(__file__).parent / "reference"
POOL = Pool("incidence", "any_icans", ("treated",), "ICANS", allow_mixed_scales=True)
COMMON: dict[str, Any] = {
    "table": "incidence", "outcome": "any_icans", "denominator_kind": "treated", "relation": "=", "events": 10,
    "n_total": 40, "estimate": 0.25, "scale": "astct2019", "source_kind": "paper", "overlaps_with": None,
    "product": "axicabtagene ciloleucel", "disease": "lymphoma", "age_group": "adult", "reconstructed": False,
    "prophylaxis": "none", "apart": False, "unlooked": False, "arm_size": None, "formed_of": None,
}  # fmt: skip
TEXTS = ("overlaps_with", "cohort_id", "scale", "denominator_kind", "formed_of")


def worded(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the words of the vocabulary that described rows carry."""
    scales = list(VOCABULARY.scales)
    return row | {
        "scale_words": VOCABULARY.scale_words(row["scale"]), "product_words": VOCABULARY.short_names(row["product"]),
        "denominator_words": VOCABULARY.denominator_words[row["denominator_kind"]],
        "scale_rank": scales.index(row["scale"]) if row["scale"] in scales else None,
    }  # fmt: skip


def rows(*changes: dict[str, Any]) -> pl.DataFrame:
    """One row for each change of the common row, named A, B, C …"""
    made = [
        {"row_id": f"INC-{place:03}", "behind": f"INC-{place:03}", "cohort_id": name, "label": name, **COMMON, **change}
        for place, (name, change) in enumerate(zip("ABCDEFGHIJ", changes, strict=False))
    ]
    made = [worded(row) for row in made]
    return pl.DataFrame(made, schema_overrides={**dict.fromkeys(TEXTS, pl.String), "events": pl.Int64})


def judge(found: pl.DataFrame, pool: Pool) -> poolability.Judged:
    """The rows judged by the words of this project."""
    return poolability.judge(found, pool, VOCABULARY)


def headline(found: pl.DataFrame) -> str:
    return poolability.headline(found, VOCABULARY)


def reference_rows(name: str) -> pl.DataFrame:
    with (REFERENCE / "sets.csv").open(newline="", encoding="utf-8") as lines:
        counts = [(int(r["events"]), int(r["total"])) for r in csv.DictReader(lines) if r["set"] == name]
    return rows(*[{"events": x, "n_total": n, "estimate": x / n} for x, n in counts])
