"""What a review knows so far of the outcomes that one of its pictures draws, in a sentence each, even if it is nothing.

A sentence is a result where there is one; before that it says how many rows there are, and what a range would take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from icans_evidence import wording
from icans_evidence.evidence.plan import Picture
from icans_evidence.evidence.vocabulary import outcome_words

if TYPE_CHECKING:
    from icans_evidence.evidence import Evidence

TAKES = "a range takes two cohorts that share no patients, with figures printed alike"


def so_far(evidence: Evidence, plan: Picture, results: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """For each outcome of the picture its ranges, as result ids with empty words, or no id and words that say why none.

    The order is that of the picture's outcomes and files.
    """
    for outcome in plan.outcomes:
        for table in (name for name in plan.tables if outcome in evidence.outcomes[name]):
            counts = evidence.vocabulary.tables[table].kind == "Proportion"
            denominators = plan.denominators if counts else ()
            ranges = [name for name in results if _is_range(name, table, outcome, denominators)]
            if ranges:
                yield from ((name, "") for name in ranges)
            else:
                yield "", _none_yet(evidence, table, outcome)


def _is_range(result_id: str, table: str, outcome: str, denominators: tuple[str, ...]) -> bool:
    parts = result_id.split(".")
    alike = not denominators or parts[2:3] in [[kind] for kind in denominators]
    return len(parts) in (4, 5) and parts[:2] == [table, outcome] and parts[-1] == "range" and alike


def _none_yet(evidence: Evidence, table: str, outcome: str) -> str:
    words = outcome_words(evidence.vocabulary, table, outcome)
    rows = evidence.tables[table].filter(pl.col("outcome") == outcome).height
    return f"{words}: no row yet." if not rows else f"{words}: {wording.plural(rows, 'row')}, no range yet; {TAKES}."
