"""How many planted faults the checks catch, kind by kind, as a table whose counts lead to their results."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from icans_evidence import wording
from icans_evidence.figures.display import Shown, quoting
from icans_evidence.figures.rows import FigureRow, of_count
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.summaries.planted_faults import WAYS, SeededKind, read_seeded, seeded_kinds


def _caught(kind: SeededKind) -> dict[str, FigureRow]:
    return {way: of_count(result) for way, result in kind.caught.items()}


def seeded_table(root: Path) -> Shown:
    """One line a kind, half and source: planted, and caught in each of the three ways."""
    lines = [
        {
            "kind": wording.capital(one.kind), "half": one.half or "–", "source": one.source, "planted": one.planted,
            **{way: quoting(found.result, found.figure) for way, found in _caught(one).items()},
        }
        for one in seeded_kinds(read_seeded(root))
    ]  # fmt: skip
    labels = {"kind": "Fault", "half": "Changed", "source": "In", "planted": "Planted"}
    labels |= {way: wording.capital(f"caught {words}") for way, words in WAYS.items()}
    note = (
        "Caught: validation or a check raises an alarm that the real data do not raise. Rows of other documents have "
        "no article at hand."
    )
    return great(
        pl.DataFrame(lines), "seeded-faults", labels, note=note, raw=tuple(WAYS), figures=("planted", *WAYS)
    )  # fmt: skip
