"""Each way in which a filled form can be wrong ends in a message that says where and what, and nothing is written."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.formula import ArrayFormula

from icans_evidence.errors import UsageError
from icans_evidence.exchange.importing import import_form
from icans_evidence.files import zip_limits

CELLS = {
    "formula": ("n_events", "=6+6", 'incidence!D3 n_events: holds the formula "=6+6"; write the figure itself as it was printed'),
    "array formula": ("n_events", ArrayFormula("D3", "=SUM(E3)"), 'incidence!D3 n_events: holds the formula "=SUM(E3)"; write the figure itself as it was printed'),
    "formula in a text": ("note", '=HYPERLINK("x")', 'incidence!X3 note: holds the formula "=HYPERLINK("x")"; write the figure itself as it was printed'),
    "reference error": ("n_total", "#REF!", "incidence!E3 n_total: holds the error #REF!; write what was printed, or leave it empty"),
    "percent sign": ("percent", "12 %", 'incidence!F3 percent: "12 %" has a percent sign; write 12'),
    "decimal comma": ("percent", "1,5", 'incidence!F3 percent: "1,5" has a decimal comma; write 1.5'),
    "not available": ("percent", "n/a", 'incidence!F3 percent: "n/a" is no number; leave a missing value empty'),
    "number as text": ("n_events", "12", 'incidence!D3 n_events: "12" is stored as text; format the cell as a number and type it again'),
    "fixed space in a number": ("n_events", "12\u00a0", 'incidence!D3 n_events: "12\u00a0" has spaces around the number; write 12'),
    "boolean for a number": ("n_events", True, "incidence!D3 n_events: holds the truth value TRUE; a whole number, such as 12, belongs here"),
    "boolean for a text": ("reported", False, "incidence!M3 reported: holds the truth value FALSE; a text belongs here"),
    "number for a truth value": ("in_review", 1, 'incidence!O3 in_review: "1" is a number; true or false belongs here'),
    "number for a text": ("reported", 95.2, 'incidence!M3 reported: "95.2" is stored as a number, which may have lost zeros that were printed; format the cell as Text and type it again, as printed'),
    "half a patient": ("n_events", 12.5, 'incidence!D3 n_events: "12.5" is not a whole number'),
    "computed": ("percent", 12.34567890123, 'incidence!F3 percent: "12.34567890123" has 11 decimals, so it was computed; write the figure as it was printed'),
    "beyond a limit": ("percent", 130, 'incidence!F3 percent: "130" is not allowed here; allowed: 100 or less'),
    "trailing space": ("population", "adults ", 'incidence!J3 population: "adults " begins or ends with a space'),
    "trailing fixed space": ("population", "adults\u00a0", 'incidence!J3 population: "adults\u00a0" begins or ends with a fixed space; remove it'),
    "control character": ("population", "ad_x0007_ults", 'incidence!J3 population: "adU+0007ults" holds the invisible character U+0007; remove it'),
    "line break": ("population", "adults\nand others", "incidence!J3 population: holds a line break; a cell is one line"),
    "too long": ("note", "x" * 10_001, "incidence!X3 note: holds 10,001 characters; a cell holds at most 10,000"),
    "unknown word": ("relation", "about", 'incidence!L3 relation: "about" is not allowed here; allowed: =, ≤, ≥, ~, <, >'),
    "unknown cohort": ("cohort_id", "adam2020", 'incidence!B3 cohort_id: "adam2020" is no cohort_id of cohorts.csv; did you mean adams2020?'),
    "empty where needed": ("reported", None, "incidence!M3 reported: is missing; this column is never empty"),
    "id of another table": ("row_id", "SYM-001", 'incidence!A3 row_id: "SYM-001" does not begin with INC-'),
    "only spaces for a number": ("percent", " \u00a0", "incidence!F3 percent: holds only spaces; empty the cell"),
    "only spaces for a text": ("note", "\u00a0", "incidence!X3 note: holds only spaces; empty the cell"),
    "scientific text": ("percent", "1E-05", 'incidence!F3 percent: "1E-05" is not a number, such as 12 or 4.5'),
    "leading apostrophe": ("percent", "'30", 'incidence!F3 percent: "\'30" has quotation marks around the number; write 30'),
    "sum of floats": ("percent", 0.1 + 0.2, 'incidence!F3 percent: "0.3" does not agree with 12 of 40, which is 30 (cohort adams2020)'),
    "time for a number": ("n_events", datetime.time(5, 30), "incidence!D3 n_events: is formatted as a time of day; format the cell as a number and type it again"),
    "time for a text": ("reported", datetime.time(5, 30), "incidence!M3 reported: is a time of day, probably made by the spreadsheet from figures; format the cell as Text and type it again, as printed"),
    "raised signs": ("note", CellRichText("platelets 10", TextBlock(InlineFont(vertAlign="superscript"), "9")),
                     'incidence!X3 note: "platelets 109" has signs struck out, raised or lowered, which plain text does not show; write 10⁹ or 10^9, and delete what is struck out'),
    "no id": ("row_id", "INC 4", 'incidence!A3 row_id: "INC 4" is no row name; a row name has three capitals, a hyphen and at least three digits, as in SEI-014'),
}  # fmt: skip


@pytest.mark.parametrize("column, value, said", CELLS.values(), ids=CELLS)
def test_a_wrong_cell_is_named_by_its_address(filled, column, value, said):
    assert said in filled.fill(**{column: value}).faults()


def test_all_faults_of_all_sheets_are_told_at_once(filled):
    filled.fill(n_events="12 %", relation="about").fill(5, percent="n/a")
    filled.cell("cohort_id", 3, "appraisal").value = "nobody2020"
    said = filled.faults()
    places = [line.partition(":")[0] for line in said]
    assert {"incidence!D3 n_events", "incidence!L3 relation", "incidence!F5 percent", "appraisal!A3 cohort_id"} <= set(
        places
    )
    assert len(places) == len(set(places)), "a cell is blamed once"


@pytest.mark.parametrize("day, said", [
    (datetime.date(2026, 10, 5), '"2026-10-05" is a date: a spreadsheet has probably turned 5–10 into it; write the figures as they were printed'),
    (datetime.datetime(2026, 10, 5, 12, 30), '"2026-10-05" is a date: a spreadsheet has probably turned 5–10 into it; write the figures as they were printed'),
])  # fmt: skip
def test_a_date_in_a_number_column_is_refused(filled, day, said):
    assert f"incidence!D3 n_events: {said}" in filled.fill(n_events=day).faults()


def test_a_date_in_a_text_column_is_refused(filled):
    said = "incidence!M3 reported: is a date (2026-10-05), probably made by the spreadsheet from figures; format the cell as Text and type it again, as printed"
    assert said in filled.fill(reported=datetime.date(2026, 10, 5)).faults()


def test_a_number_shown_as_a_percentage_is_refused(filled):
    filled.fill(percent=0.12)
    filled.cell("percent").number_format = "0%"
    assert (
        'incidence!F3 percent: is "0.12" shown as 12%; format the cell as a plain number and write 12'
        in filled.faults()
    )


def test_a_name_that_comes_in_twice_is_refused(filled):
    filled.fill(row_id="INC-900").fill(4, row_id="INC-900")
    assert filled.faults() == ['incidence!A4 row_id: "INC-900" stands already in incidence!A3; a row comes in once']


def test_an_example_that_was_written_over_is_refused(filled):
    filled.fill(2)
    assert filled.faults() == [
        "incidence!A2 row_id: says EXAMPLE, but the row was changed; a row to import has a name of its own or none"
    ]


@pytest.mark.parametrize("column, font", [("n_events", {"strike": True}), ("reported", {"vertAlign": "subscript"})])
def test_a_cell_that_is_struck_out_or_lowered_is_refused(filled, column, font):
    """A person strikes out what is not to count; plain text would bring it in."""
    filled.fill().cell(column).font = Font(**font)
    assert [line for line in filled.faults() if "struck out, raised or lowered" in line]


def test_a_sheet_of_notes_is_refused_by_its_name(filled):
    filled.fill().book.create_sheet("My notes")["A1"] = "to be asked"
    said = "My notes: is no table; allowed are 24 words, see data/README.md; delete the sheet if it holds notes of your own"
    assert filled.faults() == [said]


def _merge(form):
    form.sheet().merge_cells("B3:C3")


def _hide_sheet(form):
    form.sheet().sheet_state = "hidden"


def _hide_deeply(form):
    form.sheet().sheet_state = "veryHidden"


def _hide_row(form):
    form.sheet().row_dimensions[3].hidden = True


def _hide_column(form):
    form.sheet().column_dimensions["D"].hidden = True


def _rename(form):
    form.sheet().title = "incidences"


def _unknown_column(form):
    form.sheet()["Y1"] = "comment"


def _new_column(form):
    form.sheet().cell(1, 30, "comment")


def _missing_column(form):
    form.sheet().delete_cols(4)


def _column_twice(form):
    form.sheet()["E1"] = "n_events"


def _no_header(form):
    form.sheet().delete_rows(1)


def _beyond(form):
    form.sheet().cell(3, 40, "a stray note")


SHEETS = {
    "merged cells": (_merge, "incidence!B3:C3: the cells are merged; unmerge them and fill each"),
    "hidden sheet": (_hide_sheet, "incidence: the sheet is hidden; show it (Unhide) or delete it"),
    "very hidden sheet": (_hide_deeply, "incidence: the sheet is hidden; show it (Unhide) or delete it"),
    "hidden row": (_hide_row, "incidence!3:3: the row is hidden; show it, or delete it"),
    "hidden column": (_hide_column, "incidence!D1: the column is hidden; show it (Unhide)"),
    "wrong sheet name": (_rename, "incidences: is no table; did you mean incidence?"),
    "unknown column": (_unknown_column, 'incidence!Y1: no column "comment" belongs here; missing: extracted_by'),
    "additional column": (_new_column, 'incidence!AD1: no column "comment" belongs here; delete it'),
    "missing column": (_missing_column, "incidence: columns are missing: n_events"),
    "column twice": (_column_twice, "incidence!E1: the column n_events stands here more than once; keep one"),
    "no header": (_no_header, "incidence!A1: the first row must name the columns: row_id, cohort_id, outcome"),
    "cell under no name": (_beyond, 'incidence!AN3: "a stray note" stands under no column name; delete it'),
}


@pytest.mark.parametrize("spoil, said", SHEETS.values(), ids=SHEETS)
def test_a_wrong_sheet_is_named(filled, spoil, said):
    spoil(filled.fill())
    assert any(line.startswith(said) for line in filled.faults())


def _rewritten(path: Path, **parts: bytes | None) -> Path:
    """The workbook with parts put in, replaced, or (None) taken out."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    kept |= {name.replace("__", "/"): content for name, content in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def _renamed(form, old: str, new: str) -> Path:
    """The workbook with a sheet renamed in its bytes, as openpyxl would not."""
    path = form.fill().save()
    names = zipfile.ZipFile(path).read("xl/workbook.xml")
    assert f'name="{old}"'.encode() in names
    return _rewritten(path, **{"xl__workbook.xml": names.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())})


