"""No table that we write holds a cell that a spreadsheet runs, and each cell is read back as it was.

Witness of the signs: OWASP's page on CSV injection (=, +, -, @, tab, carriage return, line feed, and the full-width
forms); a plain negative number is a number in every spreadsheet.
"""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icans_evidence.exchange.form import form
from icans_evidence.files.formula_guard import harmless, harmless_texts, original
from icans_evidence.publishing.downloads import as_csv
from icans_evidence.summaries.committed import results_csv
from own_project import VOCABULARY

RUN = [
    "=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "－2", "＋1", "＠x", "﹦1", "﹢1", "﹣1", "﹫x",
    " =1+1", "  ＝1", "\u00a0=1", "\u3000－2", "\ufeff=1", "\u200b=1", "-5 to 3", "-5%", "-2.5.1", "--", "-01", "==", "=\n",
    '=HYPERLINK("x")', "+49 30 1", "-cmd|' /C calc'!A0",
]  # fmt: skip
LEFT = ["-2.5", "-5", "-0.05", "-", "=", "−3", "–", "≥ 2", "'twas", "95.20", "", "a=b", "5 - 3", "x@y.org", " a", "<5"]


@pytest.mark.parametrize("cell", RUN)
def test_what_runs_gets_an_apostrophe_in_every_file(cell):
    assert harmless(cell) == f"'{cell}"
    read = list(csv.reader(io.StringIO(as_csv([["Study"], [cell]]).decode("utf-8-sig"), newline="")))
    assert read == [["Study"], [f"'{cell}"]]
    frame = pl.DataFrame({"label": [cell], "estimate": [1.0]})
    (row,) = csv.DictReader(io.StringIO(results_csv(frame), newline=""))
    assert row == {"label": f"'{cell}", "estimate": "1"}


@pytest.mark.parametrize("cell", LEFT)
def test_what_runs_nowhere_is_left_alone(cell):
    assert harmless(cell) == original(cell) == cell
    assert pl.DataFrame({"a": [cell]}).select(harmless_texts(["a"])).item() == cell


@given(st.text(alphabet="=+-@＝－\t\r\n '\u00a0\u200b.0123a", max_size=8))
def test_every_text_comes_back(text):
    assert original(harmless(text)) == text


@given(st.text(alphabet="=+-@＝－\t\r\n '\u00a0\u200b.0123a", max_size=8))
def test_columns_and_cells_agree_and_columns_are_guarded_once(text):
    once = pl.DataFrame({"a": [text]}).select(harmless_texts(["a"]))
    assert once.item() == (text if text.startswith("'") else harmless(text))
    assert once.select(harmless_texts(["a"])).item() == once.item()


def test_the_workbook_of_a_form_holds_texts_and_no_formulas():
    """openpyxl marks a formula by the type "f"."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(form(VOCABULARY)))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
