"""A sheet or file that is not one of ours is named, never taken as empty."""

from __future__ import annotations

import shutil

import openpyxl
import pytest

from icans_evidence.evidence import load_evidence
from icans_evidence.exchange.exporting import export


def saved(path, sheets: dict[str, list[list[object]]]):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ROWS = [["study", "events", "n"], ["Lee 2019", 3, 10]]


@pytest.mark.parametrize("name", ["Sheet1", "Tabelle1", "ICANS", "incidence (2)", "extraction"])
def test_a_workbook_of_another_layout_is_named_by_its_sheet(small, refuse, tmp_path, name):
    (fault,) = refuse(saved(tmp_path / "other.xlsx", {name: ROWS}))
    assert fault.startswith(f"{name}: is no table; ")


def test_a_sheet_with_the_name_of_a_table_and_other_columns_is_named(small, refuse, tmp_path):
    (fault,) = refuse(saved(tmp_path / "other.xlsx", {"incidence": ROWS}))
    assert fault.startswith("incidence!A1: the first row must name the columns: row_id, cohort_id, ")


@pytest.mark.parametrize("above", [1, 3])
def test_a_title_above_the_columns_is_said(filled, above):
    filled.fill()
    filled.sheet().insert_rows(1, above)
    filled.sheet()["A1"] = "Our extraction"
    (fault,) = filled.faults()
    assert fault.startswith("incidence!A1: the first row must name the columns: ")
    assert fault.endswith(f"; they stand in row {above + 1}: delete the rows above it")


@pytest.mark.parametrize("name", ["How to", "Columns", "Lists"])
def test_rows_in_a_sheet_that_is_not_read_are_named(filled, name):
    filled.fill()
    sheet = filled.sheet()
    filled.book.remove(filled.book[name])
    sheet.title = name
    faults = filled.faults()
    assert f"{name}: holds rows as of incidence, and a sheet of this name is not read; name it incidence" in faults


@pytest.mark.parametrize("name", ["incidence.tsv", "cohorts.xlsx", "INCIDENCE.CSV", "notes.txt", "old.xls", "x.ods"])
def test_a_file_beside_exported_csv_files_is_named(small, refuse, tmp_path, name):
    export(load_evidence(small), "csv", tmp_path / "out")
    (tmp_path / "out" / name).write_bytes(b"row_id\tcohort_id\nINC-900\tadams2020\n")
    assert f"{name}: is not read; save it as a CSV file whose name ends in .csv, or remove it" in refuse(
        tmp_path / "out"
    )


def test_a_csv_file_of_another_layout_is_named(small, refuse, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "incidence.csv").write_text("study,x,n\nA,3,10\n")
    (fault,) = refuse(tmp_path / "in")
    assert fault.startswith("incidence.csv:1: the first line must name the columns: row_id, ")
    shutil.move(tmp_path / "in" / "incidence.csv", tmp_path / "in" / "table1.csv")
    (fault,) = refuse(tmp_path / "in")
    assert fault.startswith("table1.csv: is no table; ")


def test_a_workbook_given_for_a_csv_file_is_named(small, refuse, tmp_path):
    (tmp_path / "in").mkdir()
    saved(tmp_path / "in" / "incidence.csv", {"incidence": ROWS})
    assert refuse(tmp_path / "in") == [
        "incidence.csv:1: is a workbook (.xlsx or .ods), no CSV; save the sheet as CSV UTF-8"
    ]