def test_a_sheet_name_in_capitals_is_no_table(filled, refuse):
    assert refuse(_renamed(filled, "incidence", "Incidence")) == ["Incidence: is no table; did you mean incidence?"]


@pytest.mark.parametrize("name", ["incidence", "Incidence", "incidence "])
def test_a_table_that_stands_there_twice_is_refused(filled, refuse, name):
    said = refuse(_renamed(filled, "symptoms", name))
    assert f"incidence: the table stands here 2 times (incidence, {name}); keep one" in said


def test_macros_are_refused(filled, refuse):
    path = _rewritten(filled.fill().save(), **{"xl__vbaProject.bin": b"\xd0\xcf"})
    assert refuse(path) == ["filled.xlsx: holds macros; save it as a workbook without macros (.xlsx)"]


def test_a_workbook_for_macros_is_refused(filled, refuse):
    path = filled.fill().save()
    kinds = zipfile.ZipFile(path).read("[Content_Types].xml")
    kinds = kinds.replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    said = "filled.xlsx: is a workbook for macros (.xlsm); save it as a workbook without macros (.xlsx)"
    assert refuse(_rewritten(path, **{"[Content_Types].xml": kinds})) == [said]


def test_a_link_to_another_workbook_is_refused(filled, refuse):
    path = _rewritten(filled.fill().save(), xl__externalLinks__externalLink1=b"<x/>")
    said = "filled.xlsx: is linked to another workbook; break the links (Data, Edit Links) and save it again"
    assert refuse(path) == [said]


