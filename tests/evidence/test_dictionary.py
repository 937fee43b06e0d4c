"""The dictionary says of every column what validation holds it to."""

from __future__ import annotations

import pytest

from icans_evidence.evidence.data_dictionary import (
    BEGIN,
    END,
    dictionary,
    dictionary_markdown,
    replaced_between_markers,
)
from icans_evidence.evidence.schemas import columns_of
from own_project import VOCABULARY


def test_every_column_of_every_file_has_a_meaning():
    entries = dictionary(VOCABULARY)
    assert [(e.table, e.column) for e in entries] == [
        (t, c) for t in VOCABULARY.tables for c in columns_of(VOCABULARY, t)
    ]
    assert all(entry.meaning for entry in entries)


@pytest.mark.parametrize("table, column, unit, allowed, required", [
    ("incidence", "n_events", "patients", "whole number; 0 or more", False),
    ("incidence", "percent", "percent", "number; 0 or more; 100 or less", False),
    ("incidence", "relation", "", "=, ≤, ≥, ~, <, >", True),
    ("incidence", "in_review", "", "true or false", True),
    ("cohorts", "cohort_id", "", "each once", True),
    ("csf_findings", "cut_off", "", "", False),
    ("treatment_doses", "interval_hours", "hours", "number; more than 0", False),
    ("ncse_frequencies", "outcome", "", "ncse: nonconvulsive status epilepticus; convulsive_status: generalized "
     "convulsive status epilepticus; status_resolved: status epilepticus that resolved; status_epilepticus: status "
     "epilepticus, kind not said", True),
])  # fmt: skip
def test_what_is_allowed_is_what_is_checked(table, column, unit, allowed, required):
    entry = next(e for e in dictionary(VOCABULARY) if (e.table, e.column) == (table, column))
    assert (entry.unit, entry.allowed, entry.required) == (unit, allowed, required)


def test_the_markdown_stands_between_its_markers_and_cannot_break_its_tables():
    page = f"# Data\n\n{BEGIN}\nold\n{END}\n\nafter\n"
    new = replaced_between_markers(page, VOCABULARY)
    assert new == f"# Data\n\n{dictionary_markdown(VOCABULARY)}\n\nafter\n"
    assert replaced_between_markers(new, VOCABULARY) == new
    rows = [line for line in new.splitlines() if line.startswith("|")]
    assert all(line.count("|") == 6 for line in rows)
    assert new.count("### ") == len(VOCABULARY.tables)
    with pytest.raises(ValueError, match="lacks the lines"):
        replaced_between_markers("no markers", VOCABULARY)
