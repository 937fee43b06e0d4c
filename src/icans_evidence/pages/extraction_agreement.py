"""Two extraction passes side by side: how far they agree, in what they differ, and how each difference was settled.

Counts come from the audit and intervals from the synthesis; text, JSON, tables and page quote this one comparison.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from icans_evidence import wording
from icans_evidence.audit.extractions.adjudication import FILE, Settled, answered, read_settled
from icans_evidence.audit.extractions.agreement import Agreement, Difference, Field, agreement, cohen_kappa, gwet_ac1
from icans_evidence.audit.extractions.agreement import positive_agreement as positive
from icans_evidence.audit.extractions.pairs import paired, read_pass
from icans_evidence.evidence.vocabulary import Vocabulary
from icans_evidence.figures.display import Shown
from icans_evidence.figures.tables.evidence_tables import great
from icans_evidence.synthesis.intervals import wilson

FIELD_WORDS = {
    "n_events": "patients with the finding", "n_total": "patients counted", "cohort_id": "cohort",
    "cites": "references", "read_in": "document", "denominator_kind": "kind of denominator",
    "statistic": "kind of summary", "in_review": "stated by the review", "n_studies": "studies claimed",
}  # fmt: skip
TABLE_LABELS = {
    "table": "Table", "rows_a": "Rows in a", "rows_b": "Rows in b", "agree": "Pairs that agree",
    "differ": "Pairs that differ", "across": "Pairs in two tables", "only_a": "Only in a", "only_b": "Only in b",
}  # fmt: skip
FIELD_LABELS = {
    "field": "Field", "compared": "Compared", "same": "Same", "percent": "Percent (95% CI)", "kappa": "Cohen's kappa",
    "ac1": "Gwet's AC1",
}  # fmt: skip
DIFFERENCE_LABELS = {
    "place": "Place", "field": "Differs in", "in_a": "First pass", "in_b": "Second pass", "settled": "Settled as",
    "reason": "Why", "row_id": "Row",
}  # fmt: skip
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
    found = comparison.agreement
    return {
        "finding_of_rows": comparison.finding,
        "numbers": {"all": comparison.numbers, "fields": [_field(field) for field in found.numbers]},
        "coded_fields": [_coded(field) for field in found.codes],
        "names": [_field(field) for field in found.names],
        "tables": [asdict(count) for count in (*found.tables, found.total)],
        "differences": [_difference(*asked) for asked in comparison.settled],
        "settled_lines_without_difference": [asdict(line) for line in comparison.unasked],
    }


def _difference(difference: Difference, settled: Settled | None) -> dict[str, Any]:
    cells = difference.entry.cells
    place = {name: cells.get(name) for name in ("section", "sentence", "fingerprint", "locator", "reported")}
    answer = {name: getattr(settled, name, None) for name in ("settled", "reason", "row_id")}
    return {
        "table": difference.entry.table, **place, "field": difference.field, "in_a": difference.in_a or None,
        "in_b": difference.in_b or None, **answer,
    }  # fmt: skip


def tables_frame(comparison: Comparison) -> pl.DataFrame:
    """One line a table and one for all: rows, pairs and rows alone; columns as in TABLE_LABELS."""
    found = comparison.agreement
    return pl.DataFrame([asdict(count) for count in (*found.tables, found.total)])


def fields_frame(comparison: Comparison) -> pl.DataFrame:
    """One line a field, in words, grouped by `group`; chance-corrected measures for coded fields only."""
    found = comparison.agreement
    groups = {
        "Numbers": [comparison.numbers, *map(_field, found.numbers)],
        "Coded fields": [_coded(field) for field in found.codes],
        "Names": [_field(field) for field in found.names],
    }
    lines = [{"group": group, **_in_words(line)} for group, fields in groups.items() for line in fields]
    return pl.DataFrame(lines, schema=dict.fromkeys(["group", *FIELD_LABELS], pl.String))


def _in_words(line: dict[str, Any]) -> dict[str, str]:
    ends = [line["ci_low"], line["ci_high"]]
    percent = "" if line["percent"] is None else (
        f"{wording.percent(line['percent'] / 100)} ({wording.interval(*(end / 100 for end in ends))[7:]})"
    )  # fmt: skip
    corrected = {
        name: "" if name not in line else "undefined" if line[name] is None else wording.rounded(line[name], 2)
        for name in ("kappa", "ac1")
    }
    name = FIELD_WORDS.get(line["field"], line["field"].replace("_", " "))
    return {"field": name, "compared": f"{line['compared']:,}", "same": f"{line['same']:,}", "percent": percent,
            **corrected}  # fmt: skip


def differences_frame(comparison: Comparison) -> pl.DataFrame:
    """One line a difference, in words: place, field, both readings, settlement; columns as in DIFFERENCE_LABELS."""
    lines = [_difference(*asked) for asked in comparison.settled]
    return pl.DataFrame([
        {
            "place": _place(line), "field": FIELD_WORDS.get(line["field"], line["field"].replace("_", " ")),
            "in_a": line["in_a"] or "–", "in_b": line["in_b"] or "–", "settled": _settled(line, comparison),
            "reason": line["reason"] or "", "row_id": line["row_id"] or "",
        }
        for line in lines
    ], schema=dict.fromkeys(DIFFERENCE_LABELS, pl.String))  # fmt: skip


def _place(line: dict[str, Any]) -> str:
    where = f"{line['section']}, sentence {line['sentence']}" if line["section"] else line["locator"] or "no place"
    return f"{line['table']}: {where}"


def _settled(line: dict[str, Any], comparison: Comparison) -> str:
    if line["settled"] is not None:
        return line["settled"] or "left empty"
    if not comparison.has_settlement:
        return "not settled"
    nearby = [other.difference for other in comparison.unasked if other.fingerprint == line["fingerprint"]]
    told = wording.listing(dict.fromkeys(name.replace("_", " ") for name in nearby))
    return f"paired otherwise by the third reading, which settled: {told}" if nearby else "not settled"


def tables_table(comparison: Comparison) -> Shown:
    """The count by table as a Great Table."""
    return great(tables_frame(comparison), "passes-tables", TABLE_LABELS, figures=tuple(TABLE_LABELS)[1:])


def fields_table(comparison: Comparison) -> Shown:
    """Agreement by field as a Great Table, grouped into numbers, coded fields and names."""
    figures = ("compared", "same", "percent", "kappa", "ac1")
    return great(fields_frame(comparison), "passes-fields", FIELD_LABELS, "group", METHOD, figures=figures)


def differences_table(comparison: Comparison) -> Shown:
    """Every difference with its settlement as a Great Table."""
    return great(differences_frame(comparison), "passes-differences", DIFFERENCE_LABELS)


METHOD = (
    "A field is compared in the pairs of one table where at least one pass fills it; an empty cell against a filled "
    "one is a difference. Wilson intervals take cells as independent, which cells of one row are not. Kappa and AC1 "
    "over the categories that occur, an empty cell among them; undefined where only one category occurs."
)


def sentences(comparison: Comparison) -> Iterable[str]:
    """What the comparison finds, in plain sentences."""
    finding, numbers, total = comparison.finding, comparison.numbers, comparison.agreement.total
    if finding["positive_agreement"] is None:
        yield "Neither pass has a row."
        return
    yield (
        f"The first pass has {wording.plural(finding['rows_a'], 'row')}, the second {finding['rows_b']:,}; "
        f"{wording.plural(finding['pairs'], 'pair')} tell the same finding, {finding['pairs_in_two_tables']:,} of them "
        f"in two tables; {finding['only_a']:,} rows stand in the first pass only, {finding['only_b']:,} in the second."
    )
    yield (
        f"Positive agreement on finding a row: {wording.percent(finding['positive_agreement'])}; "
        f"{wording.percent(finding['positive_agreement_same_table'])} when a pair must stand in one table."
    )
    yield f"Of the pairs, {total.agree:,} agree in every field compared and {total.differ:,} of one table differ."
    if numbers["compared"]:
        percent = _in_words(numbers)["percent"].replace(" (", ", 95% CI ").rstrip(")")
        differ = sum(a != b and "" not in (a, b) for field in comparison.agreement.numbers for a, b in field.cells)
        yield (
            f"Numbers: {numbers['same']:,} of {numbers['compared']:,} cells are the same "
            f"({percent}); in {differ:,} the two passes give two different numbers, in "
            f"{numbers['compared'] - numbers['both_filled']:,} only one gives a number."
        )
    yield "Agreement of two passes is no proof that a figure is right: both may misread a sentence in the same way."
    if comparison.has_settlement:
        answered_count = sum(settled is not None for _, settled in comparison.settled)
        yield (
            f"{answered_count:,} of {len(comparison.settled):,} differences have their line in {FILE}; "
            f"{wording.plural(len(comparison.unasked), 'line')} of it answer no difference found here."
        )
