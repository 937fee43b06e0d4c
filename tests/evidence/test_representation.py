"""How the evidence shows itself where a person looks at it: short, counted, escaped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from icans_evidence.evidence.representation import as_html, no_such_table, one_line


def test_the_line_counts_tables_and_rows(evidence):
    small = replace(evidence, tables={"incidence": pl.DataFrame({"x": [1, 2]}), "context": pl.DataFrame({"x": [3]})})
    line = one_line(replace(small, version="0.1.0", root=Path("mine")))
    assert line == f"Evidence: 2 tables, 3 rows, data 0.1.0 of {evidence.version_date}, read from mine"


def test_the_table_of_a_notebook_is_short_and_escaped(evidence):
    """Once the evidence showed itself in 109,482 letters."""
    assert len(as_html(evidence)) < 3000
    shown = {name: frame.height for name, frame in list(evidence.tables.items())[:20]}
    assert all(f"<td>{name}</td><td>{rows:,}</td>" in as_html(evidence) for name, rows in shown.items())
    hostile = replace(evidence, root=Path("<script>alert(1)</script>"), tables={"<b>&": pl.DataFrame()}, version="<i>")
    assert "<script" not in as_html(hostile) and "<b>" not in as_html(hostile) and "<i>" not in as_html(hostile)
    assert "<td>&lt;b&gt;&amp;</td><td>0</td>" in as_html(hostile)


def test_the_table_stays_short_whatever_a_project_declares(evidence):
    many = {f"{'a' * 300}{place}": pl.DataFrame() for place in range(500)}
    shown = as_html(replace(evidence, tables=many, root=Path("x" * 900), version="9" * 400))
    assert len(shown) < 3000 and "<p>and 480 more tables</p>" in shown


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("seizure_ratez", "did you mean seizure_rates?"),
        ("versoin", "did you mean version?"),
        ("zzz", "there are: studies"),
    ],
)
def test_a_name_that_is_no_table_is_answered_with_the_nearest(evidence, name, hint):
    fault = no_such_table(evidence, name)
    assert isinstance(fault, AttributeError) and fault.name == name
    assert f"the evidence has no table {name!r}; {hint}" in str(fault)
