"""What `--json` prints of two passes, of two states of the data, and of a release; see `json_keys`.

Keys that stand in several places are declared once and put below each.
"""

from __future__ import annotations

PERCENT = "in percent, 0 to 100"
_SHARE = {
    "field": "Name of the field",
    "compared": "Pairs in which at least one pass fills the cell",
    "same": "Pairs in which both passes give the same",
    "both_filled": "Pairs in which both passes fill the cell",
    "percent": f"Share of the compared that is the same, {PERCENT}; null where none is compared",
    "ci_low": f"Lower end of its 95% interval (Wilson), {PERCENT}",
    "ci_high": f"Upper end of its 95% interval (Wilson), {PERCENT}",
}
_PLACE = {
    "table": "Table of the row, without its ending",
    "section": "Section of the source",
    "sentence": "Ordinal of the sentence in its section",
    "fingerprint": "Hash of the sentence, which decides where the row belongs",
}
_RESULT = {
    "result_id": "Name of the result",
    "before": "The result in the old state, null where there was none",
    "before.*": "Its phrase, sentence, estimate, ci_low, ci_high, low, high and unit, as in results",
    "after": "The result in the new state, null where there is none",
    "after.*": "The same of the new state",
    "by": "By how much the estimate moved, in words; null where that cannot be said",
    "because": "Why it moved: the rows that changed",
    "in_words": "The move in one sentence",
}
_CHANGE = {
    "table": "Table of the row, without its ending",
    "row_id": "Name of the row in the old state, or in the new one where it came",
    "new_row_id": "Its new name, null where it has kept its name",
    "cells": "The cells that differ",
    "cells[].column": "The column",
    "cells[].before": "What stood there",
    "cells[].after": "What stands there now",
    "in_words": "The change in one sentence",
}
_STATE = {
    "name": "The folder or git revision",
    "version": "Version and day of the data",
    "figures": "How many figures it holds",
    "troubles": "What could not be read or compared",
}
_SIGNED = {
    "row_id": "The row",
    "by": "Initials of all who signed it",
    "date": "Day of the last signature",
}


def under(prefix: str, keys: dict[str, str], own: str | None = None) -> dict[str, str]:
    """The keys below `prefix`, and the prefix itself (without []) where it has a meaning of its own."""
    above = {} if own is None else {prefix.removesuffix("[]"): own}
    return above | {f"{prefix}.{key}": meaning for key, meaning in keys.items()}


STATES_KEYS: dict[str, dict[str, str]] = {
    "compare": {
        **under("finding_of_rows", {
            "rows_a": "Rows of the first pass",
            "rows_b": "Rows of the second pass",
            "pairs": "Pairs that tell the same finding of the same sentence",
            "pairs_in_two_tables": "Pairs whose rows stand in different tables",
            "only_a": "Rows that only the first pass has",
            "only_b": "Rows that only the second pass has",
            "positive_agreement": f"2a/(2a + b + c) over all pairs, {PERCENT}",
            "positive_agreement_same_table": f"The same over pairs within one table, {PERCENT}",
        }, "Whether both passes found a row"),
        "numbers": "Columns that hold numbers",
        **under("numbers.all", _SHARE, "All numbers together"),
        "numbers.fields": "Column by column",
        "numbers.fields[].*": "The keys of numbers.all",
        **under("coded_fields[]", {
            **_SHARE,
            "categories": "How many different answers occur, an empty cell among them",
            "kappa": "Cohen's kappa, null where undefined",
            "ac1": "Gwet's AC1, null where undefined",
            "undefined": "Why kappa is undefined, null where it is not",
        }, "Columns that hold words of a vocabulary"),
        "names": "Columns that hold names",
        "names[].*": "The keys of numbers.all",
        **under("tables[]", {
            "table": "The table, or all",
            "rows_a": "Rows of the first pass",
            "rows_b": "Rows of the second pass",
            "agree": "Pairs that agree in all fields compared",
            "differ": "Pairs that differ",
            "across": "Pairs whose other row stands in another table",
            "only_a": "Rows that only the first pass has",
            "only_b": "Rows that only the second pass has",
        }, "The count table by table; the last entry is all of them"),
        **under("differences[]", {
            **_PLACE,
            "locator": "Place in a document where there is no sentence of the review",
            "reported": "The figures as printed",
            "field": "What differs",
            "in_a": "What the first pass holds, null for an empty cell",
            "in_b": "What the second pass holds, null for an empty cell",
            "settled": "What stands in the data, null where it is not settled",
            "reason": "Why it was settled so",
            "row_id": "The row that came of it",
        }, "Every difference with its settlement"),
        **under("settled_lines_without_difference[]", {
            **_PLACE,
            "difference": "The difference that the line names",
            "pass_a": "The first pass, as the line has it",
            "pass_b": "The second pass, as the line has it",
            "settled": "What stands in the data",
            "reason": "Why",
            "row_id": "The row that came of it",
        }, "Lines of settled.csv that answer none of the differences"),
    },
    "diff": {
        "different": "Whether anything differs",
        **under("old", _STATE, "The old state"),
        **under("new", _STATE, "The new state"),
        "summed_up_by_the_same_functions": "Whether both states could be summed up by the functions of today",
        "figures": "Rows that hold a figure: lists came, went, changed and renamed",
        "figures.*": "The rows of which this is true",
        **under("figures.*[]", _CHANGE),
        "other_rows": "Documents, cohorts and registers: lists came, went and changed",
        "other_rows.*": "The rows of which this is true",
        **under("other_rows.*[]", _CHANGE),
        **under("columns[]", {
            "table": "The table, without its ending",
            "column": "The column",
            "kind": "came or went",
            "filled": "In how many rows it is filled",
        }, "Columns that only one state has"),
        **under("results[]", _RESULT, "Results that read otherwise now"),
        "results_moved_by_less_than_is_printed": "How many moved by less than is printed",
        "results_moved_by_method_alone": "Results that moved by the plan or the code alone",
        **under("verdicts[]", _RESULT, "Verdicts on claims that read otherwise now"),
        "signatures": "Signatures",
        **under("signatures.lapsed[]", {**_SIGNED, "why": "Why it lapsed"}, "Signatures that no longer hold"),
        **under("signatures.new[]", _SIGNED, "Signatures that came"),
    },
    "check-release": {
        "whole": "Whether every file is as released and no other is there",
        "checked": "How many files were checked",
        "missing": "Files that are not there",
        "changed": "Files with another content",
        "added": "Files that the release does not have",
        "site_built": "Whether the site was there to be checked",
        "version": "The release",
    },
}  # fmt: skip
"""Command → path of a key → its meaning, as in `JSON_KEYS`."""