def test_a_zip_bomb_is_not_opened(filled, refuse):
    path = _rewritten(filled.fill().save(), xl__media__image=bytes(40 << 20))
    assert len(said := refuse(path)) == 1
    assert "as no filled form does; it is not opened" in said[0]


def test_a_part_beyond_measure_is_not_opened(filled, refuse, monkeypatch):
    monkeypatch.setattr(zip_limits, "LARGEST_PART", 1_000)
    path = _rewritten(filled.fill().save(), xl__media__image=bytes(range(256)) * 8)
    assert "it is not opened" in refuse(path)[0]


def test_entities_are_not_expanded(filled, refuse):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    path = _rewritten(filled.fill().save(), **{"xl__sharedStrings.xml": bomb})
    assert "declares a document type, which no spreadsheet writes" in refuse(path)[0]


FILES = {
    "a password": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
                   "is protected by a password; remove the password and save it again"),
    "an old workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500), "is an old Excel workbook (.xls); save it as an Excel workbook (.xlsx)"),
    "text": (b"row_id,cohort_id\n", "is no workbook, or a damaged one; save it as an Excel workbook (.xlsx)"),
    "nothing": (b"", "the file is empty"),
    "half a zip": (b"PK\x03\x04" + bytes(100), "is no workbook, or a damaged one; save it as an Excel workbook (.xlsx)"),
}  # fmt: skip


