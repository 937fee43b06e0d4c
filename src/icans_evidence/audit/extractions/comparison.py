"""Two extraction passes side by side: how far they agree, in what they differ, and how each difference was settled.

Text, JSON, results, tables and page quote this one comparison.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from icans_evidence.audit.extractions.adjudication import FILE, Settled, answered, read_settled
from icans_evidence.audit.extractions.agreement import Agreement, Difference, Field, agreement, cohen_kappa, gwet_ac1
from icans_evidence.audit.extractions.agreement import positive_agreement as positive
from icans_evidence.audit.extractions.pairs import paired, read_pass
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.synthesis.intervals import wilson

UNDEFINED = "undefined: one category only"


@dataclass(frozen=True, eq=False)
class Comparison:
    """The agreement of two passes, each difference with its settlement (None where there is no line for it), and the
    lines of settled.csv that answer none of the differences."""

    agreement: Agreement
    settled: list[tuple[Difference, Settled | None]]
    unasked: list[Settled]
    has_settlement: bool

    @cached_property
    def finding(self) -> dict[str, Any]:
        """Finding of rows: pairs, rows alone, positive agreement over all pairs and over those in one table."""
        total = self.agreement.total
        within, across = total.agree + total.differ, total.across
        return {
            "rows_a": total.rows_a, "rows_b": total.rows_b, "pairs": within + across, "pairs_in_two_tables": across,
            "only_a": total.only_a, "only_b": total.only_b,
            "positive_agreement": positive(within + across, total.only_a, total.only_b),
            "positive_agreement_same_table": positive(within, total.only_a + across, total.only_b + across),
        }  # fmt: skip

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """All numbers together: cells that a pass fills, the same in both, filled by both, and their shares."""
        cells = [cell for field in self.agreement.numbers for cell in field.cells]
        return _field(Field("all numbers", tuple(cells)))

    @cached_property
    def fields(self) -> dict[str, list[dict[str, Any]]]:
        """The fields of each group (numbers, coded fields, names) with what is counted and computed of them."""
        found = self.agreement
        return {
            "numbers": [_field(field) for field in found.numbers],
            "coded_fields": [_coded(field) for field in found.codes],
            "names": [_field(field) for field in found.names],
        }


def compare(first: Path, second: Path, vocabulary: Vocabulary, settled: Path | None = None) -> Comparison:
    """Two passes compared; settlements come from `settled`, or from settled.csv beside the two folders.

    UsageError for a folder without tables, DataError with every fault of the files.
    """
    entries = read_pass(first, vocabulary), read_pass(second, vocabulary)
    found = agreement(paired(*entries, vocabulary), vocabulary)
    beside = first.resolve().parent
    path = settled or (beside / FILE if beside == second.resolve().parent else None)
    lines = read_settled(path) if path is not None and path.is_file() else []
    return Comparison(found, *answered(found.differences, lines), bool(lines))


def _field(field: Field) -> dict[str, Any]:
    low, high = wilson(field.same, field.compared) if field.compared else (None, None)
    return {
        "field": field.name, "compared": field.compared, "same": field.same, "both_filled": field.both,
        "percent": 100 * field.same / field.compared if field.compared else None,
        "ci_low": None if low is None else 100 * float(low), "ci_high": None if high is None else 100 * float(high),
    }  # fmt: skip


def _coded(field: Field) -> dict[str, Any]:
    chance = {"categories": field.categories, "kappa": cohen_kappa(field.cells), "ac1": gwet_ac1(field.cells)}
    return {**_field(field), **chance, "undefined": UNDEFINED if chance["kappa"] is None else None}


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """The comparison for JSON: percent in 0..100, kappa and AC1 null where undefined, every difference."""
    found, fields = comparison.agreement, comparison.fields
    return {
        "finding_of_rows": comparison.finding,
        "numbers": {"all": comparison.numbers, "fields": fields["numbers"]},
        "coded_fields": fields["coded_fields"],
        "names": fields["names"],
        "tables": [asdict(count) for count in (*found.tables, found.total)],
        "differences": [difference_cells(*asked) for asked in comparison.settled],
        "settled_lines_without_difference": [asdict(line) for line in comparison.unasked],
    }


def difference_cells(difference: Difference, settled: Settled | None) -> dict[str, Any]:
    """A difference with its place and the line that settles it, as JSON holds it."""
    cells = difference.entry.cells
    place = {name: cells.get(name) for name in ("section", "sentence", "fingerprint", "locator", "reported")}
    answer = {name: getattr(settled, name, None) for name in ("settled", "reason", "row_id")}
    return {
        "table": difference.entry.table, **place, "field": difference.field, "in_a": difference.in_a or None,
        "in_b": difference.in_b or None, **answer,
    }  # fmt: skip