@pytest.mark.parametrize("content, said", FILES.values(), ids=FILES)
def test_what_is_no_workbook_is_refused(small, refuse, tmp_path, content, said):
    path = tmp_path / "form.xlsx"
    path.write_bytes(content)
    assert refuse(path) == [f"form.xlsx: {said}"]


OTHERS = {
    "OpenDocument": ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "is an OpenDocument file (.ods); save it as an Excel workbook (.xlsx)"),
    "binary": ({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b""}, "is a binary workbook (.xlsb); save it as an Excel workbook (.xlsx)"),
    "a document": ({"[Content_Types].xml": b"<x/>", "word/document.xml": b""}, "is a zip file but no workbook; save it as an Excel workbook (.xlsx)"),
    "connection": ({"[Content_Types].xml": b"<x/>", "xl/connections.xml": b""}, "takes data from a connection; remove it (Data, Connections) and save it again"),
}  # fmt: skip


@pytest.mark.parametrize("parts, said", OTHERS.values(), ids=OTHERS)
def test_other_zip_files_are_refused(small, refuse, tmp_path, parts, said):
    path = tmp_path / "form.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert refuse(path) == [f"form.xlsx: {said}"]


def test_a_damaged_part_is_refused(filled, refuse):
    path = _rewritten(filled.fill().save(), **{"xl__styles.xml": b"<styleSheet><cellXfs>"})
    assert refuse(path) == [
        "filled.xlsx: its part xl/styles.xml is damaged; open it in a spreadsheet and save it as an Excel workbook (.xlsx)"
    ]


def _sheet_of(filled, old: bytes, new: bytes) -> Path:
    """The saved workbook with bytes of the incidence sheet (the fourth) replaced."""
    path = filled.save()
    part = "xl/worksheets/sheet4.xml"
    sheet = zipfile.ZipFile(path).read(part)
    assert old in sheet
    return _rewritten(path, **{part: sheet.replace(old, new)})


def test_a_number_beyond_all_numbers_is_refused(filled, refuse):
    """openpyxl cannot write 1e400, so the bytes are put in."""
    path = _sheet_of(filled.fill(n_events=987654), b"<v>987654</v>", b"<v>1E+400</v>")
    assert 'incidence!D3 n_events: "1E+400" is too large; a number has at most 15 digits before the point' in refuse(
        path
    )


def test_a_formula_with_its_value_kept_is_refused_too(filled, refuse):
    """Spreadsheets keep the last value beside the formula; openpyxl does not, so the bytes are put in."""
    path = _sheet_of(filled.fill(n_events=987654), b"<v>987654</v>", b"<f>6+6</f><v>12</v>")
    assert 'incidence!D3 n_events: holds the formula "=6+6"; write the figure itself as it was printed' in refuse(path)


def test_a_file_that_is_not_there_is_a_wrong_use(small):
    with pytest.raises(UsageError, match=r"nowhere\.xlsx is not there; name a filled workbook"):
        import_form(Path("nowhere.xlsx"), small)


def test_comments_column_order_and_empty_further_sheets_are_fine(filled):
    filled.fill(n_events=None)
    filled.cell("n_events").value = 12
    filled.cell("n_total").comment = Comment("read on page 4", "ab")
    sheet = filled.sheet()
    for row in (1, 2, 3):  # population and denominator_kind change places
        sheet.cell(row, 11).value, sheet.cell(row, 12).value = sheet.cell(row, 12).value, sheet.cell(row, 11).value
    filled.book.create_sheet("Sheet1")
    assert filled.take().tables[2].new == ["INC-005"]
